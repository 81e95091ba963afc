/* Numbers as people say them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/words.h"

#define SAYS(call, want)                                                                           \
	do {                                                                                       \
		char text[WORDS_MAX];                                                              \
		assert_string_equal(call, want);                                                   \
	} while (0)

static void counts(void **state)
{
	(void)state;
	SAYS(words_count(text, 0), "0");
	SAYS(words_count(text, 999), "999");
	SAYS(words_count(text, 1000), "1,000");
	SAYS(words_count(text, 214503), "214,503");
	SAYS(words_count(text, UINT64_MAX), "18,446,744,073,709,551,615");
}

static void bytes(void **state)
{
	(void)state;
	SAYS(words_bytes(text, 0), "0 B");
	SAYS(words_bytes(text, 999), "999 B");
	SAYS(words_bytes(text, 1000), "1.00 kB");
	SAYS(words_bytes(text, 48213), "48.2 kB");
	SAYS(words_bytes(text, 999499), "999 kB");
	SAYS(words_bytes(text, 999500), "1.00 MB");
	SAYS(words_bytes(text, UINT64_MAX), "18.4 EB");
}

static void durations(void **state)
{
	(void)state;
	SAYS(words_duration(text, -1), "-");
	SAYS(words_duration(text, 0), "0 us");
	SAYS(words_duration(text, 93000), "93.0 us");
	SAYS(words_duration(text, 2310000000), "2.31 s");
	SAYS(words_duration(text, 999600000), "1.00 s");
	SAYS(words_duration(text, 61200000000), "61.2 s");
	SAYS(words_duration(text, 119600000000), "1.99 min");
	SAYS(words_duration(text, INT64_C(1740000000000)), "29.0 min");
	SAYS(words_duration(text, INT64_C(172800000000000)), "2.00 d");
	SAYS(words_duration(text, INT64_MAX), "106752 d");
}

static void ends(void **state)
{
	const struct fw_addr v4 = {{[10] = 0xff, [11] = 0xff, [12] = 10, [15] = 5}, 443};
	const struct fw_addr v6 = {{0x20, 0x01, 0x0d, 0xb8, [15] = 1}, 443};
	(void)state;
	SAYS(words_end(text, &v4), "10.0.0.5:443");
	SAYS(words_end(text, &v6), "[2001:db8::1]:443");
}

static void times_are_as_far_apart_as_fits(void **state)
{
	(void)state;
	assert_true(words_between(5, 12) == 7);
	assert_true(words_between(12, 5) == -7);
	assert_true(words_between(INT64_MIN, INT64_MAX) == INT64_MAX);
	assert_true(words_between(INT64_MAX, INT64_MIN) == INT64_MIN + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts),
		cmocka_unit_test(bytes),
		cmocka_unit_test(durations),
		cmocka_unit_test(ends),
		cmocka_unit_test(times_are_as_far_apart_as_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
