/* One stream of bytes through one buffer: read(2), and unpackers between it and the buffer. */
#include "capture/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/unpack.h"

static size_t unread(const struct source *source)
{
	return (size_t)(source->end - source->at);
}

size_t source_read_file(struct source *source, uint8_t *to, size_t room)
{
	const ssize_t got = read(source->fd, to, room);

	/* A signal that interrupts is one that ends the run: what has come is all there is. */
	if (got < 0 && errno == EINTR)
		return 0;
	if (got < 0) {
		snprintf(
			source->fault, sizeof source->fault, "cannot be read: %s", strerror(errno));
		return 0;
	}
	source->file_bytes += (uint64_t)got;
	return (size_t)got;
}

/* What is unread goes to the front of the buffer. */
static void compact(struct source *source)
{
	const size_t kept = unread(source);

	if (source->at == source->buffer)
		return;
	memmove(source->buffer, source->at, kept);
	source->at = source->buffer;
	source->end = source->buffer + kept;
}

/* Doubles the buffer only once it is full: memory follows what is there, not what is claimed. */
static bool grow(struct source *source)
{
	const size_t kept = unread(source);
	uint8_t *const larger = realloc(source->buffer, source->capacity * 2);

	if (!larger) {
		snprintf(source->fault, sizeof source->fault, "needs more memory than there is");
		return false;
	}
	source->buffer = larger;
	source->capacity *= 2;
	source->at = larger;
	source->end = larger + kept;
	return true;
}

static void fill(struct source *source)
{
	const size_t used = unread(source);
	uint8_t *const to = source->buffer + used;
	size_t got;

	if (used == source->capacity) {
		source->ended = !grow(source);
		return;
	}
	if (source->unpacker)
		got = unpack(source->unpacker, source, to, source->capacity - used);
	else
		got = source_read_file(source, to, source->capacity - used);
	source->end += got;
	source->end_offset += got;
	source->ended = got == 0;
}

size_t source_want(struct source *source, size_t want)
{
	if (unread(source) >= want)
		return unread(source);
	if (source->buffer)
		compact(source);
	while (unread(source) < want && !source->ended)
		fill(source);
	return unread(source);
}

uint64_t source_skip(struct source *source, uint64_t count)
{
	uint64_t skipped = 0;

	while (skipped < count && source_want(source, 1)) {
		const uint64_t left = count - skipped;
		const size_t step = left < unread(source) ? (size_t)left : unread(source);

		source->at += step;
		skipped += step;
	}
	return skipped;
}

/* Is it compressed? Then the unpacker takes over the buffer with what has been read of the file. */
static bool detect_compression(struct source *source)
{
	const size_t have = source_want(source, 4);
	const struct codec *const codec = codec_of(source->at, have);
	uint8_t *const packed = source->buffer;

	if (!codec)
		return true;
	source->unpacker = unpacker_new(codec, packed, source->capacity, unread(source));
	source->buffer = source->unpacker ? malloc(source->capacity) : packed;
	source->at = source->end = source->buffer;
	source->end_offset = 0;
	source->ended = false;
	return source->unpacker && source->buffer;
}

bool source_open(struct source *source, const char *path, size_t block)
{
	struct stat status;

	*source = (struct source){.ended = true};
	source->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (source->fd < 0 || fstat(source->fd, &status) < 0) {
		snprintf(source->fault, sizeof source->fault, "cannot be opened: %s",
			strerror(errno));
		return false;
	}
	if (S_ISREG(status.st_mode))
		source->file_size = (uint64_t)status.st_size;
	source->capacity = block;
	source->buffer = malloc(block);
	source->at = source->end = source->buffer;
	source->ended = false;
	if (source->buffer && detect_compression(source))
		return source->fault[0] == '\0';
	snprintf(source->fault, sizeof source->fault, "needs more memory than there is");
	source->ended = true;
	return false;
}

void source_close(struct source *source)
{
	unpacker_free(source->unpacker);
	free(source->buffer);
	if (source->fd > STDIN_FILENO)
		close(source->fd);
	*source = (struct source){.fd = -1, .ended = true};
}

const char *source_compression(const struct source *source)
{
	return source->unpacker ? unpacker_name(source->unpacker) : NULL;
}
