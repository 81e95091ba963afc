/* A finding as a JSON object. */
#ifndef FINDING_H
#define FINDING_H

#include "finwait.h"
#include "sink/jsonwriter.h"

/* Writes members into an object that the caller opens and closes. FLOW is NULL for a finding of no
 * flow alone. */
void finding_members(
	struct jsonwriter *json, const struct fw_finding *finding, const struct fw_flow *flow);

#endif
