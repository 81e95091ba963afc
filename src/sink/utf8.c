/* Which octets are UTF-8. */
#include "sink/utf8.h"

size_t utf8_sequence(const uint8_t *text, size_t len)
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
