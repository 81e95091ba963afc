/* What is believed of the states of both ends: the machine's moves, and what is taken back. */
#include "belief.h"

#include "doubt.h"
#include "event.h"
#include "fsm.h"
#include "incarnation.h"
#include "stimuli.h"
#include "timer.h"

static void move(struct fw_analyzer *a, struct flow *flow, int side, const struct fw_transition *t)
{
	flow->end[side].state = (uint8_t)t->to;
	flow->visited[side] |= 1u << t->from | 1u << t->to;
	event_transition(a, flow, side, t);
}

/* A reset is in doubt by itself: what was presumed long before may be true without it. */
static bool begins_doubt(
	const struct flow *flow, const struct stimulus *s, const struct fw_segment *seg)
{
	const struct end *e = &flow->end[s->side];
	return !e->presumed ||
		(s->what == FW_RCV_RST &&
			since(e->presumed, seg->time) > doubt_window(flow, s->side));
}

/* A program aborts a connection that it has, with a reset that acknowledges; others are answers
 * of its TCP. It accepts a connection that it has not asked for itself. */
static bool is_called(
	const struct flow *flow, const struct stimulus *s, const struct fw_segment *seg)
{
	const uint16_t visited = flow->visited[s->side];
	switch (s->what) {
	case FW_SND_RST:
		return seg->flags & FW_ACK && flow->end[s->side].state != FW_UNKNOWN;
	case FW_RCV_ACK_OF_SYN:
		return !(visited & 1u << FW_SYN_SENT);
	default:
		return true;
	}
}

static void apply(struct fw_analyzer *a, struct flow *flow, const struct stimulus *s,
	const struct fw_segment *seg)
{
	struct end *e = &flow->end[s->side], *peer = &flow->end[!s->side];
	if (s->what == FW_SND_SYN && s->basis == FW_BASIS_SENT && e->state == FW_UNKNOWN)
		e->state = e->sure = FW_CLOSED; /* it had no connection (RFC 9293 3.10.1) */
	const enum fw_state from = e->state;
	const uint8_t rule = fsm_rule(from, s->what);
	if (s->basis != FW_BASIS_PRESUMED && !s->tentative) {
		e->sure = (uint8_t)fsm_step(e->sure, s->what);
		if (e->held)
			e->held = (uint8_t)fsm_step(e->held, s->what);
	}
	if (rule == FW_NO_RULE)
		return;
	if (s->basis == FW_BASIS_PRESUMED && begins_doubt(flow, s, seg)) {
		e->held = e->presumed ? e->state : FW_UNKNOWN;
		const bool fresh = seg->opt.have & FW_OPT_TIMESTAMPS && peer->has & HAS_TS &&
			seq_after(seg->opt.tsval, peer->tsval);
		e->presumed = ticks(seg->time) | 1;
		e->told_ts = seg->opt.tsval;
		e->has = fresh ? e->has | HAS_TOLD_TS : e->has & ~(uint32_t)HAS_TOLD_TS;
	}
	const struct fw_transition t = {
		.packet = seg->number,
		.time = seg->time,
		.from = from,
		.to = fsm_step(from, s->what),
		.basis = fsm_rule_inferred(rule) ? FW_BASIS_INFERRED : s->basis,
		.stimulus = s->what,
		.rule = rule,
		.called = is_called(flow, s, seg),
	};
	move(a, flow, s->side, &t);
}

/* What was said of an end beyond what is sure is taken back. */
static void take_back(
	struct fw_analyzer *a, struct flow *flow, int side, const struct fw_segment *seg)
{
	struct end *e = &flow->end[side];
	e->presumed = 0;
	e->held = FW_UNKNOWN;
	if (e->state == e->sure)
		return;
	const struct fw_transition t = {
		.packet = seg->number,
		.time = seg->time,
		.from = e->state,
		.to = e->sure,
		.basis = FW_BASIS_WITHDRAWN,
		.stimulus = FW_CONTRADICTION,
		.rule = FW_NO_RULE,
	};
	move(a, flow, side, &t);
	if (flow->end[!side].state != FW_CLOSED)
		flow->has &= ~(uint32_t)FLOW_RESET;
}

/* The sender shows that it was not where it was said to be. */
static void withdraw(struct fw_analyzer *a, struct flow *flow, int side,
	const struct fw_segment *seg, const struct judgement *j)
{
	struct end *snd = &flow->end[side];
	if (!(snd->has & HAS_RST) && doubt_denies_fin(snd, seg, j))
		snd->has &= ~(uint32_t)(HAS_FIN | HAS_FIN_ACK | HAS_SURE_FIN);
	snd->has &= ~(uint32_t)HAS_RST;
	take_back(a, flow, side, seg);
}

