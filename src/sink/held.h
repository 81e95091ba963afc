/* Findings of many flows and of the capture that wait until they may be written. */
#ifndef HELD_H
#define HELD_H

#include "finwait.h"
#include "sink/jsonwriter.h"

struct held_findings {
	struct held_finding *each;
	size_t count, room;
};

/* Keeps FINDING; where memory is short it is lost. */
void held_add(struct held_findings *held, const struct fw_finding *finding);

/* An array of those of SCOPE, in the order in which they came. */
void held_array(struct jsonwriter *json, const struct held_findings *held, enum fw_scope scope);

void held_free(struct held_findings *held);

#endif
