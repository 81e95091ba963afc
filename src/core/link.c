/* Link layers, from the frame's first byte to the IP header. */
#include "core/bytes.h"
#include "core/layer.h"

enum {
	ETHERNET_HEADER = 14,
	ETHERTYPE_MIN = 0x600, /* smaller numbers are lengths (IEEE 802.3 3.2.6) */
	LENGTH_MAX = 1500,
	LABEL = 4,
	LABEL_BOTTOM = 0x100,
	CONTROL_WORD = 4,
};

/* A header of SIZE bytes that ends in the Ethernet type of what follows. */
static enum fw_account typed(struct packet *packet, uint32_t size)
{
	if (packet->len < size)
		return cut(packet, size, FW_ACCOUNT_malformed_link);

	const uint16_t type = be16(packet->data + size - 2);
	advance(packet, size);
	return decode_ethertype(packet, type);
}

/* The outermost tag stays in bits 0-11, the innermost ends up in bits 12-23. */
static enum fw_account vlan(struct packet *packet)
{
	if (packet->len >= 2) {
		const uint32_t id = be16(packet->data) & 0xfff;
		uint32_t *const tags = &packet->segment->vlan;
		*tags = packet->vlans++ ? (*tags & 0xfff) | id << 12 : id;
	}
	return typed(packet, 4);
}

/* Cisco VN-Tag */
static enum fw_account vn_tag(struct packet *packet)
{
	return typed(packet, 6);
}

/* IEEE 802.1BR 7; a tag of Cisco TrustSec is as long. */
static enum fw_account e_tag(struct packet *packet)
{
	return typed(packet, 8);
}

/* IEEE 802.1AE 9.3: readable where it is signed only. */
static enum fw_account macsec(struct packet *packet)
{
	enum { CHANGED = 0x0c, HAS_CHANNEL = 0x20 };

	if (packet->len < 1)
		return cut(packet, 1, FW_ACCOUNT_malformed_link);
	if (packet->data[0] & CHANGED)
		return other(packet);
	return typed(packet, packet->data[0] & HAS_CHANNEL ? 16 : 8);
}

/* IEEE 802.1Q 9.7: provider backbone bridging, the whole customer's frame within. */
static enum fw_account backbone(struct packet *packet)
{
	if (packet->len < 4)
		return cut(packet, 4, FW_ACCOUNT_malformed_link);
	advance(packet, 4);
	return decode_ethernet(packet);
}

/* Cisco FabricPath: a tag and the whole frame within. */
static enum fw_account fabric_path(struct packet *packet)
{
	if (packet->len < 2)
		return cut(packet, 2, FW_ACCOUNT_malformed_link);
	advance(packet, 2);
	return decode_ethernet(packet);
}

/* RFC 2516 4 */
static enum fw_account pppoe(struct packet *packet)
{
	enum { HEADER = 6, SESSION_DATA = 0x1100 };

	if (packet->len < HEADER)
		return cut(packet, HEADER, FW_ACCOUNT_malformed_link);
	if (be16(packet->data) != SESSION_DATA)
		return other(packet);

	const uint16_t length = be16(packet->data + 4);
	advance(packet, HEADER);
	narrow(packet, length);
	return decode_ppp(packet);
}

/* What an Ethernet type stands for, here and in the headers that borrow it. */
static const struct {
	uint16_t type;
	layer *layer;
} types[] = {
	{0x0800, decode_ipv4},
	{0x86dd, decode_ipv6},
	{0x8100, vlan},
	{0x88a8, vlan},
	{0x9100, vlan},
	{0x9200, vlan},
	{0x9300, vlan},
	{0x8847, decode_mpls},
	{0x8848, decode_mpls},
	{0x8864, pppoe},
	{0x880b, decode_ppp},
	{0x6558, decode_ethernet},
	{0x894f, decode_nsh},
	{0x8909, e_tag}, /* Cisco TrustSec */
	{0x8926, vn_tag},
	{0x893f, e_tag},
	{0x88e5, macsec},
	{0x88e7, backbone},
	{0x8903, fabric_path},
};

static layer *layer_of(uint16_t type)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (types[i].type == type)
			return types[i].layer;
	return NULL;
}

enum fw_account decode_ethertype(struct packet *packet, uint16_t type)
{
	layer *const inner = layer_of(type);

	if (!inner)
		return other(packet);
	return deeper(packet) ? inner(packet) : FW_ACCOUNT_too_deep;
}

/* Does an Ethernet header with a type that leads somewhere begin at OFFSET? */
static bool looks_like_ethernet(const struct packet *packet, uint32_t offset)
{
	return packet->len >= offset + ETHERNET_HEADER &&
		layer_of(be16(packet->data + offset + 12));
}

/* Does the length in the header, if it is one, fit the packet? */
static bool looks_like_ip(const struct packet *packet)
{
	const uint8_t *const p = packet->data;

	if (packet->len < 6)
		return false;
	if (p[0] >> 4 == 4)
		return (p[0] & 15) >= 5 && be16(p + 2) <= packet->wire;
	return p[0] >> 4 == 6 && 40u + be16(p + 4) <= packet->wire;
}

