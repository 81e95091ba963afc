/* What only many connections together show: who is flooded, who scans, which service stopped. */
#ifndef TRAFFIC_H
#define TRAFFIC_H

#include "census.h"

struct fw_analyzer;
struct fw_finding;
struct flow;

/* What became of an attempt to connect. */
enum outcome {
	OUTCOME_ACCEPTED,
	OUTCOME_REFUSED,
	OUTCOME_UNANSWERED,
	OUTCOME_INCOMPLETE, /* answered, and never completed */
	OUTCOME_ABORTED,    /* answered, and reset by who asked */
	OUTCOME_UNASKED,    /* answered though nobody was seen to ask */
	OUTCOME_PROBED,     /* begun with what begins no connection */
	OUTCOME_NONE,       /* begun before the capture, or too late to tell */
	OUTCOME_COUNT
};

struct traffic {
	struct census listeners, callers;
};

/* Is OUTCOME, of FLOW, like that of an address that was only tried out? Whoever means it asks
 * again. */
bool outcome_is_probe(const struct flow *flow, enum outcome outcome);

/* Nanoseconds for which end SIDE was stuck in CLOSE_WAIT; 0 if it was not, or got out by itself. */
int64_t traffic_stuck(const struct fw_analyzer *a, const struct flow *flow, int side);

void traffic_init(struct traffic *traffic);
void traffic_free(struct traffic *traffic);

/* FLOW will leave soon: fetches what traffic_flow will need. */
void traffic_prefetch(const struct fw_analyzer *a, const struct flow *flow);

/* FLOW leaves, with its findings. */
void traffic_flow(struct fw_analyzer *a, const struct flow *flow);

/* The capture is over: tells what was found. */
void traffic_tell(struct fw_analyzer *a);

#endif
