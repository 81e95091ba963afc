/* One incarnation of a pair of ends, as the analysis keeps it. */
#ifndef FLOW_H
#define FLOW_H

#include "finwait.h"
#include "holes.h"
#include "key.h"
#include "seqno.h"
#include "stream.h"
#include "tally.h"
#include "window.h"

/* Round trips are kept in units of 8 ns, up to half a minute. */
#define RTT_UNIT 8

/* Moments that are compared with round trips only are kept in ticks of 65.5 us, which wrap after
 * three days. */
#define TICK_BITS 16

/* Waiting is added up in units of 4.2 ms: beginnings and ends are rounded alike. */
#define STALL_BITS 22

enum end_has {
	HAS_SEGMENT = 1 << 0,  /* it has been heard: nxt means something */
	HAS_ISS = 1 << 1,      /* its SYN or SYN,ACK was seen: iss is its own */
	HAS_ACK = 1 << 2,      /* it has acknowledged: ack and edge mean something */
	HAS_FIN = 1 << 3,      /* its FIN was seen: fin means something */
	HAS_FIN_ACK = 1 << 4,  /* the peer acknowledged that FIN with what is acknowledged itself */
	HAS_RST = 1 << 5,      /* its reset was taken as its own */
	HAS_DATA = 1 << 6,     /* it has sent payload */
	HAS_TS = 1 << 7,       /* it sends time stamps: tsval means something */
	HAS_SYN_ACK = 1 << 8,  /* its SYN,ACK was seen */
	HAS_TIMED = 1 << 9,    /* a segment of it is being timed */
	HAS_ALT_ISS = 1 << 10, /* a second SYN,ACK has another sequence number: alt_iss */
	HAS_STRAY = 1 << 11,   /* a segment outside of everything was seen: stray */
	HAS_WSCALE = 1 << 12,  /* it announced a window scale */
	HAS_IP_ID = 1 << 13,   /* its IP identification counts up */
	HAS_IDS = 1 << 14,     /* its IP identification is not always the same */
	HAS_TOLD_TS = 1 << 15, /* told_ts means something */
	HAS_LACKS_FIN = 1 << 16,   /* it spoke since the peer's FIN passed, and not of it */
	HAS_SMALL_STEPS = 1 << 17, /* it has acknowledged a single octet of data before */
	HAS_CHECKSUM = 1 << 18,    /* it finishes its checksums itself: a right one was seen */
	HAS_SYN_FIN = 1 << 19,     /* its SYN carries its FIN as well */
	HAS_SYN_END = 1 << 20,     /* the peer took another part of its SYN than iss: syn_end */
	HAS_TOLD_DATA = 1 << 21,   /* its data is no news to Zeek's history */
	HAS_TOLD_ACK = 1 << 22,    /* nor are its bare ACKs */
	HAS_APART = 1 << 23,       /* Zeek's idea of nxt is another: zeek_last */
	HAS_OPTIONS = 1 << 24,     /* its SYN's options are wholly in the capture */
	HAS_SIGNED = 1 << 25,      /* its SYN was signed (RFC 2385, RFC 5925) */
	HAS_SURE_FIN = 1 << 26,    /* it has confirmed its FIN by what it sent after it */
	HAS_LARGE_STEPS = 1 << 27, /* it has acknowledged more than an octet at once */
	HAS_FILLED = 1 << 28,      /* it has filled the peer's window, and sent no more since */
	HAS_STIRRED = 1 << 29,     /* last_at means something */
	HAS_SACKED = 1 << 30,      /* it has received something beyond what it acknowledges */
};

