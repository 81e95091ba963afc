/* Ticks of every resolution to nanoseconds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture/clock.h"

#define BINARY 0x80

static fw_time at(uint8_t resolution, int64_t offset, uint64_t ticks)
{
	struct clock clock;

	assert_true(clock_init(&clock, resolution, offset));
	return clock_time(&clock, ticks);
}

static void decimal(void **state)
{
	(void)state;
	assert_int_equal(at(0, 0, 1700000000), INT64_C(1700000000000000000));
	assert_int_equal(at(6, 0, 1700000000123456), INT64_C(1700000000123456000));
	assert_int_equal(at(9, 0, 1700000000123456789), INT64_C(1700000000123456789));
	assert_int_equal(at(12, 0, 1700000000123456789), INT64_C(1700000000123456));
	assert_int_equal(at(19, 0, UINT64_MAX), INT64_C(1844674407));
}

static void binary(void **state)
{
	(void)state;
	assert_int_equal(at(BINARY | 0, 0, 5), INT64_C(5000000000));
	assert_int_equal(at(BINARY | 1, 0, 5), INT64_C(2500000000));
	assert_int_equal(at(BINARY | 32, 0, UINT64_C(7) << 32 | 1), INT64_C(7000000000));
	assert_int_equal(at(BINARY | 32, 0, UINT64_C(15) << 31), INT64_C(7500000000));
	assert_int_equal(at(BINARY | 63, 0, UINT64_MAX), INT64_C(1999999999));
	assert_int_equal(at(BINARY | 40, 0, (UINT64_C(3) << 40) - 1), INT64_C(2999999999));
}

static void offsets(void **state)
{
	(void)state;
	assert_int_equal(at(6, 3600, 1), INT64_C(3600000001000));
	assert_int_equal(at(9, -10, 1), INT64_C(-9999999999));
}

static void rates(void **state)
{
	static const struct {
		uint8_t resolution;
		int64_t rate;
	} rows[] = {{0, 1}, {6, 1000000}, {9, 1000000000}, {12, INT64_C(1000000000000)},
		{18, INT64_C(1000000000000000000)}, {19, INT64_MAX}, {BINARY | 0, 1},
		{BINARY | 10, 1024}, {BINARY | 62, INT64_C(1) << 62}, {BINARY | 63, INT64_MAX}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct clock clock;

		assert_true(clock_init(&clock, rows[i].resolution, 5));
		assert_int_equal(clock_rate(&clock), rows[i].rate);
	}
}

static void beyond_64_bits(void **state)
{
	struct clock clock;

	(void)state;
	assert_int_equal(at(6, 0, UINT64_MAX), INT64_MAX);
	assert_int_equal(at(6, 0, INT64_MAX / 1000), INT64_MAX / 1000 * 1000);
	assert_int_equal(at(6, 0, INT64_MAX / 1000 + 1), INT64_MAX);
	assert_int_equal(at(BINARY | 1, 0, UINT64_MAX), INT64_MAX);
	assert_int_equal(at(BINARY | 0, 0, UINT64_MAX), INT64_MAX);
	assert_int_equal(at(6, INT64_MAX, 1), INT64_MAX);
	assert_int_equal(at(6, INT64_MIN, 0), INT64_MIN);
	assert_false(clock_init(&clock, 20, 0));
	assert_false(clock_init(&clock, BINARY | 64, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimal),
		cmocka_unit_test(binary),
		cmocka_unit_test(offsets),
		cmocka_unit_test(rates),
		cmocka_unit_test(beyond_64_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
