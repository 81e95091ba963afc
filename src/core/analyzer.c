/* Frames are decoded, looked up ahead of need, and given to their flows. */
#include "analyzer.h"

#include <stdlib.h>

#include "belief.h"
#include "findings.h"
#include "flows.h"
#include "incarnation.h"
#include "measure.h"
#include "opening.h"
#include "quote.h"
#include "step.h"
#include "timeline.h"
#include "timer.h"

/* How many segments a slot of the table, and then a record, is fetched ahead of need. */
#define SLOT_AHEAD   20
#define RECORD_AHEAD 8
#define RING         32

struct arrival {
	union {
		struct fw_segment segment;
		struct fw_quote quote;
	};
	fw_time now; /* the latest time of a frame up to its own */
	struct key key;
	int side;
	bool quoted; /* it is the quote that arrived */
};

static void spread(const uint64_t key[2], struct key_secret *secret)
{
	const uint64_t odd = 0x9e3779b97f4a7c15u;
	for (int i = 0; i < 4; i++)
		secret->word[i] =
			key_fold(key[i & 1] + odd * (uint64_t)(i + 1), key[!(i & 1)] ^ odd);
}

static void give_thresholds(int64_t threshold[FW_THRESHOLD_COUNT])
{
	static const int64_t defaults[FW_THRESHOLD_COUNT] = {
#define THRESHOLD(id, unit, value, option, text) value,
#include "finwait/thresholds.def"
#undef THRESHOLD
	};
	for (int i = 0; i < FW_THRESHOLD_COUNT; i++)
		if (!threshold[i])
			threshold[i] = defaults[i];
}

struct fw_analyzer *fw_new(const struct fw_config *config, fw_event_fn *emit, void *user)
{
	struct fw_analyzer *a = calloc(1, sizeof *a);
	if (!a)
		return NULL;
	a->config = *config;
	a->emit = emit;
	a->user = user;
	a->now = a->latest = INT64_MIN;
	spread(config->hash_key, &a->secret);
	arena_init(&a->flows, sizeof(struct flow));
	arena_init(&a->syns, sizeof(struct syn));
	arena_init(&a->blocks, timeline_block_size());
	arena_init(&a->findings, findings_record_size());
	traffic_init(&a->traffic);
	panel_init(&a->panel);
	give_thresholds(a->config.threshold);
	a->decoder = decoder_new(config->hash_key);
	if (a->decoder && table_init(&a->table))
		return a;
	fw_free(a);
	return NULL;
}

void fw_free(struct fw_analyzer *a)
{
	if (!a)
		return;
	for (size_t i = 0; a->table.slots && i <= a->table.mask; i++) {
		const uint32_t ref = a->table.slots[i].ref;
		if (!ref || ref & SYN_REF)
			continue;
		measure_free(flow_at(a, ref));
	}
	if (a->decoder)
		decoder_free(a->decoder);
	table_free(&a->table);
	arena_free(&a->flows);
	arena_free(&a->syns);
	arena_free(&a->blocks);
	arena_free(&a->findings);
	traffic_free(&a->traffic);
	free(a->log.ring);
	free(a->scratch);
	free(a->found);
	free(a);
}

/* Flows whose time is up leave before what comes after them. */
static void advance(struct fw_analyzer *a, fw_time now)
{
	a->now = now;
	for (struct flow *flow = timer_first(a); flow && flow->deadline <= now;) {
		const fw_time deadline = flow->deadline;
		timer_order(a);
		while ((flow = timer_first(a)) && flow->deadline == deadline) {
			if (flow->timer_next)
				prefetch(a, flow->timer_next);
			belief_timeout(a, flow);
			flows_leave(a, flow);
			if (timer_first(a))
				traffic_prefetch(a, timer_first(a));
		}
	}
}

static bool keeps_lone_syns(const struct fw_analyzer *a)
{
	return !(a->config.events &
		(1u << FW_EVENT_OPENED | 1u << FW_EVENT_SEGMENT | 1u << FW_EVENT_TRANSITION));
}

