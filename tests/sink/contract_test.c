/* What the program, FINWAIT in the environment, writes of all bundled captures is what the schema
 * says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sink/schema.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMITS "--close-wait-limit 1ms --connect-limit 1ms"

/* Runs the program with ARGUMENTS on PATH; its output is to be closed with pclose. */
static FILE *run(const char *arguments, const char *path)
{
	char command[1024];
	snprintf(command, sizeof command, "'%s' %s %s '%s' 2>/dev/null", getenv("FINWAIT"),
		arguments, LIMITS, path);
	FILE *const output = popen(command, "r");
	assert_non_null(output);
	return output;
}

static void document_fits(const json_t *schema, const char *path)
{
	char fault[300];
	FILE *const output = run("--format json", path);
	json_t *const document = json_loadf(output, JSON_REJECT_DUPLICATES, NULL);
	pclose(output);
	if (!document || !schema_accepts(schema, schema, document, fault, sizeof fault))
		fail_msg("%s: %s (make docs?)", path, document ? fault : "no JSON");
	json_decref(document);
}

/* Takes the member "type" of LINE and looks at the rest by the rules of that name. */
static void line_fits(const json_t *schema, const char *path, const char *line, json_t *seen)
{
	char fault[300];
	json_t *const object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	json_t *const type = json_incref(json_object_get(object, "type"));
	const char *const name = json_string_value(type);
	assert_non_null(name);
	json_object_del(object, "type");
	const json_t *const rules = json_object_get(json_object_get(schema, "$defs"), name);
	if (!schema_accepts(schema, rules, object, fault, sizeof fault))
		fail_msg("%s: %s: %s (make docs?)", path, name, fault);
	json_object_set_new(seen, name, json_true());
	json_decref(type);
	json_decref(object);
}

static void lines_fit(const json_t *schema, const char *path, json_t *seen)
{
	FILE *const output = run("--format jsonl --events --segments", path);
	char *line = NULL;
	size_t room = 0;
	while (getline(&line, &room, output) > 0)
		line_fits(schema, path, line, seen);
	free(line);
	pclose(output);
}

static void captures_fit_the_schema(void **state)
{
	static const char *const types[] = {
		"capture", "flow", "transition", "segment", "anomaly", "service", "summary"};
	json_t *const schema = schema_load(), *const seen = json_object();
	glob_t captures;
	(void)state;
	assert_non_null(getenv("FINWAIT"));
	assert_int_equal(glob("pcaps/*.pcap*", 0, NULL, &captures), 0);
	for (size_t i = 0; i < captures.gl_pathc; i++) {
		document_fits(schema, captures.gl_pathv[i]);
		lines_fit(schema, captures.gl_pathv[i], seen);
	}
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (!json_object_get(seen, types[i]))
			fail_msg("no line is a %s", types[i]);
	globfree(&captures);
	json_decref(seen);
	json_decref(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(captures_fit_the_schema),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
