/* Facts about one segment. Nothing here changes the flow.
 *
 * Two ends see different things than the tap between them, so every test asks
 * what the sender can have meant, never what the receiver must have done.
 */
#include "judge.h"

#include "count.h"
#include "doubt.h"

#define HALF_SPACE (1 << 30)    /* further away is another sequence space */
#define IDLE       1000000000LL /* ns; keepalives come after longer silence (RFC 1122 4.2.3.6) */
#define NEAR       (1 << 20)    /* a reset's distance from what one direction alone tells */
#define FEW_IDS    4            /* identifications that one may be overtaken by */

static uint32_t sequence_space(const struct fw_segment *seg)
{
	return seg->payload_len + !!(seg->flags & FW_SYN) + !!(seg->flags & FW_FIN);
}

static bool windows_known(const struct flow *flow)
{
	return flow->end[0].has & flow->end[1].has & HAS_OPTIONS;
}

/* Its clock goes back (RFC 7323 5.3). */
static bool turns_back(const struct end *snd, const struct fw_segment *seg)
{
	return seg->opt.have & FW_OPT_TIMESTAMPS && snd->has & HAS_TS &&
		seq_before(seg->opt.tsval, snd->tsval);
}

/* Its clock, or its next identification, shows that it comes after the latest. */
static bool turns_on(const struct end *snd, const struct fw_segment *seg)
{
	return (seg->opt.have & FW_OPT_TIMESTAMPS && snd->has & HAS_TS &&
		       seq_after(seg->opt.tsval, snd->tsval)) ||
		(seg->ip_id && snd->ip_id && (uint16_t)(seg->ip_id - snd->ip_id) == 1);
}

/* Did this end send SEG before its latest segment? Its IP identification and its clock tell. Where
 * one identification is all that is known, so does one that is but a few less. */
static bool sent_earlier(const struct end *snd, const struct fw_segment *seg)
{
	if (turns_back(snd, seg))
		return true;
	if (turns_on(snd, seg))
		return false;
	if (snd->has & HAS_ACK && seg->flags & FW_ACK && seq_before(seg->ack, snd->ack))
		return true;
	if (!seg->ip_id || !snd->ip_id)
		return false;
	const int16_t step = (int16_t)((uint16_t)seg->ip_id - snd->ip_id);
	if (!(snd->has & HAS_IDS))
		return step < 0 && step > -FEW_IDS;
	return snd->has & HAS_IP_ID && step <= 0 && step > -ID_STEP;
}

static bool counts_back(const struct end *snd, const struct fw_segment *seg)
{
	const int16_t step = (int16_t)((uint16_t)seg->ip_id - snd->ip_id);
	return seg->ip_id && snd->ip_id && step < 0 && step > -ID_STEP;
}

/* Was the identification of SEG seen before? Where that is not known, GUESS. */
static bool id_was_seen(const struct flow *flow, int side, const struct fw_segment *seg, bool guess)
{
	const struct end *snd = &flow->end[side];
	const uint16_t back = (uint16_t)(snd->ip_id - seg->ip_id);
	if (!(snd->has & HAS_IDS) && snd->ip_id && seg->ip_id)
		return !back;
	if (!(snd->has & HAS_IP_ID) || !seg->ip_id || back >= ID_WINDOW || flow->has & FLOW_TIMER ||
		!(flow->ids[side] & 1))
		return guess;
	return flow->ids[side] >> back & 1;
}

static bool is_probe(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	if (seg->flags & (FW_SYN | FW_FIN | FW_RST) || !(seg->flags & FW_ACK) ||
		seg->payload_len > 1)
		return false;
	if (!(rcv->has & HAS_ACK))
		return false;
	if (seg->payload_len && seg->seq == snd->nxt)
		return rcv->window == 0;
	if (seg->payload_len && since(snd->last_at, seg->time) < IDLE)
		return false;
	if (snd->has & HAS_FIN && since(rcv->last_at, seg->time) < doubt_window(flow, side))
		return false; /* it answers, and does not know of the FIN in its name */
	return seg->seq == rcv->ack - 1 && !seq_after(seg->ack, snd->ack);
}

static uint32_t print_of(const struct fw_segment *seg)
{
	const uint32_t rest = (uint32_t)seg->checksum << 16 | (seg->ip_id & 0xffff);
	const uint32_t more =
		seg->payload_len ^ (uint32_t)seg->flags << 20 ^ (uint32_t)seg->window << 8;
	const uint32_t ack = seg->flags & FW_ACK ? seg->ack : 0;
	return (seg->seq * 0x9e3779b1u) ^ (ack * 0x85ebca6bu) ^ (rest * 0xc2b2ae35u) ^ more;
}

