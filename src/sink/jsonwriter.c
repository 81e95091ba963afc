/* A streaming writer of JSON: strings. */
#include "sink/jsonwriter.h"

#include "sink/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

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
		const size_t n = utf8_sequence(at, (size_t)(end - at));
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
