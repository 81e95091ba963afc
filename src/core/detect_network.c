/* What the network says of a connection: ICMP. */
#include "detect.h"

const struct detector detect_network[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	{when, detect_##id, FW_CODE_##id},
#include "finwait/anomalies/network.def"
#undef ANOMALY
	{0},
};
