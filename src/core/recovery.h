/* What loss recovery at an end must be doing, as far as the news that passes tell: kept from the
 * first sign of a loss on. */
#ifndef RECOVERY_H
#define RECOVERY_H

#include "analyzer.h"
#include "judge.h"

#define RECOVERY_RESENDS 16 /* the latest, that may turn out to have been needless */
#define RECOVERY_RANGES  16

/* Facts that say why something was sent again. */
#define RESEND_KINDS                                                                               \
	(FW_FACT_retransmission_timeout | FW_FACT_retransmission_fast |                            \
		FW_FACT_retransmission_sack | FW_FACT_tail_loss_probe)

struct resend {
	uint32_t left, right; /* what it took of the sequence space */
	uint64_t packet;
	fw_time time;
	uint32_t tsval;
	uint32_t facts; /* of 31 bits, and RESEND_SETTLED */
	uint32_t times; /* that this was sent again, this one counted */
	bool is_told;   /* by its time stamp, from all that was sent before */
};

#define RESEND_SETTLED (1u << 31) /* known to be needless, or not to be told any more */

/* A range of sequence numbers that the peer has told to have by SACK. */
struct range {
	uint32_t left, right;
};

enum recovery_phase {
	RECOVERY_NONE,
	RECOVERY_FAST,    /* RFC 5681 3.2, RFC 6582, RFC 6675 */
	RECOVERY_TIMEOUT, /* RFC 5681 3.1: all that was under way is sent again, as it is
			     acknowledged */
};

/* What the sender has been told. */
struct told {
	fw_time news_at;   /* the last duplicate ACK, SACK or, in a phase, ACK passed; 0 if none */
	uint32_t una;      /* highest acknowledgment */
	uint32_t dup_acks; /* since more was acknowledged */
	bool sack;         /* SACK tells of what lies higher */
	uint8_t phase;     /* enum recovery_phase */
};

struct recovery {
	struct range sacked[RECOVERY_RANGES]; /* in order, apart from each other */
	uint8_t ranges;
	bool probed;        /* a tail loss probe is out */
	bool sacks;         /* SACK was told of it before */
	uint32_t highest;   /* after all that was sent again, while it waits for that */
	bool open;          /* highest means something */
	uint32_t point;     /* the phase ends when this is acknowledged (RFC 6582 3.2 recover) */
	uint32_t timeouts;  /* since more was acknowledged */
	fw_time advance_at; /* when that was, 0 if not since the first sign */
	struct told told, before; /* now, and before the latest acknowledgments of more */
	struct resend resend[RECOVERY_RESENDS]; /* a ring */
	uint32_t resends;
	uint64_t exposed;    /* packet of the last one that turned out to have been needless */
	fw_time sign_at;     /* of the first sign that something is missing; 0 if none */
	int64_t sign_closed; /* how long the peer's window was closed until then */
	bool stalls;         /* and something was sent again since */
	int64_t stalled;     /* ns, all such times that are over */
	uint64_t expiries;   /* of timers */
	int64_t timer_min, timer_max, timer_sum; /* ns from a segment to its resend by them */
};

/* NULL while there was no sign of a loss. */
static inline struct recovery *recovery_of(const struct flow *flow, int side)
{
	return flow->trouble ? flow->trouble[side].recovery : NULL;
}

/* May the end have sent what passes now before it knew of the latest acknowledgment of more? Only
 * where there is a struct recovery. */
bool recovery_crossed(const struct flow *flow, int side, fw_time time);

/* Does SACK tell of all of [left, right)? */
bool recovery_has(const struct recovery *recovery, uint32_t left, uint32_t right);

/* Is the first block of SEG a DSACK (RFC 2883 4)? */
bool recovery_is_dsack(const struct fw_segment *seg);

/* Does SEG tell by SACK what was not known? */
bool recovery_has_news(const struct flow *flow, int side, const struct fw_segment *seg);

/* A resend of the peer of SIDE that SEG shows to have been needless; NULL if none. */
const struct resend *recovery_exposed(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j);

/* Does a loss, a resend or a probe wait for what a usual segment, so judged, tells? */
static inline bool recovery_waits(const struct flow *flow, const struct judgement *j)
{
	return flow->has & FLOW_UNSETTLED &&
		(j->ack_fresh || flow->trouble[0].asked || flow->trouble[1].asked);
}

/* Enters SEG of end SIDE: what it sends again, what it acknowledges. The flow is as it was before.
 * False where memory is short. */
bool recovery_take(const struct fw_analyzer *a, struct flow *flow, int side,
	const struct fw_segment *seg, const struct judgement *j);

/* For how long, in ns, the end had losses to repair, and a window to do it. */
int64_t recovery_stalled(const struct flow *flow, int side);

void recovery_free(struct flow *flow);

#endif
