/* The only writer of what is measured of a flow. */
#ifndef MEASURE_H
#define MEASURE_H

#include "judge.h"

/* Enters SEG, sent by end SIDE and judged, into FLOW. False where memory is short. */
bool measure(struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j);

/* Makes what is measured of FLOW ready for its first segment. */
void measure_init(struct flow *flow);

void measure_free(struct flow *flow);

/* By how many bits its windows are scaled, where both SYNs were seen and both ends scale. */
uint32_t measure_scale(const struct flow *flow, int side);

/* The largest window that the end has offered. */
uint32_t measure_max_window(const struct flow *flow, int side);

/* Payload of the end's stream that its peer has acknowledged and the capture lacks. */
struct missing {
	uint64_t bytes, ranges;
};
struct missing measure_gaps(const struct flow *flow, int side);

static inline uint64_t measure_missing(const struct flow *flow, int side)
{
	return measure_gaps(flow, side).bytes;
}

/* Payload of the stream that the capture lacks, acknowledged or not. */
uint64_t measure_skipped(const struct flow *flow, int side);

/* The room for what few flows need, made where there is none yet; NULL where memory is short. */
struct trouble *measure_trouble(struct flow *flow, int side);

#endif
