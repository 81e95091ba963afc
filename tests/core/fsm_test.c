/* Properties of the state machine over all pairs of state and stimulus. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/fsm.h"
#include "finwait.h"

struct rule {
	enum fw_state from;
	enum fw_stimulus stimulus;
	enum fw_state to;
};

static const struct rule rules[] = {
#define RULE(from, stimulus, to, rfc, why) {FW_##from, FW_##stimulus, FW_##to},
#include "finwait/fsm.def"
#undef RULE
};

enum { RULES = sizeof rules / sizeof rules[0] };

#define FOR_ALL_PAIRS(s, x)                                                                        \
	for (enum fw_state s = 0; s < FW_STATE_COUNT; s++)                                         \
		for (enum fw_stimulus x = 0; x < FW_STIMULUS_COUNT; x++)

static void machine_is_the_table(void **state)
{
	unsigned moves = 0;

	(void)state;
	for (unsigned i = 0; i < RULES; i++) {
		assert_int_equal(fsm_step(rules[i].from, rules[i].stimulus), rules[i].to);
		assert_int_equal(fsm_rule(rules[i].from, rules[i].stimulus), i);
	}
	FOR_ALL_PAIRS(s, x)
	{
		moves += fsm_step(s, x) != s;
		assert_int_equal(fsm_step(s, x) != s, fsm_rule(s, x) != FW_NO_RULE);
	}
	assert_int_equal(moves, RULES);
}

static void every_state_is_reachable(void **state)
{
	bool reached[FW_STATE_COUNT] = {[FW_UNKNOWN] = true, [FW_CLOSED] = true};

	(void)state;
	for (unsigned i = 0; i < FW_STATE_COUNT; i++)
		FOR_ALL_PAIRS(s, x)
	reached[fsm_step(s, x)] |= reached[s];
	for (unsigned s = 0; s < FW_STATE_COUNT; s++)
		assert_true(reached[s]);
}

/* No state is a trap: the connection can always end in order, too. */
static void every_state_can_close_without_a_reset(void **state)
{
	bool closes[FW_STATE_COUNT] = {[FW_CLOSED] = true};

	(void)state;
	for (unsigned i = 0; i < FW_STATE_COUNT; i++)
		FOR_ALL_PAIRS(s, x)
	if (x != FW_SND_RST && x != FW_RCV_RST)
		closes[s] |= closes[fsm_step(s, x)];
	for (unsigned s = 0; s < FW_STATE_COUNT; s++)
		assert_true(closes[s]);
}

/* Whoever resets has no connection; whoever is reset and had one, or asked for one, has none.
 * A listener answers with resets and ignores them (RFC 9293 3.10.7.2), and an unknown end is told
 * nothing by them. */
static void resets_close(void **state)
{
	(void)state;
	for (enum fw_state s = 0; s < FW_STATE_COUNT; s++) {
		const bool keeps = s == FW_UNKNOWN || s == FW_LISTEN;
		assert_int_equal(fsm_step(s, FW_SND_RST), s == FW_LISTEN ? s : FW_CLOSED);
		assert_int_equal(fsm_step(s, FW_RCV_RST), keeps ? s : FW_CLOSED);
	}
}

static void only_a_syn_leaves_closed(void **state)
{
	(void)state;
	for (enum fw_stimulus x = 0; x < FW_STIMULUS_COUNT; x++)
		assert_int_equal(fsm_step(FW_CLOSED, x), x == FW_SND_SYN ? FW_SYN_SENT : FW_CLOSED);
}

static void nothing_becomes_unknown(void **state)
{
	(void)state;
	FOR_ALL_PAIRS(s, x)
	if (s != FW_UNKNOWN)
		assert_int_not_equal(fsm_step(s, x), FW_UNKNOWN);
}

/* A retransmission never moves the machine. */
static void every_stimulus_is_idempotent(void **state)
{
	(void)state;
	FOR_ALL_PAIRS(s, x)
	assert_int_equal(fsm_step(fsm_step(s, x), x), fsm_step(s, x));
}

/* A withdrawal goes back to where the end was: the table has no say in it. */
static void contradiction_is_no_rule(void **state)
{
	(void)state;
	for (enum fw_state s = 0; s < FW_STATE_COUNT; s++)
		assert_int_equal(fsm_rule(s, FW_CONTRADICTION), FW_NO_RULE);
}

/* Once its FIN is sent, an end never is where it could send one again (RFC 9293 3.3.2). */
static void a_fin_is_sent_once(void **state)
{
	(void)state;
	FOR_ALL_PAIRS(s, x)
	if (fsm_step(s, FW_SND_FIN) == s && s != FW_UNKNOWN && s != FW_CLOSED && s != FW_LISTEN &&
		s != FW_SYN_SENT && x != FW_SND_SYN)
		assert_int_equal(fsm_step(fsm_step(s, x), FW_SND_FIN), fsm_step(s, x));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machine_is_the_table),
		cmocka_unit_test(every_state_is_reachable),
		cmocka_unit_test(every_state_can_close_without_a_reset),
		cmocka_unit_test(resets_close),
		cmocka_unit_test(only_a_syn_leaves_closed),
		cmocka_unit_test(nothing_becomes_unknown),
		cmocka_unit_test(every_stimulus_is_idempotent),
		cmocka_unit_test(contradiction_is_no_rule),
		cmocka_unit_test(a_fin_is_sent_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
