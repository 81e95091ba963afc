/* A ring for all flows: where segments are remembered in the order in which they come, one more
 * costs half a cache line, and no flow needs room of its own. */
#include "sent.h"

#include <stdlib.h>

#include "analyzer.h"
#include "bytes.h"
#include "count.h"
#include "checksum.h"

#define ROOM_FIRST 1024u
#define FEW        16 /* of what is looked up may be so at any cost */
#define STEPS_EACH 16 /* for each segment with data, after that */
#define WAY_BITS   20 /* of way: distance; the rest is OWNER */

_Static_assert(sizeof(struct sent) == 32, "two to a cache line");
_Static_assert(SENT_MAX < 1u << WAY_BITS, "any distance in the ring can be written");

/* Some bits of the flow's number. Only after 2^32 segments can a place in the ring be taken for
 * another's: this, the time and the sequence numbers then make it improbable. */
static uint32_t owner_of(const struct flow *flow, int side)
{
	return ((uint32_t)flow->id << 1 | (uint32_t)side) << WAY_BITS;
}

static bool grow(struct sent_log *log)
{
	const uint32_t room = log->room ? 2 * log->room : ROOM_FIRST;
	struct sent *ring = realloc(log->ring, room * sizeof *ring);
	if (!ring)
		return false;
	log->ring = ring;
	log->room = room;
	return true;
}

/* The one that was written as number AT, counted from 1. */
static const struct sent *look(
	const struct sent_log *log, const struct flow *flow, int side, uint32_t at)
{
	if (!at || log->total - at >= log->room)
		return NULL;
	const struct sent *sent = &log->ring[(at - 1) & (log->room - 1)];
	const uint32_t owner = sent->way & ~((1u << WAY_BITS) - 1);
	return owner == owner_of(flow, side) ? sent : NULL;
}

/* Is all of its header there? A SYN may have been put aside without its bytes. */
static bool has_header(const struct fw_segment *seg)
{
	return seg->header_len && seg->header_len == (seg->header[12] >> 4) * 4;
}

/* In the byte order of the wire: the length is turned around, where that is another. */
static inline uint16_t sum_of(const struct fw_segment *seg)
{
	const uint32_t len = seg->header_len + seg->payload_len;
	const uint8_t bytes[4] = {
		(uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8), (uint8_t)len};
	uint64_t total = load32(bytes) + (uint64_t)load32(seg->header + 4);
	uint32_t i = 8;
	for (; i + 8 <= seg->header_len; i += 8) {
		const uint64_t both = load64(seg->header + i);
		total += (both & 0xffffffff) + (both >> 32);
	}
	total += i < seg->header_len ? load32(seg->header + i) : 0;
	total = (total & 0xffffffff) + (total >> 32);
	total = (total & 0xffff) + (total >> 16 & 0xffff) + (total >> 32);
	total = (total & 0xffff) + (total >> 16);
	return total == 0xffff ? 0 : (uint16_t)total;
}

uint16_t sent_sum(const struct fw_segment *seg)
{
	return sum_of(seg);
}

bool sent_add(struct fw_analyzer *a, struct flow *flow, int side, const struct fw_segment *seg,
	uint32_t is)
{
	struct sent_log *log = &a->log;
	if (log->total == log->room && log->room < SENT_MAX && !grow(log))
		return false;
	const uint32_t control = seg->flags & (FW_SYN | FW_FIN);
	const uint32_t len = seg->payload_len + (control ? 1 + (control == (FW_SYN | FW_FIN)) : 0);
	const uint32_t back = log->total + 1 - flow->sent[side];
	const bool whole = seg->payload_captured == seg->payload_len && has_header(seg);
	log->ring[log->total++ & (log->room - 1)] = (struct sent){
		.time = seg->time,
		.number = (uint32_t)seg->number,
		.seq = seg->seq,
		.tsval = seg->opt.tsval,
		.way = owner_of(flow, side) | (flow->sent[side] && back <= SENT_MAX ? back : 0),
		.len = (uint16_t)(len < UINT16_MAX ? len : UINT16_MAX),
		.ip_id = (uint16_t)seg->ip_id,
		.sum = whole ? sum_of(seg) : 0,
		.ttl = seg->ttl,
		.is = (uint8_t)(is | control | (seg->opt.have & FW_OPT_TIMESTAMPS ? SENT_TS : 0) |
			(whole ? SENT_SUM : 0)),
	};
	flow->sent[side] = log->total;
	return true;
}

