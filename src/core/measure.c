/* What each end has sent, acknowledged and offered so far. */
#include "measure.h"

#include <stdlib.h>

#include "count.h"
#include "doubt.h"
#include "ending.h"
#include "opening.h"
#include "recovery.h"

struct trouble *measure_trouble(struct flow *flow, int side)
{
	if (!flow->trouble)
		flow->trouble = calloc(2, sizeof *flow->trouble);
	return flow_trouble(flow, side);
}

void measure_init(struct flow *flow)
{
	flow->answered = flow->opened = SPAN_NONE;
	for (int side = 0; side < 2; side++)
		tally_init(&flow->tally[side]);
}

void measure_free(struct flow *flow)
{
	for (int side = 0; flow->trouble && side < 2; side++)
		free(flow->trouble[side].wide);
	recovery_free(flow);
	free(flow->trouble);
}

uint32_t measure_scale(const struct flow *flow, int side)
{
	const bool scaled = flow->end[0].has & flow->end[1].has & HAS_WSCALE;
	return scaled ? flow->end[side].wscale : 0;
}

uint32_t measure_max_window(const struct flow *flow, int side)
{
	const struct tally *t = &flow->tally[side];
	const uint32_t window = (uint32_t)t->window_max << measure_scale(flow, side);
	return window > t->initial_window ? window : t->initial_window;
}

/* Octets of payload that were not seen before. */
static uint32_t unseen(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const struct end *snd = &flow->end[side];
	const struct trouble *trouble = flow_trouble(flow, side);
	const uint32_t left = seg->seq + !!(seg->flags & FW_SYN), right = left + seg->payload_len;
	if (j->copy || !(j->own || j->resync) || j->facts & PROBES)
		return 0;
	if (j->resync || !(snd->has & HAS_SEGMENT) || !seq_before(left, snd->nxt))
		return seg->payload_len;
	return (seq_after(right, snd->nxt) ? right - snd->nxt : 0) +
		(trouble ? holes_covered(&trouble->holes, left, right) : 0);
}

static bool count_facts(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct trouble *t = measure_trouble(flow, side);
	if (!t)
		return false;
	t->out_of_order_packets += !!(j->facts & FW_FACT_out_of_order);
	t->duplicate_packets +=
		!!(j->facts & (FW_FACT_duplicate_network | FW_FACT_duplicate_capture));
	t->probe_packets += !!(j->facts & PROBES);
	t->probe_bytes += j->facts & PROBES ? seg->payload_len : 0;
	t->zero_window_probes += !!(j->facts & FW_FACT_zero_window_probe);
	t->zero_windows += !!(j->facts & FW_FACT_zero_window);
	const uint32_t repeated = seg->payload_len - unseen(flow, side, seg, j);
	t->repeated_bytes += repeated;
	t->repeated_packets += repeated && repeated == seg->payload_len;
	if (j->facts & FW_FACT_retransmission) {
		t->retransmitted_packets++;
		t->retransmitted_bytes += repeated;
	}
	return true;
}

static void options(struct end *snd, struct tally *tally, const struct fw_segment *seg)
{
	if (seg->opt.have & FW_OPT_MSS)
		tally->mss = seg->opt.mss;
	if (seg->opt.have & FW_OPT_WSCALE) {
		snd->wscale = seg->opt.wscale & 15;
		snd->has |= HAS_WSCALE;
	}
}

/* What an older connection of the same ports has said counts no more. */
static void begin_numbers(struct flow *flow, int side, uint32_t nxt)
{
	struct end *snd = &flow->end[side];
	snd->nxt = nxt;
	snd->has &= ~(uint32_t)(HAS_STRAY | HAS_TIMED);
	if (flow_trouble(flow, side))
		flow_trouble(flow, side)->holes = (struct holes){0};
}

/* The SYN of end SIDE, with what was taken of its data, ends at SYN_END. */
static bool end_syn(struct flow *flow, int side, uint32_t syn_end)
{
	struct trouble *trouble = measure_trouble(flow, side);
	if (!trouble)
		return false;
	trouble->syn_end = syn_end;
	flow->end[side].has |= HAS_SYN_END;
	return true;
}

