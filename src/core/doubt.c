/* What was presumed is believed until the end shows otherwise; what it sends within one round
 * trip of the tap shows nothing, for it may have left before. */
#include "doubt.h"

#define SLACK 1000000LL /* ns: a busy host answers later than the last time */

/* ns, where no round trip was measured: half of the shortest timer of TCP */
#define UNMEASURED_WINDOW 100000000LL

int64_t doubt_window(const struct flow *flow, int side)
{
	const int64_t rtt = (int64_t)flow->end[!side].rtt * RTT_UNIT;
	return rtt ? rtt + rtt / 2 + SLACK : UNMEASURED_WINDOW;
}

/* Its echo of the peer's clock says that it has received the segment (RFC 7323 4.3). */
static bool has_heard(const struct end *snd, const struct fw_segment *seg)
{
	return snd->has & HAS_TOLD_TS && seg->opt.have & FW_OPT_TIMESTAMPS && seg->flags & FW_ACK &&
		!seq_before(seg->opt.tsecr, snd->told_ts);
}

bool doubt_crossing(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct end *snd = &flow->end[side];
	if (!snd->presumed || has_heard(snd, seg))
		return false;
	return since(snd->presumed, seg->time) < doubt_window(flow, side);
}

/* RFC 9293 3.10.7.4: an end past its FIN sends nothing below it any more. */
bool doubt_denies_fin(
	const struct end *snd, const struct fw_segment *seg, const struct judgement *j)
{
	if (!(snd->has & HAS_FIN) || seg->flags & (FW_SYN | FW_RST) || judge_repeats_fin(snd, seg))
		return false;
	if (seg->flags & FW_FIN && seq_before(j->after, snd->fin))
		return true;
	if (j->len == 0)
		return j->ack_fresh && seq_before(seg->seq, snd->fin);
	return seq_before(seg->seq, snd->fin) && !seq_before(j->after, snd->fin);
}

/* A Fast Open server may close before the last ACK of the handshake is there (RFC 7413 4.2.2). */
static bool closes_unopened(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct end *snd = &flow->end[side];
	if (!(seg->flags & FW_FIN) || !(flow->has & FLOW_FAST_OPEN) || snd->sure != FW_SYN_RECEIVED)
		return false;
	return snd->has & HAS_TOLD_TS && seg->opt.have & FW_OPT_TIMESTAMPS
		? seq_before(seg->opt.tsecr, snd->told_ts)
		: since(snd->presumed, seg->time) <
			(int64_t)flow->end[!side].rtt * RTT_UNIT * 3 / 4;
}

bool doubt_receipt_of_fin(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	return !j->old && judge_repeats_fin(snd, seg) && rcv->presumed && rcv->state != rcv->sure &&
		(rcv->state == FW_CLOSING || rcv->state == FW_TIME_WAIT) &&
		seq_before(rcv->ack, snd->fin) &&
		since(rcv->presumed, seg->time) > doubt_window(flow, !side);
}

/* RST <SEQ=SEG.ACK> that answers the last ACK of the handshake: the listener had no room for it. */
static bool denies_its_handshake(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct end *snd = &flow->end[side];
	return seg->flags & FW_RST && !(seg->flags & FW_ACK) && snd->sure == FW_SYN_RECEIVED &&
		seg->seq == flow->end[!side].ack &&
		since(snd->presumed, seg->time) < 2 * doubt_window(flow, side);
}

static bool awaits_ack_of_fin(enum fw_state state)
{
	return state == FW_FIN_WAIT_1 || state == FW_CLOSING || state == FW_LAST_ACK;
}

bool doubt_contradicts(const struct flow *flow, int side, const struct fw_segment *seg,
	const struct judgement *j, bool crossing)
{
	const struct end *snd = &flow->end[side];
	if (j->old || snd->state == snd->sure)
		return false;
	if (snd->has & HAS_RST && !(seg->flags & FW_RST))
		return true;
	if (doubt_denies_fin(snd, seg, j))
		return true;
	if (!snd->presumed)
		return false;
	if (denies_its_handshake(flow, side, seg) || (crossing && closes_unopened(flow, side, seg)))
		return true;
	if (crossing && judge_resets_before_fin(snd, seg) && awaits_ack_of_fin(snd->sure))
		return true;
	if (crossing || seg->flags & FW_RST || has_heard(snd, seg))
		return false;
	if (snd->state == FW_CLOSED && !awaits_ack_of_fin(snd->sure))
		return true;
	if (seg->flags & FW_SYN)
		return snd->sure == FW_SYN_RECEIVED && seg->flags & FW_ACK && seg->seq == snd->iss;
	return awaits_ack_of_fin(snd->sure) && judge_repeats_fin(snd, seg);
}
