/* Windows, probes and those who wait for them. */
#include "detect.h"

const struct detector detect_windows[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	{when, detect_##id, FW_CODE_##id},
#include "finwait/anomalies/windows.def"
#undef ANOMALY
	{0},
};
