/* The 2 MSL timer: all flows wait equally long, by a clock that never goes back, so a queue is
 * enough (RFC 9293 3.6.1). */
#ifndef TIMER_H
#define TIMER_H

#include "analyzer.h"

#define TIME_WAIT_DEFAULT (60 * 1000000000LL)

/* FLOW leaves when 2 MSL have passed; one that waits already begins anew. */
void timer_start(struct fw_analyzer *a, struct flow *flow);

/* Nothing happens where it does not run. */
void timer_stop(struct fw_analyzer *a, struct flow *flow);

/* The flow that waits first, NULL if none does. */
static inline struct flow *timer_first(const struct fw_analyzer *a)
{
	return a->timer_first ? flow_at(a, a->timer_first) : NULL;
}

/* Puts the flows whose deadline is that of the first into the order of their numbers. */
void timer_order(struct fw_analyzer *a);

#endif
