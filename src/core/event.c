/* Views are made only of what somebody wants to know. */
#include "event.h"

#include "recovery.h"
#include "timeline.h"
#include "view.h"

enum fw_side event_role(const struct flow *flow, int side)
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
	a->view.end[event_role(flow, side)].state = state;
	const struct end *peer = &flow->end[!side];
	const struct fw_event event = {
		.type = FW_EVENT_SEGMENT,
		.time = seg->time,
		.flow = &a->view,
		.segment = seg,
		.side = event_role(flow, side),
		.facts = facts,
		.reveals = facts & FW_FACT_reveals_spurious ? recovery_of(flow, !side)->exposed : 0,
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
	t.side = event_role(flow, side);
	const struct fw_event event = {
		.type = FW_EVENT_TRANSITION,
		.time = t.time,
		.flow = view(a, flow),
		.transition = &t,
		.side = t.side,
	};
	a->emit(&event, a->user);
}

void event_anomaly(struct fw_analyzer *a, const struct flow *flow, const struct fw_finding *finding)
{
	if (!wants_of(a, FW_EVENT_ANOMALY, flow))
		return;
	struct fw_finding told = *finding;
	told.side = event_role(flow, (int)finding->side);
	const struct fw_event event = {
		.type = FW_EVENT_ANOMALY,
		.time = told.time,
		.flow = view(a, flow),
		.finding = &told,
		.side = told.side,
	};
	a->emit(&event, a->user);
}

void event_finding(struct fw_analyzer *a, const struct fw_finding *finding)
{
	if (!wants(a, FW_EVENT_FINDING))
		return;
	const struct fw_event event = {
		.type = FW_EVENT_FINDING,
		.time = finding->time,
		.finding = finding,
	};
	a->emit(&event, a->user);
}

void event_service(struct fw_analyzer *a, const struct fw_service *service)
{
	if (!wants(a, FW_EVENT_SERVICE))
		return;
	const struct fw_event event = {
		.type = FW_EVENT_SERVICE,
		.time = service->last,
		.service = service,
	};
	a->emit(&event, a->user);
}
