/* The buffered source: blocks of any size, files and pipes, skipping, what fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture/build.h"
#include "capture/source.h"

#define LENGTH 1000

static void make_text(uint8_t text[LENGTH], char path[64])
{
	for (size_t i = 0; i < LENGTH; i++)
		text[i] = (uint8_t)(i * 7 + i / 256);
	save_bytes(text, LENGTH, path);
}

/* Reads all, WANT bytes at a time, and checks them. */
static void check(struct source *source, const uint8_t *text, size_t want)
{
	size_t at = 0, have;

	while ((have = source_want(source, want))) {
		const size_t used = have < want ? have : want;

		assert_int_equal(source_offset(source), at);
		assert_memory_equal(source->at, text + at, used);
		source->at += used;
		at += used;
	}
	assert_int_equal(at, LENGTH);
	assert_string_equal(source->fault, "");
}

static void any_block_and_any_want(void **state)
{
	uint8_t text[LENGTH];
	char path[64];

	(void)state;
	make_text(text, path);
	for (size_t block = 4; block < 2 * LENGTH; block = block * 3 / 2) {
		for (size_t want = 1; want < 2 * LENGTH; want = want * 2 + 1) {
			struct source source;

			assert_true(source_open(&source, path, block));
			assert_int_equal(source.file_size, LENGTH);
			check(&source, text, want);
			assert_int_equal(source.file_bytes, LENGTH);
			source_close(&source);
		}
	}
	unlink(path);
}

static void a_pipe_gives_what_it_has(void **state)
{
	const int saved = dup(STDIN_FILENO);
	struct source source;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	dup2(ends[0], STDIN_FILENO);
	assert_int_equal(write(ends[1], "abcd", 4), 4);
	assert_true(source_open(&source, "-", 64));
	assert_int_equal(source_want(&source, 2), 4);
	assert_int_equal(source.file_size, 0);
	assert_int_equal(write(ends[1], "efgh", 4), 4);
	assert_int_equal(source_want(&source, 5), 8);
	assert_memory_equal(source.at, "abcdefgh", 8);
	close(ends[1]);
	assert_int_equal(source_want(&source, 9), 8);
	source_close(&source);
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(ends[0]);
}

static void skipping(void **state)
{
	struct source source;
	uint8_t text[LENGTH];
	char path[64];

	(void)state;
	make_text(text, path);
	assert_true(source_open(&source, path, 16));
	assert_int_equal(source_skip(&source, 700), 700);
	assert_int_equal(source_want(&source, 1) > 0, 1);
	assert_int_equal(*source.at, text[700]);
	assert_int_equal(source_offset(&source), 700);
	assert_int_equal(source_skip(&source, UINT64_MAX), 300);
	assert_int_equal(source_skip(&source, 1), 0);
	assert_true(source.capacity <= 64);
	source_close(&source);
	unlink(path);
}

static void what_cannot_be_opened(void **state)
{
	struct source source;

	(void)state;
	assert_false(source_open(&source, "/nonexistent", 64));
	assert_string_equal(source.fault, "cannot be opened: No such file or directory");
	assert_int_equal(source_want(&source, 1), 0);
	source_close(&source);
	assert_false(source_open(&source, "/", 64));
	assert_string_equal(source.fault, "cannot be read: Is a directory");
	source_close(&source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_block_and_any_want),
		cmocka_unit_test(a_pipe_gives_what_it_has),
		cmocka_unit_test(skipping),
		cmocka_unit_test(what_cannot_be_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
