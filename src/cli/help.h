/* What the command line's options are, as text for a terminal. */
#ifndef HELP_H
#define HELP_H

#include <stdbool.h>
#include <stdio.h>

/* One line or two for somebody who gave no arguments. */
void help_usage(FILE *file);

/* All options, a line each; with explanations where FULL. */
void help_options(FILE *file, bool full);

#endif
