/* Stretches of time in 32 bits: exact up to an eighth of a second, to one part in 10^8 beyond. */
#ifndef SPAN_H
#define SPAN_H

#include <stdint.h>

#define SPAN_BITS 27
#define SPAN_NONE UINT32_MAX
#define SPAN_MAX  ((INT64_C(1) << 57) - 1) /* ns, more than four years */

/* The span of NS nanoseconds, none of which is negative or longer than SPAN_MAX. Of two spans the
 * longer is the larger number. */
static inline uint32_t span_of(int64_t ns)
{
	const uint64_t at_least = ns > 0 ? (uint64_t)ns : 0;
	const uint64_t left = at_least < SPAN_MAX ? at_least : SPAN_MAX;
	if (left < 1u << SPAN_BITS)
		return (uint32_t)left;
	const uint32_t shift = (uint32_t)(63 - SPAN_BITS - __builtin_clzll(left));
	return (shift << SPAN_BITS) + (uint32_t)(left >> shift);
}

static inline int64_t span_ns(uint32_t span)
{
	const uint32_t exponent = span >> SPAN_BITS;
	const uint64_t bits = span & ((1u << SPAN_BITS) - 1);
	return (int64_t)(exponent ? (bits | 1u << SPAN_BITS) << (exponent - 1) : bits);
}

#endif
