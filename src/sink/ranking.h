/* The flows that are most worth a look, the worst first, out of any number. */
#ifndef RANKING_H
#define RANKING_H

#include "finwait.h"

/* What a line of the table of flows needs. */
struct ranked {
	uint64_t id;
	struct fw_addr addr[2];
	enum fw_state state[2];
	enum fw_opened opened;
	enum fw_closed closed;
	enum fw_closed_by closed_by;
	fw_time duration;
	uint64_t packets, bytes;
	uint64_t resent;           /* segments */
	enum fw_code found;        /* the worst finding; FW_CODE_COUNT if there is none */
	enum fw_severity severity; /* of it */
};

struct ranking {
	struct ranked *rows;
	size_t count, room;
	size_t limit; /* rows kept */
	uint64_t seen;
};

/* Keeps LIMIT flows, SIZE_MAX for all. */
void ranking_init(struct ranking *ranking, size_t limit);
void ranking_free(struct ranking *ranking);

/* Where memory is short a flow is seen and not kept. */
void ranking_add(struct ranking *ranking, const struct fw_flow *flow);

/* Puts the rows in order. Nothing may be added after that. */
void ranking_sort(struct ranking *ranking);

#endif
