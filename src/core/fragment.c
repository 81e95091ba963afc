/* Reassembly of fragmented IP datagrams.
 *
 * Fragments that overlap with other bytes spoil their datagram, as RFC 5722 4
 * wants it: which of them the receiver would take is not to be known. Equal
 * bytes sent twice do no harm. A spoiled datagram stays in the table, without
 * its bytes, so that its later fragments do not begin a new one.
 */
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "core/fragment.h"

enum {
	DATAGRAMS_MAX = 1024,
	PIECES_MAX = 256, /* of one datagram */
	BYTES_MAX = 16 << 20,
	DATAGRAM_MAX = 65535,
	BUCKETS = 1024,
};

#define LIFETIME ((fw_time)30 * 1000000000) /* RFC 791 3.2 */
#define UNKNOWN  UINT32_MAX

struct piece {
	struct piece *next; /* ordered by offset */
	uint32_t offset, wire, len;
	uint8_t data[];
};

struct partial {
	struct fragment_key key;
	fw_time first;
	struct partial *chain;         /* next in the bucket */
	struct partial *older, *newer; /* in order of arrival */
	struct piece *pieces;
	uint32_t count; /* pieces */
	uint32_t bytes; /* of memory */
	uint32_t reach; /* end of the fragment that ends last */
	uint32_t total; /* UNKNOWN until the last fragment came */
	uint8_t next;
	bool spoiled;
};

struct whole {
	struct whole *next;
	uint8_t data[];
};

struct fragments {
	uint64_t key[2];
	uint32_t count, bytes;
	struct partial *oldest, *newest;
	struct whole *wholes;
	struct partial *bucket[BUCKETS];
};

_Static_assert(
	sizeof(struct fragment_key) % sizeof(uint32_t) == 0 && sizeof(struct fragment_key) == 44,
	"a key has no padding: it is compared and hashed as bytes");

struct fragments *fragments_new(const uint64_t key[2])
{
	struct fragments *const fragments = calloc(1, sizeof *fragments);

	if (fragments)
		memcpy(fragments->key, key, sizeof fragments->key);
	return fragments;
}

/* Chains are bounded by DATAGRAMS_MAX: the hash need not withstand more than guessing. */
static struct partial **bucket(struct fragments *fragments, const struct fragment_key *key)
{
	const uint8_t *const p = (const uint8_t *)key;
	uint64_t hash = fragments->key[0];

	for (size_t i = 0; i < sizeof *key; i += sizeof(uint32_t)) {
		hash = (hash ^ load32(p + i)) * 0x9e3779b97f4a7c15;
		hash ^= hash >> 29 ^ fragments->key[1];
	}
	return &fragments->bucket[(hash ^ hash >> 32) % BUCKETS];
}

static struct partial *find(struct fragments *fragments, const struct fragment_key *key)
{
	struct partial *partial = *bucket(fragments, key);

	while (partial && memcmp(&partial->key, key, sizeof *key) != 0)
		partial = partial->chain;
	return partial;
}

static void drop_pieces(struct fragments *fragments, struct partial *partial)
{
	while (partial->pieces) {
		struct piece *const piece = partial->pieces;
		partial->pieces = piece->next;
		free(piece);
	}
	fragments->bytes -= partial->bytes;
	partial->bytes = 0;
	partial->count = 0;
}

static void drop(struct fragments *fragments, struct partial *partial)
{
	struct partial **link = bucket(fragments, &partial->key);

	while (*link != partial)
		link = &(*link)->chain;
	*link = partial->chain;
	*(partial->older ? &partial->older->newer : &fragments->oldest) = partial->newer;
	*(partial->newer ? &partial->newer->older : &fragments->newest) = partial->older;
	drop_pieces(fragments, partial);
	fragments->count--;
	free(partial);
}

static enum fragment_fate spoil(struct fragments *fragments, struct partial *partial)
{
	drop_pieces(fragments, partial);
	partial->spoiled = true;
	return FRAGMENT_LOST;
}

static struct partial *begin(struct fragments *fragments, const struct fragment *fragment)
{
	struct partial *const partial = calloc(1, sizeof *partial);
	struct partial **const head = bucket(fragments, &fragment->key);

	if (!partial)
		return NULL;
	if (fragments->count == DATAGRAMS_MAX)
		drop(fragments, fragments->oldest);
	partial->key = fragment->key;
	partial->first = fragment->time;
	partial->total = UNKNOWN;
	partial->chain = *head;
	*head = partial;
	partial->older = fragments->newest;
	*(fragments->newest ? &fragments->newest->newer : &fragments->oldest) = partial;
	fragments->newest = partial;
	fragments->count++;
	return partial;
}

/* Unsigned, because times come from the capture and may be any; an earlier one is not old. */
static bool expired(const struct partial *partial, fw_time now)
{
	return now > partial->first && (uint64_t)now - (uint64_t)partial->first > LIFETIME;
}

