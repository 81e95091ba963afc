/* Making capture files byte by byte, and reading them back whole. */
#include "capture/build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void put(struct build *build, const void *value, size_t len)
{
	const uint8_t *const bytes = value;

	assert_true(build->len + len <= sizeof build->data);
	for (size_t i = 0; i < len; i++)
		build->data[build->len++] = bytes[build->swapped ? len - 1 - i : i];
}

void put8(struct build *build, uint8_t value)
{
	put(build, &value, sizeof value);
}

void put16(struct build *build, uint16_t value)
{
	put(build, &value, sizeof value);
}

void put32(struct build *build, uint32_t value)
{
	put(build, &value, sizeof value);
}

void put64(struct build *build, uint64_t value)
{
	put(build, &value, sizeof value);
}

void put_bytes(struct build *build, size_t len, uint8_t seed)
{
	for (size_t i = 0; i < len; i++)
		put8(build, (uint8_t)(seed * 31 + i * 7));
}

void put_padding(struct build *build)
{
	while (build->len % 4)
		put8(build, 0);
}

void put_pcap_header(struct build *build, uint32_t magic, uint32_t snaplen, uint32_t network)
{
	put32(build, magic);
	put16(build, 2);
	put16(build, 4);
	put64(build, 0);
	put32(build, snaplen);
	put32(build, network);
}

void put_pcap_record(
	struct build *build, uint32_t sec, uint32_t frac, uint32_t caplen, uint32_t len)
{
	put32(build, sec);
	put32(build, frac);
	put32(build, caplen);
	put32(build, len);
	put_bytes(build, caplen, (uint8_t)(sec + caplen));
}

size_t begin_block(struct build *build, uint32_t type)
{
	const size_t begin = build->len;

	put32(build, type);
	put32(build, 0);
	return begin;
}

void end_block(struct build *build, size_t begin)
{
	size_t end;

	put_padding(build);
	end = build->len;
	build->len = begin + 4;
	put32(build, (uint32_t)(end + 4 - begin));
	build->len = end;
	put32(build, (uint32_t)(end + 4 - begin));
}

void put_option(struct build *build, uint16_t code, const void *value, uint16_t len)
{
	put16(build, code);
	put16(build, len);
	put(build, value, len);
	put_padding(build);
}

void put_text(struct build *build, uint16_t code, const char *text)
{
	const size_t len = strlen(text);

	put16(build, code);
	put16(build, (uint16_t)len);
	for (size_t i = 0; i < len; i++)
		put8(build, (uint8_t)text[i]);
	put_padding(build);
}

void put_section(struct build *build)
{
	const size_t begin = begin_block(build, 0x0a0d0d0a);

	put32(build, 0x1a2b3c4d);
	put16(build, 1);
	put16(build, 0);
	put64(build, UINT64_MAX);
	end_block(build, begin);
}

void put_interface(struct build *build, uint16_t linktype, uint32_t snaplen, uint8_t resolution,
	int64_t offset)
{
	const size_t begin = begin_block(build, 1);

	put16(build, linktype);
	put16(build, 0);
	put32(build, snaplen);
	if (resolution)
		put_option(build, 9, &resolution, 1);
	if (offset)
		put_option(build, 14, &offset, 8);
	put32(build, 0);
	end_block(build, begin);
}

void put_packet(
	struct build *build, uint32_t interface, uint64_t ticks, uint32_t caplen, uint32_t len)
{
	const size_t begin = begin_block(build, 6);

	put32(build, interface);
	put32(build, (uint32_t)(ticks >> 32));
	put32(build, (uint32_t)ticks);
	put32(build, caplen);
	put32(build, len);
	put_bytes(build, caplen, (uint8_t)(ticks + caplen));
	end_block(build, begin);
}

void save_bytes(const void *bytes, size_t len, char path[64])
{
	int fd;

	strcpy(path, "/tmp/finwait-test-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

void save(const struct build *build, char path[64])
{
	save_bytes(build->data, build->len, path);
}

uint32_t sum_of(const uint8_t *bytes, size_t len)
{
	uint32_t sum = 2166136261; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		sum = (sum ^ bytes[i]) * 16777619;
	return sum;
}

void read_back(struct reading *reading, const char *const *paths, size_t count, const char *filter,
	size_t batch)
{
	const struct capture_options options = {.paths = paths, .count = count, .filter = filter};
	char error[256];
	struct capture *const capture = capture_open(&options, error);
	const struct capture_file *files;
	size_t n;

	assert_non_null(capture);
	reading->count = 0;
	do {
		struct fw_frame *const frames = &reading->frames[reading->count];

		assert_true(reading->count + batch <= READ_MAX);
		n = capture_read(capture, frames, batch);
		for (size_t i = 0; i < n; i++)
			reading->sums[reading->count++] = sum_of(frames[i].data, frames[i].len);
	} while (n);
	files = capture_files(capture, &reading->file_count);
	assert_true(reading->file_count <= 8);
	memcpy(reading->files, files, reading->file_count * sizeof *files);
	capture_close(capture);
}

void read_build(struct reading *reading, const struct build *build)
{
	char path[64];
	const char *paths[] = {path};

	save(build, path);
	read_back(reading, paths, 1, NULL, 64);
	unlink(path);
}
