/* What there is to say of a code, part by part: one text for the terminal and the documents. */
#include "report/sections.h"

#include "report/codes.h"
#include "report/limits.h"
#include "report/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void add(struct section *section, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct section *section, const char *format, ...)
{
	const size_t len = strlen(section->text);
	va_list args;
	va_start(args, format);
	vsnprintf(section->text + len, sizeof section->text - len, format, args);
	va_end(args);
}

/* The sentence of a finding has <names> for what differs from one to another, and what they count
 * in the plural. */
static void add_names(struct section *section, enum fw_code code, const int64_t *limits)
{
	(void)limits;
	for (const char *at = fw_code_page(code)->message; *at; at++) {
		const size_t key = *at == '{' ? strcspn(at, " }") : 0;
		if (!key) {
			add(section, "%c", *at);
			continue;
		}
		add(section, "<%.*s>", (int)key - 1, at + 1);
		at += key;
		const size_t noun = strcspn(at, "}");
		if (noun)
			add(section, "%.*s%s", (int)noun, at, message_plural(at, noun));
		at += noun;
	}
}

/* The value of each limit that the text names as an option, once. */
static void add_limits(struct section *section, enum fw_code code, const int64_t *limits)
{
	bool said[FW_THRESHOLD_COUNT] = {false};
	for (const char *at = fw_code_page(code)->judged; (at = strstr(at, "--"));) {
		char value[WORDS_MAX];
		at += 2;
		const enum fw_threshold limit =
			limit_find(at, strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-"));
		if (limit == FW_THRESHOLD_COUNT || said[limit])
			continue;
		said[limit] = true;
		const bool set = limits && limits[limit];
		add(section, " --%s is %s%s.", limit_option(limit),
			limit_words(value, limit, set ? limits[limit] : limit_default(limit)),
			set ? "" : " unless set");
	}
}

static void add_artefacts(struct section *section, enum fw_code code, const int64_t *limits)
{
	(void)limits;
	for (int other = 0; other < FW_CODE_COUNT; other++)
		if (codes_weakened(code, other))
			add(section, "%s%s", section->text[0] ? ", " : "", fw_code_name(other));
}

static void add_weakened(struct section *section, enum fw_code code, const int64_t *limits)
{
	(void)limits;
	for (int other = 0; other < FW_CODE_COUNT; other++)
		if (codes_weakened(other, code))
			add(section, "%s%s", section->text[0] ? ", " : "", fw_code_name(other));
}

size_t sections_of(struct section sections[SECTIONS_MAX], enum fw_code code, const int64_t *limits)
{
	const struct fw_page *const page = fw_code_page(code);
	const struct {
		const char *title, *text;
		void (*more)(struct section *section, enum fw_code code, const int64_t *limits);
	} parts[] = {
		{"Says", "", add_names},
		{"Meaning", page->meaning, NULL},
		{"Judged", page->judged, add_limits},
		{"Causes", page->causes, NULL},
		{"Do", page->next, NULL},
		{"RFC", page->rfc, NULL},
		{"Weakened by", "", add_artefacts},
		{"Weakens", "", add_weakened},
	};
	_Static_assert(sizeof parts / sizeof parts[0] == SECTIONS_MAX, "each has its place");
	size_t count = 0;
	for (size_t i = 0; i < SECTIONS_MAX; i++) {
		struct section *const section = &sections[count];
		*section = (struct section){.title = parts[i].title};
		add(section, "%s", parts[i].text);
		if (parts[i].more)
			parts[i].more(section, code, limits);
		count += section->text[0] != '\0';
	}
	return count;
}