/* OLD gives way to a new incarnation, whose first segment is SEG. */
static struct flow *replace(struct fw_analyzer *a, struct flow *old, const struct key *key,
	int side, const struct fw_segment *seg)
{
	const uint32_t incarnation = old->incarnation + 1;
	flows_leave(a, old);
	return flows_open(a, seg, key, side, incarnation);
}

/* The SYN that was held begins a new incarnation. */
static struct flow *replace_by_held(struct fw_analyzer *a, struct flow *old, const struct key *key)
{
	struct fw_segment syn;
	const int side = flows_adopt(a, old, &syn);
	struct flow *flow = replace(a, old, key, side, &syn);
	if (flow)
		step_quietly(a, flow, side, &syn);
	return flow;
}

/* A SYN is on hold. What becomes of it? */
static bool answers_held(
	const struct fw_analyzer *a, const struct flow *flow, const struct arrival *arrival)
{
	const struct syn *syn = syn_at(a, flow->pending);
	const struct fw_segment *seg = &arrival->segment;
	return (seg->flags & (FW_SYN | FW_ACK)) == (FW_SYN | FW_ACK) &&
		arrival->side != syn->side && seg->ack == syn->seq + 1;
}

static void with_syn(struct fw_analyzer *a, struct flow *flow, const struct arrival *arrival)
{
	const struct fw_segment *seg = &arrival->segment;
	const bool again = opening_knows_stranger(flow, arrival->side, seg);
	switch (incarnation_of(flow, arrival->side, seg)) {
	case INCARNATION_SAME:
		break;
	case INCARNATION_ANOTHER:
		flow = replace(a, flow, &arrival->key, arrival->side, seg);
		if (flow && again)
			flow->has |= FLOW_SYN_AGAIN;
		break;
	case INCARNATION_PERHAPS:
		flows_hold(a, flow, seg, arrival->side);
		step_stranger(a, flow, arrival->side, seg);
		return;
	}
	if (flow)
		step(a, flow, arrival->side, seg);
}

static void into(struct fw_analyzer *a, struct flow *flow, const struct arrival *arrival)
{
	const struct fw_segment *seg = &arrival->segment;
	if (flow->pending) {
		if (answers_held(a, flow, arrival))
			flow = replace_by_held(a, flow, &arrival->key);
		else if (!(seg->flags & FW_SYN) && arrival->side == syn_at(a, flow->pending)->side)
			flows_release(a, flow);
		if (!flow)
			return;
	}
	if (seg->flags & FW_SYN && !(seg->flags & FW_RST))
		with_syn(a, flow, arrival);
	else
		step(a, flow, arrival->side, seg);
}

/* The flow that a SYN put aside begins. NULL where memory is short. */
static struct flow *promote(struct fw_analyzer *a, uint32_t ref)
{
	struct fw_segment first;
	const int side = syn_at(a, ref)->side;
	struct flow *flow = flows_promote(a, ref, &first);
	if (flow)
		step(a, flow, side, &first);
	return flow;
}

/* NULL where memory is short. */
static inline struct flow *found(struct fw_analyzer *a, uint32_t ref)
{
	return ref & SYN_REF ? promote(a, ref) : flow_at(a, ref);
}

static void take_quote(struct fw_analyzer *a, const struct arrival *arrival)
{
	const uint32_t ref = flows_find(a, &arrival->key);
	struct flow *flow = ref ? found(a, ref) : NULL;
	if (!a->failed)
		quote_take(a, flow, arrival->side, &arrival->quote);
}

