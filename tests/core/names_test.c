/* Every word of the catalogues has a name of its own and a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "finwait.h"

/* Checks fw_WHAT_name and fw_WHAT_text for all numbers below COUNT. */
#define CHECK(what, count)                                                                         \
	for (unsigned i = 0; i < (count); i++) {                                                   \
		assert_true(*fw_##what##_text(i));                                                 \
		assert_true(*fw_##what##_name(i));                                                 \
		for (unsigned j = 0; j < i; j++)                                                   \
			assert_string_not_equal(fw_##what##_name(i), fw_##what##_name(j));         \
	}

static void names_tell_apart_and_texts_explain(void **state)
{
	(void)state;
	CHECK(state, FW_STATE_COUNT)
	CHECK(stimulus, FW_STIMULUS_COUNT)
	CHECK(basis, FW_BASIS_COUNT)
	CHECK(account, FW_ACCOUNT_COUNT)
	CHECK(icmp, FW_ICMP_COUNT)
	CHECK(fact, FW_FACT_COUNT)
	CHECK(role_basis, FW_ROLE_COUNT)
	CHECK(opened, FW_OPENED_COUNT)
	CHECK(closed, FW_CLOSED_COUNT)
}

static void nobody_has_a_text_only(void **state)
{
	(void)state;
	assert_null(fw_closed_by_name(FW_BY_NOBODY));
	assert_string_equal(fw_closed_by_name(FW_BY_BOTH), "both");
	for (unsigned i = 0; i < FW_BY_COUNT; i++)
		assert_true(*fw_closed_by_text(i));
}

static void version_is_the_header_s(void **state)
{
	(void)state;
	assert_string_equal(fw_version(), FW_VERSION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_tell_apart_and_texts_explain),
		cmocka_unit_test(nobody_has_a_text_only),
		cmocka_unit_test(version_is_the_header_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
