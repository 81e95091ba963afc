/* The order of things: judge, believe, detect, measure, events. */
#include "step.h"

#include "belief.h"
#include "checksum.h"
#include "detect.h"
#include "event.h"
#include "findings.h"
#include "measure.h"
#include "opening.h"
#include "recovery.h"
#include "resend.h"
#include "stimuli.h"
#include "zeek.h"

/* Enters what the checksum tells, of the end and of the segment. Wrong ones tell only of an end
 * that has sent right ones: others leave them to a network card. What a QUIET one carried is sent
 * again or was received after all: nothing of it is put in question. */
static void check_sum(
	struct end *snd, const struct fw_segment *seg, struct judgement *j, bool quiet)
{
	if ((seg->flags & (FW_SYN | FW_ACK)) == FW_SYN)
		return; /* it may have been put aside without its bytes */
	if (seg->payload_captured != seg->payload_len || !segment_is_whole(seg))
		return;
	j->sound = segment_checksum_ok(seg);
	if (j->sound) {
		snd->has |= HAS_CHECKSUM;
	} else if (segment_checksum_unfinished(seg)) {
		j->unfinished = !(snd->has & HAS_CHECKSUM);
	} else if (snd->has & HAS_CHECKSUM) {
		j->facts |= FW_FACT_bad_checksum;
		j->corrupt = j->old = !quiet;
	}
}

/* Asks the detectors: they see the flow as it was but for its states, which WERE others. */
static void look(struct fw_analyzer *a, const struct flow *flow, int side,
	const struct fw_segment *seg, const struct judgement *j, const uint8_t were[2],
	struct found *found)
{
	const struct scene scene = {
		.analyzer = a,
		.flow = flow,
		.seg = seg,
		.j = j,
		.now = seg->time,
		.side = side,
		.was = {were[0], were[1]},
	};
	const bool moved = were[0] != flow->end[0].state || were[1] != flow->end[1].state;
	if (j->usual && !j->facts && !moved)
		return;
	quality_segment(a, seg, j);
	detect(&scene, found);
}

/* Is SEG to be remembered among what its sender has sent? */
static bool takes_place(const struct judgement *j)
{
	return j->len && (j->own || j->resync) && !j->copy && !(j->facts & PROBES);
}

static uint32_t sound_of(const struct judgement *j)
{
	return j->sound ? SENT_SOUND : 0;
}

/* Where SEG lies in what its sender has sent before, and what else is to be remembered of it. */
static uint32_t place_of(
	const struct end *snd, const struct fw_segment *seg, const struct judgement *j)
{
	if (j->facts & FW_FACT_retransmission)
		return SENT_AGAIN | sound_of(j);
	const bool within = snd->has & HAS_SEGMENT && seq_before(seg->seq, snd->nxt);
	return (within ? 0 : SENT_AHEAD) | sound_of(j);
}

/* What is worth a look: what others wait for, or find odd. */
static void enter_odd(struct fw_analyzer *a, struct flow *flow, int side,
	const struct fw_segment *seg, const struct judgement *j, bool quiet, bool told)
{
	struct found found;
	const uint8_t were[2] = {flow->end[0].state, flow->end[1].state};
	const enum fw_state state = quiet ? FW_ESTABLISHED : belief_move(a, flow, side, seg, j);
	found.count = 0;
	look(a, flow, side, seg, j, were, &found);
	zeek_history(flow, side, seg, j);
	const uint32_t place = place_of(&flow->end[side], seg, j);
	if (((j->facts || flow->has & FLOW_UNSETTLED || seg->opt.have & FW_OPT_SACK) &&
		    !recovery_take(a, flow, side, seg, j)) ||
		!measure(flow, side, seg, j) ||
		(takes_place(j) && !sent_add(a, flow, side, seg, place)))
		a->failed = true;
	if (told)
		event_segment(a, flow, side, seg, j->facts, state);
	if (found.count)
		findings_add(a, flow, &found);
}

/* Takes SEG in, and has it TOLD of. Most are of the usual course. */
static void enter(
	struct fw_analyzer *a, struct flow *flow, int side, const struct fw_segment *seg, bool told)
{
	struct judgement j;
	judge(flow, side, seg, &j);
	const bool quiet = stimuli_none(flow, seg) && !j.finds_stray && !j.guesses_fin;
	if (!quiet || j.facts || seg->payload_len)
		check_sum(&flow->end[side], seg, &j, quiet && !j.facts);
	if (!j.usual || resend_expects(flow, side, seg))
		resend_judge(a, flow, side, seg, &j);
	if (!quiet || !j.usual || j.facts || recovery_waits(flow, &j)) {
		enter_odd(a, flow, side, seg, &j, quiet, told);
		return;
	}
	zeek_history(flow, side, seg, &j);
	if (!measure(flow, side, seg, &j) ||
		(j.len && !sent_add(a, flow, side, seg, SENT_AHEAD | sound_of(&j))))
		a->failed = true;
	if (told)
		event_segment(a, flow, side, seg, 0, FW_ESTABLISHED);
}

void step(struct fw_analyzer *a, struct flow *flow, int side, const struct fw_segment *seg)
{
	enter(a, flow, side, seg, true);
}

void step_quietly(struct fw_analyzer *a, struct flow *flow, int side, const struct fw_segment *seg)
{
	enter(a, flow, side, seg, false);
}

void step_stranger(struct fw_analyzer *a, struct flow *flow, int side, const struct fw_segment *seg)
{
	flow->has |= (uint32_t)FLOW_CHALLENGED << !side;
	const bool again = opening_knows_stranger(flow, side, seg) &&
		since(flow->end[side].last_at, seg->time) > FIRST_RTO;
	flow->end[side].last_at = ticks(seg->time);
	if (!opening_stranger(flow, side, seg))
		a->failed = true;
	event_segment(a, flow, side, seg,
		again ? FW_FACT_retransmission | FW_FACT_retransmission_timeout : 0, FW_SYN_SENT);
}
