/* Captures in, frames out: the public face of the inputs, their merging and the filter. */
#include "capture/capture.h"

#include <stdio.h>
#include <stdlib.h>

#include "capture/input.h"

struct capture {
	struct capture_file *files; /* one per path */
	struct input *inputs;       /* one per path */
	size_t count;
	uint64_t frames; /* handed out */
};

struct capture *capture_open(const struct capture_options *options, char error[256])
{
	struct capture *const capture = calloc(1, sizeof *capture);

	if (!capture)
		goto no_memory;
	capture->files = calloc(options->count + 1, sizeof *capture->files);
	capture->inputs = calloc(options->count + 1, sizeof *capture->inputs);
	if (!capture->files || !capture->inputs)
		goto no_memory;
	for (; capture->count < options->count; capture->count++) {
		struct capture_file *const file = &capture->files[capture->count];

		file->path = options->paths[capture->count];
		input_open(&capture->inputs[capture->count], file, SOURCE_BLOCK);
	}
	return capture;
no_memory:
	snprintf(error, 256, "not enough memory");
	capture_close(capture);
	return NULL;
}

size_t capture_read(struct capture *capture, struct fw_frame *frames, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < capture->count && !count; i++)
		count = input_read(&capture->inputs[i], frames, max);
	for (size_t i = 0; i < count; i++)
		frames[i].number = ++capture->frames;
	return count;
}

const struct capture_file *capture_files(const struct capture *capture, size_t *count)
{
	*count = capture->count;
	return capture->files;
}

void capture_close(struct capture *capture)
{
	if (!capture)
		return;
	for (size_t i = 0; i < capture->count; i++)
		input_close(&capture->inputs[i]);
	free(capture->inputs);
	free(capture->files);
	free(capture);
}
