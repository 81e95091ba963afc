/* What there is to say of a code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/codes.h"
#include "report/sections.h"

#include <string.h>

static const char *text_of(const struct section *sections, size_t count, const char *title)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(sections[i].title, title) == 0)
			return sections[i].text;
	return NULL;
}

static void limits_have_their_values(void **state)
{
	static struct section sections[SECTIONS_MAX];
	const int64_t limits[FW_THRESHOLD_COUNT] = {[FW_THRESHOLD_close_wait] = 200000000};
	(void)state;
	size_t count = sections_of(sections, FW_CODE_close_wait_stuck, NULL);
	assert_non_null(strstr(
		text_of(sections, count, "Judged"), ". --close-wait-limit is 10 s unless set."));
	count = sections_of(sections, FW_CODE_close_wait_stuck, limits);
	assert_non_null(
		strstr(text_of(sections, count, "Judged"), ". --close-wait-limit is 200 ms."));
}

static void messages_have_names(void **state)
{
	static struct section sections[SECTIONS_MAX];
	(void)state;
	size_t count = sections_of(sections, FW_CODE_close_wait_stuck, NULL);
	const char *says = text_of(sections, count, "Says");
	assert_true(strstr(says, "<side>") && strstr(says, "<duration>") && !strchr(says, '{'));
	count = sections_of(sections, FW_CODE_backscatter, NULL);
	says = text_of(sections, count, "Says");
	assert_true(strstr(says, "<hosts> addresses that") && strstr(says, "<flows> connections"));
	assert_null(text_of(sections, count, "Weakens"));
}

/* Every weakening is told on both pages, and no text is cut. */
static void weakenings_are_told(void **state)
{
	static struct section sections[SECTIONS_MAX];
	(void)state;
	for (int code = 0; code < FW_CODE_COUNT; code++) {
		const size_t count = sections_of(sections, code, NULL);
		for (size_t i = 0; i < count; i++)
			assert_in_range(strlen(sections[i].text), 1, SECTION_TEXT_MAX - 2);
		for (int other = 0; other < FW_CODE_COUNT; other++) {
			const char *const by = text_of(sections, count, "Weakened by"),
					  *const of = text_of(sections, count, "Weakens");
			if (codes_weakened(code, other))
				assert_true(by && strstr(by, fw_code_name(other)));
			if (codes_weakened(other, code))
				assert_true(of && strstr(of, fw_code_name(other)));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_have_their_values),
		cmocka_unit_test(messages_have_names),
		cmocka_unit_test(weakenings_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