/* RFC 9293 3.10.7.3: its SYN,ACK before was no answer to the peer's SYN; this one is. */
static bool answers_at_last(
	const struct end *snd, const struct fw_segment *seg, const struct judgement *j)
{
	return (snd->has & (HAS_SYN_ACK | HAS_ACK)) == HAS_SYN_ACK && seg->flags & FW_ACK &&
		j->ack_own;
}

/* The first sequence number holds, until the peer acknowledges another (a balancer may answer a
 * SYN twice). */
static bool syn(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	const bool another = snd->has & HAS_ISS && seg->seq != snd->iss;
	if (another && !answers_at_last(snd, seg, j)) {
		struct trouble *trouble = measure_trouble(flow, side);
		if (!trouble)
			return false;
		trouble->alt_iss = seg->seq;
		snd->has |= HAS_ALT_ISS;
		return true;
	}
	if (another || !(snd->has & HAS_ISS)) {
		snd->iss = seg->seq;
		snd->has = (snd->has & ~(uint32_t)HAS_SYN_END) | HAS_ISS;
		snd->has |= seg->opt.have & (FW_OPT_CUT | FW_OPT_MALFORMED) ? 0u : HAS_OPTIONS;
		snd->has |= seg->opt.have & (FW_OPT_MD5 | FW_OPT_AO) ? HAS_SIGNED : 0u;
		if (!(snd->has & HAS_SEGMENT) || seg->flags & FW_ACK)
			begin_numbers(flow, side, j->after);
		options(snd, &flow->tally[side], seg);
		opening_offers(flow, side, seg);
	}
	if (!(seg->flags & FW_ACK)) {
		snd->has |= seg->flags & FW_FIN ? HAS_SYN_FIN : 0;
		return true;
	}
	if (flow_offers(flow, side) & flow_offers(flow, !side) & OFFERS_ACCECN)
		flow->has |= FLOW_ACCECN;
	if (!((snd->has | rcv->has) & HAS_SYN_ACK))
		flow->answered = span_of(elapsed(flow->first, seg->time));
	snd->has |= HAS_SYN_ACK;
	if (judge_takes_syn_fin(rcv, seg)) {
		rcv->fin = seg->ack;
		rcv->fin_ack_at = j->after;
		rcv->has |= HAS_FIN | HAS_FIN_ACK;
		flow->fin_first = !side;
	}
	if (!j->ack_own)
		return true;
	const bool known = flow_knows_syn_end(flow, !side);
	const int32_t more = known ? seq_diff(seg->ack, flow_syn_end(flow, !side)) : 1;
	if (rcv->has & HAS_ISS && more > 0)
		flow->has |= FLOW_FAST_OPEN;
	return more <= 0 || end_syn(flow, !side, seg->ack);
}

static bool add_hole(struct flow *flow, int side, uint32_t left, uint32_t right)
{
	struct trouble *trouble = measure_trouble(flow, side);
	if (!trouble)
		return false;
	holes_add(&trouble->holes, left, right);
	return true;
}

static void time_it(struct end *snd, const struct fw_segment *seg, const struct judgement *j)
{
	if (j->facts & FW_FACT_retransmission && snd->has & HAS_TIMED &&
		seq_before(seg->seq, snd->timed)) {
		if (seg->flags & FW_SYN && seg->opt.have & FW_OPT_TIMESTAMPS)
			snd->timed_at =
				seg->time; /* the echoed time stamp tells which (RFC 7323 4) */
		else
			snd->has &= ~(uint32_t)HAS_TIMED; /* Karn: which would be acknowledged? */
	}
	if (snd->has & HAS_TIMED || j->facts & ~(uint32_t)REMARKS || j->fresh != j->len)
		return;
	snd->timed = j->after;
	snd->timed_at = seg->time;
	snd->has |= HAS_TIMED;
}

/* More is on its way. */
static void send(struct flow *flow, int side)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	const int32_t octets = seq_diff(snd->nxt, rcv->ack);
	struct tally *t = &flow->tally[side];
	if (rcv->has & HAS_ACK && octets > 0 && (uint32_t)octets > t->in_flight)
		t->in_flight = (uint32_t)octets;
}

