/* Filters: on every link type of a file, on none, and wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture/build.h"

static struct reading reading;

/* IPv4 and TCP from port 1000 to 443, behind LEN bytes of LINK. */
static void put_tcp(struct build *build, uint32_t interface, const void *link, uint32_t len)
{
	static const uint8_t ip[40] = {0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10,
		0, 0, 2, 0x03, 0xe8, 0x01, 0xbb};
	const size_t begin = begin_block(build, 6);

	put32(build, interface);
	put64(build, 0);
	put32(build, len + sizeof ip);
	put32(build, len + sizeof ip);
	for (size_t i = 0; i < len; i++)
		put8(build, ((const uint8_t *)link)[i]);
	for (size_t i = 0; i < sizeof ip; i++)
		put8(build, ip[i]);
	end_block(build, begin);
}

static void filter_build(const struct build *build, const char *filter)
{
	char path[64];
	const char *paths[] = {path};

	save(build, path);
	read_back(&reading, paths, 1, filter, 8);
	unlink(path);
}

static bool filtered(size_t frame)
{
	return reading.frames[frame].flags & FW_FRAME_FILTERED;
}

/* Ethernet, raw IP and Linux cooked, and Ethernet that is no TCP. */
static void put_all_links(struct build *build)
{
	static const uint8_t ethernet[14] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0};
	static const uint8_t cooked[16] = {[3] = 1, [14] = 8};

	put_section(build);
	put_interface(build, 1, 0, 0, 0);
	put_interface(build, 101, 64, 0, 0);
	put_interface(build, 113, 0, 0, 0);
	put_tcp(build, 0, ethernet, sizeof ethernet);
	put_tcp(build, 1, "", 0);
	put_tcp(build, 2, cooked, sizeof cooked);
	put_packet(build, 0, 0, 60, 60);
}

static void every_link_type(void **state)
{
	struct build b = {0};

	(void)state;
	put_all_links(&b);
	filter_build(&b, "tcp port 443");
	assert_string_equal(reading.files[0].error, "");
	assert_int_equal(reading.count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(filtered(i), i == 3);
	filter_build(&b, "tcp port 444");
	for (size_t i = 0; i < 4; i++)
		assert_true(filtered(i));
	filter_build(&b, "");
	for (size_t i = 0; i < 4; i++)
		assert_false(filtered(i));
	assert_int_equal(reading.files[0].packets, 4);
}

static void lengths_are_those_on_the_wire(void **state)
{
	struct build b = {0};

	(void)state;
	put_section(&b);
	put_interface(&b, 1, 0, 0, 0);
	put_packet(&b, 0, 0, 60, 1500);
	filter_build(&b, "greater 1000");
	assert_false(filtered(0));
}

static void one_link_type_only(void **state)
{
	struct build b = {0};

	(void)state;
	put_all_links(&b);
	filter_build(&b, "ether src 2:0:0:0:0:2");
	assert_false(filtered(0));
	for (size_t i = 1; i < 4; i++)
		assert_true(filtered(i));
	assert_string_equal(reading.files[0].error,
		"all packets of link type RAW are filtered out: ethernet addresses supported only "
		"on ethernet/FDDI/token ring/802.11/ATM LANE/Fibre Channel");
}

static void wrong(void **state)
{
	struct capture_options options = {.filter = "tcp prt 443"};
	char error[256];

	(void)state;
	assert_null(capture_open(&options, error));
	assert_non_null(strstr(error, "syntax error"));
}

/* Good for 802.11, if not for Ethernet. */
static void right_elsewhere(void **state)
{
	struct capture_options options = {.filter = "type mgt"};
	char error[256];
	struct capture *const capture = capture_open(&options, error);

	(void)state;
	assert_non_null(capture);
	assert_string_equal(error, "");
	capture_close(capture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_link_type),
		cmocka_unit_test(lengths_are_those_on_the_wire),
		cmocka_unit_test(one_link_type_only),
		cmocka_unit_test(wrong),
		cmocka_unit_test(right_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
