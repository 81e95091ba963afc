/* The command line. */
#include "cli/options.h"

#include "cli/code.h"
#include "cli/help.h"
#include "report/limits.h"
#include "sink/sink.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#define TIME_WAIT_MAX (INT64_C(86400) * 1000000000)

#define COMPLAIN(...) (fprintf(stderr, "finwait: " __VA_ARGS__), fputc('\n', stderr), OPTIONS_WRONG)

/* One function for each row of options.def takes its argument. */

static enum verdict take_format(struct options *options, const char *name)
{
	if (!sink_find(name)) {
		fprintf(stderr, "finwait: no format is called '%s'; there are", name);
		for (const struct sink_format *const *format = sink_formats; *format; format++)
			fprintf(stderr, " %s", (*format)->name);
		fputc('\n', stderr);
		return OPTIONS_WRONG;
	}
	if (options->output_count == OUTPUTS_MAX)
		return COMPLAIN("more than %d formats", OUTPUTS_MAX);
	options->outputs[options->output_count++].format = name;
	return OPTIONS_RUN;
}

static enum verdict take_output(struct options *options, const char *path)
{
	if (options->output_count == 0)
		options->output_count = 1;
	struct output *const output = &options->outputs[options->output_count - 1];
	if (output->path)
		return COMPLAIN(
			"-o %s: the format before it goes to %s already", path, output->path);
	output->path = path;
	return OPTIONS_RUN;
}

static enum verdict take_color(struct options *options, const char *when)
{
	static const char *const words[] = {
		[WHEN_AUTO] = "auto", [WHEN_ALWAYS] = "always", [WHEN_NEVER] = "never"};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(when, words[i]) == 0) {
			options->color = (enum when)i;
			return OPTIONS_RUN;
		}
	return COMPLAIN("--color is auto, always or never, not '%s'", when);
}

static enum verdict take_flow(struct options *options, const char *text)
{
	if (selection_parse(&options->selection, text))
		return OPTIONS_RUN;
	return COMPLAIN("--flow wants a flow's number or one end, such as 10.0.0.1:80 or "
			"[2001:db8::1]:80, not '%s'",
		text);
}

static enum verdict take_time_wait(struct options *options, const char *text)
{
	if (limit_parse_time(text, &options->time_wait) && options->time_wait <= TIME_WAIT_MAX)
		return OPTIONS_RUN;
	return COMPLAIN(
		"--time-wait wants a time of up to a day, such as 60s or 2min, not '%s'", text);
}

static enum verdict take_limit(struct options *options, enum fw_threshold limit, const char *text)
{
	char standard[WORDS_MAX];
	if (limit_parse(limit, text, &options->limits[limit]))
		return OPTIONS_RUN;
	return COMPLAIN("--%s wants a value such as %s, its default, not '%s'", limit_option(limit),
		limit_words(standard, limit, limit_default(limit)), text);
}

#define THRESHOLD(id, unit, value, option, text)                                                   \
	static enum verdict take_limit_##id(struct options *options, const char *argument)         \
	{                                                                                          \
		return take_limit(options, FW_THRESHOLD_##id, argument);                           \
	}
#include "finwait/thresholds.def"
#undef THRESHOLD

/* FW_SEVERITY_COUNT where the LEN bytes at TEXT name none, which standard error is told. */
static enum fw_severity severity_named(const char *text, size_t len)
{
	for (int severity = 0; severity < FW_SEVERITY_COUNT; severity++) {
		const char *const name = fw_severity_name(severity);
		if (strlen(name) == len && memcmp(name, text, len) == 0)
			return (enum fw_severity)severity;
	}
	fprintf(stderr, "finwait: no severity is called '%.*s'; there are", (int)len, text);
	for (int severity = 0; severity < FW_SEVERITY_COUNT; severity++)
		fprintf(stderr, " %s", fw_severity_name(severity));
	fputc('\n', stderr);
	return FW_SEVERITY_COUNT;
}

static enum verdict take_fail_on(struct options *options, const char *text)
{
	options->fail_on = severity_named(text, strlen(text));
	return options->fail_on == FW_SEVERITY_COUNT ? OPTIONS_WRONG : OPTIONS_RUN;
}

static bool ignore_one(struct options *options, const char *text, size_t len)
{
	const enum fw_code code = code_named(text, len);
	if (code != FW_CODE_COUNT)
		options->severity[code] = FW_IGNORED;
	return code != FW_CODE_COUNT;
}

static bool weigh_one(struct options *options, const char *text, size_t len)
{
	const char *const equals = memchr(text, '=', len);
	if (!equals) {
		fprintf(stderr, "finwait: --severity wants CODE=LEVEL, not '%.*s'\n", (int)len,
			text);
		return false;
	}
	const enum fw_code code = code_named(text, (size_t)(equals - text));
	if (code == FW_CODE_COUNT)
		return false;
	const enum fw_severity severity =
		severity_named(equals + 1, (size_t)(text + len - equals - 1));
	options->severity[code] = (uint8_t)(severity + 1);
	return severity != FW_SEVERITY_COUNT;
}

/* Takes each of the words of TEXT, which have commas between them. */
static enum verdict take_each(struct options *options, const char *text,
	bool (*take)(struct options *options, const char *text, size_t len))
{
	for (;; text++) {
		const size_t len = strcspn(text, ",");
		if (!take(options, text, len))
			return OPTIONS_WRONG;
		text += len;
		if (!*text)
			return OPTIONS_RUN;
	}
}

static enum verdict take_ignore(struct options *options, const char *text)
{
	return take_each(options, text, ignore_one);
}

static enum verdict take_severity(struct options *options, const char *text)
{
	return take_each(options, text, weigh_one);
}

static enum verdict take_filter(struct options *options, const char *expression)
{
	options->filter = expression;
	return OPTIONS_RUN;
}

#define SWITCH(id)                                                                                 \
	static enum verdict take_##id(struct options *options, const char *argument)               \
	{                                                                                          \
		(void)argument;                                                                    \
		options->id = true;                                                                \
		return OPTIONS_RUN;                                                                \
	}
SWITCH(all)
SWITCH(all_segments)
SWITCH(events)
SWITCH(segments)
SWITCH(numeric)
SWITCH(key_vlan)
#undef SWITCH

static enum verdict take_short_help(struct options *options, const char *argument)
{
	(void)options, (void)argument;
	help_options(stdout, false);
	return OPTIONS_DONE;
}

static enum verdict take_help(struct options *options, const char *argument)
{
	(void)options, (void)argument;
	help_options(stdout, true);
	return OPTIONS_DONE;
}

static enum verdict take_version(struct options *options, const char *argument)
{
	(void)options, (void)argument;
	puts("finwait " FW_VERSION);
	return OPTIONS_DONE;
}

static const struct row {
	const char *name, *argument;
	enum verdict (*take)(struct options *options, const char *argument);
	char letter;
	uint8_t commands; /* set of 1 << enum command */
} rows[] = {
#define SECTION(title)
#define OPTION(id, letter, name, argument, commands, text, more)                                   \
	{name, argument, take_##id, letter, commands},
#include "cli/options.def"
#undef OPTION
#undef SECTION
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])
#define FIRST_ROW 256 /* what getopt_long returns for row 0: past every letter */

struct tables {
	char letters[2 + 2 * ROW_COUNT + 1];
	struct option names[ROW_COUNT + 1];
};

static void make_tables(struct tables *tables)
{
	char *at = tables->letters;
	struct option *name = tables->names;
	*at++ = ':'; /* a missing argument is told from an unknown option */
	for (size_t i = 0; i < ROW_COUNT; i++) {
		const int has_argument = rows[i].argument ? required_argument : no_argument;
		if (rows[i].letter) {
			*at++ = rows[i].letter;
			if (has_argument)
				*at++ = ':';
		}
		if (rows[i].name)
			*name++ = (struct option){
				rows[i].name, has_argument, NULL, FIRST_ROW + (int)i};
	}
	*at = '\0';
	*name = (struct option){0};
}

static const struct row *find_row(int code)
{
	if (code >= FIRST_ROW)
		return &rows[code - FIRST_ROW];
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].letter == code)
			return &rows[i];
	return NULL;
}

