/* How connections are closed, or not. */
#include "detect.h"

static bool detect_close_wait_stuck(const struct scene *s, struct fw_finding *f)
{
	const int64_t stayed = since(receiver(s)->fin_at, s->now);
	if (sender(s)->state != FW_CLOSE_WAIT || !(receiver(s)->has & HAS_FIN) ||
		stayed < limit(s, FW_THRESHOLD_close_wait))
		return false;
	finding_give(f, FW_EVIDENCE_duration, stayed);
	finding_reject(f, FW_REASON_not_lost_fin_acknowledged);
	return true;
}

const struct detector detect_close[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	{when, detect_##id, FW_CODE_##id},
#include "finwait/anomalies/close.def"
#undef ANOMALY
	{0},
};
