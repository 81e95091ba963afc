/* What a capture says of itself, in the report and in JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sink/made.h"
#include "sink/schema.h"

#include <stdio.h>
#include <stdlib.h>

#define NONE FW_NONE

static void tell_nothing(const struct made_sink *sink)
{
	(void)sink;
}

/* What FORMAT makes of CAPTURE. The caller frees it. */
static char *output_of(
	const struct sink_format *format, const struct sink_capture *capture, bool utf8)
{
	struct sink_run run = made_run();
	run.captures = capture;
	run.utf8 = utf8;
	return made_output(format, &run, tell_nothing);
}

static void report_has(const struct sink_capture *capture, const char *line)
{
	char *const text = output_of(&sink_text, capture, false);
	if (!strstr(text, line))
		fail_msg("no \"%s\" in:\n%s", line, text);
	free(text);
}

static void report_lacks(const struct sink_capture *capture, const char *line)
{
	char *const text = output_of(&sink_text, capture, false);
	assert_null(strstr(text, line));
	free(text);
}

static struct sink_capture made_capture(void)
{
	struct sink_capture capture = made_run().captures[0];
	capture.dropped = FW_NONE;
	return capture;
}

static void nothing_to_say(void **state)
{
	struct sink_capture capture = made_capture();
	(void)state;
	report_lacks(&capture, "lost");
	report_lacks(&capture, "comment");
	capture.dropped = 0;
	report_lacks(&capture, "lost");
}

static void losses(void **state)
{
	static const int64_t counters[][6] = {
		{7, 1204, NONE, 0, NONE, NONE},
		{NONE, NONE, NONE, NONE, NONE, NONE},
		{NONE, 1, 9, 2, NONE, 3},
		{NONE, 1, NONE, NONE, NONE, NONE},
		{NONE, 1, NONE, NONE, NONE, NONE},
		{NONE, 1, NONE, NONE, NONE, NONE},
	};
	struct sink_interface interfaces[6] = {{.name = "eth0"}};
	struct sink_capture capture = made_capture();
	(void)state;
	for (size_t i = 0; i < 6; i++)
		interfaces[i].counters = counters[i];
	capture.interfaces = interfaces;
	capture.interface_count = 1;
	capture.dropped = 1;
	report_has(&capture, "\n lost     1 packet, by the capture's own account\n");
	capture.dropped = 1204;
	report_has(&capture,
		"\n lost     1,204 packets, by the capture's own account\n"
		"          eth0: 1,204 dropped by the interface\n packets");
	capture.interface_count = 6;
	report_has(&capture,
		"          interface 2: 1 dropped by the interface\n"
		"            2 dropped by the operating system, 3 lost before packets that say so\n"
		"          interface 3: 1 dropped by the interface\n"
		"          interface 4: 1 dropped by the interface\n"
		"          1 more interface: --format json\n");
}

static void comments(void **state)
{
	static const struct sink_comment comments[] = {
		{0, "  from the\r\n left\tand\x1b[31m right "},
		{1234, "here it\xff begins"},
		{5, ""},
		{6, "not shown"},
	};
	struct sink_capture capture = made_capture();
	(void)state;
	capture.comments = comments;
	capture.comment_count = 3;
	report_has(&capture, "\n comment  from the left and?[31m right\n");
	report_has(&capture, "\n comment  packet 1,234: here it? begins\n");
	report_has(&capture, "\n comment  packet 5: \n packets");
	capture.comment_count = 4;
	report_has(&capture, "          1 more comment: --format json\n");
	report_lacks(&capture, "not shown");
	capture.comments_omitted = 2000;
	report_has(&capture, "          2,001 more comments: --format json\n");
}

/* Whatever the text, no line is wider than the page. */
static void texts_of_any_length(void **state)
{
	(void)state;
	for (size_t len = 60; len < 80; len++) {
		char text[300] = "", line[100];
		const struct sink_comment comment = {0, text};
		struct sink_capture capture = made_capture();
		capture.comments = &comment;
		capture.comment_count = 1;
		memset(text, 'x', len);
		snprintf(line, sizeof line, "\n comment  %.*s%s\n", len > 70 ? 69 : (int)len, text,
			len > 70 ? "~" : "");
		report_has(&capture, line);
		for (size_t i = 0; i < len; i++)
			strcpy(text + 2 * i, "\xc3\xa4"); /* two bytes, one column */
		char *const report = output_of(&sink_text, &capture, true);
		assert_non_null(strstr(report, len > 70 ? "\xc3\xa4…\n" : "\xc3\xa4\n"));
		free(report);
	}
}

static void json_has_it_all(void **state)
{
	static const int64_t counters[] = {INT64_MAX, 5, NONE, 0, NONE, NONE};
	const struct sink_interface interface = {.name = "eth\xff",
		.link_type = "EN10MB",
		.ticks_per_second = 1000000,
		.counters = counters};
	const struct sink_comment comments[] = {{0, "\"\x01\xc3"}, {7, "seven"}};
	struct sink_capture capture = made_capture();
	char fault[300] = "";
	const char *name, *text, *os;
	json_t *snap, *accepted, *packet, *application;
	json_int_t received, dropped, seven;
	(void)state;
	capture.os = "an os";
	capture.dropped = 5;
	capture.comments = comments;
	capture.comment_count = 2;
	capture.comments_omitted = capture.interfaces_omitted = 1;
	capture.interfaces = &interface;
	capture.interface_count = 1;
	char *const output = output_of(&sink_json, &capture, true);
	json_t *const document = json_loads(output, JSON_REJECT_DUPLICATES, NULL),
		      *const schema = schema_load();
	assert_non_null(document);
	if (!schema_accepts(schema, schema, document, fault, sizeof fault))
		fail_msg("%s", fault);
	assert_int_equal(
		json_unpack(document,
			"{s:[{s:I, s:s, s:o, s:[{s:s, s:o, s:I, s:o}], s:[{s:o, s:s}, {s:I}]}]}",
			"captures", "dropped", &dropped, "os", &os, "application", &application,
			"interfaces", "name", &name, "snap_length", &snap, "received", &received,
			"accepted", &accepted, "comments", "packet", &packet, "text", &text,
			"packet", &seven),
		0);
	assert_int_equal(dropped, 5);
	assert_string_equal(os, "an os");
	assert_string_equal(name, "eth\xef\xbf\xbd");
	assert_string_equal(text, "\"\x01\xef\xbf\xbd");
	assert_true(json_is_null(snap) && json_is_null(accepted));
	assert_true(json_is_null(packet) && json_is_null(application));
	assert_int_equal(received, INT64_MAX);
	assert_int_equal(seven, 7);
	json_decref(document);
	json_decref(schema);
	free(output);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_to_say),
		cmocka_unit_test(losses),
		cmocka_unit_test(comments),
		cmocka_unit_test(texts_of_any_length),
		cmocka_unit_test(json_has_it_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
