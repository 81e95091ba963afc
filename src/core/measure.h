/* The only writer of what is measured of a flow. */
#ifndef MEASURE_H
#define MEASURE_H

#include "judge.h"

/* Enters SEG, sent by end SIDE and judged, into FLOW. False where memory is short. */
bool measure(struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j);

/* Payload of END's stream that its peer has acknowledged and the capture lacks. */
uint64_t measure_missing(const struct flow *flow, int side);

/* The room for what few flows need, made where there is none yet; NULL where memory is short. */
struct trouble *measure_trouble(struct flow *flow, int side);

#endif
