/* A host that connects to others. */
#ifndef CALLER_H
#define CALLER_H

#include "listener.h"
#include "sketch.h"

/* Segments that begin no connection, and SYNs. */
enum probe { PROBE_SYN, PROBE_CONNECT, PROBE_FIN, PROBE_NULL, PROBE_XMAS, PROBE_ACK, PROBE_COUNT };

struct caller {
	struct party party;
	uint32_t flows, probes;
	uint32_t probe[PROBE_COUNT];
	struct sketch ports, hosts; /* that it tried */
	struct fw_addr favourite;   /* the service that it connects to most */
	uint32_t votes;
	struct minute minute; /* connections to it that it has closed first */
};

void caller_add(struct fw_analyzer *a, struct caller *caller, const struct flow *flow,
	enum outcome outcome);

void caller_tell(struct fw_analyzer *a, const struct caller *caller);

#endif
