/* Buffered output to a file descriptor, with an error that sticks. */
#include "sink/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void out_init(struct out *out, int fd)
{
	out->fd = fd;
	out->error = 0;
	out->at = out->buffer;
}

static void write_all(struct out *out, const char *data, size_t len)
{
	while (len > 0 && !out->error) {
		const ssize_t n = write(out->fd, data, len);
		if (n < 0) {
			if (errno != EINTR)
				out->error = errno;
			continue;
		}
		data += n;
		len -= (size_t)n;
	}
}

void out_flush(struct out *out)
{
	write_all(out, out->buffer, (size_t)(out->at - out->buffer));
	out->at = out->buffer;
}

void out_bytes(struct out *out, const void *data, size_t len)
{
	if (len > OUT_ROOM) {
		out_flush(out);
		write_all(out, data, len);
		return;
	}
	out_short(out, data, len);
}

void out_text(struct out *out, const char *text)
{
	out_bytes(out, text, strlen(text));
}

void out_printf(struct out *out, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, format);
	const int len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0) {
		out->error = out->error ? out->error : ENOMEM;
		return;
	}
	out_bytes(out, text, (size_t)len);
	free(text);
}