/* What an end has said, named after RFC 9293 3.3.1 where it has a name for it. */
struct end {
	uint32_t has;    /* set of enum end_has */
	uint32_t iss;    /* without HAS_ISS the first sequence number seen */
	uint32_t nxt;    /* SND.NXT: after the highest octet it has sent */
	uint32_t ack;    /* highest acknowledgment it has sent: its RCV.NXT by its own word */
	uint32_t edge;   /* right edge of the window it offers */
	uint32_t tsval;  /* highest time stamp it has sent */
	uint32_t timed;  /* what the peer must acknowledge to end the timing */
	uint32_t rtt;    /* smoothed, from a segment of it to the peer's answer; 0 unknown */
	uint16_t window; /* as sent */
	uint16_t ip_id;
	uint8_t state; /* enum fw_state: presumptions believed */
	uint8_t sure;  /* the same without what is only presumed */
	uint8_t held;  /* STATE before a reset that is only presumed; 0 where there is none */
	uint8_t wscale : 4;
	uint8_t id_steps : 4; /* how often ip_id has counted up by a little, 3 at most */
	fw_time timed_at;
	uint32_t presumed; /* ticks when the first presumption passed that SURE lacks; 0 if none */
	uint32_t fin_at;   /* ticks when its FIN passed last */
	uint32_t fin;      /* sequence number after its FIN */
	uint32_t fin_ack_at; /* by acknowledging this it shows that it knows its FIN acknowledged */
	uint32_t told_ts;    /* time stamp of the segment that is presumed received */
	uint32_t print;      /* of its last segment, see judge.h */
	uint32_t last_at;    /* ticks when that passed */
	uint32_t max_idle;   /* ticks, longest between two of them */
};

/* Letters of Zeek's history that most flows do not exceed. */
#define HISTORY_HERE 8

/* What few flows need. */
struct trouble {
	struct holes holes;        /* in what the end has sent */
	uint64_t repeated_bytes;   /* payload that was in the capture before */
	uint64_t repeated_packets; /* segments with such payload alone */
	struct wide *wide;         /* NULL while there was nothing to hold */
#define TROUBLE_RARE(member) uint64_t member;
#define TROUBLE_COUNT(member)
#define TROUBLE_OPTION(member)
#define TROUBLE_FLAG(member)
#define TROUBLE_NS(member)
#define FIELD(type, member, path, unit, text) TROUBLE_##type(member)
#include "finwait/fields.def"
#undef FIELD
	uint8_t ace;              /* counter of its last segment, and ACE_BEGUN (RFC 9768 3.2.2) */
	uint32_t syn_end;         /* after its SYN and what of the SYN's data was taken */
	uint32_t alt_iss;         /* of a second SYN,ACK */
	uint32_t stray_at, stray; /* where the last segment outside of everything began and ended */
	bool stray_fin;           /* it carried a FIN */
	uint64_t stranger;        /* packet of its first SYN on the live connection; 0 if none */
	fw_time stranger_at;      /* when that passed */
	uint64_t challenge; /* packet by which the peer told a SYN of it that it has a connection */
	uint32_t challenged;       /* what that acknowledges */
	uint32_t strangers;        /* such SYNs */
	uint32_t stranger_iss;     /* of the last of them */
	uint32_t silent_since;     /* when the peer was heard last before the repeats, in ticks */
	uint32_t repeats_at;       /* ticks of the first of them */
	uint32_t repeated_at;      /* ticks of the last */
	uint32_t repeats;          /* segments sent again, and probes, since then */
	uint32_t alert;            /* octets of its last segment, if that is a TLS alert alone */
	fw_time rst_at;            /* when its last reset passed */
	uint64_t rst_packet;       /* that reset; 0 if none */
	bool rst_deed;             /* it was one of its own, not an answer */
	uint32_t icmp_mtu;         /* of the last ICMP error that quotes the end */
	struct recovery *recovery; /* see recovery.h; NULL while there was no sign of a loss */
	uint32_t asked;            /* its last probe, a fact, until the peer has spoken */
	uint64_t icmp_packet;
	uint16_t icmp_count;
	uint8_t icmp; /* enum fw_icmp; means something if icmp_count does */
	char history[FW_HISTORY_MAX - HISTORY_HERE]; /* of the flow: trouble[0] alone has it */
	struct window window;
	struct stream stream;
	uint32_t zeek_last;
	uint32_t zeek[4]; /* how often, after the first time, what Zeek's history counts happened */
};

/* An end as Zeek sees it. */
struct zeek_end {
	uint16_t letters : 11; /* of the history, that were written */
	uint16_t state : 3;
	uint16_t was : 2;
	uint16_t fin, rst; /* folded sequence numbers of the last ones */
};

