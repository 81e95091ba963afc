/* Several inputs as one, in order of time: a heap of short queues. */
#include "capture/merge.h"

#include <stdlib.h>

#define QUEUE_LENGTH 64

struct queue {
	struct input *input;
	size_t next, count;
	struct fw_frame frames[QUEUE_LENGTH];
};

struct merge {
	struct queue *queues; /* one per input, in their order */
	struct queue **heap;  /* of those that have not ended; the next frame is in the first */
	size_t count;
};

static bool dry(const struct queue *queue)
{
	return queue->next == queue->count;
}

/* A dry queue comes first: what is in it is not known. */
static bool before(const struct queue *a, const struct queue *b)
{
	if (dry(a) || dry(b))
		return dry(a);
	if (a->frames[a->next].time != b->frames[b->next].time)
		return a->frames[a->next].time < b->frames[b->next].time;
	return a < b;
}

/* Puts the heap in order again after its first has changed. */
static void sift(struct merge *merge)
{
	struct queue *const moving = merge->heap[0];
	size_t at = 0;

	for (size_t child; (child = 2 * at + 1) < merge->count; at = child) {
		if (child + 1 < merge->count && before(merge->heap[child + 1], merge->heap[child]))
			child++;
		if (!before(merge->heap[child], moving))
			break;
		merge->heap[at] = merge->heap[child];
	}
	merge->heap[at] = moving;
}

struct merge *merge_new(struct input *inputs, size_t count)
{
	struct merge *const merge = calloc(1, sizeof *merge);

	if (!merge)
		return NULL;
	merge->queues = calloc(count + 1, sizeof *merge->queues);
	merge->heap = calloc(count + 1, sizeof *merge->heap);
	if (!merge->queues || !merge->heap) {
		merge_free(merge);
		return NULL;
	}
	for (; merge->count < count; merge->count++) {
		merge->queues[merge->count].input = &inputs[merge->count];
		merge->heap[merge->count] = &merge->queues[merge->count];
	}
	return merge;
}

void merge_free(struct merge *merge)
{
	if (!merge)
		return;
	free(merge->heap);
	free(merge->queues);
	free(merge);
}

static void refill_first(struct merge *merge)
{
	struct queue *const queue = merge->heap[0];

	queue->next = 0;
	queue->count = input_read(queue->input, queue->frames, QUEUE_LENGTH);
	if (!queue->count) {
		input_close(queue->input);
		merge->heap[0] = merge->heap[--merge->count];
	}
	if (merge->count)
		sift(merge);
}

size_t merge_read(struct merge *merge, struct fw_frame *frames, size_t max)
{
	size_t n = 0;

	while (merge->count && dry(merge->heap[0]))
		refill_first(merge);
	/* To refill a queue would take away the bytes of the frames handed out: the batch ends. */
	while (n < max && merge->count && !dry(merge->heap[0])) {
		struct queue *const queue = merge->heap[0];

		frames[n++] = queue->frames[queue->next++];
		sift(merge);
	}
	return n;
}
