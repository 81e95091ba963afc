/* pcapng: what libpcap refuses to read, and files with faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "capture/build.h"

static struct reading reading;

static const char *error(void)
{
	return reading.files[0].error;
}

/* Two sections of different byte order, whose interfaces differ in all that they can. */
static void different_interfaces(void **state)
{
	struct build b = {0};

	(void)state;
	for (unsigned section = 0; section < 2; section++) {
		b.swapped = section;
		put_section(&b);
		put_interface(&b, 1, 64, 9, 0);
		put_interface(&b, 113, 0, 6, 100);
		put_packet(&b, 0, 5, 60, 61);
		put_packet(&b, 1, 5, 90, 90);
	}
	read_build(&reading, &b);
	assert_string_equal(error(), "");
	assert_int_equal(reading.count, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(reading.frames[i].linktype, i % 2 ? 113 : 1);
		assert_int_equal(reading.frames[i].time, i % 2 ? INT64_C(100000005000) : 5);
		assert_int_equal(reading.frames[i].len, i % 2 ? 90 : 60);
	}
	assert_int_equal(reading.files[0].linktype_count, 2);
	assert_int_equal(reading.files[0].linktypes[1], 113);
	assert_string_equal(reading.files[0].format, "pcapng");
}

/* An interface of a section before is none of this one's. */
static void interfaces_end_with_their_section(void **state)
{
	struct build b = {0};

	(void)state;
	put_section(&b);
	put_interface(&b, 1, 0, 0, 0);
	put_packet(&b, 0, 5, 60, 60);
	put_section(&b);
	put_packet(&b, 0, 5, 60, 60);
	read_build(&reading, &b);
	assert_int_equal(reading.count, 1);
	assert_string_equal(error(),
		"block at byte 172 is a packet of interface 0, but the "
		"section has described 0, after 1 packet");
}

static void put_flagged_packet(struct build *build, uint32_t flags)
{
	const size_t begin = begin_block(build, 6);

	put32(build, 0);
	put64(build, 0);
	put32(build, 8);
	put32(build, 8);
	put_bytes(build, 8, 0);
	put_option(build, 2, &flags, 4);
	end_block(build, begin);
}

static void fcs_length(void **state)
{
	static const uint8_t lengths[] = {0, 2, 4, 16, 32};
	static const uint8_t bytes[] = {0, 2, 4, 2, 4};

	(void)state;
	for (size_t i = 0; i < sizeof lengths; i++) {
		struct build b = {.swapped = i % 2};
		size_t begin;

		put_section(&b);
		begin = begin_block(&b, 1);
		put16(&b, 1);
		put16(&b, 0);
		put32(&b, 0);
		put_option(&b, 13, &lengths[i], 1);
		end_block(&b, begin);
		put_packet(&b, 0, 0, 8, 8);
		put_flagged_packet(&b, 1);
		put_flagged_packet(&b, 3 << 5);
		read_build(&reading, &b);
		assert_int_equal(reading.count, 3);
		assert_int_equal(reading.frames[0].fcs_len, bytes[i]);
		assert_int_equal(reading.frames[1].fcs_len, bytes[i]);
		assert_int_equal(reading.frames[2].fcs_len, 3);
	}
}

/* Wireshark reads them: the block is padded all the same. */
static void length_that_is_no_multiple_of_4(void **state)
{
	struct build b = {0};
	size_t begin;

	(void)state;
	put_section(&b);
	put_interface(&b, 1, 0, 0, 0);
	begin = b.len;
	put_packet(&b, 0, 1, 5, 5);
	b.data[begin + 4] -= 3;
	b.data[b.len - 4] -= 3;
	put_packet(&b, 0, 2, 8, 8);
	read_build(&reading, &b);
	assert_string_equal(error(), "");
	assert_int_equal(reading.count, 2);
}

/* A file of one good packet and one block with a fault. Returns where that begins. */
static size_t start(struct build *build)
{
	put_section(build);
	put_interface(build, 1, 0, 0, 0);
	put_packet(build, 0, 1, 60, 60);
	return build->len;
}

static void assert_fault(const struct build *build, const char *text)
{
	read_build(&reading, build);
	assert_int_equal(reading.count, 1);
	assert_string_equal(error(), text);
}

static void lengths_at_odds(void **state)
{
	struct build b = {0};

	(void)state;
	start(&b);
	put_packet(&b, 0, 1, 60, 60);
	b.data[b.len - 4] += 4;
	assert_fault(&b,
		"block at byte 144 is 92 bytes long by its first length, 96 by its last, "
		"after 1 packet");
}

static void too_short_for_a_block(void **state)
{
	(void)state;
	for (uint32_t length = 0; length < 12; length += 4) {
		struct build b = {0};
		char text[128];
		size_t begin = start(&b);

		put_packet(&b, 0, 1, 60, 60);
		b.data[begin + 4] = (uint8_t)length;
		snprintf(text, sizeof text,
			"block at byte 144 claims to be %u bytes long, after 1 packet", length);
		assert_fault(&b, text);
	}
}

