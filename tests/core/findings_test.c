/* The findings of a flow: counted exactly, told with backoff, weighed by the capture. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/analyzer.h"
#include "core/findings.h"

struct told {
	unsigned events;
	struct fw_finding last;
};

static void listen(const struct fw_event *event, void *user)
{
	struct told *const told = user;

	told->events++;
	told->last = *event->finding;
}

static struct fw_analyzer *analyzer_of(const struct fw_config *config, struct told *told)
{
	struct fw_config all = *config;

	all.events = 1u << FW_EVENT_ANOMALY;
	struct fw_analyzer *const analyzer = fw_new(&all, listen, told);
	assert_non_null(analyzer);
	return analyzer;
}

static void find(struct fw_analyzer *a, struct flow *flow, enum fw_code code, uint64_t packet,
	uint64_t count)
{
	struct found found = {.count = 1};

	found.item[0] = (struct fw_finding){
		.code = code,
		.severity = FW_WARNING,
		.lowered_by = FW_CODE_COUNT,
		.sided = true,
		.packet = packet,
		.count = count,
	};
	findings_add(a, flow, &found);
}

static void what_is_found_again_is_told_less_and_less(void **state)
{
	static const struct fw_config config = {0};
	struct told told = {0};
	struct flow flow = {.id = 1};
	struct fw_analyzer *const a = analyzer_of(&config, &told);

	(void)state;
	for (uint64_t i = 1; i <= 1000; i++)
		find(a, &flow, FW_CODE_stale_ack, i, 1);
	assert_int_equal(told.events, 10);
	assert_int_equal(told.last.count, 512);
	const struct fw_finding *const kept = findings_find(a, &flow, FW_CODE_stale_ack);
	assert_int_equal(kept->count, 1000);
	assert_int_equal(kept->packet, 1);
	assert_int_equal(kept->last_packet, 1000);
	assert_int_equal(fw_totals(a)->found[FW_CODE_stale_ack], 1000);
	findings_free(a, &flow);
	fw_free(a);
}

static void what_is_found_several_times_at_once_is_told(void **state)
{
	static const struct fw_config config = {0};
	struct told told = {0};
	struct flow flow = {.id = 1};
	struct fw_analyzer *const a = analyzer_of(&config, &told);

	(void)state;
	find(a, &flow, FW_CODE_window_shrink, 7, 3);
	assert_int_equal(told.events, 1);
	assert_int_equal(told.last.count, 3);
	find(a, &flow, FW_CODE_window_shrink, 8, 3);
	assert_int_equal(told.events, 2);
	find(a, &flow, FW_CODE_window_shrink, 9, 1);
	assert_int_equal(told.events, 2);
	assert_int_equal(fw_totals(a)->found[FW_CODE_window_shrink], 7);
	findings_free(a, &flow);
	fw_free(a);
}

/* By a second. */
static void set_back(struct fw_analyzer *a)
{
	a->quality.sign[ARTEFACT_capture_clock_back] =
		(struct sign){.count = 1, .worst = 1000000000, .shown = true};
}

static void capture_lowers_what_it_explains(void **state)
{
	static const struct fw_config config = {0};
	struct told told = {0};
	struct flow flow = {.id = 1};
	struct fw_analyzer *const a = analyzer_of(&config, &told);

	(void)state;
	find(a, &flow, FW_CODE_paws, 5, 1);
	assert_int_equal(told.last.severity, FW_WARNING);
	set_back(a);
	find(a, &flow, FW_CODE_paws, 6, 1);
	assert_int_equal(told.last.severity, FW_INFO);
	assert_int_equal(told.last.lowered_by, FW_CODE_capture_clock_back);
	findings_free(a, &flow);
	fw_free(a);
}

static void user_has_the_last_word(void **state)
{
	struct fw_config config = {0};
	struct told told = {0};
	struct flow flow = {.id = 1};

	(void)state;
	config.severity[FW_CODE_paws] = FW_CRITICAL + 1;
	config.severity[FW_CODE_stale_ack] = FW_IGNORED;
	struct fw_analyzer *const a = analyzer_of(&config, &told);
	set_back(a);
	find(a, &flow, FW_CODE_paws, 5, 1);
	assert_int_equal(told.last.severity, FW_CRITICAL);
	assert_int_equal(told.last.lowered_by, FW_CODE_COUNT);
	find(a, &flow, FW_CODE_stale_ack, 6, 1);
	assert_int_equal(told.events, 1);
	assert_null(findings_find(a, &flow, FW_CODE_stale_ack));
	assert_int_equal(fw_totals(a)->found[FW_CODE_stale_ack], 0);
	findings_free(a, &flow);
	fw_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_found_again_is_told_less_and_less),
		cmocka_unit_test(what_is_found_several_times_at_once_is_told),
		cmocka_unit_test(capture_lowers_what_it_explains),
		cmocka_unit_test(user_has_the_last_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
