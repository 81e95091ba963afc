/* The analyzer's own memory, shared by the files that work on it. */
#ifndef ANALYZER_H
#define ANALYZER_H

#include "arena.h"
#include "decode.h"
#include "flow.h"
#include "judge.h"
#include "panel.h"
#include "quality.h"
#include "sent.h"
#include "syn.h"
#include "table.h"
#include "traffic.h"

struct fw_analyzer {
	struct fw_config config;
	fw_event_fn *emit;
	void *user;
	struct key_secret secret;
	struct decoder *decoder;
	struct table table;  /* of both kinds of record: a ref with SYN_REF is a struct syn */
	struct arena flows;  /* struct flow */
	struct arena syns;   /* struct syn */
	struct arena blocks; /* struct block, of timelines */
	struct arena findings;
	struct sent_log log;
	uint32_t timer_first, timer_last; /* flows whose ends are done, by deadline */
	fw_time latest;                   /* of the frames received so far */
	fw_time now; /* of those up to the segment at hand: it never goes back */
	bool failed; /* memory was short */
	bool finished;
	struct fw_totals totals;
	struct fw_transition *scratch; /* a timeline in one piece, for an event */
	uint32_t scratch_room;
	struct fw_finding *found; /* a flow's findings in one piece, for an event */
	uint32_t found_room;
	struct panel panel;
	struct quality quality;
	struct traffic traffic;
	struct fw_flow view;
};

#define SYN_REF 0x80000000u

static inline struct flow *flow_at(const struct fw_analyzer *a, uint32_t ref)
{
	return arena_at(&a->flows, ref);
}

static inline struct syn *syn_at(const struct fw_analyzer *a, uint32_t ref)
{
	return arena_at(&a->syns, ref & ~SYN_REF);
}

/* Neither a loop nor a call: a compiler takes one that only prefetches for one that does
 * nothing. */
__attribute__((always_inline)) static inline void prefetch_lines(const char *at)
{
	__builtin_prefetch(at);
	__builtin_prefetch(at + 64);
	__builtin_prefetch(at + 128);
	__builtin_prefetch(at + 192);
}

/* Fetches a record ahead of need. */
__attribute__((always_inline)) static inline void prefetch(
	const struct fw_analyzer *a, uint32_t ref)
{
	if (ref & SYN_REF) {
		prefetch_lines((const char *)syn_at(a, ref));
		return;
	}
	prefetch_lines((const char *)flow_at(a, ref));
	prefetch_lines((const char *)flow_at(a, ref) + 256);
}

static inline bool wants(const struct fw_analyzer *a, enum fw_event_type type)
{
	return a->config.events & 1u << type;
}

/* May segments and transitions of FLOW be told? */
static inline bool wants_of(
	const struct fw_analyzer *a, enum fw_event_type type, const struct flow *flow)
{
	return wants(a, type) && (!a->config.only_flow || a->config.only_flow == flow->id);
}

#endif
