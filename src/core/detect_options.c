/* What the options of the two SYNs, and flags, tell. */
#include "detect.h"

#include "count.h"

#define CONTROL    (FW_SYN | FW_FIN | FW_RST)
#define TINY_MSS   88          /* octets: what no link makes necessary (TCP_MIN_MSS of Linux) */
#define MARKS_MIN  3           /* so many marked packets are not all lost behind the capture */
#define NEXT_PLACE 200000000LL /* ns in which a segment passes a second place of the capture */

static bool is_first(const struct scene *s)
{
	return !(sender(s)->has & HAS_ISS);
}

static bool has_option(const struct scene *s, enum fw_option_bit option)
{
	return s->seg->opt.have & option;
}

/* Is it known that end SIDE did not offer this? */
static bool never_offered(const struct scene *s, int side, enum offers what)
{
	return s->flow->end[side].has & HAS_OPTIONS && !(flow_offers(s->flow, side) & what);
}

static bool both_offered(const struct scene *s, enum offers what)
{
	return flow_offers(s->flow, 0) & flow_offers(s->flow, 1) & what;
}

/* A SYN,ACK of its sender, the first, and one that answers the SYN that was seen. */
static bool answers_syn(const struct scene *s)
{
	const struct end *rcv = receiver(s);
	return is_syn_ack(s->seg) && is_first(s) && rcv->has & HAS_ISS &&
		seq_in(s->seg->ack, rcv->iss + 1, rcv->nxt + 1);
}

static bool detect_flags_null(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return !(s->seg->flags & (CONTROL | FW_PSH | FW_ACK | FW_URG));
}

static bool is_xmas(const struct fw_segment *seg)
{
	return (seg->flags & (CONTROL | FW_PSH | FW_ACK | FW_URG)) == (FW_FIN | FW_PSH | FW_URG);
}

static bool detect_flags_xmas(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return is_xmas(s->seg);
}

static bool detect_flags_syn_fin(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return (s->seg->flags & CONTROL) == (FW_SYN | FW_FIN);
}

static bool detect_flags_syn_rst(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return (s->seg->flags & (FW_SYN | FW_RST)) == (FW_SYN | FW_RST);
}

static bool detect_flags_fin_rst(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return (s->seg->flags & CONTROL) == (FW_FIN | FW_RST);
}

static bool detect_flags_fin_alone(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return (s->seg->flags & (CONTROL | FW_ACK)) == FW_FIN && !is_xmas(s->seg);
}

static bool detect_flags_no_ack(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return !(s->seg->flags & (CONTROL | FW_ACK)) && s->seg->flags & (FW_PSH | FW_URG);
}

static bool detect_ack_without_flag(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return s->seg->ack && !(s->seg->flags & (FW_ACK | FW_RST));
}

static bool detect_urgent_without_flag(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return s->seg->urgent && !(s->seg->flags & FW_URG);
}

static bool detect_reserved_bits(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return s->seg->flags & FW_RESERVED;
}

static bool detect_options_malformed(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return has_option(s, FW_OPT_MALFORMED);
}

static bool detect_window_scale_above(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return has_option(s, FW_OPT_WSCALE_ABOVE) && s->seg->flags & FW_SYN;
}

static bool detect_mss_small(const struct scene *s, struct fw_finding *f)
{
	if (!has_option(s, FW_OPT_MSS) || !(s->seg->flags & FW_SYN) ||
		s->seg->opt.mss >= LEAST_MSS || s->j->copy)
		return false;
	finding_give(f, FW_EVIDENCE_mss, s->seg->opt.mss);
	if (s->seg->opt.mss >= TINY_MSS)
		f->severity = FW_INFO;
	return true;
}

static bool detect_sack_not_permitted(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return has_option(s, FW_OPT_SACK) && !(s->seg->flags & FW_SYN) && s->j->own &&
		never_offered(s, !s->side, OFFERS_SACK);
}

static bool detect_timestamps_not_offered(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return has_option(s, FW_OPT_TIMESTAMPS) && !is_syn(s->seg) && s->seg->flags & FW_ACK &&
		!(s->seg->flags & FW_RST) && s->j->own && (!is_syn_ack(s->seg) || answers_syn(s)) &&
		never_offered(s, !s->side, OFFERS_TIMESTAMPS);
}

static bool detect_window_scale_not_offered(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return has_option(s, FW_OPT_WSCALE) && answers_syn(s) &&
		(receiver(s)->has & (HAS_OPTIONS | HAS_WSCALE)) == HAS_OPTIONS;
}

static bool detect_timestamps_stopped(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return !(s->seg->opt.have & (FW_OPT_TIMESTAMPS | FW_OPT_CUT | FW_OPT_MALFORMED)) &&
		!(s->seg->flags & (FW_SYN | FW_RST)) && s->seg->flags & FW_ACK && s->j->own &&
		s->j->len && !s->j->copy && !(s->j->facts & PROBES) &&
		both_offered(s, OFFERS_TIMESTAMPS);
}

/* The SYN that was seen a moment before, at another place: no TCP sends one again so soon, nor
 * with the same identification. */
static bool seen_elsewhere(const struct scene *s)
{
	const struct end *snd = sender(s);
	return s->seg->seq == snd->iss && !is_first(s) && !(s->seg->opt.have & FW_OPT_CUT) &&
		snd->has & HAS_OPTIONS && count_packets(s->flow, s->side) == 1 && s->seg->ip_id &&
		s->seg->ip_id == snd->ip_id && since(snd->last_at, s->now) < NEXT_PLACE;
}

