/* The words of finwait: its catalogues as enums, each with its names and texts. */
#ifndef FINWAIT_WORDS_H
#define FINWAIT_WORDS_H

#ifdef __cplusplus
extern "C" {
#endif

enum fw_state {
#define STATE(id, text) FW_##id,
#include "finwait/states.def"
#undef STATE
	FW_STATE_COUNT
};

enum fw_stimulus {
#define STIMULUS(id, call, text) FW_##id,
#include "finwait/stimuli.def"
#undef STIMULUS
	FW_STIMULUS_COUNT
};

enum fw_basis {
#define BASIS(id, name, text) FW_BASIS_##id,
#include "finwait/bases.def"
#undef BASIS
	FW_BASIS_COUNT
};

enum fw_account {
#define ACCOUNT(id, name, text) FW_ACCOUNT_##id,
#include "finwait/accounts.def"
#undef ACCOUNT
	FW_ACCOUNT_COUNT
};

enum fw_fact_bit {
#define FACT(id, text) FW_FACT_BIT_##id,
#include "finwait/facts.def"
#undef FACT
	FW_FACT_COUNT
};

enum fw_fact { /* members of a set of facts */
#define FACT(id, text) FW_FACT_##id = 1 << FW_FACT_BIT_##id,
#include "finwait/facts.def"
#undef FACT
};

enum fw_role_basis {
#define ROLE(id, name, text) FW_ROLE_##id,
#include "finwait/roles.def"
#undef ROLE
	FW_ROLE_COUNT
};

enum fw_opened {
#define OPENING(id, name, title, text) FW_OPENED_##id,
#include "finwait/openings.def"
#undef OPENING
	FW_OPENED_COUNT
};

enum fw_closed {
#define CLOSING(id, name, title, text) FW_CLOSED_##id,
#include "finwait/closings.def"
#undef CLOSING
	FW_CLOSED_COUNT
};

enum fw_closed_by {
#define CLOSER(id, name, text) FW_BY_##id,
#include "finwait/closers.def"
#undef CLOSER
	FW_BY_COUNT
};

/* Words of the catalogues: names, as they stand in JSON, and texts that explain them. Static. The
 * facts of an event are those whose bit is set: facts & 1u << bit, for bit below FW_FACT_COUNT. */
const char *fw_state_name(enum fw_state state);
const char *fw_stimulus_name(enum fw_stimulus stimulus);
const char *fw_basis_name(enum fw_basis basis);
const char *fw_account_name(enum fw_account account);
const char *fw_fact_name(enum fw_fact_bit fact);
const char *fw_role_basis_name(enum fw_role_basis basis);
const char *fw_opened_name(enum fw_opened opened);
const char *fw_closed_name(enum fw_closed closed);
const char *fw_closed_by_name(enum fw_closed_by by); /* NULL for FW_BY_NOBODY */

const char *fw_state_text(enum fw_state state);
const char *fw_stimulus_text(enum fw_stimulus stimulus);
const char *fw_basis_text(enum fw_basis basis);
const char *fw_account_text(enum fw_account account);
const char *fw_fact_text(enum fw_fact_bit fact);
const char *fw_role_basis_text(enum fw_role_basis basis);
const char *fw_opened_text(enum fw_opened opened);
const char *fw_closed_text(enum fw_closed closed);
const char *fw_closed_by_text(enum fw_closed_by by);

#ifdef __cplusplus
}
#endif

#endif
