/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "cli/command.h"
#include "cli/selection.h"

#define OUTPUTS_MAX 8

enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

struct output {
	const char *format; /* NULL is the default */
	const char *path;   /* NULL is standard output */
};

struct options {
	enum command command;
	const char *const *paths; /* or codes to explain */
	size_t path_count;
	struct output outputs[OUTPUTS_MAX]; /* one at least */
	size_t output_count;
	const char *filter;
	struct selection selection;
	fw_time time_wait; /* 0 is the default */
	enum when color;
	enum fw_severity fail_on;           /* FW_SEVERITY_COUNT: never */
	uint8_t severity[FW_CODE_COUNT];    /* as in struct fw_config */
	int64_t limits[FW_THRESHOLD_COUNT]; /* likewise */
	bool all, all_segments, events, segments, numeric, key_vlan;
};

enum verdict { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_WRONG };

/* Fills OPTIONS from the command line, whose strings it refers to. DONE where help or the
 * version was asked for and printed, WRONG where a line on standard error says why. */
enum verdict options_parse(struct options *options, int argc, char **argv);

#endif
