/* Tunnels over IP: GRE and what it carries, and those that hide behind a UDP port.
 *
 * An identifier becomes the segment's tunnel only where both directions of a connection
 * bear the same. Each end of a GTP-U, PPTP or L2TP tunnel chooses its own: those would tear
 * every flow in two.
 */
#include "core/bytes.h"
#include "core/layer.h"

/* GRE with the fields of RFC 2784, RFC 2890 and RFC 2637 4.1. */
enum {
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_ACKNOWLEDGMENT = 0x0080, /* version 1 */
	GRE_VERSION = 0x0007,
};

enum {
	GRE_ETHERNET = 0x6558,
	GRE_ERSPAN = 0x88be,
	GRE_ERSPAN_III = 0x22eb,
	GRE_WCCP = 0x883e,
	GRE_EOIP = 0x6400,
	GRE_WLAN = 0x8200, /* Aruba; the last byte tells tunnels apart */
};

/* ERSPAN II and III, draft-foschiano-erspan 4. */
static enum fw_account erspan(struct packet *packet)
{
	enum { HEADER = 8, HEADER_III = 12, PLATFORM = 8, VERSION_III = 2 };
	enum { HAS_PLATFORM = 1, SESSION = 0x3ff, CONTENT = 0x7c, CONTENT_IP = 2 << 2 };

	if (packet->len < HEADER)
		return cut(packet, HEADER, FW_ACCOUNT_malformed_tunnel);

	const uint8_t *const p = packet->data;
	const bool third = p[0] >> 4 == VERSION_III;
	if (!enter_tunnel(packet, be16(p + 2) & SESSION))
		return FW_ACCOUNT_too_deep;
	if (!third) {
		advance(packet, HEADER);
		return decode_ethernet(packet);
	}
	if (packet->len < HEADER_III)
		return cut(packet, HEADER_III, FW_ACCOUNT_malformed_tunnel);

	const uint32_t size = HEADER_III + (p[11] & HAS_PLATFORM ? PLATFORM : 0);
	if (packet->len < size)
		return cut(packet, size, FW_ACCOUNT_malformed_tunnel);
	advance(packet, size);
	switch (p[10] & CONTENT) {
	case 0:
		return decode_ethernet(packet);
	case CONTENT_IP:
		return decode_ip(packet);
	default:
		return other(packet);
	}
}

/* WCCP: a header of its own comes before the IP packet, or none. */
static enum fw_account wccp(struct packet *packet)
{
	if (packet->len >= 4 && packet->data[0] >> 4 != 4)
		advance(packet, 4);
	return decode_ip(packet);
}

/* RFC 7637 3.2: the key's last byte differs from flow to flow. */
static uint32_t gre_id(uint16_t type, uint32_t key)
{
	return type == GRE_ETHERNET ? key >> 8 : key;
}

static enum fw_account gre_payload(
	struct packet *packet, uint16_t type, uint32_t key, bool sequence)
{
	if (type == GRE_ERSPAN_III || (type == GRE_ERSPAN && sequence))
		return erspan(packet);
	if (!enter_tunnel(packet, gre_id(type, key)))
		return FW_ACCOUNT_too_deep;
	if (type == GRE_ERSPAN) /* ERSPAN I has no header */
		return decode_ethernet(packet);
	if (type == GRE_WCCP)
		return wccp(packet);
	if ((type & 0xff00) == GRE_WLAN)
		return decode_ieee80211(packet);
	return decode_ethertype(packet, type);
}

/* RFC 2637 4.1: each end chooses its call number; no payload is an acknowledgment alone. */
static enum fw_account pptp(struct packet *packet, uint32_t size)
{
	const uint16_t length = be16(packet->data + 4);

	if (!enter_tunnel(packet, 0))
		return FW_ACCOUNT_too_deep;
	advance(packet, size);
	narrow(packet, length);
	return length ? decode_ppp(packet) : FW_ACCOUNT_not_tcp;
}

/* MikroTik's Ethernet over IP takes the guise of GRE version 1; a length of 0 keeps it alive. */
static enum fw_account eoip(struct packet *packet)
{
	const uint16_t length = be16(packet->data + 4), id = le16(packet->data + 6);

	if (!enter_tunnel(packet, id))
		return FW_ACCOUNT_too_deep;
	advance(packet, 8);
	narrow(packet, length);
	return length ? decode_ethernet(packet) : FW_ACCOUNT_not_tcp;
}

enum fw_account decode_gre(struct packet *packet)
{
	if (packet->len < 4)
		return cut(packet, 4, FW_ACCOUNT_malformed_tunnel);

