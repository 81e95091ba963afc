/* Sums that never wrap, though most take two octets. */
#include "tally.h"

void tally_init(struct tally *tally)
{
	tally->ttl_min = UINT8_MAX;
	tally->rtt_min = UINT32_MAX;
	tally->segment_min = tally->window_min = UINT16_MAX;
	tally->data_first = SPAN_NONE;
}

void tally_sums(const struct tally *tally, struct wide *out)
{
#define SUM(type, name) out->name += tally->name;
#include "tally.def"
#undef SUM
	out->rtt_square += tally->rtt_square;
	out->rtt_square_high += out->rtt_square < tally->rtt_square;
}

void tally_spill(struct tally *tally, struct wide *wide)
{
	tally_sums(tally, wide);
#define SUM(type, name) tally->name = 0;
#include "tally.def"
#undef SUM
	tally->rtt_square = 0;
}

void tally_rtt(struct tally *tally, uint32_t sample)
{
	tally->rtt_min = sample < tally->rtt_min ? sample : tally->rtt_min;
	tally->rtt_max = sample > tally->rtt_max ? sample : tally->rtt_max;
	tally->rtt_sum += sample;
	tally->rtt_square += (uint64_t)sample * sample;
	tally->rtt_samples++;
}

/* Newton's steps come down to it from above: the first, from a power of two, needs no division. */
static uint32_t square_root(uint64_t of)
{
	if (of < 2)
		return (uint32_t)of;
	const int half = (64 - __builtin_clzll(of)) / 2;
	uint64_t root = ((UINT64_C(1) << half) + (of >> half)) / 2 + 1;
	for (uint64_t next = (root + of / root) / 2; next < root; next = (root + of / root) / 2)
		root = next;
	return (uint32_t)root;
}

/* In whole numbers, so that it is the same on every machine. With a mean of whole units and what
 * is left by it, sum^2 / n is mean * sum + mean * left + left^2 / n. Samples have 32 bits, so the
 * variance has 63 at most. */
uint32_t tally_deviation(const struct wide *wide)
{
	const uint64_t n = wide->rtt_samples, mean = wide->rtt_sum / n;
	const uint64_t left = wide->rtt_sum - mean * n;
	const unsigned __int128 squares =
		(unsigned __int128)wide->rtt_square_high << 64 | wide->rtt_square;
	const unsigned __int128 even = (unsigned __int128)mean * (wide->rtt_sum + left) +
		(uint64_t)((unsigned __int128)left * left / n);
	return square_root((uint64_t)((squares - even) / (n - 1)));
}
