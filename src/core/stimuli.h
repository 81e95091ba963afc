/* What a segment and its facts mean for the states of both ends. */
#ifndef STIMULI_H
#define STIMULI_H

#include "judge.h"

#define STIMULI_MAX 32 /* all that the functions of stimuli.c and unheard.c can add is 31 */

struct stimulus {
	uint8_t side;
	uint8_t what;   /* enum fw_stimulus */
	uint8_t basis;  /* enum fw_basis */
	bool tentative; /* a deed that later segments of its sender may deny */
};

struct stimuli {
	uint8_t count;
	struct stimulus item[STIMULI_MAX];
};

void stimuli_add(struct stimuli *out, int side, enum fw_stimulus what, enum fw_basis basis);

/* In the order in which they happened. */
void stimuli_of(const struct flow *flow, int side, const struct fw_segment *seg,
	const struct judgement *j, struct stimuli *out);

/* Does SEG say, of an open connection in its usual course, nothing that could move a state? */
static inline bool stimuli_none(const struct flow *flow, const struct fw_segment *seg)
{
	const struct end *a = &flow->end[0], *b = &flow->end[1];
	return !(seg->flags & (FW_SYN | FW_FIN | FW_RST)) && a->state == FW_ESTABLISHED &&
		b->state == FW_ESTABLISHED && a->sure == FW_ESTABLISHED &&
		b->sure == FW_ESTABLISHED && !((a->has | b->has) & HAS_FIN) &&
		a->has & b->has & HAS_SEGMENT;
}

#endif
