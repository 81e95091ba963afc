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

#endif
