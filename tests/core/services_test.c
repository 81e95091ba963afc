/* Names of ports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "finwait.h"

static void known_ports_have_names(void **state)
{
	(void)state;
	assert_string_equal(fw_service_name(22), "ssh");
	assert_string_equal(fw_service_name(443), "https");
	assert_string_equal(fw_service_name(8443), "https-alt");
	assert_string_equal(fw_service_name(5432), "postgresql");
	assert_null(fw_service_name(0));
	assert_null(fw_service_name(50312));
	assert_null(fw_service_name(65535));
}

static void the_list_is_in_order_and_its_names_are_names(void **state)
{
	static const struct {
		uint16_t port;
		const char *name;
	} list[] = {
#define SERVICE(number, text) {number, text},
#include "finwait/services.def"
#undef SERVICE
	};
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	(void)state;
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
		assert_true(i == 0 || list[i - 1].port < list[i].port);
		assert_string_equal(fw_service_name(list[i].port), list[i].name);
		assert_int_equal(strspn(list[i].name, letters), strlen(list[i].name));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_ports_have_names),
		cmocka_unit_test(the_list_is_in_order_and_its_names_are_names),
	};

	return cmocka_run_group_tests_name("services", tests, NULL, NULL);
}
