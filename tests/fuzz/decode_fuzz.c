/* Any bytes as frames of any link type: one account each, and no segment claims more than there is.
 *
 * Input: frames of 2 bytes of link type, 1 of flags, 2 of length, and so many bytes.
 */
#include <string.h>

#include "core/bytes.h"
#include "core/decode.h"
#include "fuzz/fuzz.h"

enum { HEADER = 5 };

static void check(const struct fw_segment *segment)
{
	REQUIRE(segment->payload_captured <= segment->payload_len);
	REQUIRE(segment->payload_len <= segment->ip_len);
	REQUIRE(segment->flags < 0x1000);
	REQUIRE(!(segment->opt.have & FW_OPT_SACK) || segment->opt.sack_count <= 4);
	touch(segment->payload, segment->payload_captured);
}

static void check_quote(const struct fw_quote *quote, enum fw_account account)
{
	REQUIRE(account == FW_ACCOUNT_not_tcp);
	REQUIRE(quote->what < FW_ICMP_COUNT);
	REQUIRE(quote->header_len >= 8 && quote->header_len <= quote->quoted_len);
	REQUIRE(!quote->from.port && !quote->to.port);
}

/* A copy of its own size, so that a byte read beyond the frame is found. */
static void decode_frame(
	struct decoder *decoder, uint64_t number, const uint8_t *header, size_t len)
{
	uint8_t *const bytes = malloc(len ? len : 1);
	const struct fw_frame frame = {
		.number = number,
		.time = (fw_time)number * 1000000,
		.data = bytes,
		.len = (uint32_t)len,
		.wire_len = (uint32_t)len + (header[2] & 0x0f),
		.linktype = be16(header),
		.fcs_len = header[2] & 0x40 ? 4 : 0,
	};
	struct fw_segment segment;
	enum fw_account account;

	REQUIRE(bytes);
	memcpy(bytes, header + HEADER, len);
	decoder_recycle(decoder);
	account = decode(decoder, &frame, &segment);
	REQUIRE(account < FW_ACCOUNT_COUNT);
	if (account == FW_ACCOUNT_tcp)
		check(&segment);
	if (decoder_quote(decoder))
		check_quote(decoder_quote(decoder), account);
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct decoder *const decoder = decoder_new((const uint64_t[2]){1, 2});

	REQUIRE(decoder);
	for (uint64_t number = 1; size >= HEADER; number++) {
		size_t len = be16(data + 3);
		if (len > size - HEADER)
			len = size - HEADER;
		decode_frame(decoder, number, data, len);
		data += HEADER + len;
		size -= HEADER + len;
	}
	decoder_free(decoder);
	return 0;
}
