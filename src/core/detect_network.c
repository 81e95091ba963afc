/* What the network says of a connection: ICMP. */
#include "detect.h"

#define FEW_ERRORS 3 /* so many of a connection are no chance any more */

/* Smallest MTUs that a link may have (RFC 791 3.2, RFC 8200 5) */
#define MTU_IPV4 68
#define MTU_IPV6 1280

/* What an error asks for, whatever its version calls it. */
static const uint8_t code_of[FW_ICMP_COUNT] = {
	[FW_ICMP_net_unreachable] = FW_CODE_host_unreachable,
	[FW_ICMP_host_unreachable] = FW_CODE_host_unreachable,
	[FW_ICMP_source_route_failed] = FW_CODE_host_unreachable,
	[FW_ICMP_net_unknown] = FW_CODE_host_unreachable,
	[FW_ICMP_host_unknown] = FW_CODE_host_unreachable,
	[FW_ICMP_source_isolated] = FW_CODE_host_unreachable,
	[FW_ICMP_net_unreachable_for_tos] = FW_CODE_host_unreachable,
	[FW_ICMP_host_unreachable_for_tos] = FW_CODE_host_unreachable,
	[FW_ICMP_no_route] = FW_CODE_host_unreachable,
	[FW_ICMP_beyond_scope] = FW_CODE_host_unreachable,
	[FW_ICMP_address_unreachable] = FW_CODE_host_unreachable,
	[FW_ICMP_source_route_error] = FW_CODE_host_unreachable,
	[FW_ICMP_unreachable] = FW_CODE_host_unreachable,
	[FW_ICMP_protocol_unreachable] = FW_CODE_port_unreachable,
	[FW_ICMP_port_unreachable] = FW_CODE_port_unreachable,
	[FW_ICMP_net_prohibited] = FW_CODE_admin_prohibited,
	[FW_ICMP_host_prohibited] = FW_CODE_admin_prohibited,
	[FW_ICMP_admin_prohibited] = FW_CODE_admin_prohibited,
	[FW_ICMP_precedence_violation] = FW_CODE_admin_prohibited,
	[FW_ICMP_precedence_cutoff] = FW_CODE_admin_prohibited,
	[FW_ICMP_policy_failed] = FW_CODE_admin_prohibited,
	[FW_ICMP_reject_route] = FW_CODE_admin_prohibited,
	[FW_ICMP_fragmentation_needed] = FW_CODE_fragmentation_needed,
	[FW_ICMP_source_quench] = FW_CODE_source_quench,
	[FW_ICMP_ttl_exceeded] = FW_CODE_ttl_exceeded,
	[FW_ICMP_reassembly_time_exceeded] = FW_CODE_fragments_lost,
	[FW_ICMP_headers_too_long] = FW_CODE_header_rejected,
	[FW_ICMP_parameter_problem] = FW_CODE_header_rejected,
};

/* The end that is quoted can have sent that, and the error is of the kind that CODE is about. */
static bool says(const struct scene *s, enum fw_code code)
{
	return s->quote_own && code_of[s->quote->what] == code;
}

static bool opening(const struct scene *s)
{
	return sender(s)->state == FW_SYN_SENT || sender(s)->state == FW_SYN_RECEIVED;
}

/* RFC 9293 3.9.2.2, RFC 5461: an open connection bears single errors of this kind. */
static void soften(const struct scene *s, struct fw_finding *f)
{
	const struct trouble *trouble = flow_trouble(s->flow, s->side);
	if (!opening(s) && (!trouble || trouble->icmp_count + 1 < FEW_ERRORS))
		f->severity = FW_INFO;
}

static bool detect_host_unreachable(const struct scene *s, struct fw_finding *f)
{
	if (!says(s, FW_CODE_host_unreachable))
		return false;
	soften(s, f);
	return true;
}

static bool detect_port_unreachable(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return says(s, FW_CODE_port_unreachable);
}

static bool detect_admin_prohibited(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return says(s, FW_CODE_admin_prohibited);
}

static bool is_ipv4(const struct fw_addr *addr)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	return memcmp(addr->ip, mapped, sizeof mapped) == 0;
}

/* RFC 5927 7: such an error asks for segments smaller than any link needs, or for no smaller ones.
 */
static bool is_odd_mtu(const struct fw_quote *quote)
{
	const uint32_t least = is_ipv4(&quote->src) ? MTU_IPV4 : MTU_IPV6;
	return quote->mtu && (quote->mtu < least || quote->quoted_len <= quote->mtu);
}

static bool detect_fragmentation_needed(const struct scene *s, struct fw_finding *f)
{
	if (!says(s, FW_CODE_fragmentation_needed))
		return false;
	finding_give(f, FW_EVIDENCE_bytes, s->quote->quoted_len);
	if (s->quote->mtu)
		finding_give(f, FW_EVIDENCE_mtu, s->quote->mtu);
	if (is_odd_mtu(s->quote))
		finding_allow(f, FW_REASON_forged_error);
	else
		f->severity = FW_INFO;
	return true;
}

static bool detect_ttl_exceeded(const struct scene *s, struct fw_finding *f)
{
	if (!says(s, FW_CODE_ttl_exceeded))
		return false;
	if (opening(s)) {
		f->severity = FW_INFO;
		finding_allow(f, FW_REASON_traceroute);
	}
	return true;
}

static bool detect_fragments_lost(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return says(s, FW_CODE_fragments_lost);
}

static bool detect_source_quench(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return says(s, FW_CODE_source_quench);
}

static bool detect_header_rejected(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return says(s, FW_CODE_header_rejected);
}

/* Without the end's own SYN nobody knows what it can have sent. */
static bool detect_icmp_forged(const struct scene *s, struct fw_finding *f)
{
	if (s->quote_own || !(sender(s)->has & HAS_ISS))
		return false;
	if (s->flow->incarnation > 1) {
		f->severity = FW_INFO;
		finding_allow(f, FW_REASON_earlier_connection);
	}
	finding_allow(f, FW_REASON_quoted_not_captured);
	return true;
}

const struct detector detect_network[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	{when, detect_##id, FW_CODE_##id, FW_##severity},
#include "finwait/anomalies/network.def"
#undef ANOMALY
	{0},
};
