/* JSON and JSON Lines of events made by hand, against the schema and value by value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sink/made.h"
#include "sink/schema.h"

#include <stdlib.h>

static void tell_one(const struct made_sink *sink)
{
	struct made_flow made;
	made_flow_init(&made, 7);
	made_tell(sink, &made);
}

/* A flow with a finding, told as it is found and when the flow leaves, and findings of no flow. */
static void tell_findings(const struct made_sink *sink)
{
	struct fw_finding finding = made_finding(3);
	struct made_flow made;
	made_flow_init(&made, 7);
	made.flow.anomalies = &finding;
	made.flow.anomaly_count = 1;
	struct fw_event event = {.type = FW_EVENT_ANOMALY, .flow = &made.flow, .finding = &finding};
	made_event(sink, &event);
	event = (struct fw_event){.type = FW_EVENT_CLOSED, .flow = &made.flow};
	made_event(sink, &event);
	made_tell_findings(sink);
	made_tell_services(sink);
}

static void tell_many(const struct made_sink *sink)
{
	for (uint64_t id = 1; id <= 1000; id++) {
		struct made_flow made;
		made_flow_init(&made, id);
		made.flow.tunnel = (uint32_t)(id % 3);
		made.flow.transitions_omitted = (uint32_t)(id % 2);
		made.flow.closed_by = id % 2 ? FW_BY_NOBODY : FW_BY_BOTH;
		const struct fw_event event = {.type = FW_EVENT_CLOSED, .flow = &made.flow};
		made_event(sink, &event);
	}
}

static void tell_nothing(const struct made_sink *sink)
{
	(void)sink;
}

static json_t *document_of(void (*tell)(const struct made_sink *sink))
{
	const struct sink_run run = made_run();
	char *const text = made_output(&sink_json, &run, tell), fault[300] = "";
	json_error_t error;
	json_t *const document = json_loads(text, JSON_REJECT_DUPLICATES, &error),
		      *const schema = schema_load();
	free(text);
	assert_non_null(document);
	if (!schema_accepts(schema, schema, document, fault, sizeof fault))
		fail_msg("%s", fault);
	json_decref(schema);
	return document;
}

static void documents_fit_the_schema(void **state)
{
	(void)state;
	json_decref(document_of(tell_nothing));
	json_t *const many = document_of(tell_many);
	assert_int_equal(json_array_size(json_object_get(many, "flows")), 1000);
	json_decref(many);
}

static void a_flow_has_its_values(void **state)
{
	json_t *const document = document_of(tell_one);
	const char *opened, *call, *address, *conn_state, *path, *from;
	int id, port, tcp, completeness;
	double duration, offset, mean;
	json_t *closed, *scale, *max;
	(void)state;
	assert_int_equal(
		json_unpack(document,
			"{s:[{s:i, s:s, s:o, s:F, s:{s:s, s:o, s:{s:F, s:o}}, s:{s:i}, s:[{s:s, "
			"s:F, s:s}],"
			" s:{s:{s:s}, s:{s:i}}}], s:{s:i}, s:[{s:s}]}",
			"flows", "id", &id, "opened", &opened, "closed", &closed, "duration",
			&duration, "client", "address", &address, "window_scale", &scale, "rtt",
			"mean", &mean, "max", &max, "server", "port", &port, "transitions", "call",
			&call, "offset", &offset, "from", &from, "also_known_as", "zeek",
			"conn_state", &conn_state, "wireshark", "completeness", &completeness,
			"packets", "tcp", &tcp, "captures", "path", &path),
		0);
	assert_int_equal(id, 7);
	assert_string_equal(opened, "handshake");
	assert_string_equal(json_string_value(closed), "fin");
	assert_true(duration == 0.07);
	assert_true(offset == 0);
	assert_true(mean == 0.010000001);
	assert_string_equal(address, "10.0.0.1");
	assert_true(json_is_null(scale));
	assert_true(json_is_null(max));
	assert_int_equal(port, 443);
	assert_string_equal(call, "connect");
	assert_string_equal(from, "CLOSED");
	assert_string_equal(conn_state, "SF");
	assert_int_equal(completeness, 31);
	assert_int_equal(tcp, 8);
	assert_string_equal(path, "hostile\"\n\xef\xbf\xbd.pcap");
	json_decref(document);
}