/* A bare acknowledgment, before which its end has sent one segment and its SYN: whether its
 * identifications change is not known yet, but that of its SYN was another. */
static bool is_first_ack(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct tally *t = &flow->tally[side];
	return !seg->payload_len && !(seg->flags & (FW_SYN | FW_FIN | FW_RST)) && t->syn_packets &&
		t->packets == (uint32_t)t->syn_packets + 1;
}

/* A copy that comes long before the network could make one was made by the capture. */
static uint32_t whose_copy(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	const int64_t rtt = (int64_t)(snd->rtt > rcv->rtt ? snd->rtt : rcv->rtt) * RTT_UNIT;
	return since(snd->last_at, seg->time) <= rtt / 32 ? FW_FACT_duplicate_capture
							  : FW_FACT_duplicate_network;
}

bool judge_answers_copy(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct tally *own = &flow->tally[side], *peer = &flow->tally[!side];
	const struct trouble *trouble = flow_trouble(flow, !side);
	return (seg->flags & (FW_SYN | FW_ACK)) == (FW_SYN | FW_ACK) && trouble &&
		trouble->duplicate_packets && peer->packets == peer->syn_packets &&
		peer->syn_packets > own->syn_packets && own->ttl_max == seg->ttl &&
		peer->ttl_min == peer->ttl_max &&
		whose_copy(flow, side, seg) == FW_FACT_duplicate_network;
}

/* The same segment as the one before, where its sender would not have sent the same: the
 * identification would have changed, or no timer is as quick. */
static bool repeats_the_last(
	const struct flow *flow, int side, const struct fw_segment *seg, uint32_t print)
{
	const struct end *snd = &flow->end[side];
	if (!(snd->has & HAS_SEGMENT) || print != snd->print || judge_answers_copy(flow, side, seg))
		return false;
	if (seg->ip_id && (snd->has & HAS_IDS || is_first_ack(flow, side, seg)))
		return true;
	const int64_t wait = since(snd->last_at, seg->time);
	if (seg->flags & FW_SYN)
		return wait < FIRST_RTO;
	return (seg->payload_len || seg->flags & FW_FIN) && wait < (int64_t)snd->rtt * RTT_UNIT;
}

static void judge_old(
	const struct flow *flow, int side, const struct fw_segment *seg, struct judgement *j)
{
	const struct end *snd = &flow->end[side];
	const bool earlier = sent_earlier(snd, seg);
	const bool seen = !j->fresh && (seg->flags & FW_SYN || id_was_seen(flow, side, seg, true));
	if (earlier && !seen) {
		j->facts |= FW_FACT_out_of_order;
	} else if (earlier && (seg->flags & (FW_SYN | FW_ACK)) != (FW_SYN | FW_ACK)) {
		j->facts |= FW_FACT_duplicate_network;
		j->copy = true;
	} else if (!(seg->flags & FW_SYN && seg->flags & FW_ACK && !(snd->has & HAS_SYN_ACK))) {
		j->facts |= FW_FACT_retransmission; /* but for the SYN,ACK of a simultaneous open */
	}
	j->old = earlier || j->copy;
}

/* Where SEG lies in what its sender has sent. */
static void judge_place(
	const struct flow *flow, int side, const struct fw_segment *seg, struct judgement *j)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	const int32_t ahead = seq_diff(seg->seq, snd->nxt);
	if (is_probe(flow, side, seg)) {
		j->facts |= rcv->window == 0 ? FW_FACT_zero_window_probe : FW_FACT_keepalive;
	} else if (ahead > 0) {
		j->facts |= FW_FACT_gap;
		j->old = j->len == 0 && sent_earlier(snd, seg);
	} else if (ahead == 0 && seg->payload_len && turns_back(snd, seg) &&
		counts_back(snd, seg)) {
		j->facts |= FW_FACT_out_of_order; /* by what was sent again */
	} else if (ahead < 0 && j->len) {
		const int32_t beyond = seq_diff(j->after, snd->nxt);
		j->fresh = (beyond > 0 ? (uint32_t)beyond : 0) +
			(flow_trouble(flow, side) ? holes_covered(&flow_trouble(flow, side)->holes,
							    seg->seq, j->after)
						  : 0);
		judge_old(flow, side, seg, j);
	} else if (j->len == 0 && sent_earlier(snd, seg)) {
		j->old = true;
		j->copy = id_was_seen(flow, side, seg, false);
		j->facts |= j->copy ? whose_copy(flow, side, seg) : FW_FACT_out_of_order;
	}
}

