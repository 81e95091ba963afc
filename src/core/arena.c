/* Records of one size in chunks: no allocation per record, no move when there are more. */
#include "arena.h"

#include <stdlib.h>
#include <string.h>

void arena_init(struct arena *arena, size_t size)
{
	*arena = (struct arena){.size = size};
}

static int add_chunk(struct arena *arena)
{
	const uint32_t count = arena->chunk_count;
	if ((count & (count - 1)) == 0) {
		const size_t room = count ? 2 * (size_t)count : 1;
		uint8_t **chunks = realloc(arena->chunks, room * sizeof *chunks);
		if (!chunks)
			return 0;
		arena->chunks = chunks;
	}
	arena->chunks[count] = malloc(arena->size << ARENA_CHUNK_BITS);
	if (!arena->chunks[count])
		return 0;
	arena->chunk_count++;
	return 1;
}

uint32_t arena_new(struct arena *arena)
{
	uint32_t number = arena->free;
	if (number) {
		memcpy(&arena->free, arena_at(arena, number), sizeof arena->free);
	} else {
		if (arena->used >> ARENA_CHUNK_BITS == arena->chunk_count && !add_chunk(arena))
			return 0;
		number = ++arena->used;
	}
	memset(arena_at(arena, number), 0, arena->size);
	return number;
}

void arena_delete(struct arena *arena, uint32_t number)
{
	memcpy(arena_at(arena, number), &arena->free, sizeof arena->free);
	arena->free = number;
}

void arena_free(struct arena *arena)
{
	for (uint32_t i = 0; i < arena->chunk_count; i++)
		free(arena->chunks[i]);
	free(arena->chunks);
}
