/* Buffered output to a file descriptor, with an error that sticks. */
#ifndef OUT_H
#define OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define OUT_SIZE (1 << 16)
#define OUT_ROOM 512 /* the most that out_room may be asked for */

struct out {
	int fd;
	int error; /* errno of the first write that failed, or 0; after it all is dropped */
	char *at;  /* the next free byte of the buffer */
	char buffer[OUT_SIZE];
};

/* FD stays the caller's. */
void out_init(struct out *out, int fd);

void out_flush(struct out *out);

/* LEN bytes at DATA, any number. */
void out_bytes(struct out *out, const void *data, size_t len);

void out_text(struct out *out, const char *text);

/* printf, for text that is not written often. */
void out_printf(struct out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Where the next N bytes may be written, N at most OUT_ROOM. The writer moves out->at. */
static inline char *out_room(struct out *out, size_t n)
{
	if ((size_t)(out->buffer + OUT_SIZE - out->at) < n)
		out_flush(out);
	return out->at;
}

/* A short text whose length the compiler knows. */
static inline void out_short(struct out *out, const char *text, size_t len)
{
	memcpy(out_room(out, len), text, len);
	out->at += len;
}

#endif
