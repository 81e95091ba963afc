/* Between the news of a loss and what is sent because of it lies the way from the tap to the sender
 * and back; a timer waits for at least a round trip more. All limits follow from that.
 */
#include "resend.h"

#include "count.h"
#include "doubt.h"
#include "recovery.h"
#include "sent.h"

static int64_t ns(uint32_t rtt)
{
	return (int64_t)rtt * RTT_UNIT;
}

int64_t resend_round_trip(const struct flow *flow)
{
	return flow->end[0].rtt && flow->end[1].rtt ? ns(flow->end[0].rtt) + ns(flow->end[1].rtt)
						    : 0;
}

/* How long after news of a loss has passed the tap the end that it is for may still answer it:
 * RACK waits for a quarter of a round trip in case of reordering (RFC 8985 6.2), and its timer is
 * not exact; a probe of the tail comes after two (RFC 8985 7.2). */
static int64_t reach(const struct flow *flow, int side)
{
	return doubt_window(flow, side) + resend_round_trip(flow) * 3 / 4;
}

#define SAMPLES 4 /* of a half of the way, from which on the shortest is taken for the way itself */

/* The least time in which an end can learn of what passes the tap, and something of it come back:
 * the shortest that was measured, and some of that for luck. 0 if it was not. */
static int64_t soonest_answer(const struct flow *flow, int side)
{
	const struct tally *there = &flow->tally[side], *back = &flow->tally[!side];
	if (!count_rtt_samples(flow, side))
		return 0;
	return (ns(there->rtt_min) +
		       (count_rtt_samples(flow, !side) < SAMPLES ? 0 : ns(back->rtt_min))) *
		3 / 4;
}

#define LEAST_MTU_PAYLOAD 536 /* what fits every path (RFC 9293 3.7.1) */

#define COPIES (FW_FACT_duplicate_network | FW_FACT_duplicate_capture)

/* Has this end sent SEG after its latest segment, as its clock or its IP identification tell? */
static bool sent_later(const struct end *snd, const struct fw_segment *seg)
{
	if (snd->has & HAS_TS && seg->opt.have & FW_OPT_TIMESTAMPS &&
		seq_after(seg->opt.tsval, snd->tsval))
		return true;
	if (!(snd->has & HAS_IP_ID) || !seg->ip_id)
		return false;
	const int16_t step = (int16_t)((uint16_t)seg->ip_id - snd->ip_id);
	return step > 0 && step < ID_STEP;
}

const struct sent *resend_overtaker(
	const struct fw_analyzer *a, const struct flow *flow, int side, const struct judgement *j)
{
	const uint32_t steps = sent_steps(flow, side);
	const struct sent *first = NULL, *sent = sent_last(a, flow, side);
	for (uint32_t i = 0; sent && i < steps; i++) {
		if (sent->is & SENT_AHEAD) {
			if (seq_before(sent->seq, j->after))
				break;
			first = sent;
		}
		sent = sent_before(a, flow, side, sent);
	}
	return first;
}

/* Neither the clock nor the identification tells whether SEG, which fills a hole, was sent again:
 * its sender had no time to learn of the loss, or nothing to learn it from. */
static bool was_overtaken(const struct fw_analyzer *a, const struct flow *flow, int side,
	const struct fw_segment *seg, const struct judgement *j)
{
	const struct recovery *r = recovery_of(flow, side);
	const struct end *rcv = &flow->end[!side];
	if (rcv->has & HAS_ACK && !seq_after(j->after, rcv->ack) &&
		since(rcv->last_at, seg->time) < soonest_answer(flow, side) / 2)
		return true; /* by its own acknowledgment: the capture mixes what it merges */
	const struct sent *ahead = resend_overtaker(a, flow, side, j);
	if (!ahead)
		return false;
	const int64_t wait = elapsed(ahead->time, seg->time);
	if (wait < soonest_answer(flow, side))
		return true;
	const bool told = r && r->told.news_at > ahead->time;
	return !told && wait < resend_round_trip(flow);
}

