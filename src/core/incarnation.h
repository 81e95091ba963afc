/* Does a segment with SYN belong to the connection that is there, or does it begin another? */
#ifndef INCARNATION_H
#define INCARNATION_H

#include "flow.h"

enum incarnation {
	INCARNATION_SAME,
	INCARNATION_ANOTHER,
	INCARNATION_PERHAPS, /* only what follows will tell (RFC 9293 3.10.7.4, RFC 5961 4) */
};

/* SEG has SYN and was sent by end SIDE of FLOW. */
enum incarnation incarnation_of(const struct flow *flow, int side, const struct fw_segment *seg);

/* Is nothing left of the connection but its 2 MSL? */
bool incarnation_over(const struct flow *flow);

#endif
