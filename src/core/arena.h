/* Records of one size, found by number. They never move; freed ones are used again. */
#ifndef ARENA_H
#define ARENA_H

#include <stddef.h>
#include <stdint.h>

#define ARENA_CHUNK_BITS 10

struct arena {
	size_t size; /* of a record; at least 4 */
	uint8_t **chunks;
	uint32_t chunk_count;
	uint32_t used; /* highest number ever given out */
	uint32_t free; /* first of the freed ones, 0 if none */
};

/* SIZE in bytes, a multiple of the alignment that the records need. */
void arena_init(struct arena *arena, size_t size);

/* A zeroed record's number, from 1; 0 where memory is short. */
uint32_t arena_new(struct arena *arena);

void arena_delete(struct arena *arena, uint32_t number);
void arena_free(struct arena *arena);

static inline void *arena_at(const struct arena *arena, uint32_t number)
{
	const uint32_t i = number - 1;
	return arena->chunks[i >> ARENA_CHUNK_BITS] +
		(i & ((1 << ARENA_CHUNK_BITS) - 1)) * arena->size;
}

#endif
