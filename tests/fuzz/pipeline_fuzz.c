/* Any frames through the whole library, and what must hold of every event and total.
 *
 * Input: frames of 1 byte of delay, 2 of length, and so many bytes of Ethernet.
 */
#include <string.h>

#include "core/bytes.h"
#include "finwait.h"
#include "fuzz/fuzz.h"
#include "report/message.h"

enum { HEADER = 3, FLOWS_MAX = 4096, LINKTYPE_ETHERNET = 1 };

/* Of one flow. */
struct seen {
	uint8_t opened, closed, ended;
	uint8_t how;      /* enum fw_closed */
	uint8_t state[2]; /* enum fw_state */
	uint32_t transitions;
	uint64_t told, packets;
};

struct watch {
	struct seen flow[FLOWS_MAX + 1];
	uint64_t segments, packets, opened, closed, ended;
};

static void on_opened(struct watch *w, struct seen *flow, const struct fw_event *event)
{
	REQUIRE(!flow->opened++);
	REQUIRE(event->flow->id == ++w->opened);
}

static void on_segment(struct watch *w, struct seen *flow, const struct fw_event *event)
{
	REQUIRE(flow->opened && !flow->closed);
	REQUIRE(event->segment && !event->transition);
	/* The sender's state is that when it sent: what was on its way then may have moved it */
	REQUIRE(event->flow->end[!event->side].state == flow->state[!event->side]);
	REQUIRE(event->facts < 1u << FW_FACT_COUNT);
	flow->told++;
	w->segments++;
}

/* An end's transitions are a chain from UNKNOWN, or from CLOSED if it begins with a SYN. */
static void on_transition(struct watch *w, struct seen *flow, const struct fw_event *event)
{
	const struct fw_transition *const t = event->transition;
	const enum fw_state was = flow->state[t->side];

	(void)w;
	REQUIRE(flow->opened && !flow->closed);
	REQUIRE(t->from == was ||
		(was == FW_UNKNOWN && t->from == FW_CLOSED && t->to == FW_SYN_SENT));
	REQUIRE(t->to != t->from && t->to < FW_STATE_COUNT);
	REQUIRE((t->rule == FW_NO_RULE) == (t->basis == FW_BASIS_WITHDRAWN));
	flow->state[t->side] = (uint8_t)t->to;
	flow->transitions++;
}

/* What is kept of a flow is the same chain, in the order of the capture. */
static void check_timeline(const struct fw_flow *flow)
{
	enum fw_state state[2] = {FW_UNKNOWN, FW_UNKNOWN};

	for (uint32_t i = 0; i < flow->transition_count; i++) {
		const struct fw_transition *const t = &flow->transitions[i];

		REQUIRE(t->from == state[t->side] ||
			(state[t->side] == FW_UNKNOWN && t->from == FW_CLOSED));
		REQUIRE(t->packet >= flow->first_packet);
		state[t->side] = t->to;
	}
	for (int side = 0; side < 2 && !flow->transitions_omitted; side++)
		REQUIRE(state[side] == flow->end[side].state);
}

/* What findings rest on is there, and can be said. */
static void check_finding(const struct fw_finding *f, bool of_flow)
{
	char text[MESSAGE_MAX];

	REQUIRE(f->code < FW_CODE_COUNT && f->lowered_by <= FW_CODE_COUNT);
	REQUIRE(f->severity <= fw_code_page(f->code)->severity);
	REQUIRE((fw_code_page(f->code)->scope == FW_SCOPE_FLOW) == of_flow);
	REQUIRE(f->count && f->packet_count <= FW_FINDING_PACKETS);
	REQUIRE(f->evidence_count <= FW_FINDING_EVIDENCE);
	REQUIRE(f->rejected_count <= FW_FINDING_REASONS);
	REQUIRE(f->possible_count <= FW_FINDING_REASONS);
	for (unsigned i = 0; i < f->evidence_count; i++)
		REQUIRE(f->evidence[i] < FW_EVIDENCE_COUNT);
	for (unsigned i = 0; i < f->rejected_count; i++)
		REQUIRE(f->rejected[i] < FW_REASON_COUNT);
	for (unsigned i = 0; i < f->possible_count; i++)
		REQUIRE(f->possible[i] < FW_REASON_COUNT);
	REQUIRE(memchr(f->text, 0, sizeof f->text));
	REQUIRE(*message_of(text, f));
}

static void on_anomaly(struct watch *w, struct seen *flow, const struct fw_event *event)
{
	(void)w;
	REQUIRE(flow->opened && !flow->closed);
	check_finding(event->finding, true);
}

static void check_anomalies(const struct fw_flow *flow)
{
	for (uint32_t i = 0; i < flow->anomaly_count; i++) {
		const struct fw_finding *const f = &flow->anomalies[i];

		check_finding(f, true);
		for (uint32_t j = 0; j < i; j++)
			REQUIRE(flow->anomalies[j].code != f->code ||
				flow->anomalies[j].side != f->side);
	}
}

