/* Runs a scenario and compares what the analyzer says with what the scenario expects. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "scenario.h"
#include "scenario_found.h"

#define COPY_DELAY 10000 /* ns from a segment to the network's copy of it */
#define NO_COUNT   UINT64_MAX

struct flow_seen {
	unsigned opened, closed;
	enum fw_state state[2];
	uint64_t transitions;
};

struct run {
	const struct scenario *scenario;
	enum scenario_variant variant;
	struct scenario_coverage *coverage;
	FILE *report;
	unsigned line;                          /* of the segment that is being fed */
	const struct scenario_segment *segment; /* it; NULL at the end of the capture */
	bool copied;                            /* the network's copy of it: nothing moves */
	bool *arrow_seen;
	unsigned segments; /* events for this frame */
	uint64_t frames;
	unsigned mismatches;
	struct flow_seen flow[SCENARIO_FLOWS + 1];
	struct scenario_found found;
};

__attribute__((format(printf, 3, 4))) static void mismatch(
	struct run *r, unsigned line, const char *format, ...)
{
	static const char *const variants[] = {
		"", " (segments repeated)", " (addresses swapped)", " (only ends told)"};
	va_list args;

	r->mismatches++;
	fprintf(r->report, "%s:%u: ", r->scenario->name, line);
	va_start(args, format);
	vfprintf(r->report, format, args);
	va_end(args);
	fprintf(r->report, "%s\n", variants[r->variant]);
}

static const char *side_name(enum fw_side side)
{
	return side == FW_CLIENT ? "client" : "server";
}

static void print_facts(char *text, size_t size, uint32_t facts)
{
	size_t len = 0;

	snprintf(text, size, " none");
	for (unsigned i = 0; i < FW_FACT_COUNT; i++)
		if (facts >> i & 1 && len < size)
			len += (size_t)snprintf(
				text + len, size - len, " %s", fw_fact_name((enum fw_fact_bit)i));
}

/* Arrows of one end come in order; which end is told first is no part of the contract. */
static bool take_arrow(struct run *r, const struct fw_event *event)
{
	const struct fw_transition *const t = event->transition;
	const struct scenario_segment *const s = r->segment;

	for (size_t i = 0; s && !r->copied && i < s->arrow_count; i++) {
		const struct scenario_arrow *const a = &r->scenario->arrows[s->arrow + i];
		if (r->arrow_seen[s->arrow + i] || a->flow != event->flow->id || a->side != t->side)
			continue;
		if (a->from != t->from || a->to != t->to || a->basis != t->basis ||
			a->stimulus != t->stimulus)
			return false;
		return r->arrow_seen[s->arrow + i] = true;
	}
	return false;
}

static void on_transition(struct run *r, struct flow_seen *flow, const struct fw_event *event)
{
	const struct fw_transition *const t = event->transition;
	enum fw_state *const now = &flow->state[t->side];

	if (!take_arrow(r, event))
		mismatch(r, r->line, "flow %" PRIu64 ": got %s %s -> %s %s %s", event->flow->id,
			side_name(t->side), fw_state_name(t->from), fw_state_name(t->to),
			fw_basis_name(t->basis), fw_stimulus_name(t->stimulus));
	/* An end that begins with its own SYN was CLOSED before it */
	if (t->from != *now && !(*now == FW_UNKNOWN && t->from == FW_CLOSED))
		mismatch(r, r->line, "flow %" PRIu64 ": %s leaves %s, but it was %s",
			event->flow->id, side_name(t->side), fw_state_name(t->from),
			fw_state_name(*now));
	*now = t->to;
	flow->transitions++;
	if (r->coverage && t->rule != FW_NO_RULE)
		r->coverage->rule[t->rule]++;
}

static void check_states(struct run *r, const struct fw_event *event)
{
	for (int side = 0; side < 2; side++) {
		const enum fw_state got = event->flow->end[side].state,
				    want = r->segment->state[side];
		if (got != want)
			mismatch(r, r->line, "%s is %s, want %s", side_name(side),
				fw_state_name(got), fw_state_name(want));
	}
}

