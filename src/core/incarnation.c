/* Old connection or new one. */
#include "incarnation.h"

bool incarnation_over(const struct flow *flow)
{
	const struct end *a = &flow->end[0], *b = &flow->end[1];
	return (end_is_done(a) || a->state == FW_UNKNOWN) &&
		(end_is_done(b) || b->state == FW_UNKNOWN) && (end_is_done(a) || end_is_done(b));
}

/* RFC 9293 3.10.7.4 and RFC 6191: TIME_WAIT takes a SYN that can't be an old one. */
static bool reopens(const struct end *snd, const struct end *rcv, const struct fw_segment *seg)
{
	if (rcv->state != FW_TIME_WAIT)
		return true;
	if (snd->has & HAS_TS && seg->opt.have & FW_OPT_TIMESTAMPS &&
		seq_after(seg->opt.tsval, snd->tsval))
		return true;
	return seq_after(seg->seq, snd->nxt);
}

static enum incarnation of_syn(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	if (snd->has & HAS_ISS ? seg->seq == snd->iss : rcv->state == FW_SYN_SENT)
		return INCARNATION_SAME; /* sent again; or both open (RFC 9293 3.10.7.3) */
	if (!(snd->has & HAS_SEGMENT)) {
		if (rcv->has & HAS_SYN_ACK && rcv->ack == seg->seq + 1)
			return INCARNATION_SAME;
		return rcv->state == FW_UNKNOWN || rcv->state == FW_CLOSED ? INCARNATION_ANOTHER
									   : INCARNATION_PERHAPS;
	}
	if (!(snd->has & HAS_ISS) && rcv->has & HAS_SYN_ACK && seg->seq + 1 == snd->iss)
		return INCARNATION_SAME; /* its first SYN, captured after what came of it */
	if (incarnation_over(flow))
		return reopens(snd, rcv, seg) ? INCARNATION_ANOTHER : INCARNATION_PERHAPS;
	if (snd->state == FW_SYN_SENT && !(rcv->has & HAS_SEGMENT))
		return INCARNATION_ANOTHER;
	if (snd->state == FW_UNKNOWN && rcv->state == FW_UNKNOWN)
		return INCARNATION_ANOTHER;
	return INCARNATION_PERHAPS;
}

/* Does it acknowledge what the peer has sent in the connection that there is? */
static bool belongs(const struct end *rcv, const struct fw_segment *seg)
{
	return rcv->has & HAS_ISS && seq_in(seg->ack, rcv->iss + 1, rcv->nxt + 1);
}

static enum incarnation of_syn_ack(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	if (!(snd->has & HAS_ISS))
		return snd->has & HAS_SEGMENT && !(rcv->has & HAS_ISS) ? INCARNATION_ANOTHER
								       : INCARNATION_SAME;
	if (seg->seq == snd->iss || snd->state == FW_SYN_SENT)
		return INCARNATION_SAME;
	if (incarnation_over(flow))
		return INCARNATION_ANOTHER;
	/* RFC 9293 3.10.7.4: in a synchronized state it is answered by a challenge */
	return snd->has & (HAS_FIN | HAS_DATA) && !belongs(rcv, seg) ? INCARNATION_ANOTHER
								     : INCARNATION_SAME;
}

enum incarnation incarnation_of(const struct flow *flow, int side, const struct fw_segment *seg)
{
	return seg->flags & FW_ACK ? of_syn_ack(flow, side, seg) : of_syn(flow, side, seg);
}
