/* What is known of an address that takes part in connections, whichever end of them it is. */
#ifndef PARTY_H
#define PARTY_H

#include "census.h"

struct fw_analyzer;
struct flow;

struct party {
	struct census_head head;
	uint64_t first_packet;
	fw_time first, last;   /* of its connections, when they began and ended */
	int64_t stuck_longest; /* ns */
	uint32_t stuck;        /* its connections stuck in CLOSE_WAIT */
	uint8_t sample_count;
	uint64_t sample[FW_FINDING_PACKETS]; /* connections that show what is wrong */
};

/* FLOW is one of its connections. */
void party_see(struct party *party, const struct flow *flow);

/* FLOW shows what is wrong. */
void party_sample(struct party *party, const struct flow *flow);

/* One of its connections was stuck for so many ns; 0: it was not. */
void party_stuck(struct party *party, int64_t stuck);

/* The beginning of a finding about it; ABOUT has to outlive it. */
struct fw_finding party_finding(
	const struct party *party, enum fw_code code, struct fw_subject *about);

/* Tells of connections that are stuck, if they are many. */
void party_tell_leak(struct fw_analyzer *a, const struct party *party);

#endif
