/* Frames with right lengths and checksums, from segments of a scenario. */
#include <string.h>

#include "scenario.h"

enum { ETHERNET = 14, IPV4 = 20, IPV6 = 40, TCP = 20, ICMP = 8 };
enum { CE = 3 };
enum { PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_ICMPV6 = 58 };

static const uint8_t v4_mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static uint8_t *put8(uint8_t *p, unsigned v)
{
	*p = (uint8_t)v;
	return p + 1;
}

static uint8_t *put16(uint8_t *p, unsigned v)
{
	return put8(put8(p, v >> 8), v);
}

static uint8_t *put32(uint8_t *p, uint32_t v)
{
	return put16(put16(p, v >> 16), v & 0xffff);
}

static uint8_t *put(uint8_t *p, const void *data, size_t len)
{
	memcpy(p, data, len);
	return p + len;
}

static uint32_t sum(uint32_t total, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		total += i % 2 ? data[i] : (uint32_t)data[i] << 8;
	return total;
}

/* RFC 1071 */
static uint16_t fold(uint32_t total)
{
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return (uint16_t)~total;
}

static bool is_v4(const struct fw_addr *addr)
{
	return memcmp(addr->ip, v4_mapped, sizeof v4_mapped) == 0;
}

static uint8_t *put_ethernet(uint8_t *p, enum fw_side sender, bool v4)
{
	const uint8_t station[2][6] = {{2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 2}};

	p = put(p, station[!sender], 6);
	p = put(p, station[sender], 6);
	return put16(p, v4 ? 0x0800 : 0x86dd);
}

static uint8_t *put_ipv4(uint8_t *p, const struct scenario_segment *s, const uint8_t *src,
	const uint8_t *dst, unsigned protocol, size_t len)
{
	uint8_t *const header = p;

	p = put16(p, 0x4500 | (s->marked ? CE : 0));
	p = put16(p, (unsigned)(IPV4 + len));
	p = put16(p, s->ip_id);
	p = put16(p, 0x4000);
	p = put8(p, s->ttl);
	p = put8(p, protocol);
	p = put16(p, 0);
	p = put(p, src + sizeof v4_mapped, 4);
	p = put(p, dst + sizeof v4_mapped, 4);
	put16(header + 10, fold(sum(0, header, IPV4)));
	return p;
}

static uint8_t *put_ipv6(uint8_t *p, const struct scenario_segment *s, const uint8_t *src,
	const uint8_t *dst, unsigned protocol, size_t len)
{
	p = put32(p, 6u << 28 | (s->marked ? CE << 20 : 0));
	p = put16(p, (unsigned)len);
	p = put8(p, protocol);
	p = put8(p, s->ttl);
	p = put(p, src, 16);
	return put(p, dst, 16);
}

/* The same sequence number carries the same octet whenever it is sent. */
static uint8_t *put_payload(uint8_t *p, const struct scenario_segment *s)
{
	for (uint32_t i = 0; i < s->len; i++)
		p = put8(p, (s->other_bytes ? 'a' : 'A') + (s->seq + i) % 26);
	return p;
}

static uint8_t *put_tcp(uint8_t *p, const struct scenario_segment *s)
{
	const unsigned words = (TCP + s->option_len) / 4;

	p = put16(p, s->addr[s->side].port);
	p = put16(p, s->addr[!s->side].port);
	p = put32(p, s->seq);
	p = put32(p, s->ack);
	p = put16(p, words << 12 | s->flags);
	p = put16(p, s->window);
	p = put16(p, 0);
	p = put16(p, s->urgent);
	p = put(p, s->options, s->option_len);
	return put_payload(p, s);
}

static uint32_t pseudo_header(
	const uint8_t *src, const uint8_t *dst, bool v4, unsigned protocol, size_t len)
{
	const uint32_t pseudo = protocol + (uint32_t)len;

	return sum(sum(pseudo, v4 ? src + 12 : src, v4 ? 4 : 16), v4 ? dst + 12 : dst, v4 ? 4 : 16);
}

static size_t put_segment(const struct scenario_segment *segment, enum fw_side from, uint8_t *frame)
{
	const uint8_t *const src = segment->addr[from].ip, *const dst = segment->addr[!from].ip;
	const bool v4 = is_v4(&segment->addr[from]);
	const size_t len = (size_t)TCP + segment->option_len + segment->len;
	uint8_t *p = put_ethernet(frame, segment->side, v4);
	uint8_t *const tcp = (v4 ? put_ipv4 : put_ipv6)(p, segment, src, dst, PROTO_TCP, len);
	uint8_t *const end = put_tcp(tcp, segment);
	const uint32_t pseudo = pseudo_header(src, dst, v4, PROTO_TCP, len);

	put16(tcp + 16,
		segment->offloaded
			? (uint16_t)~fold(pseudo)
			: fold(sum(pseudo, tcp, len)) ^ (segment->bad_checksum ? 0x5555 : 0));
	return (size_t)(end - frame);
}

/* The segment in FRAME, of LEN bytes, becomes what an ICMP error about it quotes. */
static size_t quote_segment(
	const struct scenario_segment *segment, enum fw_side from, uint8_t *frame, size_t len)
{
	const bool v4 = is_v4(&segment->addr[from]);
	const unsigned protocol = v4 ? PROTO_ICMP : PROTO_ICMPV6;
	const size_t header = ETHERNET + (v4 ? IPV4 : IPV6);
	const size_t quoted = len - ETHERNET < segment->octets ? len - ETHERNET : segment->octets;
	const uint8_t *const dst = segment->addr[from].ip;
	const uint8_t *const src = segment->from.port ? segment->from.ip : segment->addr[!from].ip;

	memmove(frame + header + ICMP, frame + ETHERNET, quoted);
	(v4 ? put_ipv4 : put_ipv6)(put_ethernet(frame, !segment->side, v4), segment, src, dst,
		protocol, ICMP + quoted);
	put16(put8(put8(frame + header, segment->icmp_type), segment->icmp_code), 0);
	put32(frame + header + 4, segment->mtu);
	put16(frame + header + 2,
		fold(sum(v4 ? 0 : pseudo_header(src, dst, v4, protocol, ICMP + quoted),
			frame + header, ICMP + quoted)));
	return header + ICMP + quoted;
}

size_t scenario_frame(const struct scenario_segment *segment, enum scenario_variant variant,
	uint8_t frame[SCENARIO_FRAME_MAX])
{
	const enum fw_side from = variant == SCENARIO_SWAPPED ? !segment->side : segment->side;
	const size_t len = put_segment(segment, from, frame);

	return segment->icmp ? quote_segment(segment, from, frame, len) : len;
}
