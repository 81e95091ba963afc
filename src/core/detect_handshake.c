/* How connections are opened, or not. */
#include "detect.h"

#include "count.h"
#include "doubt.h"

/* Nanoseconds since end SIDE sent its last segment, exactly if its answer is being timed. */
static int64_t waited_for(const struct scene *s, int side)
{
	const struct end *e = &s->flow->end[side];
	return e->has & HAS_TIMED ? elapsed(e->timed_at, s->now) : since(e->last_at, s->now);
}

/* A reset that is no deed of the program, but the answer to a segment that no connection takes (RFC
 * 9293 3.10.7.1). */
static bool is_bare_reset(const struct fw_segment *seg)
{
	return (seg->flags & (FW_RST | FW_ACK)) == FW_RST;
}

/* SYNs, or SYN,ACKs, that an end has sent so far, copies of the network and the capture apart. */
static int64_t syns_of(const struct flow *flow, int side)
{
	const struct trouble *trouble = flow_trouble(flow, side);
	const int64_t seen = (int64_t)count_syn_packets(flow, side);
	const int64_t copies = trouble ? trouble->duplicate_packets : 0;
	return seen > copies ? seen - copies : seen != 0;
}

/* What an end has sent besides them. */
static uint64_t others_of(const struct flow *flow, int side)
{
	return count_packets(flow, side) - count_syn_packets(flow, side);
}

/* Does ACK acknowledge the SYN of RCV, or a part of its data as well? */
static bool takes_syn(const struct end *rcv, uint32_t ack)
{
	return seq_in(ack, rcv->iss + 1, rcv->nxt + 1);
}

/* What else may have come of a SYN that the peer's TCP does not answer. */
static void allow_silence(const struct scene *s, struct fw_finding *f)
{
	const struct trouble *trouble = flow_trouble(s->flow, s->side);
	if (sender(s)->has & HAS_SIGNED)
		finding_allow(f, FW_REASON_signature_rejected);
	if (trouble && trouble->icmp_count)
		finding_allow(f, FW_REASON_icmp_answer);
}

static bool detect_connect_refused(const struct scene *s, struct fw_finding *f)
{
	if (!(s->seg->flags & FW_RST) || sender(s)->has & HAS_ISS ||
		!moved(s, !s->side, FW_SYN_SENT, FW_CLOSED))
		return false;
	finding_give(f, FW_EVIDENCE_wait, waited_for(s, !s->side));
	if (syns_of(s->flow, !s->side) > 1)
		finding_give(f, FW_EVIDENCE_syns, syns_of(s->flow, !s->side));
	finding_allow(f, FW_REASON_reset_on_the_way);
	return true;
}

static bool detect_connect_unanswered(const struct scene *s, struct fw_finding *f)
{
	const struct end *client = sender(s);
	if (s->seg || s->side != s->flow->client || !(client->has & HAS_ISS) ||
		client->has & (HAS_SYN_ACK | HAS_ACK) || count_packets(s->flow, !s->side))
		return false;
	const int64_t waited = elapsed(s->flow->first, s->watched);
	if (waited < limit(s, FW_THRESHOLD_connect))
		return false;
	finding_give(f, FW_EVIDENCE_syns, syns_of(s->flow, s->side));
	finding_give(f, FW_EVIDENCE_duration, waited);
	finding_reject(f, FW_REASON_not_refused);
	allow_silence(s, f);
	return true;
}

static bool detect_connect_slow(const struct scene *s, struct fw_finding *f)
{
	const struct flow *flow = s->flow;
	if (s->side != flow->client || !moved(s, s->side, FW_SYN_SENT, FW_ESTABLISHED) ||
		flow->role_basis != FW_ROLE_SYN || !(receiver(s)->has & HAS_SYN_ACK) ||
		sender(s)->has & HAS_ACK)
		return false;
	const int64_t took = elapsed(flow->first, s->now);
	const int64_t half = waited_for(s, !s->side);
	const int64_t syns = syns_of(flow, s->side), syn_acks = syns_of(flow, !s->side);
	if (took < limit(s, FW_THRESHOLD_connect))
		return false;
	finding_give(f, FW_EVIDENCE_duration, took);
	finding_give(f, FW_EVIDENCE_syn_wait, took - half);
	finding_give(f, FW_EVIDENCE_ack_wait, half);
	finding_give(f, FW_EVIDENCE_syns, syns);
	finding_give(f, FW_EVIDENCE_syn_acks, syn_acks);
	finding_give(f, FW_EVIDENCE_threshold, limit(s, FW_THRESHOLD_connect));
	if (syns > 1)
		finding_allow(f, FW_REASON_syn_or_answer_lost);
	if (syn_acks > 1)
		finding_allow(f, FW_REASON_syn_ack_or_ack_lost);
	if (syns == 1 && syn_acks == 1)
		finding_reject(f, FW_REASON_not_lost_sent_once);
	return true;
}

