/* A service: an address and port to which others connect. */
#include "listener.h"

#include "analyzer.h"
#include "event.h"
#include "findings.h"

#define MINUTE 60000000000LL /* ns */
#define ENOUGH 3             /* below which there is no habit to break */

static bool failed(enum outcome outcome)
{
	return outcome == OUTCOME_REFUSED || outcome == OUTCOME_UNANSWERED ||
		outcome == OUTCOME_INCOMPLETE;
}

/* Of who does not ask again nothing is known. */
static bool is_half_open(const struct flow *flow, enum outcome outcome)
{
	return outcome != OUTCOME_REFUSED && outcome != OUTCOME_PROBED &&
		outcome != OUTCOME_ACCEPTED && outcome_is_probe(flow, outcome);
}

void minute_add(struct minute *minute, fw_time time)
{
	if (!minute->count || elapsed(minute->start, time) > MINUTE || time < minute->start) {
		minute->start = time;
		minute->count = 0;
	}
	minute->count++;
	minute->worst = minute->count > minute->worst ? minute->count : minute->worst;
}

/* Flows leave in another order than they began: what can't be told is no failure since. */
static void add_time(struct listener *l, const struct flow *flow, enum outcome outcome)
{
	if (outcome == OUTCOME_ACCEPTED) {
		if (!l->accepted || flow->first > l->accepted)
			l->accepted = flow->first;
		if (flow->first > l->failed)
			l->failed_since = 0;
	} else if (failed(outcome) && !is_half_open(flow, outcome) && flow->first > l->accepted) {
		l->failed_since++;
		l->failed = flow->first > l->failed ? flow->first : l->failed;
	}
}

static void add_handshake(struct listener *l, const struct flow *flow)
{
	if (flow->role_basis != FW_ROLE_SYN || flow->answered == SPAN_NONE ||
		flow->opened == SPAN_NONE)
		return;
	const int64_t took = span_ns(flow->opened);
	if (!l->handshakes++ || took < l->handshake_min)
		l->handshake_min = took;
	l->handshake_max = took > l->handshake_max ? took : l->handshake_max;
	l->handshake_sum += took < INT64_MAX - l->handshake_sum ? took : 0;
}

void listener_add(
	struct fw_analyzer *a, struct listener *l, const struct flow *flow, enum outcome outcome)
{
	const int client = flow->client;
	party_see(&l->party, flow);
	l->outcome[outcome]++;
	if (outcome == OUTCOME_ACCEPTED)
		add_handshake(l, flow);
	add_time(l, flow, outcome);
	const int64_t stuck = traffic_stuck(a, flow, !client);
	party_stuck(&l->party, stuck);
	if (stuck)
		party_sample(&l->party, flow);
	if (is_half_open(flow, outcome)) {
		l->unretried++;
		minute_add(&l->minute, flow->first);
	}
	if (is_half_open(flow, outcome) || outcome == OUTCOME_UNASKED)
		sketch_add(&l->askers, flow->key.addr[client][0], flow->key.addr[client][1]);
	if (failed(outcome) || outcome == OUTCOME_UNASKED)
		party_sample(&l->party, flow);
}

static void tell_flood(struct fw_analyzer *a, const struct listener *l)
{
	struct fw_subject about;
	if (l->minute.worst < a->config.threshold[FW_THRESHOLD_syn_flood] ||
		l->unretried < l->outcome[OUTCOME_ACCEPTED])
		return;
	struct fw_finding f = party_finding(&l->party, FW_CODE_syn_flood, &about);
	finding_give(&f, FW_EVIDENCE_flows, l->unretried);
	const uint32_t sources = sketch_count(&l->askers);
	finding_give(&f, FW_EVIDENCE_sources, sources < l->unretried ? sources : l->unretried);
	finding_give(&f, FW_EVIDENCE_worst, l->minute.worst);
	finding_give(&f, FW_EVIDENCE_accepted, l->outcome[OUTCOME_ACCEPTED]);
	finding_reject(&f, FW_REASON_busy_service);
	findings_tell(a, &f);
}

static void tell_backscatter(struct fw_analyzer *a, const struct listener *l)
{
	struct fw_subject about;
	const uint32_t hosts = sketch_count(&l->askers);
	if (l->outcome[OUTCOME_UNASKED] < a->config.threshold[FW_THRESHOLD_scan] ||
		hosts < a->config.threshold[FW_THRESHOLD_scan])
		return;
	struct fw_finding f = party_finding(&l->party, FW_CODE_backscatter, &about);
	finding_give(&f, FW_EVIDENCE_hosts, hosts);
	finding_give(&f, FW_EVIDENCE_flows, l->outcome[OUTCOME_UNASKED]);
	finding_allow(&f, FW_REASON_one_direction);
	findings_tell(a, &f);
}

static void tell_stop(struct fw_analyzer *a, const struct listener *l)
{
	struct fw_subject about;
	if (l->outcome[OUTCOME_ACCEPTED] < ENOUGH || l->failed_since < ENOUGH)
		return;
	struct fw_finding f = party_finding(&l->party, FW_CODE_service_stopped, &about);
	finding_give(&f, FW_EVIDENCE_accepted, l->outcome[OUTCOME_ACCEPTED]);
	finding_give(&f, FW_EVIDENCE_failed, l->failed_since);
	finding_give(&f, FW_EVIDENCE_duration, elapsed(l->accepted, l->party.last));
	finding_reject(&f, FW_REASON_single_failure);
	findings_tell(a, &f);
}

/* Who was only probed, or spoke in the middle, is no service. */
static void tell_service(struct fw_analyzer *a, const struct listener *l)
{
	const struct fw_service service = {
		.addr = l->party.head.addr,
		.accepted = l->outcome[OUTCOME_ACCEPTED],
		.refused = l->outcome[OUTCOME_REFUSED],
		.unanswered = l->outcome[OUTCOME_UNANSWERED],
		.incomplete = l->outcome[OUTCOME_INCOMPLETE] + l->outcome[OUTCOME_ABORTED],
		.unasked = l->outcome[OUTCOME_UNASKED],
		.handshakes = l->handshakes,
		.handshake_min = l->handshakes ? l->handshake_min : FW_NONE,
		.handshake_mean =
			l->handshakes ? l->handshake_sum / (int64_t)l->handshakes : FW_NONE,
		.handshake_max = l->handshakes ? l->handshake_max : FW_NONE,
		.first = l->party.first,
		.last = l->party.last,
		.first_packet = l->party.first_packet,
	};
	if (!service.accepted && !service.refused && !service.unanswered && !service.incomplete &&
		!service.unasked)
		return;
	a->totals.services++;
	event_service(a, &service);
}

void listener_tell(struct fw_analyzer *a, const struct listener *l)
{
	tell_service(a, l);
	tell_flood(a, l);
	tell_backscatter(a, l);
	tell_stop(a, l);
	party_tell_leak(a, &l->party);
}
