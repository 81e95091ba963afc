/* Items of one size, found by number, used again once returned. */
#ifndef POOL_H
#define POOL_H

#include <stdint.h>
#include <stdlib.h>

struct pool {
	size_t size; /* of an item */
	char *items;
	uint32_t *spare;
	uint32_t count, room, spare_count;
};

static inline void *pool_at(const struct pool *p, uint32_t i)
{
	return p->items + i * p->size;
}

static inline void pool_grow(struct pool *p)
{
	p->room = p->room ? 2 * p->room : 1024;
	p->items = realloc(p->items, p->room * p->size);
	p->spare = realloc(p->spare, p->room * sizeof *p->spare);
	if (!p->items || !p->spare)
		abort();
}

/* Moves the items: pointers from pool_at are void afterwards. */
static inline uint32_t pool_take(struct pool *p)
{
	if (p->spare_count > 0)
		return p->spare[--p->spare_count];
	if (p->count == p->room)
		pool_grow(p);
	return p->count++;
}

static inline void pool_return(struct pool *p, uint32_t i)
{
	p->spare[p->spare_count++] = i;
}

static inline void pool_free(struct pool *p)
{
	free(p->items);
	free(p->spare);
}

#endif
