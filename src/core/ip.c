/* IPv4 and IPv6 with their extension headers, as far as the protocol that they carry.
 *
 * The length that the IP header gives is believed, even where the frame is said to
 * have been shorter: then the capture, or a mirror that cuts, forgot what it took off,
 * and the sequence numbers that follow go by the IP length.
 */
#include "core/bytes.h"
#include "core/fragment.h"
#include "core/layer.h"

enum { IPV4_HEADER = 20, IPV6_HEADER = 40, EXTENSION = 8 };

enum { IPV4_FRAGMENTED = 0x3fff, IPV4_OFFSET = 0x1fff, IPV4_MORE = 0x2000 };

enum {
	ROUTING_TYPE_0 = 0,   /* RFC 5095 */
	ROUTING_MOBILE = 2,   /* RFC 6275 6.4 */
	ROUTING_SEGMENTS = 4, /* RFC 8754 2 */
};

static enum fw_account protocol(struct packet *packet, uint8_t number);

static enum fw_account reassemble(struct packet *packet, struct fragment *fragment)
{
	struct fw_segment *const segment = packet->segment;
	struct datagram whole;

	if (!packet->quote) /* the first has the ports, and there will be no others */
		return fragment->offset ? FW_ACCOUNT_fragment : protocol(packet, fragment->next);
	if (fragment->more && (packet->wire % 8 || packet->wire == 0))
		return FW_ACCOUNT_malformed_ip;
	memcpy(fragment->key.src, segment->src.ip, sizeof fragment->key.src);
	memcpy(fragment->key.dst, segment->dst.ip, sizeof fragment->key.dst);
	fragment->key.tunnel = segment->tunnel;
	fragment->time = segment->time;
	fragment->data = packet->data;
	fragment->len = packet->len;
	fragment->wire = packet->wire;
	switch (fragments_add(packet->fragments, fragment, &whole)) {
	case FRAGMENT_KEPT:
		return FW_ACCOUNT_fragment;
	case FRAGMENT_LOST:
		return FW_ACCOUNT_fragment_lost;
	case FRAGMENT_COMPLETES:
		break;
	}
	segment->ip_len += whole.wire - packet->wire;
	packet->data = whole.data;
	packet->len = whole.len;
	packet->wire = whole.wire;
	return protocol(packet, whole.next);
}

/* Hop-by-hop and destination options, mobility, HIP and shim6 (RFC 6564 4). */
static enum fw_account extension(struct packet *packet)
{
	if (packet->len < EXTENSION)
		return cut(packet, EXTENSION, FW_ACCOUNT_malformed_ip);

	const uint8_t next = packet->data[0];
	const uint32_t size = EXTENSION + (uint32_t)packet->data[1] * 8;
	if (packet->len < size)
		return cut(packet, size, FW_ACCOUNT_malformed_ip);
	advance(packet, size);
	return protocol(packet, next);
}

/* While segments are left, the packet's last destination is in the header: that is the end
 * of the connection, and what the TCP checksum covers (RFC 8200 8.1). */
static enum fw_account routing(struct packet *packet)
{
	if (packet->len < EXTENSION)
		return cut(packet, EXTENSION, FW_ACCOUNT_malformed_ip);

	const uint8_t *const p = packet->data;
	const uint32_t size = EXTENSION + (uint32_t)p[1] * 8;
	const bool first = p[2] == ROUTING_SEGMENTS; /* the list is in reverse */
	const bool last = p[2] == ROUTING_TYPE_0 || p[2] == ROUTING_MOBILE;
	if (p[3] && (first || last) && p[1] >= 2 && packet->len >= size)
		memcpy(packet->segment->dst.ip, first ? p + EXTENSION : p + size - 16, 16);
	return extension(packet);
}

/* RFC 4302 2: transparent, whatever it proves. */
static enum fw_account authentication(struct packet *packet)
{
	if (packet->len < 12)
		return cut(packet, 12, FW_ACCOUNT_malformed_ip);

	const uint8_t next = packet->data[0];
	const uint32_t size = ((uint32_t)packet->data[1] + 2) * 4;
	if (size < 12)
		return FW_ACCOUNT_malformed_ip;
	if (packet->len < size)
		return cut(packet, size, FW_ACCOUNT_malformed_ip);
	advance(packet, size);
	return protocol(packet, next);
}

static enum fw_account fragment_header(struct packet *packet)
{
	if (packet->len < EXTENSION)
		return cut(packet, EXTENSION, FW_ACCOUNT_malformed_ip);

	const uint8_t *const p = packet->data;
	struct fragment fragment = {
		.key.id = be32(p + 4),
		.offset = be16(p + 2) & 0xfff8,
		.more = be16(p + 2) & 1,
		.next = p[0],
	};
	advance(packet, EXTENSION);
	if (!fragment.offset && !fragment.more)
		return protocol(packet, fragment.next); /* RFC 6946: atomic, not put together */
	return reassemble(packet, &fragment);
}

static enum fw_account ip_in_ip(struct packet *packet)
{
	return enter_tunnel(packet, 0) ? decode_ip(packet) : FW_ACCOUNT_too_deep;
}

static enum fw_account ethernet_in_ip(struct packet *packet)
{
	return enter_tunnel(packet, 0) ? decode_ethernet(packet) : FW_ACCOUNT_too_deep;
}

