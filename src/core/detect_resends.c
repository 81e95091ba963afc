/* What was sent again, overtaken or copied. */
#include "detect.h"

const struct detector detect_resends[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	{when, detect_##id, FW_CODE_##id},
#include "finwait/anomalies/resends.def"
#undef ANOMALY
	{0},
};
