/* What a sender is told of its losses: ranges by SACK, bounded; resends that were needless. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/measure.h"
#include "core/recovery.h"

static const struct fw_analyzer nothing; /* remembers nothing of what was sent */

#define MS INT64_C(1000000)

/* End 0 has sent 1 to 100000, of which nothing is acknowledged; it is 10 ms to end 1. */
static struct flow *flow_of_a_sender(void)
{
	struct flow *flow = calloc(1, sizeof *flow);
	assert_non_null(flow);
	measure_init(flow);
	flow->end[0] = (struct end){.has = HAS_SEGMENT | HAS_ACK, .nxt = 100000, .ack = 1};
	flow->end[1] = (struct end){.has = HAS_SEGMENT | HAS_ACK, .nxt = 1, .ack = 1};
	flow->tally[0].rtt_samples = 4;
	flow->tally[0].rtt_min = 10 * MS / RTT_UNIT;
	return flow;
}

static void drop(struct flow *flow)
{
	measure_free(flow);
	free(flow);
}

static void tell(struct flow *flow, uint32_t left, uint32_t right)
{
	const struct fw_segment seg = {
		.time = 1,
		.seq = 1,
		.ack = 1,
		.flags = FW_ACK,
		.opt = {.have = FW_OPT_SACK, .sack_count = 1, .sack[0] = {left, right}},
	};
	const struct judgement j = {.own = true, .ack_own = true, .facts = FW_FACT_duplicate_ack};
	assert_true(recovery_take(&nothing, flow, 1, &seg, &j));
}

static void resend(struct flow *flow, uint32_t left, uint32_t right, fw_time time)
{
	const struct fw_segment seg = {
		.time = time,
		.number = (uint64_t)(time / MS),
		.seq = left,
		.payload_len = right - left,
		.ack = 1,
		.flags = FW_ACK,
	};
	const struct judgement j = {.own = true,
		.ack_own = true,
		.len = right - left,
		.after = right,
		.facts = FW_FACT_retransmission | FW_FACT_retransmission_timeout};
	assert_true(recovery_take(&nothing, flow, 0, &seg, &j));
}

static void ranges_grow_together(void **state)
{
	struct flow *flow = flow_of_a_sender();
	(void)state;

	tell(flow, 1000, 2000);
	tell(flow, 5000, 6000);
	tell(flow, 3000, 4000);
	const struct recovery *r = recovery_of(flow, 0);
	assert_int_equal(r->ranges, 3);
	assert_true(recovery_has(r, 3000, 4000));
	assert_false(recovery_has(r, 2000, 4000));
	tell(flow, 2000, 3000);
	assert_int_equal(r->ranges, 2);
	assert_true(recovery_has(r, 1000, 4000));
	tell(flow, 500, 7000);
	assert_int_equal(r->ranges, 1);
	assert_true(recovery_has(r, 500, 7000));
	drop(flow);
}

static void ranges_are_bounded(void **state)
{
	struct flow *flow = flow_of_a_sender();
	(void)state;

	for (uint32_t i = 0; i < 3 * RECOVERY_RANGES; i++)
		tell(flow, 1000 + 20 * i, 1010 + 20 * i);
	const struct recovery *r = recovery_of(flow, 0);
	const uint32_t last = 1000 + 20 * (3 * RECOVERY_RANGES - 1);
	assert_int_equal(r->ranges, RECOVERY_RANGES);
	assert_true(recovery_has(r, last, last + 10));
	assert_false(recovery_has(r, 1000, 1010));
	drop(flow);
}

/* Beyond what was sent, below what is acknowledged, or turned around: nobody means that. */
static void senseless_blocks_are_no_news(void **state)
{
	struct flow *flow = flow_of_a_sender();
	(void)state;

	tell(flow, 99000, 100001);
	tell(flow, 3000, 2000);
	tell(flow, 3000, 3000);
	tell(flow, 0x80000000u, 0x90000000u);
	assert_int_equal(recovery_of(flow, 0)->ranges, 0);
	drop(flow);
}

/* To the receiver and back takes 10 ms: what is answered in 4 was there before, in 6 perhaps. */
static void an_answer_too_soon_exposes(void **state)
{
	(void)state;
	for (int ms = 4; ms <= 6; ms += 2) {
		struct flow *flow = flow_of_a_sender();
		resend(flow, 1, 1001, 500 * MS);
		const struct fw_segment ack = {
			.time = (500 + ms) * MS, .seq = 1, .ack = 1001, .flags = FW_ACK};
		const struct judgement j = {.own = true, .ack_own = true, .ack_fresh = true};
		const struct resend *needless = recovery_exposed(flow, 1, &ack, &j);
		if (ms == 4) {
			assert_non_null(needless);
			assert_int_equal(needless->packet, 500);
		} else {
			assert_null(needless);
		}
		drop(flow);
	}
}

/* A single round trip, of 10 ms, may have been slower than the way: 4 ms expose nothing, 2 do. */
static void a_single_round_trip_exposes_less(void **state)
{
	(void)state;
	for (int ms = 2; ms <= 4; ms += 2) {
		struct flow *flow = flow_of_a_sender();
		flow->tally[0].rtt_samples = 1;
		resend(flow, 1, 1001, 500 * MS);
		const struct fw_segment ack = {
			.time = (500 + ms) * MS, .seq = 1, .ack = 1001, .flags = FW_ACK};
		const struct judgement j = {.own = true, .ack_own = true, .ack_fresh = true};
		assert_int_equal(recovery_exposed(flow, 1, &ack, &j) != NULL, ms == 2);
		drop(flow);
	}
}

/* Of more resends than are remembered the oldest can't be told any more. */
static void old_resends_are_forgotten(void **state)
{
	struct flow *flow = flow_of_a_sender();
	const struct judgement j = {.own = true, .ack_own = true, .facts = FW_FACT_dsack};
	(void)state;

	for (uint32_t i = 0; i <= RECOVERY_RESENDS; i++)
		resend(flow, 1 + 100 * i, 101 + 100 * i, (500 + i) * MS);
	for (uint32_t i = 0; i < 2; i++) {
		const struct fw_segment ack = {
			.time = 900 * MS,
			.seq = 1,
			.ack = 5000,
			.flags = FW_ACK,
			.opt = {.have = FW_OPT_SACK,
				.sack_count = 1,
				.sack[0] = {1 + 100 * i, 101 + 100 * i}},
		};
		const struct resend *needless = recovery_exposed(flow, 1, &ack, &j);
		assert_int_equal(needless != NULL, i == 1);
	}
	drop(flow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_grow_together),
		cmocka_unit_test(ranges_are_bounded),
		cmocka_unit_test(senseless_blocks_are_no_news),
		cmocka_unit_test(an_answer_too_soon_exposes),
		cmocka_unit_test(a_single_round_trip_exposes_less),
		cmocka_unit_test(old_resends_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
