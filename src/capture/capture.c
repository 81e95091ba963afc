/* Captures in, frames out: the public face of the inputs, their merging and the filter. */
#include "capture/capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "capture/filter.h"
#include "capture/input.h"
#include "capture/merge.h"

#define SMALLEST_BLOCK (64 << 10)
#define ALL_BLOCKS     (64 << 20) /* bytes for the buffers of all files, if there are many */

struct capture {
	struct capture_file *files; /* one per path */
	struct input *inputs;       /* one per path */
	size_t count;
	struct merge *merge;
	struct filter *filter; /* NULL if there is none */
	uint64_t frames;       /* handed out */
};

static size_t block_size(size_t files)
{
	const size_t share = ALL_BLOCKS / (files ? files : 1);

	if (share > SOURCE_BLOCK)
		return SOURCE_BLOCK;
	return share < SMALLEST_BLOCK ? SMALLEST_BLOCK : share;
}

/* To merge files by time all of them must be open; without asking one often gets 1,024. */
static void allow_open_files(size_t count)
{
	const rlim_t others = 32;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= count + others)
		return;
	limit.rlim_cur = limit.rlim_max < count + others ? limit.rlim_max : count + others;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static bool open_inputs(struct capture *capture, const struct capture_options *options)
{
	capture->files = calloc(options->count + 1, sizeof *capture->files);
	capture->inputs = calloc(options->count + 1, sizeof *capture->inputs);
	if (!capture->files || !capture->inputs)
		return false;
	allow_open_files(options->count);
	for (; capture->count < options->count; capture->count++) {
		struct capture_file *const file = &capture->files[capture->count];
		struct input *const input = &capture->inputs[capture->count];

		file->path = options->paths[capture->count];
		input_open(input, file, block_size(options->count));
		input->filter = capture->filter;
	}
	capture->merge = merge_new(capture->inputs, capture->count);
	return capture->merge;
}

struct capture *capture_open(const struct capture_options *options, char error[256])
{
	struct capture *const capture = calloc(1, sizeof *capture);

	snprintf(error, 256, "not enough memory");
	if (!capture)
		return NULL;
	if (options->filter)
		capture->filter = filter_new(options->filter, error);
	if ((!options->filter || capture->filter) && open_inputs(capture, options)) {
		error[0] = '\0';
		return capture;
	}
	capture_close(capture);
	return NULL;
}

size_t capture_read(struct capture *capture, struct fw_frame *frames, size_t max)
{
	const size_t count = capture->count == 1 ? input_read(capture->inputs, frames, max)
						 : merge_read(capture->merge, frames, max);

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
	merge_free(capture->merge);
	filter_free(capture->filter);
	free(capture->inputs);
	free(capture->files);
	free(capture);
}
