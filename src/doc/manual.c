/* Writes the man page and the shells' completions, from the list of options. */
#include "cli/command.h"
#include "doc/document.h"
#include "report/codes.h"
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
	const enum fw_threshold limit =
		row->name ? limit_find(row->name, strlen(row->name)) : FW_THRESHOLD_COUNT;
	if (limit != FW_THRESHOLD_COUNT) {
		char value[WORDS_MAX];
		fprintf(file, "%s by default.\n", limit_words(value, limit, limit_default(limit)));
	}
}

/* Each code with its title; finwait explain has the rest. */
static void write_man_findings(FILE *file)
{
	const char *group = NULL;
	fputs(".SH FINDINGS\n.B finwait explain\n\\fICODE\\fR says how each is judged, what causes "
	      "it "
	      "and what to do. The severity is the worst that such a finding has.\n",
		file);
	for (int code = 0; code < FW_CODE_COUNT; code++) {
		const struct fw_page *const page = fw_code_page(code);
		if (codes_group(code) != group) {
			group = codes_group(code);
			fprintf(file, ".SS %s\n", group);
		}
		fputs(".TP\n\\fB", file);
		write_roff(file, page->code);
		fprintf(file, "\\fR (%s)\n", fw_severity_name(page->severity));
		write_roff(file, page->title);
		fputs(".\n", file);
	}
}

static void write_man_synopsis(FILE *file)
{
	static const struct {
		const char *name, *arguments;
	} commands[] = {
#define COMMAND(id, name, arguments, text) {name, arguments},
#include "cli/commands.def"
#undef COMMAND
	};
	fputs(".SH SYNOPSIS\n", file);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(file, "%s.B finwait%s%s\n[\\fIOPTION\\fR]... \\fI%s\\fR\n",
			i ? ".br\n" : "", *commands[i].name ? " " : "", commands[i].name,
			commands[i].arguments);
}

static void write_man(FILE *file)
{
	fputs(".\\\" Written by `make docs` from src/cli/options.def: change that.\n"
	      ".TH FINWAIT 1 \"\" \"finwait " FW_VERSION "\"\n"
	      ".SH NAME\nfinwait \\- the state of both ends of every TCP connection in captures\n",
		file);
	write_man_synopsis(file);
	fputs(".SH DESCRIPTION\n"
	      "Reads packet captures, follows each TCP connection through the states of RFC 9293 "
	      "at both "
	      "ends, and reports what happened: what went wrong, on what evidence, how connections "
	      "opened and closed, by whom, and where each "
	      "end stands. Every change of state says on what basis it is known.\n.PP\n"
	      ".B finwait explain\nsays what a finding means.\n.PP\n"
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
	write_man_findings(file);
	fputs(".SH EXIT STATUS\n.TP\n0\nDone.\n.TP\n1\nA finding is as bad as "
	      ".B \\-\\-fail\\-on\nsays, or worse.\n.TP\n2\n"
	      "Wrong usage, or something could not be read to its end or written. What was read is "
	      "reported all the same.\n"
	      ".SH ENVIRONMENT\n.TP\nNO_COLOR\nWhere it is set and not empty, nothing is "
	      "coloured.\n"
	      ".SH EXAMPLES\n.TP\nfinwait office.pcapng\nA report on a capture.\n"
	      ".TP\nfinwait \\-\\-flow 31 office.pcapng\nThe life of one connection, step by "
	      "step.\n"
	      ".TP\nfinwait explain close\\-wait\\-stuck\nWhat a finding means.\n"
	      ".TP\nfinwait \\-\\-fail\\-on warning trace.pcapng\n"
	      "For a check: the exit status says whether something is wrong.\n"
	      ".TP\ntcpdump \\-w \\- | finwait \\-\\-format jsonl \\-\\-events \\-\n"
	      "Transitions as they happen.\n"
	      ".SH SEE ALSO\n.BR tcpdump (8),\n.BR tshark (1),\n.BR pcap\\-filter (7)\n",
		file);
}

struct words {
	char text[8192];
};

static void add_word(struct words *words, const char *word)
{
	const size_t len = strlen(words->text);
	snprintf(words->text + len, sizeof words->text - len, "%s%s", len ? " " : "", word);
}

/* All codes of findings, with BEHIND each. */
static void add_codes(struct words *words, const char *behind)
{
	for (int code = 0; code < FW_CODE_COUNT; code++) {
		char word[64];
		snprintf(word, sizeof word, "%s%s", fw_code_name(code), behind);
		add_word(words, word);
	}
}

/* Words that an option's argument can be, none where it can be anything. */
static struct words words_of(const struct row *row)
{
	struct words words = {""};
	if (strcmp(row->argument, "WHEN") == 0)
		add_word(&words, "auto always never");
	if (strcmp(row->argument, "SEVERITY") == 0)
		for (int severity = 0; severity < FW_SEVERITY_COUNT; severity++)
			add_word(&words, fw_severity_name(severity));
	if (strcmp(row->argument, "NAME") == 0)
		for (const struct sink_format *const *format = sink_formats; *format; format++)
			add_word(&words, (*format)->name);
	if (strncmp(row->argument, "CODE", 4) == 0)
		add_codes(&words, row->argument[4] ? "=" : "");
	return words;
}

static bool is_file(const struct row *row)
{
	return strcmp(row->argument, "FILE") == 0;
}

static void write_bash(FILE *file)
{
	struct words codes = {""};
	add_codes(&codes, "");
	fputs("# bash completion of finwait, written by `make docs` from src/cli/options.def\n"
	      "_finwait()\n{\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} "
	      "prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	      "\tcase $prev in\n",
		file);
	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (!rows[i].argument || is_file(&rows[i]))
			continue;
		const struct words words = words_of(&rows[i]);
		fprintf(file, "\t--%s", rows[i].name);
		if (rows[i].letter)
			fprintf(file, "|-%c", rows[i].letter);
		fprintf(file, ") COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n",
			words.text);
	}
	fputs("\tesac\n\tif [[ $cur == -* ]]; then\n\t\tCOMPREPLY=($(compgen -W '", file);
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].name)
			fprintf(file, "%s--%s", i > 1 ? " " : "", rows[i].name);
	fprintf(file,
		"' -- \"$cur\"))\n\telif [[ ${COMP_WORDS[1]} == explain && $COMP_CWORD -gt 1 ]]; "
		"then\n\t\tCOMPREPLY=($(compgen -W '%s' -- \"$cur\"))\n",
		codes.text);
	fputs("\telse\n\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
	      "\t\t[[ $COMP_CWORD -gt 1 ]] || "
	      "COMPREPLY+=($(compgen -W explain -- \"$cur\"))\n\tfi\n}\n"
	      "complete -o filenames -F _finwait finwait\n",
		file);
}

