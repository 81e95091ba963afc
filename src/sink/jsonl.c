/* JSON Lines: one object a line as things happen, each with its type. */
#include "sink/finding.h"
#include "sink/objects.h"
#include "sink/sink.h"

#include <stdlib.h>

struct sink {
	const struct sink_run *run;
	struct jsonwriter json;
	struct flow_plan plan;
};

static uint32_t wants(const struct sink_run *run)
{
	return 1u << FW_EVENT_CLOSED | 1u << FW_EVENT_FINDING | 1u << FW_EVENT_SERVICE |
		(uint32_t)run->events << FW_EVENT_TRANSITION |
		(uint32_t)run->events << FW_EVENT_ANOMALY |
		(uint32_t)run->segments << FW_EVENT_SEGMENT;
}

static void *lines_open(const struct sink_run *run, struct out *out)
{
	struct sink *const sink = malloc(sizeof *sink);
	if (!sink)
		return NULL;
	sink->run = run;
	sink->json = (struct jsonwriter){.out = out};
	flow_plan_init(&sink->plan);
	return sink;
}

static void line_open(struct jsonwriter *json, const char *type)
{
	json->comma = false;
	jw_open(json, '{');
	jw_key(json, "type");
	jw_word(json, type);
}

static void line_close(struct jsonwriter *json)
{
	jw_close(json, '}');
	jw_raw(json, "\n", 1);
}

static void event_members(struct sink *sink, const struct fw_event *event)
{
	struct jsonwriter *const json = &sink->json;
	if (event->type == FW_EVENT_SEGMENT) {
		segment_members(json, event);
	} else if (event->type == FW_EVENT_CLOSED) {
		flow_members(json, &sink->plan, event->flow);
	} else if (event->type == FW_EVENT_FINDING) {
		finding_members(json, event->finding, NULL);
	} else if (event->type == FW_EVENT_SERVICE) {
		service_members(json, event->service);
	} else {
		jw_key(json, "flow");
		jw_uint(json, event->flow->id);
		if (event->type == FW_EVENT_TRANSITION)
			transition_members(json, event->flow, event->transition);
		else
			finding_members(json, event->finding, event->flow);
	}
}

static const char *type_of(const struct fw_event *event)
{
	static const char *const types[FW_EVENT_COUNT] = {[FW_EVENT_SEGMENT] = "segment",
		[FW_EVENT_TRANSITION] = "transition",
		[FW_EVENT_ANOMALY] = "anomaly",
		[FW_EVENT_CLOSED] = "flow",
		[FW_EVENT_FINDING] = "finding",
		[FW_EVENT_SERVICE] = "service"};
	if (event->type == FW_EVENT_FINDING &&
		fw_code_page(event->finding->code)->scope == FW_SCOPE_CAPTURE)
		return "quality";
	return types[event->type];
}

static void lines_event(void *state, const struct fw_event *event)
{
	struct sink *const sink = state;
	line_open(&sink->json, type_of(event));
	event_members(sink, event);
	line_close(&sink->json);
}

static void lines_close(void *state)
{
	struct sink *const sink = state;
	struct jsonwriter *const json = &sink->json;
	for (size_t i = 0; i < sink->run->capture_count; i++) {
		line_open(json, "capture");
		capture_members(json, &sink->run->captures[i]);
		line_close(json);
	}
	line_open(json, "summary");
	jw_key(json, "schema");
	jw_word(json, "finwait/1");
	jw_key(json, "version");
	jw_word(json, FW_VERSION);
	packets_member(json, sink->run->totals);
	summary_members(json, sink->run->totals);
	line_close(json);
	free(sink);
}

const struct sink_format sink_jsonl = {
	.name = "jsonl",
	.text = "JSON Lines: one object a line as things happen",
	.timelines = true,
	.wants = wants,
	.open = lines_open,
	.event = lines_event,
	.close = lines_close,
};
