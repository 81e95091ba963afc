/* Community ID against values worked out from its specification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/communityid.h"

struct vector {
	struct fw_addr a, b;
	const char *want;
};

static void vectors(void **state)
{
	static const struct vector vectors[] = {
		{{{[10] = 0xff, [11] = 0xff, [12] = 128, 232, 110, 120}, 34855},
			{{[10] = 0xff, [11] = 0xff, [12] = 66, 35, 250, 204}, 80},
			"1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
		{{{0x20, 0x01, 0x0d, 0xb8, [15] = 1}, 50000},
			{{0x20, 0x01, 0x0d, 0xb8, [15] = 2}, 443},
			"1:YXqXufkGr4i6TbJJYF83fvyDLZ8="},
		{{{[10] = 0xff, [11] = 0xff, [12] = 10, [15] = 1}, 80},
			{{[10] = 0xff, [11] = 0xff, [12] = 10, [15] = 1}, 9},
			"1:qyO+zcspKQ0ZKmLa5NkrSPzoQVU="},
	};
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		char text[COMMUNITYID_MAX];
		community_id(text, &vectors[i].a, &vectors[i].b);
		assert_string_equal(text, vectors[i].want);
		community_id(text, &vectors[i].b, &vectors[i].a);
		assert_string_equal(text, vectors[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(vectors)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