enum flow_has {
	FLOW_FAST_OPEN = 1 << 0, /* a SYN carried data that was taken */
	FLOW_RESET = 1 << 1,     /* a reset that its receiver takes came before both had closed */
	FLOW_TIMER = 1 << 2,     /* it stands in the queue of the 2 MSL timer */

	/* of end 0; the next bit is the same of end 1 */
	FLOW_CHALLENGED = 1 << 3,   /* it was sent what it would ask back about */
	FLOW_GUESSED_FINS = 3 << 5, /* either of the next */
	FLOW_GUESSED_FIN = 1 << 5, /* it seems to acknowledge the FIN of an end that is not heard */

	FLOW_DATA_LAST = 1 << 24, /* end 1 sent data last, not end 0 */
	FLOW_ACCECN = 1 << 25,    /* both ends have agreed to accurate feedback (RFC 9768) */
	FLOW_SYN_AGAIN = 1 << 27, /* its first SYN was sent before, into what was there before it */
	FLOW_UNSETTLED = 1 << 26, /* a loss, a resend or a probe waits for an answer: recovery.c */
};

/* The bit of has from which on a set of enum offers of each end stands. */
#define FLOW_OFFERS 8

/* What the first SYN, or SYN,ACK, of an end carries. */
enum offers {
	OFFERS_SACK = 1 << 0,
	OFFERS_TIMESTAMPS = 1 << 1,
	OFFERS_ECN = 1 << 2, /* of a SYN: ECE and CWR; of a SYN,ACK: ECE alone (RFC 3168 6.1.1) */
	OFFERS_ACCECN = 1 << 3, /* of a SYN: AE, CWR and ECE; of a SYN,ACK: RFC 9768 table 2 */
	OFFERS_FAST_OPEN = 1 << 4,
	OFFERS_DATA = 1 << 5,
	OFFERS_MPTCP = 1 << 6,
};

#define OFFERS_BITS 8

#define FLIGHT_MAX UINT8_MAX

struct flow {
	struct key key;
	uint32_t has;     /* set of enum flow_has */
	uint32_t ref;     /* its own, in the table */
	uint32_t pending; /* a SYN on the live connection that may begin a new one; 0 if none */
	uint32_t incarnation;
	struct end end[2];
	struct tally tally[2];
	uint32_t sent[2];        /* places of their latest segments in the log, see sent.h */
	struct trouble *trouble; /* of each end, see flow_trouble; NULL while there was none */
	fw_time last;
	uint64_t last_packet;
	struct zeek_end zeek[2];
	char history[HISTORY_HERE]; /* Zeek's: how it begins; the rest is in trouble[0] */
	uint16_t history_len : 5;
	uint16_t completeness : 6; /* Wireshark's */
	uint16_t role_basis : 2;   /* enum fw_role_basis */
	uint16_t client : 1;       /* which of end[] */
	uint16_t fin_first : 1;    /* which of end[] sent the first FIN */
	uint16_t rst_by : 1;       /* which of end[] sent the reset */
	uint16_t visited[2]; /* states that each end was said to be in: set of 1 << enum fw_state */
	uint16_t flight_bytes[2]; /* what each end had sent when the first of it was acknowledged */
	uint8_t flight_packets[2]; /* 0 until then; FLIGHT_MAX: see struct wide */
	uint32_t answered, opened; /* spans from the first segment to SYN,ACK, and to its ACK */
	uint64_t id : 48;
	uint64_t stalled_0 : 16; /* of end 0: STALL_BITS, silence before it sent; see struct wide */
	uint64_t first_packet : 48;
	uint64_t stalled_1 : 16;
	fw_time first;
	union {
		fw_time deadline; /* FLOW_TIMER: of the 2 MSL timer */
		uint32_t ids[2];  /* else: bit i tells that identification ip_id - i was seen,
				     if bit 0 is set */
	};
	uint32_t timer_prev, timer_next;
	uint32_t timeline; /* the last block of its transitions, 0 if none */
	uint32_t findings; /* the last one's record; 0 if none */
};

