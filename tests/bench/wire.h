/* Ethernet frames with every length and checksum right, written to a classic pcap file. */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIRE_BUFFER    (1 << 20)
#define WIRE_PATTERN   65536
#define WIRE_FRAME_MAX 2048 /* room for a record header and a frame of 1514 bytes */
#define WIRE_FRAME_MIN 60

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };
enum { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };

struct wire {
	FILE *file;
	uint32_t snaplen;
	uint64_t packets, bytes;
	size_t used;
	uint8_t *buffer;
	uint8_t *
		pattern; /* payload: the octet at SEQ n is pattern[n & 0xfffe], so repeats repeat */
	uint64_t *sums;  /* of the pattern's 16-bit words before each, for checksums at once */
};

struct packet_ip {
	bool v6;
	uint8_t side, protocol, ttl;
	uint16_t id;
	uint32_t addr[2]; /* from, to; the low 32 bits of 2001:db8::/96 where v6 */
};

struct packet_tcp {
	uint16_t port[2]; /* from, to */
	uint32_t seq, ack;
	uint16_t len, window;
	uint8_t flags, sacks;
	bool timestamps, sack_ok;
	uint8_t wscale; /* on a SYN: 0 for none */
	uint16_t mss;   /* on a SYN */
	uint32_t tsval, tsecr;
	uint32_t sack[3][2];
};

static inline uint8_t *put8(uint8_t *p, unsigned v)
{
	*p = (uint8_t)v;
	return p + 1;
}

static inline uint8_t *put16(uint8_t *p, unsigned v)
{
	v = __builtin_bswap16((uint16_t)v);
	memcpy(p, &v, 2);
	return p + 2;
}

static inline uint8_t *put32(uint8_t *p, uint32_t v)
{
	v = __builtin_bswap32(v);
	memcpy(p, &v, 4);
	return p + 4;
}

/* Sum of big-endian 16-bit words, n even. */
static inline uint64_t sum_words(const uint8_t *p, size_t n)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < n; i += 2)
		sum += (uint64_t)p[i] << 8 | p[i + 1];
	return sum;
}

static inline uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static inline uint64_t sum_payload(const struct wire *w, uint32_t seq, uint32_t len)
{
	uint32_t at = seq & 0xfffe;
	uint64_t sum = w->sums[(at + len) / 2] - w->sums[at / 2];
	return len % 2 ? sum + ((uint64_t)w->pattern[at + len - 1] << 8) : sum;
}

static inline void wire_flush(struct wire *w)
{
	if (fwrite(w->buffer, 1, w->used, w->file) != w->used) {
		perror("gencap");
		exit(2);
	}
	w->bytes += w->used;
	w->used = 0;
}

static inline void wire_open(struct wire *w, FILE *file, uint32_t snaplen)
{
	const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, accuracy, snaplen, linktype;
	} header = {0xa1b2c3d4, 2, 4, 0, 0, snaplen, 1};

	*w = (struct wire){.file = file, .snaplen = snaplen};
	w->buffer = malloc(WIRE_BUFFER);
	w->pattern = malloc(2 * WIRE_PATTERN);
	w->sums = malloc((WIRE_PATTERN + 1) * sizeof *w->sums);
	if (!w->buffer || !w->pattern || !w->sums)
		abort();
	for (uint32_t i = 0; i < 2 * WIRE_PATTERN; i++)
		w->pattern[i] = (uint8_t)((i % WIRE_PATTERN) * 2654435761u >> 24);
	w->sums[0] = 0;
	for (uint32_t i = 0; i < WIRE_PATTERN; i++)
		w->sums[i + 1] = w->sums[i] + sum_words(w->pattern + 2 * i, 2);
	memcpy(w->buffer, &header, sizeof header);
	w->used = sizeof header;
}

static inline void wire_close(struct wire *w)
{
	wire_flush(w);
	free(w->buffer);
	free(w->pattern);
	free(w->sums);
}

/* Where the next frame is to be built. */
static inline uint8_t *wire_frame(struct wire *w)
{
	if (w->used + WIRE_FRAME_MAX > WIRE_BUFFER)
		wire_flush(w);
	return w->buffer + w->used + 16;
}

/* Takes the frame that wire_frame gave room for: len bytes, padded to what Ethernet demands. */
static inline void wire_commit(struct wire *w, uint64_t time, uint32_t len)
{
	uint8_t *record = w->buffer + w->used;
	if (len < WIRE_FRAME_MIN) {
		memset(record + 16 + len, 0, WIRE_FRAME_MIN - len);
		len = WIRE_FRAME_MIN;
	}
	uint32_t captured = len < w->snaplen ? len : w->snaplen;
	const uint32_t header[4] = {
		(uint32_t)(time / 1000000000), (uint32_t)(time / 1000 % 1000000), captured, len};
	memcpy(record, header, sizeof header);
	w->used += sizeof header + captured;
	w->packets++;
}

static inline uint8_t *put_ethernet(uint8_t *p, unsigned side, unsigned type)
{
	p = put32(put16(p, 0x0200), 0x0a000001 + !side);
	p = put32(put16(p, 0x0200), 0x0a000001 + side);
	return put16(p, type);
}

static inline uint8_t *put_address(uint8_t *p, bool v6, uint32_t addr)
{
	if (v6) {
		p = put32(p, 0x20010db8);
		p = put32(put32(p, 0), 0);
	}
	return put32(p, addr);
}

