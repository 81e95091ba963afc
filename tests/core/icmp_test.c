/* Segments that ICMP errors quote: every kind of error, every way to quote, cut anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/decode.h"
#include "frame.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define IP4    "ip4:6 tcp"
#define IP6    "ip6:6 tcp"
#define ERROR4 "ip4:1 0301000000000000 "
#define ERROR6 "ip6:58 0103000000000000 "
#define BIG4   "ip4:1 0304000000000578 "
#define BIG6   "ip6:58 0200000000000500 "
#define OCTETS "c48801bb01020304" /* of the layer `tcp` the first 8 */

/* Headers as they were before they were cut to be quoted. */
#define HEADER4(total, fragment, protocol)                                                         \
	"4500" total "1234" fragment "40" protocol "00000a0000010a000002 "
#define HEADER6(length, next) "60000000" length next "40 zeros:15 01 zeros:15 02 "

/* Errors that quote the segment of the layer `tcp`. */
static const struct quoting {
	const char *name;
	uint16_t linktype;
	const char *layers;
	enum fw_icmp what;
	uint32_t mtu, tunnel, vlan;
	uint32_t quoted_len;
	bool whole; /* the segment is quoted in full */
} quotings[] = {
	{"IPv4", 101, ERROR4 IP4, FW_ICMP_host_unreachable, 0, 0, 0, 61, true},
	{"IPv6", 101, ERROR6 IP6, FW_ICMP_address_unreachable, 0, 0, 0, 81, true},
	{"MTU", 101, BIG4 IP4, FW_ICMP_fragmentation_needed, 1400, 0, 0, 61, true},
	{"MTU, IPv6", 101, BIG6 IP6, FW_ICMP_fragmentation_needed, 1280, 0, 0, 81, true},
	{"8 octets", 101, BIG4 HEADER4("05dc", "4000", "06") OCTETS, FW_ICMP_fragmentation_needed,
		1400, 0, 0, 1500, false},
	{"8 octets, IPv6", 101, BIG6 HEADER6("0500", "06") OCTETS, FW_ICMP_fragmentation_needed,
		1280, 0, 0, 1320, false},
	{"19 octets", 101, ERROR4 HEADER4("05dc", "4000", "06") OCTETS "0506070850181000000000",
		FW_ICMP_host_unreachable, 0, 0, 0, 1500, false},
	{"options of the carrier", 101,
		"46c0005d0000000040010000c0000201c000020294040000 0301000000000000 " IP4,
		FW_ICMP_host_unreachable, 0, 0, 0, 61, true},
	{"options of the quote", 101,
		ERROR4 "4f000600123440004006 00000a0000010a000002 94040000 zeros:36 " OCTETS,
		FW_ICMP_host_unreachable, 0, 0, 0, 1536, false},
	{"extension headers of the carrier", 101, "ip6:0 3a00010400000000 0103000000000000 " IP6,
		FW_ICMP_address_unreachable, 0, 0, 0, 81, true},
	{"extension headers of the quote", 101,
		ERROR6 "ip6:0 3c00010400000000 2b00010400000000 0600000000000000 tcp",
		FW_ICMP_address_unreachable, 0, 0, 0, 105, true},
	{"atomic fragment", 101, ERROR6 "ip6:44 0600000000000001 tcp", FW_ICMP_address_unreachable,
		0, 0, 0, 89, true},
	{"first fragment", 101, ERROR4 HEADER4("0514", "2000", "06") OCTETS,
		FW_ICMP_host_unreachable, 0, 0, 0, 1300, false},
	{"first fragment, IPv6", 101, ERROR6 "ip6:44 0600000100000001 tcp",
		FW_ICMP_address_unreachable, 0, 0, 0, 89, true},
	{"AH", 101, ERROR4 "ip4:51 060400000000000100000001 zeros:12 tcp", FW_ICMP_host_unreachable,
		0, 0, 0, 85, true},
	{"extensions after it (RFC 4884)", 101,
		"ip4:1 0301000000200000 " HEADER4(
			"003d", "4000", "06") "tcp zeros:67 2000000000080001 0001e101",
		FW_ICMP_host_unreachable, 0, 0, 0, 61, true},
	{"VLAN", 1, "eth:8100 00640800 " ERROR4 IP4, FW_ICMP_host_unreachable, 0, 0, 100, 61, true},
	{"VXLAN", 1,
		"eth:8100 00640800 ip4:17 udp:4789 0800000000002a00 eth:8100 00070800 " ERROR4 IP4,
		FW_ICMP_host_unreachable, 0, 42, 7, 61, true},
	{"GRE", 101, "ip4:47 2000080000000007 " ERROR4 IP4, FW_ICMP_host_unreachable, 0, 7, 0, 61,
		true},
	{"a quoted tunnel", 1, "eth:8100 00640800 " BIG4 "ip4:47 2000080000000007 " IP4,
		FW_ICMP_fragmentation_needed, 1400, 7, 0, 61, true},
	{"a quoted VXLAN", 101, ERROR4 "ip4:17 udp:4789 0800000000002a00 eth:86dd " IP6,
		FW_ICMP_host_unreachable, 0, 42, 0, 81, true},
};

