/* gzip, zstd and lz4: whole, in several members, cut anywhere, corrupt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include "capture/build.h"
#include "capture/source.h"

#define LENGTH 50000

typedef size_t pack_fn(uint8_t *to, size_t room, const uint8_t *from, size_t len);

static size_t pack_gzip(uint8_t *to, size_t room, const uint8_t *from, size_t len)
{
	z_stream z = {.next_in = (uint8_t *)from, .next_out = to};

	z.avail_in = (uInt)len;
	z.avail_out = (uInt)room;
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}

static size_t pack_zstd(uint8_t *to, size_t room, const uint8_t *from, size_t len)
{
	return ZSTD_compress(to, room, from, len, 1);
}

static size_t pack_lz4(uint8_t *to, size_t room, const uint8_t *from, size_t len)
{
	return LZ4F_compressFrame(to, room, from, len, NULL);
}

static const struct {
	const char *name;
	pack_fn *pack;
} packers[] = {{"gzip", pack_gzip}, {"zstd", pack_zstd}, {"lz4", pack_lz4}};

/* A text that packs, but not to nothing. */
static void make_text(uint8_t *text)
{
	uint32_t random = 1;

	for (size_t i = 0; i < LENGTH; i++) {
		random = random * 1664525 + 1013904223;
		text[i] = (uint8_t)(random >> 29);
	}
}

/* How much of TEXT comes out of a file; all that does must be right. */
static size_t unpacked(struct source *source, const char *path, const uint8_t *text)
{
	size_t at = 0, have;

	source_open(source, path, 1 << 10);
	while ((have = source_want(source, 1))) {
		assert_true(at + have <= LENGTH);
		assert_memory_equal(source->at, text + at, have);
		source->at += have;
		at += have;
	}
	return at;
}

struct packed {
	uint8_t text[LENGTH];
	uint8_t data[2 * LENGTH];
	size_t len;
};

/* Two members or frames, one behind the other. */
static struct packed *pack(size_t packer)
{
	struct packed *const p = malloc(sizeof *p);

	assert_non_null(p);
	make_text(p->text);
	p->len = packers[packer].pack(p->data, LENGTH, p->text, LENGTH / 3);
	p->len += packers[packer].pack(
		p->data + p->len, LENGTH, p->text + LENGTH / 3, LENGTH - LENGTH / 3);
	return p;
}

static void all_of_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct packed *const p = pack(i);
		struct source source;
		char path[64];

		save_bytes(p->data, p->len, path);
		assert_int_equal(unpacked(&source, path, p->text), LENGTH);
		assert_string_equal(source.fault, "");
		assert_string_equal(source_compression(&source), packers[i].name);
		assert_int_equal(source.file_bytes, p->len);
		assert_int_equal(source.file_size, p->len);
		source_close(&source);
		unlink(path);
		free(p);
	}
}

static void cut_anywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct packed *const p = pack(i);
		size_t silent = 0;

		for (size_t len = 4; len < p->len; len += 1 + len % 97) {
			struct source source;
			char path[64];

			save_bytes(p->data, len, path);
			unpacked(&source, path, p->text);
			silent += !source.fault[0];
			if (source.fault[0])
				assert_non_null(strstr(source.fault, "data is cut short"));
			source_close(&source);
			unlink(path);
		}
		assert_true(silent <= 1); /* between the two */
		free(p);
	}
}

/* gzip's checksum makes every byte count. */
static void corrupt(void **state)
{
	struct packed *const p = pack(0);
	struct source source;
	char path[64];

	(void)state;
	p->data[p->len - 6] ^= 1;
	save_bytes(p->data, p->len, path);
	assert_int_equal(unpacked(&source, path, p->text), LENGTH);
	assert_string_equal(source.fault, "the gzip data is corrupt: incorrect data check");
	source_close(&source);
	unlink(path);
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(corrupt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
