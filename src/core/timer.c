/* A doubly linked queue through the flows. */
#include "timer.h"

void timer_stop(struct fw_analyzer *a, struct flow *flow)
{
	if (!(flow->has & FLOW_TIMER))
		return;
	flow->has &= ~(uint32_t)FLOW_TIMER;
	flow->ids[0] = flow->ids[1] = 0;
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

void timer_start(struct fw_analyzer *a, struct flow *flow)
{
	const fw_time wait = a->config.time_wait > 0 ? a->config.time_wait : TIME_WAIT_DEFAULT;
	timer_stop(a, flow);
	flow->has |= FLOW_TIMER;
	flow->deadline = a->now > INT64_MAX - wait ? INT64_MAX : a->now + wait;
	flow->timer_prev = a->timer_last;
	if (a->timer_last)
		flow_at(a, a->timer_last)->timer_next = flow->ref;
	else
		a->timer_first = flow->ref;
	a->timer_last = flow->ref;
}

/* Two chains, each sorted, become one: FIRST leads it, and it goes on at REST. */
static uint32_t merge(struct fw_analyzer *a, uint32_t left, uint32_t left_count, uint32_t right,
	uint32_t right_count, uint32_t rest)
{
	uint32_t first = 0, *link = &first;
	while (left_count || right_count) {
		const bool from_left = left_count &&
			(!right_count || flow_at(a, left)->id < flow_at(a, right)->id);
		uint32_t *const from = from_left ? &left : &right;
		(*(from_left ? &left_count : &right_count))--;
		*link = *from;
		link = &flow_at(a, *from)->timer_next;
		*from = *link;
	}
	*link = rest;
	return first;
}

/* Sorts the COUNT flows from FIRST on by number. The result is the first of them; REST is what
 * follows. */
static uint32_t sort(struct fw_analyzer *a, uint32_t first, uint32_t count, uint32_t *rest)
{
	if (count == 1) {
		*rest = flow_at(a, first)->timer_next;
		return first;
	}
	uint32_t middle;
	const uint32_t half = count / 2, left = sort(a, first, half, &middle),
		       right = sort(a, middle, count - half, rest);
	return merge(a, left, half, right, count - half, *rest);
}

void timer_order(struct fw_analyzer *a)
{
	const struct flow *first = timer_first(a);
	const fw_time deadline = first->deadline;
	uint32_t count = 0, rest, previous = 0;
	bool sorted = true;
	uint64_t id = 0;
	for (uint32_t n = a->timer_first; n; n = flow_at(a, n)->timer_next) {
		const struct flow *flow = flow_at(a, n);
		if (flow->deadline != deadline)
			break;
		sorted = sorted && flow->id > id;
		id = flow->id;
		count++;
	}
	if (sorted)
		return;
	a->timer_first = sort(a, a->timer_first, count, &rest);
	for (uint32_t n = a->timer_first; n != rest; n = flow_at(a, n)->timer_next) {
		flow_at(a, n)->timer_prev = previous;
		previous = n;
	}
	if (rest)
		flow_at(a, rest)->timer_prev = previous;
	else
		a->timer_last = previous;
}
