/* finwait: the RFC 9293 state of both ends of every TCP connection in a capture.
 *
 * The library does no I/O, has no clock and keeps no globals: frames go in with fw_feed, events
 * come out through one callback. Time is that of the frames.
 */
#ifndef FINWAIT_H
#define FINWAIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finwait/words.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FW_VERSION "0.1.0"

typedef int64_t fw_time; /* nanoseconds since the epoch */

#define FW_NONE INT64_MIN /* an OPTION or NS field that has no value */

enum fw_tcp_flag {
	FW_FIN = 0x01,
	FW_SYN = 0x02,
	FW_RST = 0x04,
	FW_PSH = 0x08,
	FW_ACK = 0x10,
	FW_URG = 0x20,
	FW_ECE = 0x40,
	FW_CWR = 0x80,
	FW_AE = 0x100,
	FW_RESERVED = 0xe00 /* three bits without a meaning */
};

enum fw_frame_flag {
	FW_FRAME_FILTERED = 1, /* the filter rejects it: counted, not looked at */
	FW_FRAME_INBOUND = 2,  /* the capturing host received it */
	FW_FRAME_OUTBOUND = 4, /* the capturing host sent it */
};

/* One frame as captured. The bytes are the caller's, for the duration of fw_feed. */
struct fw_frame {
	uint64_t number; /* position in the capture from 1: it rises, and comes back in events */
	fw_time time;    /* may go back: timers then stand still */
	const uint8_t *data;
	uint32_t len;      /* bytes at data */
	uint32_t wire_len; /* length on the wire: bytes beyond are not looked at */
	uint16_t linktype; /* LINKTYPE_ value of the pcap file formats */
	uint8_t flags;     /* enum fw_frame_flag */
	uint8_t fcs_len; /* of the frame check sequence that ends wire_len; 0 if none or unknown */
};

/* An IPv4 address is held mapped into IPv6, ::ffff:a.b.c.d (RFC 4291 2.5.5.2). */
struct fw_addr {
	uint8_t ip[16];
	uint16_t port;
};

enum fw_option_bit {
	FW_OPT_MSS = 1 << 0,
	FW_OPT_WSCALE = 1 << 1,
	FW_OPT_SACK_PERMITTED = 1 << 2,
	FW_OPT_SACK = 1 << 3,
	FW_OPT_TIMESTAMPS = 1 << 4,
	FW_OPT_FAST_OPEN = 1 << 5,
	FW_OPT_MPTCP = 1 << 6,
	FW_OPT_MD5 = 1 << 7,
	FW_OPT_AO = 1 << 8,
	FW_OPT_WSCALE_ABOVE = 1 << 9, /* the window scale is larger than 14, which counts */
	FW_OPT_CUT = 1 << 14,         /* the capture cut the list */
	FW_OPT_MALFORMED = 1 << 15,   /* the list of options contradicts itself */
};

/* TCP options. A member means nothing unless its bit is in have. */
struct fw_options {
	uint16_t have;
	uint16_t mss;
	uint8_t wscale;
	uint8_t sack_count; /* blocks in sack */
	uint32_t tsval, tsecr;
	struct {
		uint32_t left, right;
	} sack[4];
};

/* One TCP segment in host order; every length in it has been proven. */
struct fw_segment {
	uint64_t number; /* of the frame that completed it */
	fw_time time;
	struct fw_addr src, dst;
	uint32_t tunnel; /* identifier of the innermost tunnel, 0 if none */
	uint32_t vlan;   /* VLAN tags: the outer in bits 0-11, the inner in bits 12-23 */
	uint32_t seq, ack;
	uint32_t payload_len; /* on the wire */
	uint32_t payload_captured;
	const uint8_t *payload; /* valid during the event */
	const uint8_t *header;  /* the TCP header, as long */
	uint16_t header_len;    /* bytes of it that were captured */
	uint32_t ip_len;        /* length of the IP packet on the wire */
	uint16_t flags;         /* enum fw_tcp_flag */
	uint16_t window;        /* as sent, not scaled */
	uint16_t urgent;
	uint16_t checksum;
	uint32_t ip_id; /* IPv4 identification; 0 for IPv6 */
	uint8_t ttl;    /* or hop limit */
	uint8_t ecn;    /* the IP header's two ECN bits */
	struct fw_options opt;
};

/* What an ICMP error quotes of the TCP segment that it is about: an IP header and at least the
 * first 8 octets of TCP's. Whoever sent the error may have made it up. */
struct fw_quote {
	uint64_t number; /* of the frame with the error */
	fw_time time;
	struct fw_addr from, to; /* of the error; port 0 */
	struct fw_addr src, dst; /* of the quoted segment */
	uint32_t tunnel, vlan;   /* as in struct fw_segment */
	uint32_t seq;
	uint32_t ack;        /* together with flags 0 unless all of the header is quoted */
	uint16_t flags;      /* enum fw_tcp_flag */
	uint16_t header_len; /* octets of the TCP header that are quoted and captured */
	enum fw_icmp what;
	uint32_t mtu;        /* of the next link, octets; 0 if not told */
	uint32_t quoted_len; /* of the quoted IP packet before it was cut, octets */
};

