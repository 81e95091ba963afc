/* The findings of a flow: each code once for each end, however often it was found. */
#include "findings.h"

#include <stdlib.h>

#include "event.h"

struct record {
	uint32_t next; /* the one before it; 0 if it is the first */
	struct fw_finding finding;
	bool lists; /* it cites no packet: there is room for those in which it was found again */
};

/* By the code of a finding and an artefact: does that explain it, and what is its own code? */
static const struct {
	bool explains;
	uint8_t by;
} weakens[FW_CODE_COUNT][ARTEFACT_COUNT] = {
#define WEAKENS(artefact, code) [FW_CODE_##code][ARTEFACT_##artefact] = {true, FW_CODE_##artefact},
#include "finwait/weakens.def"
#undef WEAKENS
};

size_t findings_record_size(void)
{
	return sizeof(struct record);
}

static struct record *record_at(const struct fw_analyzer *a, uint32_t number)
{
	return arena_at(&a->findings, number);
}

/* An artefact that the capture has shown and that explains such a finding; FW_CODE_COUNT if
 * none. */
static enum fw_code explained_by(const struct fw_analyzer *a, enum fw_code code)
{
	for (int i = 0; i < ARTEFACT_COUNT; i++)
		if (weakens[code][i].explains && quality_weakens(a, (enum artefact)i))
			return weakens[code][i].by;
	return FW_CODE_COUNT;
}

/* Gives the severity that the capture and the user leave it. False where it is to be ignored. */
static bool weigh(const struct fw_analyzer *a, struct fw_finding *finding)
{
	const uint8_t wanted = a->config.severity[finding->code];
	if (wanted == FW_IGNORED)
		return false;
	if (wanted) {
		finding->severity = (enum fw_severity)(wanted - 1);
		return true;
	}
	if (finding->severity == FW_INFO || finding->lowered_by != FW_CODE_COUNT)
		return true;
	finding->lowered_by = explained_by(a, finding->code);
	if (finding->lowered_by != FW_CODE_COUNT)
		finding->severity = FW_INFO;
	return true;
}

static struct record *find(
	const struct fw_analyzer *a, const struct flow *flow, const struct fw_finding *finding)
{
	for (uint32_t n = flow->findings; n; n = record_at(a, n)->next) {
		struct record *record = record_at(a, n);
		if (record->finding.code == finding->code && record->finding.side == finding->side)
			return record;
	}
	return NULL;
}

static struct record *make(
	struct fw_analyzer *a, struct flow *flow, const struct fw_finding *finding)
{
	const uint32_t number = arena_new(&a->findings);
	if (!number) {
		a->failed = true;
		return NULL;
	}
	struct record *record = record_at(a, number);
	record->next = flow->findings;
	record->finding = *finding;
	record->finding.count = 0;
	record->lists = !finding->packet_count;
	flow->findings = number;
	return record;
}

/* Enters FINDING, which then says how often it was made so far. False where memory is short. */
static bool enter(struct fw_analyzer *a, struct flow *flow, struct fw_finding *finding)
{
	struct record *record = find(a, flow, finding);
	if (!record && !(record = make(a, flow, finding)))
		return false;
	struct fw_finding *known = &record->finding;
	finding->count += known->count;
	if (finding->severity > known->severity) {
		const uint64_t packet = known->packet, count = known->count;
		const fw_time time = known->time;
		record->lists = false;
		*known = *finding;
		known->count = count;
		known->packet = packet;
		known->time = time;
	}
	if (record->lists && known->count)
		finding_cite(known, finding->packet);
	known->count = finding->count;
	known->last_packet = finding->last_packet = finding->packet;
	return true;
}

/* Is there one above BEFORE and up to COUNT, which is more? */
static bool passes_power_of_two(uint64_t before, uint64_t count)
{
	return (before ^ count) > before;
}

void findings_add(struct fw_analyzer *a, struct flow *flow, struct found *found)
{
	for (int i = 0; i < found->count; i++) {
		struct fw_finding *finding = &found->item[i];
		const uint64_t times = finding->count;
		if (!weigh(a, finding) || !enter(a, flow, finding))
			continue;
		a->totals.found[finding->code] += times;
		if (passes_power_of_two(finding->count - times, finding->count))
			event_anomaly(a, flow, finding);
	}
}

void findings_of_leaving(struct fw_analyzer *a, struct flow *flow)
{
	struct found found;
	struct scene scene = {
		.analyzer = a,
		.flow = flow,
		.now = a->now,
		.watched = quality_watched(a, flow),
		.finished = a->finished,
		.was = {flow->end[0].state, flow->end[1].state},
	};
	found.count = 0; /* what else there is of it is large, and blanked when it is needed */
	detect_leaving(&scene, &found);
	if (found.count)
		findings_add(a, flow, &found);
	for (uint32_t n = flow->findings; n; n = record_at(a, n)->next)
		weigh(a, &record_at(a, n)->finding);
}

static bool make_room(struct fw_analyzer *a, uint32_t count)
{
	if (count <= a->found_room)
		return true;
	struct fw_finding *found = realloc(a->found, count * sizeof *found);
	if (!found) {
		a->failed = true;
		return false;
	}
	a->found = found;
	a->found_room = count;
	return true;
}

const struct fw_finding *findings_get(
	struct fw_analyzer *a, const struct flow *flow, uint32_t *count)
{
	uint32_t total = 0;
	for (uint32_t n = flow->findings; n; n = record_at(a, n)->next)
		total++;
	*count = total && make_room(a, total) ? total : 0;
	uint32_t at = *count;
	for (uint32_t n = flow->findings; n && at; n = record_at(a, n)->next) {
		a->found[--at] = record_at(a, n)->finding;
		a->found[at].side = event_role(flow, (int)a->found[at].side);
	}
	return *count ? a->found : NULL;
}

/* Two ends may have the same code: the flow counts once. */
static bool first_of_its_code(const struct fw_analyzer *a, uint32_t number)
{
	const enum fw_code code = record_at(a, number)->finding.code;
	for (uint32_t n = record_at(a, number)->next; n; n = record_at(a, n)->next)
		if (record_at(a, n)->finding.code == code)
			return false;
	return true;
}

void findings_free(struct fw_analyzer *a, struct flow *flow)
{
	for (uint32_t n = flow->findings, next; n; n = next) {
		next = record_at(a, n)->next;
		a->totals.found_flows[record_at(a, n)->finding.code] += first_of_its_code(a, n);
		arena_delete(&a->findings, n);
	}
	flow->findings = 0;
}

const struct fw_finding *findings_find(
	const struct fw_analyzer *a, const struct flow *flow, enum fw_code code)
{
	for (uint32_t n = flow->findings; n; n = record_at(a, n)->next)
		if (record_at(a, n)->finding.code == code)
			return &record_at(a, n)->finding;
	return NULL;
}

struct fw_finding findings_about(
	enum fw_code code, const struct fw_subject *about, uint64_t packet, fw_time time)
{
	return (struct fw_finding){
		.code = code,
		.severity = fw_code_page(code)->severity,
		.lowered_by = FW_CODE_COUNT,
		.packet = packet,
		.time = time,
		.last_packet = packet,
		.count = 1,
		.about = about,
	};
}

void findings_tell(struct fw_analyzer *a, struct fw_finding *finding)
{
	if (!weigh(a, finding))
		return;
	a->totals.found[finding->code] += finding->count;
	event_finding(a, finding);
}
