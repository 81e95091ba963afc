/* A streaming writer of JSON: commas, escapes and numbers; nothing is kept but the buffer.
 *
 * The stream of flows is the hottest output, so the small functions are here, to be inlined.
 */
#ifndef JSONWRITER_H
#define JSONWRITER_H

#include "report/format.h"
#include "sink/out.h"

struct jsonwriter {
	struct out *out;
	bool comma; /* a value stands before the next one */
};

/* Any bytes as a string: what JSON reserves is escaped, what is not UTF-8 becomes U+FFFD. */
void jw_bytes(struct jsonwriter *json, const void *data, size_t len);

/* The same of a text that ends with a zero; null for NULL. */
void jw_string(struct jsonwriter *json, const char *text);

static inline void jw_raw(struct jsonwriter *json, const char *text, size_t len)
{
	out_short(json->out, text, len);
}

static inline void jw_comma(struct jsonwriter *json)
{
	if (json->comma)
		jw_raw(json, ",", 1);
	json->comma = true;
}

/* '{' or '[' */
static inline void jw_open(struct jsonwriter *json, char bracket)
{
	jw_comma(json);
	jw_raw(json, &bracket, 1);
	json->comma = false;
}

/* '}' or ']' */
static inline void jw_close(struct jsonwriter *json, char bracket)
{
	jw_raw(json, &bracket, 1);
	json->comma = true;
}

/* A word of a catalogue: nothing in it needs an escape, and it is short. */
static inline void jw_word(struct jsonwriter *json, const char *word)
{
	const size_t len = strlen(word);
	jw_comma(json);
	char *at = out_room(json->out, len + 2);
	*at++ = '"';
	memcpy(at, word, len);
	at[len] = '"';
	json->out->at = at + len + 1;
}

/* The name of a member that is a word. */
static inline void jw_name(struct jsonwriter *json, const char *word)
{
	jw_word(json, word);
	jw_raw(json, ":", 1);
	json->comma = false;
}

/* The name of a member that is a literal. */
#define jw_key(json, literal)                                                                      \
	(jw_comma(json), jw_raw(json, "\"" literal "\":", sizeof literal + 2),                     \
		(void)((json)->comma = false))

static inline void jw_null(struct jsonwriter *json)
{
	jw_comma(json);
	jw_raw(json, "null", 4);
}

static inline void jw_uint(struct jsonwriter *json, uint64_t value)
{
	jw_comma(json);
	json->out->at = format_uint(out_room(json->out, FORMAT_NUMBER_MAX), value);
}

/* A number, null for FW_NONE. */
static inline void jw_int(struct jsonwriter *json, int64_t value)
{
	if (value == FW_NONE) {
		jw_null(json);
		return;
	}
	jw_comma(json);
	json->out->at = format_int(out_room(json->out, FORMAT_NUMBER_MAX), value);
}

/* Nanoseconds, in seconds; null for FW_NONE. */
static inline void jw_seconds(struct jsonwriter *json, int64_t ns)
{
	if (ns == FW_NONE) {
		jw_null(json);
		return;
	}
	jw_comma(json);
	json->out->at = format_seconds(out_room(json->out, FORMAT_NUMBER_MAX), ns);
}

static inline void jw_time(struct jsonwriter *json, fw_time time)
{
	jw_comma(json);
	char *at = out_room(json->out, FORMAT_TIME_MAX + 2);
	*at++ = '"';
	at = format_time(at, time);
	*at++ = '"';
	json->out->at = at;
}

static inline void jw_address(struct jsonwriter *json, const struct fw_addr *addr)
{
	jw_comma(json);
	char *at = out_room(json->out, FORMAT_ADDRESS_MAX + 2);
	*at++ = '"';
	at = format_address(at, addr);
	*at++ = '"';
	json->out->at = at;
}

#endif
