/* Reassembly: any order, copies, overlaps, too much of it; and the same through the decoder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/decode.h"
#include "core/fragment.h"
#include "frame.h"

#define SECOND ((fw_time)1000000000)

/* The payload of every datagram here: a byte's value depends on its place. */
static uint8_t payload[65536];

static const uint64_t key[2] = {1, 2};

static int set_up(void **state)
{
	for (size_t i = 0; i < sizeof payload; i++)
		payload[i] = (uint8_t)(i * 7 + i / 256);
	*state = fragments_new(key);
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	fragments_free(*state);
	return 0;
}

static struct fragment piece(uint32_t id, uint32_t offset, uint32_t len, bool more)
{
	return (struct fragment){
		.key = {.id = id, .src = {1}, .dst = {2}, .protocol = 6},
		.data = payload + offset,
		.len = len,
		.wire = len,
		.offset = offset,
		.more = more,
		.next = offset ? 99 : 6,
	};
}

static enum fragment_fate add(void **state, struct fragment fragment)
{
	struct datagram whole = {0};
	const enum fragment_fate fate = fragments_add(*state, &fragment, &whole);

	if (fate == FRAGMENT_COMPLETES) {
		assert_int_equal(whole.next, 6);
		assert_int_equal(whole.len, whole.wire);
		assert_memory_equal(whole.data, payload, whole.len);
		fragments_recycle(*state);
	}
	return fate;
}

#define KEPT(...)      assert_int_equal(add(state, piece(__VA_ARGS__)), FRAGMENT_KEPT)
#define LOST(...)      assert_int_equal(add(state, piece(__VA_ARGS__)), FRAGMENT_LOST)
#define COMPLETES(...) assert_int_equal(add(state, piece(__VA_ARGS__)), FRAGMENT_COMPLETES)

