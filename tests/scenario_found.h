/* Compares the findings of a run with what its scenario expects. */
#ifndef SCENARIO_FOUND_H
#define SCENARIO_FOUND_H

#include "scenario.h"

struct scenario_seen;

struct scenario_found {
	struct scenario_seen *seen;
	size_t count;
};

/* FINDING was made, of the flow of that number or, with 0, of none alone. False without memory. */
bool scenario_found_add(
	struct scenario_found *found, uint64_t flow, const struct fw_finding *finding);

/* The number of mismatches, each a line in REPORT. */
unsigned scenario_found_check(struct scenario_found *found, const struct scenario *scenario,
	enum scenario_variant variant, FILE *report);

/* Codes that were found, and those of which the scenario is a near miss. */
void scenario_found_cover(const struct scenario_found *found, const struct scenario *scenario,
	struct scenario_coverage *coverage);

void scenario_found_free(struct scenario_found *found);

#endif
