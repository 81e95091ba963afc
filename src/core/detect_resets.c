/* Resets: what caused them, and whether they hold. */
#include "detect.h"

const struct detector detect_resets[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	{when, detect_##id, FW_CODE_##id},
#include "finwait/anomalies/resets.def"
#undef ANOMALY
	{0},
};
