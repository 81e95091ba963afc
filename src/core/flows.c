/* Records of flows and the table that finds them. */
#include "flows.h"

#include <stdlib.h>

#include "event.h"
#include "findings.h"
#include "measure.h"
#include "step.h"
#include "timeline.h"
#include "timer.h"
#include "view.h"

#define LEAVE_AHEAD 8 /* how many records are fetched ahead when all leave */

uint32_t flows_find(const struct fw_analyzer *a, const struct key *key)
{
	const struct table *table = &a->table;
	for (uint32_t i = key->hash & table->mask; table->slots[i].ref; i = (i + 1) & table->mask) {
		if (table->slots[i].hash != key->hash)
			continue;
		const uint32_t ref = table->slots[i].ref;
		if (key_equal(ref & SYN_REF ? &syn_at(a, ref)->key : &flow_at(a, ref)->key, key))
			return ref;
	}
	return 0;
}

/* DESIGN: who sent the first SYN, else who received the SYN,ACK, else whose peer has the port of a
 * known service, else who spoke first. */
static void give_roles(struct flow *flow, const struct fw_segment *seg, int side)
{
	const bool to = fw_service_name(seg->dst.port), from = fw_service_name(seg->src.port);
	if (seg->flags & FW_SYN && !(seg->flags & FW_RST)) {
		flow->role_basis = seg->flags & FW_ACK ? FW_ROLE_SYN_ACK : FW_ROLE_SYN;
		flow->client = (seg->flags & FW_ACK ? !side : side) & 1;
	} else {
		flow->role_basis = to != from ? FW_ROLE_PORT : FW_ROLE_FIRST;
		flow->client = (from && !to ? !side : side) & 1;
	}
}

static struct flow *new_flow(
	struct fw_analyzer *a, const struct fw_segment *seg, const struct key *key, int side)
{
	const uint32_t ref = arena_new(&a->flows);
	if (!ref || ref & SYN_REF) {
		a->failed = true;
		return NULL;
	}
	struct flow *flow = flow_at(a, ref);
	flow->key = *key;
	flow->ref = ref;
	flow->incarnation = 1;
	flow->first = flow->last = seg->time;
	flow->first_packet = seg->number;
	measure_init(flow);
	give_roles(flow, seg, side);
	return flow;
}

struct flow *flows_open(struct fw_analyzer *a, const struct fw_segment *seg, const struct key *key,
	int side, uint32_t incarnation)
{
	struct flow *flow = new_flow(a, seg, key, side);
	if (!flow)
		return NULL;
	flow->incarnation = incarnation;
	if (!table_insert(&a->table, key->hash, flow->ref)) {
		arena_delete(&a->flows, flow->ref);
		a->failed = true;
		return NULL;
	}
	flow->id = ++a->totals.flows;
	event_flow(a, FW_EVENT_OPENED, flow);
	return flow;
}

void flows_put_aside(
	struct fw_analyzer *a, const struct fw_segment *seg, const struct key *key, int side)
{
	const uint32_t number = arena_new(&a->syns);
	if (!number || number & SYN_REF || !table_insert(&a->table, key->hash, number | SYN_REF)) {
		a->failed = true;
		return;
	}
	struct syn *syn = syn_at(a, number);
	syn_store(syn, seg, key, side);
	syn->id = ++a->totals.flows;
}

struct flow *flows_promote(struct fw_analyzer *a, uint32_t ref, struct fw_segment *seg)
{
	const struct syn syn = *syn_at(a, ref);
	syn_load(&syn, seg);
	struct flow *flow = new_flow(a, seg, &syn.key, syn.side);
	if (!flow)
		return NULL;
	flow->id = syn.id;
	table_replace(&a->table, syn.key.hash, ref, flow->ref);
	arena_delete(&a->syns, ref & ~SYN_REF);
	return flow;
}

static void count_stranger(
	struct fw_analyzer *a, struct flow *flow, int side, const struct fw_segment *seg)
{
	static const struct judgement nothing = {.copy = true};
	if (!measure(flow, side, seg, &nothing))
		a->failed = true;
}

void flows_hold(struct fw_analyzer *a, struct flow *flow, const struct fw_segment *seg, int side)
{
	if (flow->pending && syn_at(a, flow->pending)->seq == seg->seq) {
		count_stranger(a, flow, side, seg);
		return;
	}
	flows_release(a, flow);
	flow->pending = arena_new(&a->syns);
	if (flow->pending)
		syn_store(syn_at(a, flow->pending), seg, &flow->key, side);
	else
		a->failed = true;
}

int flows_adopt(struct fw_analyzer *a, struct flow *flow, struct fw_segment *seg)
{
	const int side = syn_at(a, flow->pending)->side;
	syn_load(syn_at(a, flow->pending), seg);
	arena_delete(&a->syns, flow->pending);
	flow->pending = 0;
	return side;
}