const struct sent *sent_last(const struct fw_analyzer *a, const struct flow *flow, int side)
{
	return look(&a->log, flow, side, flow->sent[side]);
}

const struct sent *sent_before(
	const struct fw_analyzer *a, const struct flow *flow, int side, const struct sent *sent)
{
	const struct sent_log *log = &a->log;
	const uint32_t back = sent->way & ((1u << WAY_BITS) - 1);
	const uint32_t place = (uint32_t)(sent - log->ring);
	const uint32_t age = (log->total - 1 - place) & (log->room - 1);
	return back ? look(log, flow, side, log->total - age - back) : NULL;
}

uint32_t sent_steps(const struct flow *flow, int side)
{
	const struct trouble *t = flow_trouble(flow, side);
	const uint64_t looks =
		!t ? 0 : t->retransmitted_packets + t->out_of_order_packets + t->duplicate_packets;
	if (looks < FEW)
		return SENT_STEPS;
	const uint64_t share = count_data_packets(flow, side) / looks;
	return share < SENT_STEPS / STEPS_EACH ? STEPS_EACH * (uint32_t)(share + 1) : SENT_STEPS;
}

static bool has_octet(const struct sent *sent, uint32_t seq)
{
	return seq - sent->seq < sent->len;
}

/* What was sent before a segment ahead of all lies below it. */
static bool is_above_the_rest(const struct sent *sent, uint32_t seq)
{
	return sent->is & SENT_AHEAD && !seq_after(sent->seq, seq);
}

const struct sent *sent_find(
	const struct fw_analyzer *a, const struct flow *flow, int side, uint32_t seq)
{
	const uint32_t steps = sent_steps(flow, side);
	const struct sent *sent = sent_last(a, flow, side);
	for (uint32_t i = 0; sent && i < steps; i++) {
		if (has_octet(sent, seq))
			return sent;
		if (is_above_the_rest(sent, seq))
			break;
		sent = sent_before(a, flow, side, sent);
	}
	return NULL;
}

const struct sent *sent_first(
	const struct fw_analyzer *a, const struct flow *flow, int side, uint32_t seq)
{
	const uint32_t steps = sent_steps(flow, side);
	const struct sent *first = NULL, *sent = sent_last(a, flow, side);
	for (uint32_t i = 0; sent && i < steps; i++) {
		if (has_octet(sent, seq))
			first = sent;
		if (is_above_the_rest(sent, seq))
			break;
		sent = sent_before(a, flow, side, sent);
	}
	return first;
}

bool sent_differs(const struct sent *sent, const struct fw_segment *seg)
{
	return sent->is & SENT_SUM && has_header(seg) && sent->sum != sent_sum(seg);
}

uint32_t sent_conflict(const struct sent *sent, const struct fw_segment *seg)
{
	const uint32_t left = sent->seq + !!(sent->is & SENT_SYN);
	const uint32_t len =
		sent->len - (uint32_t)(!!(sent->is & SENT_SYN) + !!(sent->is & SENT_FIN));
	const uint32_t at = left - (seg->seq + !!(seg->flags & FW_SYN));
	if (!(sent->is & SENT_SOUND) || sent->len == UINT16_MAX || !len ||
		at > seg->payload_captured || len > seg->payload_captured - at)
		return 0;
	return segment_completes(seg, sent->sum, at, len) ? 0 : len;
}