/* Is SEG what SENT holds once more, as far as its clock and identification tell? */
static bool is_same(const struct end *snd, const struct fw_segment *seg, const struct sent *sent)
{
	const uint32_t len = seg->payload_len + !!(seg->flags & FW_FIN) + !!(seg->flags & FW_SYN);
	if (sent->seq != seg->seq || sent->len != len)
		return false;
	if (sent->is & SENT_TS && seg->opt.have & FW_OPT_TIMESTAMPS &&
		sent->tsval != seg->opt.tsval)
		return false;
	return !seg->ip_id || !(snd->has & HAS_IDS) || sent->ip_id == (uint16_t)seg->ip_id;
}

/* The segment that SEG may be a copy of; NULL if none is remembered. */
static const struct sent *model_of(const struct fw_analyzer *a, const struct flow *flow, int side,
	const struct fw_segment *seg)
{
	const uint32_t steps = sent_steps(flow, side);
	const struct sent *sent = sent_last(a, flow, side);
	for (uint32_t i = 0; sent && i < steps; i++) {
		if (is_same(&flow->end[side], seg, sent))
			return sent;
		if (sent->is & SENT_AHEAD && !seq_after(sent->seq, seg->seq))
			return NULL;
		sent = sent_before(a, flow, side, sent);
	}
	return NULL;
}

/* Captured on the other side of a router, which forwards in less than a quarter of the way; or so
 * long before the network could make a copy, or a sender send again, that the capture made it. */
static bool is_at_once(
	const struct flow *flow, const struct fw_segment *seg, const struct sent *model)
{
	const uint32_t a = flow->end[0].rtt, b = flow->end[1].rtt;
	const int64_t rtt = a | b ? ns(a > b ? a : b) : doubt_window(flow, 0);
	return elapsed(model->time, seg->time) <= rtt / (model->ttl != seg->ttl ? 4 : 32);
}

static uint32_t whose_copy(
	const struct flow *flow, const struct fw_segment *seg, const struct sent *model)
{
	return model->ttl != seg->ttl || is_at_once(flow, seg, model) ? FW_FACT_duplicate_capture
								      : FW_FACT_duplicate_network;
}

/* Its identification shows a copy. Where it tells nothing, one that comes before its sender can
 * have had any reason to send it again. */
static bool is_copy(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct sent *model)
{
	const struct end *snd = &flow->end[side];
	if (seg->ip_id && (snd->has & HAS_IDS || model->ttl != seg->ttl))
		return model->ip_id == (uint16_t)seg->ip_id;
	return is_at_once(flow, seg, model) ||
		(!sent_later(snd, seg) &&
			elapsed(model->time, seg->time) < soonest_answer(flow, side) / 2);
}

/* The latest segment with some of SEG's octets. */
static const struct sent *overlapping(const struct fw_analyzer *a, const struct flow *flow,
	int side, const struct fw_segment *seg)
{
	const uint32_t right = seg->seq + seg->payload_len;
	const uint32_t steps = sent_steps(flow, side);
	const struct sent *sent = sent_last(a, flow, side);
	for (uint32_t i = 0; sent && i < steps; i++) {
		if (seq_before(sent->seq, right) && seq_before(seg->seq, sent->seq + sent->len))
			return sent;
		if (sent->is & SENT_AHEAD && !seq_after(sent->seq, seg->seq))
			return NULL;
		sent = sent_before(a, flow, side, sent);
	}
	return NULL;
}

#define NEXT_IDS 4 /* as near to each other two identifications are hardly ever by chance */

/* Does identification B count on from A? */
static bool counts_on(uint16_t a, uint16_t b)
{
	const uint16_t step = (uint16_t)(b - a);
	return a && b && step && step < ID_STEP;
}

/* Is there more than the identifications of A and B to show that they are of one count? Others of
 * theirs, or that they are next to each other. */