/* Data below the sender's SYN, in a stream that has not gone once around. */
static bool is_below_syn(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct end *snd = &flow->end[side];
	return snd->has & HAS_ISS && seg->payload_len && seq_before(seg->seq, snd->iss) &&
		count_sums(flow, side).payload_bytes < HALF_SPACE;
}

/* Could the sender have used these numbers? */
static bool can_be_own(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	if (!(snd->has & HAS_SEGMENT))
		return !(rcv->has & HAS_ACK) || !(rcv->has & HAS_ISS) ||
			seq_diff(seg->seq, rcv->ack) < HALF_SPACE;
	const int32_t ahead = seq_diff(seg->seq, snd->nxt);
	if (ahead == 0)
		return true;
	if (ahead < 0 && is_below_syn(flow, side, seg))
		return false;
	if (!windows_known(flow) || !(rcv->has & HAS_ACK))
		return ahead < HALF_SPACE && ahead > -HALF_SPACE;
	const int32_t window = seq_diff(rcv->edge, rcv->ack);
	if (ahead < 0)
		return seq_diff(j->after, rcv->ack) >
			-(window + (1 << 17)); /* a late or repeated one */
	return !seq_after(seg->seq, rcv->edge);
}

/* Its SYN was answered twice. Does it take the second answer? */
static bool chooses_alt_iss(const struct flow *flow, int side, const struct fw_segment *seg)
{
	return flow->end[!side].has & HAS_ALT_ISS &&
		seg->ack == flow_trouble(flow, !side)->alt_iss + 1;
}

/* Could the sender have acknowledged this? Never more than the peer was allowed to send. */
static bool ack_can_be_own(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	if (!(seg->flags & FW_ACK))
		return false;
	if (!(rcv->has & HAS_SEGMENT))
		return !(snd->has & HAS_ACK) || seq_diff(seg->ack, snd->ack) > -HALF_SPACE;
	const int32_t ahead = seq_diff(seg->ack, rcv->nxt);
	if (chooses_alt_iss(flow, side, seg))
		return true;
	if (ahead <= 0)
		return ahead > -HALF_SPACE &&
			(!(rcv->has & HAS_ISS) || seq_after(seg->ack, rcv->iss));
	if (!(snd->has & HAS_ACK) || !windows_known(flow))
		return ahead < HALF_SPACE &&
			!(rcv->has & HAS_ISS && rcv->nxt == rcv->iss + 1 && !(snd->has & HAS_ACK));
	return !seq_after(seg->ack, snd->edge) || seq_diff(seg->ack, snd->edge) < 2;
}

bool judge_damaged_fin(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	return (seg->flags & (FW_SYN | FW_FIN | FW_RST | FW_ACK)) == (FW_FIN | FW_ACK) &&
		!(snd->has & HAS_FIN) && seg->seq == snd->nxt && snd->has & HAS_ACK &&
		!seq_before(seg->ack, snd->ack) && !seq_after(seg->ack, rcv->nxt);
}

bool judge_resets_before_fin(const struct end *snd, const struct fw_segment *seg)
{
	return snd->has & HAS_FIN && (seg->flags & (FW_RST | FW_ACK)) == FW_RST &&
		seq_in(seg->seq, snd->fin - UINT16_MAX, snd->fin) &&
		(!(snd->has & HAS_ISS) || seq_after(seg->seq, snd->iss));
}

/* Would the receiver accept this reset? RFC 9293 3.10.7.3 and 3.10.7.4, RFC 5961 3.2. Its
 * RCV.NXT lies between what it has acknowledged and what has passed. */
