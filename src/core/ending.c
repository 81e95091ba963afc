/* What is remembered of attempts without an answer, and of resets. */
#include "ending.h"

#include "measure.h"

static bool note_repeat(struct flow *flow, int side, fw_time time)
{
	struct trouble *trouble = measure_trouble(flow, side);
	if (!trouble)
		return false;
	const uint32_t heard = flow->end[!side].last_at;
	if (!trouble->repeats || trouble->silent_since != heard) {
		trouble->repeats = 0;
		trouble->silent_since = heard;
		trouble->repeats_at = ticks(time);
	}
	trouble->repeated_at = ticks(time);
	trouble->repeats += trouble->repeats < UINT32_MAX;
	return true;
}

static bool note_reset(struct flow *flow, int side, const struct fw_segment *seg)
{
	struct trouble *trouble = measure_trouble(flow, side);
	if (!trouble)
		return false;
	trouble->rst_packet = seg->number;
	trouble->rst_at = seg->time;
	trouble->rst_deed = seg->flags & FW_ACK;
	return true;
}

/* RFC 8446 5.1 and 5.2: an alert in the clear, or encrypted as version 1.2 or 1.3 does; the
 * goodbye (close_notify) that many send when the peer has closed already. */
static bool is_alert(const struct fw_segment *seg)
{
	if (seg->payload_captured < 5 || seg->payload_captured != seg->payload_len)
		return false;
	const uint8_t *p = seg->payload;
	const uint32_t len = (uint32_t)p[3] << 8 | p[4];
	return p[1] == 3 && len + 5 == seg->payload_len &&
		((p[0] == 21 && len <= 64) || (p[0] == 23 && len == 19));
}

/* Only what comes after the peer's FIN may be in vain. */
static bool note_alert(struct flow *flow, int side, const struct fw_segment *seg)
{
	struct trouble *trouble = measure_trouble(flow, side);
	if (!trouble)
		return false;
	trouble->alert = is_alert(seg) ? seg->payload_len : 0;
	return true;
}

bool ending_note(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	if (j->copy || !j->own)
		return true;
	if (j->facts & (FW_FACT_retransmission | PROBES))
		return note_repeat(flow, side, seg->time);
	if (seg->payload_len && flow->end[!side].has & HAS_FIN)
		return note_alert(flow, side, seg);
	/* one who refuses a SYN has said nothing else, and never will */
	if (seg->flags & FW_RST && flow->end[side].has & HAS_SEGMENT)
		return note_reset(flow, side, seg);
	return true;
}
