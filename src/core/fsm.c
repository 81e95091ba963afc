/* The state machine: each rule of fsm.def is one case of a switch, so that a second rule for one
 * pair is a compile error. */
#include "fsm.h"

#define RULE(from, stimulus, to, rfc, why)                                                         \
	_Static_assert((int)FW_##from != (int)FW_##to, "rule does nothing: " #from " " #stimulus);
#include "finwait/fsm.def"
#undef RULE

enum rule {
#define RULE(from, stimulus, to, rfc, why) RULE_##from##_##stimulus,
#include "finwait/fsm.def"
#undef RULE
};

static const uint8_t inferred[] = {
#define RULE(from, stimulus, to, rfc, why) sizeof rfc == 1,
#include "finwait/fsm.def"
#undef RULE
};

#define PAIR(state, stimulus) ((int)(state)*FW_STIMULUS_COUNT + (int)(stimulus))

enum fw_state fsm_step(enum fw_state state, enum fw_stimulus stimulus)
{
	switch (PAIR(state, stimulus)) {
#define RULE(from, stimulus, to, rfc, why)                                                         \
	case PAIR(FW_##from, FW_##stimulus):                                                       \
		return FW_##to;
#include "finwait/fsm.def"
#undef RULE
	default:
		return state;
	}
}

uint8_t fsm_rule(enum fw_state state, enum fw_stimulus stimulus)
{
	switch (PAIR(state, stimulus)) {
#define RULE(from, stimulus, to, rfc, why)                                                         \
	case PAIR(FW_##from, FW_##stimulus):                                                       \
		return RULE_##from##_##stimulus;
#include "finwait/fsm.def"
#undef RULE
	default:
		return FW_NO_RULE;
	}
}

bool fsm_rule_inferred(uint8_t rule)
{
	return rule != FW_NO_RULE && inferred[rule];
}