static void any_order_will_do(void **state)
{
	static const uint8_t orders[6][3] = {
		{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

	for (uint32_t i = 0; i < 6; i++) {
		KEPT(i, orders[i][0] * 80u, orders[i][0] == 2 ? 33 : 80, orders[i][0] < 2);
		KEPT(i, orders[i][1] * 80u, orders[i][1] == 2 ? 33 : 80, orders[i][1] < 2);
		COMPLETES(i, orders[i][2] * 80u, orders[i][2] == 2 ? 33 : 80, orders[i][2] < 2);
	}
}

static void datagrams_do_not_mix(void **state)
{
	struct fragment fragment;

	for (uint32_t id = 0; id < 500; id++)
		KEPT(id, 0, 80, true);
	KEPT(1000, 80, 33, false);
	fragment = piece(1, 80, 33, false);
	fragment.key.src[0]++;
	assert_int_equal(add(state, fragment), FRAGMENT_KEPT);
	fragment = piece(1, 80, 33, false);
	fragment.key.tunnel++;
	assert_int_equal(add(state, fragment), FRAGMENT_KEPT);
	for (uint32_t id = 0; id < 500; id++)
		COMPLETES(id, 80, 33, false);
}

static void copies_do_no_harm(void **state)
{
	KEPT(1, 80, 80, true);
	KEPT(1, 80, 80, true);
	for (unsigned i = 0; i < 1000; i++)
		KEPT(1, 160, 33, false);
	KEPT(1, 80, 40, true);
	COMPLETES(1, 0, 80, true);
	KEPT(1, 0, 80, true); /* a datagram of its own, which is never completed */
}

static void overlap_with_the_same_bytes_is_tolerated(void **state)
{
	KEPT(1, 0, 80, true);
	KEPT(1, 40, 80, true);
	COMPLETES(1, 80, 113, false);
	KEPT(2, 80, 113, false);
	COMPLETES(2, 0, 120, true);
}

static void overlap_with_other_bytes_spoils_the_datagram(void **state)
{
	struct fragment fragment = piece(1, 40, 80, true);
	uint8_t other[80];

	memcpy(other, payload + 40, sizeof other);
	other[39] ^= 1;
	fragment.data = other;
	KEPT(1, 0, 80, true);
	assert_int_equal(add(state, fragment), FRAGMENT_LOST);
	LOST(1, 0, 80, true);
	LOST(1, 80, 33, false);
	other[39] ^= 1;
	other[40] ^= 1; /* outside of what overlaps */
	fragment.key.id = 2;
	KEPT(2, 0, 80, true);
	assert_int_equal(add(state, fragment), FRAGMENT_KEPT);
}

static void ends_must_agree(void **state)
{
	KEPT(1, 80, 33, false);
	LOST(1, 80, 34, false);
	LOST(1, 0, 80, true);
	KEPT(2, 80, 33, false);
	LOST(2, 80, 40, true);
	KEPT(3, 80, 40, true);
	LOST(3, 80, 33, false);
	LOST(4, 65528, 8, false);
	LOST(4, 65528, 8, true);
	KEPT(4, 65528, 7, false);
}

static void a_spoiled_datagram_is_forgotten_in_time(void **state)
{
	struct fragment late = piece(1, 0, 80, true);

	KEPT(1, 80, 6000, true);
	LOST(1, 80, 33, false);
	late.time = 31 * SECOND;
	assert_int_equal(add(state, late), FRAGMENT_KEPT);
	late = piece(1, 80, 33, false);
	late.time = 61 * SECOND;
	assert_int_equal(add(state, late), FRAGMENT_COMPLETES);
}

static void fragments_expire(void **state)
{
	struct fragment late = piece(1, 80, 33, false);

	KEPT(1, 0, 80, true);
	late.time = 30 * SECOND + 1;
	assert_int_equal(add(state, late), FRAGMENT_KEPT);
	late = piece(1, 0, 80, true);
	late.time = -90 * SECOND; /* a clock that was set back makes nothing old */
	assert_int_equal(add(state, late), FRAGMENT_COMPLETES);
	late.time = INT64_MIN;
	assert_int_equal(add(state, late), FRAGMENT_KEPT);
	late = piece(2, 80, 33, false);
	late.time = INT64_MAX;
	assert_int_equal(add(state, late), FRAGMENT_KEPT);
}

static void the_oldest_datagram_makes_room(void **state)
{
	for (uint32_t id = 0; id < 1024; id++)
		KEPT(id, 0, 80, true);
	COMPLETES(0, 80, 33, false);
	for (uint32_t id = 1024; id < 1026; id++)
		KEPT(id, 0, 80, true);
	COMPLETES(2, 80, 33, false);
	KEPT(1, 80, 33, false); /* was the oldest when the 1025th came */
	for (uint32_t id = 3; id < 1026; id++)
		COMPLETES(id, 80, 33, false);
}

static void memory_is_bounded(void **state)
{
	for (uint32_t id = 0; id < 1000; id++)
		KEPT(id, 0, 65528, true);
	KEPT(0, 65528, 7, false);
	KEPT(700, 65528, 7, false);
	COMPLETES(999, 65528, 7, false);
	COMPLETES(800, 65528, 7, false);
	for (uint32_t i = 0; i < 256; i++)
		KEPT(5000, i * 16, 8, true);
	LOST(5000, 256 * 16, 8, true);
}

/* Where the capture cut a fragment, the datagram is cut, but as long as it was. */
static void a_cut_fragment_cuts_the_datagram(void **state)
{
	struct fragment fragment = piece(1, 0, 80, true);
	struct datagram whole;

	fragment.len = 60;
	assert_int_equal(add(state, fragment), FRAGMENT_KEPT);
	fragment = piece(1, 80, 33, false);
	assert_int_equal(fragments_add(*state, &fragment, &whole), FRAGMENT_COMPLETES);
	assert_int_equal(whole.wire, 113);
	assert_int_equal(whole.len, 60);
	assert_memory_equal(whole.data, payload, 60);
	fragment = piece(2, 0, 80, true);
	fragment.len = 0;
	fragment.data = NULL;
	assert_int_equal(add(state, fragment), FRAGMENT_KEPT);
	fragment = piece(2, 80, 33, false);
	assert_int_equal(fragments_add(*state, &fragment, &whole), FRAGMENT_COMPLETES);
	assert_int_equal(whole.len, 0);
}

/* Sends FROM to END of the segment as a fragment, after HEADER, whose last 4 hexadecimal digits
 * are to be the fragment's offset and flags. */
static enum fw_account send(struct decoder *decoder, const char *header, unsigned place,
	uint32_t from, uint32_t end, struct fw_segment *segment)
{
	uint8_t tcp[FRAME_MAX], data[FRAME_MAX];
	char layers[512];
	const uint32_t len = (uint32_t)frame_build(tcp, "tcp");
	const bool more = end < len;
	const unsigned field = place ? from / 8 | (more ? 0x2000u : 0) : from | more;
	char bytes[128] = "";

	for (uint32_t i = from; i < end && i < len; i++)
		sprintf(bytes + strlen(bytes), "%02x", tcp[i]);
	snprintf(layers, sizeof layers, header, field, bytes);

	const struct fw_frame frame = {
		.data = data,
		.len = (uint32_t)frame_build(data, layers),
		.wire_len = (uint32_t)frame_build(data, layers),
		.linktype = 101,
	};
	return decode(decoder, &frame, segment);
}

/* Fragments of IPv4, of IPv6, and both inside of a tunnel. */
static const struct {
	const char *header;
	unsigned ipv4;
	uint32_t ip_len, tunnel;
} paths[] = {
	{"450000000001%04x400600000a0000010a000002 %s", 1, 61, 0},
	{"ip6:44 0600%04x00000001 %s", 0, 81 + 8, 0},
	{"ip4:47 200008000000002a 450000000001%04x400600000a0000010a000002 %s", 1, 61, 42},
	{"ip6:60 2c00010400000000 0600%04x00000001 %s", 0, 81 + 16, 0},
};

static void the_decoder_puts_segments_together(void **state)
{
	struct decoder *const decoder = decoder_new(key);
	struct fw_segment segment;

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		const char *const header = paths[i].header;
		const unsigned ipv4 = paths[i].ipv4;
		assert_int_equal(send(decoder, header, ipv4, 0, 24, &segment), FW_ACCOUNT_fragment);
		assert_int_equal(
			send(decoder, header, ipv4, 0, 23, &segment), FW_ACCOUNT_malformed_ip);
		assert_int_equal(
			send(decoder, header, ipv4, 24, 24, &segment), FW_ACCOUNT_malformed_ip);
		assert_int_equal(send(decoder, header, ipv4, 24, 41, &segment), FW_ACCOUNT_tcp);
		assert_int_equal(segment.seq, FRAME_SEQ);
		assert_int_equal(segment.payload_len, 9);
		assert_memory_equal(segment.payload, FRAME_PAYLOAD, 9);
		assert_int_equal(segment.ip_len, paths[i].ip_len);
		assert_int_equal(segment.tunnel, paths[i].tunnel);
		decoder_recycle(decoder);
		assert_int_equal(
			send(decoder, header, ipv4, 24, 41, &segment), FW_ACCOUNT_fragment);
		assert_int_equal(
			send(decoder, header, ipv4, 16, 41, &segment), FW_ACCOUNT_fragment);
		assert_int_equal(
			send(decoder, header, ipv4, 32, 40, &segment), FW_ACCOUNT_fragment);
		assert_int_equal(
			send(decoder, header, ipv4, 40, 42, &segment), FW_ACCOUNT_fragment);
		assert_int_equal(
			send(decoder, header, ipv4, 16, 40, &segment), FW_ACCOUNT_fragment);
		assert_int_equal(send(decoder, header, ipv4, 0, 16, &segment), FW_ACCOUNT_tcp);
	}
	decoder_free(decoder); /* frees what was not recycled */
}

/* Datagrams that differ in their tunnel, their identification or their source. */
static void the_decoder_mixes_no_datagrams(void **state)
{
	static const struct {
		const char *headers[2];
		unsigned ipv4;
	} pairs[] = {
		{{"ip4:47 200008000000002a 450000000001%04x400600000a0000010a000002 %s",
			 "ip4:47 200008000000002b 450000000001%04x400600000a0000010a000002 %s"},
			1},
		{{"450000000001%04x400600000a0000010a000002 %s",
			 "450000000002%04x400600000a0000010a000002 %s"},
			1},
		{{"450000000001%04x400600000a0000010a000002 %s",
			 "450000000001%04x400600000a0000030a000002 %s"},
			1},
		{{"ip6:44 0600%04x00000001 %s", "ip6:44 0600%04x00000002 %s"}, 0},
	};
	struct decoder *const decoder = decoder_new(key);
	struct fw_segment segment;

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		const char *const a = pairs[i].headers[0], *const b = pairs[i].headers[1];
		const unsigned ipv4 = pairs[i].ipv4;
		assert_int_equal(send(decoder, a, ipv4, 0, 24, &segment), FW_ACCOUNT_fragment);
		assert_int_equal(send(decoder, b, ipv4, 24, 41, &segment), FW_ACCOUNT_fragment);
		assert_int_equal(send(decoder, a, ipv4, 24, 41, &segment), FW_ACCOUNT_tcp);
		assert_int_equal(send(decoder, b, ipv4, 0, 24, &segment), FW_ACCOUNT_tcp);
	}
	decoder_free(decoder);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(any_order_will_do),
		TEST(datagrams_do_not_mix),
		TEST(copies_do_no_harm),
		TEST(overlap_with_the_same_bytes_is_tolerated),
		TEST(overlap_with_other_bytes_spoils_the_datagram),
		TEST(ends_must_agree),
		TEST(a_spoiled_datagram_is_forgotten_in_time),
		TEST(fragments_expire),
		TEST(the_oldest_datagram_makes_room),
		TEST(memory_is_bounded),
		TEST(a_cut_fragment_cuts_the_datagram),
		cmocka_unit_test(the_decoder_puts_segments_together),
		cmocka_unit_test(the_decoder_mixes_no_datagrams),
	};

	return cmocka_run_group_tests_name("fragment", tests, NULL, NULL);
}