static bool detect_handshake_incomplete(const struct scene *s, struct fw_finding *f)
{
	const struct end *server = sender(s), *client = receiver(s);
	if (s->seg || server->state != FW_SYN_RECEIVED || !(server->has & HAS_SYN_ACK) ||
		!(client->has & HAS_ISS) || client->has & (HAS_ACK | HAS_RST))
		return false;
	const int64_t waited = elapsed(s->flow->first, s->watched);
	const int64_t syn_acks = syns_of(s->flow, s->side);
	if (waited < limit(s, FW_THRESHOLD_connect) ||
		(syn_acks == 1 && silence(s, server->last_at) < limit(s, FW_THRESHOLD_connect)))
		return false;
	finding_give(f, FW_EVIDENCE_syn_acks, syn_acks);
	finding_give(f, FW_EVIDENCE_duration, waited);
	allow_silence(s, f);
	return true;
}

static bool detect_handshake_aborted(const struct scene *s, struct fw_finding *f)
{
	if (!(s->seg->flags & FW_RST) || !s->j->rst_accepted || !(sender(s)->has & HAS_ISS) ||
		sender(s)->has & (HAS_SYN_ACK | HAS_ACK) || !(receiver(s)->has & HAS_SYN_ACK))
		return false;
	finding_give(f, FW_EVIDENCE_wait, waited_for(s, !s->side));
	return true;
}

static bool detect_handshake_reset(const struct scene *s, struct fw_finding *f)
{
	const struct end *server = sender(s), *client = receiver(s);
	const int64_t wait = waited_for(s, !s->side);
	if (!is_bare_reset(s->seg) || !(server->has & HAS_SYN_ACK) || others_of(s->flow, s->side) ||
		!(client->has & HAS_ACK) || s->seg->seq != client->ack ||
		count_rst_packets(s->flow, !s->side) || server->nxt != server->iss + 1 ||
		server->nxt != client->ack || wait >= 2 * doubt_window(s->flow, s->side) ||
		waited_for(s, s->side) >= 4 * doubt_window(s->flow, s->side))
		return false;
	finding_give(f, FW_EVIDENCE_wait, wait);
	return true;
}

static bool detect_backlog_overflow(const struct scene *s, struct fw_finding *f)
{
	const int64_t acks = (int64_t)others_of(s->flow, !s->side);
	const int64_t syn_acks = syns_of(s->flow, s->side);
	if (!is_syn_ack(s->seg) || s->seg->seq != sender(s)->iss || s->j->copy ||
		s->side == s->flow->client || !(sender(s)->has & HAS_SYN_ACK) ||
		s->was[s->side] == FW_SYN_RECEIVED || sender(s)->state != FW_SYN_RECEIVED ||
		!(receiver(s)->has & HAS_ACK))
		return false;
	finding_give(f, FW_EVIDENCE_syn_acks, syn_acks);
	finding_give(f, FW_EVIDENCE_acks, acks);
	finding_give(f, FW_EVIDENCE_wait, waited_for(s, !s->side));
	finding_allow(f, FW_REASON_ack_lost_behind);
	if ((syn_acks < 2 && acks < 3) || syns_of(s->flow, !s->side) > 1)
		f->severity = FW_INFO;
	return true;
}

/* RFC 9293 3.5.1: an end that asks for a connection is told, by what is no answer to its SYN, that
 * the peer has one already, and resets that. */
static bool detect_half_open(const struct scene *s, struct fw_finding *f)
{
	const struct trouble *trouble = flow_trouble(s->flow, s->side);
	if (!is_bare_reset(s->seg) || s->j->copy || !trouble || !trouble->challenge ||
		s->seg->seq != trouble->challenged)
		return false;
	finding_cite(f, trouble->stranger);
	finding_cite(f, trouble->challenge);
	finding_give(f, FW_EVIDENCE_wait, since(receiver(s)->last_at, s->now));
	return true;
}

static bool detect_syn_on_live(const struct scene *s, struct fw_finding *f)
{
	const struct flow *flow = s->flow;
	const struct trouble *trouble = flow_trouble(flow, s->side);
	if (!trouble->stranger || (flow->has & FLOW_RESET && flow->rst_by == s->side) ||
		(!trouble->challenge && flow->last_packet < trouble->stranger))
		return false;
	finding_begin(f, trouble->stranger, trouble->stranger_at);
	if (trouble->challenge) {
		finding_cite(f, trouble->challenge);
		finding_give(f, FW_EVIDENCE_other, (int64_t)trouble->challenge);
	}
	finding_give(f, FW_EVIDENCE_syns, trouble->strangers);
	if (trouble->challenge && flow->last_packet > trouble->challenge) {
		finding_reject(f, FW_REASON_not_half_open);
		return true;
	}
	finding_allow(f, FW_REASON_reset_not_seen);
	f->severity = FW_INFO;
	return true;
}

