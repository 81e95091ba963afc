/* The transitions of a flow, in the order in which they were found out. */
#ifndef TIMELINE_H
#define TIMELINE_H

#include "analyzer.h"

#define TIMELINE_MAX 1024 /* transitions kept for one flow; those beyond are counted */

/* SIDE of TRANSITION is the number of the end here. */
void timeline_add(struct fw_analyzer *a, struct flow *flow, const struct fw_transition *transition);

/* The timeline of FLOW in one piece, valid until the next call, and its length. */
const struct fw_transition *timeline_get(
	struct fw_analyzer *a, const struct flow *flow, uint32_t *count);

/* How many transitions FLOW has had, those included that were not kept. */
uint32_t timeline_total(const struct fw_analyzer *a, const struct flow *flow);

void timeline_free(struct fw_analyzer *a, struct flow *flow);

size_t timeline_block_size(void);

#endif