static void judge_reset(
	const struct flow *flow, int side, const struct fw_segment *seg, struct judgement *j)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	if (snd->state == FW_SYN_SENT && seg->seq != snd->nxt && !(seg->flags & FW_ACK))
		return; /* RFC 9293 3.10.7.3: what is not for its SYN; it goes on waiting */
	if (!(rcv->has & HAS_SEGMENT)) {
		const int32_t off = seq_diff(seg->seq, snd->nxt);
		j->own = !(snd->has & HAS_SEGMENT) || (off < NEAR && off > -NEAR);
		j->facts |= j->own ? 0 : FW_FACT_out_of_window | FW_FACT_reset_ignored;
		return;
	}
	if (rcv->state == FW_SYN_SENT && !(snd->has & HAS_ISS)) {
		j->rst_accepted = j->own =
			seg->flags & FW_ACK && seq_in(seg->ack, rcv->iss + 1, rcv->nxt + 1);
	} else if (!(snd->has & HAS_SEGMENT)) {
		const int32_t off = seq_diff(seg->seq, rcv->ack);
		j->rst_accepted = j->own = !(rcv->has & HAS_ACK) || (off >= 0 && off < NEAR) ||
			rcv->state == FW_UNKNOWN;
	} else {
		const uint32_t left =
			rcv->has & HAS_ACK && seq_before(rcv->ack, snd->nxt) ? rcv->ack : snd->nxt;
		const uint32_t last =
			rcv->has & HAS_ACK && seq_after(rcv->ack, snd->nxt) ? rcv->ack : snd->nxt;
		j->rst_accepted = seq_in(seg->seq, left, last + 1) ||
			(judge_resets_before_fin(snd, seg) && seg->seq + 1 == snd->fin);
		j->own = j->rst_accepted || judge_resets_before_fin(snd, seg);
	}
	if (j->rst_accepted)
		return;
	const bool inside = rcv->has & HAS_ACK && rcv->state != FW_SYN_SENT &&
		!seq_before(seg->seq, rcv->ack) && seq_before(seg->seq, rcv->edge);
	const bool outside = !inside && rcv->state != FW_SYN_SENT && rcv->has & HAS_ACK;
	j->facts |= inside ? FW_FACT_reset_challenged : FW_FACT_reset_ignored;
	j->facts |= outside ? FW_FACT_out_of_window : 0;
}

/* RFC 5961 3.2 and 4: it was asked back about what it would not take. */
static bool answers_a_challenge(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const struct end *snd = &flow->end[side];
	return flow->has & (uint32_t)FLOW_CHALLENGED << side && !j->len && seg->seq == snd->nxt &&
		!j->ack_fresh &&
		since(flow->end[!side].last_at, seg->time) < doubt_window(flow, side);
}

/* Both ends sign all they send, and what lacks the signature is dropped (RFC 2385 2, RFC 5925
 * 7.3). */
static bool lacks_signature(const struct end *snd, const struct fw_segment *seg)
{
	return snd->has & HAS_SIGNED && !(seg->opt.have & (FW_OPT_MD5 | FW_OPT_AO | FW_OPT_CUT));
}

/* A SYN,ACK that is for the peer's SYN begins its sender's numbers, whatever an older connection
 * of the same ports has said (RFC 9293 3.5 figure 10). */
static bool begins_numbers(
	const struct end *snd, const struct end *rcv, const struct fw_segment *seg)
{
	return (seg->flags & (FW_SYN | FW_ACK)) == (FW_SYN | FW_ACK) && !(snd->has & HAS_ISS) &&
		rcv->has & HAS_ISS && seq_in(seg->ack, rcv->iss + 1, rcv->nxt + 1);
}

bool judge_repeats_fin(const struct end *e, const struct fw_segment *seg)
{
	return e->has & HAS_FIN && seg->flags & FW_FIN && seg->seq + seg->payload_len + 1 == e->fin;
}

bool judge_takes_syn_fin(const struct end *rcv, const struct fw_segment *seg)
{
	return rcv->has & HAS_SYN_FIN && (seg->flags & (FW_SYN | FW_ACK)) == (FW_SYN | FW_ACK) &&
		seg->ack == rcv->nxt;
}

/* Is just the octet before SND.NXT missing? */
static bool octet_missing(const struct flow *flow, int side)
{
	const uint32_t nxt = flow->end[side].nxt;
	return flow_trouble(flow, side) &&
		holes_covered(&flow_trouble(flow, side)->holes, nxt - 2, nxt) == 1 &&
		holes_covered(&flow_trouble(flow, side)->holes, nxt - 1, nxt) == 1;
}

bool judge_skips_fin(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	if (!j->ack_fresh || j->old || j->len || !(snd->has & HAS_SEGMENT) || snd->has & HAS_FIN ||
		!(rcv->has & HAS_FIN) || seq_before(seg->ack, rcv->fin))
		return false;
	return seg->seq == snd->nxt + 1 || (seg->seq == snd->nxt && octet_missing(flow, side));
}

/* The peer's last segment lay outside of everything. Does its receiver acknowledge it? */
static bool finds_stray(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct trouble *peer = flow_trouble(flow, !side);
	return flow->end[!side].has & HAS_STRAY && seg->flags & FW_ACK &&
		seq_in(seg->ack, peer->stray_at, peer->stray + 1);
}

/* An octet that was not seen, acknowledged by a bare ACK after larger steps, seems to be the peer's
 * FIN: until more is acknowledged or sent. */