static bool detect_mss_clamped(const struct scene *s, struct fw_finding *f)
{
	const uint16_t before = s->flow->tally[s->side].mss;
	if (!seen_elsewhere(s) || !has_option(s, FW_OPT_MSS) || !before ||
		before == s->seg->opt.mss)
		return false;
	finding_give(f, FW_EVIDENCE_mss_before, before);
	finding_give(f, FW_EVIDENCE_mss, s->seg->opt.mss);
	finding_cite(f, s->flow->last_packet);
	return true;
}

static bool detect_options_changed(const struct scene *s, struct fw_finding *f)
{
	if (!seen_elsewhere(s))
		return false;
	const struct end *snd = sender(s);
	const uint32_t offers = flow_offers(s->flow, s->side);
	const bool same = !!(snd->has & HAS_WSCALE) == has_option(s, FW_OPT_WSCALE) &&
		(!has_option(s, FW_OPT_WSCALE) || snd->wscale == s->seg->opt.wscale) &&
		!!(offers & OFFERS_SACK) == has_option(s, FW_OPT_SACK_PERMITTED) &&
		!!(offers & OFFERS_TIMESTAMPS) == has_option(s, FW_OPT_TIMESTAMPS);
	if (same)
		return false;
	finding_cite(f, s->flow->last_packet);
	return true;
}

/* RFC 3168 6.1.1.1 */
static bool detect_ecn_fallback(const struct scene *s, struct fw_finding *f)
{
	if (!is_syn(s->seg) || is_first(s) || s->seg->seq != sender(s)->iss || s->j->copy ||
		s->seg->flags & (FW_ECE | FW_CWR | FW_AE) || count_packets(s->flow, !s->side) ||
		!(flow_offers(s->flow, s->side) & (OFFERS_ECN | OFFERS_ACCECN)))
		return false;
	finding_give(f, FW_EVIDENCE_wait, since(sender(s)->last_at, s->now));
	finding_allow(f, FW_REASON_plain_loss);
	return true;
}

/* RFC 9768 3.1.2, table 2: what a server that has understood answers. */
static bool detect_accecn_negotiated(const struct scene *s, struct fw_finding *f)
{
	const unsigned answer = s->seg->flags & (FW_AE | FW_CWR | FW_ECE);
	(void)f;
	return answers_syn(s) && flow_offers(s->flow, !s->side) & OFFERS_ACCECN &&
		(answer == FW_CWR || answer == (FW_CWR | FW_ECE) || answer == FW_AE ||
			answer == (FW_AE | FW_CWR));
}

static bool detect_ecn_reflected(const struct scene *s, struct fw_finding *f)
{
	const unsigned answer = s->seg->flags & (FW_AE | FW_CWR | FW_ECE);
	const uint32_t offers = flow_offers(s->flow, !s->side);
	(void)f;
	return answers_syn(s) &&
		((offers & OFFERS_ACCECN && answer == (FW_AE | FW_CWR | FW_ECE)) ||
			(offers & OFFERS_ECN && answer == (FW_CWR | FW_ECE)));
}

/* Packets of the end that the network has marked. */
static uint32_t marked(const struct scene *s)
{
	return (uint32_t)flow_trouble(s->flow, s->side)->ecn_ce;
}

static bool detect_ecn_marked(const struct scene *s, struct fw_finding *f)
{
	if (!marked(s))
		return false;
	finding_give(f, FW_EVIDENCE_times, marked(s));
	return true;
}

static bool detect_ecn_not_echoed(const struct scene *s, struct fw_finding *f)
{
	const struct trouble *peer = flow_trouble(s->flow, !s->side);
	const uint32_t both = flow_offers(s->flow, 0) & flow_offers(s->flow, 1);
	if (marked(s) < MARKS_MIN || !(both & OFFERS_ECN) || peer->ecn_ece ||
		!(receiver(s)->has & HAS_ACK) || receiver(s)->ack != sender(s)->nxt)
		return false;
	finding_give(f, FW_EVIDENCE_times, marked(s));
	return true;
}

static bool detect_mptcp_negotiated(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return answers_syn(s) && has_option(s, FW_OPT_MPTCP) &&
		flow_offers(s->flow, !s->side) & OFFERS_MPTCP;
}

static bool detect_mptcp_refused(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return answers_syn(s) && !(s->seg->opt.have & (FW_OPT_MPTCP | FW_OPT_CUT)) &&
		flow_offers(s->flow, !s->side) & OFFERS_MPTCP;
}

static bool is_signed(const struct fw_segment *seg)
{
	return seg->opt.have & (FW_OPT_MD5 | FW_OPT_AO);
}

static bool detect_signed(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return answers_syn(s) && is_signed(s->seg) && receiver(s)->has & HAS_SIGNED;
}

static bool detect_signature_missing(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return !is_signed(s->seg) && !(s->seg->opt.have & FW_OPT_CUT) &&
		(sender(s)->has & HAS_SIGNED || (answers_syn(s) && receiver(s)->has & HAS_SIGNED));
}

const struct detector detect_options[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	{when, detect_##id, FW_CODE_##id, FW_##severity},
#include "finwait/anomalies/options.def"
#undef ANOMALY
	{0},
};
