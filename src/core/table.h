/* Where the record of a key is: open addressing over 8-byte slots, so that a look-up costs two
 * cache lines. */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stdint.h>

struct slot {
	uint32_t hash;
	uint32_t ref; /* the caller's; 0 is an empty slot */
};

struct table {
	struct slot *slots;
	uint32_t mask; /* slots less one */
	uint32_t count;
};

/* False where memory is short. */
bool table_init(struct table *table);
void table_free(struct table *table);

/* False where memory is short; nothing has changed then. */
bool table_insert(struct table *table, uint32_t hash, uint32_t ref);

/* HASH and REF must be there. */
void table_replace(struct table *table, uint32_t hash, uint32_t ref, uint32_t by);
void table_remove(struct table *table, uint32_t hash, uint32_t ref);

/* Takes the slots in use together at the front: nothing is found after that. */
void table_compact(struct table *table);

static inline void table_prefetch(const struct table *table, uint32_t hash)
{
	__builtin_prefetch(&table->slots[hash & table->mask]);
}

#endif
