/* Frames in batches: decoded, looked up ahead of need, and given to their flows. */
#include "analyzer.h"

#include <stdlib.h>

#include "flows.h"
#include "incarnation.h"
#include "step.h"
#include "timeline.h"
#include "timer.h"

struct arrival {
	struct fw_segment segment;
	struct key key;
	uint32_t hash;
	int side;
};

static void spread(const uint64_t key[2], struct key_secret *secret)
{
	const uint64_t odd = 0x9e3779b97f4a7c15u;
	for (int i = 0; i < 4; i++)
		secret->word[i] = key_fold(key[i & 1] + odd * (uint64_t)(i + 1), key[!(i & 1)] ^ odd);
}

struct fw_analyzer *fw_new(const struct fw_config *config, fw_event_fn *emit, void *user)
{
	struct fw_analyzer *a = calloc(1, sizeof *a);
	if (!a)
		return NULL;
	a->config = *config;
	a->emit = emit;
	a->user = user;
	spread(config->hash_key, &a->secret);
	arena_init(&a->flows, sizeof(struct flow));
	arena_init(&a->syns, sizeof(struct syn));
	arena_init(&a->blocks, timeline_block_size());
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
	for (uint32_t i = 0; a->table.slots && a->table.count && i <= a->table.mask; i++) {
		const uint32_t ref = a->table.slots[i].ref;
		if (!ref || ref & SYN_REF)
			continue;
		free(flow_at(a, ref)->holes[0]);
		free(flow_at(a, ref)->holes[1]);
	}
	if (a->decoder)
		decoder_free(a->decoder);
	table_free(&a->table);
	arena_free(&a->flows);
	arena_free(&a->syns);
	arena_free(&a->blocks);
	free(a->scratch);
	free(a);
}

/* Flows whose time is up leave before what comes after them. */
static void advance(struct fw_analyzer *a, fw_time now)
{
	for (struct flow *flow; (flow = timer_due(a, now));) {
		step_timeout(a, flow);
		flows_leave(a, flow);
	}
}

static bool keeps_lone_syns(const struct fw_analyzer *a)
{
	return !(a->config.events & (1u << FW_EVENT_OPENED | 1u << FW_EVENT_SEGMENT | 1u << FW_EVENT_TRANSITION));
}

/* FLOW is replaced by a new incarnation, which begins with ARRIVAL or with the SYN that was held. */
static struct flow *replace(struct fw_analyzer *a, struct flow *old, const struct arrival *arrival, bool held)
{
	struct fw_segment syn;
	const uint32_t incarnation = old->incarnation + 1;
	int side = arrival->side;
	if (held) {
		side = syn_at(a, old->pending)->side;
		syn_load(syn_at(a, old->pending), &syn);
	}
	flows_leave(a, old);
	struct flow *flow =
		flows_open(a, held ? &syn : &arrival->segment, &arrival->key, arrival->hash, side);
	if (!flow)
		return NULL;
	flow->incarnation = incarnation;
	if (held)
		step(a, flow, side, &syn);
	return flow;
}

/* A SYN is on hold. What becomes of it? */
static bool answers_held(const struct fw_analyzer *a, const struct flow *flow, const struct arrival *arrival)
{
	const struct syn *syn = syn_at(a, flow->pending);
	const struct fw_segment *seg = &arrival->segment;
	return (seg->flags & (FW_SYN | FW_ACK)) == (FW_SYN | FW_ACK) && arrival->side != syn->side &&
	       seg->ack == syn->seq + 1;
}

static void with_syn(struct fw_analyzer *a, struct flow *flow, const struct arrival *arrival)
{
	const struct fw_segment *seg = &arrival->segment;
	switch (incarnation_of(flow, arrival->side, seg)) {
	case INCARNATION_SAME:
		break;
	case INCARNATION_ANOTHER:
		flow = replace(a, flow, arrival, false);
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
			flow = replace(a, flow, arrival, true);
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

static void take(struct fw_analyzer *a, const struct arrival *arrival)
{
	const struct fw_segment *seg = &arrival->segment;
	advance(a, seg->time);
	const uint32_t ref = flows_find(a, &arrival->key, arrival->hash);
	if (!ref && syn_fits(seg) && keeps_lone_syns(a)) {
		flows_put_aside(a, seg, &arrival->key, arrival->hash, arrival->side);
		return;
	}
	struct flow *flow = NULL;
	if (!ref) {
		flow = flows_open(a, seg, &arrival->key, arrival->hash, arrival->side);
	} else if (ref & SYN_REF) {
		struct fw_segment first;
		const int side = syn_at(a, ref)->side;
		flow = flows_promote(a, ref, arrival->hash, &first);
		if (flow)
			step(a, flow, side, &first);
	} else {
		flow = flow_at(a, ref);
	}
	if (!flow)
		return;
	if (ref)
		into(a, flow, arrival);
	else
		step(a, flow, arrival->side, seg);
}

static void prefetch_record(const struct fw_analyzer *a, uint32_t hash)
{
	const struct slot *slot = &a->table.slots[hash & a->table.mask];
	if (!slot->ref)
		return;
	const char *record = slot->ref & SYN_REF ? (const char *)syn_at(a, slot->ref)
						 : (const char *)flow_at(a, slot->ref);
	for (int line = 0; line < 6; line++)
		__builtin_prefetch(record + 64 * line);
}

static void feed_batch(struct fw_analyzer *a, const struct fw_frame *frames, size_t count)
{
	struct arrival arrivals[BATCH];
	size_t n = 0;
	decoder_recycle(a->decoder);
	for (size_t i = 0; i < count; i++) {
		struct arrival *arrival = &arrivals[n];
		const enum fw_account account = frames[i].flags & FW_FRAME_FILTERED
							? FW_ACCOUNT_filtered
							: decode(a->decoder, &frames[i], &arrival->segment);
		a->totals.account[account]++;
		if (account != FW_ACCOUNT_tcp)
			continue;
		arrival->side = key_of(&arrival->segment, a->config.key_vlan, &arrival->key);
		arrival->hash = key_hash(&arrival->key, &a->secret);
		table_prefetch(&a->table, arrival->hash);
		n++;
	}
	a->totals.frames += count;
	for (size_t i = 0; i < n; i++)
		prefetch_record(a, arrivals[i].hash);
	for (size_t i = 0; i < n; i++)
		take(a, &arrivals[i]);
}

bool fw_feed(struct fw_analyzer *a, const struct fw_frame *frames, size_t count)
{
	while (count && !a->failed) {
		const size_t n = count < BATCH ? count : BATCH;
		feed_batch(a, frames, n);
		frames += n;
		count -= n;
	}
	return !a->failed;
}

void fw_finish(struct fw_analyzer *a)
{
	flows_leave_all(a, step);
}

const struct fw_totals *fw_totals(const struct fw_analyzer *a)
{
	return &a->totals;
}