	const uint8_t *const p = packet->data;
	const uint16_t flags = be16(p), type = be16(p + 2), version = flags & GRE_VERSION;
	const uint32_t key_at = flags & GRE_CHECKSUM ? 8 : 4;
	const uint32_t size = key_at + (flags & GRE_KEY ? 4 : 0) + (flags & GRE_SEQUENCE ? 4 : 0) +
		(version == 1 && flags & GRE_ACKNOWLEDGMENT ? 4 : 0);
	if (version > 1 || flags & GRE_ROUTING)
		return FW_ACCOUNT_not_tcp;
	if (packet->len < size)
		return cut(packet, size, FW_ACCOUNT_malformed_tunnel);
	if (version == 1 && (!(flags & GRE_KEY) || flags & GRE_CHECKSUM))
		return FW_ACCOUNT_malformed_tunnel;
	if (version == 1)
		return type == GRE_EOIP ? eoip(packet) : pptp(packet, size);

	const uint32_t key = flags & GRE_KEY ? be32(p + key_at) : 0;
	advance(packet, size);
	return gre_payload(packet, type, key, flags & GRE_SEQUENCE);
}

/* RFC 3378 3 */
enum fw_account decode_etherip(struct packet *packet)
{
	if (packet->len < 2)
		return cut(packet, 2, FW_ACCOUNT_malformed_tunnel);
	if (be16(packet->data) != 0x3000)
		return FW_ACCOUNT_not_tcp;
	if (!enter_tunnel(packet, 0))
		return FW_ACCOUNT_too_deep;
	advance(packet, 2);
	return decode_ethernet(packet);
}

/* The numbers that VXLAN-GPE and NSH share (RFC 8300 2.2). */
static enum fw_account next_protocol(struct packet *packet, uint8_t number)
{
	static layer *const layers[] = {[1] = decode_ipv4,
		[2] = decode_ipv6,
		[3] = decode_ethernet,
		[4] = decode_nsh,
		[5] = decode_mpls};

	if (number >= sizeof layers / sizeof layers[0] || !layers[number])
		return other(packet);
	return deeper(packet) ? layers[number](packet) : FW_ACCOUNT_too_deep;
}

/* RFC 8300 2.2 */
enum fw_account decode_nsh(struct packet *packet)
{
	if (packet->len < 8)
		return cut(packet, 8, FW_ACCOUNT_malformed_tunnel);

	const uint32_t size = (be16(packet->data) & 0x3fu) * 4;
	const uint8_t next = packet->data[3];
	if (size < 8)
		return FW_ACCOUNT_malformed_tunnel;
	if (packet->len < size)
		return cut(packet, size, FW_ACCOUNT_malformed_tunnel);
	advance(packet, size);
	return next_protocol(packet, next);
}

/* RFC 7348 5, and VXLAN-GPE, which says what it carries. */
static enum fw_account vxlan(struct packet *packet)
{
	enum { HEADER = 8, HAS_ID = 0x08, HAS_NEXT = 0x04 };

	if (packet->len < HEADER)
		return cut(packet, HEADER, FW_ACCOUNT_not_tcp);

	const uint8_t *const p = packet->data;
	if (!(p[0] & HAS_ID))
		return FW_ACCOUNT_not_tcp;
	if (!enter_tunnel(packet, be32(p + 4) >> 8))
		return FW_ACCOUNT_too_deep;
	advance(packet, HEADER);
	return p[0] & HAS_NEXT ? next_protocol(packet, p[3]) : decode_ethernet(packet);
}

/* RFC 8926 3.4 */
static enum fw_account geneve(struct packet *packet)
{
	enum { HEADER = 8 };

	if (packet->len < HEADER)
		return cut(packet, HEADER, FW_ACCOUNT_not_tcp);

	const uint8_t *const p = packet->data;
	const uint32_t size = HEADER + (uint32_t)(p[0] & 0x3f) * 4;
	if (p[0] >> 6 != 0)
		return FW_ACCOUNT_not_tcp;
	if (packet->len < size)
		return cut(packet, size, FW_ACCOUNT_malformed_tunnel);
	if (!enter_tunnel(packet, be32(p + 4) >> 8))
		return FW_ACCOUNT_too_deep;
	advance(packet, size);
	return decode_ethertype(packet, be16(p + 2));
}

/* Extension headers of GTP-U, 3GPP TS 29.281 5.2: each names the next in its last byte. */
static enum fw_account gtp_extensions(struct packet *packet, uint8_t next)
{
	while (next) {
		if (packet->len < 1)
			return cut(packet, 1, FW_ACCOUNT_malformed_tunnel);

		const uint32_t size = (uint32_t)packet->data[0] * 4;
		if (!size)
			return FW_ACCOUNT_malformed_tunnel;
		if (packet->len < size)
			return cut(packet, size, FW_ACCOUNT_malformed_tunnel);
		if (!deeper(packet))
			return FW_ACCOUNT_too_deep;
		next = packet->data[size - 1];
		advance(packet, size);
	}
	return decode_ip(packet);
}

/* 3GPP TS 29.281 5.1 */
static enum fw_account gtp(struct packet *packet)
{
	enum { HEADER = 8, OPTIONAL = 4, VERSION_1 = 0x30, HAS_OPTIONAL = 7, HAS_EXTENSIONS = 4 };
	enum { USER_DATA = 255 };

