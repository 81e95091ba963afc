/* The limits of judgement that a person may set: their names, and their values as people write
 * them. */
#include "report/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *option, *text;
	enum fw_unit unit;
	int64_t value;
} limits[] = {
#define THRESHOLD(id, unit, value, option, text) {option, text, FW_UNIT_##unit, value},
#include "finwait/thresholds.def"
#undef THRESHOLD
};

/* From the largest of each kind; a number without a unit comes last. */
static const struct {
	const char *name;
	enum fw_unit unit;
	int64_t size;
} units[] = {
	{"d", FW_UNIT_NS, 86400000000000},
	{"h", FW_UNIT_NS, 3600000000000},
	{"min", FW_UNIT_NS, 60000000000},
	{"s", FW_UNIT_NS, 1000000000},
	{"ms", FW_UNIT_NS, 1000000},
	{"us", FW_UNIT_NS, 1000},
	{"ns", FW_UNIT_NS, 1},
	{"", FW_UNIT_NS, 1000000000},
	{"MB", FW_UNIT_BYTES, 1000000},
	{"kB", FW_UNIT_BYTES, 1000},
	{"B", FW_UNIT_BYTES, 1},
	{"", FW_UNIT_BYTES, 1},
	{"%", FW_UNIT_PERMILLE, 10},
	{"", FW_UNIT_COUNT, 1},
};

#define UNIT_COUNT (sizeof units / sizeof units[0])

const char *limit_option(enum fw_threshold limit)
{
	return limits[limit].option;
}

const char *limit_text(enum fw_threshold limit)
{
	return limits[limit].text;
}

int64_t limit_default(enum fw_threshold limit)
{
	return limits[limit].value;
}

enum fw_threshold limit_find(const char *name, size_t len)
{
	int limit = 0;
	while (limit < FW_THRESHOLD_COUNT &&
		(strlen(limits[limit].option) != len ||
			memcmp(limits[limit].option, name, len) != 0))
		limit++;
	return (enum fw_threshold)limit;
}

/* In the largest unit of which it is a multiple; a share may have a digit behind the point. */
const char *limit_words(char text[WORDS_MAX], enum fw_threshold limit, int64_t value)
{
	if (limits[limit].unit == FW_UNIT_PERMILLE) {
		snprintf(text, WORDS_MAX, "%g %%", (double)value / 10);
		return text;
	}
	size_t i = 0;
	while (units[i].unit != limits[limit].unit || value % units[i].size != 0)
		i++;
	snprintf(text, WORDS_MAX, "%lld%s%s", (long long)(value / units[i].size),
		*units[i].name ? " " : "", units[i].name);
	return text;
}

static bool parse(enum fw_unit unit, const char *text, int64_t *value)
{
	char *name;
	const double number = strtod(text, &name);
	if (name == text)
		return false;
	name += strspn(name, " ");
	for (size_t i = 0; i < UNIT_COUNT; i++) {
		if (units[i].unit != unit || strcmp(units[i].name, name) != 0)
			continue;
		const double size = number * (double)units[i].size;
		if (!(size >= 1 && size < 9e18))
			return false;
		*value = (int64_t)(size + 0.5);
		return true;
	}
	return false;
}

bool limit_parse(enum fw_threshold limit, const char *text, int64_t *value)
{
	return parse(limits[limit].unit, text, value);
}

bool limit_parse_time(const char *text, fw_time *value)
{
	return parse(FW_UNIT_NS, text, value);
}
