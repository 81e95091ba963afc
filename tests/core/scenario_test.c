/* Every scenario, plain, with each segment repeated, with addresses swapped; what they covered. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "scenario.h"

enum { TESTS_MAX = 512 };

struct one {
	const char *path;
	struct scenario_coverage *coverage;
};

static void scenario_holds(void **state)
{
	const struct one *const one = *state;
	struct scenario *const scenario = scenario_load(one->path, stdout);
	unsigned mismatches = 0;

	assert_non_null(scenario);
	for (unsigned v = 0; v < SCENARIO_VARIANTS; v++)
		mismatches += scenario_run(
			scenario, (enum scenario_variant)v, v ? NULL : one->coverage, stdout);
	scenario_free(scenario);
	assert_int_equal(mismatches, 0);
}

static struct scenario *parsed(const char *text, FILE *errors)
{
	return scenario_parse("test", text, strlen(text), errors);
}

static void faults_are_named_with_their_line(void **state)
{
	static const struct {
		const char *text, *message;
	} faults[] = {
		{"x", "test:1: 'x' begins no line\n"},
		{"# fine\n+0 > S 0:1(0)",
			"test:2: 0:1(0): the end is not the beginning and the length\n"},
		{"+0 > S 0:0(0) UNSEEN / CLOSED", "test:1: 'UNSEEN' is no state\n"},
		{"+0 > Q 0:0(0)", "test:1: 'Q' is no flag\n"},
		{"+0 > S 0:0(0) <mss>", "test:1: option 'mss' is none, or does not fit\n"},
		{"+0 > S 0:0(0) ~ odd", "test:1: 'odd' is no fact\n"},
		{"+0 > S 0:0(0) lost ~ none",
			"test:1: nothing can be expected of a segment that is not in the "
			"capture\n"},
		{"+0 copy", "test:1: there is nothing to copy yet\n"},
		{"client CLOSED -> SYN_SENT sent SND_SYN",
			"test:1: a transition follows the segment that tells it\n"},
		{"+0 > S 0:0(0)\nclient CLOSED SYN_SENT",
			"test:2: '->' is wanted, not 'SYN_SENT'\n"},
		{"+0 > S 0:0(0)\nclient CLOSED -> SYN_SENT guessed SND_SYN",
			"test:2: 'guessed' is no basis\n"},
		{"flow 1 10.0.0.1 10.0.0.2:80", "test:1: '10.0.0.1' is no ADDRESS:PORT\n"},
		{"set speed 3", "test:1: 'speed' is no setting\n"},
		{"+0 icmp net_unreachable", "test:1: there is nothing to copy yet\n"},
		{"+0 > S 0:0(0)\n+0 icmp no_ports", "test:2: 'no_ports' is no ICMP error\n"},
		{"+0 > S 0:0(0)\n+0 icmp no_route",
			"test:2: ICMP of this version has no no_route\n"},
		{"+0 > S 0:0(0)\n+0 icmp host_unknown from ::1",
			"test:2: '::1' is no address of IPv4\n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		char *message = NULL;
		size_t size;
		FILE *const errors = open_memstream(&message, &size);

		assert_null(parsed(faults[i].text, errors));
		fclose(errors);
		assert_string_equal(message, faults[i].message);
		free(message);
	}
}

/* The runner must see what is wrong, or none of the scenarios is worth anything. */
static void wrong_expectations_are_found(void **state)
{
	static const struct {
		const char *text, *message;
	} wrongs[] = {
		{"+0 > S 0:0(0)", "test:1: flow 1: got client CLOSED -> SYN_SENT sent SND_SYN\n"},
		{"+0 > S 0:0(0)\nclient CLOSED -> SYN_SENT sent SND_SYN\nserver UNKNOWN -> LISTEN "
		 "presumed RCV_SYN",
			"test:3: want server UNKNOWN -> LISTEN presumed RCV_SYN\n"},
		{"+0 > S 0:0(0) SYN_SENT / LISTEN\nclient CLOSED -> SYN_SENT sent SND_SYN",
			"test:1: server is UNKNOWN, want LISTEN\n"},
		{"+0 > S 0:0(0) ~ gap\nclient CLOSED -> SYN_SENT sent SND_SYN",
			"test:1: facts are none, want gap\n"},
		{"+0 < S 0:0(0)\nclient CLOSED -> SYN_SENT sent SND_SYN",
			"test:1: sender is the client, want the server\n"},
		{"flow 2\n+0 > S 0:0(0)\nclient of 1 CLOSED -> SYN_SENT sent SND_SYN",
			"test:2: flow is 1, want 2\ntest:2: 1 flows, want 2\n"},
		{"+0 > S 0:0(0)\nclient CLOSED -> SYN_SENT sent SND_SYN\n= flow 1 opened handshake "
		 "client.packets 2 x y",
			"test:3: flow 1: opened is attempt, want handshake\n"
			"test:3: flow 1: client.packets is 1, want 2\n"
			"test:3: 'x' is nothing that is known of a flow\n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
		struct scenario *const scenario = parsed(wrongs[i].text, stdout);
		char *message = NULL;
		size_t size;
		FILE *const report = open_memstream(&message, &size);

		assert_non_null(scenario);
		assert_true(scenario_run(scenario, SCENARIO_PLAIN, NULL, report) > 0);
		fclose(report);
		assert_string_equal(message, wrongs[i].message);
		free(message);
		scenario_free(scenario);
	}
}

/* Every judgement is made by one scenario, and by another that comes near not. */
static void print_codes(const struct scenario_coverage *coverage)
{
	unsigned found = 0, missed = 0;

	for (unsigned i = 0; i < FW_CODE_COUNT; i++) {
		found += coverage->found[i] > 0;
		missed += coverage->missed[i] > 0;
		if (!coverage->found[i])
			printf("no scenario finds %s\n", fw_code_name((enum fw_code)i));
		if (!coverage->missed[i])
			printf("no near miss of %s\n", fw_code_name((enum fw_code)i));
	}
	printf("scenarios find %u of %d codes, with near misses of %u\n", found, FW_CODE_COUNT,
		missed);
}

/* Runs last: what the scenarios before it have exercised. */
static void every_rule_fires_and_every_fact_is_set(void **state)
{
	static const char *const rules[] = {
#define RULE(from, stimulus, to, rfc, why) #from " " #stimulus " " #to,
#include "finwait/fsm.def"
#undef RULE
	};
	const size_t count = sizeof rules / sizeof rules[0];
	const struct scenario_coverage *const coverage = *state;
	size_t fired = 0, set = 0;

	for (size_t i = 0; i < count; i++) {
		fired += coverage->rule[i] > 0;
		if (!coverage->rule[i])
			printf("no scenario fires %s\n", rules[i]);
	}
	for (unsigned i = 0; i < FW_FACT_COUNT; i++) {
		set += coverage->fact[i] > 0;
		if (!coverage->fact[i])
			printf("no scenario sets %s\n", fw_fact_name((enum fw_fact_bit)i));
	}
	print_codes(coverage);
	printf("scenarios fire %zu of %zu rules and set %zu of %d facts\n", fired, count, set,
		FW_FACT_COUNT);
	assert_int_equal(fired, count);
	assert_int_equal(set, FW_FACT_COUNT);
}

static size_t add(struct CMUnitTest *tests, size_t count, const char *name, CMUnitTestFunction test,
	void *state)
{
	if (count < TESTS_MAX)
		tests[count] = (struct CMUnitTest){name, test, NULL, NULL, state};
	return count + (count < TESTS_MAX);
}

/* Without arguments all of tests/scenarios; with arguments these files, without coverage. */
int main(int argc, char **argv)
{
	struct scenario_coverage coverage = {0};
	struct CMUnitTest tests[TESTS_MAX];
	struct one ones[TESTS_MAX];
	glob_t found = {0};
	size_t count = 0;

	if (argc > 1)
		found = (glob_t){.gl_pathc = (size_t)argc - 1, .gl_pathv = argv + 1};
	else if (glob("tests/scenarios/*.scn", 0, NULL, &found) || found.gl_pathc > TESTS_MAX - 3)
		return 2;
	for (size_t i = 0; i < found.gl_pathc && i < TESTS_MAX; i++) {
		const char *const path = found.gl_pathv[i], *const slash = strrchr(path, '/');
		ones[i] = (struct one){path, &coverage};
		count = add(tests, count, slash ? slash + 1 : path, scenario_holds, &ones[i]);
	}
	if (argc == 1) {
		count = add(
			tests, count, "faults are named", faults_are_named_with_their_line, NULL);
		count = add(tests, count, "wrong expectations are found",
			wrong_expectations_are_found, NULL);
		count = add(tests, count, "coverage", every_rule_fires_and_every_fact_is_set,
			&coverage);
	}
	count = (size_t)_cmocka_run_group_tests("scenarios", tests, count, NULL, NULL);
	if (argc == 1)
		globfree(&found);
	return (int)count;
}
