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

enum fw_icmp {
#define ICMP(id, type4, code4, type6, code6, text) FW_ICMP_##id,
#include "finwait/icmps.def"
#undef ICMP
	FW_ICMP_COUNT
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

enum fw_severity {
#define SEVERITY(id, name, text) FW_##id,
#include "finwait/severities.def"
#undef SEVERITY
	FW_SEVERITY_COUNT
};

enum fw_code {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	FW_CODE_##id,
#include "finwait/anomalies.def"
#undef ANOMALY
	FW_CODE_COUNT
};

enum fw_evidence {
#define EVIDENCE(id, unit, text) FW_EVIDENCE_##id,
#include "finwait/evidence.def"
#undef EVIDENCE
	FW_EVIDENCE_COUNT
};

enum fw_reason {
#define REASON(id, explanation, text) FW_REASON_##id,
#include "finwait/reasons.def"
#undef REASON
	FW_REASON_COUNT
};

enum fw_threshold {
#define THRESHOLD(id, unit, value, option, text) FW_THRESHOLD_##id,
#include "finwait/thresholds.def"
#undef THRESHOLD
	FW_THRESHOLD_COUNT
};

enum fw_unit { FW_UNIT_COUNT, FW_UNIT_BYTES, FW_UNIT_NS, FW_UNIT_PACKET, FW_UNIT_PERMILLE };

/* What a finding is about. */
enum fw_scope { FW_SCOPE_FLOW, FW_SCOPE_TRAFFIC, FW_SCOPE_CAPTURE };

/* All that is said of a code, whatever the finding. Static. */
struct fw_page {
	const char *code;
	enum fw_severity severity; /* the default, and the worst */
	enum fw_scope scope;
	const char *title;
	const char *rfc;     /* "" if none */
	const char *message; /* of a finding, with {evidence} to fill in: see anomalies.def */
	const char *meaning, *judged, *causes, *next;
};

/* Words of the catalogues: names, as they stand in JSON, and texts that explain them. Static. The
 * facts of an event are those whose bit is set: facts & 1u << bit, for bit below FW_FACT_COUNT. */
const char *fw_state_name(enum fw_state state);
const char *fw_stimulus_name(enum fw_stimulus stimulus);
const char *fw_basis_name(enum fw_basis basis);
const char *fw_account_name(enum fw_account account);
const char *fw_icmp_name(enum fw_icmp icmp);
const char *fw_fact_name(enum fw_fact_bit fact);
const char *fw_role_basis_name(enum fw_role_basis basis);
const char *fw_opened_name(enum fw_opened opened);
const char *fw_closed_name(enum fw_closed closed);
const char *fw_closed_by_name(enum fw_closed_by by); /* NULL for FW_BY_NOBODY */

const char *fw_state_text(enum fw_state state);
const char *fw_stimulus_text(enum fw_stimulus stimulus);
const char *fw_basis_text(enum fw_basis basis);
const char *fw_account_text(enum fw_account account);
const char *fw_icmp_text(enum fw_icmp icmp);
const char *fw_fact_text(enum fw_fact_bit fact);
const char *fw_role_basis_text(enum fw_role_basis basis);
const char *fw_opened_text(enum fw_opened opened);
const char *fw_closed_text(enum fw_closed closed);
const char *fw_closed_by_text(enum fw_closed_by by);

const char *fw_severity_name(enum fw_severity severity);
const char *fw_severity_text(enum fw_severity severity);
const struct fw_page *fw_code_page(enum fw_code code);
const char *fw_code_name(enum fw_code code);
const char *fw_evidence_name(enum fw_evidence evidence);
const char *fw_evidence_text(enum fw_evidence evidence);
enum fw_unit fw_evidence_unit(enum fw_evidence evidence);

/* An explanation, and what speaks for it or against it: {evidence} is to be filled in. */
const char *fw_reason_explanation(enum fw_reason reason);
const char *fw_reason_text(enum fw_reason reason);

#ifdef __cplusplus
}
#endif

#endif
