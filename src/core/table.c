/* Linear probing, at most three quarters full, without tombstones: removing shifts back what
 * follows. */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE 1024

bool table_init(struct table *table)
{
	*table = (struct table){
		.slots = calloc(FIRST_SIZE, sizeof(struct slot)), .mask = FIRST_SIZE - 1};
	return table->slots != NULL;
}

void table_free(struct table *table)
{
	free(table->slots);
}

static void put(struct slot *slots, uint32_t mask, struct slot slot)
{
	uint32_t i = slot.hash & mask;
	while (slots[i].ref)
		i = (i + 1) & mask;
	slots[i] = slot;
}

static bool grow(struct table *table)
{
	const uint32_t mask = 2 * table->mask + 1;
	struct slot *slots = mask ? calloc((size_t)mask + 1, sizeof *slots) : NULL;
	if (!slots)
		return false;
	for (size_t i = 0; i <= table->mask; i++)
		if (table->slots[i].ref)
			put(slots, mask, table->slots[i]);
	free(table->slots);
	table->slots = slots;
	table->mask = mask;
	return true;
}

bool table_insert(struct table *table, uint32_t hash, uint32_t ref)
{
	if (table->count >= table->mask / 4 * 3 && !grow(table))
		return false;
	put(table->slots, table->mask, (struct slot){hash, ref});
	table->count++;
	return true;
}

static uint32_t place_of(const struct table *table, uint32_t hash, uint32_t ref)
{
	uint32_t i = hash & table->mask;
	while (table->slots[i].ref != ref)
		i = (i + 1) & table->mask;
	return i;
}

void table_replace(struct table *table, uint32_t hash, uint32_t ref, uint32_t by)
{
	table->slots[place_of(table, hash, ref)].ref = by;
}

void table_remove(struct table *table, uint32_t hash, uint32_t ref)
{
	const uint32_t mask = table->mask;
	uint32_t hole = place_of(table, hash, ref);
	for (uint32_t i = (hole + 1) & mask; table->slots[i].ref; i = (i + 1) & mask) {
		const uint32_t home = table->slots[i].hash & mask;
		if (((i - home) & mask) >= ((i - hole) & mask)) {
			table->slots[hole] = table->slots[i];
			hole = i;
		}
	}
	table->slots[hole] = (struct slot){0, 0};
	table->count--;
}

void table_compact(struct table *table)
{
	uint32_t count = 0;
	for (size_t i = 0; i <= table->mask; i++)
		if (table->slots[i].ref) {
			const struct slot slot = table->slots[i];
			table->slots[i].ref = 0;
			table->slots[count++] = slot;
		}
}
