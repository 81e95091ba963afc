/* The decoder: every link, every tunnel, every way to be no TCP; cut anywhere, changed anywhere. */
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

#define IP4  "ip4:6 tcp"
#define IP6  "ip6:6 tcp"
#define ETH4 "eth:0800 ip4:6 tcp"
#define MACS "0200000000010200000000020200000000030000"
#define SNAP "aaaa030000000800"
#define ANY4 HEADER4("0000") "tcp" /* as long as what is around it */

#define HEADER4(total) "4500" total "00010000400600000a0000010a000002 "

/* Stacks of layers that end in a segment. */
static const struct stack {
	const char *name;
	uint16_t linktype;
	const char *layers;
	uint32_t tunnel, vlan;
} stacks[] = {
	{"Ethernet", 1, ETH4, 0, 0},
	{"Ethernet, IPv6", 1, "eth:86dd " IP6, 0, 0},
	{"VLAN", 1, "eth:8100 00640800 " IP4, 0, 100},
	{"VLAN priority", 1, "eth:8100 e0000800 " IP4, 0, 0},
	{"QinQ", 1, "eth:88a8 00648100 00c80800 " IP4, 0, 100 | 200 << 12},
	{"QinQ, of old", 1, "eth:9100 00648100 00c886dd " IP6, 0, 100 | 200 << 12},
	{"other tags", 1, "eth:9200 00019300 00020800 " IP4, 0, 1 | 2 << 12},
	{"TrustSec", 1, "eth:8909 010100010007 0800 " IP4, 0, 0},
	{"three tags", 1, "eth:88a8 00018100 00028100 00030800 " IP4, 0, 1 | 3 << 12},
	{"802.3 SNAP", 1, "020000000001020000000002LLLL " SNAP " " IP4, 0, 0},
	{"802.3 LLC", 1, "020000000001020000000002LLLL 060603 " IP4, 0, 0},
	{"MACsec", 1, "eth:88e5 0100000000010800 " IP4 " +00112233445566778899aabbccddeeff", 0, 0},
	{"MACsec, channel", 1,
		"eth:88e5 200000000001 zeros:8 0800 " IP4 " +00112233445566778899aabbccddeeff", 0,
		0},
	{"VN-Tag", 1, "eth:8926 000000000800 " IP4, 0, 0},
	{"E-TAG", 1, "eth:893f 0000000000000800 " IP4, 0, 0},
	{"backbone bridge", 1, "eth:88e7 00000001 " ETH4, 0, 0},
	{"FabricPath", 1, "eth:8903 0001 " ETH4, 0, 0},
	{"PPPoE", 1, "eth:8864 11000001LLLL 0021 " IP4, 0, 0},
	{"PPPoE, IPv6", 1, "eth:8864 11000001LLLL 0057 " IP6, 0, 0},
	{"MPLS", 1, "eth:8847 00010140 " IP4, 0, 0},
	{"MPLS, two labels, IPv6", 1, "eth:8848 00010041 00020140 " IP6, 0, 0},
	{"pseudowire", 1, "eth:8847 00010140 " ETH4, 0, 0},
	{"pseudowire, control word", 1, "eth:8847 00010140 00000007 " ETH4, 0, 0},
	{"pseudowire, first byte like IPv4's", 1,
		"eth:8847 00010140 450203040506 020000000001 0800 " IP4, 0, 0},
	{"pseudowire, first byte like IPv6's", 1,
		"eth:8847 00010140 60020304ff06 020000000001 0800 " IP4, 0, 0},
	{"MPLS, address like a type", 1,
		"eth:8847 00010140 4500003d000100004006000008000001 0a000002 tcp", 0, 0},
	{"MPLS, IPv6 address like a type", 1,
		"eth:8847 00010140 600000000029064020010db808000000 zeros:24 tcp", 0, 0},
	{"802.3, padded", 1, "020000000001020000000002LLLL " SNAP " " ANY4 " +0000", 0, 0},
	{"802.3, bridged", 1, "020000000001020000000002LLLL aaaa030000f80800 " IP4, 0, 0},
	{"PPPoE, padded", 1, "eth:8864 11000001LLLL 0021 " ANY4 " +0000", 0, 0},
	{"PPP, MPLS multicast", 9, "0283 00010140 " IP4, 0, 0},
	{"NSH", 1, "eth:894f 0002010100000001 " IP4, 0, 0},
	{"NULL, big endian", 0, "00000002 " IP4, 0, 0},
	{"NULL, little endian", 0, "02000000 " IP4, 0, 0},
	{"NULL, NetBSD", 0, "18000000 " IP6, 0, 0},
	{"NULL, FreeBSD", 0, "0000001c " IP6, 0, 0},
	{"NULL, Darwin", 0, "1e000000 " IP6, 0, 0},
	{"NULL, Linux", 0, "0a000000 " IP6, 0, 0},
	{"LOOP", 108, "00000002 " IP4, 0, 0},
	{"RAW 12", 12, IP4, 0, 0},
	{"RAW 14", 14, IP6, 0, 0},
	{"RAW, IPv4", 101, IP4, 0, 0},
	{"RAW, IPv6", 101, IP6, 0, 0},
	{"IPV4", 228, IP4, 0, 0},
	{"IPV6", 229, IP6, 0, 0},
	{"PPP", 9, "ff030021 " IP4, 0, 0},
	{"PPP without address", 9, "0057 " IP6, 0, 0},
	{"PPP, short protocol", 9, "21 " IP4, 0, 0},
	{"PPP, MPLS", 9, "ff030281 00010140 " IP4, 0, 0},
	{"PPP serial", 50, "ff030021 " IP4, 0, 0},
	{"PPP serial, Cisco", 50, "0f000800 " IP4, 0, 0},
	{"PPP, direction", 204, "00ff030021 " IP4, 0, 0},
	{"PPP over Ethernet alone", 51, "11000001LLLL 0021 " IP4, 0, 0},
	{"Cisco HDLC", 104, "0f0086dd " IP6, 0, 0},
	{"SLL", 113, "00000001000602000000000100000800 " IP4, 0, 0},
	{"SLL, VLAN", 113, "00000001000602000000000100008100 00640800 " IP4, 0, 100},
	{"SLL, LLC", 113, "00000001000602000000000100000004 " SNAP " " IP4, 0, 0},
	{"SLL2", 276, "08000000000000010001000602000000000100 00 " IP4, 0, 0},
	{"PFLOG", 117, "3d02 zeros:62 " IP4, 0, 0},
	{"FDDI", 10, "50 zeros:12 " SNAP " " IP4, 0, 0},
	{"NFLOG", 239, "02000000 0800010000000000 41000900 " IP4, 0, 0},
	{"NFLOG, big endian", 239, "02000000 0008000100000000 00410009 " ANY4 " +000000", 0, 0},
	{"802.11", 105, "08010000 " MACS " " SNAP " " IP4, 0, 0},
	{"802.11 QoS", 105, "88010000 " MACS " 0000 " SNAP " " IP4, 0, 0},
	{"802.11 QoS, HT control", 105, "88810000 " MACS " 000000000000 " SNAP " " IP4, 0, 0},
	{"802.11, four addresses", 105, "08030000 " MACS " 020000000004 " SNAP " " IP4, 0, 0},
	{"A-MSDU", 105,
		"88010000 " MACS " 8000 020000000001020000000002LLLL " SNAP " " ANY4 " +0000", 0,
		0},
	{"radiotap", 127, "0000080000000000 08010000 " MACS " " SNAP " " IP4, 0, 0},
	{"radiotap, FCS", 127,
		"0000110003000000 zeros:8 10 08010000 " MACS " " SNAP " " ANY4 " +deadbeef", 0, 0},
	{"radiotap, padded", 127,
		"00000d00020000a00000000020 "
		"88010000 " MACS " 00000000 " SNAP " " IP4,
		0, 0},
	{"AVS", 163, "8021100100000040 zeros:56 08010000 " MACS " " SNAP " " IP4, 0, 0},
	{"Prism", 119, "4400000090000000 zeros:136 08010000 " MACS " " SNAP " " IP4, 0, 0},
	{"Prism, AVS", 119, "8021100100000040 zeros:56 08010000 " MACS " " SNAP " " IP4, 0, 0},
	{"PPI", 192, "0000080001000000 " ETH4, 0, 0},

	{"AH", 101, "ip4:51 060400000000000100000001 zeros:12 tcp", 0, 0},
	{"AH, IPv6", 101, "ip6:51 060400000000000100000001 zeros:12 tcp", 0, 0},
	{"extension headers", 101,
		"ip6:0 3c00010400000000 2b00010400000000 8700000000000000 0600000000000000 tcp", 0,
		0},
	{"routing header", 101, "ip6:43 0602000000000000 zeros:16 tcp", 0, 0},
	{"atomic fragment", 101, "ip6:44 0600000000000001 tcp", 0, 0},
	{"IPv4 in IPv4", 101, "ip4:4 " IP4, 0, 0},
	{"IPv6 in IPv4", 101, "ip4:41 " IP6, 0, 0},
	{"IPv4 in IPv6", 101, "ip6:4 " IP4, 0, 0},
	{"EtherIP", 101, "ip4:97 3000 " ETH4, 0, 0},
	{"Ethernet in IPv6", 101, "ip6:143 " ETH4, 0, 0},
	{"MPLS in IP", 101, "ip4:137 00010140 " IP4, 0, 0},
	{"GRE", 101, "ip4:47 00000800 " IP4, 0, 0},
	{"GRE, everything", 101, "ip4:47 b0000800000000000000002a00000001 " IP4, 42, 0},
	{"GRE, IPv6", 101, "ip6:47 200086dd0000002a " IP6, 42, 0},
	{"GRE, PPP", 101, "ip4:47 0000880b ff030021 " IP4, 0, 0},
	{"NVGRE", 101, "ip4:47 2000655800002a05 " ETH4, 42, 0},
	{"GRE, WCCP", 101, "ip4:47 0000883e 00000000 " IP4, 0, 0},
	{"GRE, 802.11", 101, "ip4:47 00008200 08010000 " MACS " " SNAP " " IP4, 0, 0},
	{"PPTP", 101, "ip4:47 2001880bLLLL0007 ff030021 " IP4, 0, 0},
	{"PPTP, numbers", 101, "ip4:47 3081880b004100070000000100000002 ff030021 " IP4, 0, 0},
	{"EoIP", 101, "ip4:47 20016400LLLL2a00 " ETH4, 42, 0},
	{"ERSPAN I", 101, "ip4:47 000088be " ETH4, 0, 0},
	{"ERSPAN II", 101, "ip4:47 100088be00000001 1001002a00000000 " ETH4, 42, 0},
	{"ERSPAN III", 101, "ip4:47 100022eb00000001 2001002a0000000000000000 " ETH4, 42, 0},
	{"ERSPAN III, platform", 101,
		"ip4:47 100022eb00000001 2001002a0000000000000001 zeros:8 " ETH4, 42, 0},
	{"ERSPAN III, IP", 101, "ip4:47 100022eb00000001 2001002a0000000000000800 " IP4, 42, 0},
	{"VXLAN", 1, "eth:8100 00640800 ip4:17 udp:4789 0800000000002a00 " ETH4, 42, 0},
	{"VXLAN, inner tag", 101, "ip4:17 udp:8472 0800000000002a00 eth:8100 00070800 " IP4, 42, 7},
	{"VXLAN-GPE", 101, "ip4:17 udp:4790 0c00000100002a00 " IP4, 42, 0},
	{"VXLAN-GPE, NSH", 101, "ip4:17 udp:4790 0c00000400002a00 0002010300000001 " ETH4, 42, 0},
	{"Geneve", 101, "ip6:17 udp:6081 0100655800002a00 00000000 " ETH4, 42, 0},
	{"Geneve, IP", 101, "ip4:17 udp:6081 0000080000002a00 " IP4, 42, 0},
	{"GTP-U", 101, "ip4:17 udp:2152 30ffLLLL00000007 " IP4, 0, 0},
	{"GTP-U, extension", 101, "ip4:17 udp:2152 34ffLLLL00000007 00000085 01000000 " IP6, 0, 0},
	{"Teredo", 101, "ip4:17 udp:3544 " IP6, 0, 0},
	{"Teredo, everything", 101, "ip4:17 udp:3544 00010000 zeros:9 0000ffff7f000001 " IP6, 0, 0},
	{"LISP", 101, "ip4:17 udp:4341 zeros:8 " IP4, 0, 0},
	{"GRE in UDP", 101, "ip4:17 udp:4754 200008000000002a " IP4, 42, 0},
	{"MPLS in UDP", 101, "ip4:17 udp:6635 00010140 " IP4, 0, 0},
	{"L2TP", 101, "ip4:17 udp:1701 4002LLLL00010001 ff030021 " IP4, 0, 0},
	{"L2TP, everything", 101,
		"ip4:17 udp:1701 4a02LLLL00010001 00000000 0002 0000 ff030021 " IP4, 0, 0},
	{"tunnel in tunnel", 101,
		"ip4:17 udp:4789 0800000000002a00 eth:0800 ip4:4 ip4:47 2000080000000007 " IP4, 7,
		0},
	{"no number in a numbered one", 101, "ip4:17 udp:4789 0800000000002a00 eth:86dd ip6:4 " IP4,
		42, 0},
};

