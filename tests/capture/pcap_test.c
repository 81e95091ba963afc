/* Classic pcap: what libpcap does not read or says otherwise, and files with faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture/build.h"

static struct reading reading;

static const char *error(void)
{
	return reading.files[0].error;
}

static void ixia(void **state)
{
	static const uint32_t magics[] = {0x1c0001ac, 0x1c0001ab};

	(void)state;
	for (unsigned v = 0; v < 4; v++) {
		struct build b = {.swapped = v % 2};

		put_pcap_header(&b, magics[v / 2], 65535, 1);
		put32(&b, 76);
		put_pcap_record(&b, 3, 7, 60, 64);
		read_build(&reading, &b);
		assert_string_equal(error(), "");
		assert_int_equal(reading.count, 1);
		assert_int_equal(reading.frames[0].time, INT64_C(3000000000) + (v < 2 ? 7 : 7000));
		assert_int_equal(reading.frames[0].len, 60);
		assert_int_equal(reading.frames[0].wire_len, 64);
	}
}

static void link_type_and_fcs(void **state)
{
	struct build b = {0};

	(void)state;
	put_pcap_header(&b, 0xa1b2c3d4, 65535, 0x2400000e);
	put_pcap_record(&b, 1, 0, 60, 60);
	read_build(&reading, &b);
	assert_int_equal(reading.frames[0].linktype, 101);
	assert_int_equal(reading.frames[0].fcs_len, 4);
	assert_int_equal(reading.files[0].linktype_count, 1);
	assert_int_equal(reading.files[0].linktypes[0], 101);
}

/* Longer than captured is what the wire has, even where the file denies it. */
static void lengths(void **state)
{
	struct build b = {0};

	(void)state;
	put_pcap_header(&b, 0xa1b2c3d4, 68, 1);
	put_pcap_record(&b, 1, 0, 100, 90);
	put_pcap_record(&b, 2, 0, 0, 1500);
	read_build(&reading, &b);
	assert_int_equal(reading.frames[0].len, 100);
	assert_int_equal(reading.frames[0].wire_len, 100);
	assert_int_equal(reading.frames[1].len, 0);
	assert_int_equal(reading.files[0].bytes, 1600);
}

static void accounts(void **state)
{
	struct build b = {0};

	(void)state;
	put_pcap_header(&b, 0xa1b2c3d4, 65535, 1);
	for (uint32_t i = 0; i < 200; i++)
		put_pcap_record(&b, 1000 + i * 7 % 200, 0, 60, 61);
	read_build(&reading, &b);
	assert_int_equal(reading.files[0].packets, 200);
	assert_int_equal(reading.files[0].bytes, 200 * 61);
	assert_int_equal(reading.files[0].first_time, INT64_C(1000000000000));
	assert_int_equal(reading.files[0].last_time, INT64_C(1199000000000));
	assert_int_equal(reading.files[0].file_bytes, b.len);
	assert_string_equal(reading.files[0].format, "pcap");
	assert_null(reading.files[0].compression);
	for (size_t i = 0; i < 200; i++)
		assert_int_equal(reading.frames[i].number, i + 1);
}

static void cut_short(void **state)
{
	struct build b = {0};

	(void)state;
	put_pcap_header(&b, 0xa1b2c3d4, 65535, 1);
	for (uint32_t i = 0; i < 16; i++)
		put_pcap_record(&b, i, 0, 60, 60);
	put_pcap_record(&b, 16, 0, 1500, 1500);
	b.len -= 1000;
	read_build(&reading, &b);
	assert_int_equal(reading.count, 16);
	assert_string_equal(
		error(), "packet 17 at byte 1,240 is cut short: 1,516 bytes promised, 516 there");
}

static void absurd_length(void **state)
{
	struct build b = {0};

	(void)state;
	put_pcap_header(&b, 0xa1b2c3d4, 65535, 1);
	put_pcap_record(&b, 0, 0, 60, 60);
	put64(&b, 0);
	put32(&b, UINT32_MAX);
	put32(&b, 60);
	read_build(&reading, &b);
	assert_int_equal(reading.count, 1);
	assert_string_equal(error(),
		"packet 2 at byte 100 claims 4,294,967,295 bytes, more than any frame has");
}

/* Too long is too long, even if the bytes are there. */
static void longest_frame(void **state)
{
	enum { LONGEST = 262144 };
	static uint8_t bytes[LONGEST + 100];

	(void)state;
	for (uint32_t caplen = LONGEST; caplen <= LONGEST + 1; caplen++) {
		struct build b = {0};
		char path[64];
		const char *paths[] = {path};

		put_pcap_header(&b, 0xa1b2c3d4, 65535, 1);
		put64(&b, 0);
		put32(&b, caplen);
		put32(&b, caplen);
		memcpy(bytes, b.data, b.len);
		save_bytes(bytes, b.len + caplen, path);
		read_back(&reading, paths, 1, NULL, 8);
		unlink(path);
		assert_int_equal(reading.count, caplen == LONGEST);
		assert_int_equal(error()[0] == '\0', caplen == LONGEST);
	}
}

static void header_cut_short(void **state)
{
	struct build b = {0};

	(void)state;
	put_pcap_header(&b, 0xa1b2c3d4, 65535, 1);
	b.len = 23;
	read_build(&reading, &b);
	assert_string_equal(error(), "the file header is cut short: 24 bytes promised, 23 there");
}

static void unknown_version(void **state)
{
	struct build b = {0};

	(void)state;
	put_pcap_header(&b, 0xa1b2c3d4, 65535, 1);
	b.data[4] = 3;
	read_build(&reading, &b);
	assert_string_equal(error(), "the file header has the unknown version 3.4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ixia),
		cmocka_unit_test(link_type_and_fcs),
		cmocka_unit_test(lengths),
		cmocka_unit_test(accounts),
		cmocka_unit_test(cut_short),
		cmocka_unit_test(absurd_length),
		cmocka_unit_test(longest_frame),
		cmocka_unit_test(header_cut_short),
		cmocka_unit_test(unknown_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
