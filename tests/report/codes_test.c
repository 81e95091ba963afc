/* The codes of findings: by name, and what somebody may have meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/codes.h"

#include <string.h>

static void each_is_found_by_its_name(void **state)
{
	(void)state;
	for (int code = 0; code < FW_CODE_COUNT; code++) {
		const char *const name = fw_code_name(code);
		assert_int_equal(codes_find(name, strlen(name)), code);
		assert_int_equal(codes_find(name, strlen(name) - 1), FW_CODE_COUNT);
	}
	assert_int_equal(codes_find("", 0), FW_CODE_COUNT);
}

static void nearest(const char *text, enum fw_code want)
{
	enum fw_code near[CODES_NEAR];
	const size_t count = codes_near(text, near);
	assert_in_range(count, 1, CODES_NEAR);
	assert_int_equal(near[0], want);
}

static void near_ones_are_found(void **state)
{
	enum fw_code near[CODES_NEAR];
	(void)state;
	nearest("close-wait-stuk", FW_CODE_close_wait_stuck);
	nearest("CLOSE_WAIT", FW_CODE_close_wait_stuck);
	nearest("capture-ofload", FW_CODE_capture_offload);
	assert_int_equal(codes_near("", near), 0);
	assert_int_equal(codes_near("zzzzzzzzzzzz", near), 0);
	assert_int_equal(codes_near("capture", near), CODES_NEAR);
	char long_text[1000];
	memset(long_text, 'a', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	assert_int_equal(codes_near(long_text, near), 0);
}

/* The first code of the catalogue and the last, and one between. */
static void each_has_a_group(void **state)
{
	(void)state;
	assert_string_equal(codes_group(0), "How connections are opened, or not");
	assert_string_equal(
		codes_group(FW_CODE_close_wait_stuck), "How connections are closed, or not");
	assert_string_equal(
		codes_group(FW_CODE_COUNT - 1), "What is wrong with the capture itself");
}

static void only_artefacts_weaken(void **state)
{
	(void)state;
	for (int a = 0; a < FW_CODE_COUNT; a++)
		for (int b = 0; b < FW_CODE_COUNT; b++)
			if (codes_weakened(a, b))
				assert_int_equal(fw_code_page(b)->scope, FW_SCOPE_CAPTURE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_found_by_its_name),
		cmocka_unit_test(near_ones_are_found),
		cmocka_unit_test(each_has_a_group),
		cmocka_unit_test(only_artefacts_weaken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
