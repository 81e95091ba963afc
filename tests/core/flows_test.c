/* The order in which flows leave at the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/flows.h"

#define FIRST UINT64_C(0xfffffffe)

static void follow(const struct fw_event *event, void *user)
{
	uint64_t *const last = user;

	assert_int_equal(event->flow->id, *last + 1);
	*last = event->flow->id;
}

/* Numbers of flows need more than 32 bits; the order must not. */
static void all_leave_by_number_beyond_32_bits(void **state)
{
	static const struct fw_config config = {.events = 1u << FW_EVENT_CLOSED};
	uint64_t last = FIRST - 1;
	struct fw_analyzer *const a = fw_new(&config, follow, &last);

	(void)state;
	assert_non_null(a);
	a->totals.flows = FIRST - 1;
	for (uint16_t port = 1; port <= 600; port++) {
		const struct fw_segment syn = {
			.flags = FW_SYN, .src = {.port = port}, .dst = {.port = 80}};
		struct key key;
		const int side = key_of(&syn, false, &key);

		key_hash(&key, &a->secret);
		if (port % 2)
			flows_put_aside(a, &syn, &key, side);
		else
			assert_non_null(flows_open(a, &syn, &key, side, 1));
	}
	flows_leave_all(a);
	assert_int_equal(last, FIRST - 1 + 600);
	fw_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_leave_by_number_beyond_32_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
