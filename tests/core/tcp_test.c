/* The TCP header: its options, right, wrong and cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/layer.h"
#include "frame.h"

/* A segment whose options are those bytes; CUT bytes of the header were not captured. */
static struct fw_segment decode_options(const char *options, size_t cut)
{
	uint8_t data[FRAME_MAX];
	char layers[128];
	struct fw_segment segment;

	memset(&segment, 0xee, sizeof segment);
	assert_int_equal(strlen(options) % 8, 0);
	snprintf(layers, sizeof layers, "c48801bb0102030405060708%zx1000000abcd0007 %s",
		5 + strlen(options) / 8, options);

	const size_t len = frame_build(data, layers);
	uint8_t *const copy = malloc(len - cut);
	struct packet packet = {
		.data = copy,
		.len = (uint32_t)(len - cut),
		.wire = (uint32_t)len,
		.segment = &segment,
	};
	memcpy(copy, data, len - cut);
	assert_int_equal(decode_tcp(&packet), FW_ACCOUNT_tcp);
	free(copy);
	return segment;
}

static void each_option_is_read(void **state)
{
	static const struct {
		const char *options;
		uint16_t have;
	} rows[] = {
		{"", 0}, {"01010101", 0}, {"00020202", 0}, /* nothing counts after the end */
		{"020405b4", FW_OPT_MSS}, {"03030701", FW_OPT_WSCALE},
		{"04020101", FW_OPT_SACK_PERMITTED}, {"050a000000010000000200ff", FW_OPT_SACK},
		{"0101080a0000000100000002", FW_OPT_TIMESTAMPS},
		{"080a00000001000000020101", FW_OPT_TIMESTAMPS},
		{"02040005030307010402080a0000000100000002",
			FW_OPT_MSS | FW_OPT_WSCALE | FW_OPT_SACK_PERMITTED | FW_OPT_TIMESTAMPS},
		{"22020101", FW_OPT_FAST_OPEN}, {"220a01020304050607080101", FW_OPT_FAST_OPEN},
		{"fe04f989", FW_OPT_FAST_OPEN}, {"fe041234", 0},
		{"1e0c0000000000000000000000000000", FW_OPT_MPTCP}, {"1e030001", FW_OPT_MPTCP},
		{"1312000000000000000000000000000000000000", FW_OPT_MD5}, {"1d0400ff", FW_OPT_AO},
		{"63040000", 0}, /* of an unknown kind */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (decode_options(rows[i].options, 0).opt.have != rows[i].have)
			fail_msg("%s", rows[i].options);
}

static void values_are_in_host_order(void **state)
{
	struct fw_segment segment = decode_options("020405b40303070004020000", 0);

	(void)state;
	assert_int_equal(segment.opt.mss, 1460);
	assert_int_equal(segment.opt.wscale, 7);
	segment = decode_options("03030e00", 0);
	assert_int_equal(segment.opt.have, FW_OPT_WSCALE);
	segment = decode_options("03030f00", 0);
	assert_int_equal(segment.opt.have, FW_OPT_WSCALE | FW_OPT_WSCALE_ABOVE);
	assert_int_equal(segment.opt.wscale, 14);
	segment = decode_options("0101080a0102030405060708", 0);
	assert_int_equal(segment.opt.tsval, 0x01020304);
	assert_int_equal(segment.opt.tsecr, 0x05060708);
	segment = decode_options("080a01020304050607080101", 0);
	assert_int_equal(segment.opt.tsval, 0x01020304);
	assert_int_equal(segment.opt.tsecr, 0x05060708);
	assert_int_equal(segment.opt.sack_count, 0);
	segment = decode_options("0101"
				 "0522"
				 "0000000100000002"
				 "0000000300000004"
				 "0000000500000006"
				 "0000000700000008",
		0);
	assert_int_equal(segment.opt.sack_count, 4);
	assert_int_equal(segment.opt.sack[0].left, 1);
	assert_int_equal(segment.opt.sack[3].left, 7);
	assert_int_equal(segment.opt.sack[3].right, 8);
	segment = decode_options("0101051200000001000000020000000300000004", 0);
	assert_int_equal(segment.opt.sack_count, 2);
	assert_int_equal(segment.opt.sack[0].left, 1);
	assert_int_equal(segment.opt.sack[1].right, 4);
	assert_int_equal(segment.flags, 0x100);
	assert_int_equal(segment.checksum, 0xabcd);
	assert_int_equal(segment.urgent, 7);
}

static void wrong_options_are_marked_and_end_the_list(void **state)
{
	static const char *const rows[] = {
		"02030000",
		"02050101",
		"02060101",
		"0304000000000000",
		"04030000",
		"04000000",
		"05020101",
		"05090000000000000000000000000000",
		"080901020304050607080101",
		"08000101",
		"13040000",
		"1d020101",
		"1e020101",
		"22030000",
		"2201ffff",
		"63010000",
		"63ff0000",
		"01010102",
		"01010163",
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (decode_options(rows[i], 0).opt.have != FW_OPT_MALFORMED)
			fail_msg("%s", rows[i]);
	assert_int_equal(decode_options("020405b4030200000402ffff", 0).opt.have,
		FW_OPT_MSS | FW_OPT_MALFORMED);
}

/* More than any window, whatever the lengths around it say. */
static void no_segment_is_longer_than_a_window(void **state)
{
	static const uint8_t header[20] = {[12] = 0x50};
	struct fw_segment segment;
	struct packet packet = {
		.data = header, .len = 20, .wire = (1 << 30) + 20, .segment = &segment};

	(void)state;
	assert_int_equal(decode_tcp(&packet), FW_ACCOUNT_tcp);
	packet.wire++;
	assert_int_equal(decode_tcp(&packet), FW_ACCOUNT_malformed_tcp);
}

/* What the capture cut off is not the sender's fault. */
static void cut_options_are_absent(void **state)
{
	static const char options[] = "020405b40303070004020000";

	(void)state;
	for (size_t cut = 1; cut <= 12; cut++) {
		const struct fw_segment segment = decode_options(options, cut);
		assert_int_equal(segment.header_len, 32 - cut);
		assert_int_equal(segment.payload_len, 0);
		assert_int_equal(segment.payload_captured, 0);
		assert_int_equal(segment.opt.have,
			FW_OPT_CUT |
				(cut <= 5                  ? FW_OPT_MSS | FW_OPT_WSCALE
						: cut <= 8 ? FW_OPT_MSS
							   : 0));
	}
	assert_int_equal(
		decode_options("0402020405b40101", 6).opt.have, FW_OPT_CUT | FW_OPT_SACK_PERMITTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_option_is_read),
		cmocka_unit_test(values_are_in_host_order),
		cmocka_unit_test(wrong_options_are_marked_and_end_the_list),
		cmocka_unit_test(cut_options_are_absent),
		cmocka_unit_test(no_segment_is_longer_than_a_window),
	};

	return cmocka_run_group_tests_name("tcp", tests, NULL, NULL);
}
