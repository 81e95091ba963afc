/* The 2 MSL timer: all flows wait equally long, so a queue is enough (RFC 9293 3.6.1). */
#ifndef TIMER_H
#define TIMER_H

#include "analyzer.h"

/* Flow leaves DEADLINE (ns since the epoch); one that waits already begins anew. */
void timer_start(struct fw_analyzer *a, struct flow *flow, fw_time deadline);

/* Nothing happens where it does not run. */
void timer_stop(struct fw_analyzer *a, struct flow *flow);

/* The first flow whose deadline has passed by NOW, NULL if none. */
static inline struct flow *timer_due(const struct fw_analyzer *a, fw_time now)
{
	struct flow *first = a->timer_first ? flow_at(a, a->timer_first) : NULL;
	return first && first->deadline <= now ? first : NULL;
}

#endif
