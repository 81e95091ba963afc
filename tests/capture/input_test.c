/* What an input says of a file that is no capture, or is one inside another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "capture/build.h"
#include "capture/input.h"

static struct reading reading;

static const char *error_of(const void *bytes, size_t len)
{
	char path[64];
	const char *paths[] = {path};

	save_bytes(bytes, len, path);
	read_back(&reading, paths, 1, NULL, 8);
	unlink(path);
	assert_int_equal(reading.count, 0);
	assert_null(reading.files[0].format);
	return reading.files[0].error;
}

static void no_capture(void **state)
{
	(void)state;
	assert_string_equal(error_of("", 0), "empty: not even a file header");
	assert_string_equal(error_of("\x7f"
				     "ELF...",
				    7),
		"not a capture: starts with 7f 45 4c 46");
	assert_string_equal(error_of("ab", 2), "not a capture: starts with 61 62");
	assert_string_equal(error_of("\0\0\0\0", 4), "not a capture: starts with 00 00 00 00");
}

/* Offsets are those of the unpacked bytes, and say so. */
static void compressed_and_cut_short(void **state)
{
	struct build b = {0};
	char path[64];
	const char *paths[] = {path};
	gzFile file;

	(void)state;
	put_pcap_header(&b, 0xa1b2c3d4, 65535, 1);
	put_pcap_record(&b, 1, 0, 60, 60);
	put_pcap_record(&b, 1, 0, 60, 60);
	save_bytes("", 0, path);
	file = gzopen(path, "wb");
	gzwrite(file, b.data, (unsigned)b.len - 1);
	gzclose(file);
	read_back(&reading, paths, 1, NULL, 8);
	unlink(path);
	assert_int_equal(reading.count, 1);
	assert_string_equal(reading.files[0].compression, "gzip");
	assert_true(reading.files[0].file_bytes < b.len);
	assert_int_equal(reading.files[0].file_bytes, reading.files[0].file_size);
	assert_string_equal(reading.files[0].error,
		"packet 2 at unpacked byte 100 is cut short: "
		"76 bytes promised, 75 there");
}

static void digits_in_groups(void **state)
{
	char text[27];

	(void)state;
	assert_string_equal(grouped(0, text), "0");
	assert_string_equal(grouped(999, text), "999");
	assert_string_equal(grouped(1000, text), "1,000");
	assert_string_equal(grouped(UINT64_MAX, text), "18,446,744,073,709,551,615");
}

/* A frame of LEN bytes whose packet type, at byte AT, is TYPE. */
static void put_cooked(struct build *build, uint8_t type, size_t at, uint32_t len)
{
	put32(build, 0);
	put32(build, 0);
	put32(build, len);
	put32(build, len);
	for (size_t i = 0; i < len; i++)
		put8(build, i == at ? type : 0);
}

static void directions_of_cooked_frames(void **state)
{
	static const struct {
		uint16_t linktype, at;
		uint8_t outgoing; /* flag of type 4 */
	} links[] = {{113, 1, FW_FRAME_OUTBOUND}, {276, 10, FW_FRAME_OUTBOUND}, {1, 10, 0}};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const uint8_t out = links[i].outgoing, in = out ? FW_FRAME_INBOUND : 0;
		const uint8_t expected[] = {in, in, in, 0, out, 0};
		struct build b = {0};

		put_pcap_header(&b, 0xa1b2c3d4, 0, links[i].linktype);
		put_cooked(&b, 0, 0, links[i].at); /* too short to tell */
		for (uint8_t type = 0; type < 6; type++)
			put_cooked(&b, type, links[i].at, links[i].at + 1u);
		read_build(&reading, &b);
		assert_int_equal(reading.count, 7);
		for (size_t k = 0; k < 6; k++)
			assert_int_equal(reading.frames[k + 1].flags, expected[k]);
		assert_int_equal(reading.frames[0].flags, 0);
		assert_int_equal(reading.files[0].inbound, out ? 3 : 0);
		assert_int_equal(reading.files[0].outbound, out ? 1 : 0);
	}
}

/* What the capture says of a packet is more than what a header of it may tell. */
static void told_direction_holds(void **state)
{
	const uint32_t outbound = 2;
	struct build b = {0};
	size_t begin;

	(void)state;
	put_section(&b);
	put_interface(&b, 113, 0, 0, 0);
	begin = begin_block(&b, 6);
	for (int i = 0; i < 3; i++)
		put32(&b, 0);
	put32(&b, 16);
	put32(&b, 16);
	put64(&b, 0);
	put64(&b, 0);
	put_option(&b, 2, &outbound, 4);
	end_block(&b, begin);
	read_build(&reading, &b);
	assert_int_equal(reading.frames[0].flags, FW_FRAME_OUTBOUND);
	assert_int_equal(reading.files[0].inbound, 0);
	assert_int_equal(reading.files[0].outbound, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_capture),
		cmocka_unit_test(compressed_and_cut_short),
		cmocka_unit_test(digits_in_groups),
		cmocka_unit_test(directions_of_cooked_frames),
		cmocka_unit_test(told_direction_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
