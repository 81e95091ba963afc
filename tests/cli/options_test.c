/* The command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/options.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WORDS_MAX 16

/* Parses "finwait" and the words that follow, up to NULL; what it says goes to stderr, unread. */
#define PARSE(options, ...) parse(options, (char *[WORDS_MAX]){"finwait", __VA_ARGS__})

static enum verdict parse(struct options *options, char **argv)
{
	int argc = 0;
	while (argv[argc])
		argc++;
	return options_parse(options, argc, argv);
}

static void files_and_defaults(void **state)
{
	struct options options;
	(void)state;
	assert_int_equal(PARSE(&options, "a.pcap", "-"), OPTIONS_RUN);
	assert_int_equal(options.path_count, 2);
	assert_string_equal(options.paths[1], "-");
	assert_int_equal(options.output_count, 1);
	assert_null(options.outputs[0].format);
	assert_null(options.outputs[0].path);
	assert_int_equal(options.time_wait, 0);
	assert_false(selection_is_set(&options.selection));
}

static void each_o_belongs_to_its_format(void **state)
{
	struct options options;
	(void)state;
	assert_int_equal(PARSE(&options, "--format", "json", "-o", "x", "--format=jsonl",
				 "--output", "y", "--format", "text", "a"),
		OPTIONS_RUN);
	assert_int_equal(options.output_count, 3);
	assert_string_equal(options.outputs[0].format, "json");
	assert_string_equal(options.outputs[0].path, "x");
	assert_string_equal(options.outputs[1].format, "jsonl");
	assert_string_equal(options.outputs[1].path, "y");
	assert_null(options.outputs[2].path);
	assert_int_equal(PARSE(&options, "-o", "x", "a"), OPTIONS_RUN);
	assert_string_equal(options.outputs[0].path, "x");
	assert_null(options.outputs[0].format);
}

static void switches(void **state)
{
	struct options options;
	(void)state;
	assert_int_equal(
		PARSE(&options, "a", "-n", "--all", "--all-segments", "--events", "--segments",
			"--key-vlan", "-fport 80", "--time-wait", "0.5s", "--color=never"),
		OPTIONS_RUN);
	assert_true(options.numeric && options.all && options.all_segments && options.events);
	assert_true(options.segments && options.key_vlan);
	assert_string_equal(options.filter, "port 80");
	assert_int_equal(options.time_wait, 500000000);
	assert_int_equal(options.color, WHEN_NEVER);
}

static void what_is_wrong_is_refused(void **state)
{
	struct options options;
	(void)state;
	assert_int_equal(PARSE(&options, NULL), OPTIONS_WRONG);
	assert_int_equal(PARSE(&options, "--no-such", "a"), OPTIONS_WRONG);
	assert_int_equal(PARSE(&options, "-x", "a"), OPTIONS_WRONG);
	assert_int_equal(PARSE(&options, "a", "-o"), OPTIONS_WRONG);
	assert_int_equal(PARSE(&options, "a", "--all=yes"), OPTIONS_WRONG);
	assert_int_equal(PARSE(&options, "a", "--format", "xml"), OPTIONS_WRONG);
	assert_int_equal(PARSE(&options, "a", "--color", "blue"), OPTIONS_WRONG);
	assert_int_equal(PARSE(&options, "a", "--flow", "x"), OPTIONS_WRONG);
	assert_int_equal(PARSE(&options, "a", "-o", "x", "-o", "y"), OPTIONS_WRONG);
	assert_int_equal(
		PARSE(&options, "a", "--format", "json", "--format", "text"), OPTIONS_WRONG);
	for (const char *const *time =
			(const char *const[]){"0", "-1", "x", "1x", "", "nan", "inf", "1e9", NULL};
		*time; time++)
		assert_int_equal(PARSE(&options, "a", "--time-wait", (char *)*time), OPTIONS_WRONG);
}

static void findings_are_weighed(void **state)
{
	struct options options;
	(void)state;
	assert_int_equal(PARSE(&options, "a"), OPTIONS_RUN);
	assert_int_equal(options.fail_on, FW_SEVERITY_COUNT);
	assert_int_equal(options.limits[FW_THRESHOLD_close_wait], 0);
	assert_int_equal(PARSE(&options, "a", "--fail-on", "warning", "--ignore",
				 "close-wait-stuck,capture-point", "--severity",
				 "capture-offload=critical", "--close-wait-limit", "200ms"),
		OPTIONS_RUN);
	assert_int_equal(options.fail_on, FW_WARNING);
	assert_int_equal(options.severity[FW_CODE_close_wait_stuck], FW_IGNORED);
	assert_int_equal(options.severity[FW_CODE_capture_point], FW_IGNORED);
	assert_int_equal(options.severity[FW_CODE_capture_offload], FW_CRITICAL + 1);
	assert_int_equal(options.severity[FW_CODE_capture_snapped], 0);
	assert_int_equal(options.limits[FW_THRESHOLD_close_wait], 200000000);
}

static void weights_that_are_none_are_refused(void **state)
{
	static const char *const bad[][2] = {
		{"--fail-on", "bad"},
		{"--fail-on", ""},
		{"--ignore", "no-such-code"},
		{"--ignore", "close-wait-stuck,"},
		{"--severity", "close-wait-stuck"},
		{"--severity", "close-wait-stuck=bad"},
		{"--severity", "no-such-code=info"},
		{"--close-wait-limit", "0"},
		{"--close-wait-limit", "5%"},
		{"--close-wait-limit", "soon"},
	};
	struct options options;
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (PARSE(&options, "a", (char *)bad[i][0], (char *)bad[i][1]) != OPTIONS_WRONG)
			fail_msg("%s %s is taken", bad[i][0], bad[i][1]);
}

static void commands_have_their_options(void **state)
{
	struct options options;
	(void)state;
	assert_int_equal(PARSE(&options, "explain"), OPTIONS_RUN);
	assert_int_equal(options.command, COMMAND_EXPLAIN);
	assert_int_equal(options.path_count, 0);
	assert_int_equal(PARSE(&options, "explain", "x", "--format", "json"), OPTIONS_RUN);
	assert_string_equal(options.paths[0], "x");
	assert_int_equal(PARSE(&options, "explain", "--flow", "1"), OPTIONS_WRONG);
	assert_int_equal(PARSE(&options, "./explain"), OPTIONS_RUN);
	assert_int_equal(options.command, COMMAND_REPORT);
	assert_int_equal(PARSE(&options, "a", "explain"), OPTIONS_RUN);
	assert_int_equal(options.command, COMMAND_REPORT);
	assert_int_equal(options.path_count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_and_defaults),
		cmocka_unit_test(each_o_belongs_to_its_format),
		cmocka_unit_test(switches),
		cmocka_unit_test(what_is_wrong_is_refused),
		cmocka_unit_test(findings_are_weighed),
		cmocka_unit_test(weights_that_are_none_are_refused),
		cmocka_unit_test(commands_have_their_options),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