static bool is_a_count(const struct fw_analyzer *a, const struct flow *flow, int side,
	const struct sent *before, uint16_t id)
{
	const struct sent *first = sent_before(a, flow, side, before);
	const uint16_t latest = flow->end[side].ip_id;
	return (first && counts_on(first->ip_id, before->ip_id)) ||
		(counts_on(before->ip_id, latest) && counts_on(latest, id)) ||
		(uint16_t)(id - before->ip_id) <= NEXT_IDS;
}

/* Was what SENT holds put into the stream by somebody else than who sends SEG, and has sent what
 * came before? The hops to it or the count of its identifications are others', and its octets. */
static bool is_forged(const struct fw_analyzer *a, const struct flow *flow, int side,
	const struct fw_segment *seg, const struct sent *sent)
{
	const struct sent *before = sent_before(a, flow, side, sent);
	const uint16_t id = (uint16_t)seg->ip_id;
	if (!before || before->ttl != seg->ttl)
		return false;
	const bool odd = counts_on(before->ip_id, id) && !counts_on(before->ip_id, sent->ip_id);
	const bool sure = odd && is_a_count(a, flow, side, before, id);
	if (sent->seq != seg->seq || sent->len != seg->payload_len)
		return sure;
	return (odd || sent->ttl != seg->ttl) && flow->end[side].has & HAS_CHECKSUM &&
		sent_differs(sent, seg);
}

/* Neither a timer nor news make a sender repeat what it has sent less than a round trip before (RFC
 * 6298 2.3, RFC 8985 7.2). */
static bool had_time(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct sent *sent)
{
	const int64_t soonest = soonest_answer(flow, side);
	if (!sent || !(sent->is & (SENT_AHEAD | SENT_AGAIN)))
		return true;
	return elapsed(sent->time, seg->time) >= (soonest ? soonest : doubt_window(flow, side));
}

/* SEG is not its sender's: that had no time to send again what SENT holds, and counts otherwise. */
static bool is_foreign(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct sent *sent)
{
	const struct end *snd = &flow->end[side];
	return snd->has & HAS_IP_ID && seg->ip_id && !counts_on(snd->ip_id, (uint16_t)seg->ip_id) &&
		!counts_on((uint16_t)seg->ip_id, snd->ip_id) && snd->ip_id != seg->ip_id &&
		!had_time(flow, side, seg, sent);
}

/* What left empty the place of SEG was forged. */
static bool follows_forged(const struct fw_analyzer *a, const struct flow *flow, int side,
	const struct fw_segment *seg, const struct judgement *j)
{
	const struct sent *ahead = resend_overtaker(a, flow, side, j);
	return ahead && is_forged(a, flow, side, seg, ahead);
}

static void to_copy(const struct flow *flow, const struct fw_segment *seg, struct judgement *j,
	const struct sent *model)
{
	j->facts &= ~(uint32_t)(FW_FACT_retransmission | COPIES);
	j->facts |= whose_copy(flow, seg, model);
	j->copy = j->old = true;
}

static void to_late(struct judgement *j)
{
	j->facts &= ~(uint32_t)(FW_FACT_retransmission | COPIES);
	j->facts |= FW_FACT_out_of_order;
	j->copy = false;
	j->old = true;
}

/* The last octet, acknowledged long ago, of what was sent in one piece: nobody sends that again but
 * to ask (RFC 1122 4.2.3.6). */
static bool is_octet_of_more(const struct fw_analyzer *a, const struct flow *flow, int side,
	const struct fw_segment *seg, const struct judgement *j)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	if (seg->payload_len != 1 || seg->flags & (FW_SYN | FW_FIN) || j->after != snd->nxt ||
		!(rcv->has & HAS_ACK) || j->after != rcv->ack)
		return false;
	const struct sent *sent = sent_find(a, flow, side, seg->seq);
	return sent && sent_payload(sent) > 1;
}

static void to_keepalive(const struct flow *flow, int side, struct judgement *j)
{
	j->facts &= ~(uint32_t)FW_FACT_retransmission;
	j->facts |= flow->end[!side].window ? FW_FACT_keepalive : FW_FACT_zero_window_probe;
}

