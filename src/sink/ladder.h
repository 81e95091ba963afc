/* The life of one connection: the client's states, the segments between, the server's states. */
#ifndef LADDER_H
#define LADDER_H

#include "sink/rung.h"

#define LADDER_HELD 4 /* segments of a stretch that may still turn out too short to fold */

/* Segments with nothing to tell each, folded into one line. */
struct stretch {
	struct rung held[LADDER_HELD];
	uint64_t count;
	uint64_t data[2], bytes[2]; /* by side: segments with payload, their payload */
	uint64_t resent, duplicates;
	fw_time first, last;
};

struct ladder {
	uint64_t flow;
	struct page page; /* all but the heading, which needs the end */
	fw_time first;
	bool began[2];
	enum fw_state initial[2]; /* means something where began */
	struct rung rung;         /* the last one, to which transitions may still come */
	struct stretch stretch;
	uint64_t lost;  /* segments that the page has no room for */
	uint32_t bases; /* set of 1 << enum fw_basis that were shown */
	bool found;     /* a finding was shown */
};

/* NULL where memory is short. */
struct ladder *ladder_new(const struct sink_run *run, const struct fw_flow *flow);
void ladder_free(struct ladder *ladder);

void ladder_segment(struct ladder *ladder, const struct fw_event *event);
void ladder_transition(struct ladder *ladder, const struct fw_transition *transition);

/* After the segment that shows it. */
void ladder_finding(struct ladder *ladder, const struct fw_finding *finding);

/* The whole ladder, now that FLOW has ended. */
void ladder_print(struct ladder *ladder, const struct fw_flow *flow, struct out *out);

#endif