_Static_assert(FW_ROLE_COUNT <= 4, "role_basis has two bits");
_Static_assert(FW_HISTORY_MAX < 32, "history_len has five bits");
_Static_assert(FW_STATE_COUNT <= 16, "visited is a set of states");
_Static_assert(sizeof(struct flow) <= 488, "an idle flow with its slots takes at most 512 bytes");

/* What few flows need, of end SIDE; NULL where FLOW needs none of it. */
static inline struct trouble *flow_trouble(const struct flow *flow, int side)
{
	return flow->trouble ? &flow->trouble[side] : NULL;
}

/* Is it known where the SYN of end SIDE ended, with what of its data was taken? Where is that? */
static inline bool flow_knows_syn_end(const struct flow *flow, int side)
{
	return flow->end[side].has & (HAS_ISS | HAS_SYN_END);
}

static inline uint32_t flow_syn_end(const struct flow *flow, int side)
{
	return flow->end[side].has & HAS_SYN_END ? flow->trouble[side].syn_end
						 : flow->end[side].iss + 1;
}

static inline uint32_t flow_offers(const struct flow *flow, int side)
{
	return flow->has >> (FLOW_OFFERS + OFFERS_BITS * side) & ((1u << OFFERS_BITS) - 1);
}

/* An IP identification that counts moves by less from one segment to the next. */
#define ID_STEP   256
#define ID_WINDOW 32 /* identifications before the latest of which it is known which were seen */

static inline uint32_t ticks(fw_time time)
{
	return (uint32_t)((uint64_t)time >> TICK_BITS);
}

/* Nanoseconds from the tick THEN to NOW; negative where the clock has gone back by up to an
 * hour. */
static inline int64_t since(uint32_t then, fw_time now)
{
	const uint32_t hour = (uint32_t)(3600000000000 >> TICK_BITS), passed = ticks(now) - then;
	const int64_t moved = passed > UINT32_MAX - hour ? (int32_t)passed : (int64_t)passed;
	return moved * (1 << TICK_BITS);
}

/* Which of end[] sent data last? */
static inline int flow_data_by(const struct flow *flow)
{
	return !!(flow->has & FLOW_DATA_LAST);
}

/* Nanoseconds from one time to another; 0 where the clock went back. */
static inline int64_t elapsed(fw_time from, fw_time to)
{
	int64_t ns;
	if (to <= from)
		return 0;
	return __builtin_sub_overflow(to, from, &ns) ? INT64_MAX : ns;
}

/* Adds to a SUM of such times, which stays what it can be at most. */
static inline void time_add(int64_t *sum, int64_t ns)
{
	if (__builtin_add_overflow(*sum, ns, sum))
		*sum = INT64_MAX;
}

/* Was end SIDE said to be in STATE? Was anything of it heard? */
static inline bool flow_visited(const struct flow *flow, int side, enum fw_state state)
{
	return flow->visited[side] & 1u << state;
}

static inline bool flow_heard(const struct flow *flow, int side)
{
	return flow->end[side].has & HAS_SEGMENT;
}

/* The octets of an end's stream from ACK on that were sent, without its FIN. */
static inline uint32_t end_outstanding(const struct end *e, uint32_t ack)
{
	const uint32_t end = e->has & HAS_FIN && e->nxt == e->fin ? e->nxt - 1 : e->nxt;
	return e->has & HAS_SEGMENT && seq_after(end, ack) ? end - ack : 0;
}

/* Has it nothing left to do but to wait? */
static inline bool end_is_done(const struct end *e)
{
	return e->state == FW_CLOSED || e->state == FW_TIME_WAIT;
}

static inline struct fw_addr flow_addr(const struct flow *flow, int side)
{
	struct fw_addr addr = {.port = flow->key.port[side]};
	memcpy(addr.ip, flow->key.addr[side], sizeof addr.ip);
	return addr;
}

/* Window that a segment with this raw window offers. Windows of SYNs are never scaled (RFC 7323
 * 2.2). */
static inline uint32_t end_window(
	const struct end *e, const struct end *peer, const struct fw_segment *seg)
{
	const bool scaled = !(seg->flags & FW_SYN) && e->has & HAS_WSCALE && peer->has & HAS_WSCALE;
	return (uint32_t)seg->window << (scaled ? e->wscale : 0);
}

#endif
