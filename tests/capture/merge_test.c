/* Several files as one: by time, ties by order on the command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture/build.h"

#define FILES 5

static struct reading reading;

/* Length and first byte tell whose frame it is and which. */
static void put_frame(struct build *build, uint32_t sec, uint32_t file, uint32_t position)
{
	put32(build, sec);
	put32(build, 0);
	put32(build, file + 1);
	put32(build, position + 100);
	put_bytes(build, file + 1, (uint8_t)position);
}

static void save_times(const uint32_t *times, size_t count, uint32_t file, char path[64])
{
	struct build b = {0};

	put_pcap_header(&b, 0xa1b2c3d4, 65535, 1);
	for (uint32_t i = 0; i < count; i++)
		put_frame(&b, times[i], file, i);
	save(&b, path);
}

static void in_order_of_time(void **state)
{
	static const uint32_t times[3][4] = {{1, 4, 4, 9}, {2, 4, 5, 6}, {0, 4, 9, 9}};
	static const uint32_t order[] = {2, 0, 1, 0, 0, 1, 2, 1, 1, 0, 2, 2};
	char paths[3][64];
	const char *names[] = {paths[0], paths[1], paths[2]};

	(void)state;
	for (uint32_t i = 0; i < 3; i++)
		save_times(times[i], 4, i, paths[i]);
	for (size_t batch = 1; batch < 9; batch++) {
		read_back(&reading, names, 3, NULL, batch);
		assert_int_equal(reading.count, 12);
		for (size_t i = 0; i < 12; i++) {
			assert_int_equal(reading.frames[i].len - 1, order[i]);
			assert_int_equal(reading.frames[i].number, i + 1);
		}
	}
	for (size_t i = 0; i < 3; i++)
		unlink(paths[i]);
}

static void a_file_keeps_its_own_order(void **state)
{
	static const uint32_t there_and_back[] = {5, 9, 1, 2}, steady[] = {3, 6, 8, 8};
	static const uint32_t order[] = {1, 0, 1, 1, 1, 0, 0, 0};
	char paths[2][64];
	const char *names[] = {paths[0], paths[1]};

	(void)state;
	save_times(there_and_back, 4, 0, paths[0]);
	save_times(steady, 4, 1, paths[1]);
	read_back(&reading, names, 2, NULL, 8);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(reading.frames[i].len - 1, order[i]);
	read_back(&reading, names, 1, NULL, 8);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(reading.frames[i].wire_len, 100 + i);
	for (size_t i = 0; i < 2; i++)
		unlink(paths[i]);
}

/* More frames than queues hold, in random order of files: each file's come in order, with the bytes
 * that belong to them. */
static void many(void **state)
{
	enum { EACH = 150 };
	char paths[FILES][64];
	const char *names[FILES];
	uint32_t next[FILES] = {0};
	fw_time last = 0;

	(void)state;
	for (uint32_t i = 0; i < FILES; i++) {
		uint32_t times[EACH];

		for (uint32_t k = 0; k < EACH; k++)
			times[k] = k * (i + 1) * 7 / 3;
		save_times(times, EACH, i, paths[i]);
		names[i] = paths[i];
	}
	read_back(&reading, names, FILES, NULL, 100);
	assert_int_equal(reading.count, FILES * EACH);
	for (size_t i = 0; i < reading.count; i++) {
		const struct fw_frame *const frame = &reading.frames[i];
		const uint32_t file = frame->len - 1;
		struct build expected = {0};

		assert_true(frame->time >= last);
		last = frame->time;
		assert_int_equal(frame->wire_len, 100 + next[file]);
		put_bytes(&expected, frame->len, (uint8_t)next[file]++);
		assert_int_equal(reading.sums[i], sum_of(expected.data, expected.len));
	}
	for (size_t i = 0; i < FILES; i++)
		unlink(paths[i]);
}

static void one_that_fails_does_not_stop_the_others(void **state)
{
	static const uint32_t times[] = {1, 2, 3};
	char path[64], empty[64];
	const char *names[] = {"/nonexistent", path, empty};

	(void)state;
	save_times(times, 3, 0, path);
	save_bytes("", 0, empty);
	read_back(&reading, names, 3, NULL, 8);
	assert_int_equal(reading.count, 3);
	assert_int_equal(reading.file_count, 3);
	assert_string_equal(reading.files[0].error, "cannot be opened: No such file or directory");
	assert_string_equal(reading.files[1].error, "");
	assert_int_equal(reading.files[1].packets, 3);
	assert_string_equal(reading.files[2].error, "empty: not even a file header");
	unlink(path);
	unlink(empty);
}

static void none(void **state)
{
	(void)state;
	read_back(&reading, NULL, 0, NULL, 8);
	assert_int_equal(reading.count, 0);
	assert_int_equal(reading.file_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order_of_time),
		cmocka_unit_test(a_file_keeps_its_own_order),
		cmocka_unit_test(many),
		cmocka_unit_test(one_that_fails_does_not_stop_the_others),
		cmocka_unit_test(none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