/* Frames that quote no segment. */
static const struct {
	const char *name, *layers;
	enum fw_account account;
} others[] = {
	{"segment", IP4, FW_ACCOUNT_tcp},
	{"echo reply", "ip4:1 0000000000000000 " IP4, FW_ACCOUNT_not_tcp},
	{"echo request", "ip4:1 0800000000000000 " IP4, FW_ACCOUNT_not_tcp},
	{"redirect", "ip4:1 0501000000000000 " IP4, FW_ACCOUNT_not_tcp},
	{"echo request, IPv6", "ip6:58 8000000000000000 " IP6, FW_ACCOUNT_not_tcp},
	{"type 0, IPv6", "ip6:58 0000000000000000 " IP6, FW_ACCOUNT_not_tcp},
	{"code without meaning", "ip4:1 0b02000000000000 " IP4, FW_ACCOUNT_not_tcp},
	{"nothing", "ip4:1", FW_ACCOUNT_not_tcp},
	{"a header and nothing", ERROR4, FW_ACCOUNT_not_tcp},
	{"7 octets", ERROR4 HEADER4("05dc", "4000", "06") "c48801bb010203", FW_ACCOUNT_not_tcp},
	{"no TCP", ERROR4 "ip4:17 udp:53 zeros:20", FW_ACCOUNT_not_tcp},
	{"another version", ERROR4 IP6, FW_ACCOUNT_not_tcp},
	{"ICMP over IPv6", "ip6:1 0301000000000000 " IP6, FW_ACCOUNT_not_tcp},
	{"ICMPv6 over IPv4", "ip4:58 0103000000000000 " IP4, FW_ACCOUNT_not_tcp},
	{"error about an error", ERROR4 ERROR4 IP4, FW_ACCOUNT_not_tcp},
	{"a later fragment", ERROR4 HEADER4("05dc", "0001", "06") OCTETS, FW_ACCOUNT_not_tcp},
	{"a later fragment, IPv6", ERROR6 "ip6:44 0600000800000001 tcp", FW_ACCOUNT_not_tcp},
	{"too short for TCP", ERROR4 HEADER4("0027", "4000", "06") OCTETS "zeros:11",
		FW_ACCOUNT_not_tcp},
	{"data offset of 0", ERROR4 HEADER4("05dc", "4000", "06") OCTETS "050607080018 zeros:6",
		FW_ACCOUNT_not_tcp},
};

static int set_up(void **state)
{
	*state = decoder_new((const uint64_t[2]){1, 2});
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	decoder_free(*state);
	return 0;
}

/* Decodes a copy of exactly LEN bytes: one read beyond them is one beyond the allocation. */
static const struct fw_quote *decode_copy(struct decoder *decoder, uint16_t linktype,
	const uint8_t *data, size_t len, size_t wire_len, enum fw_account *account)
{
	uint8_t *const copy = malloc(len ? len : 1);
	const struct fw_frame frame = {
		.number = 3,
		.time = 5,
		.data = copy,
		.len = (uint32_t)len,
		.wire_len = (uint32_t)wire_len,
		.linktype = linktype,
	};
	struct fw_segment segment;

	assert_non_null(copy);
	memcpy(copy, data, len);
	*account = decode(decoder, &frame, &segment);
	decoder_recycle(decoder);
	free(copy);
	return decoder_quote(decoder);
}