enum fw_side { FW_CLIENT, FW_SERVER };

/* One move of one end. rule indexes fsm.def, FW_NO_RULE where a presumption is withdrawn. */
#define FW_NO_RULE 0xff
struct fw_transition {
	uint64_t packet; /* that told; of a timer, the last before it */
	fw_time time;
	enum fw_side side;
	enum fw_state from, to;
	enum fw_basis basis;
	enum fw_stimulus stimulus;
	uint8_t rule;
	bool called; /* by the end's program, not by its TCP alone */
};

struct fw_endpoint {
	struct fw_addr addr;
	enum fw_state state;
#define FW_TYPE_COUNT  uint64_t
#define FW_TYPE_RARE   uint64_t
#define FW_TYPE_OPTION int64_t
#define FW_TYPE_FLAG   int64_t
#define FW_TYPE_NS     int64_t

#define FIELD(type, member, path, unit, text) FW_TYPE_##type member;
#include "finwait/fields.def"
#undef FIELD
};

#define FW_FINDING_EVIDENCE 8
#define FW_FINDING_PACKETS  6
#define FW_FINDING_REASONS  6
#define FW_FINDING_TEXT     40

/* What a finding of many flows is about. */
struct fw_subject {
	bool has_addr;
	struct fw_addr addr; /* port 0: the address alone */
	uint8_t flow_count;
	uint64_t flows[FW_FINDING_PACKETS]; /* some of the connections */
};

/* A judgement, with what it rests on. */
struct fw_finding {
	enum fw_code code;
	enum fw_severity severity;
	enum fw_code lowered_by; /* artefact of the capture that explains it; else FW_CODE_COUNT */
	bool sided;              /* it is about one end: side */
	enum fw_side side;
	uint64_t packet; /* the first that shows it; 0 if none does */
	fw_time time;    /* its own */
	uint64_t last_packet;
	uint64_t count;                       /* how often so far */
	uint64_t packets[FW_FINDING_PACKETS]; /* others that it rests on */
	uint8_t packet_count;
	uint8_t evidence_count;
	uint8_t rejected_count, possible_count;
	uint8_t evidence[FW_FINDING_EVIDENCE]; /* enum fw_evidence */
	int64_t value[FW_FINDING_EVIDENCE];    /* of the evidence, in its unit */
	uint8_t rejected[FW_FINDING_REASONS];  /* enum fw_reason: other explanations, why not */
	uint8_t possible[FW_FINDING_REASONS];  /* and those that may be true as well, and why */
	char text[FW_FINDING_TEXT];            /* foreign bytes, "" if none; ends with a zero */
	const struct fw_subject *about;        /* FW_EVENT_FINDING; else NULL */
};

#define FW_HISTORY_MAX 20

/* One incarnation of one pair of addresses and ports. A copy made for the event:
 * it is valid during the callback, and the library does not see changes to it. */
struct fw_flow {
	uint64_t id;          /* from 1, as flows are found to begin: see the SYN on hold below */
	uint32_t incarnation; /* which connection of this pair, from 1 */
	uint32_t tunnel;      /* identifier of the innermost tunnel, 0 if none */
	enum fw_role_basis role_basis;
	enum fw_opened opened;
	enum fw_closed closed;
	enum fw_closed_by closed_by;
	fw_time first, last;
	uint64_t first_packet, last_packet;
	struct fw_endpoint end[2]; /* by enum fw_side */
#define FIELD(type, member, path, unit, text) FW_TYPE_##type member;
#include "finwait/flowfields.def"
#undef FIELD
	const struct fw_transition *transitions; /* FW_EVENT_CLOSED, with timelines; else none */
	uint32_t transition_count;
	uint32_t transitions_omitted;       /* more than are kept for one flow */
	const struct fw_finding *anomalies; /* FW_EVENT_CLOSED; else none */
	uint32_t anomaly_count;
	const char *zeek_state; /* Zeek's conn_state */
	char zeek_history[FW_HISTORY_MAX + 1];
	uint8_t wireshark_completeness;
};

/* An address and port to which others were seen to connect. */
struct fw_service {
	struct fw_addr addr;
	uint64_t accepted;   /* connections that were established: somebody listens */
	uint64_t refused;    /* by a reset: nobody listens */
	uint64_t unanswered; /* nothing came */
	uint64_t incomplete; /* answered, and not completed or aborted by who asked */
	uint64_t unasked;    /* answers, though nobody was seen to ask */
	uint64_t handshakes; /* timed, of those accepted: from SYN to what completes it */
	int64_t handshake_min, handshake_mean, handshake_max; /* ns; FW_NONE if none was timed */
	fw_time first, last;
	uint64_t first_packet;
};

enum fw_event_type {
	FW_EVENT_OPENED,
	FW_EVENT_SEGMENT,
	FW_EVENT_TRANSITION,
	FW_EVENT_ANOMALY,
	FW_EVENT_CLOSED,
	FW_EVENT_FINDING,
	FW_EVENT_SERVICE,
	FW_EVENT_COUNT
};

