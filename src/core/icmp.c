/* ICMP errors, for the sake of the TCP segment that they quote.
 *
 * The quote is decoded by the layers that decode what is not quoted, as far as its octets go. No
 * error is sent about an error (RFC 1122 3.2.2, RFC 4443 2.4): there is no quote in a quote.
 */
#include "core/bytes.h"
#include "core/layer.h"

#define ANY 0x100

static const struct error {
	uint8_t type;
	uint16_t code;
} errors[FW_ICMP_COUNT][2] = {
#define ICMP(id, type4, code4, type6, code6, text) {{type4, code4}, {type6, code6}},
#include "finwait/icmps.def"
#undef ICMP
};

/* FW_ICMP_COUNT where it is no error that we know: type 0 is an echo reply. */
static unsigned error_of(bool ipv6, uint8_t type, uint8_t code)
{
	unsigned what = type ? 0 : FW_ICMP_COUNT;

	while (what < FW_ICMP_COUNT &&
		(errors[what][ipv6].type != type ||
			(errors[what][ipv6].code != code && errors[what][ipv6].code != ANY)))
		what++;
	return what;
}

/* Of the next link (RFC 1191 4, RFC 4443 3.2); older routers give none. */
static uint32_t mtu(bool ipv6, const uint8_t *header)
{
	return ipv6 ? be32(header + 4) : be16(header + 6);
}

static void quote(struct packet *packet, enum fw_icmp what, const uint8_t *header)
{
	const struct fw_segment *const carrier = packet->segment;
	struct fw_segment segment = {.tunnel = carrier->tunnel, .vlan = carrier->vlan};
	struct packet quoted = *packet;

	quoted.segment = &segment;
	quoted.quote = NULL;
	(packet->ipv6 ? decode_ipv6 : decode_ipv4)(&quoted);
	if (!segment.header)
		return;
	*packet->quote = (struct fw_quote){
		.number = carrier->number,
		.time = carrier->time,
		.from = carrier->src,
		.to = carrier->dst,
		.src = segment.src,
		.dst = segment.dst,
		.tunnel = segment.tunnel,
		.vlan = segment.vlan,
		.seq = segment.seq,
		.ack = segment.ack,
		.flags = segment.flags,
		.header_len = segment.header_len,
		.what = what,
		.mtu = what == FW_ICMP_fragmentation_needed ? mtu(packet->ipv6, header) : 0,
		.quoted_len = segment.ip_len,
	};
	packet->quote->from.port = packet->quote->to.port = 0;
	packet->quotes = true;
}

static enum fw_account error(struct packet *packet)
{
	enum { HEADER = 8 };

	if (!packet->quote || packet->len < HEADER)
		return FW_ACCOUNT_not_tcp;

	const uint8_t *const p = packet->data;
	const unsigned what = error_of(packet->ipv6, p[0], p[1]);
	advance(packet, HEADER);
	if (what < FW_ICMP_COUNT)
		quote(packet, (enum fw_icmp)what, p);
	return FW_ACCOUNT_not_tcp;
}

enum fw_account decode_icmp(struct packet *packet)
{
	return packet->ipv6 ? FW_ACCOUNT_not_tcp : error(packet);
}

enum fw_account decode_icmpv6(struct packet *packet)
{
	return packet->ipv6 ? error(packet) : FW_ACCOUNT_not_tcp;
}
