/* What tells flows apart: two addresses with their ports, and the tunnel they were seen in. */
#ifndef KEY_H
#define KEY_H

#include "bytes.h"
#include "finwait.h"

/* The two ends stand in the order of their bytes, so that both directions have the same key. */
struct key {
	uint64_t addr[2][2];
	uint16_t port[2];
	uint32_t tunnel;
	uint32_t vlan;
	uint32_t hash; /* of the rest, keyed */
};

struct key_secret {
	uint64_t word[4];
};

/* Makes the key of SEGMENT; the result says which of its ends the sender is. */
static inline int key_of(const struct fw_segment *segment, bool vlan, struct key *key)
{
	const uint64_t s1 = load64(segment->src.ip + 8), d1 = load64(segment->dst.ip + 8);
	const uint64_t s0 = load64(segment->src.ip), d0 = load64(segment->dst.ip);
	const uint16_t sp = segment->src.port, dp = segment->dst.port;
	const int side = s1 != d1 ? s1 > d1 : s0 != d0 ? s0 > d0 : sp > dp;
	key->addr[side][0] = s0;
	key->addr[side][1] = s1;
	key->addr[!side][0] = d0;
	key->addr[!side][1] = d1;
	key->port[side] = sp;
	key->port[!side] = dp;
	key->tunnel = segment->tunnel;
	key->vlan = vlan ? segment->vlan : 0;
	return side;
}

static inline bool key_equal(const struct key *a, const struct key *b)
{
	return ((a->addr[0][0] ^ b->addr[0][0]) | (a->addr[0][1] ^ b->addr[0][1]) |
		       (a->addr[1][0] ^ b->addr[1][0]) | (a->addr[1][1] ^ b->addr[1][1]) |
		       (load32(a->port) ^ load32(b->port)) | (a->tunnel ^ b->tunnel) |
		       (a->vlan ^ b->vlan)) == 0;
}

static inline uint64_t key_fold(uint64_t a, uint64_t b)
{
	const unsigned __int128 product = (unsigned __int128)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Keyed, so that nobody who lacks the secret can choose keys that collide. */
static inline void key_hash(struct key *key, const struct key_secret *secret)
{
	const uint64_t ports = (uint64_t)load32(key->port) << 32 | (key->tunnel ^ key->vlan << 7);
	uint64_t h = key_fold(key->addr[0][1] ^ secret->word[0], key->addr[1][1] ^ secret->word[1]);
	h = key_fold(h ^ key->addr[0][0] ^ secret->word[2], ports ^ secret->word[3]);
	h = key_fold(h ^ key->addr[1][0] ^ secret->word[1], secret->word[0] | 1);
	key->hash = (uint32_t)(h ^ h >> 32);
}

#endif
