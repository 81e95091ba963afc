/* What the options of the two SYNs, and flags, tell. */
#include "detect.h"

const struct detector detect_options[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	{when, detect_##id, FW_CODE_##id},
#include "finwait/anomalies/options.def"
#undef ANOMALY
	{0},
};
