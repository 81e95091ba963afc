/* The log of what was sent: what is found again, what is forgotten, whose it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/analyzer.h"

static void nobody(const struct fw_event *event, void *user)
{
	(void)event, (void)user;
}

static struct fw_analyzer *analyzer(void)
{
	const struct fw_config config = {.events = 0};
	struct fw_analyzer *a = fw_new(&config, nobody, NULL);
	assert_non_null(a);
	return a;
}

/* A header without options, its checksum as if the payload were SUM. */
static struct fw_segment segment(uint8_t header[20], uint32_t seq, uint32_t len, uint64_t number)
{
	memset(header, 0, 20);
	header[12] = 5 << 4;
	return (struct fw_segment){
		.number = number,
		.time = (fw_time)number * 1000,
		.seq = seq,
		.payload_len = len,
		.header = header,
		.header_len = 20,
		.flags = FW_ACK,
	};
}

static void send(struct fw_analyzer *a, struct flow *flow, int side, uint32_t seq, uint32_t len,
	uint64_t number, uint32_t is)
{
	uint8_t header[20];
	const struct fw_segment seg = segment(header, seq, len, number);
	assert_true(sent_add(a, flow, side, &seg, is));
}

static void finds_latest_and_first(void **state)
{
	struct fw_analyzer *a = analyzer();
	struct flow flow = {.id = 1};
	(void)state;

	assert_null(sent_last(a, &flow, 0));
	send(a, &flow, 0, 100, 50, 1, SENT_AHEAD);
	send(a, &flow, 0, 150, 50, 2, SENT_AHEAD);
	send(a, &flow, 0, 250, 50, 3, SENT_AHEAD);
	send(a, &flow, 0, 200, 50, 4, 0); /* overtaken */
	send(a, &flow, 0, 100, 100, 5, SENT_AGAIN);
	assert_int_equal(sent_find(a, &flow, 0, 149)->number, 5);
	assert_int_equal(sent_first(a, &flow, 0, 149)->number, 1);
	assert_int_equal(sent_first(a, &flow, 0, 150)->number, 2);
	assert_int_equal(sent_find(a, &flow, 0, 200)->number, 4);
	assert_int_equal(sent_first(a, &flow, 0, 260)->number, 3);
	assert_null(sent_find(a, &flow, 0, 300));
	assert_null(sent_find(a, &flow, 0, 99));
	assert_null(sent_first(a, &flow, 0, 300));
	fw_free(a);
}

static void ends_and_flows_are_apart(void **state)
{
	struct fw_analyzer *a = analyzer();
	struct flow one = {.id = 1}, two = {.id = 2};
	(void)state;

	for (uint64_t i = 0; i < 10; i++) {
		send(a, &one, 0, (uint32_t)i * 10, 10, 3 * i + 1, SENT_AHEAD);
		send(a, &one, 1, (uint32_t)i * 10, 10, 3 * i + 2, SENT_AHEAD);
		send(a, &two, 0, (uint32_t)i * 10, 10, 3 * i + 3, SENT_AHEAD);
	}
	assert_int_equal(sent_find(a, &one, 0, 5)->number, 1);
	assert_int_equal(sent_find(a, &one, 1, 5)->number, 2);
	assert_int_equal(sent_find(a, &two, 0, 5)->number, 3);
	assert_null(sent_last(a, &two, 1));
	two.id = 3; /* a place that is another's */
	assert_null(sent_last(a, &two, 0));
	fw_free(a);
}

static void the_oldest_are_forgotten(void **state)
{
	struct fw_analyzer *a = analyzer();
	struct flow old = {.id = 1}, new = {.id = 2};
	(void)state;

	send(a, &old, 0, 0, 10, 1, SENT_AHEAD);
	send(a, &old, 0, 10, 10, 2, SENT_AHEAD);
	for (uint32_t i = 0; i < SENT_MAX - 2; i++)
		send(a, &new, 0, i, 1, 3 + i, SENT_AHEAD);
	assert_non_null(sent_find(a, &old, 0, 0));
	send(a, &new, 0, SENT_MAX, 1, SENT_MAX + 3, SENT_AHEAD);
	assert_null(sent_find(a, &old, 0, 0));
	assert_non_null(sent_find(a, &old, 0, 10));
	send(a, &new, 0, SENT_MAX + 1, 1, SENT_MAX + 4, SENT_AHEAD);
	assert_null(sent_last(a, &old, 0));
	assert_int_equal(a->log.room, SENT_MAX);
	fw_free(a);
}

