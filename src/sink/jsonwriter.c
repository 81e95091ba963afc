/* A streaming writer of JSON: strings. */
#include "sink/jsonwriter.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Length of the UTF-8 sequence that begins at TEXT (RFC 3629), 0 if none does. */
static size_t sequence(const uint8_t *text, size_t len)
{
	const uint8_t lead = text[0];
	const size_t want = lead < 0x80 ? 1
		: lead < 0xc2           ? 0
		: lead < 0xe0           ? 2
		: lead < 0xf0           ? 3
		: lead < 0xf5           ? 4
					: 0;
	if (want > len)
		return 0;
	for (size_t i = 1; i < want; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	/* Longer than need be, half of a surrogate pair, or past U+10FFFF. */
	if ((lead == 0xe0 && text[1] < 0xa0) || (lead == 0xed && text[1] > 0x9f) ||
		(lead == 0xf0 && text[1] < 0x90) || (lead == 0xf4 && text[1] > 0x8f))
		return 0;
	return want;
}

static void escape(struct jsonwriter *json, uint8_t byte)
{
	static const char hex[] = "0123456789abcdef";
	static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* the byte, then its letter */
	for (const char *name = named; *name; name += 2)
		if (byte == (uint8_t)*name) {
			jw_raw(json, (char[]){'\\', name[1]}, 2);
			return;
		}
	jw_raw(json, (char[]){'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]}, 6);
}

void jw_bytes(struct jsonwriter *json, const void *data, size_t len)
{
	const uint8_t *at = data, *const end = at + len;
	jw_comma(json);
	jw_raw(json, "\"", 1);
	while (at < end) {
		const size_t n = sequence(at, (size_t)(end - at));
		if (n == 0)
			jw_raw(json, REPLACEMENT, sizeof REPLACEMENT - 1);
		else if (*at < 0x20 || *at == '"' || *at == '\\')
			escape(json, *at);
		else
			jw_raw(json, (const char *)at, n);
		at += n ? n : 1;
	}
	jw_raw(json, "\"", 1);
}

void jw_string(struct jsonwriter *json, const char *text)
{
	if (text)
		jw_bytes(json, text, strlen(text));
	else
		jw_null(json);
}
