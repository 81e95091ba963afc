/* The findings of a flow: each code once for each end, however often it was found. */
#ifndef FINDINGS_H
#define FINDINGS_H

#include "analyzer.h"
#include "detect.h"

size_t findings_record_size(void);

/* Adds what was FOUND to what is known of FLOW, and tells it. */
void findings_add(struct fw_analyzer *a, struct flow *flow, struct found *found);

/* All that leaving shows. */
void findings_of_leaving(struct fw_analyzer *a, struct flow *flow);

/* The findings of FLOW in one piece, in the order in which they were made, and their number; valid
 * until the next call. */
const struct fw_finding *findings_get(
	struct fw_analyzer *a, const struct flow *flow, uint32_t *count);

void findings_free(struct fw_analyzer *a, struct flow *flow);

/* A finding of no flow: it is counted and told. */
void findings_tell(struct fw_analyzer *a, struct fw_finding *finding);

/* FLOW's finding of CODE, its side the number of the end; NULL if it has none. */
const struct fw_finding *findings_find(
	const struct fw_analyzer *a, const struct flow *flow, enum fw_code code);

/* The beginning of a finding of no flow. */
struct fw_finding findings_about(
	enum fw_code code, const struct fw_subject *about, uint64_t packet, fw_time time);

#endif