/* What was taken for a copy may be an original that its own resend has overtaken. */
static void reconsider_copy(const struct fw_analyzer *a, const struct flow *flow, int side,
	const struct fw_segment *seg, struct judgement *j)
{
	const struct sent *last = sent_last(a, flow, side);
	if (!j->len && last && last->ttl != seg->ttl)
		j->facts = (j->facts & ~(uint32_t)COPIES) | FW_FACT_duplicate_capture;
	if (!j->len)
		return;
	const struct sent *model = model_of(a, flow, side, seg);
	const struct sent *sent = model ? NULL : sent_find(a, flow, side, seg->seq);
	if (model)
		to_copy(flow, seg, j, model);
	else if (sent && sent->is & SENT_AGAIN)
		to_late(j);
}

/* Does a recovery go on, to which SEG belongs, as clock or count prove? Then there is nothing to be
 * looked up. */
static bool is_routine(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct trouble *t = flow_trouble(flow, side);
	const struct recovery *r = recovery_of(flow, side);
	return r && r->told.phase != RECOVERY_NONE && r->timeouts < 2 && !t->icmp_count &&
		sent_later(&flow->end[side], seg);
}

/* What was overtaken may have been sent again all the same: after what had it before, or after what
 * left its place empty. */
static bool is_late_resend(const struct fw_analyzer *a, const struct flow *flow, int side,
	const struct fw_segment *seg, const struct judgement *j)
{
	const struct sent *sent = overlapping(a, flow, side, seg);
	if (!sent)
		sent = resend_overtaker(a, flow, side, j);
	if (!sent || !(sent->is & (SENT_AHEAD | SENT_AGAIN)))
		return false;
	if (sent->is & SENT_TS && seg->opt.have & FW_OPT_TIMESTAMPS &&
		sent->tsval != seg->opt.tsval)
		return seq_before(sent->tsval, seg->opt.tsval);
	return flow->end[side].has & HAS_IP_ID && counts_on(sent->ip_id, (uint16_t)seg->ip_id);
}

/* What was taken for a retransmission may be none. In a recovery that goes on, it is one. */
static void reconsider(const struct fw_analyzer *a, const struct flow *flow, int side,
	const struct fw_segment *seg, struct judgement *j)
{
	const bool later = sent_later(&flow->end[side], seg);
	if (is_routine(flow, side, seg))
		return;
	const struct sent *sent = overlapping(a, flow, side, seg);
	const struct sent *model = j->fresh || later ? NULL : model_of(a, flow, side, seg);
	if (sent ? is_forged(a, flow, side, seg, sent) || is_foreign(flow, side, seg, sent)
		 : follows_forged(a, flow, side, seg, j))
		j->facts &= ~(uint32_t)FW_FACT_retransmission;
	else if (!later && j->fresh && j->fresh == j->len && was_overtaken(a, flow, side, seg, j))
		to_late(j);
	else if (model && is_copy(flow, side, seg, model) && !judge_answers_copy(flow, side, seg))
		to_copy(flow, seg, j, model);
}

static bool is_received(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const struct end *rcv = &flow->end[!side];
	return (rcv->has & HAS_ACK && !seq_after(j->after, rcv->ack)) ||
		recovery_has(recovery_of(flow, side), seg->seq, j->after);
}

/* The part of SEG below SND.NXT never passed. */
static bool is_unseen(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const uint32_t nxt = flow->end[side].nxt;
	const uint32_t right = seq_after(j->after, nxt) ? nxt : j->after;
	return j->fresh && flow->trouble &&
		holes_covered(&flow->trouble[side].holes, seg->seq, right) == right - seg->seq;
}