	if (packet->len < HEADER)
		return cut(packet, HEADER, FW_ACCOUNT_not_tcp);

	const uint8_t *const p = packet->data;
	if ((p[0] & 0xf0) != VERSION_1 || p[1] != USER_DATA)
		return FW_ACCOUNT_not_tcp;
	if (!enter_tunnel(packet, 0))
		return FW_ACCOUNT_too_deep;
	advance(packet, HEADER);
	narrow(packet, be16(p + 2));
	if (!(p[0] & HAS_OPTIONAL))
		return decode_ip(packet);
	if (packet->len < OPTIONAL)
		return cut(packet, OPTIONAL, FW_ACCOUNT_malformed_tunnel);
	advance(packet, OPTIONAL);
	return gtp_extensions(packet, p[0] & HAS_EXTENSIONS ? p[11] : 0);
}

/* RFC 4380 5.1.1: authentication and origin may come before the IPv6 packet. */
static enum fw_account teredo(struct packet *packet)
{
	enum { AUTHENTICATION = 1, ORIGIN = 0 };

	if (packet->len >= 4 && be16(packet->data) == AUTHENTICATION) {
		const uint32_t size = 13u + packet->data[2] + packet->data[3];
		if (packet->len < size)
			return cut(packet, size, FW_ACCOUNT_not_tcp);
		advance(packet, size);
	}
	if (packet->len >= 8 && be16(packet->data) == ORIGIN)
		advance(packet, 8);
	if (packet->len < 1 || packet->data[0] >> 4 != 6)
		return FW_ACCOUNT_not_tcp;
	return enter_tunnel(packet, 0) ? decode_ipv6(packet) : FW_ACCOUNT_too_deep;
}

/* RFC 9300 5.1: data packets of the Locator/ID Separation Protocol. */
static enum fw_account lisp(struct packet *packet)
{
	if (packet->len < 8)
		return cut(packet, 8, FW_ACCOUNT_not_tcp);
	if (!enter_tunnel(packet, 0))
		return FW_ACCOUNT_too_deep;
	advance(packet, 8);
	return decode_ip(packet);
}

/* RFC 7510 3 */
static enum fw_account mpls_in_udp(struct packet *packet)
{
	return enter_tunnel(packet, 0) ? decode_mpls(packet) : FW_ACCOUNT_too_deep;
}

/* RFC 2661 3.1: messages of data, which carry PPP; both numbers are the receiver's. */
static enum fw_account l2tp(struct packet *packet)
{
	enum {
		CONTROL = 0x8000,
		LENGTH = 0x4000,
		SEQUENCE = 0x0800,
		OFFSET = 0x0200,
		VERSION = 15
	};

	if (packet->len < 6)
		return cut(packet, 6, FW_ACCOUNT_not_tcp);

	const uint16_t flags = be16(packet->data);
	uint32_t size = 6u + (flags & LENGTH ? 2 : 0) + (flags & SEQUENCE ? 4 : 0);
	if (flags & CONTROL || (flags & VERSION) != 2)
		return FW_ACCOUNT_not_tcp;
	if (flags & OFFSET && packet->len >= size + 2)
		size += 2u + be16(packet->data + size);
	else if (flags & OFFSET)
		return cut(packet, size + 2, FW_ACCOUNT_malformed_tunnel);
	if (packet->len < size)
		return cut(packet, size, FW_ACCOUNT_malformed_tunnel);
	if (!enter_tunnel(packet, 0))
		return FW_ACCOUNT_too_deep;
	advance(packet, size);
	return decode_ppp(packet);
}

/* By the port that is sent to: most tunnels spread the load by the other. */
static layer *udp_layer(uint16_t src, uint16_t dst)
{
	static const struct {
		uint16_t port;
		bool answers; /* comes from that port too */
		layer *layer;
	} layers[] = {
		{4789, false, vxlan},
		{8472, false, vxlan}, /* Linux, of old */
		{4790, false, vxlan}, /* VXLAN-GPE */
		{6081, false, geneve},
		{2152, true, gtp},
		{3544, true, teredo},
		{1701, true, l2tp},
		{4341, false, lisp},
		{4754, false, decode_gre}, /* RFC 8086 */
		{6635, false, mpls_in_udp},
	};

	for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++)
		if (dst == layers[i].port || (layers[i].answers && src == layers[i].port))
			return layers[i].layer;
	return NULL;
}

/* Nothing here is malformed: UDP that is too short for a tunnel is just UDP. */
enum fw_account decode_udp(struct packet *packet)
{
	enum { HEADER = 8 };

	if (packet->len < HEADER)
		return FW_ACCOUNT_not_tcp;

	layer *const inner = udp_layer(be16(packet->data), be16(packet->data + 2));
	const uint16_t length = be16(packet->data + 4);
	if (!inner)
		return FW_ACCOUNT_not_tcp;
	advance(packet, HEADER);
	if (length >= HEADER)
		narrow(packet, length - HEADER);
	return inner(packet);
}
