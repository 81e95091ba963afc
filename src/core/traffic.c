/* What only many connections together show. */
#include "traffic.h"

#include "analyzer.h"
#include "caller.h"
#include "count.h"
#include "findings.h"
#include "listener.h"
#include "view.h"

#define LISTENERS_MAX 65536
#define CALLERS_MAX   4096 /* few enough for a cache: a flood brings a new one each time */

#define PATIENCE 3000000000LL /* ns: who means it asks again sooner (RFC 6298 2.1: after 1 s) */

/* Resets alone, of an end that was not seen to be asked anything. */
static bool only_resets(const struct flow *flow, int side)
{
	const uint64_t packets = count_packets(flow, side);
	return packets && count_rst_packets(flow, side) == packets && !count_packets(flow, !side);
}

static bool is_empty(const struct flow *flow)
{
	return !count_payload_bytes(flow, 0) && !count_payload_bytes(flow, 1);
}

/* No SYN was seen. */
static enum outcome of_unbegun(const struct flow *flow)
{
	const int client = flow->client;
	if (only_resets(flow, client) || only_resets(flow, !client))
		return OUTCOME_UNASKED;
	const uint64_t asked = count_packets(flow, client), said = count_packets(flow, !client);
	const bool small = asked <= 2 && said <= 2 && is_empty(flow);
	return small && asked && said == count_rst_packets(flow, !client) ? OUTCOME_PROBED
									  : OUTCOME_NONE;
}

static enum outcome outcome_of(const struct fw_analyzer *a, const struct flow *flow)
{
	const int client = flow->client;
	const struct end *c = &flow->end[client], *s = &flow->end[!client];
	if (flow_visited(flow, !client, FW_ESTABLISHED))
		return flow->role_basis == FW_ROLE_SYN || s->has & HAS_ISS ? OUTCOME_ACCEPTED
									   : OUTCOME_NONE;
	if (!((c->has | s->has) & HAS_ISS))
		return of_unbegun(flow);
	if (!(c->has & HAS_ISS))
		return s->has & HAS_SYN_ACK ? OUTCOME_UNASKED : OUTCOME_NONE;
	if (view_closed(flow) == FW_CLOSED_REFUSED)
		return OUTCOME_REFUSED;
	if (s->has & HAS_SYN_ACK && flow->has & FLOW_RESET)
		return flow->rst_by == client ? OUTCOME_ABORTED : OUTCOME_REFUSED;
	if (elapsed(flow->last, a->now) < PATIENCE / 3)
		return OUTCOME_NONE; /* it may still be answered */
	return flow_heard(flow, !client) ? OUTCOME_INCOMPLETE : OUTCOME_UNANSWERED;
}

bool outcome_is_probe(const struct flow *flow, enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_REFUSED:
	case OUTCOME_ABORTED:
	case OUTCOME_PROBED:
		return true;
	case OUTCOME_UNANSWERED:
	case OUTCOME_INCOMPLETE:
		return count_syn_packets(flow, flow->client) == 1;
	case OUTCOME_ACCEPTED:
		return is_empty(flow);
	default:
		return false;
	}
}

int64_t traffic_stuck(const struct fw_analyzer *a, const struct flow *flow, int side)
{
	const struct fw_finding *stuck = findings_find(a, flow, FW_CODE_close_wait_stuck);
	const bool by_itself =
		flow->end[side].has & HAS_FIN || (flow->has & FLOW_RESET && flow->rst_by == side);
	return stuck && (int)stuck->side == side && !by_itself
		? finding_value(stuck, FW_EVIDENCE_duration, 1)
		: 0;
}

void traffic_init(struct traffic *traffic)
{
	census_init(&traffic->listeners, sizeof(struct listener), LISTENERS_MAX);
	census_init(&traffic->callers, sizeof(struct caller), CALLERS_MAX);
}

void traffic_free(struct traffic *traffic)
{
	census_free(&traffic->listeners);
	census_free(&traffic->callers);
}

void traffic_prefetch(const struct fw_analyzer *a, const struct flow *flow)
{
	struct fw_addr addr = flow_addr(flow, !flow->client);
	census_prefetch(&a->traffic.listeners, &addr, &a->secret);
	addr = flow_addr(flow, flow->client);
	addr.port = 0;
	census_prefetch(&a->traffic.callers, &addr, &a->secret);
}

void traffic_flow(struct fw_analyzer *a, const struct flow *flow)
{
	const enum outcome outcome = outcome_of(a, flow);
	struct fw_addr addr = flow_addr(flow, !flow->client);
	struct listener *listener = census_of(&a->traffic.listeners, &addr, &a->secret);
	if (listener)
		listener_add(a, listener, flow, outcome);
	addr = flow_addr(flow, flow->client);
	addr.port = 0;
	struct caller *caller = census_of(&a->traffic.callers, &addr, &a->secret);
	if (caller)
		caller_add(a, caller, flow, outcome);
	a->failed = a->failed || a->traffic.listeners.failed || a->traffic.callers.failed;
}

void traffic_tell(struct fw_analyzer *a)
{
	const struct traffic *t = &a->traffic;
	a->totals.services_omitted = t->listeners.turned_away;
	for (uint32_t i = 0; i < t->listeners.count; i++)
		listener_tell(a, census_at(&t->listeners, i));
	for (uint32_t i = 0; i < t->callers.count; i++)
		caller_tell(a, census_at(&t->callers, i));
}