/* SEG comes soon after what made its sender send again. */
static bool is_prompted(const struct flow *flow, int side, const struct told *told, fw_time time)
{
	const struct recovery *r = recovery_of(flow, side);
	if (!told->dup_acks && !told->sack && !told->phase)
		return false;
	if (told->news_at && elapsed(told->news_at, time) <= reach(flow, side))
		return true;
	if (told->phase == RECOVERY_NONE || !r->resends)
		return false;
	const fw_time last = r->resend[(r->resends - 1) % RECOVERY_RESENDS].time;
	const fw_time latest = last > told->news_at ? last : told->news_at;
	return elapsed(latest, time) < resend_round_trip(flow);
}

/* RFC 5681 3.2, RFC 6675, RFC 8985; after a timeout what follows is due to it (RFC 5681 3.1). */
static uint32_t kind_by_news(
	const struct flow *flow, int side, const struct told *told, const struct fw_segment *seg)
{
	const struct recovery *r = recovery_of(flow, side);
	if (told->phase == RECOVERY_TIMEOUT && seq_before(seg->seq, r->point))
		return FW_FACT_retransmission_timeout;
	const bool first = !seq_after(seg->seq, told->una);
	if (!told->sack || (first && told->phase == RECOVERY_NONE && told->dup_acks >= 3))
		return FW_FACT_retransmission_fast;
	return FW_FACT_retransmission_sack;
}

/* RFC 8985 7: the highest segment, where nothing was told by SACK, and once only. */
static bool can_probe_tail(const struct flow *flow, int side, const struct judgement *j)
{
	const struct recovery *r = recovery_of(flow, side);
	const uint32_t options = flow->end[0].has & flow->end[1].has & HAS_OPTIONS;
	const bool sack = !options || flow_offers(flow, 0) & flow_offers(flow, 1) & OFFERS_SACK;
	return sack && !seq_before(j->after, flow->end[side].nxt) &&
		!(r && (r->probed || r->ranges || r->told.phase || r->timeouts));
}

/* A probe where one is possible. Where a single segment is under way a timeout would look the
 * same, but stacks that have SACK probe first. */
static uint32_t kind_by_timer(const struct flow *flow, int side, const struct judgement *j)
{
	return can_probe_tail(flow, side, j) ? FW_FACT_tail_loss_probe
					     : FW_FACT_retransmission_timeout;
}

/* An ICMP error has told that what was sent is too large, and SEG is not (RFC 1191, RFC 8201). If
 * the first was not seen, SEG has just the size that is allowed. */
static bool is_cut_as_told(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct sent *sent)
{
	const struct trouble *t = flow_trouble(flow, side);
	const uint32_t headers = seg->ip_len - seg->payload_len;
	if (!t || !t->icmp_count || t->icmp != FW_ICMP_fragmentation_needed || !t->icmp_mtu ||
		seg->ip_len > t->icmp_mtu)
		return false;
	return (sent ? sent_payload(sent) : seg->ip_len) + headers > t->icmp_mtu;
}

/* It was sent several times in vain (RFC 2923 2.1, RFC 4821 7.7). */
static bool is_cut_unasked(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct sent *sent)
{
	const struct recovery *r = recovery_of(flow, side);
	return r && r->timeouts >= 2 && sent && sent->is & SENT_AGAIN && sent->seq == seg->seq &&
		sent_payload(sent) > LEAST_MTU_PAYLOAD && sent_payload(sent) > seg->payload_len;
}

static uint32_t kind_by_time(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const struct recovery *r = recovery_of(flow, side);
	if (r && is_prompted(flow, side, &r->told, seg->time))
		return kind_by_news(flow, side, &r->told, seg);
	if (r && recovery_crossed(flow, side, seg->time) &&
		is_prompted(flow, side, &r->before, seg->time))
		return kind_by_news(flow, side, &r->before, seg);
	return kind_by_timer(flow, side, j);
}

