/* IPv4 and IPv6 with their extension headers, as far as the protocol that they carry. */
#include "core/bytes.h"
#include "core/layer.h"

enum { IPV4_HEADER = 20, IPV6_HEADER = 40 };

enum protocol {
	PROTOCOL_TCP = 6,
};

static enum fw_account protocol(struct packet *packet, uint8_t number)
{
	switch (number) {
	case PROTOCOL_TCP:
		return tcp(packet);
	default:
		return FW_ACCOUNT_not_tcp;
	}
}

/* RFC 4291 2.5.5.2 */
static void map_ipv4(struct fw_addr *addr, const uint8_t *p)
{
	static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};

	memcpy(addr->ip, prefix, sizeof prefix);
	memcpy(addr->ip + sizeof prefix, p, 4);
}

enum fw_account ipv4(struct packet *packet)
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
		return FW_ACCOUNT_snapped;
	packet->ip = true;
	packet->wire = total;
	narrow(packet, total);
	skip(packet, header);
	segment->ip_len = total;
	segment->ip_id = be16(p + 4);
	segment->ttl = p[8];
	segment->ecn = p[1] & 3;
	map_ipv4(&segment->src, p + 12);
	map_ipv4(&segment->dst, p + 16);
	if (be16(p + 6) & 0x3fff)
		return FW_ACCOUNT_fragment;
	return protocol(packet, p[9]);
}

enum fw_account ipv6(struct packet *packet)
{
	const uint8_t *const p = packet->data;
	struct fw_segment *const segment = packet->segment;

	if (packet->len < IPV6_HEADER)
		return cut(packet, IPV6_HEADER, FW_ACCOUNT_malformed_ip);
	if (p[0] >> 4 != 6)
		return FW_ACCOUNT_malformed_ip;

	const uint32_t payload = be16(p + 4) ? be16(p + 4) : packet->wire - IPV6_HEADER;
	packet->ip = true;
	packet->wire = IPV6_HEADER + payload;
	narrow(packet, packet->wire);
	skip(packet, IPV6_HEADER);
	segment->ip_len = IPV6_HEADER + payload;
	segment->ip_id = 0;
	segment->ttl = p[7];
	segment->ecn = p[1] >> 4 & 3;
	memcpy(segment->src.ip, p + 8, 16);
	memcpy(segment->dst.ip, p + 24, 16);
	return protocol(packet, p[6]);
}
