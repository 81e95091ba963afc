/* What of an end did not fit into its stream, or was taken back. */
#ifndef STREAM_H
#define STREAM_H

#include "finwait.h"

struct flow;
struct judgement;

/* Of one end. Members in groups mean something if the first of them is not 0. */
struct stream {
	/* It has received what is beyond a hole, and said so (HAS_SACKED) */
	uint64_t sacked_packet;
	uint32_t sacked_left, sacked_right; /* the highest block */

	/* It acknowledges up to within that block, and reports it no more */
	uint64_t reneged_packet;
	uint32_t reneged_ack;
	uint32_t reneged_at; /* ticks */

	/* It acknowledged what the peer can't have sent, as far as is known */
	uint64_t unsent_packet; /* the first */
	fw_time unsent_since;   /* when that passed */
	uint32_t unsent_times;
	uint32_t unsent_ack; /* the last */
	uint32_t unsent_at;  /* ticks */
	uint32_t unsent_by;  /* octets */

	/* It sent segments that lay outside of everything, and still do */
	uint64_t outside_packet; /* the first */
	fw_time outside_since;   /* when that passed */
	uint32_t outside_times;
	uint32_t outside_bytes; /* payload of the largest */
	uint32_t outside_at;    /* ticks, of the last */

	/* Segments of it were damaged */
	uint64_t damaged_packet; /* the first */
	fw_time damaged_since;   /* when that passed */
	uint32_t damaged_times;
	uint32_t damaged_bytes;               /* payload of the largest */
	uint32_t damaged_again;               /* how many of them were sent again */
	uint32_t damaged_left, damaged_right; /* the last, unless it was sent again */
};

/* Of end SIDE; NULL where all fitted. */
const struct stream *stream_of(const struct flow *flow, int side);

/* Enters SEG, which is out of the usual course. False where memory is short. */
bool stream_take(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j);

#endif
