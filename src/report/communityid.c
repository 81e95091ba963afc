/* Community ID v1: one name for a flow that other tools give it too. */
#include "report/communityid.h"

#include "report/format.h"

#include <nettle/base64.h>
#include <nettle/sha1.h>
#include <string.h>

#define PROTOCOL_TCP 6

static bool comes_first(const struct fw_addr *a, const struct fw_addr *b)
{
	const int order = memcmp(a->ip, b->ip, sizeof a->ip);
	return order ? order < 0 : a->port < b->port;
}

static uint8_t *put16(uint8_t *at, uint16_t value)
{
	*at++ = (uint8_t)(value >> 8);
	*at++ = (uint8_t)value;
	return at;
}

static uint8_t *put_ip(uint8_t *at, const struct fw_addr *addr)
{
	const size_t skip = address_is_v4(addr) ? 12 : 0;
	memcpy(at, addr->ip + skip, sizeof addr->ip - skip);
	return at + sizeof addr->ip - skip;
}

void community_id(char text[COMMUNITYID_MAX], const struct fw_addr *a, const struct fw_addr *b)
{
	const struct fw_addr *const low = comes_first(a, b) ? a : b, *const high = low == a ? b : a;
	uint8_t bytes[40], digest[SHA1_DIGEST_SIZE], *at = put16(bytes, 0); /* the seed */
	at = put_ip(at, low);
	at = put_ip(at, high);
	*at++ = PROTOCOL_TCP;
	*at++ = 0;
	at = put16(at, low->port);
	at = put16(at, high->port);

	struct sha1_ctx sha1;
	sha1_init(&sha1);
	sha1_update(&sha1, (size_t)(at - bytes), bytes);
	sha1_digest(&sha1, sizeof digest, digest);
	memcpy(text, "1:", 2);
	base64_encode_raw(text + 2, sizeof digest, digest);
	text[2 + BASE64_ENCODE_RAW_LENGTH(sizeof digest)] = '\0';
}