static void on_closed(struct watch *w, struct seen *flow, const struct fw_event *event)
{
	const struct fw_flow *const f = event->flow;

	REQUIRE(flow->opened && !flow->closed++);
	REQUIRE(f->transition_count + f->transitions_omitted == flow->transitions);
	flow->packets = f->end[0].packets + f->end[1].packets;
	/* A SYN is told of the connection that it came into, and counted in that which it began */
	REQUIRE(flow->packets <= flow->told + 1 && flow->told <= flow->packets + 1);
	w->packets += flow->packets;
	REQUIRE(f->first_packet <= f->last_packet);
	check_timeline(f);
	check_anomalies(f);
	for (int side = 0; side < 2; side++) {
		REQUIRE(f->end[side].state == flow->state[side]);
		REQUIRE(f->end[side].unique_bytes <= f->end[side].payload_bytes);
	}
	flow->how = (uint8_t)f->closed;
	w->closed++;
}

/* The same flows again, when nothing is told but their end. */
static void on_end(const struct fw_event *event, void *user)
{
	struct watch *const w = user;
	const struct fw_flow *const f = event->flow;
	struct seen *const seen = &w->flow[f->id];

	REQUIRE(event->type == FW_EVENT_CLOSED && f->id >= 1 && f->id <= FLOWS_MAX);
	REQUIRE(!seen->ended++);
	w->ended++;
	REQUIRE(f->transition_count + f->transitions_omitted == seen->transitions);
	check_timeline(f);
	REQUIRE(f->closed == seen->how);
	REQUIRE(f->end[0].packets + f->end[1].packets == seen->packets);
	for (int side = 0; side < 2; side++)
		REQUIRE(f->end[side].state == seen->state[side]);
}

static void on_event(const struct fw_event *event, void *user)
{
	static void (*const handlers[])(struct watch *, struct seen *, const struct fw_event *) = {
		[FW_EVENT_OPENED] = on_opened,
		[FW_EVENT_SEGMENT] = on_segment,
		[FW_EVENT_TRANSITION] = on_transition,
		[FW_EVENT_ANOMALY] = on_anomaly,
		[FW_EVENT_CLOSED] = on_closed,
	};
	struct watch *const w = user;

	REQUIRE(event->type < FW_EVENT_COUNT);
	if (event->type == FW_EVENT_SERVICE) {
		REQUIRE(event->service && !event->flow);
		return;
	}
	if (event->type == FW_EVENT_FINDING) {
		check_finding(event->finding, false);
		return;
	}
	REQUIRE(event->flow->id >= 1 && event->flow->id <= FLOWS_MAX);
	handlers[event->type](w, &w->flow[event->flow->id], event);
}

/* From a microsecond to an hour, or back: captures are not always in order. */
static fw_time delay(uint8_t byte)
{
	const fw_time d = (fw_time)1000 << (byte & 0x1f);

	return byte & 0x80 ? -d : d;
}

static uint64_t feed_all(struct fw_analyzer *analyzer, const uint8_t *data, size_t size)
{
	struct fw_frame frame = {.linktype = LINKTYPE_ETHERNET, .time = 1767225600000000000};

	while (size >= HEADER && frame.number < FLOWS_MAX) {
		uint32_t len = be16(data + 1);
		if (len > size - HEADER)
			len = (uint32_t)(size - HEADER);
		frame.number++;
		frame.time += delay(data[0]);
		frame.data = data + HEADER;
		frame.len = frame.wire_len = len;
		REQUIRE(fw_feed(analyzer, &frame, 1));
		data += HEADER + len;
		size -= HEADER + len;
	}
	return frame.number;
}

static void check_totals(const struct fw_totals *totals, const struct watch *w, uint64_t frames)
{
	uint64_t accounts = 0, opened = 0, closed = 0;

	for (unsigned i = 0; i < FW_ACCOUNT_COUNT; i++)
		accounts += totals->account[i];
	for (unsigned i = 0; i < FW_OPENED_COUNT; i++)
		opened += totals->opened[i];
	for (unsigned i = 0; i < FW_CLOSED_COUNT; i++)
		closed += totals->closed[i];
	REQUIRE(totals->frames == frames && accounts == frames);
	REQUIRE(totals->account[FW_ACCOUNT_tcp] == w->segments);
	REQUIRE(totals->flows == w->closed && opened == w->closed && closed == w->closed);
}

static void run(
	const uint8_t *data, size_t size, uint32_t events, fw_event_fn *emit, struct watch *w)
{
	const struct fw_config config = {.hash_key = {1, 2}, .events = events, .timelines = true};
	struct fw_analyzer *const analyzer = fw_new(&config, emit, w);
	uint64_t frames;

	REQUIRE(analyzer);
	frames = feed_all(analyzer, data, size);
	fw_finish(analyzer);
	check_totals(fw_totals(analyzer), w, frames);
	fw_free(analyzer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct watch *const w = calloc(1, sizeof *w);

	REQUIRE(w);
	run(data, size, (1u << FW_EVENT_COUNT) - 1, on_event, w);
	run(data, size, 1u << FW_EVENT_CLOSED, on_end, w);
	REQUIRE(w->packets == w->segments);
	REQUIRE(w->opened == w->closed && w->ended == w->closed);
	free(w);
	return 0;
}
