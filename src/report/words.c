/* Numbers as people say them. */
#include "report/words.h"

#include "report/format.h"

#include <stdio.h>

#define US     INT64_C(1000)
#define MS     (1000 * US)
#define SECOND (1000 * MS)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

const char *words_count(char text[WORDS_MAX], uint64_t count)
{
	char digits[FORMAT_NUMBER_MAX];
	const char *const end = format_uint(digits, count);
	char *at = text;
	for (const char *digit = digits; digit < end; digit++) {
		if (digit > digits && (end - digit) % 3 == 0)
			*at++ = ',';
		*at++ = *digit;
	}
	*at = '\0';
	return text;
}

/* Three digits, or all that stand before the point. */
static int decimals(double value)
{
	return value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
}

const char *words_bytes(char text[WORDS_MAX], uint64_t bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	size_t unit = 0;
	double value = (double)bytes;
	for (; value >= 999.5; value /= 1000)
		unit++;
	snprintf(text, WORDS_MAX, "%.*f %s", unit ? decimals(value) : 0, value, units[unit]);
	return text;
}

const char *words_duration(char text[WORDS_MAX], fw_time ns)
{
	static const struct {
		fw_time below, unit;
		const char *name;
	} scales[] = {
		{MS - US / 2, US, "us"}, /* what would be rounded to 1000 of them is more */
		{SECOND - MS / 2, MS, "ms"},
		{2 * MINUTE - SECOND / 2, SECOND, "s"},
		{2 * HOUR - MINUTE / 2, MINUTE, "min"},
		{2 * DAY - HOUR / 20, HOUR, "h"},
		{INT64_MAX, DAY, "d"},
	};
	size_t i = 0;
	if (ns < 0)
		return "-";
	while (ns >= scales[i].below && i + 1 < sizeof scales / sizeof scales[0])
		i++;
	const double value = (double)ns / (double)scales[i].unit;
	snprintf(text, WORDS_MAX, "%.*f %s", ns ? decimals(value) : 0, value, scales[i].name);
	return text;
}

const char *words_end(char text[WORDS_MAX], const struct fw_addr *addr)
{
	const bool bare = address_is_v4(addr);
	char *at = text;
	if (!bare)
		*at++ = '[';
	at = format_address(at, addr);
	if (!bare)
		*at++ = ']';
	*at++ = ':';
	at = format_uint(at, addr->port);
	*at = '\0';
	return text;
}

const char *words_side(enum fw_side side)
{
	static const char *const names[] = {[FW_CLIENT] = "client", [FW_SERVER] = "server"};
	return names[side];
}

const char *words_opened(enum fw_opened opened)
{
	static const char *const names[] = {
#define OPENING(id, name, title, text) title,
#include "finwait/openings.def"
#undef OPENING
	};
	return names[opened];
}

const char *words_closed(enum fw_closed closed)
{
	static const char *const names[] = {
#define CLOSING(id, name, title, text) title,
#include "finwait/closings.def"
#undef CLOSING
	};
	return names[closed];
}
