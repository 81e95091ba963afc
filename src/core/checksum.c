/* The TCP checksum (RFC 9293 3.1, RFC 1071). */
#include "core/checksum.h"
#include "core/bytes.h"

/* The sum of 16-bit words is the same, bytes swapped, in either byte order (RFC 1071 1.B), and
 * may be taken 32 bits at a time, in four sums that do not wait for each other. A segment is too
 * short to overflow 64. */
static uint64_t sum(const uint8_t *p, size_t len)
{
	uint8_t rest[4] = {0};
	uint64_t a = 0, b = 0, c = 0, d = 0;

	for (; len >= 16; p += 16, len -= 16) {
		a += load32(p);
		b += load32(p + 4);
		c += load32(p + 8);
		d += load32(p + 12);
	}
	for (; len >= sizeof rest; p += sizeof rest, len -= sizeof rest)
		a += load32(p);
	if (len)
		memcpy(rest, p, len);
	return a + b + c + d + load32(rest);
}

/* IPv4's pseudo-header has the same sum as that of the addresses mapped into IPv6: what is added
 * to them is a word of ones, which is zero, and zeros (RFC 9293 3.1, RFC 8200 8.1). */
static uint64_t pseudo_header(const struct fw_segment *segment, uint32_t len)
{
	const uint8_t rest[8] = {
		(uint8_t)(len >> 24),
		(uint8_t)(len >> 16),
		(uint8_t)(len >> 8),
		(uint8_t)len,
		[7] = 6,
	};

	return sum(segment->src.ip, sizeof segment->src.ip) +
		sum(segment->dst.ip, sizeof segment->dst.ip) + sum(rest, sizeof rest);
}

bool segment_is_whole(const struct fw_segment *segment)
{
	return segment->header_len == (segment->header[12] >> 4) * 4 &&
		segment->payload_captured == segment->payload_len;
}

static uint16_t fold(uint64_t total)
{
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return (uint16_t)total;
}

bool segment_checksum_ok(const struct fw_segment *segment)
{
	if (!segment_is_whole(segment))
		return true;

	return fold(pseudo_header(segment, segment->header_len + segment->payload_len) +
		       sum(segment->header, segment->header_len) +
		       sum(segment->payload, segment->payload_captured)) == 0xffff;
}

bool segment_checksum_unfinished(const struct fw_segment *segment)
{
	uint16_t stored;

	memcpy(&stored, segment->header + 16, sizeof stored);
	return stored == fold(pseudo_header(segment, segment->header_len + segment->payload_len)) ||
		stored == fold(pseudo_header(segment, 0));
}

bool segment_completes(const struct fw_segment *segment, uint16_t header, uint32_t at, uint32_t len)
{
	return fold(pseudo_header(segment, 0) + load32(segment->header) + header +
		       sum(segment->payload + at, len)) == 0xffff;
}
