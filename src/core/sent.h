/* What all ends have sent lately: a ring that is written in order, and for each end a way back
 * through it, from its latest segment to the one before. */
#ifndef SENT_H
#define SENT_H

#include "flow.h"

#define SENT_MAX   (1u << 16) /* segments that are remembered, of all flows together */
#define SENT_STEPS 1024       /* how far one look goes back at most */

enum sent_is {
	SENT_FIN = FW_FIN, /* as in the segment */
	SENT_SYN = FW_SYN,
	SENT_AHEAD = 1 << 2, /* it began where, or after, all before it ended */
	SENT_AGAIN = 1 << 3, /* its sender had sent some of it before */
	SENT_TS = 1 << 4,    /* tsval means something */
	SENT_SUM = 1 << 5,   /* captured wholly: sum means something, if its sender
				finishes its checksums */
	SENT_SOUND = 1 << 6, /* and if not: its checksum was right */
};

/* A segment that took sequence space. */
struct sent {
	fw_time time;
	uint32_t number; /* low half of the frame's: see sent_number */
	uint32_t seq;
	uint32_t tsval;
	uint32_t way; /* how far it is to the end's one before, and whose it is */
	uint16_t len; /* sequence space; as much as there is room for */
	uint16_t ip_id;
	uint16_t sum; /* of the payload's octets: equal where they are, and hardly ever elsewhere */
	uint8_t ttl;
	uint8_t is; /* set of enum sent_is */
};

struct sent_log {
	struct sent *ring;
	uint32_t total; /* written so far */
	uint32_t room;  /* a power of two; 0 before the first */
};

struct fw_analyzer;

/* Remembers SEG of end SIDE, which takes sequence space; IS is SENT_AHEAD or SENT_AGAIN, and
 * SENT_SOUND, if that is so. False where memory is short. */
bool sent_add(struct fw_analyzer *a, struct flow *flow, int side, const struct fw_segment *seg,
	uint32_t is);

/* The latest segment of the end that is still remembered, and the one before SENT; NULL if
 * none. */
const struct sent *sent_last(const struct fw_analyzer *a, const struct flow *flow, int side);
const struct sent *sent_before(
	const struct fw_analyzer *a, const struct flow *flow, int side, const struct sent *sent);

/* How far a look at what the end has sent may go back: less where it looks often, so that no
 * capture is read slower than by so many steps for each segment. */
uint32_t sent_steps(const struct flow *flow, int side);

/* The latest segment with the octet SEQ, and the one that had it first (which may be the same);
 * NULL where none is remembered within sent_steps. */
const struct sent *sent_find(
	const struct fw_analyzer *a, const struct flow *flow, int side, uint32_t seq);
const struct sent *sent_first(
	const struct fw_analyzer *a, const struct flow *flow, int side, uint32_t seq);

/* The frame's number in the capture, looked up when the frame NOW is at hand. */
static inline uint64_t sent_number(const struct sent *sent, uint64_t now)
{
	return now - (uint32_t)((uint32_t)now - sent->number);
}

static inline uint32_t sent_payload(const struct sent *sent)
{
	return sent->len - !!(sent->is & SENT_SYN) - !!(sent->is & SENT_FIN);
}

/* The sum that sent_add would remember of SEG. */
uint16_t sent_sum(const struct fw_segment *seg);

/* Are the payloads of two segments of one end with the same numbers known to differ? Its
 * checksums must be its own: HAS_CHECKSUM. */
bool sent_differs(const struct sent *sent, const struct fw_segment *seg);

/* Does all that SENT carried, which was SENT_SOUND, lie within the payload of SEG, captured wholly,
 * and with other octets? How many is it then; else 0. */
uint32_t sent_conflict(const struct sent *sent, const struct fw_segment *seg);

#endif
