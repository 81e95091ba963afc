/* Several inputs as one, in order of time. */
#ifndef MERGE_H
#define MERGE_H

#include "capture/input.h"

struct merge;

/* The COUNT inputs stay the caller's; those that end are closed. NULL where memory is short. */
struct merge *merge_new(struct input *inputs, size_t count);
void merge_free(struct merge *merge);

/* As input_read. Frames of equal time come in the order of the inputs; those of one input keep
 * theirs, even where its time goes back. */
size_t merge_read(struct merge *merge, struct fw_frame *frames, size_t max);

#endif
