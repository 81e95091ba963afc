/* Transitions in blocks of few, packed, in a ring that the flow holds by its last: most flows have
 * about ten. */
#include "timeline.h"

#include <stdlib.h>

#define BLOCK 6

struct entry {
	uint64_t packet;
	fw_time time;
	uint8_t side, from, to, basis, stimulus, rule;
	bool called;
};

struct block {
	uint32_t next;  /* of the last one: the first */
	uint32_t total; /* of the last one: transitions of the flow, kept or not */
	struct entry entry[BLOCK];
};

size_t timeline_block_size(void)
{
	return sizeof(struct block);
}

static struct block *block_at(const struct fw_analyzer *a, uint32_t number)
{
	return arena_at(&a->blocks, number);
}

static struct block *room_in(struct fw_analyzer *a, struct flow *flow)
{
	struct block *last = flow->timeline ? block_at(a, flow->timeline) : NULL;
	if (last && (last->total % BLOCK || last->total >= TIMELINE_MAX))
		return last;
	const uint32_t number = arena_new(&a->blocks);
	if (!number) {
		a->failed = true;
		return NULL;
	}
	struct block *block = block_at(a, number);
	block->next = last ? last->next : number;
	block->total = last ? last->total : 0;
	if (last)
		last->next = number;
	flow->timeline = number;
	return block;
}

void timeline_add(struct fw_analyzer *a, struct flow *flow, const struct fw_transition *t)
{
	if (!a->config.timelines)
		return;
	struct block *block = room_in(a, flow);
	if (!block)
		return;
	if (block->total < TIMELINE_MAX)
		block->entry[block->total % BLOCK] = (struct entry){
			.packet = t->packet,
			.time = t->time,
			.side = (uint8_t)t->side,
			.from = (uint8_t)t->from,
			.to = (uint8_t)t->to,
			.basis = (uint8_t)t->basis,
			.stimulus = (uint8_t)t->stimulus,
			.rule = t->rule,
			.called = t->called,
		};
	block->total += block->total < UINT32_MAX;
}

uint32_t timeline_total(const struct fw_analyzer *a, const struct flow *flow)
{
	return flow->timeline ? block_at(a, flow->timeline)->total : 0;
}

static bool make_room(struct fw_analyzer *a, uint32_t count)
{
	if (count <= a->scratch_room)
		return true;
	struct fw_transition *scratch = realloc(a->scratch, count * sizeof *scratch);
	if (!scratch)
		return false;
	a->scratch = scratch;
	a->scratch_room = count;
	return true;
}

const struct fw_transition *timeline_get(
	struct fw_analyzer *a, const struct flow *flow, uint32_t *count)
{
	const uint32_t all = timeline_total(a, flow),
		       total = all < TIMELINE_MAX ? all : TIMELINE_MAX;
	*count = 0;
	if (!make_room(a, total)) {
		a->failed = true;
		return NULL;
	}
	for (uint32_t n = flow->timeline; *count < total; ++*count) {
		n = *count % BLOCK ? n : block_at(a, n)->next;
		const struct entry *e = &block_at(a, n)->entry[*count % BLOCK];
		a->scratch[*count] = (struct fw_transition){
			.packet = e->packet,
			.time = e->time,
			.side = e->side == flow->client ? FW_CLIENT : FW_SERVER,
			.from = e->from,
			.to = e->to,
			.basis = e->basis,
			.stimulus = e->stimulus,
			.rule = e->rule,
			.called = e->called,
		};
	}
	return a->scratch;
}

void timeline_free(struct fw_analyzer *a, struct flow *flow)
{
	const uint32_t last = flow->timeline;
	uint32_t next = last ? block_at(a, last)->next : 0;
	for (uint32_t n = next; n; n = n == last ? 0 : next) {
		next = block_at(a, n)->next;
		arena_delete(&a->blocks, n);
	}
	flow->timeline = 0;
}
