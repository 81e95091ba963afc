/* A validator for as much of JSON Schema as finwait's own schema uses. */
#include "sink/schema.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA_PATH "docs/reference/finwait.schema.json"

struct check {
	const json_t *root;
	char path[256]; /* of the value looked at */
	char *fault;
	size_t room;
};

static bool accepts(struct check *check, const json_t *rules, const json_t *value);

static bool fault(struct check *check, const char *what, const char *more)
{
	snprintf(check->fault, check->room, "%s: %s%s", check->path, what, more);
	return false;
}

/* Looks at the member NAME of what was looked at. */
static bool member(struct check *check, const char *name, const json_t *rules, const json_t *value)
{
	const size_t len = strlen(check->path);
	snprintf(check->path + len, sizeof check->path - len, "/%s", name);
	const bool good = accepts(check, rules, value);
	if (good)
		check->path[len] = '\0';
	return good;
}

static bool is_of(const json_t *value, const char *type)
{
	static const struct {
		const char *name;
		json_type type;
	} types[] = {
		{"object", JSON_OBJECT},
		{"array", JSON_ARRAY},
		{"string", JSON_STRING},
		{"integer", JSON_INTEGER},
		{"null", JSON_NULL},
		{"boolean", JSON_TRUE},
		{"boolean", JSON_FALSE},
		{"number", JSON_REAL},
		{"number", JSON_INTEGER},
	};
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (json_typeof(value) == types[i].type && strcmp(types[i].name, type) == 0)
			return true;
	return false;
}

static bool type_fits(const json_t *type, const json_t *value)
{
	size_t i;
	json_t *one;
	if (json_is_string(type))
		return is_of(value, json_string_value(type));
	json_array_foreach(type, i, one) if (is_of(value, json_string_value(one))) return true;
	return !type;
}

static bool enum_fits(const json_t *words, const json_t *value)
{
	size_t i;
	json_t *word;
	json_array_foreach(words, i, word) if (json_equal(word, value)) return true;
	return !words;
}

static bool pattern_fits(const json_t *pattern, const json_t *value)
{
	regex_t regex;
	if (!pattern || !json_is_string(value))
		return true;
	if (regcomp(&regex, json_string_value(pattern), REG_EXTENDED | REG_NOSUB))
		return false;
	const bool fits = regexec(&regex, json_string_value(value), 0, NULL, 0) == 0;
	regfree(&regex);
	return fits;
}

static bool minimum_fits(const json_t *minimum, const json_t *value)
{
	return !minimum || !json_is_number(value) ||
		json_number_value(value) >= json_number_value(minimum);
}

static bool members_fit(struct check *check, const json_t *rules, const json_t *value)
{
	const json_t *const properties = json_object_get(rules, "properties");
	const json_t *const others = json_object_get(rules, "additionalProperties");
	const char *name;
	json_t *each;
	size_t i;
	json_array_foreach(json_object_get(rules, "required"), i,
		each) if (!json_object_get(value, json_string_value(each))) return fault(check,
		"lacks ", json_string_value(each));
	if (!properties && !others)
		return true;
	json_object_foreach((json_t *)value, name, each)
	{
		const json_t *const known = json_object_get(properties, name);
		if (!known && !others)
			return fault(check, "does not know ", name);
		if (!member(check, name, known ? known : others, each))
			return false;
	}
	return true;
}

static bool items_fit(struct check *check, const json_t *rules, const json_t *value)
{
	char name[24];
	size_t i;
	json_t *each;
	if (!rules)
		return true;
	json_array_foreach(value, i, each)
	{
		snprintf(name, sizeof name, "%zu", i);
		if (!member(check, name, rules, each))
			return false;
	}
	return true;
}

/* Whether each keyword is one that is looked at. */
static bool rules_are_known(const json_t *rules, const char **unknown)
{
	static const char *const known[] = {"type", "enum", "pattern", "minimum", "properties",
		"required", "items", "additionalProperties", "$ref", "$defs", "$schema", "title",
		"description"};
	json_t *each;
	json_object_foreach((json_t *)rules, *unknown, each)
	{
		size_t i = 0;
		while (i < sizeof known / sizeof known[0] && strcmp(known[i], *unknown) != 0)
			i++;
		if (i == sizeof known / sizeof known[0])
			return false;
	}
	return true;
}

static bool accepts(struct check *check, const json_t *rules, const json_t *value)
{
	const char *const ref = json_string_value(json_object_get(rules, "$ref")), *unknown;
	if (ref)
		return accepts(check,
			json_object_get(
				json_object_get(check->root, "$defs"), ref + strlen("#/$defs/")),
			value);
	if (!rules || !rules_are_known(rules, &unknown))
		return fault(check, "the schema can't be followed: ", rules ? unknown : "no rules");
	if (!type_fits(json_object_get(rules, "type"), value))
		return fault(check, "of another type", "");
	if (!enum_fits(json_object_get(rules, "enum"), value))
		return fault(check, "not one of the words", "");
	if (!pattern_fits(json_object_get(rules, "pattern"), value))
		return fault(check, "not of the pattern", "");
	if (!minimum_fits(json_object_get(rules, "minimum"), value))
		return fault(check, "too small", "");
	if (json_is_object(value))
		return members_fit(check, rules, value);
	return !json_is_array(value) || items_fit(check, json_object_get(rules, "items"), value);
}

bool schema_accepts(
	const json_t *root, const json_t *rules, const json_t *value, char *fault_text, size_t room)
{
	struct check check = {.root = root, .fault = fault_text, .room = room};
	return accepts(&check, rules, value);
}

json_t *schema_load(void)
{
	json_error_t error;
	json_t *const schema = json_load_file(SCHEMA_PATH, 0, &error);
	if (schema)
		return schema;
	fprintf(stderr, "%s: %s\n", SCHEMA_PATH, error.text);
	exit(EXIT_FAILURE);
}
