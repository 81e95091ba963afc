/* Findings in words: templates of the catalogues, filled in. */
#include "report/message.h"

#include "report/format.h"
#include "report/words.h"

#include <stdio.h>
#include <string.h>

static const char *const ends[] = {[FW_CLIENT] = "the client", [FW_SERVER] = "the server"};

static void put_value(char text[MESSAGE_MAX], enum fw_unit unit, int64_t value)
{
	char number[WORDS_MAX];
	switch (unit) {
	case FW_UNIT_NS:
		snprintf(text, MESSAGE_MAX, "%s", words_duration(number, value));
		break;
	case FW_UNIT_BYTES:
		snprintf(text, MESSAGE_MAX, "%s", words_bytes(number, (uint64_t)value));
		break;
	case FW_UNIT_PERMILLE:
		snprintf(text, MESSAGE_MAX, "%.1f %%", (double)value / 10);
		break;
	case FW_UNIT_PACKET:
		snprintf(text, MESSAGE_MAX, "#%llu", (unsigned long long)value);
		break;
	default:
		snprintf(text, MESSAGE_MAX, "%s", words_count(number, (uint64_t)value));
	}
}

const char *message_plural(const char *noun, size_t len)
{
	return noun[len - 1] == 's' ? "es" : "s";
}

/* NAME is that of the evidence, or that and what is counted: "flows connection". */
static bool put_evidence(
	char text[MESSAGE_MAX], const struct fw_finding *finding, const char *name, size_t len)
{
	const char *const noun = memchr(name, ' ', len);
	const size_t key_len = noun ? (size_t)(noun - name) : len;
	for (int i = 0; i < finding->evidence_count; i++) {
		const enum fw_evidence evidence = finding->evidence[i];
		const char *const key = fw_evidence_name(evidence);
		if (strncmp(key, name, key_len) != 0 || key[key_len])
			continue;
		put_value(text, fw_evidence_unit(evidence), finding->value[i]);
		if (noun) {
			const size_t at = strlen(text);
			snprintf(text + at, MESSAGE_MAX - at, "%.*s%s", (int)(len - key_len), noun,
				finding->value[i] == 1 ? "" : message_plural(noun, len - key_len));
		}
		return true;
	}
	return false;
}

static bool is(const char *name, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(name, word, len) == 0;
}

static bool put_subject(char text[MESSAGE_MAX], const struct fw_subject *about)
{
	char end[WORDS_MAX];
	if (!about || !about->has_addr)
		return false;
	if (about->addr.port)
		words_end(end, &about->addr);
	else
		*format_address(end, &about->addr) = '\0';
	snprintf(text, MESSAGE_MAX, "%s", end);
	return true;
}

bool message_word(
	char text[MESSAGE_MAX], const struct fw_finding *finding, const char *name, size_t len)
{
	char number[WORDS_MAX];
	text[0] = '\0';
	if (is(name, len, "side"))
		snprintf(text, MESSAGE_MAX, "%s", ends[finding->side]);
	else if (is(name, len, "peer"))
		snprintf(text, MESSAGE_MAX, "%s", ends[!finding->side]);
	else if (is(name, len, "count"))
		snprintf(text, MESSAGE_MAX, "%s", words_count(number, finding->count));
	else if (is(name, len, "packet"))
		snprintf(text, MESSAGE_MAX, "#%llu", (unsigned long long)finding->packet);
	else if (is(name, len, "text"))
		snprintf(text, MESSAGE_MAX, "%s", finding->text);
	else if (is(name, len, "subject"))
		return put_subject(text, finding->about);
	else
		return put_evidence(text, finding, name, len);
	return text[0] != '\0';
}

static void append(char out[MESSAGE_MAX], const char *text, size_t len)
{
	const size_t at = strlen(out), room = MESSAGE_MAX - 1 - at;
	const size_t taken = len < room ? len : room;
	memcpy(out + at, text, taken);
	out[at + taken] = '\0';
}

/* Fills in FROM up to END. False where a word in it has nothing to stand for. */
static bool fill(
	char out[MESSAGE_MAX], const char *from, const char *end, const struct fw_finding *finding)
{
	bool whole = true;
	while (from < end) {
		const char *const open = memchr(from, '{', (size_t)(end - from));
		const char *const close = open ? memchr(open, '}', (size_t)(end - open)) : NULL;
		append(out, from, (size_t)((close ? open : end) - from));
		if (!close)
			break;
		char word[MESSAGE_MAX];
		whole &= message_word(word, finding, open + 1, (size_t)(close - open - 1));
		append(out, word, strlen(word));
		from = close + 1;
	}
	return whole;
}

const char *message_fill(char text[MESSAGE_MAX], const char *from, const struct fw_finding *finding)
{
	const char *const end = from + strlen(from);
	text[0] = '\0';
	while (from < end) {
		const char *const open = strchr(from, '[');
		const char *const close = open ? strchr(open, ']') : NULL;
		fill(text, from, close ? open : end, finding);
		if (!close)
			break;
		const size_t before = strlen(text);
		if (!fill(text, open + 1, close, finding))
			text[before] = '\0';
		from = close + 1;
	}
	return text;
}

const char *message_of(char text[MESSAGE_MAX], const struct fw_finding *finding)
{
	return message_fill(text, fw_code_page(finding->code)->message, finding);
}

const char *message_reason(
	char text[MESSAGE_MAX], const struct fw_finding *finding, enum fw_reason reason)
{
	return message_fill(text, fw_reason_text(reason), finding);
}