/* One end that has filled the ring meets each of its segments once, from the latest down. */
static void a_way_back_ends(void **state)
{
	struct fw_analyzer *a = analyzer();
	struct flow flow = {.id = 1};
	uint32_t steps = 0;
	(void)state;

	for (uint32_t i = 0; i < SENT_MAX + 5; i++)
		send(a, &flow, 0, i, 1, i + 1, SENT_AHEAD);
	for (const struct sent *sent = sent_last(a, &flow, 0); sent;
		sent = sent_before(a, &flow, 0, sent), steps++)
		assert_int_equal(sent->number, SENT_MAX + 5 - steps);
	assert_int_equal(steps, SENT_MAX);
	fw_free(a);
}

/* What makes one look it up, be it a resend, late or a copy, makes looks shorter where it is
 * frequent. */
static void looks_are_short_where_they_are_many(void **state)
{
	struct trouble trouble[2] = {{.retransmitted_packets = 15}};
	struct flow flow = {.id = 1, .trouble = trouble};
	(void)state;

	flow.tally[0].data_packets = 1000;
	assert_int_equal(sent_steps(&flow, 0), SENT_STEPS);
	trouble[0].retransmitted_packets = 100;
	assert_in_range(sent_steps(&flow, 0), 16, 200);
	trouble[0].retransmitted_packets = 0;
	trouble[0].out_of_order_packets = 50;
	trouble[0].duplicate_packets = 50;
	assert_in_range(sent_steps(&flow, 0), 16, 200);
	assert_int_equal(sent_steps(&flow, 1), SENT_STEPS);
}

static void numbers_outgrow_32_bits(void **state)
{
	struct fw_analyzer *a = analyzer();
	struct flow flow = {.id = 1};
	const uint64_t then = (UINT64_C(7) << 32) - 2;
	(void)state;

	send(a, &flow, 0, 0, 10, then, SENT_AHEAD);
	assert_int_equal(sent_number(sent_last(a, &flow, 0), then + 5), then);
	fw_free(a);
}

/* The sum is the payload's: what else a header says makes no difference. */
static void payloads_are_compared(void **state)
{
	struct fw_analyzer *a = analyzer();
	struct flow flow = {.id = 1};
	uint8_t header[20], later[20];
	struct fw_segment seg = segment(header, 1, 100, 1);
	(void)state;

	header[16] = 0x12, header[17] = 0x34;
	seg.payload_captured = seg.payload_len;
	assert_true(sent_add(a, &flow, 0, &seg, SENT_AHEAD));
	seg = segment(later, 1, 100, 2);
	later[14] = 0, later[15] = 4;       /* a larger window */
	later[16] = 0x12, later[17] = 0x30; /* and the checksum that goes with it */
	assert_false(sent_differs(sent_last(a, &flow, 0), &seg));
	later[17] = 0x2f;
	assert_true(sent_differs(sent_last(a, &flow, 0), &seg));
	seg.header_len = 19; /* cut: nothing can be told */
	assert_false(sent_differs(sent_last(a, &flow, 0), &seg));

	seg = segment(header, 101, 100, 3);
	assert_true(sent_add(a, &flow, 0, &seg, SENT_AHEAD)); /* without its payload: nor of this */
	seg = segment(later, 101, 100, 4);
	later[17] = 1;
	assert_false(sent_differs(sent_last(a, &flow, 0), &seg));
	fw_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_latest_and_first),
		cmocka_unit_test(ends_and_flows_are_apart),
		cmocka_unit_test(the_oldest_are_forgotten),
		cmocka_unit_test(a_way_back_ends),
		cmocka_unit_test(looks_are_short_where_they_are_many),
		cmocka_unit_test(numbers_outgrow_32_bits),
		cmocka_unit_test(payloads_are_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