/* What a stack of labels carries is known to its ends only. IP tells by its first half byte
 * (RFC 4928 3), a pseudowire by a control word that begins with 0 (RFC 4385 3), or not at all. */
static enum fw_account below_labels(struct packet *packet)
{
	if (packet->len < 1)
		return cut(packet, 1, FW_ACCOUNT_malformed_link);
	if (packet->data[0] == 0 && looks_like_ethernet(packet, CONTROL_WORD)) {
		advance(packet, CONTROL_WORD);
		return decode_ethernet(packet);
	}
	if (!looks_like_ip(packet) && looks_like_ethernet(packet, 0))
		return decode_ethernet(packet);
	return decode_ip(packet);
}

/* RFC 3032 2.1 */
enum fw_account decode_mpls(struct packet *packet)
{
	for (;;) {
		if (packet->len < LABEL)
			return cut(packet, LABEL, FW_ACCOUNT_malformed_link);

		const uint32_t entry = be32(packet->data);
		advance(packet, LABEL);
		if (entry & LABEL_BOTTOM)
			return below_labels(packet);
		if (!deeper(packet))
			return FW_ACCOUNT_too_deep;
	}
}

/* IEEE 802.2 and RFC 1042. */
enum fw_account decode_llc(struct packet *packet)
{
	enum { HEADER = 3, SNAP = 8, SAP_SNAP = 0xaaaa, SAP_IP = 0x0606, UNNUMBERED = 3 };
	enum { BRIDGED = 0xf8 }; /* IEEE 802.1H: what RFC 1042 would garble */

	if (packet->len < HEADER)
		return cut(packet, HEADER, FW_ACCOUNT_malformed_link);

	const uint8_t *const p = packet->data;
	const uint16_t saps = be16(p);
	if (saps == SAP_IP && p[2] == UNNUMBERED) {
		advance(packet, HEADER);
		return decode_ip(packet);
	}
	if (saps != SAP_SNAP || p[2] != UNNUMBERED)
		return other(packet);
	if (packet->len < SNAP)
		return cut(packet, SNAP, FW_ACCOUNT_malformed_link);
	if (be16(p + 3) != 0 || (p[5] != 0 && p[5] != BRIDGED))
		return other(packet);
	return typed(packet, SNAP);
}

enum fw_account decode_ethernet(struct packet *packet)
{
	if (packet->len < ETHERNET_HEADER)
		return cut(packet, ETHERNET_HEADER, FW_ACCOUNT_malformed_link);

	const uint16_t type = be16(packet->data + 12);
	advance(packet, ETHERNET_HEADER);
	if (type >= ETHERTYPE_MIN)
		return decode_ethertype(packet, type);
	if (type > LENGTH_MAX)
		return other(packet);
	narrow(packet, type);
	return decode_llc(packet);
}

/* Is it an address family of IPv4 or IPv6, as one of the systems that write captures numbers them?
 * IPv6 is 10 on Linux, 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on Darwin. */
static bool is_ip_family(uint32_t family)
{
	return family == 2 || family == 10 || family == 24 || family == 28 || family == 30;
}

/* The family is in the order of the host that captured, which is not to be known. */
static enum fw_account null_loopback(struct packet *packet)
{
	if (packet->len < 4)
		return cut(packet, 4, FW_ACCOUNT_malformed_link);

	const uint32_t family = be32(packet->data);
	advance(packet, 4);
	return is_ip_family(family) || is_ip_family(__builtin_bswap32(family)) ? decode_ip(packet)
									       : other(packet);
}

static enum fw_account pflog(struct packet *packet)
{
	if (packet->len < 2)
		return cut(packet, 2, FW_ACCOUNT_malformed_link);

	const uint32_t size = (packet->data[0] + 3u) & ~3u;
	const uint8_t family = packet->data[1];
	if (size < 4)
		return FW_ACCOUNT_malformed_link;
	if (packet->len < size)
		return cut(packet, size, FW_ACCOUNT_malformed_link);
	advance(packet, size);
	return is_ip_family(family) ? decode_ip(packet) : other(packet);
}

static enum fw_account ppp_protocol(struct packet *packet, uint16_t number)
{
	switch (number) {
	case 0x0021:
		return decode_ipv4(packet);
	case 0x0057:
		return decode_ipv6(packet);
	case 0x0281:
	case 0x0283:
		return decode_mpls(packet);
	default:
		return other(packet);
	}
}

/* RFC 1661 2, RFC 1662 3.1; address, control and half of the protocol may be left out. */
enum fw_account decode_ppp(struct packet *packet)
{
	enum { ADDRESS_CONTROL = 0xff03 };

	if (packet->len >= 2 && be16(packet->data) == ADDRESS_CONTROL)
		advance(packet, 2);
	if (packet->len < 1)
		return cut(packet, 1, FW_ACCOUNT_malformed_link);

	const uint32_t size = packet->data[0] & 1 ? 1 : 2;
	if (packet->len < size)
		return cut(packet, size, FW_ACCOUNT_malformed_link);

