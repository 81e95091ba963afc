/* Flows by number, or by one end. */
#ifndef SELECTION_H
#define SELECTION_H

#include "finwait.h"

struct selection {
	uint64_t id; /* 0: any */
	bool by_ip, by_port;
	struct fw_addr addr;
};

/* "31", "10.0.0.1:80", "10.0.0.1", "[2001:db8::1]:80", "2001:db8::1" or ":80". False for
 * anything else. */
bool selection_parse(struct selection *selection, const char *text);

/* False for one that every flow belongs to. */
bool selection_is_set(const struct selection *selection);

bool selection_has(const struct selection *selection, const struct fw_flow *flow);

#endif
