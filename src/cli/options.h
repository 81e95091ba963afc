/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "cli/selection.h"

#define OUTPUTS_MAX 8

enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

struct output {
	const char *format; /* NULL is the default */
	const char *path;   /* NULL is standard output */
};

struct options {
	const char *const *paths;
	size_t path_count;
	struct output outputs[OUTPUTS_MAX]; /* one at least */
	size_t output_count;
	const char *filter;
	struct selection selection;
	fw_time time_wait; /* 0 is the default */
	enum when color;
	bool all, all_segments, events, segments, numeric, key_vlan;
};

enum verdict { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_WRONG };

/* Fills OPTIONS from the command line, whose strings it refers to. DONE where help or the
 * version was asked for and printed, WRONG where a line on standard error says why. */
enum verdict options_parse(struct options *options, int argc, char **argv);

#endif
