/* The words of the catalogues. */
#include "detect.h"

struct word {
	const char *name, *text;
};

static const struct word states[] = {
#define STATE(id, text) {#id, text},
#include "finwait/states.def"
#undef STATE
};

static const struct word stimuli[] = {
#define STIMULUS(id, call, text) {#id, text},
#include "finwait/stimuli.def"
#undef STIMULUS
};

static const struct word bases[] = {
#define BASIS(id, name, text) {#name, text},
#include "finwait/bases.def"
#undef BASIS
};

static const struct word accounts[] = {
#define ACCOUNT(id, title, text) {#id, text},
#include "finwait/accounts.def"
#undef ACCOUNT
};

static const struct word icmps[] = {
#define ICMP(id, type4, code4, type6, code6, text) {#id, text},
#include "finwait/icmps.def"
#undef ICMP
};

static const struct word facts[] = {
#define FACT(id, text) {#id, text},
#include "finwait/facts.def"
#undef FACT
};

static const struct word roles[] = {
#define ROLE(id, name, text) {#name, text},
#include "finwait/roles.def"
#undef ROLE
};

static const struct word openings[] = {
#define OPENING(id, name, title, text) {#name, text},
#include "finwait/openings.def"
#undef OPENING
};

static const struct word closings[] = {
#define CLOSING(id, name, title, text) {#name, text},
#include "finwait/closings.def"
#undef CLOSING
};

static const struct word closers[] = {
#define CLOSER(id, name, text) {name, text},
#include "finwait/closers.def"
#undef CLOSER
};

static const struct word severities[] = {
#define SEVERITY(id, name, text) {#name, text},
#include "finwait/severities.def"
#undef SEVERITY
};

#define SCOPE(when)                                                                                \
	((when)&ON_TRAFFIC                  ? FW_SCOPE_TRAFFIC                                     \
			: (when)&ON_CAPTURE ? FW_SCOPE_CAPTURE                                     \
					    : FW_SCOPE_FLOW)
static const struct fw_page pages[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	{code, FW_##severity, SCOPE(when), title, rfc, message, meaning, judged, causes, next},
#include "finwait/anomalies.def"
#undef ANOMALY
};

static const struct {
	struct word word;
	enum fw_unit unit;
} evidences[] = {
#define EVIDENCE(id, unit, text) {{#id, text}, FW_UNIT_##unit},
#include "finwait/evidence.def"
#undef EVIDENCE
};

static const struct word reasons[] = {
#define REASON(id, explanation, text) {explanation, text},
#include "finwait/reasons.def"
#undef REASON
};

_Static_assert(FW_CODE_COUNT < FW_IGNORED && FW_REASON_COUNT < 256 && FW_EVIDENCE_COUNT < 256,
	"findings keep them in bytes");

static const char *const calls[] = {
#define STIMULUS(id, call, text) call,
#include "finwait/stimuli.def"
#undef STIMULUS
};

static const struct {
	const char *rfc, *why;
} rules[] = {
#define RULE(from, stimulus, to, rfc, why) {rfc, why},
#include "finwait/fsm.def"
#undef RULE
};

_Static_assert(sizeof rules / sizeof rules[0] < FW_NO_RULE, "a rule's number fits a byte");

const char *fw_version(void)
{
	return FW_VERSION;
}

const char *fw_state_name(enum fw_state state)
{
	return states[state].name;
}

const char *fw_stimulus_name(enum fw_stimulus stimulus)
{
	return stimuli[stimulus].name;
}

const char *fw_basis_name(enum fw_basis basis)
{
	return bases[basis].name;
}

const char *fw_account_name(enum fw_account account)
{
	return accounts[account].name;
}

const char *fw_icmp_name(enum fw_icmp icmp)
{
	return icmps[icmp].name;
}

const char *fw_fact_name(enum fw_fact_bit fact)
{
	return facts[fact].name;
}

const char *fw_role_basis_name(enum fw_role_basis basis)
{
	return roles[basis].name;
}

const char *fw_opened_name(enum fw_opened opened)
{
	return openings[opened].name;
}

const char *fw_closed_name(enum fw_closed closed)
{
	return closings[closed].name;
}

const char *fw_closed_by_name(enum fw_closed_by by)
{
	return closers[by].name;
}

const char *fw_state_text(enum fw_state state)
{
	return states[state].text;
}

const char *fw_stimulus_text(enum fw_stimulus stimulus)
{
	return stimuli[stimulus].text;
}

const char *fw_basis_text(enum fw_basis basis)
{
	return bases[basis].text;
}

const char *fw_account_text(enum fw_account account)
{
	return accounts[account].text;
}

const char *fw_icmp_text(enum fw_icmp icmp)
{
	return icmps[icmp].text;
}

const char *fw_fact_text(enum fw_fact_bit fact)
{
	return facts[fact].text;
}

const char *fw_role_basis_text(enum fw_role_basis basis)
{
	return roles[basis].text;
}

const char *fw_opened_text(enum fw_opened opened)
{
	return openings[opened].text;
}

const char *fw_closed_text(enum fw_closed closed)
{
	return closings[closed].text;
}

const char *fw_closed_by_text(enum fw_closed_by by)
{
	return closers[by].text;
}

const char *fw_transition_call(const struct fw_transition *transition)
{
	return transition->called ? calls[transition->stimulus] : "";
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

const char *fw_severity_name(enum fw_severity severity)
{
	return severities[severity].name;
}

const char *fw_severity_text(enum fw_severity severity)
{
	return severities[severity].text;
}

const struct fw_page *fw_code_page(enum fw_code code)
{
	return &pages[code];
}

const char *fw_code_name(enum fw_code code)
{
	return pages[code].code;
}

const char *fw_evidence_name(enum fw_evidence evidence)
{
	return evidences[evidence].word.name;
}

const char *fw_evidence_text(enum fw_evidence evidence)
{
	return evidences[evidence].word.text;
}

enum fw_unit fw_evidence_unit(enum fw_evidence evidence)
{
	return evidences[evidence].unit;
}

const char *fw_reason_explanation(enum fw_reason reason)
{
	return reasons[reason].name;
}

const char *fw_reason_text(enum fw_reason reason)
{
	return reasons[reason].text;
}
