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

#include "doubt.h"
#include "unheard.h"

void stimuli_add(struct stimuli *out, int side, enum fw_stimulus what, enum fw_basis basis)
{
	out->item[out->count++] = (struct stimulus){
		.side = (uint8_t)side, .what = (uint8_t)what, .basis = (uint8_t)basis};
}

static bool covers(uint32_t ack, uint32_t after)
{
	return !seq_before(ack, after);
}

/* A segment beyond a hole was received too, and its acknowledgment taken (RFC 2018 4). */
static bool sacks(const struct fw_segment *seg, uint32_t octet)
{
	if (!(seg->opt.have & FW_OPT_SACK))
		return false;
	for (int i = 0; i < seg->opt.sack_count; i++)
		if (seq_in(octet, seg->opt.sack[i].left, seg->opt.sack[i].right))
			return true;
	return false;
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
		stimuli_add(out, side, answered ? FW_RCV_SYN_ACK : FW_RCV_SYN, basis);
		if (snd->has & HAS_SYN_FIN && snd->has & HAS_FIN)
			stimuli_add(out, side, FW_SND_FIN, FW_BASIS_SENT);
	}
	if (flow_knows_syn_end(flow, !side) && seq_after(seg->ack, flow_syn_end(flow, !side)))
		stimuli_add(out, side, FW_RCV_ACK_OF_SYN, basis);
	if (snd->has & HAS_FIN_ACK &&
		(covers(seg->ack, snd->fin_ack_at) || sacks(seg, snd->fin_ack_at - 1)))
		stimuli_add(out, side, FW_RCV_ACK_OF_FIN, basis);
	if (rcv->has & HAS_FIN && seg->ack == rcv->fin) /* nothing comes after a FIN */
		stimuli_add(out, side, FW_RCV_FIN, basis);
}

/* It answers the peer's FIN from one octet further on: its own FIN had left before, and the
 * capture lacks it. */
static void unseen_fin(const struct flow *flow, int side, const struct fw_segment *seg,
	const struct judgement *j, struct stimuli *out)
{
	if (judge_skips_fin(flow, side, seg, j))
		stimuli_add(out, side, FW_SND_FIN, FW_BASIS_INFERRED);
}

/* The FIN that nobody could place is acknowledged, so its sender had sent it. */
static void stray_fin(const struct flow *flow, int side, const struct fw_segment *seg,
	const struct judgement *j, struct stimuli *out)
{
	const struct trouble *peer = flow_trouble(flow, !side);
	if (!j->finds_stray || !peer->stray_fin || seg->ack != peer->stray)
		return;
	stimuli_add(out, !side, FW_SND_FIN, FW_BASIS_ACKNOWLEDGED);
	stimuli_add(out, side, FW_RCV_FIN, FW_BASIS_ACKNOWLEDGED);
	if (!j->len)
		stimuli_add(out, !side, FW_RCV_ACK_OF_FIN, FW_BASIS_PRESUMED);
}

/* Both FINs of a connection of which nothing else was seen: each end was open until its own. */
static void bare_close(const struct flow *flow, int side, const struct fw_segment *seg,
	const struct judgement *j, struct stimuli *out)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	if (!(seg->flags & FW_FIN) || !j->ack_own || snd->state != FW_UNKNOWN ||
		rcv->state != FW_UNKNOWN || !(rcv->has & HAS_FIN))
		return;
	stimuli_add(out, !side, FW_SND_ACK, FW_BASIS_INFERRED);
	stimuli_add(out, !side, FW_SND_FIN, FW_BASIS_INFERRED);
	stimuli_add(out, side, FW_SND_ACK, FW_BASIS_INFERRED);
}

/* An end that was not seen to open is taken for open once data flows. */
static bool shows_open(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	switch (snd->state == FW_ESTABLISHED ? snd->sure : snd->state) {
	case FW_UNKNOWN:
		return seg->payload_len || rcv->has & HAS_DATA;
	case FW_SYN_RECEIVED:
		return (seg->payload_len || seg->flags & FW_FIN) && !(flow->has & FLOW_FAST_OPEN);
	default:
		return false;
	}
}

/* What the sender is seen to do. */
static void deed(
	const struct flow *flow, int side, const struct fw_segment *seg, struct stimuli *out)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	const enum fw_basis basis = FW_BASIS_SENT;
	if (seg->flags & FW_RST) {
		if (seg->flags & FW_ACK && rcv->has & HAS_FIN && seg->ack == rcv->fin)
			stimuli_add(out, side, FW_RCV_FIN, FW_BASIS_ACKNOWLEDGED);
		stimuli_add(out, side, FW_SND_RST, basis);
		out->item[out->count - 1].tentative = true;
	} else if (seg->flags & FW_SYN) {
		if (seg->flags & FW_ACK)
			stimuli_add(out, side, FW_SND_SYN_ACK, basis);
		else if (!(snd->has & HAS_ISS)) /* an old one opens nothing again */
			stimuli_add(out, side, FW_SND_SYN, basis);
		if (judge_takes_syn_fin(rcv, seg)) /* RFC 9293 3.10.7.2: all at once */
			stimuli_add(out, side, FW_RCV_FIN, FW_BASIS_ACKNOWLEDGED);
	} else if (seg->flags & FW_ACK) {
		if (shows_open(flow, side, seg))
			stimuli_add(out, side, FW_SND_ACK, basis);
		if (!(seg->flags & FW_FIN))
			return;
		stimuli_add(out, side, FW_SND_FIN, basis);
		out->item[out->count - 1].tentative = !judge_repeats_fin(snd, seg);
	}
}

