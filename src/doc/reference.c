/* Writes the pages of docs/reference and the README's diagram, from the catalogues. */
#include "doc/document.h"
#include "finwait.h"

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
	fputs("# Fields\n\n" NOTICE "What is measured of each end, as members of `client` and "
	      "`server` in JSON. A dot means "
	      "an object within. Those marked may be `null`.\n\n"
	      "| Member | Unit | May be null | Meaning |\n|---|---|---|---|\n",
		file);
#define FIELD(type, member, path, unit, text)                                                      \
	fprintf(file, "| `%s` | %s | %s | %s |\n", path, #unit,                                    \
		strcmp(#type, "COUNT") ? "yes" : "", text);
#include "finwait/fields.def"
#undef FIELD
}

static void row(FILE *file, const char *name, const char *text)
{
	fprintf(file, "| `%s` | %s |\n", name, text);
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
	      "| `segment` | with `--segments`: each TCP segment |\n"
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
	write_verdicts(file);
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