	const uint16_t number = size == 1 ? packet->data[0] : be16(packet->data);
	advance(packet, size);
	return ppp_protocol(packet, number);
}

static enum fw_account cisco_hdlc(struct packet *packet)
{
	return typed(packet, 4);
}

/* A serial line: PPP, or Cisco's framing, which begins with other addresses. */
static enum fw_account hdlc(struct packet *packet)
{
	if (packet->len < 1)
		return cut(packet, 1, FW_ACCOUNT_malformed_link);
	return packet->data[0] == 0x0f || packet->data[0] == 0x8f ? cisco_hdlc(packet)
								  : decode_ppp(packet);
}

/* One byte that tells the direction comes first. */
static enum fw_account ppp_directed(struct packet *packet)
{
	if (packet->len < 1)
		return cut(packet, 1, FW_ACCOUNT_malformed_link);
	advance(packet, 1);
	return decode_ppp(packet);
}

/* A Linux protocol number: an Ethernet type, or one of its own for what has none. */
static enum fw_account linux_protocol(struct packet *packet, uint16_t type)
{
	enum { LINUX_802_2 = 4 };

	if (type >= ETHERTYPE_MIN)
		return decode_ethertype(packet, type);
	return type == LINUX_802_2 ? decode_llc(packet) : other(packet);
}

enum { ARPHRD_NETLINK = 824 }; /* its protocol numbers are not Ethernet types */

static enum fw_account sll(struct packet *packet)
{
	enum { HEADER = 16 };

	if (packet->len < HEADER)
		return cut(packet, HEADER, FW_ACCOUNT_malformed_link);

	const uint16_t hardware = be16(packet->data + 2), type = be16(packet->data + 14);
	advance(packet, HEADER);
	return hardware == ARPHRD_NETLINK ? other(packet) : linux_protocol(packet, type);
}

static enum fw_account sll2(struct packet *packet)
{
	enum { HEADER = 20 };

	if (packet->len < HEADER)
		return cut(packet, HEADER, FW_ACCOUNT_malformed_link);

	const uint16_t hardware = be16(packet->data + 8), type = be16(packet->data);
	advance(packet, HEADER);
	return hardware == ARPHRD_NETLINK ? other(packet) : linux_protocol(packet, type);
}

static enum fw_account fddi(struct packet *packet)
{
	enum { HEADER = 13, CLASS = 0xc0, LLC = 0x40 };

	if (packet->len < HEADER)
		return cut(packet, HEADER, FW_ACCOUNT_malformed_link);
	if ((packet->data[0] & CLASS) != LLC)
		return other(packet);
	advance(packet, HEADER);
	return decode_llc(packet);
}

/* Attributes of length and type, in the order of the host that captured. */
static enum fw_account nflog(struct packet *packet)
{
	enum { HEADER = 4, ATTRIBUTE = 4, PAYLOAD = 9 };
	const bool family = packet->len >= 1 && is_ip_family(packet->data[0]);

	if (packet->len < HEADER)
		return cut(packet, HEADER, FW_ACCOUNT_malformed_link);
	advance(packet, HEADER);
	while (packet->len >= ATTRIBUTE) {
		const uint8_t *const p = packet->data;
		const bool little = p[3] == 0 && p[2] != 0;
		const uint32_t size = little ? le16(p) : be16(p);
		const uint32_t type = little ? p[2] : p[3];
		const uint32_t step = (size + 3u) & ~3u;
		if (size < ATTRIBUTE)
			return FW_ACCOUNT_malformed_link;
		if (type == PAYLOAD) {
			narrow(packet, size);
			advance(packet, ATTRIBUTE);
			return family ? decode_ip(packet) : other(packet);
		}
		if (packet->len < step)
			return cut(packet, step, FW_ACCOUNT_malformed_link);
		advance(packet, step);
	}
	return cut(packet, ATTRIBUTE, FW_ACCOUNT_not_ip);
}

enum fw_account decode_link(struct packet *packet, uint32_t linktype)
{
	static layer *const layers[] = {
		[0] = null_loopback,
		[1] = decode_ethernet,
		[9] = decode_ppp,
		[10] = fddi,
		[12] = decode_ip, /* RAW, as most systems number it */
		[14] = decode_ip, /* RAW on OpenBSD */
		[50] = hdlc,
		[51] = pppoe,
		[101] = decode_ip,
		[104] = cisco_hdlc,
		[105] = decode_ieee80211,
		[108] = null_loopback,
		[113] = sll,
		[117] = pflog,
		[119] = decode_prism,
		[127] = decode_radiotap,
		[163] = decode_avs,
		[192] = decode_ppi,
		[204] = ppp_directed,
		[228] = decode_ipv4,
		[229] = decode_ipv6,
		[239] = nflog,
		[276] = sll2,
	};

	if (linktype >= sizeof layers / sizeof layers[0] || !layers[linktype])
		return FW_ACCOUNT_link_unsupported;
	return layers[linktype](packet);
}
