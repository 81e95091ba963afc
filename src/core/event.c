/* Views are made only of what somebody wants to know. */
#include "event.h"

#include "timeline.h"
#include "view.h"

static enum fw_side role_of(const struct flow *flow, int side)
{
	return side == flow->client ? FW_CLIENT : FW_SERVER;
}

void event_flow(struct fw_analyzer *a, enum fw_event_type type, const struct flow *flow)
{
	if (!wants(a, type))
		return;
	const struct fw_event event = {
		.type = type,
		.time = flow->last,
		.flow = type == FW_EVENT_CLOSED ? view_whole(a, flow) : view(a, flow),
	};
	a->emit(&event, a->user);
}

void event_segment(struct fw_analyzer *a, const struct flow *flow, int side,
	const struct fw_segment *seg, uint32_t facts, enum fw_state state)
{
	if (!wants_of(a, FW_EVENT_SEGMENT, flow))
		return;
	view(a, flow);
	a->view.end[role_of(flow, side)].state = state;
	const struct end *peer = &flow->end[!side];
	const struct fw_event event = {
		.type = FW_EVENT_SEGMENT,
		.time = seg->time,
		.flow = &a->view,
		.segment = seg,
		.side = role_of(flow, side),
		.facts = facts,
		.seq_base = flow->end[side].iss,
		.ack_base = peer->has & HAS_SEGMENT ? peer->iss : seg->ack,
	};
	a->emit(&event, a->user);
}

void event_transition(
	struct fw_analyzer *a, struct flow *flow, int side, const struct fw_transition *transition)
{
	struct fw_transition t = *transition;
	t.side = (enum fw_side)side;
	timeline_add(a, flow, &t);
	if (!wants_of(a, FW_EVENT_TRANSITION, flow))
		return;
	t.side = role_of(flow, side);
	const struct fw_event event = {
		.type = FW_EVENT_TRANSITION,
		.time = t.time,
		.flow = view(a, flow),
		.transition = &t,
		.side = t.side,
	};
	a->emit(&event, a->user);
}
