/* Scenarios: TCP conversations as text, with what an observer must conclude from each segment.
 *
 * The notation is described in tests/scenarios/README.md.
 */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <stdio.h>

#include "finwait.h"

#define SCENARIO_FRAME_MAX 65600 /* no frame is longer */
#define SCENARIO_OPTIONS   40    /* bytes of TCP options that fit a header */
#define SCENARIO_FLOWS     1024
#define SCENARIO_EPOCH     1767225600000000000 /* when scenarios begin: 2026-01-01 */

/* One expected transition. */
struct scenario_arrow {
	unsigned line;
	unsigned flow;
	enum fw_side side;
	enum fw_state from, to;
	enum fw_basis basis;
	enum fw_stimulus stimulus;
};

/* One segment, and what is expected of it. */
struct scenario_segment {
	unsigned line;
	unsigned flow; /* the id that finwait must give it */
	fw_time time;
	enum fw_side side; /* the sender */
	struct fw_addr addr[2];
	uint32_t seq, ack; /* absolute */
	uint32_t len;
	uint16_t flags, window, urgent, ip_id;
	uint8_t ttl;
	uint8_t option_len;
	uint8_t options[SCENARIO_OPTIONS];
	bool lost;   /* sent, but not in the capture */
	bool marked; /* congestion experienced (RFC 3168 5) */
	bool bad_checksum;
	bool offloaded; /* its checksum is left to a network card: that of the pseudo-header */
	uint32_t cut;   /* bytes of its frame that are in the capture; 0: all */
	bool icmp;      /* an ICMP error about it, sent to its sender */
	uint8_t icmp_type, icmp_code;
	uint32_t mtu;
	struct fw_addr from; /* who sends the error; port 0 if it is the segment's receiver */
	uint16_t octets;     /* of the IP packet that it quotes at most */
	bool other_bytes; /* its payload differs from what these sequence numbers carry otherwise */
	bool expects_states, expects_facts;
	enum fw_state state[2];
	uint32_t facts;
	size_t arrow, arrow_count; /* in scenario.arrows */
};

/* One thing expected of a flow when it leaves. */
struct scenario_verdict {
	unsigned line;
	unsigned flow;
	char key[40];
	char value[40];
};

/* One finding that must be made, or must not. */
struct scenario_finding {
	unsigned line;
	unsigned flow; /* 0 for one of no flow alone */
	enum fw_code code;
	bool never;
	int side, severity;     /* -1: any */
	uint64_t packet, count; /* 0: any */
};

struct scenario {
	char *name;
	fw_time time_wait; /* 0 is the default */
	struct scenario_segment *segments;
	struct scenario_arrow *arrows;
	struct scenario_verdict *verdicts;
	struct scenario_finding *findings;
	size_t segment_count, arrow_count, verdict_count, finding_count;
	int64_t threshold[FW_THRESHOLD_COUNT]; /* 0 is the default */
};

/* What a run has exercised. */
struct scenario_coverage {
	unsigned rule[FW_NO_RULE];
	unsigned fact[FW_FACT_COUNT];
	unsigned found[FW_CODE_COUNT], missed[FW_CODE_COUNT]; /* fired; near misses */
};

enum scenario_variant {
	SCENARIO_PLAIN,
	SCENARIO_REPEATED, /* the network copies every segment: nothing may move for it */
	SCENARIO_SWAPPED,  /* the ends swap addresses: nothing may depend on which is smaller */
	SCENARIO_QUIET,    /* only the end of flows is told: it must be told the same */
	SCENARIO_VARIANTS
};

/* Reads TEXT, of LEN bytes; NAME stands in messages. NULL, and one line in ERRORS, where it is
 * none. The caller frees it with scenario_free. */
struct scenario *scenario_parse(const char *name, const char *text, size_t len, FILE *errors);

/* The same from a file. */
struct scenario *scenario_load(const char *path, FILE *errors);

void scenario_free(struct scenario *scenario);

/* How much of a frame of LEN bytes the capture has kept. */
static inline size_t scenario_kept(const struct scenario_segment *segment, size_t len)
{
	return segment->cut && segment->cut < len ? segment->cut : len;
}

/* The Ethernet frame of SEGMENT into FRAME; its length. */
size_t scenario_frame(const struct scenario_segment *segment, enum scenario_variant variant,
	uint8_t frame[SCENARIO_FRAME_MAX]);

/* Feeds SCENARIO to an analyzer and compares. The number of mismatches, each a line in REPORT;
 * COVERAGE, unless NULL, is added to. */
unsigned scenario_run(const struct scenario *scenario, enum scenario_variant variant,
	struct scenario_coverage *coverage, FILE *report);

#endif
