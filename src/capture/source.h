/* One stream of bytes through one buffer, from a file or a pipe, compressed or not. */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOURCE_BLOCK (1 << 20) /* bytes read at once */

struct unpacker;

struct source {
	const uint8_t *at, *end; /* what is in the buffer and not used; the user moves at */
	uint8_t *buffer;
	size_t capacity;
	uint64_t end_offset; /* of end in the unpacked stream */
	uint64_t file_bytes; /* read so far, before unpacking */
	uint64_t file_size;  /* 0 where it has none (pipes) */
	struct unpacker *unpacker;
	int fd;
	bool ended;
	char fault[128]; /* what ended it before its time, or "" */
};

/* Opens PATH, "-" being standard input, with a buffer of BLOCK bytes. False, and why in fault,
 * where that fails; source_close is due in any case. */
bool source_open(struct source *source, const char *path, size_t block);
void source_close(struct source *source);

/* Brings WANT bytes together at source->at and returns how many are there: fewer only at the end.
 * The bytes may move, so that pointers to those before at die. */
size_t source_want(struct source *source, size_t want);

/* Passes over COUNT bytes, which need not be in the buffer. Returns how many there were. */
uint64_t source_skip(struct source *source, uint64_t count);

/* Bytes of the file itself into TO, for unpackers. 0 at its end. */
size_t source_read_file(struct source *source, uint8_t *to, size_t room);

/* Where at is in the unpacked stream. */
static inline uint64_t source_offset(const struct source *source)
{
	return source->end_offset - (uint64_t)(source->end - source->at);
}

/* "gzip" and so on, NULL if it is not compressed. */
const char *source_compression(const struct source *source);

#endif