static void take(struct fw_analyzer *a, const struct arrival *arrival)
{
	const struct fw_segment *seg = &arrival->segment;
	advance(a, arrival->now);
	if (arrival->quoted) {
		take_quote(a, arrival);
		return;
	}
	const uint32_t ref = flows_find(a, &arrival->key);
	if (!ref && syn_fits(seg) && keeps_lone_syns(a)) {
		flows_put_aside(a, seg, &arrival->key, arrival->side);
		return;
	}
	struct flow *flow =
		ref ? found(a, ref) : flows_open(a, seg, &arrival->key, arrival->side, 1);
	if (!flow)
		return;
	if (ref)
		into(a, flow, arrival);
	else
		step(a, flow, arrival->side, seg);
}

/* Its slot is there by now: the record that it names is fetched while others are worked on. */
__attribute__((always_inline)) static inline void prefetch_record(
	const struct fw_analyzer *a, uint32_t hash)
{
	const struct table *table = &a->table;
	uint32_t i = hash & table->mask;
	while (table->slots[i].ref && table->slots[i].hash != hash)
		i = (i + 1) & table->mask;
	const uint32_t ref = table->slots[i].ref;
	if (ref)
		prefetch(a, ref);
}

/* The flow that an ICMP error is about is looked up as for the segment that it quotes. */
static bool receive_quote(const struct fw_analyzer *a, struct arrival *arrival)
{
	const struct fw_quote *quote = decoder_quote(a->decoder);
	if (!quote)
		return false;
	const struct fw_segment quoted = {
		.src = quote->src,
		.dst = quote->dst,
		.tunnel = quote->tunnel,
		.vlan = quote->vlan,
	};
	arrival->side = key_of(&quoted, a->config.key_vlan, &arrival->key);
	arrival->quote = *quote;
	return true;
}

/* Decodes FRAME into ARRIVAL. False where it holds no segment, nor quotes one. */
static bool receive(struct fw_analyzer *a, const struct fw_frame *frame, struct arrival *arrival)
{
	const enum fw_account account = frame->flags & FW_FRAME_FILTERED
		? FW_ACCOUNT_filtered
		: decode(a->decoder, frame, &arrival->segment);
	a->totals.frames++;
	a->totals.account[account]++;
	if (frame->len < frame->wire_len)
		quality_cut(a, frame);
	if (quality_jumps(a->latest, frame->time))
		quality_time(a, frame);
	if (frame->time > a->latest)
		a->latest = frame->time;
	arrival->quoted = account != FW_ACCOUNT_tcp;
	if (account == FW_ACCOUNT_tcp)
		arrival->side = key_of(&arrival->segment, a->config.key_vlan, &arrival->key);
	else if (account != FW_ACCOUNT_not_tcp || !receive_quote(a, arrival))
		return false;
	arrival->now = a->latest;
	key_hash(&arrival->key, &a->secret);
	table_prefetch(&a->table, arrival->key.hash);
	return true;
}

bool fw_feed(struct fw_analyzer *a, const struct fw_frame *frames, size_t count)
{
	struct arrival ring[RING];
	size_t received = 0, fetched = 0, taken = 0;
	if (a->failed || a->finished)
		return false;
	decoder_recycle(a->decoder);
	for (size_t i = 0; i < count && !a->failed; i++) {
		received += receive(a, &frames[i], &ring[received % RING]);
		if (fetched + RECORD_AHEAD < received)
			prefetch_record(a, ring[fetched++ % RING].key.hash);
		if (taken + SLOT_AHEAD < received)
			take(a, &ring[taken++ % RING]);
	}
	while (fetched < received)
		prefetch_record(a, ring[fetched++ % RING].key.hash);
	while (taken < received && !a->failed)
		take(a, &ring[taken++ % RING]);
	if (!a->failed)
		advance(a, a->latest);
	return !a->failed;
}

bool fw_finish(struct fw_analyzer *a)
{
	if (a->finished)
		return false;
	a->finished = true;
	flows_leave_all(a);
	quality_tell(a);
	traffic_tell(a);
	return !a->failed;
}

const struct fw_totals *fw_totals(const struct fw_analyzer *a)
{
	return &a->totals;
}