/* A reset comes after all that is before it in sequence: what completes the handshake (but for a
 * SYN,ACK to which no answer came in time), the FIN, and what that acknowledged. */
static void reset(
	const struct flow *flow, int side, const struct fw_segment *seg, struct stimuli *out)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	const enum fw_basis basis = FW_BASIS_PRESUMED;
	if (rcv->has & HAS_ISS && snd->has & HAS_ACK && covers(snd->ack, rcv->iss + 1)) {
		if (snd->has & HAS_SYN_ACK &&
			since(snd->last_at, seg->time) < doubt_window(flow, !side))
			stimuli_add(out, !side, FW_RCV_SYN_ACK, basis);
		stimuli_add(out, !side, FW_RCV_ACK_OF_SYN, basis);
	}
	if (snd->has & HAS_FIN && covers(seg->seq, snd->fin) && !(rcv->has & HAS_LACKS_FIN)) {
		if (rcv->has & HAS_FIN && covers(snd->ack, rcv->fin))
			stimuli_add(out, !side, FW_RCV_ACK_OF_FIN, basis);
		stimuli_add(out, !side, FW_RCV_FIN, basis);
	}
	stimuli_add(out, !side, FW_RCV_RST, basis);
}

/* RFC 9293 3.10.7.4: what lies before RCV.NXT is not acceptable, and its acknowledgment not
 * taken. */
static bool falls_short(const struct end *rcv, const struct judgement *j)
{
	return rcv->has & HAS_ACK && j->len == 0 && seq_before(j->after, rcv->ack);
}

/* The FIN that has passed acknowledges the peer's: both arrive at once. */
static bool fin_acknowledges(const struct end *snd, const struct end *rcv)
{
	return snd->has & HAS_FIN && rcv->has & HAS_FIN_ACK && covers(snd->fin, rcv->fin_ack_at) &&
		!(rcv->has & HAS_LACKS_FIN);
}

/* What the receiver is presumed to learn. An ACK from beyond its sender's FIN is presumed to
 * follow the FIN. */
static void presumption(const struct flow *flow, int side, const struct fw_segment *seg,
	const struct judgement *j, struct stimuli *out)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	const enum fw_basis basis = FW_BASIS_PRESUMED;
	if (j->rst_accepted)
		reset(flow, side, seg, out);
	const bool nothing_new = j->len == 0 || (rcv->has & HAS_ACK && covers(rcv->ack, j->after));
	if (!j->ack_own || !nothing_new || falls_short(rcv, j))
		return;
	if (rcv->has & HAS_ISS && covers(seg->ack, rcv->iss + 1))
		stimuli_add(out, !side, FW_RCV_ACK_OF_SYN, basis);
	if (!(rcv->has & HAS_FIN) || seg->ack != rcv->fin)
		return;
	if (fin_acknowledges(snd, rcv))
		stimuli_add(out, !side, FW_RCV_ACK_OF_FIN, basis);
	if (snd->has & HAS_FIN && covers(seg->seq, snd->fin) && !(rcv->has & HAS_LACKS_FIN))
		stimuli_add(out, !side, FW_RCV_FIN, basis);
	stimuli_add(out, !side, FW_RCV_ACK_OF_FIN, basis);
}

void stimuli_of(const struct flow *flow, int side, const struct fw_segment *seg,
	const struct judgement *j, struct stimuli *out)
{
	out->count = 0;
	if (j->copy || !j->own)
		return;
	if (j->corrupt) {
		if (judge_damaged_fin(flow, side, seg)) {
			stimuli_add(out, side, FW_SND_FIN, FW_BASIS_SENT);
			out->item[0].tentative = true;
		}
		return;
	}
	unseen_fin(flow, side, seg, j, out);
	stray_fin(flow, side, seg, j, out);
	bare_close(flow, side, seg, j, out);
	testimony(flow, side, seg, j, out);
	if (!(flow->end[!side].has & HAS_SEGMENT))
		unheard_stimuli(flow, side, seg, j, out);
	if (j->guesses_fin)
		unheard_fin(flow, side, out);
	deed(flow, side, seg, out);
	presumption(flow, side, seg, j, out);
}