void flows_release(struct fw_analyzer *a, struct flow *flow)
{
	struct fw_segment seg;
	if (flow->pending)
		count_stranger(a, flow, flows_adopt(a, flow, &seg), &seg);
}

static void tell_and_free(struct fw_analyzer *a, struct flow *flow);

/* Nobody has said what the SYN was that OLD held: it began a connection of its own, and had no
 * answer. */
static void tell_held(struct fw_analyzer *a, const struct syn *syn, const struct flow *old)
{
	struct fw_segment seg;
	syn_load(syn, &seg);
	struct flow *flow = new_flow(a, &seg, &syn->key, syn->side);
	if (!flow)
		return;
	flow->id = ++a->totals.flows;
	flow->incarnation = old->incarnation + 1;
	event_flow(a, FW_EVENT_OPENED, flow);
	step_quietly(a, flow, syn->side, &seg);
	tell_and_free(a, flow);
}

static void tell_and_free(struct fw_analyzer *a, struct flow *flow)
{
	a->totals.opened[view_opened(flow)]++;
	a->totals.closed[view_closed(flow)]++;
	a->totals.truncated_timelines += timeline_total(a, flow) > TIMELINE_MAX;
	quality_flow(a, flow);
	findings_of_leaving(a, flow);
	traffic_flow(a, flow);
	event_flow(a, FW_EVENT_CLOSED, flow);
	timer_stop(a, flow);
	timeline_free(a, flow);
	findings_free(a, flow);
	measure_free(flow);
	const uint32_t held = flow->pending;
	if (held) {
		tell_held(a, syn_at(a, held), flow);
		arena_delete(&a->syns, held);
	}
	arena_delete(&a->flows, flow->ref);
}

void flows_leave(struct fw_analyzer *a, struct flow *flow)
{
	table_remove(&a->table, flow->key.hash, flow->ref);
	tell_and_free(a, flow);
}

static uint64_t id_of(const struct fw_analyzer *a, uint32_t ref)
{
	return ref & SYN_REF ? syn_at(a, ref)->id : flow_at(a, ref)->id;
}

/* In place, by one byte of the number after the other from the highest: what is left may be
 * millions of SYNs. */
static void sort(struct slot *slots, uint32_t count, int shift)
{
	uint32_t start[257] = {0}, next[256];
	for (uint32_t i = 0; i < count; i++)
		start[(slots[i].hash >> shift & 0xff) + 1]++;
	for (int b = 0; b < 256; b++)
		start[b + 1] += start[b];
	memcpy(next, start, sizeof next);
	for (int b = 0; b < 256; b++) {
		while (next[b] < start[b + 1]) {
			const uint32_t to = slots[next[b]].hash >> shift & 0xff;
			const struct slot moved = slots[next[b]];
			slots[next[b]] = slots[next[to]];
			slots[next[to]++] = moved;
		}
	}
	for (int b = 0; b < 256 && shift; b++)
		if (start[b + 1] - start[b] > 1)
			sort(slots + start[b], start[b + 1] - start[b], shift - 8);
}

/* Orders the COUNT slots by number, of which no two are 2^32 apart. */
static void order(const struct fw_analyzer *a, struct slot *slots, uint32_t count)
{
	uint64_t lowest = UINT64_MAX;
	for (uint32_t i = 0; i < count; i++) {
		const uint64_t id = id_of(a, slots[i].ref);
		lowest = id < lowest ? id : lowest;
		slots[i].hash = (uint32_t)id;
	}
	for (uint32_t i = 0; i < count; i++)
		slots[i].hash -= (uint32_t)lowest;
	sort(slots, count, 24);
}

void flows_leave_all(struct fw_analyzer *a)
{
	struct table *table = &a->table;
	table_compact(table);
	order(a, table->slots, table->count);
	for (uint32_t i = 0; i < table->count; i++) {
		const uint32_t ref = table->slots[i].ref;
		if (i + LEAVE_AHEAD < table->count)
			prefetch(a, table->slots[i + LEAVE_AHEAD].ref);
		table->slots[i].ref = 0;
		if (!(ref & SYN_REF)) {
			tell_and_free(a, flow_at(a, ref));
			continue;
		}
		const struct syn syn = *syn_at(a, ref);
		struct fw_segment seg;
		syn_load(&syn, &seg);
		arena_delete(&a->syns, ref & ~SYN_REF);
		struct flow *flow = new_flow(a, &seg, &syn.key, syn.side);
		if (!flow)
			continue;
		flow->id = syn.id;
		step(a, flow, syn.side, &seg);
		tell_and_free(a, flow);
	}
	table->count = 0;
}