static uint32_t kind_of(const struct fw_analyzer *a, const struct flow *flow, int side,
	const struct fw_segment *seg, const struct judgement *j)
{
	if (seg->flags & FW_SYN)
		return FW_FACT_retransmission_timeout;
	const struct sent *sent =
		is_routine(flow, side, seg) ? NULL : sent_find(a, flow, side, seg->seq);
	if (sent && sent->is & SENT_SYN && sent_payload(sent))
		return FW_FACT_fast_open_resend;
	if (!(flow->end[!side].has & HAS_ACK))
		return 0;
	if (is_cut_as_told(flow, side, seg, sent))
		return FW_FACT_path_mtu_resend;
	if (!had_time(flow, side, seg, sent))
		return 0;
	return kind_by_time(flow, side, seg, j) |
		(is_cut_unasked(flow, side, seg, sent) ? FW_FACT_path_mtu_resend : 0);
}

/* The window of a SYN is not scaled, and loses its last bits when it is (RFC 7323 2.2). */
static bool same_window(const struct end *snd, const struct fw_segment *seg)
{
	return seg->window == snd->window ||
		(snd->has & HAS_WSCALE && snd->nxt == snd->iss + 1 &&
			seg->window == snd->window >> snd->wscale);
}

/* What an acknowledgment without data that acknowledges nothing new is for. */
static uint32_t kind_of_ack(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	const uint32_t asked = flow->trouble ? flow->trouble[!side].asked : 0;
	if (j->facts & (FW_FACT_challenge_ack | PROBES))
		return 0;
	if (asked && same_window(snd, seg))
		return asked & FW_FACT_keepalive ? FW_FACT_keepalive_ack
						 : FW_FACT_zero_window_probe_ack;
	if (recovery_has_news(flow, side, seg))
		return FW_FACT_duplicate_ack;
	const bool under_way = seg->window && seq_after(rcv->nxt, seg->ack);
	const uint32_t duplicate = under_way ? FW_FACT_duplicate_ack : 0;
	if (same_window(snd, seg))
		return duplicate;
	return FW_FACT_window_update | (seg->opt.have & FW_OPT_CUT ? duplicate : 0);
}

/* The scale of its window must be known. */
static bool fills_window(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const struct end *rcv = &flow->end[!side];
	return seg->payload_len && j->after == rcv->edge && rcv->has & HAS_ACK &&
		flow->end[0].has & flow->end[1].has & HAS_OPTIONS;
}

static uint32_t judge_ack(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const struct end *snd = &flow->end[side];
	uint32_t facts = recovery_is_dsack(seg) ? FW_FACT_dsack : 0;
	if (recovery_exposed(flow, side, seg, j))
		facts |= FW_FACT_reveals_spurious;
	if (fills_window(flow, side, seg, j))
		facts |= FW_FACT_window_full;
	if (j->len || j->old || seg->seq != snd->nxt || !(snd->has & HAS_ACK) ||
		seg->ack != snd->ack)
		return facts;
	return facts | kind_of_ack(flow, side, seg, j);
}

void resend_judge(const struct fw_analyzer *a, const struct flow *flow, int side,
	const struct fw_segment *seg, struct judgement *j)
{
	if (j->corrupt || !j->own || seg->flags & FW_RST)
		return;
	if (j->facts & FW_FACT_retransmission && is_octet_of_more(a, flow, side, seg, j))
		to_keepalive(flow, side, j);
	if (j->copy)
		reconsider_copy(a, flow, side, seg, j);
	if (j->facts & FW_FACT_retransmission)
		reconsider(a, flow, side, seg, j);
	else if (j->facts & FW_FACT_out_of_order && j->len && is_late_resend(a, flow, side, seg, j))
		j->facts |= FW_FACT_retransmission;
	if (j->facts & FW_FACT_retransmission) {
		j->facts |= kind_of(a, flow, side, seg, j);
		j->facts |= is_received(flow, side, seg, j) ? FW_FACT_retransmission_spurious : 0;
		j->facts |= is_unseen(flow, side, seg, j) ? FW_FACT_unseen_original : 0;
	}
	if (j->ack_own && !j->copy)
		j->facts |= judge_ack(flow, side, seg, j);
}
