/* snoop files: RFC 1761, and with faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capture/build.h"

static struct reading reading;

static void put_be32(struct build *build, uint32_t value)
{
	put8(build, (uint8_t)(value >> 24));
	put8(build, (uint8_t)(value >> 16));
	put8(build, (uint8_t)(value >> 8));
	put8(build, (uint8_t)value);
}

static void put_header(struct build *build, uint32_t version, uint32_t datalink)
{
	put_be32(build, 0x736e6f6f);
	put_be32(build, 0x70000000);
	put_be32(build, version);
	put_be32(build, datalink);
}

static void put_record(struct build *build, uint32_t len, uint32_t caplen)
{
	const uint32_t padded = (caplen + 3) / 4 * 4;

	put_be32(build, len);
	put_be32(build, caplen);
	put_be32(build, 24 + padded);
	put_be32(build, len / 1000); /* packets lost so far */
	put_be32(build, 1000);
	put_be32(build, 7);
	put_bytes(build, padded, (uint8_t)len);
}

static void frames(void **state)
{
	struct build b = {0};

	(void)state;
	put_header(&b, 2, 4);
	put_record(&b, 1500, 61);
	put_record(&b, 60, 60);
	read_build(&reading, &b);
	assert_int_equal(reading.files[0].dropped, 1);
	assert_string_equal(reading.files[0].error, "");
	assert_string_equal(reading.files[0].format, "snoop");
	assert_int_equal(reading.count, 2);
	assert_int_equal(reading.frames[0].len, 61);
	assert_int_equal(reading.frames[0].wire_len, 1500);
	assert_int_equal(reading.frames[0].time, INT64_C(1000000007000));
	assert_int_equal(reading.frames[0].linktype, 1);
	assert_int_equal(reading.sums[0], sum_of(b.data + 16 + 24, 61));
	assert_int_equal(reading.sums[1], sum_of(b.data + b.len - 60, 60));
}

static void assert_fault(const struct build *build, size_t count, const char *text)
{
	read_build(&reading, build);
	assert_int_equal(reading.count, count);
	assert_string_equal(reading.files[0].error, text);
}

static void faults(void **state)
{
	struct build version = {0}, datalink = {0}, record = {0};

	(void)state;
	put_header(&version, 3, 4);
	assert_fault(&version, 0, "the file header has the unknown version 3");
	put_header(&datalink, 2, 77);
	assert_fault(&datalink, 0, "the file header has the unknown datalink type 77");
	put_header(&record, 2, 4);
	put_record(&record, 60, 60);
	put_record(&record, 60, 60);
	record.data[16 + 84 + 7] = 61;
	assert_fault(&record, 1, "packet 2 at byte 100 claims 61 bytes in a record of 84");
	record.data[16 + 84 + 7] = 60;
	record.len--;
	assert_fault(&record, 1, "packet 2 at byte 100 is cut short: 84 bytes promised, 83 there");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames),
		cmocka_unit_test(faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
