/* finwait: the state of both ends of every TCP connection in captures. */
#include "cli/explain.h"
#include "cli/options.h"
#include "cli/run.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	struct options options;
	setlocale(LC_CTYPE, "");
	switch (options_parse(&options, argc, argv)) {
	case OPTIONS_DONE:
		return fflush(stdout) ? 2 : EXIT_SUCCESS;
	case OPTIONS_WRONG:
		return 2;
	default:
		return options.command == COMMAND_EXPLAIN ? explain(&options) : run(&options);
	}
}
