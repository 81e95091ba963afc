/* Deviations in whole numbers are those of floating point. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/tally.h"

/* Deterministic, and far from even. */
static uint32_t draw(uint32_t *seed, uint32_t low, uint32_t range)
{
	*seed = *seed * 1664525 + 1013904223;
	return low + (uint32_t)((uint64_t)(*seed >> 8) * range >> 24);
}

static void check(uint32_t low, uint32_t range, uint32_t count)
{
	struct tally tally = {0};
	struct wide wide = {0};
	double mean = 0, squares = 0;
	uint32_t seed = 1;

	tally_init(&tally);
	for (uint32_t i = 1; i <= count; i++) {
		const uint32_t sample = draw(&seed, low, range);
		const double off = sample - mean;

		mean += off / i;
		squares += off * (sample - mean);
		if (tally_rtt_full(&tally, sample))
			tally_spill(&tally, &wide);
		tally_rtt(&tally, sample);
	}
	tally_sums(&tally, &wide);
	assert_int_equal(wide.rtt_samples, count);
	const double want = sqrt(squares / (count - 1)), got = tally_deviation(&wide);
	assert_true(got <= want + 1 && got >= want - 1 - want / 1e6);
}

static void deviations_are_right(void **state)
{
	(void)state;
	check(7, 1, 2);
	check(0, 2, 1000);
	check(1000, 10, 100);
	check(2500000, 100000, 100000);
	check(4000000000, 200000000, 300000);
	check(4294967000, 5, 70000);
	check(0, UINT32_MAX, 70000);
}

/* The largest that there can be. */
static void extremes_fit(void **state)
{
	struct tally tally = {0};
	struct wide wide = {0};

	(void)state;
	tally_init(&tally);
	tally_rtt(&tally, 0);
	assert_true(tally_rtt_full(&tally, UINT32_MAX) == false);
	tally_rtt(&tally, UINT32_MAX);
	assert_true(tally_rtt_full(&tally, 1));
	tally_sums(&tally, &wide);
	assert_int_equal(tally_deviation(&wide), 3037000499);
	assert_int_equal(tally.rtt_min, 0);
	assert_int_equal(tally.rtt_max, UINT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deviations_are_right),
		cmocka_unit_test(extremes_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
