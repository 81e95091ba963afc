/* About how many different things there were, in few bits. */
#ifndef SKETCH_H
#define SKETCH_H

#include <stdint.h>

#include "bytes.h"

#define SKETCH_BITS 512

struct sketch {
	uint64_t bit[SKETCH_BITS / 64];
};

/* The same everywhere: what is counted is told. */
static inline void sketch_add(struct sketch *sketch, uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ b << 23 ^ b >> 41) * 0x9e3779b97f4a7c15u;
	h = (h ^ h >> 32) * 0xd6e8feb86659fd93u;
	h = (h ^ h >> 32) & (SKETCH_BITS - 1);
	sketch->bit[h / 64] |= UINT64_C(1) << h % 64;
}

static inline uint32_t sketch_ones(uint64_t word)
{
	uint32_t ones = 0;
	for (; word; word &= word - 1)
		ones++;
	return ones;
}

/* Linear counting: what N different things are expected to leave of zeros, turned around. Exact to
 * about one in twenty up to a thousand; it ends at 3,483. */
static inline uint32_t sketch_count(const struct sketch *sketch)
{
	uint32_t zeros = SKETCH_BITS, thousandths = 0;
	for (int i = 0; i < SKETCH_BITS / 64; i++)
		zeros -= sketch_ones(sketch->bit[i]);
	for (uint32_t k = zeros + 1; k <= SKETCH_BITS; k++)
		thousandths += SKETCH_BITS * 1000u / k;
	return (thousandths + 500) / 1000;
}

#endif
