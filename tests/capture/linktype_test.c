/* Link types of files and of systems. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture/capture.h"
#include "capture/linktype.h"

static void writers_of_dlt_values_are_understood(void **state)
{
	(void)state;
	assert_int_equal(linktype_normal(1), 1);
	assert_int_equal(linktype_normal(12), 101);
	assert_int_equal(linktype_normal(14), 101);
	assert_int_equal(linktype_normal(101), 101);
	assert_int_equal(linktype_normal(11), 100);
	assert_int_equal(linktype_normal(276), 276);
}

static void there_and_back(void **state)
{
	(void)state;
	assert_int_equal(linktype_dlt(101), 12);
	for (uint16_t linktype = 50; linktype < 300; linktype++)
		assert_int_equal(linktype_normal((uint32_t)linktype_dlt(linktype)), linktype);
}

static void names(void **state)
{
	char text[CAPTURE_LINKTYPE_NAME];

	(void)state;
	assert_string_equal(capture_linktype_name(1, text), "EN10MB");
	assert_string_equal(capture_linktype_name(101, text), "RAW");
	assert_string_equal(capture_linktype_name(276, text), "LINUX_SLL2");
	assert_string_equal(capture_linktype_name(65535, text), "LINKTYPE_65535");
}

static void only_buses_have_huge_frames(void **state)
{
	(void)state;
	assert_int_equal(linktype_max_frame(1), 262144);
	assert_int_equal(linktype_max_frame(249), 128 << 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writers_of_dlt_values_are_understood),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(names),
		cmocka_unit_test(only_buses_have_huge_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
