/* What the writer of JSON writes, jansson reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sink/jsonwriter.h"

#include <jansson.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* The string that jansson finds where the LEN bytes at DATA were written. */
static json_t *round_trip(const void *data, size_t len)
{
	struct out *const out = malloc(sizeof *out);
	struct jsonwriter json = {.out = out};
	out_init(out, -1);
	jw_bytes(&json, data, len);
	json_error_t error;
	json_t *const value = json_loadb(out->buffer, (size_t)(out->at - out->buffer),
		JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
	free(out);
	assert_non_null(value);
	return value;
}

static void becomes(const char *data, size_t len, const char *want, size_t want_len)
{
	json_t *const value = round_trip(data, len);
	assert_int_equal(json_string_length(value), want_len);
	assert_memory_equal(json_string_value(value), want, want_len);
	json_decref(value);
}

#define BECOMES(data, want) becomes(data, sizeof data - 1, want, sizeof want - 1)
#define STAYS(data)         BECOMES(data, data)

static void text_stays(void **state)
{
	(void)state;
	STAYS("");
	STAYS("plain");
	STAYS("\"quoted\" back\\slash /");
	STAYS("\b\f\n\r\t\x01\x1f\x7f");
	STAYS("nul\0inside");
	STAYS("\xc2\x80 \xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xf0\x90\x80\x80");
	STAYS("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf");
}

static void what_is_not_utf8_is_replaced(void **state)
{
	(void)state;
	BECOMES("a\xff"
		"b",
		"a\xef\xbf\xbd"
		"b");
	BECOMES("\xc3", "\xef\xbf\xbd");
	BECOMES("\x80", "\xef\xbf\xbd");
	BECOMES("\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd");
	BECOMES("\xe0\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	BECOMES("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	BECOMES("\xf5\x80\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	BECOMES("\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	BECOMES("\xf0\x80\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	BECOMES("\xe2\x82\"", "\xef\xbf\xbd\xef\xbf\xbd\"");
}

/* Every pair of bytes makes something that can be read. */
static void any_bytes_are_written(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 1 << 16; i++) {
		const uint8_t data[] = {(uint8_t)(i >> 8), (uint8_t)i};
		json_decref(round_trip(data, sizeof data));
	}
}

/* More than the buffer holds, through a file. */
static void what_is_long_is_written_whole(void **state)
{
	const size_t len = 3 * OUT_SIZE + 17;
	char *const data = malloc(len);
	struct out *const out = malloc(sizeof *out);
	const int fd = memfd_create("json", MFD_CLOEXEC);
	(void)state;
	memset(data, 'x', len);
	out_init(out, fd);
	struct jsonwriter json = {.out = out};
	jw_bytes(&json, data, len);
	out_bytes(out, data, len);
	out_flush(out);
	assert_int_equal(lseek(fd, 0, SEEK_END), 2 * len + 2);
	assert_int_equal(out->error, 0);
	close(fd);
	free(out);
	free(data);
}

static void an_error_sticks(void **state)
{
	struct out *const out = malloc(sizeof *out);
	(void)state;
	out_init(out, -1);
	out_text(out, "lost");
	out_flush(out);
	assert_int_equal(out->error, 9 /* EBADF */);
	for (int i = 0; i < OUT_SIZE; i++)
		out_text(out, "more than the buffer");
	assert_int_equal(out->error, 9);
	free(out);
}

static void commas_and_numbers(void **state)
{
	struct out *const out = malloc(sizeof *out);
	struct jsonwriter json = {.out = out};
	static const char want[] = "{\"a\":[1,-2,null,0.5,null,\"w\",{}],\"b\":null}";
	(void)state;
	out_init(out, -1);
	jw_open(&json, '{');
	jw_key(&json, "a");
	jw_open(&json, '[');
	jw_uint(&json, 1);
	jw_int(&json, -2);
	jw_int(&json, FW_NONE);
	jw_seconds(&json, 500000000);
	jw_seconds(&json, FW_NONE);
	jw_word(&json, "w");
	jw_open(&json, '{');
	jw_close(&json, '}');
	jw_close(&json, ']');
	jw_name(&json, "b");
	jw_string(&json, NULL);
	jw_close(&json, '}');
	*out->at = '\0';
	assert_string_equal(out->buffer, want);
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_stays),
		cmocka_unit_test(what_is_not_utf8_is_replaced),
		cmocka_unit_test(any_bytes_are_written),
		cmocka_unit_test(what_is_long_is_written_whole),
		cmocka_unit_test(an_error_sticks),
		cmocka_unit_test(commas_and_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
