/* What does not fit into the stream of octets. */
#include "detect.h"

const struct detector detect_stream[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	{when, detect_##id, FW_CODE_##id},
#include "finwait/anomalies/stream.def"
#undef ANOMALY
	{0},
};
