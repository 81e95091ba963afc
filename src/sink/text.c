/* Text: a report for a person, on the capture or, where flows were selected, on each of them. */
#include "sink/ladder.h"
#include "sink/sink.h"
#include "sink/summary.h"

#include <stdlib.h>

#define PAGE_LIMIT  ((size_t)1 << 30) /* of the report: with --all, a line for each flow */
#define LADDERS_MAX 16                /* drawn at the same time; each is held until its flow ends */

struct sink {
	const struct sink_run *run;
	struct out *out;
	struct summary summary;
	struct ladder *ladders[LADDERS_MAX];
	uint64_t printed; /* ladders */
	uint64_t refused; /* flows for whose ladders there was no place */
};

static uint32_t wants(const struct sink_run *run)
{
	const uint32_t of_ladders = 1u << FW_EVENT_OPENED | 1u << FW_EVENT_SEGMENT |
		1u << FW_EVENT_TRANSITION | 1u << FW_EVENT_ANOMALY;
	return 1u << FW_EVENT_CLOSED |
		(run->flow_selected ? of_ladders : 1u << FW_EVENT_FINDING | 1u << FW_EVENT_SERVICE);
}

static void *text_open(const struct sink_run *run, struct out *out)
{
	struct sink *const sink = calloc(1, sizeof *sink);
	if (!sink)
		return NULL;
	sink->run = run;
	sink->out = out;
	summary_init(&sink->summary, run);
	return sink;
}

/* The place of FLOW's ladder, or a free one, or NULL. */
static struct ladder **place_of(struct sink *sink, uint64_t flow)
{
	struct ladder **place = NULL;
	for (size_t i = LADDERS_MAX; i-- > 0;) {
		if (sink->ladders[i] && sink->ladders[i]->flow == flow)
			return &sink->ladders[i];
		if (!sink->ladders[i])
			place = &sink->ladders[i];
	}
	return place;
}

static void ladder_event(struct sink *sink, const struct fw_event *event)
{
	struct ladder **const place = place_of(sink, event->flow->id);
	if (place && !*place && event->type == FW_EVENT_OPENED)
		*place = ladder_new(sink->run, event->flow);
	if (!place || !*place) {
		sink->refused += event->type == FW_EVENT_CLOSED;
		return;
	}
	if (event->type == FW_EVENT_SEGMENT) {
		ladder_segment(*place, event);
	} else if (event->type == FW_EVENT_TRANSITION) {
		ladder_transition(*place, event->transition);
	} else if (event->type == FW_EVENT_ANOMALY) {
		ladder_finding(*place, event->finding);
	} else if (event->type == FW_EVENT_CLOSED) {
		if (sink->printed++)
			out_text(sink->out, "\n");
		ladder_print(*place, event->flow, sink->out);
		ladder_free(*place);
		*place = NULL;
	}
}

static void text_event(void *state, const struct fw_event *event)
{
	struct sink *const sink = state;
	if (sink->run->flow_selected)
		ladder_event(sink, event);
	else if (event->type == FW_EVENT_FINDING)
		attention_add(&sink->summary.attention, event->finding);
	else if (event->type == FW_EVENT_SERVICE)
		servicetable_add(&sink->summary.services, event->service);
	else
		summary_add(&sink->summary, event->flow);
}

static void write_end(struct sink *sink)
{
	struct page page;
	page_init(&page, sink->run, PAGE_LIMIT);
	if (!sink->run->flow_selected)
		summary_write(&sink->summary, &page);
	else if (!sink->printed)
		page_text(&page, "no such flow\n");
	if (sink->refused)
		page_printf(&page,
			"\n%llu flows more at the same time are not drawn: --flow N draws one\n",
			(unsigned long long)sink->refused);
	page_print(&page, sink->out);
	page_free(&page);
}

static void text_close(void *state)
{
	struct sink *const sink = state;
	write_end(sink);
	for (size_t i = 0; i < LADDERS_MAX; i++)
		ladder_free(sink->ladders[i]);
	summary_free(&sink->summary);
	free(sink);
}

const struct sink_format sink_text = {
	.name = "text",
	.text = "a report for a person",
	.wants = wants,
	.open = text_open,
	.event = text_event,
	.close = text_close,
};
