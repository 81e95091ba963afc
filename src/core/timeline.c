/* Transitions in chained blocks of few, packed: most flows have about ten. */
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
	uint32_t next;
	uint32_t count;
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
	struct block *last = flow->timeline_last ? block_at(a, flow->timeline_last) : NULL;
	if (last && last->count < BLOCK)
		return last;
	const uint32_t number = arena_new(&a->blocks);
	if (!number) {
		a->failed = true;
		return NULL;
	}
	if (last)
		last->next = number;
	else
		flow->timeline_first = number;
	flow->timeline_last = number;
	return block_at(a, number);
}

void timeline_add(struct fw_analyzer *a, struct flow *flow, const struct fw_transition *t)
{
	if (!a->config.timelines)
		return;
	flow->transition_count += flow->transition_count < UINT32_MAX;
	if (flow->transition_count > TIMELINE_MAX)
		return;
	struct block *block = room_in(a, flow);
	if (block)
		block->entry[block->count++] = (struct entry){
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
	const uint32_t total =
		flow->transition_count < TIMELINE_MAX ? flow->transition_count : TIMELINE_MAX;
	*count = 0;
	if (!make_room(a, total)) {
		a->failed = true;
		return NULL;
	}
	for (uint32_t n = flow->timeline_first; n && *count < total; n = block_at(a, n)->next) {
		const struct block *block = block_at(a, n);
		for (uint32_t i = 0; i < block->count && *count < total; i++) {
			const struct entry *e = &block->entry[i];
			a->scratch[(*count)++] = (struct fw_transition){
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
	}
	return a->scratch;
}

void timeline_free(struct fw_analyzer *a, struct flow *flow)
{
	for (uint32_t n = flow->timeline_first, next; n; n = next) {
		next = block_at(a, n)->next;
		arena_delete(&a->blocks, n);
	}
	flow->timeline_first = flow->timeline_last = 0;
}
