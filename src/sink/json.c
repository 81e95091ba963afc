/* JSON: one document; the flows are written as they leave, what is known at the end follows them. */
#include "sink/objects.h"
#include "sink/sink.h"

#include <stdlib.h>

struct sink {
	const struct sink_run *run;
	struct json json;
	struct endpoint_plan plan;
};

static uint32_t wants(const struct sink_run *run)
{
	(void)run;
	return 1u << FW_EVENT_CLOSED;
}

static void *document_open(const struct sink_run *run, struct out *out)
{
	struct sink *const sink = malloc(sizeof *sink);
	if (!sink)
		return NULL;
	sink->run = run;
	sink->json = (struct json){.out = out};
	endpoint_plan_init(&sink->plan);
	struct json *const json = &sink->json;
	json_open(json, '{');
	json_key(json, "schema");
	json_word(json, "finwait/1");
	json_key(json, "version");
	json_word(json, FW_VERSION);
	json_key(json, "flows");
	json_open(json, '[');
	return sink;
}

static void document_event(void *state, const struct fw_event *event)
{
	struct sink *const sink = state;
	struct json *const json = &sink->json;
	json_comma(json);
	json_raw(json, "\n", 1); /* a flow a line, for those who look */
	json->comma = false;
	json_open(json, '{');
	flow_members(json, &sink->plan, event->flow);
	json_close(json, '}');
}

static void captures_array(struct json *json, const struct sink_run *run)
{
	json_open(json, '[');
	for (size_t i = 0; i < run->capture_count; i++) {
		json_open(json, '{');
		capture_members(json, &run->captures[i]);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void empty_array(struct json *json)
{
	json_open(json, '[');
	json_close(json, ']');
}

static void document_close(void *state)
{
	struct sink *const sink = state;
	struct json *const json = &sink->json;
	json_raw(json, "\n", 1);
	json_close(json, ']');
	json_key(json, "captures");
	captures_array(json, sink->run);
	json_key(json, "packets");
	json_open(json, '{');
	packets_members(json, sink->run->totals);
	json_close(json, '}');
	json_key(json, "quality");
	empty_array(json);
	json_key(json, "findings");
	empty_array(json);
	json_key(json, "summary");
	json_open(json, '{');
	summary_members(json, sink->run->totals);
	json_close(json, '}');
	json_close(json, '}');
	json_raw(json, "\n", 1);
	free(sink);
}

const struct sink_format sink_json = {
	.name = "json",
	.text = "one JSON document",
	.timelines = true,
	.wants = wants,
	.open = document_open,
	.event = document_event,
	.close = document_close,
};
