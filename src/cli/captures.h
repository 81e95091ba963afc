/* The captures of a run, as the sinks report them. */
#ifndef CAPTURES_H
#define CAPTURES_H

#include "capture/capture.h"
#include "sink/sink.h"

/* One for each file of CAPTURE, whose strings they refer to; free() takes all of them. NULL
 * where memory is short. */
struct sink_capture *captures_describe(const struct capture *capture, size_t *count);

/* A line on standard error for each file that could not be read to its end. True if there is
 * none. */
bool captures_complain(const struct capture *capture);

#endif
