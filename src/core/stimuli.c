/* Three axioms lead from segments to states.
 *
 * Deed: what an end sends is observed, if its numbers can be its own.
 * Testimony: what takes sequence space was received, with all that its segment
 * carried, once the receiver's acknowledgment covers it.
 * Presumption: what nobody acknowledges (a bare ACK, a reset) is presumed
 * received when it passes the tap, if its receiver would accept it.
 *
 * Stimuli are levels, not edges: every segment says again what holds, and the
 * machine ignores what it knows.
 */
#include "stimuli.h"

static void add(struct stimuli *out, int side, enum fw_stimulus what, enum fw_basis basis)
{
	out->item[out->count++] =
		(struct stimulus){.side = (uint8_t)side, .what = (uint8_t)what, .basis = (uint8_t)basis};
}

static bool covers(uint32_t ack, uint32_t after)
{
	return !seq_before(ack, after);
}

/* What the sender had received when it sent this. */
static void testimony(const struct flow *flow, int side, const struct fw_segment *seg,
		      const struct judgement *j, struct stimuli *out)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	if (!j->ack_own)
		return;
	const enum fw_basis basis = FW_BASIS_ACKNOWLEDGED;
	if (rcv->has & HAS_ISS && covers(seg->ack, rcv->iss + 1)) {
		const bool answered = rcv->has & HAS_SYN_ACK && !(seg->flags & FW_SYN);
		add(out, side, answered ? FW_RCV_SYN_ACK : FW_RCV_SYN, basis);
		if (snd->has & HAS_ISS && seq_after(seg->ack, rcv->syn_end))
			add(out, side, FW_RCV_ACK_OF_SYN, basis);
	}
	if (snd->has & HAS_FIN_ACK && covers(seg->ack, snd->fin_ack_at))
		add(out, side, FW_RCV_ACK_OF_FIN, basis);
	if (rcv->has & HAS_FIN && covers(seg->ack, rcv->fin))
		add(out, side, FW_RCV_FIN, basis);
}

/* An end that was not seen to open is taken for open once data flows. */
static bool shows_open(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	switch (snd->state == FW_ESTABLISHED ? snd->sure : snd->state) {
	case FW_UNKNOWN:
		return seg->payload_len || rcv->has & HAS_DATA;
	case FW_SYN_SENT:
		return !(rcv->has & HAS_SEGMENT);
	case FW_SYN_RECEIVED:
		return (seg->payload_len || seg->flags & FW_FIN) && !(flow->has & FLOW_FAST_OPEN);
	default:
		return false;
	}
}

/* What the sender is seen to do. */
static void deed(const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j,
		 struct stimuli *out)
{
	const struct end *snd = &flow->end[side];
	const enum fw_basis basis = FW_BASIS_SENT;
	if (seg->flags & FW_RST) {
		add(out, side, FW_SND_RST, basis);
		out->item[out->count - 1].tentative = true;
	} else if (seg->flags & FW_SYN) {
		add(out, side, seg->flags & FW_ACK ? FW_SND_SYN_ACK : FW_SND_SYN, basis);
	} else if (seg->flags & FW_ACK) {
		if (shows_open(flow, side, seg))
			add(out, side, FW_SND_ACK, basis);
		const bool past = snd->has & HAS_FIN && covers(seg->seq, snd->fin);
		if (!past && !(seg->flags & FW_FIN))
			return;
		add(out, side, FW_SND_FIN, basis);
		out->item[out->count - 1].tentative = !past && !judge_repeats_fin(snd, seg) && !j->old;
	}
}

/* The peer was never heard, and this end, its FIN sent, acknowledges one octet more: the peer's FIN. */
static void one_sided_close(const struct flow *flow, int side, const struct fw_segment *seg,
			    const struct judgement *j, struct stimuli *out)
{
	const struct end *snd = &flow->end[side];
	if (flow->end[!side].has & HAS_SEGMENT || !(snd->has & HAS_FIN) || j->len || !(snd->has & HAS_ACK))
		return;
	if (seg->seq != snd->fin || seg->ack != snd->ack + 1)
		return;
	add(out, side, FW_RCV_ACK_OF_FIN, FW_BASIS_INFERRED);
	add(out, side, FW_RCV_FIN, FW_BASIS_INFERRED);
}

/* What the receiver is presumed to learn. An ACK from beyond its sender's FIN is presumed to follow the FIN. */
static void presumption(const struct flow *flow, int side, const struct fw_segment *seg,
			const struct judgement *j, struct stimuli *out)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	const enum fw_basis basis = FW_BASIS_PRESUMED;
	if (j->rst_accepted)
		add(out, !side, FW_RCV_RST, basis);
	const bool nothing_new = j->len == 0 || (rcv->has & HAS_ACK && covers(rcv->ack, j->after));
	if (!j->ack_own || !nothing_new)
		return;
	if (rcv->has & HAS_ISS && covers(seg->ack, rcv->iss + 1))
		add(out, !side, FW_RCV_ACK_OF_SYN, basis);
	if (!(rcv->has & HAS_FIN) || !covers(seg->ack, rcv->fin))
		return;
	if (snd->has & HAS_FIN && covers(seg->seq, snd->fin) && !(rcv->has & HAS_LACKS_FIN))
		add(out, !side, FW_RCV_FIN, basis);
	add(out, !side, FW_RCV_ACK_OF_FIN, basis);
}

void stimuli_of(const struct flow *flow, int side, const struct fw_segment *seg,
		const struct judgement *j, struct stimuli *out)
{
	out->count = 0;
	if (j->copy || !j->own)
		return;
	testimony(flow, side, seg, j, out);
	one_sided_close(flow, side, seg, j, out);
	deed(flow, side, seg, j, out);
	presumption(flow, side, seg, j, out);
}

bool stimuli_none(const struct flow *flow, const struct fw_segment *seg)
{
	const struct end *a = &flow->end[0], *b = &flow->end[1];
	return !(seg->flags & (FW_SYN | FW_FIN | FW_RST)) && a->state == FW_ESTABLISHED &&
	       b->state == FW_ESTABLISHED && a->sure == FW_ESTABLISHED && b->sure == FW_ESTABLISHED &&
	       !((a->has | b->has) & HAS_FIN);
}
