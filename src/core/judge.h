/* What is true of a segment, given its flow: facts, and whether its numbers can be believed. */
#ifndef JUDGE_H
#define JUDGE_H

#include "flow.h"

struct judgement {
	uint32_t print; /* tells the segment from another of the same end, but for chance */
	uint32_t facts; /* set of enum fw_fact */
	uint32_t len;   /* sequence space that it takes */
	uint32_t after; /* the sequence number after it */
	uint32_t fresh; /* octets of it that were not seen before */
	bool usual;     /* the usual course: nothing else is to be said of it */
	bool own;       /* its numbers can be the sender's own */
	bool old;     /* sent before something of this end that was seen already, or a copy of it */
	bool copy;    /* made by the network or the capture: no deed of the end */
	bool ack_own; /* its acknowledgment can be the sender's own */
	bool ack_fresh;    /* and acknowledges more than this end did before */
	bool resync;       /* outside of everything, as the last one was: the capture has a hole */
	bool corrupt;      /* damaged on its way: sent, but received by nobody */
	bool sound;        /* all of it was captured, and its checksum is right */
	bool afterwards;   /* a reset after both ends had closed */
	bool finds_stray;  /* acknowledges what of the peer lay outside of everything */
	bool guesses_fin;  /* of a peer that is not heard: acknowledges what seems to be its FIN */
	bool denies_guess; /* acknowledges more of that peer than such a FIN would allow */
	bool rst_accepted; /* a reset that its receiver would accept */
	bool unfinished;   /* its checksum was left to a network card, like all of its sender */
};

/* Does SEG, a SYN,ACK, take all of a SYN of RCV that carries a FIN as well? */
bool judge_takes_syn_fin(const struct end *rcv, const struct fw_segment *seg);

/* Does SEG, an answer to the peer's FIN, leave out just the octet that a FIN of its sender
 * takes? */
bool judge_skips_fin(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j);

void judge(const struct flow *flow, int side, const struct fw_segment *seg, struct judgement *j);

#define FIRST_RTO 200000000LL /* ns; no stack sends a SYN again sooner (RFC 6298 2.1: 1 s) */

#define PROBES (FW_FACT_keepalive | FW_FACT_zero_window_probe)

/* Facts that change nothing in how a segment is counted. */
#define REMARKS                                                                                    \
	(FW_FACT_duplicate_ack | FW_FACT_dsack | FW_FACT_reveals_spurious |                        \
		FW_FACT_window_update | FW_FACT_window_full | FW_FACT_keepalive_ack |              \
		FW_FACT_zero_window_probe_ack)

/* Does SEG reset what crossed its sender's data and FIN, with <SEQ=SEG.ACK>? The peer drops it as
 * it lies before RCV.NXT; but if it is just one before, as the FIN was, implementations take it. */
bool judge_resets_before_fin(const struct end *snd, const struct fw_segment *seg);

/* Is SEG, damaged on its way, a FIN all the same? Its numbers are those that were due. */
bool judge_damaged_fin(const struct flow *flow, int side, const struct fw_segment *seg);

/* Is SEG, a SYN,ACK, due to a copy that the network made of the peer's SYN? */
bool judge_answers_copy(const struct flow *flow, int side, const struct fw_segment *seg);

/* Does SEG, of the end E, repeat the octets or the flag that it sent before? */
bool judge_repeats_fin(const struct end *e, const struct fw_segment *seg);

#endif
