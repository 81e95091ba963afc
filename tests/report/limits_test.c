/* The limits of judgement, as people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/limits.h"

#include <string.h>

static void times_have_units(void **state)
{
	static const struct {
		const char *text;
		fw_time want;
	} good[] = {
		{"200ms", 200000000},
		{"10s", 10000000000},
		{"10 s", 10000000000},
		{"1min", 60000000000},
		{"1.5min", 90000000000},
		{"2h", 7200000000000},
		{"3us", 3000},
		{"1ns", 1},
		{"0.25", 250000000},
	};
	static const char *const bad[] = {
		"", "s", "0", "0s", "-1s", "1x", "1 s s", "5%", "nan", "inf", "1e300d", "0.1ns"};
	fw_time time;
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		assert_true(limit_parse_time(good[i].text, &time));
		assert_int_equal(time, good[i].want);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (limit_parse_time(bad[i], &time))
			fail_msg("'%s' is taken", bad[i]);
}

/* What is said of a limit can be given for it. */
static void each_reads_what_it_writes(void **state)
{
	(void)state;
	for (int limit = 0; limit < FW_THRESHOLD_COUNT; limit++) {
		char text[WORDS_MAX];
		int64_t value = 0;
		limit_words(text, limit, limit_default(limit));
		if (!limit_parse(limit, text, &value) || value != limit_default(limit))
			fail_msg("--%s %s", limit_option(limit), text);
		assert_int_equal(
			limit_find(limit_option(limit), strlen(limit_option(limit))), limit);
	}
	assert_int_equal(limit_find("no-such-limit", 13), FW_THRESHOLD_COUNT);
	assert_int_equal(limit_find("", 0), FW_THRESHOLD_COUNT);
}

static void words_are_round(void **state)
{
	char text[WORDS_MAX];
	(void)state;
	assert_string_equal(limit_words(text, FW_THRESHOLD_close_wait, 10000000000), "10 s");
	assert_string_equal(limit_words(text, FW_THRESHOLD_close_wait, 60000000000), "1 min");
	assert_string_equal(limit_words(text, FW_THRESHOLD_close_wait, 90000000000), "90 s");
	assert_string_equal(limit_words(text, FW_THRESHOLD_close_wait, 1500000000), "1500 ms");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_have_units),
		cmocka_unit_test(each_reads_what_it_writes),
		cmocka_unit_test(words_are_round),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