/* Those that end elsewhere. */
static const struct {
	uint16_t linktype;
	const char *layers;
	enum fw_account account;
} others[] = {
	{1, "eth:0806 zeros:46", FW_ACCOUNT_not_ip},
	{1, "eth:88cc zeros:46", FW_ACCOUNT_not_ip},
	{1, "eth:8863 11090000LLLL zeros:8", FW_ACCOUNT_not_ip},
	{1, "0180c2000000020000000002LLLL 424203 zeros:35", FW_ACCOUNT_not_ip},
	{1, "020000000001020000000002LLLL aaaa0300000c2000 zeros:32", FW_ACCOUNT_not_ip},
	{1, "020000000001020000000002LLLL aaab03000000 0800 " IP4, FW_ACCOUNT_not_ip},
	{1, "020000000001020000000002LLLL aaaa13000000 0800 " IP4, FW_ACCOUNT_not_ip},
	{1, "020000000001020000000002LLLL aaaa03000100 0800 " IP4, FW_ACCOUNT_not_ip},
	{1, "eth:05ff " IP4, FW_ACCOUNT_not_ip},
	{1, "eth:88e5 0c0000000001 " IP4, FW_ACCOUNT_not_ip},
	{0, "00000007 " IP4, FW_ACCOUNT_not_ip},
	{9, "ff03c021 zeros:8", FW_ACCOUNT_not_ip},
	{101, "00112233", FW_ACCOUNT_not_ip},
	{105, "80000000 " MACS " zeros:16", FW_ACCOUNT_not_ip},
	{105, "48010000 " MACS " " SNAP " " IP4, FW_ACCOUNT_not_ip},
	{105, "08410000 " MACS " " SNAP " " IP4, FW_ACCOUNT_not_ip},
	{113, "00000338000602000000000100000800 " IP4, FW_ACCOUNT_not_ip},
	{101, "ip4:17 udp:53 zeros:20", FW_ACCOUNT_not_tcp},
	{101, "ip4:17 c000", FW_ACCOUNT_not_tcp},
	{101, "ip4:1 0301000000000000 " IP4, FW_ACCOUNT_not_tcp},
	{101, "ip6:58 0100000000000000 " IP6, FW_ACCOUNT_not_tcp},
	{101, "ip4:50 zeros:40", FW_ACCOUNT_not_tcp},
	{101, "ip6:59", FW_ACCOUNT_not_tcp},
	{101, "ip4:0 0600000000000000 tcp", FW_ACCOUNT_not_tcp},
	{101, "ip6:4 ip4:0 0600000000000000 tcp", FW_ACCOUNT_not_tcp},
	{101, "ip4:47 00020800 " IP4, FW_ACCOUNT_not_tcp},
	{101, "ip4:47 3081880b00000007 0000000100000002", FW_ACCOUNT_not_tcp},
	{101, "ip4:47 00000806 zeros:28", FW_ACCOUNT_not_tcp},
	{101, "ip4:17 udp:4789 0000000000002a00 " ETH4, FW_ACCOUNT_not_tcp},
	{101, "ip4:17 udp:4789 0800000000002a00 eth:0806 zeros:46", FW_ACCOUNT_not_tcp},
	{101, "ip4:17 udp:6081 8000080000002a00 " IP4, FW_ACCOUNT_not_tcp},
	{101, "ip4:17 udp:2152 3201LLLL00000000 00000000", FW_ACCOUNT_not_tcp},
	{101, "ip4:17 udp:1701 c802LLLL00010001 00000000", FW_ACCOUNT_not_tcp},
	{101, "ip4:97 2000 " ETH4, FW_ACCOUNT_not_tcp},
	/* A header with nothing after it is whole. */
	{1, "eth:0806", FW_ACCOUNT_not_ip},
	{1, "eth:8100 00010806", FW_ACCOUNT_not_ip},
	{1, "eth:88e5 0000000000010806", FW_ACCOUNT_not_ip},
	{1, "eth:88e7 00000001", FW_ACCOUNT_malformed_link},
	{1, "eth:8864 11000001LLLL c021", FW_ACCOUNT_not_ip},
	{1, "eth:8847 00010140", FW_ACCOUNT_malformed_link},
	{1, "eth:894f 0002010000000001", FW_ACCOUNT_not_ip},
	{1, "020000000001020000000002LLLL 424203", FW_ACCOUNT_not_ip},
	{0, "00000007", FW_ACCOUNT_not_ip},
	{10, "50 zeros:12 aaaa030000000806", FW_ACCOUNT_not_ip},
	{104, "0f000806", FW_ACCOUNT_not_ip},
	{105, "08010000 " MACS " aaaa030000000806", FW_ACCOUNT_not_ip},
	{105, "88010000 " MACS " 8000 020000000001020000000002LLLL 424203", FW_ACCOUNT_not_ip},
	{113, "00000001000602000000000100000806", FW_ACCOUNT_not_ip},
	{117, "3d07 zeros:62", FW_ACCOUNT_not_ip},
	{127, "0000080000000000 8000", FW_ACCOUNT_not_ip},
	{163, "8021100100000008 8000", FW_ACCOUNT_not_ip},
	{119, "zeros:144 8000", FW_ACCOUNT_not_ip},
	{192, "0000080001000000 eth:0806", FW_ACCOUNT_not_ip},
	{276, "0806000000000001000100060200000000010000", FW_ACCOUNT_not_ip},
	{101, "ip6:0 3b00010400000000", FW_ACCOUNT_not_tcp},
	{101, "ip6:43 3b00000000000000", FW_ACCOUNT_not_tcp},
	{101, "ip6:44 3b00000000000001", FW_ACCOUNT_not_tcp},
	{101, "ip6:51 3b0100000000000100000001", FW_ACCOUNT_not_tcp},
	{101, "ip4:17 udp:53", FW_ACCOUNT_not_tcp},
	{101, "ip4:47 00000806", FW_ACCOUNT_not_tcp},
	{101, "ip4:47 200008060000002a", FW_ACCOUNT_not_tcp},
	{101, "ip4:47 100088be00000001 1001002a00000000", FW_ACCOUNT_malformed_link},
	{101, "ip4:47 100022eb00000001 2001002a0000000000000400", FW_ACCOUNT_not_tcp},
	{101, "ip4:97 3000", FW_ACCOUNT_malformed_link},
	{101, "ip4:17 udp:4789 0800000000002a00", FW_ACCOUNT_malformed_link},
	{101, "ip4:17 udp:6081 0000080600002a00", FW_ACCOUNT_not_tcp},
	{101, "ip4:17 udp:2152 30ff000000000007", FW_ACCOUNT_malformed_ip},
	{101, "ip4:17 udp:1701 000200010001", FW_ACCOUNT_malformed_link},

	{147, ETH4, FW_ACCOUNT_link_unsupported},
	{277, ETH4, FW_ACCOUNT_link_unsupported},
	{65535, ETH4, FW_ACCOUNT_link_unsupported},
	{127, "0000080002000000", FW_ACCOUNT_malformed_link},
	{1, "", FW_ACCOUNT_malformed_link},
	{1, "eth:8100 00", FW_ACCOUNT_malformed_link},
	{1, "eth:8847 00010040", FW_ACCOUNT_malformed_link},
	{127, "0000040000000000 08010000 " MACS " " SNAP " " IP4, FW_ACCOUNT_malformed_link},
	{192, "00000800c0000000 0000080001000000 " ETH4, FW_ACCOUNT_malformed_link},
	{239, "02000000 02000100", FW_ACCOUNT_malformed_link},
	{101, "", FW_ACCOUNT_malformed_ip},
	{101, "4400001400000000400600000a0000010a000002 tcp", FW_ACCOUNT_malformed_ip},
	{101, "4f00002800000000400600000a0000010a000002 tcp", FW_ACCOUNT_malformed_ip},
	{101, "4500001300000000400600000a0000010a000002 tcp", FW_ACCOUNT_malformed_ip},
	{1, "eth:0800 " IP6, FW_ACCOUNT_malformed_ip},
	{1, "eth:86dd " IP4, FW_ACCOUNT_malformed_ip},
	{101, "ip6:0 06ff000000000000 tcp", FW_ACCOUNT_malformed_ip},
	{101, "ip6:51 060000000000000100000001 tcp", FW_ACCOUNT_malformed_ip},
	{101, "ip4:6 zeros:19", FW_ACCOUNT_malformed_tcp},
	{101, "ip4:6 00000000000000000000000040000000 zeros:4", FW_ACCOUNT_malformed_tcp},
	{101, "ip4:6 00000000000000000000000060000000 zeros:4", FW_ACCOUNT_malformed_tcp},
	{101, "ip4:47 0000", FW_ACCOUNT_malformed_tunnel},
	{101, "ip4:47 200008000000", FW_ACCOUNT_malformed_tunnel},
	{101, "ip4:47 0001880b00000000", FW_ACCOUNT_malformed_tunnel},
	{101, "ip4:17 udp:2152 34ffLLLL00000007 00000085 00000000 " IP4,
		FW_ACCOUNT_malformed_tunnel},
	{101, "ip4:17 udp:6081 3f00080000002a00 " IP4, FW_ACCOUNT_malformed_tunnel},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

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

/* Every byte that the segment says it has is read, so that a sanitizer sees a wrong one. */
static void read_all(const struct fw_segment *segment)
{
	volatile unsigned sum = 0;

	assert_true(segment->payload_captured <= segment->payload_len);
	for (unsigned i = 0; i < segment->header_len; i++)
		sum += segment->header[i];
	for (uint32_t i = 0; i < segment->payload_captured; i++)
		sum += segment->payload[i];
	(void)sum;
}

/* Decodes a copy of exactly LEN bytes: one read beyond them is one beyond the allocation. */
static enum fw_account decode_copy(struct decoder *decoder, uint16_t linktype, const uint8_t *data,
	size_t len, size_t wire_len, struct fw_segment *segment)
{
	uint8_t *const copy = malloc(len ? len : 1);
	const struct fw_frame frame = {
		.number = 1,
		.time = 5,
		.data = copy,
		.len = (uint32_t)len,
		.wire_len = (uint32_t)wire_len,
		.linktype = linktype,
	};

	assert_non_null(copy);
	memcpy(copy, data, len);
	memset(segment, 0xee, sizeof *segment);
	const enum fw_account account = decode(decoder, &frame, segment);
	if (account == FW_ACCOUNT_tcp)
		read_all(segment);
	decoder_recycle(decoder);
	free(copy);
	return account;
}

static bool is_right(const struct fw_segment *segment)
{
	return segment->number == 1 && segment->time == 5 && segment->src.port == FRAME_SRC_PORT &&
		segment->dst.port == FRAME_DST_PORT && segment->seq == FRAME_SEQ &&
		segment->ack == FRAME_ACK && segment->flags == 0x18 && segment->window == 0x1000 &&
		segment->ttl == 64 && segment->ecn == 0 &&
		segment->payload_len == strlen(FRAME_PAYLOAD);
}

static void every_stack_leads_to_its_segment(void **state)
{
	uint8_t data[FRAME_MAX];
	struct fw_segment segment;

	for (size_t i = 0; i < COUNT(stacks); i++) {
		const size_t len = frame_build(data, stacks[i].layers);
		const enum fw_account account =
			decode_copy(*state, stacks[i].linktype, data, len, len, &segment);
		if (account != FW_ACCOUNT_tcp || !is_right(&segment) ||
			segment.tunnel != stacks[i].tunnel || segment.vlan != stacks[i].vlan ||
			segment.payload_captured != segment.payload_len ||
			segment.opt.have != FW_OPT_TIMESTAMPS || segment.opt.tsval != FRAME_TSVAL)
			fail_msg("%s: %s, tunnel %u, vlan %x", stacks[i].name,
				fw_account_name(account), segment.tunnel, segment.vlan);
	}
}

static void every_other_frame_has_its_account(void **state)
{
	uint8_t data[FRAME_MAX];
	struct fw_segment segment;

	for (size_t i = 0; i < COUNT(others); i++) {
		const size_t len = frame_build(data, others[i].layers);
		const enum fw_account account =
			decode_copy(*state, others[i].linktype, data, len, len, &segment);
		if (account != others[i].account)
			fail_msg("%s: %s", others[i].layers, fw_account_name(account));
	}
}

static bool is_malformed(enum fw_account account)
{
	return account == FW_ACCOUNT_malformed_link || account == FW_ACCOUNT_malformed_ip ||
		account == FW_ACCOUNT_malformed_tcp || account == FW_ACCOUNT_malformed_tunnel;
}

/* Cut by the capture, a frame keeps its lengths and is a segment as long as the fixed header
 * is there; it is never blamed for what the capture did. */
static void a_cut_stack_is_no_worse(void **state)
{
	uint8_t data[FRAME_MAX];
	struct fw_segment segment;

	for (size_t i = 0; i < COUNT(stacks); i++) {
		const size_t len = frame_build(data, stacks[i].layers);
		bool was_segment = false;
		for (size_t cut = 0; cut <= len; cut++) {
			const enum fw_account account =
				decode_copy(*state, stacks[i].linktype, data, cut, len, &segment);
			const bool is_segment = account == FW_ACCOUNT_tcp;
			if (is_malformed(account) || (is_segment && !is_right(&segment)) ||
				(was_segment && !is_segment))
				fail_msg("%s cut to %zu: %s", stacks[i].name, cut,
					fw_account_name(account));
			was_segment = is_segment;
		}
		assert_true(was_segment);
	}
}

/* Really shorter on the wire: any account will do, any byte read will not. */
static void a_short_stack_is_harmless(void **state)
{
	uint8_t data[FRAME_MAX];
	struct fw_segment segment;

	for (size_t i = 0; i < COUNT(stacks); i++) {
		const size_t len = frame_build(data, stacks[i].layers);
		for (size_t cut = 0; cut < len; cut++)
			assert_true(decode_copy(*state, stacks[i].linktype, data, cut, cut,
					    &segment) < FW_ACCOUNT_COUNT);
	}
}

static void a_changed_stack_is_harmless(void **state)
{
	static const uint8_t changes[] = {0x01, 0x02, 0x04, 0x0f, 0x40, 0x80, 0xf0, 0xff};
	uint8_t data[FRAME_MAX];
	struct fw_segment segment;

	for (size_t i = 0; i < COUNT(stacks); i++) {
		const size_t len = frame_build(data, stacks[i].layers);
		for (size_t at = 0; at < len * COUNT(changes); at++) {
			uint8_t *const byte = &data[at / COUNT(changes)];
			*byte ^= changes[at % COUNT(changes)];
			assert_true(decode_copy(*state, stacks[i].linktype, data, len, len,
					    &segment) < FW_ACCOUNT_COUNT);
			*byte ^= changes[at % COUNT(changes)];
		}
	}
}

/* A frame with COUNT times LAYER before REST. */
static enum fw_account decode_deep(struct decoder *decoder, uint16_t linktype, const char *first,
	const char *layer, unsigned count, const char *rest)
{
	uint8_t data[FRAME_MAX];
	char layers[2048];
	struct fw_segment segment;
	int at = snprintf(layers, sizeof layers, "%s", first);

	while (count--)
		at += snprintf(layers + at, sizeof layers - (size_t)at, "%s ", layer);
	snprintf(layers + at, sizeof layers - (size_t)at, "%s", rest);
	const size_t len = frame_build(data, layers);
	return decode_copy(decoder, linktype, data, len, len, &segment);
}

static void nesting_is_bounded(void **state)
{
	static const char options[] = "3c00010400000000", last[] = "0600010400000000 tcp";

	assert_int_equal(decode_deep(*state, 101, "", "ip4:4", 8, IP4), FW_ACCOUNT_tcp);
	assert_int_equal(decode_deep(*state, 101, "", "ip4:4", 9, IP4), FW_ACCOUNT_too_deep);
	assert_int_equal(decode_deep(*state, 1, "eth:8100 ", "00018100", 16, "00010800 " IP4),
		FW_ACCOUNT_tcp);
	assert_int_equal(decode_deep(*state, 1, "eth:8100 ", "00018100", 60, "00010800 " IP4),
		FW_ACCOUNT_too_deep);
	assert_int_equal(decode_deep(*state, 101, "ip6:60 ", options, 16, last), FW_ACCOUNT_tcp);
	assert_int_equal(
		decode_deep(*state, 101, "ip6:60 ", options, 60, last), FW_ACCOUNT_too_deep);
	assert_int_equal(decode_deep(*state, 1, "eth:8847 ", "00010040", 60, "00010140 " IP4),
		FW_ACCOUNT_too_deep);
}

static void decode_layers(
	struct decoder *decoder, const char *layers, size_t more_wire, struct fw_segment *segment)
{
	uint8_t data[FRAME_MAX];
	const size_t len = frame_build(data, layers);

	assert_int_equal(
		decode_copy(decoder, 101, data, len, len + more_wire, segment), FW_ACCOUNT_tcp);
}

#define HEADER4(total)        "4500" total "00010000400600000a0000010a000002 "
#define HEADER6(length, next) "60000000" length next "40 zeros:32 "

/* RFC 2675; total lengths that a network card fills in; padding; captures that forgot a length. */
static void lengths_come_from_the_ip_header_if_it_has_one(void **state)
{
	struct fw_segment segment;

	decode_layers(*state, HEADER4("0000") "tcp", 0, &segment);
	assert_int_equal(segment.payload_len, 9);
	decode_layers(*state, HEADER4("0000") "tcp", 100000, &segment);
	assert_int_equal(segment.payload_len, 100009);
	assert_int_equal(segment.payload_captured, 9);
	decode_layers(*state, IP4 " +000000000000", 0, &segment);
	assert_int_equal(segment.payload_len, 9);
	assert_int_equal(segment.payload_captured, 9);
	assert_int_equal(segment.ip_len, 61);
	decode_layers(*state, HEADER4("05dc") "tcp", 0, &segment);
	assert_int_equal(segment.payload_len, 1500 - 52);
	assert_int_equal(segment.payload_captured, 9);
	decode_layers(*state, HEADER6("0000", "06") "tcp", 70000, &segment);
	assert_int_equal(segment.payload_len, 70009);
	decode_layers(*state, HEADER6("0000", "00") "0600c20400011170 tcp", 80000, &segment);
	assert_int_equal(segment.payload_len, 70000 - 8 - 32);
	assert_int_equal(segment.ip_len, 70040);
	decode_layers(*state, HEADER6("0000", "00") "0600010400000000 tcp", 80000, &segment);
	assert_int_equal(segment.payload_len, 80009);
}

static void addresses_and_what_stands_beside_them(void **state)
{
	static const uint8_t mapped[16] = {[10] = 0xff, [11] = 0xff, [12] = 10, [15] = 1};
	struct fw_segment segment;

	decode_layers(*state, IP4, 0, &segment);
	assert_memory_equal(segment.src.ip, mapped, sizeof mapped);
	assert_int_equal(segment.ip_id, 0x1234);
	decode_layers(*state, IP6, 0, &segment);
	assert_int_equal(segment.src.ip[0], 0x20);
	assert_int_equal(segment.src.ip[15], 1);
	assert_int_equal(segment.dst.ip[15], 2);
	decode_layers(*state, "6030000000 29 06 05 zeros:31 07 tcp", 0, &segment);
	assert_int_equal(segment.ttl, 5);
	assert_int_equal(segment.ecn, 3);
	assert_int_equal(segment.ip_id, 0);
	assert_int_equal(segment.dst.ip[15], 7);
	/* One segment is left: the destination is the last of the list, the first of SRH's. */
	decode_layers(*state, "ip6:43 0602000100000000 zeros:15 09 tcp", 0, &segment);
	assert_int_equal(segment.dst.ip[15], 9);
	decode_layers(*state, "ip6:43 0604040101000000 zeros:15 08 zeros:15 09 tcp", 0, &segment);
	assert_int_equal(segment.dst.ip[15], 8);
}

static void filtered_frames_and_check_sequences(void **state)
{
	uint8_t data[FRAME_MAX];
	struct fw_segment segment;
	struct fw_frame frame = {.data = data, .linktype = 1, .fcs_len = 4};

	frame.len = (uint32_t)frame_build(data, "eth:0800 " HEADER4("0000") "tcp +deadbeef");
	frame.wire_len = frame.len;
	assert_int_equal(decode(*state, &frame, &segment), FW_ACCOUNT_tcp);
	assert_int_equal(segment.payload_len, 9);
	frame.flags = FW_FRAME_FILTERED;
	assert_int_equal(decode(*state, &frame, &segment), FW_ACCOUNT_filtered);
	frame = (struct fw_frame){.linktype = 1, .fcs_len = 4};
	assert_int_equal(decode(*state, &frame, &segment), FW_ACCOUNT_malformed_link);
}

/* Random bytes, and random changes in several places of what is right. */
static void random_frames_are_harmless(void **state)
{
	uint8_t data[FRAME_MAX];
	struct fw_segment segment;
	uint64_t random = 88172645463325252;

	for (unsigned i = 0; i < 200000; i++) {
		const struct stack *const stack = &stacks[i % COUNT(stacks)];
		const size_t len = frame_build(data, stack->layers);
		for (unsigned k = 0; k < 4; k++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			data[random % len] = (uint8_t)(random >> 32);
		}
		assert_true(decode_copy(*state, stack->linktype, data, len - (random >> 60) % len,
				    len, &segment) < FW_ACCOUNT_COUNT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_stack_leads_to_its_segment),
		cmocka_unit_test(every_other_frame_has_its_account),
		cmocka_unit_test(a_cut_stack_is_no_worse),
		cmocka_unit_test(a_short_stack_is_harmless),
		cmocka_unit_test(a_changed_stack_is_harmless),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(lengths_come_from_the_ip_header_if_it_has_one),
		cmocka_unit_test(addresses_and_what_stands_beside_them),
		cmocka_unit_test(filtered_frames_and_check_sequences),
		cmocka_unit_test(random_frames_are_harmless),
	};

	return cmocka_run_group_tests_name("decode", tests, set_up, tear_down);
}