static void check_facts(struct run *r, const struct fw_event *event)
{
	char got[512], want[512];

	print_facts(got, sizeof got, event->facts);
	print_facts(want, sizeof want, r->segment->facts);
	mismatch(r, r->line, "facts are%s, want%s", got, want);
}

static void on_segment(struct run *r, struct flow_seen *flow, const struct fw_event *event)
{
	const struct scenario_segment *const s = r->segment;

	(void)flow;
	r->segments++;
	for (unsigned i = 0; r->coverage && i < FW_FACT_COUNT; i++)
		r->coverage->fact[i] += event->facts >> i & 1;
	if (!s)
		return;
	if (event->flow->id != s->flow)
		mismatch(r, r->line, "flow is %" PRIu64 ", want %u", event->flow->id, s->flow);
	else if (event->side != s->side)
		mismatch(r, r->line, "sender is the %s, want the %s", side_name(event->side),
			side_name(s->side));
	/* Copies spoil round trips, and so what is known of a sender when it sends, and facts */
	if (r->variant == SCENARIO_REPEATED)
		return;
	if (s->expects_states)
		check_states(r, event);
	if (s->expects_facts && event->facts != s->facts)
		check_facts(r, event);
}

static void on_opened(struct run *r, struct flow_seen *flow, const struct fw_event *event)
{
	if (flow->opened++)
		mismatch(r, r->line, "flow %" PRIu64 " opened again", event->flow->id);
}

/* The words of a verdict about the whole flow; NULL where KEY is not one of them. */
static const char *flow_word(const struct fw_flow *flow, const char *key)
{
	static const char *const roles[] = {"role", "opened", "closed", "by"};
	const char *const words[] = {
		fw_role_basis_name(flow->role_basis),
		fw_opened_name(flow->opened),
		fw_closed_name(flow->closed),
		flow->closed_by ? fw_closed_by_name(flow->closed_by) : "nobody",
	};

	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
		if (strcmp(key, roles[i]) == 0)
			return words[i];
	return NULL;
}

/* client.FIELD and server.FIELD, any of fields.def, those of flowfields.def, and the number of the
 * incarnation. */