static void packet_longer_than_its_block(void **state)
{
	struct build b = {0};
	size_t begin = start(&b);

	(void)state;
	put_packet(&b, 0, 1, 60, 60);
	b.data[begin + 20] = 61;
	assert_fault(&b,
		"block at byte 144 is 92 bytes long, but claims a packet of 61, after 1 "
		"packet");
	memset(b.data + begin + 20, 0xff, 4);
	assert_fault(&b,
		"block at byte 144 is 92 bytes long, but claims a packet of "
		"4,294,967,295, after 1 packet");
}

static void huge_blocks(void **state)
{
	struct build b = {0};

	(void)state;
	start(&b);
	put32(&b, 6);
	put32(&b, 0xfffffff0);
	put64(&b, 0);
	assert_fault(&b, "block at byte 144 claims 4,294,967,280 bytes, after 1 packet");
	b.data[144] = 99;
	assert_fault(&b,
		"block at byte 160 ends here, but claims 4,294,967,264 bytes more, after "
		"1 packet");
}

/* Every block type with every length that is too short for what it must hold. */
static void short_bodies(void **state)
{
	static const struct {
		uint32_t type, least;
	} blocks[] = {{1, 8}, {2, 20}, {3, 4}, {6, 20}, {0x0a0d0d0a, 16}};

	(void)state;
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
		for (size_t len = i == 4 ? 4 : 0; len < blocks[i].least; len += 4) {
			struct build b = {0};
			size_t begin;

			start(&b);
			begin = begin_block(&b, blocks[i].type);
			for (size_t at = 0; at < len; at += 4)
				put32(&b, at ? 1 : 0x1a2b3c4d);
			end_block(&b, begin);
			read_build(&reading, &b);
			assert_int_equal(reading.count, 1);
			assert_non_null(strstr(error(), "block at byte 144 is too short for a"));
		}
	}
}

static void versions(void **state)
{
	(void)state;
	for (uint16_t minor = 0; minor < 4; minor++) {
		struct build b = {0};
		size_t begin = start(&b);

		put_section(&b);
		b.data[begin + 14] = (uint8_t)minor;
		read_build(&reading, &b);
		assert_int_equal(error()[0] == '\0', minor == 0 || minor == 2);
	}
}

static void wire_length_is_never_less(void **state)
{
	struct build b = {0};

	(void)state;
	start(&b);
	put_packet(&b, 0, 1, 60, 40);
	read_build(&reading, &b);
	assert_int_equal(reading.frames[1].wire_len, 60);
}

static void all_packets_before_are_counted(void **state)
{
	struct build b = {0};

	(void)state;
	start(&b);
	put_packet(&b, 0, 1, 60, 60);
	put_packet(&b, 0, 1, 60, 60);
	put32(&b, 6);
	read_build(&reading, &b);
	assert_string_equal(error(),
		"block at byte 328 is cut short: 12 bytes promised, 4 there, "
		"after 3 packets");
}

static void no_byte_order(void **state)
{
	struct build b = {0};
	size_t begin = start(&b);

	(void)state;
	put_section(&b);
	b.data[begin + 8] = 0;
	assert_fault(&b, "block at byte 144 begins a section without a byte order, after 1 packet");
}

static void cut_anywhere(void **state)
{
	struct build whole = {0};
	size_t begin = start(&whole);

	(void)state;
	put_packet(&whole, 0, 1, 60, 60);
	for (size_t len = begin; len <= whole.len; len++) {
		struct build cut = whole;

		cut.len = len;
		read_build(&reading, &cut);
		assert_int_equal(reading.count, len == whole.len ? 2 : 1);
		assert_int_equal(error()[0] == '\0', len == begin || len == whole.len);
	}
}

static void broken_options_end_the_list(void **state)
{
	struct build b = {0};
	size_t begin;

	(void)state;
	put_section(&b);
	begin = begin_block(&b, 1);
	put16(&b, 1);
	put16(&b, 0);
	put32(&b, 0);
	put_option(&b, 9, "\x09", 1);
	put16(&b, 14);
	put16(&b, 8);
	end_block(&b, begin);
	put_packet(&b, 0, 7, 60, 60);
	read_build(&reading, &b);
	assert_string_equal(error(), "");
	assert_int_equal(reading.frames[0].time, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(different_interfaces),
		cmocka_unit_test(interfaces_end_with_their_section),
		cmocka_unit_test(fcs_length),
		cmocka_unit_test(length_that_is_no_multiple_of_4),
		cmocka_unit_test(lengths_at_odds),
		cmocka_unit_test(too_short_for_a_block),
		cmocka_unit_test(packet_longer_than_its_block),
		cmocka_unit_test(huge_blocks),
		cmocka_unit_test(short_bodies),
		cmocka_unit_test(versions),
		cmocka_unit_test(wire_length_is_never_less),
		cmocka_unit_test(all_packets_before_are_counted),
		cmocka_unit_test(no_byte_order),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(broken_options_end_the_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
