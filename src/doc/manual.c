/* Writes the man page and the shells' completions, from the list of options. */
#include "cli/command.h"
#include "doc/document.h"
#include "report/limits.h"
#include "sink/sink.h"

static const struct row {
	const char *section; /* the title of a section; all else is not there */
	const char *name, *argument, *text, *more;
	char letter;
} rows[] = {
#define SECTION(title) {title, NULL, NULL, NULL, NULL, 0},
#define OPTION(id, letter, name, argument, commands, text, more)                                   \
	{NULL, name, argument, text, more, letter},
#include "cli/options.def"
#undef OPTION
#undef SECTION
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

/* In roff a hyphen that is typed is \-, and a line must not begin with a dot or a quote. */
static void write_roff(FILE *file, const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", file);
	for (; *text; text++) {
		if (*text == '-')
			fputs("\\-", file);
		else if (*text == '\\')
			fputs("\\e", file);
		else
			fputc(*text, file);
	}
}

static void write_man_option(FILE *file, const struct row *row)
{
	fputs(".TP\n", file);
	if (row->letter)
		fprintf(file, "\\fB\\-%c\\fR%s", row->letter, row->name ? ", " : "");
	if (row->name) {
		fputs("\\fB\\-\\-", file);
		write_roff(file, row->name);
		fputs("\\fR", file);
	}
	if (row->argument)
		fprintf(file, " \\fI%s\\fR", row->argument);
	fputs("\n", file);
	write_roff(file, row->text);
	fputs(".\n", file);
	if (*row->more) {
		write_roff(file, row->more);
		fputs("\n", file);
	}
}

static void write_man(FILE *file)
{
	fputs(".\\\" Written by `make docs` from src/cli/options.def: change that.\n"
	      ".TH FINWAIT 1 \"\" \"finwait " FW_VERSION "\"\n"
	      ".SH NAME\nfinwait \\- the state of both ends of every TCP connection in captures\n"
	      ".SH SYNOPSIS\n.B finwait\n[\\fIOPTION\\fR]... \\fIFILE\\fR...\n"
	      ".SH DESCRIPTION\n"
	      "Reads packet captures, follows each TCP connection through the states of RFC 9293 "
	      "at both "
	      "ends, and reports what happened: how connections opened and closed, by whom, and "
	      "where each "
	      "end stands. Every change of state says on what basis it is known.\n.PP\n"
	      "Files are pcap or pcapng, plain or compressed by gzip, zstd or lz4. Several are "
	      "merged by "
	      "time; \\- is standard input.\n"
	      ".SH OPTIONS\n",
		file);
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].section)
			fprintf(file, ".SS %s\n", rows[i].section);
		else
			write_man_option(file, &rows[i]);
	fputs(".SH EXIT STATUS\n.TP\n0\nDone.\n.TP\n2\n"
	      "Wrong usage, or something could not be read to its end or written. What was read is "
	      "reported all the same.\n"
	      ".SH ENVIRONMENT\n.TP\nNO_COLOR\nWhere it is set and not empty, nothing is "
	      "coloured.\n"
	      ".SH EXAMPLES\n.TP\nfinwait office.pcapng\nA report on a capture.\n"
	      ".TP\nfinwait \\-\\-flow 31 office.pcapng\nThe life of one connection, step by "
	      "step.\n"
	      ".TP\ntcpdump \\-w \\- | finwait \\-\\-format jsonl \\-\\-events \\-\n"
	      "Transitions as they happen.\n"
	      ".SH SEE ALSO\n.BR tcpdump (8),\n.BR tshark (1),\n.BR pcap\\-filter (7)\n",
		file);
}

/* Words that an option's argument can be, "" where it can be anything, NULL where it is a file. */
static const char *words_of(const struct row *row)
{
	static char formats[128];
	if (strcmp(row->argument, "FILE") == 0)
		return NULL;
	if (strcmp(row->argument, "WHEN") == 0)
		return "auto always never";
	if (strcmp(row->argument, "NAME") != 0)
		return "";
	formats[0] = '\0';
	for (const struct sink_format *const *format = sink_formats; *format; format++)
		snprintf(formats + strlen(formats), sizeof formats - strlen(formats), "%s%s",
			*formats ? " " : "", (*format)->name);
	return formats;
}

static void write_bash(FILE *file)
{
	fputs("# bash completion of finwait, written by `make docs` from src/cli/options.def\n"
	      "_finwait()\n{\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} "
	      "prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	      "\tcase $prev in\n",
		file);
	for (size_t i = 0; i < ROW_COUNT; i++) {
		const char *const words = rows[i].argument ? words_of(&rows[i]) : NULL;
		if (!words)
			continue;
		fprintf(file, "\t--%s", rows[i].name);
		if (rows[i].letter)
			fprintf(file, "|-%c", rows[i].letter);
		fprintf(file, ") COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n", words);
	}
	fputs("\tesac\n\tif [[ $cur == -* ]]; then\n\t\tCOMPREPLY=($(compgen -W '", file);
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].name)
			fprintf(file, "%s--%s", i > 1 ? " " : "", rows[i].name);
	fputs("' -- \"$cur\"))\n\telse\n\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n\tfi\n}\n"
	      "complete -o filenames -F _finwait finwait\n",
		file);
}

static void write_zsh_action(FILE *file, const struct row *row)
{
	const char *const words = row->argument ? words_of(row) : "";
	if (!words)
		fprintf(file, ":%s:_files", row->name);
	else if (*words)
		fprintf(file, ":%s:(%s)", row->name, words);
	else if (row->argument)
		fprintf(file, ":%s: ", row->name);
	fputc('\'', file);
}

static void write_zsh_row(FILE *file, const struct row *row)
{
	if (row->letter) {
		fprintf(file, " \\\n\t'*-%c[%s]", row->letter, row->text);
		write_zsh_action(file, row);
	}
	if (row->name) {
		fprintf(file, " \\\n\t'*--%s[%s]", row->name, row->text);
		write_zsh_action(file, row);
	}
}

static void write_zsh(FILE *file)
{
	fputs("#compdef finwait\n# written by `make docs` from src/cli/options.def\n_arguments",
		file);
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (!rows[i].section)
			write_zsh_row(file, &rows[i]);
	fputs(" \\\n\t'*:capture:_files'\n", file);
}

static void write_fish(FILE *file)
{
	fputs("# written by `make docs` from src/cli/options.def\n", file);
	for (size_t i = 0; i < ROW_COUNT; i++) {
		const struct row *const row = &rows[i];
		if (row->section)
			continue;
		const char *const words = row->argument ? words_of(row) : NULL;
		fputs("complete -c finwait", file);
		if (row->letter)
			fprintf(file, " -s %c", row->letter);
		if (row->name)
			fprintf(file, " -l %s", row->name);
		if (row->argument)
			fputs(words ? " -x" : " -r", file);
		if (words && *words)
			fprintf(file, " -a '%s'", words);
		fprintf(file, " -d '%s'\n", row->text);
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*write)(FILE *file);
	} pages[] = {
		{"docs/man/finwait.1", write_man},
		{"docs/completions/finwait.bash", write_bash},
		{"docs/completions/_finwait", write_zsh},
		{"docs/completions/finwait.fish", write_fish},
	};
	const char *const dir = document_dir(argc, argv);
	for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
		FILE *const file = document_open(dir, pages[i].path);
		pages[i].write(file);
		document_close(file);
	}
	return EXIT_SUCCESS;
}
