/* A SYN put aside: alone it is all that there is of its flow, so a flood of them stays small. */
#ifndef SYN_H
#define SYN_H

#include "key.h"

struct syn {
	struct key key;
	uint64_t id; /* of the flow that it begins; 0 while that is not sure */
	uint64_t number;
	fw_time time;
	uint32_t seq, tsval;
	uint16_t have, mss, window, flags, ip_id, checksum;
	uint8_t wscale, ttl, ip_len;
	uint8_t side : 1, ecn : 2;
	uint8_t acks : 1, points : 1; /* it has an ack, or an urgent pointer, without the flag */
};

_Static_assert(
	sizeof(struct syn) <= 96, "an unanswered SYN with its slots takes at most 128 bytes");

/* Can SEGMENT be put aside without loss? */
static inline bool syn_fits(const struct fw_segment *segment)
{
	return (segment->flags & (FW_SYN | FW_ACK | FW_RST)) == FW_SYN && !segment->payload_len &&
		segment->ip_len <= UINT8_MAX;
}

static inline void syn_store(
	struct syn *syn, const struct fw_segment *segment, const struct key *key, int side)
{
	*syn = (struct syn){
		.key = *key,
		.number = segment->number,
		.time = segment->time,
		.seq = segment->seq,
		.tsval = segment->opt.have & FW_OPT_TIMESTAMPS ? segment->opt.tsval : 0,
		.have = segment->opt.have,
		.mss = segment->opt.have & FW_OPT_MSS ? segment->opt.mss : 0,
		.window = segment->window,
		.flags = segment->flags,
		.ip_id = (uint16_t)segment->ip_id,
		.ip_len = (uint8_t)segment->ip_len,
		.checksum = segment->checksum,
		.wscale = segment->opt.have & FW_OPT_WSCALE ? segment->opt.wscale : 0,
		.ttl = segment->ttl,
		.ecn = segment->ecn & 3,
		.side = side & 1,
		.acks = segment->ack != 0,
		.points = segment->urgent != 0,
	};
}

static inline void syn_load(const struct syn *syn, struct fw_segment *segment)
{
	*segment = (struct fw_segment){
		.number = syn->number,
		.time = syn->time,
		.tunnel = syn->key.tunnel,
		.vlan = syn->key.vlan,
		.seq = syn->seq,
		.ack = syn->acks,
		.urgent = syn->points,
		.window = syn->window,
		.flags = syn->flags,
		.ip_id = syn->ip_id,
		.ip_len = syn->ip_len,
		.checksum = syn->checksum,
		.ttl = syn->ttl,
		.ecn = syn->ecn,
		.opt = {.have = syn->have,
			.mss = syn->mss,
			.wscale = syn->wscale,
			.tsval = syn->tsval},
	};
	segment->src.port = syn->key.port[syn->side];
	segment->dst.port = syn->key.port[!syn->side];
	memcpy(segment->src.ip, syn->key.addr[syn->side], sizeof segment->src.ip);
	memcpy(segment->dst.ip, syn->key.addr[!syn->side], sizeof segment->dst.ip);
}

#endif
