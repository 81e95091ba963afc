/* Flows by number, or by one end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/selection.h"

#include <arpa/inet.h>
#include <string.h>

static struct fw_addr addr(const char *ip, uint16_t port)
{
	struct fw_addr addr = {{[10] = 0xff, [11] = 0xff}, port};
	if (inet_pton(AF_INET, ip, addr.ip + 12) != 1)
		assert_int_equal(inet_pton(AF_INET6, ip, addr.ip), 1);
	return addr;
}

static bool takes(const char *text, const char *client, const char *server)
{
	const struct fw_flow flow = {
		.id = 31, .end = {{.addr = addr(client, 50000)}, {.addr = addr(server, 443)}}};
	struct selection selection;
	assert_true(selection_parse(&selection, text));
	assert_true(selection_is_set(&selection));
	return selection_has(&selection, &flow);
}

static void flows_are_found(void **state)
{
	(void)state;
	assert_true(takes("31", "10.0.0.1", "10.0.0.2"));
	assert_false(takes("3", "10.0.0.1", "10.0.0.2"));
	assert_true(takes("10.0.0.2:443", "10.0.0.1", "10.0.0.2"));
	assert_true(takes("10.0.0.1:50000", "10.0.0.1", "10.0.0.2"));
	assert_false(takes("10.0.0.1:443", "10.0.0.1", "10.0.0.2"));
	assert_true(takes("10.0.0.1", "10.0.0.1", "10.0.0.2"));
	assert_false(takes("10.0.0.3", "10.0.0.1", "10.0.0.2"));
	assert_true(takes(":443", "10.0.0.1", "10.0.0.2"));
	assert_false(takes(":44", "10.0.0.1", "10.0.0.2"));
	assert_true(takes("2001:db8::1", "2001:db8::1", "2001:db8::2"));
	assert_true(takes("[2001:db8::1]", "2001:db8::1", "2001:db8::2"));
	assert_true(takes("[2001:db8::2]:443", "2001:db8::1", "2001:db8::2"));
	assert_false(takes("[2001:db8::1]:443", "2001:db8::1", "2001:db8::2"));
	assert_true(takes("::1", "::1", "::2"));
}

static void nonsense_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"0",
		"-1",
		"x",
		"1x",
		"10.0.0",
		"10.0.0.1:",
		"10.0.0.1:65536",
		":",
		":x",
		"[::1",
		"[::1]x",
		"[]:80",
		"[10.0.0.1",
		"::1]",
		"10.0.0.1:80:90",
		"18446744073709551616",
		" 1",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc:dddd:eeee:ffff",
	};
	struct selection selection;
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (selection_parse(&selection, texts[i]))
			fail_msg("'%s' is taken", texts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flows_are_found),
		cmocka_unit_test(nonsense_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