static bool flow_number(const struct fw_flow *flow, const char *key, int64_t *value)
{
	const bool server = strncmp(key, "server.", 7) == 0;
	const struct fw_endpoint *const end = &flow->end[server];

	if (strcmp(key, "incarnation") == 0) {
		*value = flow->incarnation;
		return true;
	}
#define FIELD(type, member, path, unit, text)                                                      \
	if (strcmp(key, #member) == 0) {                                                           \
		*value = (int64_t)flow->member;                                                    \
		return true;                                                                       \
	}
#include "finwait/flowfields.def"
#undef FIELD
	if (!server && strncmp(key, "client.", 7) != 0)
		return false;
#define FIELD(type, member, path, unit, text)                                                      \
	if (strcmp(key + 7, #member) == 0) {                                                       \
		*value = (int64_t)end->member;                                                     \
		return true;                                                                       \
	}
#include "finwait/fields.def"
#undef FIELD
	return false;
}

static void check_verdict(
	struct run *r, const struct scenario_verdict *v, const struct fw_flow *flow)
{
	const char *const word = flow_word(flow, v->key);
	char digits[32];
	int64_t value;

	if (word) {
		if (strcmp(word, v->value) != 0)
			mismatch(r, v->line, "flow %u: %s is %s, want %s", v->flow, v->key, word,
				v->value);
	} else if (!flow_number(flow, v->key, &value)) {
		mismatch(r, v->line, "'%s' is nothing that is known of a flow", v->key);
	} else {
		snprintf(digits, sizeof digits, "%" PRId64, value);
		if (strcmp(value == FW_NONE ? "none" : digits, v->value) != 0)
			mismatch(r, v->line, "flow %u: %s is %s, want %s", v->flow, v->key,
				value == FW_NONE ? "none" : digits, v->value);
	}
}

/* Nothing was told as it happened: the flow itself must know. */
static void catch_up(struct run *r, struct flow_seen *flow, const struct fw_flow *closed)
{
	const struct scenario *const s = r->scenario;

	flow->opened++;
	for (size_t i = 0; i < s->arrow_count; i++)
		flow->transitions += s->arrows[i].flow == closed->id;
}

static void on_closed(struct run *r, struct flow_seen *flow, const struct fw_event *event)
{
	const struct scenario *const s = r->scenario;
	const uint32_t kept = event->flow->transition_count + event->flow->transitions_omitted;

	if (r->variant == SCENARIO_QUIET)
		catch_up(r, flow, event->flow);
	if (flow->closed++ || !flow->opened)
		mismatch(r, r->line, "flow %" PRIu64 " closed again, or before it opened",
			event->flow->id);
	if (kept != flow->transitions)
		mismatch(r, r->line,
			"flow %" PRIu64 ": %u transitions kept or omitted, want %" PRIu64,
			event->flow->id, kept, flow->transitions);
	/* Copies are counted and spoil what is measured */
	if (r->variant == SCENARIO_REPEATED)
		return;
	for (uint32_t i = 0; i < event->flow->anomaly_count; i++)
		if (!scenario_found_add(&r->found, event->flow->id, &event->flow->anomalies[i]))
			mismatch(r, r->line, "out of memory");
	for (size_t i = 0; i < s->verdict_count; i++)
		if (s->verdicts[i].flow == event->flow->id)
			check_verdict(r, &s->verdicts[i], event->flow);
}

static void on_finding(struct run *r, const struct fw_event *event)
{
	if (r->variant != SCENARIO_REPEATED && !scenario_found_add(&r->found, 0, event->finding))
		mismatch(r, r->line, "out of memory");
}

/* Each is told again when the flow closes. */
static void on_anomaly(struct run *r, struct flow_seen *flow, const struct fw_event *event)
{
	const uint64_t count = event->finding->count;

	if (!flow->opened || flow->closed)
		mismatch(r, r->line, "flow %" PRIu64 " is not open", event->flow->id);
	if (!count || count & (count - 1))
		mismatch(r, r->line, "told of the %" PRIu64 "th time", count);
}

static void on_event(const struct fw_event *event, void *user)
{
	static void (*const handlers[])(
		struct run *, struct flow_seen *, const struct fw_event *) = {
		[FW_EVENT_OPENED] = on_opened,
		[FW_EVENT_SEGMENT] = on_segment,
		[FW_EVENT_TRANSITION] = on_transition,
		[FW_EVENT_ANOMALY] = on_anomaly,
		[FW_EVENT_CLOSED] = on_closed,
	};
	struct run *const r = user;

	if (event->type == FW_EVENT_SERVICE)
		return;
	if (event->type == FW_EVENT_FINDING)
		on_finding(r, event);
	else if (event->flow->id < 1 || event->flow->id > SCENARIO_FLOWS)
		mismatch(r, r->line, "flow %" PRIu64 " is one too many", event->flow->id);
	else
		handlers[event->type](r, &r->flow[event->flow->id], event);
}

static void check_arrows(struct run *r)
{
	const struct scenario_segment *const s = r->segment;

	for (size_t i = s->arrow; i < s->arrow + s->arrow_count; i++) {
		const struct scenario_arrow *const a = &r->scenario->arrows[i];
		if (!r->arrow_seen[i])
			mismatch(r, a->line, "want %s %s -> %s %s %s", side_name(a->side),
				fw_state_name(a->from), fw_state_name(a->to),
				fw_basis_name(a->basis), fw_stimulus_name(a->stimulus));
	}
}

static void feed(struct run *r, struct fw_analyzer *analyzer, fw_time time, uint8_t *bytes)
{
	const size_t len = scenario_frame(r->segment, r->variant, bytes);
	const struct fw_frame frame = {
		.number = ++r->frames,
		.time = time,
		.data = bytes,
		.len = (uint32_t)scenario_kept(r->segment, len),
		.wire_len = (uint32_t)len,
		.linktype = 1, /* Ethernet */
	};

	r->segments = 0;
	if (!fw_feed(analyzer, &frame, 1))
		mismatch(r, r->line, "out of memory");
	if (r->segments != !r->segment->icmp && r->variant != SCENARIO_QUIET)
		mismatch(r, r->line, "%u segments told, want %d", r->segments, !r->segment->icmp);
}

/* When the network's copy of segment I passes: before whatever comes next. */
static fw_time copy_time(const struct scenario *s, size_t i)
{
	const fw_time gap = i + 1 < s->segment_count
		? (s->segments[i + 1].time - s->segments[i].time) / 2
		: COPY_DELAY;

	return s->segments[i].time + (gap < COPY_DELAY ? gap : COPY_DELAY);
}

static void feed_all(struct run *r, struct fw_analyzer *analyzer, uint8_t *bytes)
{
	const struct scenario *const s = r->scenario;

	for (size_t i = 0; i < s->segment_count; i++) {
		r->segment = &s->segments[i];
		r->line = r->segment->line;
		r->copied = false;
		if (r->segment->lost)
			continue;
		feed(r, analyzer, r->segment->time, bytes);
		if (r->variant != SCENARIO_QUIET)
			check_arrows(r);
		if (r->variant != SCENARIO_REPEATED)
			continue;
		r->copied = true;
		feed(r, analyzer, copy_time(s, i), bytes);
	}
	r->segment = NULL;
}

/* Every flow that opened has closed, every frame has its account, and no flow is missing. */
static void check_totals(struct run *r, const struct fw_totals *totals)
{
	const struct scenario *const s = r->scenario;
	uint64_t accounts = 0;
	unsigned flows = 0;

	for (unsigned id = 0; id <= SCENARIO_FLOWS; id++)
		if (r->flow[id].opened != r->flow[id].closed)
			mismatch(r, r->line, "flow %u opened but never closed", id);
	for (size_t i = 0; i < s->segment_count; i++)
		if (!s->segments[i].lost && s->segments[i].flow > flows)
			flows = s->segments[i].flow;
	for (size_t i = 0; i < s->verdict_count; i++)
		flows = s->verdicts[i].flow > flows ? s->verdicts[i].flow : flows;
	if (totals->flows != flows)
		mismatch(r, r->line, "%" PRIu64 " flows, want %u", totals->flows, flows);
	for (unsigned i = 0; i < FW_ACCOUNT_COUNT; i++)
		accounts += totals->account[i];
	if (totals->frames != r->frames || accounts != r->frames)
		mismatch(r, r->line,
			"%" PRIu64 " frames counted, %" PRIu64 " accounted for, want %" PRIu64,
			totals->frames, accounts, r->frames);
	for (size_t i = 0; i < s->verdict_count; i++)
		if (!r->flow[s->verdicts[i].flow].closed)
			mismatch(
				r, s->verdicts[i].line, "there is no flow %u", s->verdicts[i].flow);
}

unsigned scenario_run(const struct scenario *scenario, enum scenario_variant variant,
	struct scenario_coverage *coverage, FILE *report)
{
	struct fw_config config = {
		.hash_key = {1, 2},
		.time_wait = scenario->time_wait,
		.events = variant == SCENARIO_QUIET ? 1u << FW_EVENT_CLOSED | 1u << FW_EVENT_FINDING
						    : (1u << FW_EVENT_COUNT) - 1,
		.timelines = true,
	};
	struct run r = {
		.scenario = scenario, .variant = variant, .coverage = coverage, .report = report};
	memcpy(config.threshold, scenario->threshold, sizeof config.threshold);
	struct fw_analyzer *const analyzer = fw_new(&config, on_event, &r);
	uint8_t *const bytes = malloc(SCENARIO_FRAME_MAX);

	r.arrow_seen = calloc(scenario->arrow_count + 1, sizeof *r.arrow_seen);
	if (analyzer && bytes && r.arrow_seen) {
		feed_all(&r, analyzer, bytes);
		fw_finish(analyzer);
		check_totals(&r, fw_totals(analyzer));
		if (variant != SCENARIO_REPEATED)
			r.mismatches += scenario_found_check(&r.found, scenario, variant, report);
		if (coverage)
			scenario_found_cover(&r.found, scenario, coverage);
	} else {
		mismatch(&r, 0, "out of memory");
	}
	scenario_found_free(&r.found);
	free(r.arrow_seen);
	free(bytes);
	fw_free(analyzer);
	return r.mismatches;
}
