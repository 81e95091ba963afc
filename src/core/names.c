/* The words of the catalogues. */
#include "finwait.h"

static const char *const states[] = {
#define STATE(id, text) #id,
#include "finwait/states.def"
#undef STATE
};

static const struct {
	const char *name, *call;
} stimuli[] = {
#define STIMULUS(id, call, text) {#id, call},
#include "finwait/stimuli.def"
#undef STIMULUS
};

static const char *const bases[] = {
#define BASIS(id, name, text) #name,
#include "finwait/bases.def"
#undef BASIS
};

static const char *const accounts[] = {
#define ACCOUNT(id, name, text) #id,
#include "finwait/accounts.def"
#undef ACCOUNT
};

static const char *const facts[] = {
#define FACT(id, text) #id,
#include "finwait/facts.def"
#undef FACT
};

static const struct {
	const char *rfc, *why;
} rules[] = {
#define RULE(from, stimulus, to, rfc, why) {rfc, why},
#include "finwait/fsm.def"
#undef RULE
};

_Static_assert(sizeof rules / sizeof rules[0] < FW_NO_RULE, "a rule's number fits a byte");

const char *fw_state_name(enum fw_state state)
{
	return states[state];
}

const char *fw_stimulus_name(enum fw_stimulus stimulus)
{
	return stimuli[stimulus].name;
}

const char *fw_basis_name(enum fw_basis basis)
{
	return bases[basis];
}

const char *fw_account_name(enum fw_account account)
{
	return accounts[account];
}

const char *fw_fact_name(enum fw_fact_bit fact)
{
	return facts[fact];
}

const char *fw_role_basis_name(enum fw_role_basis basis)
{
	static const char *const names[] = {"syn", "syn_ack", "port", "first"};
	return names[basis];
}

const char *fw_opened_name(enum fw_opened opened)
{
	static const char *const names[] = {
		"handshake", "simultaneous", "fast_open", "midstream", "attempt"};
	return names[opened];
}

const char *fw_closed_name(enum fw_closed closed)
{
	static const char *const names[] = {"open", "fin", "reset", "refused", "unanswered"};
	return names[closed];
}

const char *fw_closed_by_name(enum fw_closed_by by)
{
	static const char *const names[] = {NULL, "client", "server", "both"};
	return names[by];
}

const char *fw_transition_call(const struct fw_transition *transition)
{
	return stimuli[transition->stimulus].call;
}

const char *fw_transition_rfc(const struct fw_transition *transition)
{
	return transition->rule == FW_NO_RULE ? "" : rules[transition->rule].rfc;
}

const char *fw_transition_why(const struct fw_transition *transition)
{
	return transition->rule == FW_NO_RULE ? "a later segment contradicts it"
					      : rules[transition->rule].why;
}
