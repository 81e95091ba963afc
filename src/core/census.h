/* A table of addresses with a record each, bounded: where it is full, who was seldom seen lately
 * gives way to who comes. */
#ifndef CENSUS_H
#define CENSUS_H

#include "arena.h"
#include "key.h"

/* Every record begins with this. */
struct census_head {
	struct fw_addr addr;
	uint32_t score; /* how often it was asked for, halved when somebody is to give way */
};

/* What a search looks at before it looks at a record: those of all lie close to each other. */
struct census_link {
	uint32_t hash;
	uint32_t next; /* in its chain; 0 if last */
};

struct census {
	struct arena records;
	struct census_link *links;  /* of each record */
	uint32_t *chains;           /* by hash: the first record's number */
	uint32_t count, room, most; /* room is a power of two, and the number of chains */
	uint32_t hand;              /* where to look next for who gives way */
	uint64_t turned_away;       /* times that there was no record to give, or one gave way */
	bool failed;                /* memory was short */
};

/* Records of SIZE bytes, at MOST a power of two of them. */
void census_init(struct census *census, size_t size, uint32_t most);
void census_free(struct census *census);

/* The record of ADDR, zeroed but for its head if it is new. NULL where there is no room, or no
 * memory: it is counted. */
void *census_of(struct census *census, const struct fw_addr *addr, const struct key_secret *secret);

/* Fetches the record of ADDR ahead of need, if there is one. */
void census_prefetch(
	const struct census *census, const struct fw_addr *addr, const struct key_secret *secret);

/* Those that there are, from 0, in the order in which they came. */
static inline void *census_at(const struct census *census, uint32_t i)
{
	return arena_at(&census->records, i + 1);
}

#endif