static enum verdict complain_option(int code, char **argv)
{
	const char *const word = argv[optind - 1];
	const bool is_letter = optopt > 0 && optopt < FIRST_ROW;
	if (code == ':')
		fprintf(stderr, "finwait: %s needs an argument", word);
	else if (is_letter)
		fprintf(stderr, "finwait: there is no option -%c", optopt);
	else if (optopt)
		fprintf(stderr, "finwait: %s takes no argument", word);
	else
		fprintf(stderr, "finwait: there is no option %s, or it stands for several", word);
	fputs("; finwait -h lists them\n", stderr);
	return OPTIONS_WRONG;
}

static const char *const command_names[] = {
#define COMMAND(id, name, arguments, text) name,
#include "cli/commands.def"
#undef COMMAND
};

/* What the first argument asks for. */
static enum command command_of(int argc, char **argv)
{
	for (int command = COMMAND_COUNT; argc > 1 && --command > 0;)
		if (strcmp(argv[1], command_names[command]) == 0)
			return (enum command)command;
	return COMMAND_REPORT;
}

static enum verdict check_outputs(struct options *options)
{
	if (options->output_count == 0)
		options->output_count = 1;
	size_t to_stdout = 0;
	for (size_t i = 0; i < options->output_count; i++)
		to_stdout += !options->outputs[i].path;
	if (to_stdout > 1)
		return COMPLAIN("%zu formats would go to standard output; give each its -o FILE",
			to_stdout);
	return OPTIONS_RUN;
}

static enum verdict check(struct options *options)
{
	if (options->command != COMMAND_REPORT || options->path_count > 0)
		return check_outputs(options);
	help_usage(stderr);
	fputs("finwait -h lists the options\n", stderr);
	return OPTIONS_WRONG;
}

static enum verdict take(struct options *options, int code, char **argv)
{
	const struct row *const row = code == '?' || code == ':' ? NULL : find_row(code);
	if (!row)
		return complain_option(code, argv);
	if (row->commands & 1u << options->command)
		return row->take(options, optarg);
	return COMPLAIN(
		"--%s is no option of finwait %s", row->name, command_names[options->command]);
}

enum verdict options_parse(struct options *options, int argc, char **argv)
{
	struct tables tables = {0};
	make_tables(&tables);
	*options =
		(struct options){.command = command_of(argc, argv), .fail_on = FW_SEVERITY_COUNT};
	const int skipped = options->command != COMMAND_REPORT;
	argc -= skipped;
	argv += skipped;
	optind = 1;
	for (int code;
		(code = getopt_long(argc, argv, tables.letters, tables.names, NULL)) != -1;) {
		const enum verdict verdict = take(options, code, argv);
		if (verdict != OPTIONS_RUN)
			return verdict;
	}
	options->paths = (const char *const *)argv + optind;
	options->path_count = (size_t)(argc - optind);
	return check(options);
}
