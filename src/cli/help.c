/* What the command line's options are, as text for a terminal. */
#include "cli/help.h"

#include "cli/command.h"
#include "report/limits.h"

#include <string.h>

#define COLUMN 28 /* where explanations begin */
#define WIDTH  80

static const struct {
	const char *section, *name, *argument, *text, *more;
	char letter;
} rows[] = {
#define SECTION(title) {.section = title},
#define OPTION(id, letter, name, argument, commands, text, more)                                   \
	{NULL, name, argument, text, more, letter},
#include "cli/options.def"
#undef OPTION
#undef SECTION
};

static const struct {
	const char *name, *arguments, *text;
} commands[] = {
#define COMMAND(id, name, arguments, text) {name, arguments, text},
#include "cli/commands.def"
#undef COMMAND
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

/* TEXT broken between words into lines that begin at INDENT, where the first is if PLACED. */
static void print_wrapped(FILE *file, const char *text, int indent, bool placed)
{
	for (; *text; placed = false) {
		size_t len = strlen(text);
		const size_t room = (size_t)(WIDTH - 1 - indent);
		if (len > room)
			for (len = room; len > 0 && text[len] != ' '; len--)
				;
		fprintf(file, "%*s%.*s\n", placed ? 0 : indent, "", (int)len, text);
		text += len + (text[len] == ' ');
	}
}

/* The limit that row I sets, FW_THRESHOLD_COUNT if none. */
static enum fw_threshold limit_of(size_t i)
{
	return rows[i].name ? limit_find(rows[i].name, strlen(rows[i].name)) : FW_THRESHOLD_COUNT;
}

static void print_row(FILE *file, size_t i, bool full)
{
	char left[COLUMN * 2], value[WORDS_MAX];
	const char letter[] = {'-', rows[i].letter, rows[i].name ? ',' : '\0', ' ', '\0'};
	const int len =
		snprintf(left, sizeof left, "  %s%s%s%s%s", rows[i].letter ? letter : "    ",
			rows[i].name ? "--" : "", rows[i].name ? rows[i].name : "",
			rows[i].argument ? " " : "", rows[i].argument ? rows[i].argument : "");
	fprintf(file, len < COLUMN ? "%-*s" : "%-*s\n%*s", COLUMN, left, COLUMN, "");
	print_wrapped(file, rows[i].text, COLUMN, true);
	if (full)
		print_wrapped(file, rows[i].more, COLUMN, false);
	if (limit_of(i) != FW_THRESHOLD_COUNT)
		fprintf(file, "%*s%s by default\n", COLUMN, "",
			limit_words(value, limit_of(i), limit_default(limit_of(i))));
}

/* The limits are many, and seldom of use. */
static bool is_rare(size_t i)
{
	return limit_of(rows[i].section ? i + 1 : i) != FW_THRESHOLD_COUNT;
}

void help_usage(FILE *file)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(file, "%s finwait %s%s[OPTION]... %s\n",
			i ? "      " : "usage:", commands[i].name, *commands[i].name ? " " : "",
			commands[i].arguments);
}

static void print_commands(FILE *file)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(file, "%s%s%s.\n", commands[i].name, *commands[i].name ? ": " : "",
			commands[i].text);
}

void help_options(FILE *file, bool full)
{
	help_usage(file);
	print_commands(file);
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (!full && is_rare(i))
			continue;
		else if (rows[i].section)
			fprintf(file, "\n%s\n", rows[i].section);
		else
			print_row(file, i, full);
	fputs(full ? "\nExit status\n"
		     "  0  done\n"
		     "  1  a finding as bad as --fail-on says, or worse\n"
		     "  2  wrong usage, or a capture that could not be read to its end\n"
		   : "\nThe limits that findings are judged by are options too: finwait --help\n",
		file);
}
