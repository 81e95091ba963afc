/* Findings of many flows and of the capture that wait until they may be written. */
#include "sink/held.h"

#include "sink/finding.h"

#include <stdlib.h>

struct held_finding {
	struct fw_finding finding;
	struct fw_subject about;
};

#define HELD_FIRST 16

static bool make_room(struct held_findings *held)
{
	if (held->count < held->room)
		return true;
	const size_t room = held->room ? held->room * 2 : HELD_FIRST;
	struct held_finding *const each = realloc(held->each, room * sizeof *each);
	if (!each)
		return false;
	held->each = each;
	held->room = room;
	return true;
}

void held_add(struct held_findings *held, const struct fw_finding *finding)
{
	if (!make_room(held))
		return;
	struct held_finding *const one = &held->each[held->count++];
	*one = (struct held_finding){.finding = *finding};
	if (finding->about)
		one->about = *finding->about;
}

void held_array(struct jsonwriter *json, const struct held_findings *held, enum fw_scope scope)
{
	jw_open(json, '[');
	for (size_t i = 0; i < held->count; i++) {
		struct fw_finding finding = held->each[i].finding;
		if (fw_code_page(finding.code)->scope != scope)
			continue;
		finding.about = finding.about ? &held->each[i].about : NULL;
		jw_open(json, '{');
		finding_members(json, &finding, NULL);
		jw_close(json, '}');
	}
	jw_close(json, ']');
}

void held_free(struct held_findings *held)
{
	free(held->each);
}
