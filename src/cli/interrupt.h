/* Ctrl-C: the run ends early, and reports what it has read. */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

/* From now on the first SIGINT or SIGTERM is remembered; a second one kills. */
void interrupt_catch(void);

bool interrupted(void);

#endif