/* Octets that were sent: what is new, what fills a hole, what opens one. */
static bool stream(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct end *snd = &flow->end[side];
	const int32_t ahead = snd->has & HAS_SEGMENT ? seq_diff(seg->seq, snd->nxt) : 0;
	time_it(snd, seg, j);
	if (j->fresh && seg->payload_len) {
		snd->has |= HAS_DATA;
		ending_data(flow, side);
	}
	if (ahead > 0 && !add_hole(flow, side, snd->nxt, seg->seq))
		return false;
	if (ahead < 0 && flow_trouble(flow, side))
		holes_fill(&flow_trouble(flow, side)->holes, seg->seq, j->after);
	if (!(snd->has & HAS_SEGMENT) || seq_after(j->after, snd->nxt)) {
		snd->nxt = j->after;
		send(flow, side);
	}
	return true;
}

static void fin(struct flow *flow, int side, const struct fw_segment *seg, uint32_t after)
{
	struct end *snd = &flow->end[side];
	if (!(seg->flags & FW_ACK))
		return;
	if (after == snd->fin)
		flow->has &= ~((uint32_t)FLOW_GUESSED_FIN << !side);
	if (!(snd->has & HAS_FIN)) {
		snd->fin = after;
		snd->has |= HAS_FIN;
		if (!(flow->end[!side].has & HAS_FIN))
			flow->fin_first = side & 1;
	}
	snd->fin_at = ticks(seg->time);
	flow->end[!side].has &= ~(uint32_t)HAS_LACKS_FIN;
}

/* A bare ACK stands at its sender's SND.NXT (RFC 9293 3.10.4): what is missing before it was
 * sent, too. */
static bool skip(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct end *snd = &flow->end[side];
	if (j->old || seq_before(seg->seq, snd->nxt))
		return true;
	if (judge_skips_fin(flow, side, seg, j))
		fin(flow, side, seg, seg->seq);
	if (seg->seq == snd->nxt)
		return true;
	if (!add_hole(flow, side, snd->nxt, seg->seq))
		return false;
	snd->nxt = seg->seq;
	return true;
}

static bool rtt(struct flow *flow, int side, fw_time now)
{
	struct end *timed = &flow->end[side];
	timed->has &= ~(uint32_t)HAS_TIMED;
	if (now < timed->timed_at)
		return true;
	const uint64_t units = ((uint64_t)now - (uint64_t)timed->timed_at) / RTT_UNIT;
	const uint32_t sample = units < UINT32_MAX ? (uint32_t)units : UINT32_MAX;
	timed->rtt = timed->rtt ? timed->rtt - timed->rtt / 8 + sample / 8 : sample + !sample;
	if (tally_rtt_full(&flow->tally[side], sample) && !count_spill(flow, side))
		return false;
	tally_rtt(&flow->tally[side], sample);
	return true;
}

/* It was the peer's own, and so was its FIN. */
static void accept_stray(struct flow *flow, int side, uint32_t ack)
{
	struct end *peer = &flow->end[!side];
	const struct trouble *trouble = flow_trouble(flow, !side);
	peer->has &= ~(uint32_t)HAS_STRAY;
	if (!trouble->stray_fin || ack != trouble->stray || peer->has & HAS_FIN)
		return;
	peer->fin = ack;
	peer->has |= HAS_FIN;
	if (!(flow->end[side].has & HAS_FIN))
		flow->fin_first = !side;
}

/* The peer sent octets that passed no tap. */
static bool acknowledge_unseen(struct flow *flow, int side, uint32_t ack)
{
	struct end *rcv = &flow->end[!side];
	if (!(rcv->has & HAS_SEGMENT) || !seq_after(ack, rcv->nxt))
		return true;
	if (!add_hole(flow, !side, rcv->nxt, ack))
		return false;
	rcv->nxt = ack;
	rcv->has &= ~(uint32_t)HAS_TIMED;
	return true;
}

static void choose_iss(struct end *rcv, const struct trouble *trouble, uint32_t ack)
{
	if (!(rcv->has & HAS_ALT_ISS) || rcv->has & HAS_DATA || ack != trouble->alt_iss + 1)
		return;
	rcv->iss = trouble->alt_iss;
	rcv->nxt = ack;
	rcv->has &= ~(uint32_t)(HAS_ALT_ISS | HAS_SYN_END);
}

/* A SYN,ACK for an earlier SYN than the last one. */
static bool echoes_another(const struct end *rcv, const struct fw_segment *seg)
{
	return seg->flags & FW_SYN && rcv->has & HAS_TS && seg->opt.have & FW_OPT_TIMESTAMPS &&
		seg->opt.tsecr != rcv->tsval;
}