/* OPENED comes before the first segment is taken: both ends are UNKNOWN and nothing is counted.
 * TRANSITION: the end has moved, the segment that tells is not counted yet.
 * SEGMENT, after its transitions: counted; its sender's state is the one in which it was sent.
 * ANOMALY, after its segment, after an ICMP error or before CLOSED: the 1st, 2nd, 4th, 8th ... time
 * that a code is found of an end, so that a sick flow can't flood anybody. count is exact; where
 * several are found at once it may pass such a number.
 * CLOSED: all that is known. Its time is that of the last segment, not of leaving.
 * FINDING: of many flows or of the capture; flow is NULL.
 * SERVICE: when the capture is over, each in the order in which they were first seen to leave; flow
 * is NULL. At most 65,536, of which those seen once give way to others.
 *
 * A SYN on a live connection is on hold until what follows shows whether it begins another. It is
 * told once, as a segment of the old flow, with nothing believed; it is counted in the flow that it
 * turns out to belong to, which, if new, gets its number only then. */
struct fw_event {
	enum fw_event_type type;
	fw_time time;
	const struct fw_flow *flow;
	const struct fw_segment *segment;       /* FW_EVENT_SEGMENT; else NULL */
	const struct fw_transition *transition; /* FW_EVENT_TRANSITION; else NULL */
	const struct fw_finding *finding;       /* FW_EVENT_ANOMALY, FW_EVENT_FINDING; else NULL */
	const struct fw_service *service;       /* FW_EVENT_SERVICE; else NULL */
	enum fw_side side;           /* whose segment or transition; else without meaning */
	uint32_t facts;              /* of the segment, set of enum fw_fact */
	uint64_t reveals;            /* the packet that it shows to have been needless; else 0 */
	uint32_t seq_base, ack_base; /* subtracted from the segment's they give relative numbers */
};

typedef void fw_event_fn(const struct fw_event *event, void *user);

struct fw_config {
	uint64_t hash_key[2]; /* random, so that no capture can be made to collide */
	fw_time time_wait;    /* 2 MSL; the default, unless positive, is 60 s */
	uint32_t events;      /* set of 1 << enum fw_event_type; 0: totals are all that is wanted */
	uint64_t only_flow;   /* segments and transitions of this flow only; 0 is all */
	bool timelines;       /* keep each flow's transitions for FW_EVENT_CLOSED */
	bool key_vlan;        /* VLAN tags tell flows apart */
	int64_t threshold[FW_THRESHOLD_COUNT]; /* 0 is the default of thresholds.def */
	uint8_t severity[FW_CODE_COUNT];       /* enum fw_severity + 1, FW_IGNORED; 0 as judged */
};

#define FW_IGNORED 0xff

/* Totals so far. */
struct fw_totals {
	uint64_t frames;
	uint64_t account[FW_ACCOUNT_COUNT];
	uint64_t flows;
	uint64_t opened[FW_OPENED_COUNT]; /* of flows that have left */
	uint64_t closed[FW_CLOSED_COUNT];
	uint64_t truncated_timelines;        /* flows with transitions_omitted */
	uint64_t found[FW_CODE_COUNT];       /* findings, each time counted */
	uint64_t found_flows[FW_CODE_COUNT]; /* flows with such a finding */
	uint64_t services;                   /* told */
	uint64_t services_omitted;           /* times that one gave way, or found no place */
};

struct fw_analyzer;

/* A new analyzer, NULL where memory is short. config is copied. emit, never NULL, is called from
 * fw_feed and fw_finish only, and may call none of these functions but fw_totals. */
struct fw_analyzer *fw_new(const struct fw_config *config, fw_event_fn *emit, void *user);

/* Takes count frames, in the order of the capture; how they are divided into calls changes nothing.
 * False where memory is short: some were not taken. False ever after then, and after fw_finish. */
bool fw_feed(struct fw_analyzer *analyzer, const struct fw_frame *frames, size_t count);

/* The capture is over: every flow still there leaves with FW_EVENT_CLOSED. False where memory is or
 * was short, so that something is missing, and when called again. */
bool fw_finish(struct fw_analyzer *analyzer);

/* Owned by the analyzer. */
const struct fw_totals *fw_totals(const struct fw_analyzer *analyzer);

void fw_free(struct fw_analyzer *analyzer);

/* Of the library that is linked: FW_VERSION is the header's. */
const char *fw_version(void);

/* The socket call that a transition betrays, "" if none; its RFC section, "" if none; why, in a few
 * words. */
const char *fw_transition_call(const struct fw_transition *transition);
const char *fw_transition_rfc(const struct fw_transition *transition);
const char *fw_transition_why(const struct fw_transition *transition);

/* Service name of a well-known TCP port, NULL if it has none. */
const char *fw_service_name(uint16_t port);

#ifdef __cplusplus
}
#endif

#endif