static void make_room(struct fragments *fragments, const struct fragment *fragment)
{
	const uint32_t size = (uint32_t)sizeof(struct piece) + fragment->len;

	while (fragments->oldest &&
		(expired(fragments->oldest, fragment->time) || fragments->bytes + size > BYTES_MAX))
		drop(fragments, fragments->oldest);
}

/* Do the two tell the same, where both were captured? */
static bool agrees(const struct piece *piece, const struct fragment *fragment)
{
	const uint32_t from = piece->offset > fragment->offset ? piece->offset : fragment->offset;
	const uint32_t a = piece->offset + piece->len, b = fragment->offset + fragment->len;
	const uint32_t to = a < b ? a : b;

	return from >= to ||
		memcmp(piece->data + (from - piece->offset),
			fragment->data + (from - fragment->offset), to - from) == 0;
}

static bool covers(const struct piece *piece, const struct fragment *fragment)
{
	return piece->offset <= fragment->offset &&
		piece->offset + piece->wire >= fragment->offset + fragment->wire &&
		piece->offset + piece->len >= fragment->offset + fragment->len;
}

/* Is the end of the datagram where its other fragments say? */
static bool fits(const struct partial *partial, const struct fragment *fragment)
{
	const uint32_t end = fragment->offset + fragment->wire;

	if (fragment->more)
		return end <= partial->total;
	return partial->total == UNKNOWN ? end >= partial->reach : end == partial->total;
}

static bool is_whole(const struct partial *partial)
{
	uint32_t reach = 0;

	if (partial->total == UNKNOWN)
		return false;
	for (const struct piece *piece = partial->pieces; piece; piece = piece->next) {
		if (piece->offset > reach)
			return false;
		if (piece->offset + piece->wire > reach)
			reach = piece->offset + piece->wire;
	}
	return reach == partial->total;
}

static bool assemble(
	struct fragments *fragments, const struct partial *partial, struct datagram *datagram)
{
	struct whole *const whole = malloc(sizeof *whole + partial->total);
	uint32_t len = 0;

	if (!whole)
		return false;
	for (const struct piece *piece = partial->pieces; piece; piece = piece->next) {
		if (piece->offset > len)
			break; /* the capture cut the one before */
		memcpy(whole->data + piece->offset, piece->data, piece->len);
		if (piece->offset + piece->len > len)
			len = piece->offset + piece->len;
	}
	whole->next = fragments->wholes;
	fragments->wholes = whole;
	*datagram = (struct datagram){whole->data, len, partial->total, partial->next};
	return true;
}

static bool keep(struct fragments *fragments, struct partial *partial, struct piece **place,
	const struct fragment *fragment)
{
	const uint32_t size = (uint32_t)sizeof(struct piece) + fragment->len;
	struct piece *const piece = malloc(size);
	const uint32_t end = fragment->offset + fragment->wire;

	if (!piece)
		return false;
	piece->offset = fragment->offset;
	piece->wire = fragment->wire;
	piece->len = fragment->len;
	if (fragment->len)
		memcpy(piece->data, fragment->data, fragment->len);
	piece->next = *place;
	*place = piece;
	if (end > partial->reach)
		partial->reach = end;
	if (!fragment->more)
		partial->total = end;
	if (fragment->offset == 0)
		partial->next = fragment->next;
	partial->count++;
	partial->bytes += size;
	fragments->bytes += size;
	return true;
}

enum fragment_fate fragments_add(
	struct fragments *fragments, const struct fragment *fragment, struct datagram *whole)
{
	if (fragment->wire > DATAGRAM_MAX || fragment->offset + fragment->wire > DATAGRAM_MAX)
		return FRAGMENT_LOST;
	make_room(fragments, fragment);

	struct partial *partial = find(fragments, &fragment->key);
	if (!partial)
		partial = begin(fragments, fragment);
	if (!partial || partial->spoiled)
		return FRAGMENT_LOST;
	if (!fits(partial, fragment))
		return spoil(fragments, partial);

	struct piece **place = &partial->pieces;
	for (struct piece *piece = partial->pieces; piece; piece = piece->next) {
		if (!agrees(piece, fragment))
			return spoil(fragments, partial);
		if (covers(piece, fragment) && (fragment->more || partial->total != UNKNOWN))
			return FRAGMENT_KEPT;
		if (piece->offset <= fragment->offset)
			place = &piece->next;
	}
	if (partial->count == PIECES_MAX || !keep(fragments, partial, place, fragment))
		return spoil(fragments, partial);
	if (!is_whole(partial))
		return FRAGMENT_KEPT;

	const bool assembled = assemble(fragments, partial, whole);
	drop(fragments, partial);
	return assembled ? FRAGMENT_COMPLETES : FRAGMENT_LOST;
}

void fragments_recycle(struct fragments *fragments)
{
	while (fragments->wholes) {
		struct whole *const whole = fragments->wholes;
		fragments->wholes = whole->next;
		free(whole);
	}
}

void fragments_free(struct fragments *fragments)
{
	if (!fragments)
		return;
	while (fragments->oldest)
		drop(fragments, fragments->oldest);
	fragments_recycle(fragments);
	free(fragments);
}