/* Of the peer's FIN, or, though it had time to arrive, not of it. */
static void acknowledge_fin(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	if (!seq_before(seg->ack, rcv->fin)) {
		if (j->len && !(rcv->has & HAS_FIN_ACK))
			rcv->fin_ack_at = j->after;
		rcv->has |= j->len ? HAS_FIN_ACK : 0;
	} else if (since(rcv->fin_at, seg->time) > doubt_window(flow, side)) {
		snd->has |= HAS_LACKS_FIN;
	}
}

/* ACK is of the first octets of end SIDE, perhaps: what it has sent so far is its first flight. */
static bool first_flight(struct flow *flow, int side, uint32_t ack)
{
	const struct end *snd = &flow->end[side];
	const struct trouble *t = flow_trouble(flow, side);
	if (!(snd->has & HAS_ISS) || !seq_after(ack, snd->iss + 1))
		return true;
	const uint64_t bytes = count_payload_bytes(flow, side) - (t ? t->repeated_bytes : 0);
	const uint64_t packets = count_data_packets(flow, side) - (t ? t->repeated_packets : 0);
	flow->flight_bytes[side] = (uint16_t)bytes;
	flow->flight_packets[side] = packets < FLIGHT_MAX ? (uint8_t)packets : FLIGHT_MAX;
	if (bytes <= UINT16_MAX && packets < FLIGHT_MAX)
		return true;
	struct wide *to = count_wide(flow, side);
	if (!to)
		return false;
	flow->flight_packets[side] = FLIGHT_MAX;
	to->flight_bytes = bytes;
	to->flight_packets = packets;
	return true;
}

/* The first acknowledgment of end SIDE. */
static void handshake_ends(struct flow *flow, int side, const struct fw_segment *seg)
{
	if (flow->end[!side].has & HAS_SYN_ACK && !(seg->flags & FW_SYN) &&
		flow->opened == SPAN_NONE)
		flow->opened = span_of(elapsed(flow->first, seg->time));
}

static bool acknowledge(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	const uint32_t window = end_window(snd, rcv, seg);
	if (j->ack_fresh) {
		choose_iss(rcv, flow_trouble(flow, !side), seg->ack);
		if (snd->has & HAS_ACK)
			snd->has |= seg->ack == snd->ack + 1 ? HAS_SMALL_STEPS : HAS_LARGE_STEPS;
		if (j->guesses_fin) {
			flow->has |= (uint32_t)FLOW_GUESSED_FIN << side;
			rcv->fin = seg->ack;
		}
		snd->ack = seg->ack;
		if (!(snd->has & HAS_ACK)) {
			snd->edge = seg->ack + window;
			handshake_ends(flow, side, seg);
		}
		snd->has |= HAS_ACK;
		if (echoes_another(rcv, seg))
			rcv->has &= ~(uint32_t)HAS_TIMED;
		if (rcv->has & HAS_TIMED && !seq_before(seg->ack, rcv->timed) &&
			!rtt(flow, !side, seg->time))
			return false;
		if (rcv->has & HAS_DATA && !flow->flight_packets[!side] &&
			!first_flight(flow, !side, seg->ack))
			return false;
		if (!acknowledge_unseen(flow, side, seg->ack))
			return false;
		if (j->finds_stray)
			accept_stray(flow, side, seg->ack);
	}
	if (seq_after(seg->ack + window, snd->edge))
		snd->edge = seg->ack + window;
	else if (seg->ack + window != snd->edge && !window_behind(flow, side, seg, j))
		return false;
	if (j->facts & FW_FACT_challenge_ack) {
		flow->has &= ~((uint32_t)FLOW_CHALLENGED << side);
		const struct trouble *trouble = flow_trouble(flow, !side);
		if (trouble && trouble->stranger && !opening_challenged(flow, !side, seg))
			return false;
	}
	if (rcv->has & HAS_FIN && !j->old)
		acknowledge_fin(flow, side, seg, j);
	return true;
}

/* Something of the end passes: how long was it silent? */
static void stir(struct end *snd, fw_time time)
{
	const uint32_t hour = (uint32_t)(3600000000000 >> TICK_BITS);
	const uint32_t now = ticks(time), idle = now - snd->last_at;
	if (idle > snd->max_idle && idle < UINT32_MAX - hour && snd->has & HAS_STIRRED)
		snd->max_idle = idle;
	snd->last_at = now;
	snd->has |= HAS_STIRRED;
}

