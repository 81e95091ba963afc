/* A table of addresses with a record each, bounded. */
#include "census.h"

#include <stdlib.h>

#define ROOM_FIRST 64
#define LOOK       16 /* records that are looked at for one that gives way */

void census_init(struct census *census, size_t size, uint32_t most)
{
	*census = (struct census){.size = size, .most = most};
}

void census_free(struct census *census)
{
	free(census->records);
	free(census->chains);
}

static uint32_t *chain_of(
	const struct census *census, const struct fw_addr *addr, const struct key_secret *secret)
{
	uint64_t h = key_fold(
		load64(addr->ip) ^ secret->word[0], load64(addr->ip + 8) ^ secret->word[1]);
	h = key_fold(h ^ addr->port, secret->word[2] | 1);
	return &census->chains[(h ^ h >> 32) & (census->room - 1)];
}

static struct census_head *head_at(const struct census *census, uint32_t number)
{
	return census_at(census, number - 1);
}

static bool is_of(const struct census_head *head, const struct fw_addr *addr)
{
	return head->addr.port == addr->port &&
		memcmp(head->addr.ip, addr->ip, sizeof addr->ip) == 0;
}

static void chain_in(struct census *census, uint32_t number, const struct key_secret *secret)
{
	struct census_head *head = head_at(census, number);
	uint32_t *chain = chain_of(census, &head->addr, secret);
	head->next = *chain;
	*chain = number;
}

static void chain_out(struct census *census, uint32_t number, const struct key_secret *secret)
{
	const struct census_head *head = head_at(census, number);
	uint32_t *link = chain_of(census, &head->addr, secret);
	while (*link != number)
		link = &head_at(census, *link)->next;
	*link = head->next;
}

/* Doubles the room. False where it is as large as it may be, or memory is short. */
static bool grow(struct census *census, const struct key_secret *secret)
{
	const uint32_t room = census->room ? 2 * census->room : ROOM_FIRST;
	if (room > census->most)
		return false;
	uint8_t *records = realloc(census->records, room * census->size);
	if (!records)
		return false;
	census->records = records;
	uint32_t *chains = calloc(room, sizeof *chains);
	if (!chains)
		return false;
	free(census->chains);
	census->chains = chains;
	census->room = room;
	for (uint32_t number = 1; number <= census->count; number++)
		chain_in(census, number, secret);
	return true;
}

/* The number of a record whose owner was seldom asked for; 0 if none of the next few is. */
static uint32_t give_way(struct census *census, const struct key_secret *secret)
{
	census->turned_away++;
	for (int i = 0; census->count && i < LOOK; i++) {
		census->hand = census->hand % census->count + 1;
		struct census_head *head = head_at(census, census->hand);
		if (head->score > 1) {
			head->score /= 2;
			continue;
		}
		chain_out(census, census->hand, secret);
		return census->hand;
	}
	return 0;
}

void *census_of(struct census *census, const struct fw_addr *addr, const struct key_secret *secret)
{
	for (uint32_t n = census->room ? *chain_of(census, addr, secret) : 0; n;
		n = head_at(census, n)->next) {
		struct census_head *head = head_at(census, n);
		if (!is_of(head, addr))
			continue;
		head->score += head->score < UINT32_MAX;
		return head;
	}
	const bool room = census->count < census->room || grow(census, secret);
	const uint32_t number = room ? ++census->count : give_way(census, secret);
	if (!number)
		return NULL;
	struct census_head *head = head_at(census, number);
	memset(head, 0, census->size);
	memcpy(head->addr.ip, addr->ip, sizeof head->addr.ip);
	head->addr.port = addr->port;
	head->score = 1;
	chain_in(census, number, secret);
	return head;
}