static const struct fw_quote *quote_of(
	struct decoder *decoder, uint16_t linktype, const char *layers, enum fw_account *account)
{
	uint8_t data[FRAME_MAX];
	const size_t len = frame_build(data, layers);

	return decode_copy(decoder, linktype, data, len, len, account);
}

static bool is_right(const struct fw_quote *quote, const struct quoting *quoting)
{
	const bool whole = quote->header_len >= 20;

	return quote->number == 3 && quote->time == 5 && quote->what == quoting->what &&
		quote->mtu == quoting->mtu && quote->tunnel == quoting->tunnel &&
		quote->vlan == quoting->vlan && quote->quoted_len == quoting->quoted_len &&
		quote->src.port == FRAME_SRC_PORT && quote->dst.port == FRAME_DST_PORT &&
		quote->src.ip[15] == 1 && quote->dst.ip[15] == 2 && !quote->from.port &&
		!quote->to.port && quote->seq == FRAME_SEQ &&
		quote->ack == (whole ? FRAME_ACK : 0) && quote->flags == (whole ? 0x18 : 0);
}

static void every_way_to_quote_gives_the_segment(void **state)
{
	for (size_t i = 0; i < COUNT(quotings); i++) {
		const struct quoting *const q = &quotings[i];
		enum fw_account account;
		const struct fw_quote *const quote =
			quote_of(*state, q->linktype, q->layers, &account);
		if (!quote || !is_right(quote, q) || (quote->header_len == 32) != q->whole ||
			account != FW_ACCOUNT_not_tcp)
			fail_msg("%s: %s, %s", q->name, fw_account_name(account),
				quote ? "wrong" : "no quote");
	}
}

static void nothing_else_is_a_quote(void **state)
{
	for (size_t i = 0; i < COUNT(others); i++) {
		enum fw_account account;
		assert_non_null(quote_of(*state, 101, ERROR4 IP4, &account));
		if (quote_of(*state, 101, others[i].layers, &account) ||
			account != others[i].account)
			fail_msg("%s: %s", others[i].name, fw_account_name(account));
	}
}

static void check_error(
	struct decoder *decoder, bool ipv6, unsigned type, unsigned code, unsigned want)
{
	char layers[64];
	enum fw_account account;

	snprintf(layers, sizeof layers, "%s %02x%02x000000000000 %s", ipv6 ? "ip6:58" : "ip4:1",
		type, code, ipv6 ? IP6 : IP4);
	const struct fw_quote *const quote = quote_of(decoder, 101, layers, &account);
	assert_int_equal(account, FW_ACCOUNT_not_tcp);
	if (quote ? quote->what != want : want != FW_ICMP_COUNT)
		fail_msg("ICMPv%d type %u code %u: %s, want %s", ipv6 ? 6 : 4, type, code,
			quote ? fw_icmp_name(quote->what) : "none",
			want < FW_ICMP_COUNT ? fw_icmp_name((enum fw_icmp)want) : "none");
}

/* The catalogue's rows that name their code come before those that don't: every type and code
 * leads to one row, and that is the right one. */
static void every_type_and_code_has_its_row(void **state)
{
	enum { ANY = 256 };
	static const unsigned rows[][2][2] = {
#define ICMP(id, type4, code4, type6, code6, text) {{type4, code4}, {type6, code6}},
#include "finwait/icmps.def"
#undef ICMP
	};
	unsigned known = 0;

	for (unsigned key = 0; key < 2 * 256 * 256; key++) {
		const unsigned ipv6 = key >> 16, type = key >> 8 & 255, code = key & 255;
		unsigned named = FW_ICMP_COUNT, any = FW_ICMP_COUNT;
		if (!type || (type > 16 && code))
			continue;
		for (unsigned i = 0; i < FW_ICMP_COUNT; i++) {
			if (rows[i][ipv6][0] != type)
				continue;
			if (rows[i][ipv6][1] == code)
				named = i;
			else if (rows[i][ipv6][1] == ANY)
				any = i;
		}
		known += named < FW_ICMP_COUNT || any < FW_ICMP_COUNT;
		check_error(*state, ipv6, type, code, named < FW_ICMP_COUNT ? named : any);
	}
	assert_int_equal(known, 3 * 256 + 2 + 3 * 256 + 2);
}