static void offer(struct flow *flow, int side, const struct fw_segment *seg)
{
	struct end *snd = &flow->end[side];
	if (!(seg->flags & FW_SYN))
		window_turn(flow, side, seg);
	snd->window = seg->window;
}

/* Which identifications of the end were seen, from that of SEG, its latest, down. */
static void note_id(struct flow *flow, int side, const struct fw_segment *seg)
{
	const uint16_t step = (uint16_t)(seg->ip_id - flow->end[side].ip_id);
	if (!(flow->has & FLOW_TIMER))
		flow->ids[side] = step < ID_WINDOW ? flow->ids[side] << step | 1 : 1;
}

#define ID_STEPS 3 /* most that are counted, see id_steps */

/* What tells later whether a segment was sent earlier than this one. */
static void order(struct end *snd, const struct fw_segment *seg, const struct judgement *j)
{
	if (seg->opt.have & FW_OPT_TIMESTAMPS &&
		(!(snd->has & HAS_TS) || seq_after(seg->opt.tsval, snd->tsval))) {
		snd->tsval = seg->opt.tsval;
		snd->has |= HAS_TS;
	}
	snd->print = j->print;
	stir(snd, seg->time);
	if (!seg->ip_id)
		return;
	const uint16_t step = (uint16_t)(seg->ip_id - snd->ip_id);
	const bool counts = snd->ip_id && step && step < ID_STEP;
	if (snd->ip_id && step)
		snd->has |= HAS_IDS;
	snd->ip_id = (uint16_t)seg->ip_id;
	if (counts && snd->id_steps == ID_STEPS)
		return; /* as ever */
	snd->id_steps = (counts ? snd->id_steps + 1 : 0) & ID_STEPS;
	if (snd->id_steps >= 2)
		snd->has |= HAS_IP_ID;
	else
		snd->has &= ~(uint32_t)HAS_IP_ID;
}

/* One that was overtaken is not to be seen again either. */
static void note_late(struct flow *flow, int side, const struct fw_segment *seg)
{
	const uint16_t back = (uint16_t)(flow->end[side].ip_id - seg->ip_id);
	if (seg->ip_id && back < ID_WINDOW && !(flow->has & FLOW_TIMER))
		flow->ids[side] |= 1u << back;
}

static void reset(struct flow *flow, int side, fw_time time, const struct judgement *j)
{
	flow->end[side].print = j->print;
	if (j->facts & FW_FACT_reset_challenged)
		flow->has |= (uint32_t)FLOW_CHALLENGED << !side;
	if (j->own || j->facts & FW_FACT_reset_challenged)
		stir(&flow->end[side], time);
	if (!j->own)
		return;
	flow->end[side].has |= HAS_RST;
	if (j->afterwards || flow->has & FLOW_RESET)
		return;
	flow->has |= FLOW_RESET;
	flow->rst_by = side & 1;
}

/* RFC 9293 3.5.1: it has a connection of which the SYN does not know. */
static bool challenges_syn(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct end *rcv = &flow->end[!side];
	return (seg->flags & (FW_SYN | FW_ACK)) == FW_ACK && rcv->state == FW_SYN_SENT &&
		rcv->has & HAS_ISS && !(flow->end[side].has & HAS_ISS);
}

/* A segment that the sender has meant: it moves what is known of both streams. */
static bool accept(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct end *snd = &flow->end[side];
	if (seg->flags & FW_SYN) {
		if (!syn(flow, side, seg, j))
			return false;
		if (seg->seq != snd->iss)
			return true;
	}
	if (j->len && !(j->facts & PROBES) && !stream(flow, side, seg, j))
		return false;
	if (!(snd->has & HAS_SEGMENT)) {
		snd->nxt = j->after;
		snd->iss = seg->seq;
		snd->has |= HAS_SEGMENT;
		flow->tally[side].initial_window = seg->window;
	}
	if (!j->len && !skip(flow, side, seg, j))
		return false;
	if ((seg->flags & (FW_SYN | FW_FIN)) == FW_FIN)
		fin(flow, side, seg, j->after);
	if (j->ack_own && !acknowledge(flow, side, seg, j))
		return false;
	if (!j->ack_own && challenges_syn(flow, side, seg) && !opening_challenged(flow, !side, seg))
		return false;
	if (j->old || j->facts & FW_FACT_out_of_order) {
		note_late(flow, side, seg);
		return true;
	}
	if (flow->has & FLOW_ACCECN && !count_ace(flow, side, seg))
		return false;
	offer(flow, side, seg);
	note_id(flow, side, seg);
	order(snd, seg, j);
	return true;
}

