/* A doubly linked queue through the flows. */
#include "timer.h"

void timer_stop(struct fw_analyzer *a, struct flow *flow)
{
	if (!(flow->has & FLOW_TIMER))
		return;
	flow->has &= ~(uint32_t)FLOW_TIMER;
	if (flow->timer_prev)
		flow_at(a, flow->timer_prev)->timer_next = flow->timer_next;
	else
		a->timer_first = flow->timer_next;
	if (flow->timer_next)
		flow_at(a, flow->timer_next)->timer_prev = flow->timer_prev;
	else
		a->timer_last = flow->timer_prev;
	flow->timer_prev = flow->timer_next = 0;
}

void timer_start(struct fw_analyzer *a, struct flow *flow, fw_time deadline)
{
	timer_stop(a, flow);
	flow->has |= FLOW_TIMER;
	flow->deadline = deadline;
	flow->timer_prev = a->timer_last;
	if (a->timer_last)
		flow_at(a, a->timer_last)->timer_next = flow->ref;
	else
		a->timer_first = flow->ref;
	a->timer_last = flow->ref;
}
