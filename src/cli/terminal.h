/* What standard output can show. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include "cli/options.h"

/* Whether the text report is coloured: as WHEN says, by default on a terminal where NO_COLOR is
 * not set. */
bool terminal_color(enum when when);

/* Columns of the terminal, 80 where there is none. */
unsigned terminal_width(void);

/* Whether the locale writes UTF-8. */
bool terminal_utf8(void);

#endif
