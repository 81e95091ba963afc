/* What became of the window that an end offers, besides that it moved on. */
#ifndef WINDOW_H
#define WINDOW_H

#include "finwait.h"

struct flow;
struct judgement;

/* Of one end: its window, and its own questions to the peer. Members in groups mean something if
 * the first of them is not 0. */
struct window {
	/* It has closed */
	uint64_t shut_packet;
	fw_time shut_at;
	fw_time asked_at;    /* when the peer asked last whether it is still closed */
	uint32_t asked;      /* how often it did */
	bool waited_for;     /* as often as one with data to send does */
	int64_t shut_before; /* ns, of all times before */

	/* It has opened again */
	uint64_t opened_packet;
	fw_time opened_at;

	/* The peer has filled it */
	uint64_t full_packet; /* first of all times */
	fw_time full_since;   /* when that passed */
	uint32_t full_times;  /* the peer stood before it, and went on as soon as it could */
	fw_time full_at;      /* last time */
	int64_t full_total;   /* ns that the peer stood before it */
	uint32_t full_edge;   /* its edge then */
	uint32_t small_steps; /* by how many steps too small to be offered it moved on since */

	/* Its right edge went back, from here */
	uint64_t shrunk_packet;
	fw_time shrunk_at;
	uint32_t shrunk_edge;
	uint32_t shrunk_by;                   /* octets */
	uint32_t shrunk_refused;              /* of them the peer had sent already */
	uint64_t shrinks;                     /* how often another segment confirmed that */
	uint64_t shrinks_packet;              /* the first time */
	fw_time shrinks_since;                /* when that passed */
	uint32_t shrinks_by, shrinks_refused; /* the worst time */

	/* Keepalives and window probes of this end since the peer was last heard */
	uint32_t questions;
	uint32_t questions_at; /* ticks, of the first */
	bool questions_of_window;
};

/* Of end SIDE; NULL where nothing became of it. */
const struct window *window_of(const struct flow *flow, int side);

/* Enters SEG, which is out of the usual course. False where memory is short. */
bool window_take(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j);

/* SEG, a segment in order, closes the window of its sender, opens it, or leaves it as it is. */
void window_turn(struct flow *flow, int side, const struct fw_segment *seg);

/* For how long, in ns, the window of end SIDE was closed until NOW. */
int64_t window_shut_for(const struct flow *flow, int side, fw_time now);

/* SEG offers less than END offered before: it is not in order, or the window shrinks. False where
 * memory is short. */
bool window_behind(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j);

/* Octets by which a window must move to be worth offering (RFC 9293 3.8.6.2.2). */
uint32_t window_step(const struct flow *flow, int side);

/* How often end SIDE has asked in vain, 0 if the peer has been heard since. */
uint32_t window_questions(const struct flow *flow, int side);

#endif