static enum fw_account mpls_in_ip(struct packet *packet)
{
	return enter_tunnel(packet, 0) ? decode_mpls(packet) : FW_ACCOUNT_too_deep;
}

static enum fw_account protocol(struct packet *packet, uint8_t number)
{
	static layer *const extensions[256] = {
		[0] = extension, /* hop-by-hop options */
		[43] = routing,
		[44] = fragment_header,
		[60] = extension,  /* destination options */
		[135] = extension, /* mobility */
		[139] = extension, /* HIP */
		[140] = extension, /* shim6 */
	};
	static layer *const layers[256] = {
		[1] = decode_icmp,
		[4] = ip_in_ip, /* IPv4 */
		[6] = decode_tcp,
		[17] = decode_udp,
		[41] = ip_in_ip, /* IPv6 */
		[47] = decode_gre,
		[51] = authentication,
		[58] = decode_icmpv6,
		[94] = ip_in_ip, /* IPIP, of old */
		[97] = decode_etherip,
		[137] = mpls_in_ip,     /* RFC 4023 */
		[143] = ethernet_in_ip, /* RFC 8986 10.1 */
	};
	layer *const inner =
		packet->ipv6 && extensions[number] ? extensions[number] : layers[number];

	if (!inner)
		return FW_ACCOUNT_not_tcp;
	return deeper(packet) ? inner(packet) : FW_ACCOUNT_too_deep;
}

/* RFC 4291 2.5.5.2 */
static void map_ipv4(struct fw_addr *addr, const uint8_t *p)
{
	static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};

	memcpy(addr->ip, prefix, sizeof prefix);
	memcpy(addr->ip + sizeof prefix, p, 4);
}

static enum fw_account ipv4_fragment(struct packet *packet, const uint8_t *header)
{
	struct fragment fragment = {
		.key = {.id = packet->segment->ip_id, .protocol = header[9]},
		.offset = (uint32_t)(be16(header + 6) & IPV4_OFFSET) * 8,
		.more = be16(header + 6) & IPV4_MORE,
		.next = header[9],
	};

	return reassemble(packet, &fragment);
}

/* A total length of 0 is that of a super-packet longer than 65535, or on its way to a network
 * card that cuts it into segments and fills in theirs: as long as the frame. */
enum fw_account decode_ipv4(struct packet *packet)
{
	const uint8_t *const p = packet->data;
	struct fw_segment *const segment = packet->segment;

	if (packet->len < IPV4_HEADER)
		return cut(packet, IPV4_HEADER, FW_ACCOUNT_malformed_ip);

	const uint32_t header = (uint32_t)(p[0] & 15) * 4;
	const uint32_t total = be16(p + 2) ? be16(p + 2) : packet->wire;
	if (p[0] >> 4 != 4 || header < IPV4_HEADER || total < header)
		return FW_ACCOUNT_malformed_ip;
	if (packet->len < header)
		return cut(packet, header, FW_ACCOUNT_malformed_ip);
	packet->ip = true;
	packet->ipv6 = false;
	resize(packet, total);
	advance(packet, header);
	segment->ip_len = total;
	segment->ip_id = be16(p + 4);
	segment->ttl = p[8];
	segment->ecn = p[1] & 3;
	map_ipv4(&segment->src, p + 12);
	map_ipv4(&segment->dst, p + 16);
	if (be16(p + 6) & IPV4_FRAGMENTED)
		return ipv4_fragment(packet, p);
	return protocol(packet, p[9]);
}

/* A payload length of 0: the jumbo option tells (RFC 2675 2), or it is as long as the frame. */
static uint32_t jumbo_payload(const struct packet *packet)
{
	const uint8_t *const p = packet->data;

	if (p[6] == 0 && packet->len >= IPV6_HEADER + EXTENSION && be16(p + 42) == 0xc204)
		return be32(p + 44);
	return packet->wire - IPV6_HEADER;
}

enum fw_account decode_ipv6(struct packet *packet)
{
	const uint8_t *const p = packet->data;
	struct fw_segment *const segment = packet->segment;

	if (packet->len < IPV6_HEADER)
		return cut(packet, IPV6_HEADER, FW_ACCOUNT_malformed_ip);
	if (p[0] >> 4 != 6)
		return FW_ACCOUNT_malformed_ip;

	const uint32_t payload = be16(p + 4) ? be16(p + 4) : jumbo_payload(packet);
	if (payload > UINT32_MAX - IPV6_HEADER)
		return FW_ACCOUNT_malformed_ip;
	packet->ip = true;
	packet->ipv6 = true;
	resize(packet, IPV6_HEADER + payload);
	advance(packet, IPV6_HEADER);
	segment->ip_len = IPV6_HEADER + payload;
	segment->ip_id = 0;
	segment->ttl = p[7];
	segment->ecn = p[1] >> 4 & 3;
	memcpy(segment->src.ip, p + 8, sizeof segment->src.ip);
	memcpy(segment->dst.ip, p + 24, sizeof segment->dst.ip);
	return protocol(packet, p[6]);
}

/* For links that do not say which IP they carry. */
enum fw_account decode_ip(struct packet *packet)
{
	if (packet->len < 1)
		return cut(packet, 1, FW_ACCOUNT_malformed_ip);
	switch (packet->data[0] >> 4) {
	case 4:
		return decode_ipv4(packet);
	case 6:
		return decode_ipv6(packet);
	default:
		return other(packet);
	}
}
