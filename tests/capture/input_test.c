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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_capture),
		cmocka_unit_test(compressed_and_cut_short),
		cmocka_unit_test(digits_in_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
