/* What the command line's options are, as text for a terminal. */
#include "cli/help.h"

#include <string.h>

#define COLUMN 28 /* where explanations begin */
#define WIDTH  80

static const struct {
	const char *section, *name, *argument, *text, *more;
	char letter;
} rows[] = {
#define SECTION(title)                                 {.section = title},
#define OPTION(id, letter, name, argument, text, more) {NULL, name, argument, text, more, letter},
#include "cli/options.def"
#undef OPTION
#undef SECTION
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

/* TEXT broken between words into lines that begin at INDENT. */
static void print_wrapped(FILE *file, const char *text, int indent)
{
	while (*text) {
		size_t len = strlen(text);
		const size_t room = (size_t)(WIDTH - 1 - indent);
		if (len > room)
			for (len = room; len > 0 && text[len] != ' '; len--)
				;
		fprintf(file, "%*s%.*s\n", indent, "", (int)len, text);
		text += len + (text[len] == ' ');
	}
}

static void print_row(FILE *file, size_t i, bool full)
{
	char left[COLUMN * 2];
	const char letter[] = {'-', rows[i].letter, rows[i].name ? ',' : '\0', ' ', '\0'};
	snprintf(left, sizeof left, "  %s%s%s%s%s", rows[i].letter ? letter : "    ",
		rows[i].name ? "--" : "", rows[i].name ? rows[i].name : "",
		rows[i].argument ? " " : "", rows[i].argument ? rows[i].argument : "");
	fprintf(file, "%-*s%s\n", COLUMN, left, rows[i].text);
	if (full)
		print_wrapped(file, rows[i].more, COLUMN);
}

void help_usage(FILE *file)
{
	fputs("usage: finwait [OPTION]... FILE...\n", file);
}

void help_options(FILE *file, bool full)
{
	help_usage(file);
	fputs("The states of both ends of every TCP connection in captures; - is stdin.\n", file);
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].section)
			fprintf(file, "\n%s\n", rows[i].section);
		else
			print_row(file, i, full);
	if (full)
		fputs("\nExit status\n"
		      "  0  done\n"
		      "  2  wrong usage, or a capture that could not be read to its end\n",
			file);
}