static void a_finding_has_its_values(void **state)
{
	json_t *const document = document_of(tell_findings);
	const char *code, *severity, *side, *message, *explanation, *why, *foreign, *address;
	int count, packet, lost, cited, flow;
	double offset, duration;
	json_t *lowered_by;
	(void)state;
	assert_int_equal(
		json_unpack(json_object_get(document, "flows"),
			"[{s:[{s:s, s:s, s:i, s:F, s:s, s:i, s:s, s:{s:[i], s:F, s:i, s:s}, "
			"s:[{s:s, s:s}], s:[], s:o}]}]",
			"anomalies", "code", &code, "severity", &severity, "packet", &packet,
			"offset", &offset, "side", &side, "count", &count, "message", &message,
			"evidence", "packets", &cited, "duration", &duration, "lost", &lost, "text",
			&foreign, "rejected", "explanation", &explanation, "why", &why, "possible",
			"lowered_by", &lowered_by),
		0);
	assert_string_equal(code, "close-wait-stuck");
	assert_string_equal(severity, "warning");
	assert_string_equal(side, "server");
	assert_int_equal(packet, 7);
	assert_int_equal(count, 3);
	assert_int_equal(cited, 6);
	assert_int_equal(lost, 48213);
	assert_true(offset == 0.06 && duration == 1740);
	assert_non_null(strstr(message, " CLOSE_WAIT for 29.0 min"));
	assert_string_equal(foreign, "\033[2J\"\n\xef\xbf\xbd");
	assert_string_equal(explanation, "a lost FIN");
	assert_string_equal(why, "it was acknowledged");
	assert_true(json_is_null(lowered_by));
	assert_int_equal(json_array_size(json_object_get(document, "findings")), 5);
	assert_int_equal(json_array_size(json_object_get(document, "services")), 2);
	assert_int_equal(json_unpack(document, "{s:[{s:s, s:s, s:[i]}], s:[{s:s, s:n}]}",
				 "findings", "code", &code, "address", &address, "flows", &flow,
				 "quality", "code", &message, "packet"),
		0);
	assert_string_equal(code, "syn-flood");
	assert_string_equal(address, "10.0.0.2");
	assert_int_equal(flow, 3);
	assert_string_equal(message, "capture-losses");
	json_decref(document);
}

/* Takes the member "type" of LINE and looks at the rest by the rules of that name. */
static void line_fits(const json_t *schema, const char *line, unsigned *counts)
{
	static const char *const types[] = {"segment", "transition", "flow", "capture", "summary",
		"anomaly", "finding", "quality", "service"};
	json_error_t error;
	char fault[300];
	json_t *const object = json_loads(line, JSON_REJECT_DUPLICATES, &error);
	assert_non_null(object);
	assert_memory_equal(line, "{\"type\":", 8);
	char *const type = strdup(json_string_value(json_object_get(object, "type")));
	json_object_del(object, "type");
	const json_t *const rules = json_object_get(json_object_get(schema, "$defs"), type);
	if (!schema_accepts(schema, rules, object, fault, sizeof fault))
		fail_msg("%s: %s", type, fault);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		counts[i] += strcmp(types[i], type) == 0;
	free(type);
	json_decref(object);
}

static void lines_fit_the_schema(void **state)
{
	struct sink_run run = made_run();
	run.events = run.segments = true;
	unsigned counts[9] = {0};
	char *const text = made_output(&sink_jsonl, &run, tell_one), *rest = text;
	json_t *const schema = schema_load();
	(void)state;
	for (char *line; (line = strsep(&rest, "\n")) && *line;)
		line_fits(schema, line, counts);
	assert_int_equal(counts[0], 8);
	assert_int_equal(counts[1], 9);
	assert_int_equal(counts[2], 1);
	assert_int_equal(counts[3], 1);
	assert_int_equal(counts[4], 1);
	json_decref(schema);
	free(text);
}

static void lines_of_findings_fit_the_schema(void **state)
{
	struct sink_run run = made_run();
	run.events = true;
	unsigned counts[9] = {0};
	char *const text = made_output(&sink_jsonl, &run, tell_findings), *rest = text;
	json_t *const schema = schema_load();
	(void)state;
	assert_non_null(strstr(text, "{\"type\":\"anomaly\",\"flow\":7,\"code\":"));
	for (char *line; (line = strsep(&rest, "\n")) && *line;)
		line_fits(schema, line, counts);
	assert_int_equal(counts[2], 1);
	assert_int_equal(counts[5], 1);
	assert_int_equal(counts[6], 5);
	assert_int_equal(counts[7], 1);
	assert_int_equal(counts[8], 2);
	json_decref(schema);
	free(text);
}

static void a_segment_has_its_values(void **state)
{
	static const char want[] =
		"{\"type\":\"segment\",\"packet\":5,\"flow\":7,\"side\":\"client\",\"flags\":"
		"\"PA\",\"seq\":1,"
		"\"ack\":1,\"len\":80,\"window\":64240,\"facts\":[\"retransmission\"],"
		"\"client_state\":\"TIME_WAIT\",\"server_state\":\"LAST_ACK\"}\n";
	struct sink_run run = made_run();
	run.segments = true;
	char *const text = made_output(&sink_jsonl, &run, tell_one);
	(void)state;
	assert_non_null(strstr(text, want));
	free(text);
}

static void the_validator_finds_faults(void **state)
{
	static const char *const bad[] = {
		"{\"packets\":{\"tcp\":\"8\"}}",
		"{\"version\":1}",
		"{\"flows\":[{\"id\":-1}]}",
		"{\"summary\":{\"flows\":1}}",
		"{\"unknown\":1}",
		"{\"quality\":[{\"code\":\"no-such-code\"}]}",
	};
	json_t *const schema = schema_load(), *const good = document_of(tell_one);
	char fault[300];
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		json_t *const document = json_deep_copy(good),
			      *const change = json_loads(bad[i], 0, NULL);
		assert_non_null(change);
		json_object_update(document, change);
		assert_false(schema_accepts(schema, schema, document, fault, sizeof fault));
		json_decref(document);
		json_decref(change);
	}
	json_decref(good);
	json_decref(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_fit_the_schema),
		cmocka_unit_test(a_flow_has_its_values),
		cmocka_unit_test(a_finding_has_its_values),
		cmocka_unit_test(lines_fit_the_schema),
		cmocka_unit_test(lines_of_findings_fit_the_schema),
		cmocka_unit_test(a_segment_has_its_values),
		cmocka_unit_test(the_validator_finds_faults),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
