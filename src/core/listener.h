/* A service: an address and port to which others connect. */
#ifndef LISTENER_H
#define LISTENER_H

#include "party.h"
#include "sketch.h"
#include "traffic.h"

/* Half-opens of one minute. */
struct minute {
	fw_time start;
	uint32_t count, worst;
};

struct listener {
	struct party party;
	uint32_t outcome[OUTCOME_COUNT];
	uint32_t unretried;    /* attempts that came to nothing, and of which none was repeated */
	uint32_t failed_since; /* attempts since the last one that was accepted */
	fw_time accepted, failed; /* when those began of which the latest was accepted, or not */
	uint64_t handshakes;      /* timed, of those accepted */
	int64_t handshake_min, handshake_max, handshake_sum; /* ns */
	struct minute minute;                                /* of unretried ones */
	struct sketch askers;                                /* who of them */
};

void listener_add(struct fw_analyzer *a, struct listener *listener, const struct flow *flow,
	enum outcome outcome);

/* Counts one more that began at TIME. */
void minute_add(struct minute *minute, fw_time time);

void listener_tell(struct fw_analyzer *a, const struct listener *listener);

#endif
