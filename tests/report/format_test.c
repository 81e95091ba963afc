/* Numbers, times and addresses as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/format.h"

#include <string.h>
#include <time.h>

static void seconds_are(int64_t ns, const char *want)
{
	char text[FORMAT_NUMBER_MAX + 1];
	*format_seconds(text, ns) = '\0';
	assert_string_equal(text, want);
}

static void seconds(void **state)
{
	(void)state;
	seconds_are(0, "0");
	seconds_are(1, "0.000000001");
	seconds_are(2310000000, "2.31");
	seconds_are(-500000000, "-0.5");
	seconds_are(100000000000, "100");
	seconds_are(INT64_MAX, "9223372036.854775807");
	seconds_are(INT64_MIN, "-9223372036.854775808");
}

static void time_is(fw_time time, const char *want)
{
	char text[FORMAT_TIME_MAX + 1];
	*format_time(text, time) = '\0';
	assert_string_equal(text, want);
}

static void times(void **state)
{
	(void)state;
	time_is(0, "1970-01-01T00:00:00.000000000Z");
	time_is(-1, "1969-12-31T23:59:59.999999999Z");
	time_is(1767225600000000001, "2026-01-01T00:00:00.000000001Z");
	time_is(951782400000000000, "2000-02-29T00:00:00.000000000Z");
	time_is(INT64_MAX, "2262-04-11T23:47:16.854775807Z");
	time_is(INT64_MIN, "1677-09-21T00:12:43.145224192Z");
}

/* Every day that an fw_time can fall on, against the C library. */
static void dates_are_the_c_librarys(void **state)
{
	(void)state;
	for (int64_t day = -106751; day < 106751; day++) {
		const time_t second = day * 86400;
		char want[FORMAT_TIME_MAX + 1], text[FORMAT_TIME_MAX + 1];
		struct tm tm;
		strftime(want, sizeof want, "%Y-%m-%dT%H:%M:%S.000000000Z", gmtime_r(&second, &tm));
		*format_time(text, day * 86400 * 1000000000) = '\0';
		if (strcmp(text, want) != 0)
			assert_string_equal(text, want);
	}
}

static void integer_is(uint64_t value, const char *want)
{
	char text[FORMAT_NUMBER_MAX + 1];
	*format_uint(text, value) = '\0';
	assert_string_equal(text, want);
}

static void integers(void **state)
{
	char text[FORMAT_NUMBER_MAX + 1];
	(void)state;
	integer_is(0, "0");
	integer_is(9, "9");
	integer_is(10, "10");
	integer_is(999, "999");
	integer_is(10000, "10000");
	integer_is(1234567, "1234567");
	integer_is(UINT64_MAX, "18446744073709551615");
	*format_int(text, INT64_MIN + 1) = '\0';
	assert_string_equal(text, "-9223372036854775807");
}

static void addresses(void **state)
{
	const struct fw_addr v4 = {{[10] = 0xff, [11] = 0xff, [12] = 192, 168, 0, 255}, 80};
	const struct fw_addr v6 = {{0x20, 0x01, 0x0d, 0xb8, [15] = 1}, 80};
	char text[FORMAT_ADDRESS_MAX];
	(void)state;
	*format_address(text, &v4) = '\0';
	assert_string_equal(text, "192.168.0.255");
	*format_address(text, &v6) = '\0';
	assert_string_equal(text, "2001:db8::1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seconds),
		cmocka_unit_test(times),
		cmocka_unit_test(integers),
		cmocka_unit_test(dates_are_the_c_librarys),
		cmocka_unit_test(addresses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
