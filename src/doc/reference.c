/* Writes the pages of docs/reference and the README's diagram, from the catalogues. */
#include "doc/document.h"
#include "finwait.h"
#include "report/codes.h"
#include "report/limits.h"
#include "report/sections.h"

#define NOTICE "<!-- Written by `make docs` from include/finwait/*.def: change those. -->\n\n"

#define BEGIN_MARK "<!-- states: begin -->"
#define END_MARK   "<!-- states: end -->"

static const struct rule {
	const char *from, *stimulus, *to, *rfc, *why;
} rules[] = {
#define RULE(from, stimulus, to, rfc, why) {#from, #stimulus, #to, rfc, why},
#include "finwait/fsm.def"
#undef RULE
};

#define RULE_COUNT (sizeof rules / sizeof rules[0])

/* Figure 5 is what RFC 9293 itself asks for; resets and what is inferred would hide it. */
static bool in_figure(const struct rule *rule)
{
	return strncmp(rule->rfc, "9293", 4) == 0 && !strstr(rule->stimulus, "RST");
}

static void write_diagram(FILE *file)
{
	fputs("```mermaid\nstateDiagram-v2\n    [*] --> CLOSED\n    [*] --> LISTEN: listen()\n",
		file);
	for (size_t i = 0; i < RULE_COUNT; i++)
		if (in_figure(&rules[i]) && strcmp(rules[i].from, "UNKNOWN") != 0)
			fprintf(file, "    %s --> %s: %s\n", rules[i].from, rules[i].to,
				rules[i].stimulus);
	fputs("```\n", file);
}

