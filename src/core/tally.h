/* What is added up and compared of an end's segments, in little room: most connections are
 * small. */
#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "span.h"

struct tally {
	uint64_t rtt_square;            /* sum of the squares of the round trips */
	uint32_t rtt_min, rtt_max;      /* RTT_UNIT */
	uint32_t in_flight;             /* most octets sent and not yet acknowledged */
	uint32_t data_first, data_last; /* spans from the flow's first segment */
#define SUM(type, name) type name;
#include "tally.def"
#undef SUM
	uint8_t ttl_min, ttl_max;
	uint16_t segment_min, segment_max; /* payload; UINT16_MAX: see struct wide */
	uint16_t window_min, window_max;   /* as sent, see window_sum */
	uint16_t initial_window;           /* as sent */
	uint16_t mss;
};

/* What has outgrown a tally. */
struct wide {
#define SUM(type, name) uint64_t name;
#include "tally.def"
#undef SUM
	uint64_t rtt_square, rtt_square_high;
	uint32_t segment_min,
		segment_max; /* of payloads of UINT16_MAX octets and more; 0 if none */
	uint64_t flight_bytes, flight_packets; /* see FLIGHT_MAX */
	uint64_t stalled;                      /* STALL_BITS, what the flow has no room for */
};

/* Nothing is smaller than a minimum of nothing. */
void tally_init(struct tally *tally);

/* Moves the sums of TALLY to WIDE. */
void tally_spill(struct tally *tally, struct wide *wide);

/* All of it: what is in TALLY is added to OUT, which has what was in the wide one. */
void tally_sums(const struct tally *tally, struct wide *out);

/* Can TALLY take no round trip SAMPLE more without a spill? */
static inline bool tally_rtt_full(const struct tally *tally, uint32_t sample)
{
	return tally->rtt_samples == UINT16_MAX || sample > UINT32_MAX - tally->rtt_sum ||
		(uint64_t)sample * sample > UINT64_MAX - tally->rtt_square;
}

void tally_rtt(struct tally *tally, uint32_t sample);

/* The standard deviation of the round trips that WIDE sums up, two at least. */
uint32_t tally_deviation(const struct wide *wide);

#endif
