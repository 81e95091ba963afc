/* Compares the findings of a run with what its scenario expects. */
#include "scenario_found.h"

#include <inttypes.h>
#include <stdlib.h>

#include "report/message.h"

struct scenario_seen {
	uint64_t flow; /* 0 if of no flow alone */
	struct fw_finding finding;
	bool expected;
};

bool scenario_found_add(
	struct scenario_found *found, uint64_t flow, const struct fw_finding *finding)
{
	struct scenario_seen *const seen =
		realloc(found->seen, (found->count + 1) * sizeof *found->seen);

	if (!seen)
		return false;
	found->seen = seen;
	seen[found->count++] = (struct scenario_seen){.flow = flow, .finding = *finding};
	return true;
}

static bool is_it(const struct scenario_seen *seen, const struct scenario_finding *want)
{
	const struct fw_finding *const f = &seen->finding;

	return seen->flow == want->flow && f->code == want->code &&
		(want->side < 0 || (f->sided && (int)f->side == want->side)) &&
		(want->severity < 0 || (int)f->severity == want->severity) &&
		(!want->packet || f->packet == want->packet) &&
		(!want->count || f->count == want->count);
}

static void print_where(FILE *report, const struct scenario *s, unsigned line, uint64_t flow)
{
	fprintf(report, "%s:%u: ", s->name, line);
	if (flow)
		fprintf(report, "flow %" PRIu64 ": ", flow);
}

static void print_seen(FILE *report, const struct scenario *s, const struct scenario_seen *seen)
{
	static const char *const sides[] = {" client", " server"};
	const struct fw_finding *const f = &seen->finding;
	char text[MESSAGE_MAX];

	print_where(report, s, 0, seen->flow);
	fprintf(report, "found %s%s %s packet %" PRIu64 " count %" PRIu64 ": %s\n",
		fw_code_name(f->code), f->sided ? sides[f->side] : "",
		fw_severity_name(f->severity), f->packet, f->count, message_of(text, f));
}

/* Where the ends have exchanged their addresses, many connections together show other things. */
static bool holds(enum fw_code code, enum scenario_variant variant)
{
	return variant != SCENARIO_SWAPPED || fw_code_page(code)->scope != FW_SCOPE_TRAFFIC;
}

/* A finding above info has to be expected; others may be. */
unsigned scenario_found_check(struct scenario_found *found, const struct scenario *s,
	enum scenario_variant variant, FILE *report)
{
	unsigned mismatches = 0;

	for (size_t i = 0; i < s->finding_count; i++) {
		const struct scenario_finding *const want = &s->findings[i];
		bool there = false;
		for (size_t j = 0; j < found->count; j++)
			if (is_it(&found->seen[j], want))
				there = found->seen[j].expected = true;
		if (there != want->never || !holds(want->code, variant))
			continue;
		mismatches++;
		print_where(report, s, want->line, want->flow);
		fprintf(report, "%s was %sfound\n", fw_code_name(want->code), there ? "" : "not ");
	}
	for (size_t j = 0; j < found->count; j++)
		if (!found->seen[j].expected && found->seen[j].finding.severity > FW_INFO &&
			holds(found->seen[j].finding.code, variant))
			mismatches++, print_seen(report, s, &found->seen[j]);
	return mismatches;
}

void scenario_found_cover(const struct scenario_found *found, const struct scenario *s,
	struct scenario_coverage *coverage)
{
	for (size_t j = 0; j < found->count; j++)
		coverage->found[found->seen[j].finding.code]++;
	for (size_t i = 0; i < s->finding_count; i++)
		coverage->missed[s->findings[i].code] += s->findings[i].never;
}

void scenario_found_free(struct scenario_found *found)
{
	free(found->seen);
}
