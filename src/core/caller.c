/* A host that connects to others. */
#include "caller.h"

#include "analyzer.h"
#include "count.h"
#include "findings.h"

#define ENOUGH 3

/* What began FLOW, which came to nothing. */
static enum probe probe_of(
	const struct fw_analyzer *a, const struct flow *flow, enum outcome outcome)
{
	const struct end *e = &flow->end[flow->client];
	if (outcome != OUTCOME_PROBED)
		return outcome == OUTCOME_ACCEPTED ? PROBE_CONNECT : PROBE_SYN;
	if (findings_find(a, flow, FW_CODE_flags_xmas))
		return PROBE_XMAS;
	if (count_fin_packets(flow, flow->client))
		return PROBE_FIN;
	return e->has & HAS_ACK ? PROBE_ACK : PROBE_NULL;
}

/* Boyer and Moore's vote: who has more than half of the connections wins. */
static void vote(struct caller *c, const struct fw_addr *service)
{
	if (!c->votes) {
		c->favourite = *service;
		c->minute = (struct minute){0};
	}
	const bool same = c->favourite.port == service->port &&
		memcmp(c->favourite.ip, service->ip, sizeof service->ip) == 0;
	c->votes += same ? 1 : -1u;
}

static bool is_favourite(const struct caller *c, const struct fw_addr *service)
{
	return c->votes && c->favourite.port == service->port &&
		memcmp(c->favourite.ip, service->ip, sizeof service->ip) == 0;
}

static void add_probe(const struct fw_analyzer *a, struct caller *c, const struct flow *flow,
	enum outcome outcome)
{
	const int server = !flow->client;
	c->probes++;
	c->probe[probe_of(a, flow, outcome)]++;
	sketch_add(&c->ports, flow->key.port[server], 0);
	sketch_add(&c->hosts, flow->key.addr[server][0], flow->key.addr[server][1]);
	party_sample(&c->party, flow);
}

void caller_add(
	struct fw_analyzer *a, struct caller *c, const struct flow *flow, enum outcome outcome)
{
	const struct fw_addr service = flow_addr(flow, !flow->client);
	party_see(&c->party, flow);
	if (outcome == OUTCOME_NONE || outcome == OUTCOME_UNASKED)
		return;
	c->flows++;
	party_stuck(&c->party, traffic_stuck(a, flow, flow->client));
	if (outcome_is_probe(flow, outcome))
		add_probe(a, c, flow, outcome);
	vote(c, &service);
	if (is_favourite(c, &service) && flow->end[flow->client].has & HAS_FIN &&
		flow->fin_first == flow->client)
		minute_add(&c->minute, flow->first);
}

/* The kind that most of its probes are of. */
static void name_kind(const struct caller *c, struct fw_finding *f)
{
	static const struct {
		uint8_t len;
		char name[14];
	} kinds[PROBE_COUNT] = {[PROBE_SYN] = {8, "SYN scan"},
		[PROBE_CONNECT] = {12, "connect scan"},
		[PROBE_FIN] = {8, "FIN scan"},
		[PROBE_NULL] = {9, "NULL scan"},
		[PROBE_XMAS] = {9, "Xmas scan"},
		[PROBE_ACK] = {8, "ACK scan"}};
	size_t len = 0;
	for (int i = 0; i < PROBE_COUNT; i++) {
		/* A connect scan is known by the few that are accepted. */
		const bool hidden = i == PROBE_SYN && c->probe[PROBE_CONNECT];
		if (!c->probe[i] || hidden || len + 2 + kinds[i].len >= sizeof f->text)
			continue;
		if (len) {
			memcpy(f->text + len, ", ", 2);
			len += 2;
		}
		memcpy(f->text + len, kinds[i].name, kinds[i].len);
		len += kinds[i].len;
	}
	f->text[len] = '\0';
}

/* Segments that nothing but a scanner sends need no many. */
static bool is_odd(const struct caller *c)
{
	return c->probe[PROBE_FIN] + c->probe[PROBE_NULL] + c->probe[PROBE_XMAS] >= ENOUGH;
}

/* An estimate that is not above what is known. */
static uint32_t estimate(const struct sketch *sketch, uint64_t most)
{
	const uint32_t count = sketch_count(sketch);
	return count < most ? count : (uint32_t)most;
}

static void tell_scan(struct fw_analyzer *a, const struct caller *c)
{
	struct fw_subject about;
	const uint32_t ports = estimate(&c->ports, c->probes);
	const uint32_t hosts = estimate(&c->hosts, c->probes);
	const int64_t limit = is_odd(c) ? ENOUGH : a->config.threshold[FW_THRESHOLD_scan];
	if ((ports < limit && hosts < limit) || c->probes < c->flows - c->flows / 5)
		return;
	const enum fw_code code = ports < limit ? FW_CODE_address_sweep : FW_CODE_port_scan;
	struct fw_finding f = party_finding(&c->party, code, &about);
	finding_give(&f, FW_EVIDENCE_ports, ports);
	finding_give(&f, FW_EVIDENCE_hosts, hosts);
	finding_give(&f, FW_EVIDENCE_probes, c->probes);
	finding_give(&f, FW_EVIDENCE_flows, c->flows);
	finding_give(&f, FW_EVIDENCE_duration, elapsed(c->party.first, c->party.last));
	name_kind(c, &f);
	findings_tell(a, &f);
}

static void tell_exhaustion(struct fw_analyzer *a, const struct caller *c)
{
	struct fw_subject about;
	if (c->minute.worst < a->config.threshold[FW_THRESHOLD_ports])
		return;
	struct fw_finding f = party_finding(&c->party, FW_CODE_port_exhaustion, &about);
	finding_give(&f, FW_EVIDENCE_worst, c->minute.worst);
	finding_give(&f, FW_EVIDENCE_flows, c->flows);
	findings_tell(a, &f);
}

void caller_tell(struct fw_analyzer *a, const struct caller *c)
{
	tell_scan(a, c);
	party_tell_leak(a, &c->party);
	tell_exhaustion(a, c);
}