/* What accept does for the usual course, of which the rest is not true. */
static bool accept_usual(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct end *snd = &flow->end[side];
	if (j->len) {
		time_it(snd, seg, j);
		snd->has |= HAS_DATA;
		ending_data(flow, side);
		snd->nxt = j->after;
		send(flow, side);
	}
	if (flow->has & FLOW_ACCECN && !count_ace(flow, side, seg))
		return false;
	snd->window = seg->window;
	note_id(flow, side, seg);
	order(snd, seg, j);
	return acknowledge(flow, side, seg, j);
}

/* Is SEG sent by an end that had all acknowledged, and could have sent before? */
static bool ends_stall(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	return seg->payload_len && j->fresh && seg->seq == rcv->ack && seg->seq == snd->nxt &&
		rcv->window && rcv->has & HAS_ACK && seg->time > flow->last;
}

bool measure(struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	if (!count(flow, side, seg))
		return false;
	if (ends_stall(flow, side, seg, j) && !count_stall(flow, side, seg->time))
		return false;
	if (seg->number > flow->last_packet)
		flow->last_packet = seg->number;
	if (seg->time > flow->last)
		flow->last = seg->time;
	if (j->usual && !(j->facts & ~(uint32_t)REMARKS))
		return accept_usual(flow, side, seg, j);
	if (j->facts & ~(uint32_t)REMARKS && !count_facts(flow, side, seg, j))
		return false;
	if (!ending_note(flow, side, seg, j) || !window_take(flow, side, seg, j) ||
		!stream_take(flow, side, seg, j))
		return false;
	if (j->copy)
		return true;
	if (seg->flags & FW_RST) {
		reset(flow, side, seg->time, j);
		return true;
	}
	if (j->corrupt) {
		if (j->own && judge_damaged_fin(flow, side, seg)) {
			fin(flow, side, seg, j->after);
			flow->end[!side].has |= HAS_LACKS_FIN;
		}
		return !j->own || !j->len || stream(flow, side, seg, j);
	}
	if (j->own || j->resync)
		return accept(flow, side, seg, j);
	struct trouble *trouble = measure_trouble(flow, side);
	if (!trouble)
		return false;
	trouble->stray_at = seg->seq;
	trouble->stray = j->after;
	trouble->stray_fin = seg->flags & FW_FIN;
	flow->end[side].has |= HAS_STRAY;
	return true;
}

/* The holes of end SIDE up to END, of octets of its stream: FIN is none. */
static struct hole hole_of(const struct flow *flow, int side, uint32_t i, uint32_t end)
{
	const struct end *snd = &flow->end[side];
	struct hole hole = flow->trouble[side].holes.hole[i];
	if (snd->has & HAS_FIN && hole.right == snd->fin)
		hole.right--;
	if (seq_after(hole.right, end))
		hole.right = end;
	if (seq_before(hole.right, hole.left))
		hole.right = hole.left;
	return hole;
}

static struct missing missing_up_to(const struct flow *flow, int side, uint32_t end)
{
	const struct trouble *t = flow_trouble(flow, side);
	struct missing missing = {0};
	if (!t)
		return missing;
	missing.bytes = t->holes.forgotten;
	missing.ranges = t->holes.forgotten_ranges;
	for (uint32_t i = 0; i < t->holes.count; i++) {
		const struct hole hole = hole_of(flow, side, i, end);
		missing.bytes += hole.right - hole.left;
		missing.ranges += hole.right != hole.left;
	}
	return missing;
}

struct missing measure_gaps(const struct flow *flow, int side)
{
	const struct end *rcv = &flow->end[!side];
	return rcv->has & HAS_ACK ? missing_up_to(flow, side, rcv->ack) : (struct missing){0};
}

uint64_t measure_skipped(const struct flow *flow, int side)
{
	return missing_up_to(flow, side, flow->end[side].nxt).bytes;
}