static void write_states(FILE *file)
{
	fputs("# States\n\n" NOTICE "Each end of a connection is in one of these. They are RFC "
	      "9293's (3.3.2), and `UNKNOWN`.\n\n"
	      "| State | The socket that is in it |\n|---|---|\n",
		file);
#define STATE(id, text) fputs("| `" #id "` | " text " |\n", file);
#include "finwait/states.def"
#undef STATE
	fputs("\nA reset leads to `CLOSED` from everywhere and is not drawn; "
	      "[all rules](rules.md) are a table.\n\n",
		file);
	write_diagram(file);
	fputs("\n## Stimuli\n\n"
	      "What moves an end. `SND_` is seen, `RCV_` is known or presumed.\n\n"
	      "| Stimulus | The end ... | Socket call |\n|---|---|---|\n",
		file);
#define STIMULUS(id, call, text)                                                                   \
	fprintf(file, "| `%s` | %s | %s%s |\n", #id, text, call, *call ? "()" : "");
#include "finwait/stimuli.def"
#undef STIMULUS
}

static void write_rules(FILE *file)
{
	fputs("# Rules\n\n" NOTICE "The whole state machine, for each end alike. A pair of state "
	      "and stimulus that is not here "
	      "leaves the state as it is.\n\n"
	      "| In | when the end meets | it goes to | RFC | because |\n|---|---|---|---|---|\n",
		file);
	for (size_t i = 0; i < RULE_COUNT; i++)
		fprintf(file, "| `%s` | `%s` | `%s` | %s | %s |\n", rules[i].from,
			rules[i].stimulus, rules[i].to, rules[i].rfc, rules[i].why);
}

static void write_fields(FILE *file)
{
	static const char head[] = "| Member | Unit | May be null | Meaning |\n|---|---|---|---|\n";
#define FIELD(type, member, path, unit, text)                                                      \
	fprintf(file, "| `%s` | %s | %s | %s |\n", path, #unit, NULL_##type, text);
#define NULL_COUNT  ""
#define NULL_RARE   ""
#define NULL_OPTION "yes"
#define NULL_FLAG   "yes"
#define NULL_NS     "yes"
	fprintf(file,
		"# Fields\n\n" NOTICE "What is measured of each end, as members of `client` and "
		"`server` in JSON. A dot means an object within. Those marked may be `null`.\n\n"
		"Counted are all segments in the capture, copies too, but where it says "
		"otherwise. Whatever is measured is so at the capture point.\n\n%s",
		head);
#include "finwait/fields.def"
	fprintf(file, "\n## Of the connection\n\n%s", head);
#include "finwait/flowfields.def"
#undef FIELD
}

static void row(FILE *file, const char *name, const char *text)
{
	fprintf(file, "| `%s` | %s |\n", name, text);
}

static void write_findings(FILE *file)
{
	static const char *const units[] = {
		[FW_UNIT_COUNT] = "number",
		[FW_UNIT_BYTES] = "bytes",
		[FW_UNIT_NS] = "seconds",
		[FW_UNIT_PACKET] = "packet",
		[FW_UNIT_PERMILLE] = "thousandths",
	};
	fputs("\n## `anomalies`, `findings`, `quality`\n\nJudgements of a connection, of many, and "
	      "of "
	      "the capture, all of one form: [what each code means](anomalies.md). `count` is "
	      "exact; "
	      "`message` is all of it in a sentence; `rejected` and `possible` are other "
	      "explanations; `lowered_by` is the artefact of the capture that explains it as "
	      "well.\n\n| Severity | Means |\n|---|---|\n",
		file);
	for (int i = 0; i < FW_SEVERITY_COUNT; i++)
		row(file, fw_severity_name(i), fw_severity_text(i));
	fputs("\nMembers of `evidence`, where a finding has them, besides `packets` and `text`:\n\n"
	      "| Member | Unit | Meaning |\n|---|---|---|\n",
		file);
	for (int i = 0; i < FW_EVIDENCE_COUNT; i++)
		fprintf(file, "| `%s` | %s | %s |\n", fw_evidence_name(i),
			units[fw_evidence_unit(i)], fw_evidence_text(i));
}

/* What is said of a connection as a whole. */
static void write_verdicts(FILE *file)
{
	fputs("\n## `role_basis`\n\nWhy the client is taken for the client.\n\n"
	      "| Name | Because |\n|---|---|\n",
		file);
	for (int i = 0; i < FW_ROLE_COUNT; i++)
		row(file, fw_role_basis_name(i), fw_role_basis_text(i));
	fputs("\n## `opened`\n\n| Name | The connection was opened ... |\n|---|---|\n", file);
	for (int i = 0; i < FW_OPENED_COUNT; i++)
		row(file, fw_opened_name(i), fw_opened_text(i));
	fputs("\n## `closed`\n\n| Name | The connection was closed ... |\n|---|---|\n", file);
	for (int i = 0; i < FW_CLOSED_COUNT; i++)
		row(file, fw_closed_name(i), fw_closed_text(i));
	fputs("\n## `closed_by`\n\n| Name | Who |\n|---|---|\n", file);
	for (int i = 0; i < FW_BY_COUNT; i++)
		row(file, fw_closed_by_name(i) ? fw_closed_by_name(i) : "null",
			fw_closed_by_text(i));
}

static void write_json(FILE *file)
{
	fputs("# JSON\n\n" NOTICE "`--format json` writes one document, `--format jsonl` one "
	      "object a line, each with its "
	      "`type`. [finwait.schema.json](finwait.schema.json) says what is in them; members "
	      "may be "
	      "added, never renamed. Times are RFC 3339 in UTC with nine digits; durations and "
	      "`offset` "
	      "are seconds. In a document the totals follow the flows: the order of members means "
	      "nothing.\n\n"
	      "| Line | When |\n|---|---|\n"
	      "| `flow` | a flow has left |\n"
	      "| `transition` | with `--events`: an end moved |\n"
	      "| `anomaly` | with `--events`: a connection shows one for the 1st, 2nd, 4th, 8th "
	      "... "
	      "time |\n"
	      "| `segment` | with `--segments`: each TCP segment |\n"
	      "| `service` | at the end, each address and port to which others connect |\n"
	      "| `finding` | many connections together show something |\n"
	      "| `quality` | the capture itself lacks something |\n"
	      "| `capture` | at the end, one for each file |\n"
	      "| `summary` | the last line |\n\n"
	      "What is measured of each end: [fields.md](fields.md).\n\n"
	      "## `packets`\n\nEvery frame is counted under exactly one name.\n\n"
	      "| Name | Frames |\n|---|---|\n",
		file);
#define ACCOUNT(id, name, text) fputs("| `" #id "` | " text " |\n", file);
#include "finwait/accounts.def"
#undef ACCOUNT
	fputs("\n## `basis`\n\nHow a transition is known.\n\n| Basis | Means |\n|---|---|\n", file);
#define BASIS(id, name, text) fputs("| `" #name "` | " text " |\n", file);
#include "finwait/bases.def"
#undef BASIS
	fputs("\n## `facts`\n\nWhat is true of a segment, given its flow.\n\n"
	      "| Fact | The segment ... |\n|---|---|\n",
		file);
#define FACT(id, text) fputs("| `" #id "` | " text " |\n", file);
#include "finwait/facts.def"
#undef FACT
	write_findings(file);
	write_verdicts(file);
}

/* What stands in < > or between | would be taken for something else. */
static void write_escaped(FILE *file, const char *text)
{
	for (; *text; text++) {
		if (strchr("<|", *text))
			fputc('\\', file);
		fputc(*text, file);
	}
}

static void write_code(FILE *file, enum fw_code code)
{
	static struct section sections[SECTIONS_MAX];
	const size_t count = sections_of(sections, code, NULL);
	fprintf(file, "\n### %s\n\n**%s**: %s.\n", fw_code_name(code),
		fw_severity_name(fw_code_page(code)->severity), fw_code_page(code)->title);
	for (size_t i = 0; i < count; i++) {
		fprintf(file, "\n*%s:* ", sections[i].title);
		write_escaped(file, sections[i].text);
		fputc('\n', file);
	}
}

static void write_limits(FILE *file)
{
	char value[WORDS_MAX];
	fputs("\n## Limits\n\nWhat a person may set. All else follows from what was measured of "
	      "the "
	      "connection.\n\n| Option | By default | |\n|---|---|---|\n",
		file);
	for (int limit = 0; limit < FW_THRESHOLD_COUNT; limit++)
		fprintf(file, "| `--%s` | %s | %s |\n", limit_option(limit),
			limit_words(value, limit, limit_default(limit)), limit_text(limit));
}

static void write_anomalies(FILE *file)
{
	const char *group = NULL;
	fputs("# Findings\n\n" NOTICE
	      "What `finwait explain CODE` says of each. The severity is the "
	      "worst that such a finding has; once the capture has shown an artefact that explains "
	      "it as well, it is information only, and says so.\n\n"
	      "| Code | Severity | |\n|---|---|---|\n",
		file);
	for (int code = 0; code < FW_CODE_COUNT; code++)
		fprintf(file, "| [%s](#%s) | %s | %s |\n", fw_code_name(code), fw_code_name(code),
			fw_severity_name(fw_code_page(code)->severity), fw_code_page(code)->title);
	write_limits(file);
	for (int code = 0; code < FW_CODE_COUNT; code++) {
		if (codes_group(code) != group) {
			group = codes_group(code);
			fprintf(file, "\n## %s\n", group);
		}
		write_code(file, code);
	}
}

/* All of DIR/README.md, NULL where there is none. */
static char *read_readme(const char *dir)
{
	char path[1024], *text = NULL;
	size_t room = 0;
	snprintf(path, sizeof path, "%s/README.md", dir);
	FILE *const file = fopen(path, "r");
	if (!file)
		return NULL;
	const ssize_t len = getdelim(&text, &room, '\0', file);
	fclose(file);
	if (len >= 0)
		return text;
	free(text);
	return NULL;
}

static void rewrite_readme(const char *dir)
{
	char *const text = read_readme(dir);
	char *const begin = text ? strstr(text, BEGIN_MARK) : NULL;
	char *const end = begin ? strstr(begin, END_MARK) : NULL;
	if (end) {
		FILE *const file = document_open(dir, "README.md");
		fprintf(file, "%.*s" BEGIN_MARK "\n", (int)(begin - text), text);
		write_diagram(file);
		fputs(end, file);
		document_close(file);
	}
	free(text);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*write)(FILE *file);
	} pages[] = {
		{"docs/reference/states.md", write_states},
		{"docs/reference/rules.md", write_rules},
		{"docs/reference/fields.md", write_fields},
		{"docs/reference/json.md", write_json},
		{"docs/reference/anomalies.md", write_anomalies},
	};
	const char *const dir = document_dir(argc, argv);
	for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
		FILE *const file = document_open(dir, pages[i].path);
		pages[i].write(file);
		document_close(file);
	}
	rewrite_readme(dir);
	return EXIT_SUCCESS;
}