/* Where the quoted header of TCP begins. */
static size_t tcp_at(const uint8_t *data, size_t len)
{
	static const uint8_t octets[8] = {0xc4, 0x88, 0x01, 0xbb, 1, 2, 3, 4};
	size_t at = 0;

	while (at + sizeof octets <= len && memcmp(data + at, octets, sizeof octets) != 0)
		at++;
	return at;
}

/* The capture may cut the error anywhere: from the eighth octet on the segment is known. */
static void a_cut_quote_is_one_from_8_octets_on(void **state)
{
	uint8_t data[FRAME_MAX];

	for (size_t i = 0; i < COUNT(quotings); i++) {
		const struct quoting *const q = &quotings[i];
		const size_t len = frame_build(data, q->layers), tcp = tcp_at(data, len);
		for (size_t cut = 0; cut <= len; cut++) {
			enum fw_account account;
			const struct fw_quote *const quote =
				decode_copy(*state, q->linktype, data, cut, len, &account);
			const size_t octets = cut < tcp + 32 ? cut - tcp : 32;
			if (!quote != (cut < tcp + 8) ||
				(quote && (!is_right(quote, q) || quote->header_len != octets)))
				fail_msg("%s cut to %zu", q->name, cut);
		}
	}
}

/* Cut for good, or changed: any result will do, any byte read will not. */
static void short_and_changed_errors_are_harmless(void **state)
{
	static const uint8_t changes[] = {0x01, 0x02, 0x04, 0x0f, 0x40, 0x80, 0xf0, 0xff};
	uint8_t data[FRAME_MAX];
	enum fw_account account;

	for (size_t i = 0; i < COUNT(quotings); i++) {
		const uint16_t linktype = quotings[i].linktype;
		const size_t len = frame_build(data, quotings[i].layers);
		for (size_t cut = 0; cut < len; cut++)
			decode_copy(*state, linktype, data, cut, cut, &account);
		for (size_t at = 0; at < len * COUNT(changes); at++) {
			uint8_t *const byte = &data[at / COUNT(changes)];
			*byte ^= changes[at % COUNT(changes)];
			const struct fw_quote *const quote =
				decode_copy(*state, linktype, data, len, len, &account);
			*byte ^= changes[at % COUNT(changes)];
			assert_true(account < FW_ACCOUNT_COUNT);
			assert_true(!quote ||
				(quote->what < FW_ICMP_COUNT && quote->header_len >= 8 &&
					account == FW_ACCOUNT_not_tcp));
		}
	}
}

/* The error itself may come in fragments; the one that completes it has the number. */
static void an_error_in_fragments_is_put_together(void **state)
{
	enum fw_account account;

	assert_null(quote_of(*state, 101,
		"4500002c00072000400100000a0000030a000001 0301000000000000 "
		"4500003d12344000400600000a000001",
		&account));
	assert_int_equal(account, FW_ACCOUNT_fragment);
	const struct fw_quote *const quote = quote_of(
		*state, 101, "4500002000070003400100000a0000030a000001 0a000002 " OCTETS, &account);
	assert_int_equal(account, FW_ACCOUNT_not_tcp);
	assert_non_null(quote);
	assert_int_equal(quote->seq, FRAME_SEQ);
	assert_int_equal(quote->dst.ip[15], 2);
	assert_int_equal(quote->from.ip[15], 3);
	assert_int_equal(quote->to.ip[15], 1);
}

/* A frame that is not looked at quotes nothing, whatever came before. */
static void a_quote_is_of_the_last_frame(void **state)
{
	const struct fw_frame filtered = {.number = 4, .flags = FW_FRAME_FILTERED};
	struct fw_segment segment;
	enum fw_account account;

	assert_non_null(quote_of(*state, 101, ERROR4 IP4, &account));
	assert_int_equal(decode(*state, &filtered, &segment), FW_ACCOUNT_filtered);
	assert_null(decoder_quote(*state));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_to_quote_gives_the_segment),
		cmocka_unit_test(nothing_else_is_a_quote),
		cmocka_unit_test(every_type_and_code_has_its_row),
		cmocka_unit_test(a_cut_quote_is_one_from_8_octets_on),
		cmocka_unit_test(short_and_changed_errors_are_harmless),
		cmocka_unit_test(an_error_in_fragments_is_put_together),
		cmocka_unit_test(a_quote_is_of_the_last_frame),
	};

	return cmocka_run_group_tests_name("icmp", tests, set_up, tear_down);
}
