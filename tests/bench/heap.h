/* What happens next: a four-ary heap of events by time. */
#ifndef HEAP_H
#define HEAP_H

#include <stdint.h>
#include <stdlib.h>

struct event {
	uint64_t time;
	uint32_t what;
};

struct heap {
	struct event *events;
	size_t count, room;
};

static inline void heap_push(struct heap *h, struct event e)
{
	if (h->count == h->room) {
		h->room = h->room ? 2 * h->room : 1024;
		h->events = realloc(h->events, h->room * sizeof *h->events);
		if (!h->events)
			abort();
	}
	size_t i = h->count++;
	for (; i > 0 && h->events[(i - 1) / 4].time > e.time; i = (i - 1) / 4)
		h->events[i] = h->events[(i - 1) / 4];
	h->events[i] = e;
}

static inline size_t heap_earliest_child(const struct heap *h, size_t i)
{
	size_t best = 4 * i + 1;
	for (size_t c = best + 1; c < 4 * i + 5 && c < h->count; c++)
		if (h->events[c].time < h->events[best].time)
			best = c;
	return best;
}

/* The heap must not be empty. */
static inline struct event heap_pop(struct heap *h)
{
	struct event top = h->events[0];
	struct event last = h->events[--h->count];
	size_t i = 0;
	while (4 * i + 1 < h->count) {
		size_t child = heap_earliest_child(h, i);
		if (h->events[child].time >= last.time)
			break;
		h->events[i] = h->events[child];
		i = child;
	}
	if (h->count > 0)
		h->events[i] = last;
	return top;
}

static inline void heap_free(struct heap *h)
{
	free(h->events);
}

#endif
