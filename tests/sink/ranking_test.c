/* The best of many are the same as the first of all, sorted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sink/ranking.h"

#include <stdlib.h>

#define FLOWS 5000

/* Numbers that look random and are the same each time. */
static uint32_t draw(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

static void add_flows(struct ranking *ranking)
{
	uint32_t seed = 1;
	for (uint64_t id = 1; id <= FLOWS; id++) {
		struct fw_flow flow = {.id = id};
		flow.closed = draw(&seed) % FW_CLOSED_COUNT;
		flow.end[0].state = draw(&seed) % FW_STATE_COUNT;
		flow.end[1].retransmitted_packets = draw(&seed) % 8;
		ranking_add(ranking, &flow);
	}
	ranking_sort(ranking);
}

static void few_are_the_first_of_all(void **state)
{
	static const size_t limits[] = {1, 2, 3, 20, 64, 65, FLOWS - 1};
	struct ranking all;
	(void)state;
	ranking_init(&all, SIZE_MAX);
	add_flows(&all);
	assert_int_equal(all.count, FLOWS);
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		struct ranking few;
		ranking_init(&few, limits[i]);
		add_flows(&few);
		assert_int_equal(few.count, limits[i]);
		assert_int_equal(few.seen, FLOWS);
		for (size_t row = 0; row < few.count; row++)
			assert_int_equal(few.rows[row].id, all.rows[row].id);
		ranking_free(&few);
	}
	ranking_free(&all);
}

static void the_worst_come_first(void **state)
{
	static const enum fw_closed closed[] = {
		FW_CLOSED_FIN, FW_CLOSED_OPEN, FW_CLOSED_RESET, FW_CLOSED_OPEN};
	static const uint64_t want[] = {3, 4, 2, 1};
	struct ranking ranking;
	(void)state;
	ranking_init(&ranking, SIZE_MAX);
	for (uint64_t id = 1; id <= 4; id++) {
		struct fw_flow flow = {.id = id, .closed = closed[id - 1]};
		flow.end[1].state = id == 4 ? FW_CLOSE_WAIT : FW_ESTABLISHED;
		ranking_add(&ranking, &flow);
	}
	ranking_sort(&ranking);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(ranking.rows[i].id, want[i]);
	ranking_free(&ranking);
}

/* A finding is worse than any way to end, unless it is only worth knowing. */
static void findings_count_more(void **state)
{
	static const enum fw_severity severities[] = {FW_INFO, FW_CRITICAL, FW_WARNING};
	static const uint64_t want[] = {2, 3, 4, 1};
	struct ranking ranking;
	(void)state;
	ranking_init(&ranking, SIZE_MAX);
	for (uint64_t id = 1; id <= 4; id++) {
		const struct fw_finding findings[] = {
			{.code = FW_CODE_capture_point, .severity = FW_INFO},
			{.code = FW_CODE_close_wait_stuck, .severity = severities[(id - 1) % 3]}};
		const struct fw_flow flow = {.id = id,
			.closed = id == 4 ? FW_CLOSED_RESET : FW_CLOSED_FIN,
			.anomalies = findings,
			.anomaly_count = id == 4 ? 0 : 2};
		ranking_add(&ranking, &flow);
	}
	ranking_sort(&ranking);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(ranking.rows[i].id, want[i]);
	assert_int_equal(ranking.rows[0].found, FW_CODE_close_wait_stuck);
	assert_int_equal(ranking.rows[2].found, FW_CODE_COUNT);
	ranking_free(&ranking);
}

static void nothing_is_sorted(void **state)
{
	struct ranking ranking;
	(void)state;
	ranking_init(&ranking, 20);
	ranking_sort(&ranking);
	assert_int_equal(ranking.count, 0);
	ranking_free(&ranking);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_are_the_first_of_all),
		cmocka_unit_test(the_worst_come_first),
		cmocka_unit_test(findings_count_more),
		cmocka_unit_test(nothing_is_sorted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