/* The receiver never had the FIN that comes again: only the acknowledgment after it had reached
 * it. */
static void withdraw_fin(
	struct fw_analyzer *a, struct flow *flow, int side, const struct fw_segment *seg)
{
	struct end *rcv = &flow->end[!side];
	rcv->sure = (uint8_t)fsm_step(rcv->sure, FW_SND_FIN);
	take_back(a, flow, !side, seg);
	const struct stimulus acknowledged = {
		.side = (uint8_t)!side,
		.what = FW_RCV_ACK_OF_FIN,
		.basis = FW_BASIS_PRESUMED,
	};
	apply(a, flow, &acknowledged, seg);
}

/* What seemed to be the FIN of the end that is not heard was not the last of its octets. */
static void withdraw_guess(
	struct fw_analyzer *a, struct flow *flow, int side, const struct fw_segment *seg)
{
	flow->has &= ~(uint32_t)FLOW_GUESSED_FINS;
	take_back(a, flow, side, seg);
	take_back(a, flow, !side, seg);
}

/* A flow whose ends are both done waits 2 MSL for what may still come. */
static void watch_the_end(
	struct fw_analyzer *a, struct flow *flow, const struct fw_segment *seg, bool moved)
{
	if (!incarnation_over(flow)) {
		timer_stop(a, flow);
		return;
	}
	if (moved || !(flow->has & FLOW_TIMER) || seg->flags & FW_FIN)
		timer_start(a, flow);
}

/* What is repeated, or followed by its next sequence number, was sent; and who resets what comes
 * has closed. */
static bool confirms_its_fin(const struct end *e, const struct fw_segment *seg)
{
	return e->has & HAS_FIN &&
		(judge_repeats_fin(e, seg) || seg->seq == e->fin ||
			judge_resets_before_fin(e, seg));
}

/* A FIN that nothing has confirmed yet, or that was only guessed, is no ground to build on. */
static bool is_firm(const struct flow *flow, int side)
{
	const uint32_t fins = flow->end[side].has & (HAS_FIN | HAS_SURE_FIN);
	return fins != HAS_FIN && !(flow->has & (uint32_t)FLOW_GUESSED_FIN << side);
}

enum fw_state belief_move(struct fw_analyzer *a, struct flow *flow, int side,
	const struct fw_segment *seg, const struct judgement *j)
{
	struct end *snd = &flow->end[side];
	const bool crossing = doubt_crossing(flow, side, seg);
	const uint8_t before[2] = {flow->end[0].state, flow->end[1].state};
	if (!j->copy && !j->corrupt && confirms_its_fin(snd, seg)) {
		snd->sure = (uint8_t)fsm_step(snd->sure, FW_SND_FIN);
		snd->has |= HAS_SURE_FIN;
	}
	if (doubt_contradicts(flow, side, seg, j, crossing)) {
		withdraw(a, flow, side, seg, j);
	} else if (!crossing && !j->old && j->own && !(seg->flags & FW_RST) &&
		is_firm(flow, side) && !j->denies_guess) {
		snd->sure = snd->state;
		snd->presumed = 0;
		snd->held = FW_UNKNOWN;
	}
	if (j->denies_guess)
		withdraw_guess(a, flow, side, seg);
	if (doubt_receipt_of_fin(flow, side, seg, j))
		withdraw_fin(a, flow, side, seg);
	struct stimuli stimuli;
	stimuli_of(flow, side, seg, j, &stimuli);
	enum fw_stimulus tentative = FW_STIMULUS_COUNT;
	for (int i = 0; i < stimuli.count; i++) {
		apply(a, flow, &stimuli.item[i], seg);
		if (stimuli.item[i].tentative)
			tentative = stimuli.item[i].what;
	}
	const bool moved = before[0] != flow->end[0].state || before[1] != flow->end[1].state;
	if (moved || flow->has & FLOW_TIMER)
		watch_the_end(a, flow, seg, moved);
	if (!crossing || j->copy)
		return snd->state;
	const enum fw_state then = snd->held ? snd->held : snd->sure;
	return tentative == FW_STIMULUS_COUNT ? then : fsm_step(then, tentative);
}

void belief_timeout(struct fw_analyzer *a, struct flow *flow)
{
	for (int i = 0; i < 2; i++) {
		const int side = i ^ flow->client;
		const enum fw_state from = flow->end[side].state, to = fsm_step(from, FW_TIMEOUT);
		const struct fw_transition t = {
			.packet = flow->last_packet,
			.time = flow->deadline,
			.from = from,
			.to = to,
			.basis = FW_BASIS_TIMER,
			.stimulus = FW_TIMEOUT,
			.rule = fsm_rule(from, FW_TIMEOUT),
		};
		if (from != to)
			move(a, flow, side, &t);
	}
}
