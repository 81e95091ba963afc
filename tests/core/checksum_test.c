/* The TCP checksum, against one that is taken word by word from the bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core/checksum.h"
#include "core/decode.h"
#include "core/sent.h"
#include "frame.h"

static uint32_t add(uint32_t sum, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum;
}

/* Fills in the checksum of the TCP segment that begins at TCP and ends the packet. */
static void fill(uint8_t *packet, size_t addresses, size_t addresses_len, size_t tcp, size_t len)
{
	const uint8_t rest[4] = {0, 6, (uint8_t)((len - tcp) >> 8), (uint8_t)(len - tcp)};
	uint32_t sum = add(0, packet + addresses, addresses_len);

	sum = add(sum, rest, sizeof rest);
	sum = ~add(sum, packet + tcp, len - tcp);
	packet[tcp + 16] = (uint8_t)(sum >> 8);
	packet[tcp + 17] = (uint8_t)sum;
}

static struct fw_segment decode_packet(const uint8_t *packet, size_t len, size_t wire_len)
{
	struct decoder *const decoder = decoder_new((const uint64_t[2]){1, 2});
	const struct fw_frame frame = {.data = packet,
		.len = (uint32_t)len,
		.wire_len = (uint32_t)wire_len,
		.linktype = 101};
	struct fw_segment segment;

	assert_non_null(decoder);
	assert_int_equal(decode(decoder, &frame, &segment), FW_ACCOUNT_tcp);
	decoder_free(decoder);
	return segment;
}

static void check(const char *layers, size_t addresses, size_t addresses_len, size_t tcp)
{
	uint8_t packet[FRAME_MAX];
	const size_t len = frame_build(packet, layers);
	struct fw_segment segment = decode_packet(packet, len, len);

	assert_false(segment_checksum_ok(&segment));
	fill(packet, addresses, addresses_len, tcp, len);
	for (size_t at = tcp; at < len; at++) {
		segment = decode_packet(packet, len, len);
		assert_true(segment_checksum_ok(&segment));
		packet[at] ^= 0x10;
		if (at != tcp + 12) { /* the header's length */
			segment = decode_packet(packet, len, len);
			assert_false(segment_checksum_ok(&segment));
		}
		packet[at] ^= 0x10;
	}
}

static void one_bit_makes_it_wrong(void **state)
{
	(void)state;
	check("ip4:6 tcp", 12, 8, 20);
	check("ip6:6 tcp", 8, 32, 40);
	check("ip4:6 tcp 00", 12, 8, 20);
	check("ip4:6 tcp 0000", 12, 8, 20);
	check("ip6:6 tcp 000000", 8, 32, 40);
	check("ip4:6 tcp 00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef01", 12, 8,
		20);
}

static void a_cut_segment_is_not_judged(void **state)
{
	uint8_t packet[FRAME_MAX];
	const size_t len = frame_build(packet, "ip4:6 tcp");

	(void)state;
	for (size_t cut = 1; cut <= len - 40; cut++) {
		const struct fw_segment segment = decode_packet(packet, len - cut, len);
		assert_true(segment_checksum_ok(&segment));
	}
}

/* What a segment carried is found again in a longer one, whose header may be another. */
static void a_part_fits_its_own_header(void **state)
{
	const char *const longer = "ip4:6 tcp 0123456789abcdef";
	const uint32_t part = sizeof FRAME_PAYLOAD - 1;
	uint8_t first[FRAME_MAX], second[FRAME_MAX];
	const size_t first_len = frame_build(first, "ip4:6 tcp"),
		     second_len = frame_build(second, longer);
	uint8_t *const payload = second + second_len - 8 - part;

	(void)state;
	fill(first, 12, 8, 20, first_len);
	second[20 + 4] ^= 1; /* another sequence number: the header counts for the first only */
	fill(second, 12, 8, 20, second_len);
	const struct fw_segment one = decode_packet(first, first_len, first_len);
	const struct fw_segment two = decode_packet(second, second_len, second_len);
	const uint16_t header = sent_sum(&one);
	assert_true(segment_completes(&two, header, 0, part));
	assert_false(segment_completes(&two, header, 1, part));
	for (uint32_t at = 0; at < part; at++) {
		payload[at] ^= 0x20;
		assert_false(segment_completes(&two, header, 0, part));
		payload[at] ^= 0x20;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_bit_makes_it_wrong),
		cmocka_unit_test(a_cut_segment_is_not_judged),
		cmocka_unit_test(a_part_fits_its_own_header),
	};

	return cmocka_run_group_tests_name("checksum", tests, NULL, NULL);
}
