/* One segment of one flow: judged, applied to both ends, measured, told. */
#ifndef STEP_H
#define STEP_H

#include "analyzer.h"

/* SEG, sent by end SIDE, belongs to FLOW. */
void step(struct fw_analyzer *a, struct flow *flow, int side, const struct fw_segment *seg);

/* The same for a segment that has been told already. */
void step_quietly(struct fw_analyzer *a, struct flow *flow, int side, const struct fw_segment *seg);

/* SEG carries a SYN that may not belong to FLOW: it is told, and nothing believed. */
void step_stranger(
	struct fw_analyzer *a, struct flow *flow, int side, const struct fw_segment *seg);

#endif