static void write_zsh_action(FILE *file, const struct row *row)
{
	if (!row->argument) {
		fputc('\'', file);
		return;
	}
	const struct words words = words_of(row);
	if (is_file(row))
		fprintf(file, ":%s:_files'", row->name);
	else if (*words.text)
		fprintf(file, ":%s:(%s)'", row->name, words.text);
	else
		fprintf(file, ":%s: '", row->name);
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
	struct words codes = {""};
	add_codes(&codes, "");
	fprintf(file,
		"#compdef finwait\n# written by `make docs` from src/cli/options.def\n"
		"if [[ $words[2] == explain && $CURRENT -gt 2 ]]; then\n"
		"\tcompadd %s\n\treturn\nfi\n"
		"[[ $CURRENT -gt 2 ]] || compadd explain\n_arguments",
		codes.text);
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (!rows[i].section)
			write_zsh_row(file, &rows[i]);
	fputs(" \\\n\t'*:capture:_files'\n", file);
}

static void write_fish_row(FILE *file, const struct row *row)
{
	fputs("complete -c finwait", file);
	if (row->letter)
		fprintf(file, " -s %c", row->letter);
	if (row->name)
		fprintf(file, " -l %s", row->name);
	if (row->argument) {
		const struct words words = words_of(row);
		fputs(is_file(row) ? " -r" : " -x", file);
		if (*words.text)
			fprintf(file, " -a '%s'", words.text);
	}
	fprintf(file, " -d '%s'\n", row->text);
}

static void write_fish(FILE *file)
{
	struct words codes = {""};
	add_codes(&codes, "");
	fputs("# written by `make docs` from src/cli/options.def\n"
	      "complete -c finwait -n __fish_use_subcommand -a explain -d 'what findings mean'\n",
		file);
	fprintf(file, "complete -c finwait -f -n '__fish_seen_subcommand_from explain' -a '%s'\n",
		codes.text);
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (!rows[i].section)
			write_fish_row(file, &rows[i]);
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
