/* The state machine of one end: RFC 9293 figure 5 as data (finwait/fsm.def). */
#ifndef FSM_H
#define FSM_H

#include "finwait.h"

/* The state after STIMULUS in STATE: the same where no rule applies. */
enum fw_state fsm_step(enum fw_state state, enum fw_stimulus stimulus);

/* Number of the rule that applies, counted from 0 in fsm.def; FW_NO_RULE if none. */
uint8_t fsm_rule(enum fw_state state, enum fw_stimulus stimulus);

/* Does the rule stand for a segment that the capture lacks? */
bool fsm_rule_inferred(uint8_t rule);

#endif
