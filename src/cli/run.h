/* One run: captures in, events to the sinks. */
#ifndef RUN_H
#define RUN_H

#include "cli/options.h"

/* Does what OPTIONS ask for. The exit status: 0 done; 1 where a finding is as bad as they say,
 * or worse; 2 where something could not be read or written, which lines on standard error have
 * said. */
int run(const struct options *options);

#endif
