/* The sinks of a run, each with its file. */
#ifndef LISTENERS_H
#define LISTENERS_H

#include "cli/options.h"
#include "sink/sink.h"

struct listener;

struct listeners {
	struct listener *each[OUTPUTS_MAX];
	size_t count;
	uint32_t wants; /* events that one of them wants at least */
	bool timelines; /* likewise */
};

/* Opens a sink for each output. Where one can't be opened, says so on standard error and returns
 * false; the others are open all the same. RUN outlives them. */
bool listeners_open(
	struct listeners *listeners, const struct options *options, const struct sink_run *run);

void listeners_tell(const struct listeners *listeners, const struct fw_event *event);

/* What they have written leaves the buffers. */
void listeners_flush(const struct listeners *listeners);

/* Nobody is there to write to any more. */
bool listeners_deaf(const struct listeners *listeners);

/* Lets each write its end. False where one could not write all, which is said on standard error;
 * a pipe whose reader has gone is no fault. */
bool listeners_close(struct listeners *listeners);

#endif
