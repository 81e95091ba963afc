/* Compressed bytes in, plain bytes out: gzip, zstd and lz4 behind one function. */
#ifndef UNPACK_H
#define UNPACK_H

#include <stddef.h>
#include <stdint.h>

struct codec;
struct source;
struct unpacker;

/* The codec whose magic the LEN bytes at MAGIC begin with, or NULL. Static. */
const struct codec *codec_of(const uint8_t *magic, size_t len);

/* Takes over BUFFER of CAPACITY bytes, whose first LEN are the beginning of the file, unless it
 * returns NULL for want of memory. */
struct unpacker *unpacker_new(
	const struct codec *codec, uint8_t *buffer, size_t capacity, size_t len);
void unpacker_free(struct unpacker *unpacker);
const char *unpacker_name(const struct unpacker *unpacker);

/* At least one byte into TO, or 0 at the end; source->fault says if that came too early. */
size_t unpack(struct unpacker *unpacker, struct source *source, uint8_t *to, size_t room);

#endif
