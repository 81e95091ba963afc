/* The sinks of a run, each with its file. */
#include "cli/listeners.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct listener {
	const struct sink_format *format;
	const char *path; /* NULL for standard output */
	void *sink;
	uint32_t wants;
	struct out out;
};

/* Opening PATH for writing would empty a capture that is yet to be read. */
static bool is_input(const char *path, const struct options *options)
{
	struct stat output, input;
	if (!path || stat(path, &output) < 0 || !S_ISREG(output.st_mode))
		return false;
	for (size_t i = 0; i < options->path_count; i++)
		if (stat(options->paths[i], &input) == 0 && input.st_dev == output.st_dev &&
			input.st_ino == output.st_ino)
			return true;
	return false;
}

static struct listener *listener_open(const struct output *output, const struct sink_run *run)
{
	struct listener *const listener = malloc(sizeof *listener);
	if (!listener)
		return NULL;
	const int fd = output->path
		? open(output->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)
		: STDOUT_FILENO;
	if (fd < 0) {
		free(listener);
		return NULL;
	}
	listener->format = output->format ? sink_find(output->format) : sink_formats[0];
	listener->path = output->path;
	listener->wants = listener->format->wants(run);
	out_init(&listener->out, fd);
	listener->sink = listener->format->open(run, &listener->out);
	if (listener->sink)
		return listener;
	if (output->path)
		close(fd);
	free(listener);
	errno = ENOMEM;
	return NULL;
}

static const char *name_of(const char *path)
{
	return path ? path : "standard output";
}

bool listeners_open(
	struct listeners *listeners, const struct options *options, const struct sink_run *run)
{
	*listeners = (struct listeners){0};
	for (size_t i = 0; i < options->output_count; i++) {
		const struct output *const output = &options->outputs[i];
		if (is_input(output->path, options)) {
			fprintf(stderr, "finwait: %s: is an input too\n", output->path);
			return false;
		}
		struct listener *const listener = listener_open(output, run);
		if (!listener) {
			fprintf(stderr, "finwait: %s: %s\n", name_of(output->path),
				strerror(errno));
			return false;
		}
		listeners->each[listeners->count++] = listener;
		listeners->wants |= listener->wants;
		listeners->timelines |= listener->format->timelines;
	}
	return true;
}

void listeners_tell(const struct listeners *listeners, const struct fw_event *event)
{
	for (size_t i = 0; i < listeners->count; i++) {
		struct listener *const listener = listeners->each[i];
		if (listener->wants & 1u << event->type)
			listener->format->event(listener->sink, event);
	}
}

void listeners_flush(const struct listeners *listeners)
{
	for (size_t i = 0; i < listeners->count; i++)
		out_flush(&listeners->each[i]->out);
}

bool listeners_deaf(const struct listeners *listeners)
{
	for (size_t i = 0; i < listeners->count; i++)
		if (!listeners->each[i]->out.error)
			return false;
	return true;
}

static bool listener_close(struct listener *listener)
{
	listener->format->close(listener->sink);
	out_flush(&listener->out);
	int error = listener->out.error;
	if (listener->path && close(listener->out.fd) < 0 && !error)
		error = errno;
	const bool good = !error || error == EPIPE;
	if (!good)
		fprintf(stderr, "finwait: %s: %s\n", name_of(listener->path), strerror(error));
	free(listener);
	return good;
}

bool listeners_close(struct listeners *listeners)
{
	bool good = true;
	for (size_t i = 0; i < listeners->count; i++)
		good &= listener_close(listeners->each[i]);
	listeners->count = 0;
	return good;
}