static void judge_unheard(
	const struct flow *flow, int side, const struct fw_segment *seg, struct judgement *j)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	const bool heard = rcv->has & HAS_SEGMENT;
	if (flow->has & (uint32_t)FLOW_GUESSED_FIN << !side)
		j->denies_guess = seg->payload_len && !seq_before(j->after, snd->fin);
	if (!j->ack_fresh)
		return;
	if (flow->has & (uint32_t)FLOW_GUESSED_FIN << side)
		j->denies_guess = true;
	j->guesses_fin = !j->denies_guess && !j->len && snd->has & HAS_ACK &&
		seg->ack == (heard ? rcv->nxt : snd->ack) + 1 && snd->has & HAS_LARGE_STEPS &&
		!(snd->has & HAS_SMALL_STEPS) && !(heard && rcv->has & HAS_FIN);
}

/* Does it take all of its receiver's window, or more? */
static bool fills_window(const struct end *snd, const struct end *rcv, const struct fw_segment *seg)
{
	return snd->has & rcv->has & HAS_OPTIONS && seg->payload_len &&
		!seq_before(seg->seq + seg->payload_len, rcv->edge);
}

/* The usual course, of which nothing is to be said: data in order, or an acknowledgment of more of
 * what was seen. */
static bool is_usual(const struct end *snd, const struct end *rcv, const struct fw_segment *seg)
{
	const uint32_t both = HAS_SEGMENT | HAS_ACK;
	return (seg->flags & (FW_SYN | FW_FIN | FW_RST | FW_ACK | FW_URG | FW_RESERVED)) ==
		FW_ACK &&
		seg->seq == snd->nxt && seg->window && snd->window && rcv->window &&
		(snd->has & rcv->has & both) == both && !((snd->has | rcv->has) & HAS_FIN) &&
		!(snd->has & (HAS_FILLED | HAS_SACKED)) &&
		!(seg->opt.have & (FW_OPT_SACK | FW_OPT_MALFORMED)) &&
		!fills_window(snd, rcv, seg) && !turns_back(snd, seg) &&
		rcv->nxt - seg->ack <= rcv->nxt - snd->ack &&
		(seg->payload_len || seg->ack != snd->ack);
}

void judge(const struct flow *flow, int side, const struct fw_segment *seg, struct judgement *j)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	const uint32_t len = sequence_space(seg);
	*j = (struct judgement){
		.len = len, .fresh = len, .after = seg->seq + len, .print = print_of(seg)};
	if (lacks_signature(snd, seg))
		return;
	if (!(flow->has & FLOW_GUESSED_FINS) && is_usual(snd, rcv, seg)) {
		j->usual = j->own = j->ack_own = true;
		j->ack_fresh = seg->ack != snd->ack;
		return;
	}
	if (seg->window == 0 && !(seg->flags & (FW_RST | FW_SYN | FW_FIN)))
		j->facts |= FW_FACT_zero_window;
	if (repeats_the_last(flow, side, seg, j->print)) {
		j->facts |= whose_copy(flow, side, seg);
		j->fresh = 0;
		j->old = j->copy = j->own = true;
		return;
	}
	if (seg->flags & FW_RST) {
		judge_reset(flow, side, seg, j);
		j->afterwards =
			snd->has & rcv->has & HAS_FIN && end_is_done(snd) && end_is_done(rcv);
		return;
	}
	const bool other_numbers = begins_numbers(snd, rcv, seg) ||
		(seg->flags & FW_SYN && snd->has & HAS_ISS && seg->seq != snd->iss);
	j->own = other_numbers ? !(snd->state == FW_SYN_SENT && seg->flags & FW_ACK &&
					 snd->has & HAS_ISS && seg->seq != snd->iss)
			       : can_be_own(flow, side, seg, j);
	if (!j->own) {
		j->facts |= FW_FACT_out_of_window;
		j->resync = snd->has & HAS_STRAY && seg->seq == flow_trouble(flow, side)->stray;
		return;
	}
	if (snd->has & HAS_SEGMENT && !other_numbers)
		judge_place(flow, side, seg, j);
	else if (flow->has & FLOW_SYN_AGAIN && !((snd->has | rcv->has) & HAS_SEGMENT))
		j->facts |= FW_FACT_retransmission;
	j->finds_stray = finds_stray(flow, side, seg);
	j->ack_own = j->finds_stray || ack_can_be_own(flow, side, seg);
	j->ack_fresh = j->ack_own && (!(snd->has & HAS_ACK) || seq_after(seg->ack, snd->ack));
	if (j->ack_own && rcv->has & HAS_SEGMENT && seq_after(seg->ack, rcv->nxt) &&
		!chooses_alt_iss(flow, side, seg))
		j->facts |= FW_FACT_ack_unseen;
	judge_unheard(flow, side, seg, j);
	if (answers_a_challenge(flow, side, seg, j))
		j->facts |= FW_FACT_challenge_ack;
}
