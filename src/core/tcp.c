/* The TCP header and its options. */
#include "core/bytes.h"
#include "core/layer.h"

enum {
	TCP_HEADER = 20,
	TCP_QUOTED = 8, /* octets of it that an ICMP error quotes at least (RFC 792) */
	TCP_FLAGS = 0xfff,
	PAYLOAD_MAX = 1 << 30, /* the largest window (RFC 7323 2.3) */
};

enum kind {
	KIND_END = 0,
	KIND_NOP = 1,
	KIND_MSS = 2,
	KIND_WSCALE = 3,
	KIND_SACK_PERMITTED = 4,
	KIND_SACK = 5,
	KIND_TIMESTAMPS = 8,
	KIND_MD5 = 19,
	KIND_AO = 29,
	KIND_MPTCP = 30,
	KIND_FAST_OPEN = 34,
	KIND_EXPERIMENT = 254,
};

enum {
	WSCALE_MAX = 14,       /* RFC 7323 2.3 */
	FAST_OPEN_ID = 0xf989, /* RFC 6994 experiment identifier of RFC 7413 4.1.1 */
	ALIGNED_TIMESTAMPS = 0x0101080a,
	ALIGNED_SIZE = 12,
};

static void timestamps(struct fw_options *opt, const uint8_t *p)
{
	opt->tsval = be32(p);
	opt->tsecr = be32(p + 4);
	opt->have |= FW_OPT_TIMESTAMPS;
}

static bool sack(struct fw_options *opt, const uint8_t *p, uint32_t size)
{
	const uint32_t count = (size - 2) / 8;

	if (size != 2 + 8 * count || count < 1 || count > 4)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		opt->sack[i].left = be32(p + 2 + 8 * i);
		opt->sack[i].right = be32(p + 6 + 8 * i);
	}
	opt->sack_count = (uint8_t)count;
	opt->have |= FW_OPT_SACK;
	return true;
}

/* Notes the option if its size is right. */
static bool flag(struct fw_options *opt, enum fw_option_bit bit, bool right)
{
	if (right)
		opt->have |= (uint16_t)bit;
	return right;
}

static bool wscale(struct fw_options *opt, const uint8_t *p, uint32_t size)
{
	if (size != 3)
		return false;
	const bool above = p[2] > WSCALE_MAX;
	opt->wscale = above ? WSCALE_MAX : p[2];
	opt->have |= FW_OPT_WSCALE;
	flag(opt, FW_OPT_WSCALE_ABOVE, above);
	return true;
}

/* One option of SIZE bytes, all there. False if its kind forbids that size. */
static bool option(struct fw_options *opt, const uint8_t *p, uint32_t size)
{
	switch (p[0]) {
	case KIND_MSS:
		if (size == 4)
			opt->mss = be16(p + 2);
		return flag(opt, FW_OPT_MSS, size == 4);
	case KIND_WSCALE:
		return wscale(opt, p, size);
	case KIND_SACK_PERMITTED:
		return flag(opt, FW_OPT_SACK_PERMITTED, size == 2);
	case KIND_SACK:
		return sack(opt, p, size);
	case KIND_TIMESTAMPS:
		if (size == 10)
			timestamps(opt, p + 2);
		return size == 10;
	case KIND_MD5:
		return flag(opt, FW_OPT_MD5, size == 18);
	case KIND_AO:
		return flag(opt, FW_OPT_AO, size >= 4);
	case KIND_MPTCP:
		return flag(opt, FW_OPT_MPTCP, size >= 3);
	case KIND_FAST_OPEN:
		return flag(opt, FW_OPT_FAST_OPEN, size == 2 || (size >= 6 && size <= 18));
	case KIND_EXPERIMENT:
		if (size >= 4 && be16(p + 2) == FAST_OPEN_ID)
			opt->have |= FW_OPT_FAST_OPEN;
		return true;
	default:
		return true;
	}
}

/* The list of options: WIRE bytes, of which the first LEN were captured. */
static void options(struct fw_options *opt, const uint8_t *p, uint32_t len, uint32_t wire)
{
	opt->have = 0;
	opt->sack_count = 0;
	if (len == ALIGNED_SIZE && be32(p) == ALIGNED_TIMESTAMPS) {
		timestamps(opt, p + 4); /* RFC 7323 appendix A: what nearly every segment carries */
		return;
	}
	for (uint32_t i = 0, size; i < len && p[i] != KIND_END; i += size) {
		size = 1;
		if (p[i] == KIND_NOP)
			continue;
		if (len - i < 2 && len < wire)
			return;
		size = len - i < 2 ? 0 : p[i + 1];
		if (size >= 2 && size <= wire - i && size > len - i)
			return;
		if (size < 2 || size > wire - i || !option(opt, p + i, size)) {
			opt->have |= FW_OPT_MALFORMED;
			return;
		}
	}
}

/* Not all of a header: in a quote what there is will do. */
static enum fw_account decode_cut(struct packet *packet)
{
	const uint8_t *const p = packet->data;
	struct fw_segment *const segment = packet->segment;

	if (packet->quote || packet->len < TCP_QUOTED || packet->wire < TCP_HEADER)
		return cut(packet, TCP_HEADER, FW_ACCOUNT_malformed_tcp);
	segment->src.port = be16(p);
	segment->dst.port = be16(p + 2);
	segment->seq = be32(p + 4);
	segment->header = p;
	segment->header_len = (uint16_t)packet->len;
	return FW_ACCOUNT_snapped;
}

/* The fixed header must have been captured; options that were not are taken as absent. */
enum fw_account decode_tcp(struct packet *packet)
{
	const uint8_t *const p = packet->data;
	struct fw_segment *const segment = packet->segment;

	if (packet->len < TCP_HEADER)
		return decode_cut(packet);

	const uint32_t wire = (uint32_t)(p[12] >> 4) * 4;
	if (wire < TCP_HEADER || wire > packet->wire || packet->wire - wire > PAYLOAD_MAX)
		return FW_ACCOUNT_malformed_tcp;

	const uint32_t len = wire < packet->len ? wire : packet->len;
	segment->src.port = be16(p);
	segment->dst.port = be16(p + 2);
	segment->seq = be32(p + 4);
	segment->ack = be32(p + 8);
	segment->flags = be16(p + 12) & TCP_FLAGS;
	segment->window = be16(p + 14);
	segment->checksum = be16(p + 16);
	segment->urgent = be16(p + 18);
	segment->header = p;
	segment->header_len = (uint16_t)len;
	segment->payload = p + len;
	segment->payload_len = packet->wire - wire;
	segment->payload_captured = packet->len - len;
	options(&segment->opt, p + TCP_HEADER, len - TCP_HEADER, wire - TCP_HEADER);
	if (len < wire)
		segment->opt.have |= FW_OPT_CUT;
	return FW_ACCOUNT_tcp;
}
