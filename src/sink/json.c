/* JSON: one document; the flows are written as they leave, what is known at the end follows
 * them. */
#include "sink/held.h"
#include "sink/objects.h"
#include "sink/sink.h"

#include <stdlib.h>

struct sink {
	const struct sink_run *run;
	struct jsonwriter json;
	struct flow_plan plan;
	struct held_findings held; /* they follow the flows */
	bool flows_are_over;       /* the services have begun */
};

static uint32_t wants(const struct sink_run *run)
{
	(void)run;
	return 1u << FW_EVENT_CLOSED | 1u << FW_EVENT_FINDING | 1u << FW_EVENT_SERVICE;
}

static void *document_open(const struct sink_run *run, struct out *out)
{
	struct sink *const sink = malloc(sizeof *sink);
	if (!sink)
		return NULL;
	sink->run = run;
	sink->json = (struct jsonwriter){.out = out};
	sink->held = (struct held_findings){0};
	sink->flows_are_over = false;
	flow_plan_init(&sink->plan);
	struct jsonwriter *const json = &sink->json;
	jw_open(json, '{');
	jw_key(json, "schema");
	jw_word(json, "finwait/1");
	jw_key(json, "version");
	jw_word(json, FW_VERSION);
	jw_key(json, "flows");
	jw_open(json, '[');
	return sink;
}

/* All flows have left before the first service is told. */
static void begin_services(struct sink *sink)
{
	if (sink->flows_are_over)
		return;
	sink->flows_are_over = true;
	jw_raw(&sink->json, "\n", 1);
	jw_close(&sink->json, ']');
	jw_key(&sink->json, "services");
	jw_open(&sink->json, '[');
}

static void document_event(void *state, const struct fw_event *event)
{
	struct sink *const sink = state;
	struct jsonwriter *const json = &sink->json;
	if (event->type == FW_EVENT_FINDING) {
		held_add(&sink->held, event->finding);
		return;
	}
	if (event->type == FW_EVENT_SERVICE)
		begin_services(sink);
	jw_comma(json);
	jw_raw(json, "\n", 1); /* a flow a line, for those who look */
	json->comma = false;
	jw_open(json, '{');
	if (event->type == FW_EVENT_SERVICE)
		service_members(json, event->service);
	else
		flow_members(json, &sink->plan, event->flow);
	jw_close(json, '}');
}

static void captures_array(struct jsonwriter *json, const struct sink_run *run)
{
	jw_open(json, '[');
	for (size_t i = 0; i < run->capture_count; i++) {
		jw_open(json, '{');
		capture_members(json, &run->captures[i]);
		jw_close(json, '}');
	}
	jw_close(json, ']');
}

static void document_close(void *state)
{
	struct sink *const sink = state;
	struct jsonwriter *const json = &sink->json;
	begin_services(sink);
	jw_close(json, ']');
	jw_key(json, "captures");
	captures_array(json, sink->run);
	packets_member(json, sink->run->totals);
	jw_key(json, "quality");
	held_array(json, &sink->held, FW_SCOPE_CAPTURE);
	jw_key(json, "findings");
	held_array(json, &sink->held, FW_SCOPE_TRAFFIC);
	jw_key(json, "summary");
	jw_open(json, '{');
	summary_members(json, sink->run->totals);
	jw_close(json, '}');
	jw_close(json, '}');
	jw_raw(json, "\n", 1);
	held_free(&sink->held);
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
