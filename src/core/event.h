/* What the analyzer tells: one callback, one kind of record. */
#ifndef EVENT_H
#define EVENT_H

#include "analyzer.h"

/* FW_EVENT_OPENED or FW_EVENT_CLOSED of FLOW, where wanted. */
void event_flow(struct fw_analyzer *a, enum fw_event_type type, const struct flow *flow);

/* SEG was sent by end SIDE, whose state was STATE once it had sent it. */
void event_segment(struct fw_analyzer *a, const struct flow *flow, int side,
	const struct fw_segment *seg, uint32_t facts, enum fw_state state);

/* End SIDE moved from one state to another. */
void event_transition(
	struct fw_analyzer *a, struct flow *flow, int side, const struct fw_transition *transition);

/* Which role end SIDE of FLOW has. */
enum fw_side event_role(const struct flow *flow, int side);

/* FINDING, whose side is the number of the end, was made of FLOW. */
void event_anomaly(
	struct fw_analyzer *a, const struct flow *flow, const struct fw_finding *finding);

/* FINDING is of no flow alone. */
void event_finding(struct fw_analyzer *a, const struct fw_finding *finding);

void event_service(struct fw_analyzer *a, const struct fw_service *service);

#endif
