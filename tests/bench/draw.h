/* Random draws in integers alone, so that a seed gives the same capture on every machine.
 *
 * For that, no expression may hold two of them: C leaves their order to the compiler.
 */
#ifndef DRAW_H
#define DRAW_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
	uint64_t state;
};

/* splitmix64: one multiply chain a draw, and any seed will do. */
static inline uint64_t draw(struct dice *d)
{
	uint64_t z = d->state += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* Uniform in [0, n), n below 2^32. */
static inline uint32_t below(struct dice *d, uint32_t n)
{
	return (uint32_t)((draw(d) >> 32) * n >> 32);
}

static inline bool percent(struct dice *d, uint32_t n)
{
	return below(d, 100) < n;
}

/* How many coins fall heads before the first tails, at most max. */
static inline uint32_t octaves(struct dice *d, uint32_t max)
{
	uint32_t n = (uint32_t)__builtin_ctzll(draw(d) | 1ULL << 63);
	return n < max ? n : max;
}

/* An exponential wait: each further 2/3 of the mean is half as likely as the one before. */
static inline uint64_t wait(struct dice *d, uint64_t mean)
{
	uint64_t unit = mean * 2 / 3;
	uint64_t whole = octaves(d, 40) * unit;
	return whole + (unit * (draw(d) >> 40) >> 24);
}

/* A heavy-tailed size (Pareto, alpha 1): each doubling of min, up to max of them, is half as
 * likely. */
static inline uint32_t heavy(struct dice *d, uint32_t min, uint32_t max)
{
	uint32_t low = min + below(d, min);
	return low << octaves(d, max);
}

/* Log-uniform from min to 2^octaves times it. */
static inline uint64_t spread(struct dice *d, uint64_t min, uint32_t octave_count)
{
	uint64_t low = min << below(d, octave_count);
	return low + (low * (draw(d) >> 40) >> 24);
}

#endif