/* The IP header before payload_len bytes; *pseudo is the pseudo-header's sum (RFC 9293 3.1). */
static inline uint8_t *put_ip(
	uint8_t *p, const struct packet_ip *ip, uint32_t payload_len, uint64_t *pseudo)
{
	uint8_t *start = p;
	if (ip->v6) {
		p = put16(put32(p, 0x60000000), payload_len);
		p = put8(put8(p, ip->protocol), ip->ttl);
	} else {
		p = put16(put16(p, 0x4500), 20 + payload_len);
		p = put16(put16(p, ip->id), 0x4000);
		p = put16(put8(put8(p, ip->ttl), ip->protocol), 0);
	}
	uint8_t *addresses = p;
	p = put_address(put_address(p, ip->v6, ip->addr[0]), ip->v6, ip->addr[1]);
	*pseudo = sum_words(addresses, (size_t)(p - addresses)) + payload_len + ip->protocol;
	if (!ip->v6)
		put16(start + 10, fold(sum_words(start, 20)));
	return p;
}

static inline uint8_t *put_timestamps(uint8_t *p, const struct packet_tcp *t)
{
	return put32(put32(put16(p, 0x080a), t->tsval), t->tsecr);
}

static inline uint8_t *put_syn_options(uint8_t *p, const struct packet_tcp *t)
{
	p = put16(put16(p, 0x0204), t->mss);
	if (t->sack_ok)
		p = put16(p, 0x0402);
	if (t->timestamps)
		p = put_timestamps(p, t);
	if (t->wscale)
		p = put8(put8(put16(p, 0x0103), 3), t->wscale);
	return p;
}

static inline uint8_t *put_options(uint8_t *p, const struct packet_tcp *t)
{
	if (t->timestamps)
		p = put_timestamps(put16(p, 0x0101), t);
	if (t->sacks)
		p = put8(put8(put16(p, 0x0101), 5), 2 + 8 * t->sacks);
	for (unsigned i = 0; i < t->sacks; i++)
		p = put32(put32(p, t->sack[i][0]), t->sack[i][1]);
	return p;
}

static inline uint32_t options_len(const struct packet_tcp *t)
{
	if (t->flags & TCP_SYN)
		return 4 + (t->sack_ok ? 2 : 0) + (t->timestamps ? 10 : 0) + (t->wscale ? 4 : 0);
	return (t->timestamps ? 12 : 0) + (t->sacks ? 4 + 8 * t->sacks : 0);
}

static inline void wire_tcp(
	struct wire *w, uint64_t time, const struct packet_ip *ip, const struct packet_tcp *t)
{
	uint32_t header_len = 20 + (options_len(t) + 3) / 4 * 4;
	uint8_t *frame = wire_frame(w);
	uint64_t sum;
	uint8_t *p = put_ethernet(frame, ip->side, ip->v6 ? 0x86dd : 0x0800);
	p = put_ip(p, ip, header_len + t->len, &sum);

	uint8_t *tcp = p;
	p = put32(put16(put16(p, t->port[0]), t->port[1]), t->seq);
	p = put8(put8(put32(p, t->ack), header_len << 2), t->flags);
	p = put32(put16(p, t->window), 0);
	p = t->flags & TCP_SYN ? put_syn_options(p, t) : put_options(p, t);
	while (p < tcp + header_len)
		p = put8(p, 1);
	sum += sum_words(tcp, header_len) + sum_payload(w, t->seq, t->len);
	put16(tcp + 16, fold(sum));

	uint32_t len = (uint32_t)(p - frame) + t->len;
	uint32_t captured = len < w->snaplen ? len : w->snaplen;
	if (captured > (uint32_t)(p - frame))
		memcpy(p, w->pattern + (t->seq & 0xfffe), captured - (uint32_t)(p - frame));
	wire_commit(w, time, len);
}

static inline void wire_udp(struct wire *w, uint64_t time, const struct packet_ip *ip,
	const uint16_t port[2], uint32_t len)
{
	uint8_t *frame = wire_frame(w);
	uint64_t sum;
	uint8_t *p = put_ethernet(frame, ip->side, ip->v6 ? 0x86dd : 0x0800);
	p = put_ip(p, ip, 8 + len, &sum);
	uint8_t *udp = p;
	p = put32(put16(put16(p, port[0]), port[1]), (8 + len) << 16);
	memcpy(p, w->pattern, len);
	sum += sum_words(udp, 8) + sum_payload(w, 0, len);
	uint16_t checksum = fold(sum);
	put16(udp + 6, checksum ? checksum : 0xffff);
	wire_commit(w, time, (uint32_t)(p - frame) + len);
}

static inline void wire_arp(struct wire *w, uint64_t time, uint32_t asker, uint32_t wanted)
{
	uint8_t *frame = wire_frame(w);
	uint8_t *p = put_ethernet(frame, 0, 0x0806);
	memset(frame, 0xff, 6);
	p = put32(put32(p, 0x00010800), 0x06040001);
	p = put32(put32(put16(p, 0x0200), 0x0a000001), asker);
	p = put32(put16(put32(p, 0), 0), wanted);
	wire_commit(w, time, (uint32_t)(p - frame));
}

#endif
