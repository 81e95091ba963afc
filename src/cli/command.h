/* The commands that there are. */
#ifndef COMMAND_H
#define COMMAND_H

enum command {
#define COMMAND(id, name, arguments, text) COMMAND_##id,
#include "cli/commands.def"
#undef COMMAND
	COMMAND_COUNT
};

enum { /* sets of commands, for the rows of options.def */
#define COMMAND(id, name, arguments, text) id = 1 << COMMAND_##id,
#include "cli/commands.def"
#undef COMMAND
	ANY = (1 << COMMAND_COUNT) - 1,
};

/* What an argument of a row of options.def that is a limit is called, by its unit. */
#define LIMIT_NS       "TIME"
#define LIMIT_COUNT    "NUMBER"
#define LIMIT_BYTES    "SIZE"
#define LIMIT_PERMILLE "SHARE"

#endif
