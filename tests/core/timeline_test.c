/* However often an end moves, its flow's timeline has bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/timeline.h"

static void listen(const struct fw_event *event, void *user)
{
	(void)event, (void)user;
}

static void first_are_kept_and_the_rest_counted(void **state)
{
	static const struct fw_config config = {.timelines = true};
	struct fw_analyzer *const a = fw_new(&config, listen, NULL);
	struct flow flow = {.client = 1};
	uint32_t count;

	(void)state;
	assert_non_null(a);
	for (uint64_t i = 0; i < TIMELINE_MAX + 10; i++)
		timeline_add(a, &flow, &(struct fw_transition){.packet = i, .side = FW_CLIENT});
	assert_int_equal(timeline_total(a, &flow), TIMELINE_MAX + 10);
	const struct fw_transition *const kept = timeline_get(a, &flow, &count);
	assert_int_equal(count, TIMELINE_MAX);
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(kept[i].packet, i);
		assert_int_equal(kept[i].side, FW_SERVER); /* end 0 is not the client here */
	}
	timeline_free(a, &flow);
	fw_free(a);
}

/* 2^32 moves do not begin the count again. */
static void count_does_not_wrap(void **state)
{
	static const struct fw_config config = {.timelines = true};
	struct fw_analyzer *const a = fw_new(&config, listen, NULL);
	struct flow flow = {0};
	uint32_t count;

	(void)state;
	assert_non_null(a);
	for (int i = 0; i < TIMELINE_MAX; i++)
		timeline_add(a, &flow, &(struct fw_transition){.packet = 1});
	uint32_t *const total = (uint32_t *)arena_at(&a->blocks, flow.timeline) + 1;
	assert_int_equal(*total, TIMELINE_MAX);
	*total = UINT32_MAX - 1;
	for (int i = 0; i < 10; i++)
		timeline_add(a, &flow, &(struct fw_transition){.packet = 2});
	assert_true(timeline_total(a, &flow) == UINT32_MAX);
	assert_int_equal(timeline_get(a, &flow, &count)[TIMELINE_MAX - 1].packet, 1);
	assert_int_equal(count, TIMELINE_MAX);
	timeline_free(a, &flow);
	fw_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_are_kept_and_the_rest_counted),
		cmocka_unit_test(count_does_not_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
