/* Link layers, from the frame's first byte to the IP header. */
#include "core/bytes.h"
#include "core/layer.h"

enum { ETHERNET_HEADER = 14, VLAN_TAG = 4 };

/* The outermost tag stays in bits 0-11, the innermost ends up in bits 12-23. */
static enum fw_account vlan(struct packet *packet)
{
	if (packet->len < VLAN_TAG)
		return cut(packet, VLAN_TAG, FW_ACCOUNT_malformed_link);
	if (!deeper(packet))
		return FW_ACCOUNT_too_deep;

	const uint32_t id = be16(packet->data) & 0xfff;
	const uint16_t type = be16(packet->data + 2);
	uint32_t *const tags = &packet->segment->vlan;
	*tags = packet->vlans++ ? (*tags & 0xfff) | id << 12 : id;
	skip(packet, VLAN_TAG);
	return ethertype(packet, type);
}

enum fw_account ethertype(struct packet *packet, uint16_t type)
{
	switch (type) {
	case 0x0800:
		return ipv4(packet);
	case 0x86dd:
		return ipv6(packet);
	case 0x8100:
	case 0x88a8:
	case 0x9100:
	case 0x9200:
		return vlan(packet);
	default:
		return other(packet);
	}
}

enum fw_account ethernet(struct packet *packet)
{
	if (packet->len < ETHERNET_HEADER)
		return cut(packet, ETHERNET_HEADER, FW_ACCOUNT_malformed_link);

	const uint16_t type = be16(packet->data + 12);
	skip(packet, ETHERNET_HEADER);
	return ethertype(packet, type);
}

enum fw_account link_layer(struct packet *packet, uint16_t linktype)
{
	return linktype == 1 ? ethernet(packet) : FW_ACCOUNT_link_unsupported;
}
