/* What others wrote can't do anything to a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "sink/page.h"

static void is_shown(const char *foreign, bool utf8, const char *want, unsigned column)
{
	const struct sink_run run = {.utf8 = utf8, .width = 80};
	struct page page;

	page_init(&page, &run, 1000);
	page_foreign(&page, foreign);
	assert_int_equal(page.len, strlen(want));
	assert_memory_equal(page.text, want, page.len);
	assert_int_equal(page.column, column);
	page_free(&page);
}

static void controls_are_not_passed_on(void **state)
{
	(void)state;
	is_shown("a\x1b[31mb\x7f\n", true, "a?[31mb??", 9);
	is_shown("a\xc2\x9b\x33m", true, "a?3m", 4);
}

/* A terminal that is in doubt may take what is no UTF-8 for C1 controls. */
static void only_characters_are_passed_on(void **state)
{
	(void)state;
	is_shown("\x9b\x33m\x80\xff", true, "?3m??", 5);
	is_shown("\xe2\x82", true, "??", 2);
	is_shown("gr\xc3\xbc\xc3\x9f", true, "gr\xc3\xbc\xc3\x9f", 4);
	is_shown("gr\xc3\xbc\xc3\x9f", false, "gr??", 4);
}

static void characters_are_not_cut(void **state)
{
	const struct sink_run run = {.utf8 = true, .width = 4};
	struct page page;

	(void)state;
	page_init(&page, &run, 1000);
	page_wrapped(&page, "abc\xc3\xbc", 0);
	assert_memory_equal(page.text, "abc\n", 4);
	assert_non_null(strstr(page.text, "\xc3\xbc\n"));
	page_free(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(controls_are_not_passed_on),
		cmocka_unit_test(only_characters_are_passed_on),
		cmocka_unit_test(characters_are_not_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
