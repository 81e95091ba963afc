/* Compressed bytes in, plain bytes out: zlib, libzstd and liblz4 behind one function. */
#include "capture/unpack.h"

#include <lz4frame.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "capture/source.h"

struct unpacker {
	const struct codec *codec;
	union {
		z_stream gzip;
		ZSTD_DStream *zstd;
		LZ4F_dctx *lz4;
	} state;
	uint8_t *buffer;
	size_t capacity;
	const uint8_t *at, *end; /* packed bytes not used yet */
	bool inside;             /* of a member or frame: the file must not end here */
};

/* step moves at and returns how many bytes it put at TO; error says what is wrong with the data. */
struct codec {
	const char *name;
	const uint8_t magic[4];
	size_t magic_len;
	bool (*open)(struct unpacker *unpacker);
	size_t (*step)(struct unpacker *unpacker, uint8_t *to, size_t room, const char **error);
	void (*close)(struct unpacker *unpacker);
};

static bool gzip_open(struct unpacker *u)
{
	return inflateInit2(&u->state.gzip, MAX_WBITS + 16) == Z_OK; /* + 16: gzip, not zlib */
}

static size_t gzip_step(struct unpacker *u, uint8_t *to, size_t room, const char **error)
{
	z_stream *const z = &u->state.gzip;
	int result;

	z->next_in = (uint8_t *)u->at; /* zlib is not const-correct; it only reads */
	z->avail_in = (uInt)(u->end - u->at);
	z->next_out = to;
	z->avail_out = (uInt)room;
	result = inflate(z, Z_NO_FLUSH);
	if (z->next_in != u->at)
		u->inside = result != Z_STREAM_END;
	u->at = z->next_in;
	if (result == Z_STREAM_END)
		result = inflateReset(z); /* another member may follow (RFC 1952 2.2) */
	if (result != Z_OK && result != Z_BUF_ERROR)
		*error = z->msg ? z->msg : "corrupt data";
	return (size_t)(z->next_out - to);
}

static void gzip_close(struct unpacker *u)
{
	inflateEnd(&u->state.gzip);
}

static bool zstd_open(struct unpacker *u)
{
	u->state.zstd = ZSTD_createDStream();
	return u->state.zstd;
}

static size_t zstd_step(struct unpacker *u, uint8_t *to, size_t room, const char **error)
{
	ZSTD_inBuffer in = {u->at, (size_t)(u->end - u->at), 0};
	ZSTD_outBuffer out = {to, room, 0};
	const size_t result = ZSTD_decompressStream(u->state.zstd, &out, &in);

	if (ZSTD_isError(result))
		*error = ZSTD_getErrorName(result);
	if (in.pos || out.pos)
		u->inside = result != 0;
	u->at += in.pos;
	return out.pos;
}

static void zstd_close(struct unpacker *u)
{
	ZSTD_freeDStream(u->state.zstd);
}

static bool lz4_open(struct unpacker *u)
{
	return !LZ4F_isError(LZ4F_createDecompressionContext(&u->state.lz4, LZ4F_VERSION));
}

static size_t lz4_step(struct unpacker *u, uint8_t *to, size_t room, const char **error)
{
	size_t used = (size_t)(u->end - u->at), made = room;
	const size_t result = LZ4F_decompress(u->state.lz4, to, &made, u->at, &used, NULL);

	if (LZ4F_isError(result)) {
		*error = LZ4F_getErrorName(result);
		return 0;
	}
	if (used || made)
		u->inside = result != 0;
	u->at += used;
	return made;
}

static void lz4_close(struct unpacker *u)
{
	LZ4F_freeDecompressionContext(u->state.lz4);
}

static const struct codec codecs[] = {
	{"gzip", {0x1f, 0x8b}, 2, gzip_open, gzip_step, gzip_close},
	{"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4, zstd_open, zstd_step, zstd_close},
	{"lz4", {0x04, 0x22, 0x4d, 0x18}, 4, lz4_open, lz4_step, lz4_close},
};

const struct codec *codec_of(const uint8_t *magic, size_t len)
{
	for (size_t i = 0; i < sizeof codecs / sizeof *codecs; i++)
		if (len >= codecs[i].magic_len &&
			!memcmp(magic, codecs[i].magic, codecs[i].magic_len))
			return &codecs[i];
	return NULL;
}

struct unpacker *unpacker_new(
	const struct codec *codec, uint8_t *buffer, size_t capacity, size_t len)
{
	struct unpacker *const u = calloc(1, sizeof *u);

	if (!u)
		return NULL;
	if (!codec->open(u)) {
		free(u);
		return NULL;
	}
	u->codec = codec;
	u->buffer = buffer;
	u->capacity = capacity;
	u->at = buffer;
	u->end = buffer + len;
	return u;
}

void unpacker_free(struct unpacker *unpacker)
{
	if (!unpacker)
		return;
	unpacker->codec->close(unpacker);
	free(unpacker->buffer);
	free(unpacker);
}

const char *unpacker_name(const struct unpacker *unpacker)
{
	return unpacker->codec->name;
}

static bool refill(struct unpacker *u, struct source *source)
{
	const size_t got = source_read_file(source, u->buffer, u->capacity);

	u->at = u->buffer;
	u->end = u->buffer + got;
	if (got == 0 && u->inside && !source->fault[0])
		snprintf(source->fault, sizeof source->fault, "the %s data is cut short",
			u->codec->name);
	return got > 0;
}

size_t unpack(struct unpacker *unpacker, struct source *source, uint8_t *to, size_t room)
{
	const char *error = NULL;
	size_t made;

	if (source->fault[0])
		return 0;
	do {
		made = unpacker->codec->step(unpacker, to, room, &error);
		if (error)
			snprintf(source->fault, sizeof source->fault, "the %s data is corrupt: %s",
				unpacker->codec->name, error);
	} while (!made && !error && (unpacker->at < unpacker->end || refill(unpacker, source)));
	return made;
}
