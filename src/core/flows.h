/* The flows that are there: found by key, opened, put aside while a SYN is all there is, and
 * left. */
#ifndef FLOWS_H
#define FLOWS_H

#include "analyzer.h"

/* What is known under KEY: a ref of a flow or of a SYN put aside (SYN_REF); 0 if nothing is. */
uint32_t flows_find(const struct fw_analyzer *a, const struct key *key);

/* A new flow, whose first segment SEG was sent by end SIDE. NULL where memory is short. */
struct flow *flows_open(struct fw_analyzer *a, const struct fw_segment *seg, const struct key *key,
	int side, uint32_t incarnation);

/* Puts SEG, alone in its flow, aside. */
void flows_put_aside(
	struct fw_analyzer *a, const struct fw_segment *seg, const struct key *key, int side);

/* Makes a flow of what was put aside: SEG is the segment, to be analysed. NULL where memory is
 * short. */
struct flow *flows_promote(struct fw_analyzer *a, uint32_t ref, struct fw_segment *seg);

/* Keeps SEG, a SYN in a live connection, until it is known what it is. Of several the first is
 * kept. */
void flows_hold(struct fw_analyzer *a, struct flow *flow, const struct fw_segment *seg, int side);

/* What was kept begins no connection: it is counted in FLOW. */
void flows_release(struct fw_analyzer *a, struct flow *flow);

/* What was kept begins a connection of its own: SEG and the end that sent it. */
int flows_adopt(struct fw_analyzer *a, struct flow *flow, struct fw_segment *seg);

/* FLOW is over: it is told and forgotten. */
void flows_leave(struct fw_analyzer *a, struct flow *flow);

/* Tells and forgets all that is there, by number. */
void flows_leave_all(struct fw_analyzer *a);

#endif