/* Is it a SYN,ACK for another SYN than the one that waits for it? */
static bool misses_syn(const struct scene *s)
{
	return is_syn_ack(s->seg) && s->was[!s->side] == FW_SYN_SENT &&
		receiver(s)->has & HAS_ISS && !takes_syn(receiver(s), s->seg->ack);
}

static bool detect_syn_ack_differs(const struct scene *s, struct fw_finding *f)
{
	const uint32_t has = sender(s)->has;
	if (!is_syn_ack(s->seg) || !(has & HAS_ISS) || s->j->copy ||
		s->seg->seq == sender(s)->iss || misses_syn(s) ||
		(has & (HAS_SYN_ACK | HAS_ACK)) == HAS_SYN_ACK)
		return false;
	finding_give(f, FW_EVIDENCE_wait, waited_for(s, s->side));
	if (syns_of(s->flow, !s->side) > 1)
		finding_allow(f, FW_REASON_listener_forgot);
	return true;
}

static bool detect_syn_ack_unacceptable(const struct scene *s, struct fw_finding *f)
{
	if (!misses_syn(s))
		return false;
	finding_give(f, FW_EVIDENCE_wait, waited_for(s, !s->side));
	return true;
}

static bool detect_simultaneous_open(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return is_syn(s->seg) && !(sender(s)->has & HAS_ISS) && s->was[!s->side] == FW_SYN_SENT &&
		sender(s)->state == FW_SYN_SENT;
}

static bool detect_port_reuse(const struct scene *s, struct fw_finding *f)
{
	if (!is_syn(s->seg) || s->flow->incarnation < 2 || count_packets(s->flow, s->side) ||
		s->side != s->flow->client)
		return false;
	finding_give(f, FW_EVIDENCE_times, s->flow->incarnation);
	return true;
}

/* Octets of data in the SYN of the peer, whose SYN,ACK is here; 0 if none. */
static uint32_t syn_data(const struct scene *s)
{
	const struct end *rcv = receiver(s);
	return is_syn_ack(s->seg) && rcv->has & HAS_ISS && takes_syn(rcv, s->seg->ack) &&
			flow_offers(s->flow, !s->side) & OFFERS_DATA
		? rcv->nxt - rcv->iss - 1
		: 0;
}

static bool detect_fast_open_used(const struct scene *s, struct fw_finding *f)
{
	if (!syn_data(s) || s->seg->ack == receiver(s)->iss + 1 || sender(s)->has & HAS_SYN_ACK)
		return false;
	finding_give(f, FW_EVIDENCE_bytes, s->seg->ack - receiver(s)->iss - 1);
	return true;
}

static bool detect_fast_open_ignored(const struct scene *s, struct fw_finding *f)
{
	if (!syn_data(s) || s->seg->ack != receiver(s)->iss + 1 || sender(s)->has & HAS_SYN_ACK)
		return false;
	finding_give(f, FW_EVIDENCE_bytes, syn_data(s));
	return true;
}

static bool detect_fast_open_cookie(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return is_syn_ack(s->seg) && s->seg->opt.have & FW_OPT_FAST_OPEN &&
		!(sender(s)->has & HAS_SYN_ACK);
}

static bool detect_fast_open_fallback(const struct scene *s, struct fw_finding *f)
{
	if (!is_syn(s->seg) || !(sender(s)->has & HAS_ISS) || s->seg->seq != sender(s)->iss ||
		s->j->copy || count_packets(s->flow, !s->side) || s->seg->payload_len ||
		s->seg->opt.have & (FW_OPT_FAST_OPEN | FW_OPT_CUT) ||
		!(flow_offers(s->flow, s->side) & OFFERS_FAST_OPEN))
		return false;
	finding_give(f, FW_EVIDENCE_wait, waited_for(s, s->side));
	finding_allow(f, FW_REASON_plain_loss);
	return true;
}

static bool detect_syn_data(const struct scene *s, struct fw_finding *f)
{
	if (!is_syn(s->seg) || !s->seg->payload_len || s->j->copy ||
		s->seg->opt.have & (FW_OPT_FAST_OPEN | FW_OPT_CUT))
		return false;
	finding_give(f, FW_EVIDENCE_bytes, s->seg->payload_len);
	return true;
}

const struct detector detect_handshake[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	{when, detect_##id, FW_CODE_##id, FW_##severity},
#include "finwait/anomalies/handshake.def"
#undef ANOMALY
	{0},
};
