/* What is remembered of attempts without an answer, and of resets. */
#ifndef ENDING_H
#define ENDING_H

#include "judge.h"

/* End SIDE sends data. */
static inline void ending_data(struct flow *flow, int side)
{
	flow->has = (flow->has & ~(uint32_t)FLOW_DATA_LAST) | (side ? FLOW_DATA_LAST : 0u);
}

/* Enters what SEG, of end SIDE and out of the usual course, adds to that. False where memory is
 * short. */
bool ending_note(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j);

#endif
