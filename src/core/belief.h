/* What is believed of the states of both ends: the machine's moves, and what is taken back. */
#ifndef BELIEF_H
#define BELIEF_H

#include "analyzer.h"

/* Applies SEG of end SIDE to the states of both ends. The result is the sender's state when it
 * sent it. */
enum fw_state belief_move(struct fw_analyzer *a, struct flow *flow, int side,
	const struct fw_segment *seg, const struct judgement *j);

/* FLOW's 2 MSL are over: its ends close. */
void belief_timeout(struct fw_analyzer *a, struct flow *flow);

#endif
