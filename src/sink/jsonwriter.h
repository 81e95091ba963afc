/* A streaming writer of JSON: commas, escapes and numbers; nothing is kept but the buffer.
 *
 * The stream of flows is the hottest output, so the small functions are here, to be inlined.
 */
#ifndef JSONWRITER_H
#define JSONWRITER_H

#include "sink/format.h"
#include "sink/out.h"

struct json {
	struct out *out;
	bool comma; /* a value stands before the next one */
};

/* Any bytes as a string: what JSON reserves is escaped, what is not UTF-8 becomes U+FFFD. */
void json_bytes(struct json *json, const void *data, size_t len);

/* The same of a text that ends with a zero; null for NULL. */
void json_string(struct json *json, const char *text);

static inline void json_raw(struct json *json, const char *text, size_t len)
{
	out_short(json->out, text, len);
}

static inline void json_comma(struct json *json)
{
	if (json->comma)
		json_raw(json, ",", 1);
	json->comma = true;
}

/* '{' or '[' */
static inline void json_open(struct json *json, char bracket)
{
	json_comma(json);
	json_raw(json, &bracket, 1);
	json->comma = false;
}

/* '}' or ']' */
static inline void json_close(struct json *json, char bracket)
{
	json_raw(json, &bracket, 1);
	json->comma = true;
}

/* A word of a catalogue: nothing in it needs an escape, and it is short. */
static inline void json_word(struct json *json, const char *word)
{
	const size_t len = strlen(word);
	json_comma(json);
	char *at = out_room(json->out, len + 2);
	*at++ = '"';
	memcpy(at, word, len);
	at[len] = '"';
	json->out->at = at + len + 1;
}

/* The name of a member that is a word. */
static inline void json_name(struct json *json, const char *word)
{
	json_word(json, word);
	json_raw(json, ":", 1);
	json->comma = false;
}

/* The name of a member that is a literal. */
#define json_key(json, literal)                                                                    \
	(json_comma(json), json_raw(json, "\"" literal "\":", sizeof literal + 2),                 \
		(void)((json)->comma = false))

static inline void json_null(struct json *json)
{
	json_comma(json);
	json_raw(json, "null", 4);
}

static inline void json_uint(struct json *json, uint64_t value)
{
	json_comma(json);
	json->out->at = format_uint(out_room(json->out, FORMAT_NUMBER_MAX), value);
}

/* A number, null for FW_NONE. */
static inline void json_int(struct json *json, int64_t value)
{
	if (value == FW_NONE) {
		json_null(json);
		return;
	}
	json_comma(json);
	json->out->at = format_int(out_room(json->out, FORMAT_NUMBER_MAX), value);
}

/* Nanoseconds, in seconds; null for FW_NONE. */
static inline void json_seconds(struct json *json, int64_t ns)
{
	if (ns == FW_NONE) {
		json_null(json);
		return;
	}
	json_comma(json);
	json->out->at = format_seconds(out_room(json->out, FORMAT_NUMBER_MAX), ns);
}

static inline void json_time(struct json *json, fw_time time)
{
	json_comma(json);
	char *at = out_room(json->out, FORMAT_TIME_MAX + 2);
	*at++ = '"';
	at = format_time(at, time);
	*at++ = '"';
	json->out->at = at;
}

static inline void json_address(struct json *json, const struct fw_addr *addr)
{
	json_comma(json);
	char *at = out_room(json->out, FORMAT_ADDRESS_MAX + 2);
	*at++ = '"';
	at = format_address(at, addr);
	*at++ = '"';
	json->out->at = at;
}

#endif
