/* How connections are opened, or not. */
#include "detect.h"

const struct detector detect_handshake[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	{when, detect_##id, FW_CODE_##id},
#include "finwait/anomalies/handshake.def"
#undef ANOMALY
	{0},
};
