/* Stretches of time keep their order, and nearly their length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/span.h"

static void short_ones_are_exact(void **state)
{
	(void)state;
	for (int64_t ns = 0; ns < 1 << SPAN_BITS; ns += 12345)
		assert_int_equal(span_ns(span_of(ns)), ns);
	assert_int_equal(span_ns(span_of((1 << SPAN_BITS) - 1)), (1 << SPAN_BITS) - 1);
	assert_int_equal(span_of(-1), 0);
}

static void long_ones_are_nearly_exact_and_in_order(void **state)
{
	uint32_t last = 0;

	(void)state;
	for (int64_t ns = 1; ns < SPAN_MAX; ns += ns / 5 + 1) {
		const uint32_t span = span_of(ns);
		const int64_t lost = ns - span_ns(span);

		assert_true(span > last);
		assert_true(lost >= 0 && lost <= ns / 100000000);
		last = span;
	}
	assert_int_equal(span_of(INT64_MAX), span_of(SPAN_MAX));
	assert_true(span_of(SPAN_MAX) < SPAN_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_ones_are_exact),
		cmocka_unit_test(long_ones_are_nearly_exact_and_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
