/* How far the reading has come, on a terminal, once it takes longer than a second. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "capture/capture.h"

struct progress {
	bool terminal;
	bool shown;
	unsigned calls;
	int64_t start, next; /* ns of a monotonic clock */
};

void progress_start(struct progress *progress);

/* After each batch: cheap but for the ten times a second that something is drawn. */
void progress_tick(struct progress *progress, const struct capture *capture);

/* Leaves the line as it was found. */
void progress_end(struct progress *progress);

#endif
