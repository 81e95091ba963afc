/* A table of addresses with a record each, bounded. */
#include "census.h"

#include <stdlib.h>

#define ROOM_FIRST 64
#define LOOK       16 /* records that are looked at for one that gives way */
#define CACHE_LINE 64

void census_init(struct census *census, size_t size, uint32_t most)
{
	*census = (struct census){.most = most};
	arena_init(&census->records, size);
}

void census_free(struct census *census)
{
	arena_free(&census->records);
	free(census->links);
	free(census->chains);
}

static uint32_t hash_of(const struct fw_addr *addr, const struct key_secret *secret)
{
	uint64_t h = key_fold(
		load64(addr->ip) ^ secret->word[0], load64(addr->ip + 8) ^ secret->word[1]);
	h = key_fold(h ^ addr->port, secret->word[2] | 1);
	return (uint32_t)(h ^ h >> 32);
}

static struct census_link *link_at(const struct census *census, uint32_t number)
{
	return &census->links[number - 1];
}

static struct census_head *head_at(const struct census *census, uint32_t number)
{
	return arena_at(&census->records, number);
}

static uint32_t *chain_of(const struct census *census, uint32_t hash)
{
	return &census->chains[hash & (census->room - 1)];
}

static bool is_of(const struct census_head *head, const struct fw_addr *addr)
{
	return head->addr.port == addr->port &&
		memcmp(head->addr.ip, addr->ip, sizeof addr->ip) == 0;
}

/* The number of the first record with HASH, from number N of its chain on; 0 if none. */
static uint32_t seek(const struct census *census, uint32_t n, uint32_t hash)
{
	while (n && link_at(census, n)->hash != hash)
		n = link_at(census, n)->next;
	return n;
}

static void chain_in(struct census *census, uint32_t number)
{
	struct census_link *link = link_at(census, number);
	uint32_t *chain = chain_of(census, link->hash);
	link->next = *chain;
	*chain = number;
}

static void chain_out(struct census *census, uint32_t number)
{
	uint32_t *to = chain_of(census, link_at(census, number)->hash);
	while (*to != number)
		to = &link_at(census, *to)->next;
	*to = link_at(census, number)->next;
}

/* Doubles the room. False where it is as large as it may be, or memory is short. */
static bool grow(struct census *census)
{
	const uint32_t room = census->room ? 2 * census->room : ROOM_FIRST;
	if (room > census->most)
		return false;
	census->failed = true;
	struct census_link *links = realloc(census->links, room * sizeof *links);
	if (!links)
		return false;
	census->links = links;
	uint32_t *chains = calloc(room, sizeof *chains);
	if (!chains)
		return false;
	census->failed = false;
	free(census->chains);
	census->chains = chains;
	census->room = room;
	for (uint32_t number = 1; number <= census->count; number++)
		chain_in(census, number);
	return true;
}

/* The number of a new record; 0 where there is no room. */
static uint32_t add(struct census *census)
{
	if (census->count == census->room && !grow(census))
		return 0;
	const uint32_t number = arena_new(&census->records);
	census->count += number != 0;
	census->failed = census->failed || !number;
	return number;
}

/* The number of a record whose owner was seldom asked for; 0 if none of the next few is. */
static uint32_t give_way(struct census *census)
{
	census->turned_away++;
	for (int i = 0; census->count && i < LOOK; i++) {
		census->hand = census->hand % census->count + 1;
		struct census_head *head = head_at(census, census->hand);
		if (head->score > 1) {
			head->score /= 2;
			continue;
		}
		chain_out(census, census->hand);
		memset(head, 0, census->records.size);
		return census->hand;
	}
	return 0;
}

void *census_of(struct census *census, const struct fw_addr *addr, const struct key_secret *secret)
{
	const uint32_t hash = hash_of(addr, secret);
	uint32_t n = census->room ? seek(census, *chain_of(census, hash), hash) : 0;
	while (n && !is_of(head_at(census, n), addr))
		n = seek(census, link_at(census, n)->next, hash);
	if (n) {
		struct census_head *known = head_at(census, n);
		known->score += known->score < UINT32_MAX;
		return known;
	}
	n = add(census);
	if (!n && !(n = give_way(census)))
		return NULL;
	struct census_head *head = head_at(census, n);
	memcpy(head->addr.ip, addr->ip, sizeof head->addr.ip);
	head->addr.port = addr->port;
	head->score = 1;
	link_at(census, n)->hash = hash;
	chain_in(census, n);
	return head;
}

void census_prefetch(
	const struct census *census, const struct fw_addr *addr, const struct key_secret *secret)
{
	const uint32_t hash = hash_of(addr, secret);
	const uint32_t n = census->room ? seek(census, *chain_of(census, hash), hash) : 0;
	if (!n)
		return;
	const char *record = (const char *)head_at(census, n);
	for (size_t at = 0; at < census->records.size; at += CACHE_LINE)
		__builtin_prefetch(record + at);
}
