/* Octets of one end's stream that lie before its SND.NXT and were not seen. Bounded: the lowest
 * are forgotten first. */
#ifndef HOLES_H
#define HOLES_H

#include <stdbool.h>
#include <stdint.h>

#define HOLES_MAX 24

struct hole {
	uint32_t left, right;
};

struct holes {
	uint16_t count;
	uint64_t forgotten;          /* octets in holes that there was no room for */
	uint32_t forgotten_ranges;   /* these */
	struct hole hole[HOLES_MAX]; /* in order, apart from each other */
};

/* [left, right) follows all that is there. */
void holes_add(struct holes *holes, uint32_t left, uint32_t right);

/* How many octets of [left, right) are in holes? */
uint32_t holes_covered(const struct holes *holes, uint32_t left, uint32_t right);

/* [left, right) was seen. */
void holes_fill(struct holes *holes, uint32_t left, uint32_t right);

#endif
