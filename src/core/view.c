/* From the compact record of a flow to the public one. */
#include "view.h"

#include "count.h"
#include "findings.h"
#include "incarnation.h"
#include "measure.h"
#include "recovery.h"
#include "timeline.h"
#include "zeek.h"

enum fw_opened view_opened(const struct flow *flow)
{
	const int client = flow->client;
	const struct end *c = &flow->end[client], *s = &flow->end[!client];
	if (!((c->has | s->has) & HAS_ISS))
		return FW_OPENED_MIDSTREAM;
	if (flow_visited(flow, client, FW_SYN_SENT) && flow_visited(flow, !client, FW_SYN_SENT))
		return FW_OPENED_SIMULTANEOUS;
	if (flow->has & FLOW_FAST_OPEN)
		return FW_OPENED_FAST_OPEN;
	return flow_visited(flow, client, FW_ESTABLISHED) ||
			flow_visited(flow, !client, FW_ESTABLISHED)
		? FW_OPENED_HANDSHAKE
		: FW_OPENED_ATTEMPT;
}

static bool fin_acknowledged(const struct flow *flow, int side)
{
	const struct end *e = &flow->end[side], *peer = &flow->end[!side];
	return e->has & HAS_FIN && peer->has & HAS_ACK && !seq_before(peer->ack, e->fin);
}

enum fw_closed view_closed(const struct flow *flow)
{
	const int client = flow->client;
	const struct end *c = &flow->end[client], *s = &flow->end[!client];
	if (flow->has & FLOW_RESET && incarnation_over(flow)) {
		const bool attempt = view_opened(flow) == FW_OPENED_ATTEMPT;
		return attempt && flow->rst_by != client && !(s->has & HAS_ISS) ? FW_CLOSED_REFUSED
										: FW_CLOSED_RESET;
	}
	if (fin_acknowledged(flow, 0) && fin_acknowledged(flow, 1))
		return FW_CLOSED_FIN;
	if (c->state == FW_TIME_WAIT || s->state == FW_TIME_WAIT)
		return FW_CLOSED_FIN;
	return flow_visited(flow, client, FW_SYN_SENT) && !(s->has & HAS_SEGMENT) &&
			c->state == FW_SYN_SENT
		? FW_CLOSED_UNANSWERED
		: FW_CLOSED_OPEN;
}

static enum fw_closed_by closed_by(const struct flow *flow, enum fw_closed closed)
{
	if (closed == FW_CLOSED_RESET || closed == FW_CLOSED_REFUSED)
		return flow->rst_by == flow->client ? FW_BY_CLIENT : FW_BY_SERVER;
	if (closed != FW_CLOSED_FIN)
		return FW_BY_NOBODY;
	if (flow_visited(flow, 0, FW_CLOSING) || flow_visited(flow, 1, FW_CLOSING))
		return FW_BY_BOTH;
	return flow->fin_first == flow->client ? FW_BY_CLIENT : FW_BY_SERVER;
}

static int64_t option(bool known, int64_t value)
{
	return known ? value : FW_NONE;
}

/* What trouble has under the names that the view has. */
static void view_trouble(const struct flow *flow, int side, struct fw_endpoint *out)
{
	const struct trouble *t = flow_trouble(flow, side);
	if (!t)
		return;
#define VIEW_RARE(member) out->member = t->member;
#define VIEW_COUNT(member)
#define VIEW_OPTION(member)
#define VIEW_FLAG(member)
#define VIEW_NS(member)
#define FIELD(type, member, path, unit, text) VIEW_##type(member)
#include "finwait/fields.def"
#undef FIELD
}

static void view_counts(
	const struct flow *flow, int side, const struct wide *sums, struct fw_endpoint *out)
{
	const struct trouble *t = flow_trouble(flow, side);
	const struct missing missing = measure_gaps(flow, side);
	out->packets = sums->packets;
	out->wire_bytes = sums->wire_bytes;
	out->payload_bytes = sums->payload_bytes;
	out->unique_bytes = sums->payload_bytes - (t ? t->repeated_bytes : 0);
	out->stream_bytes = out->unique_bytes + measure_skipped(flow, side);
	out->data_packets = sums->data_packets;
	out->pushed_packets = sums->pushed_packets;
	out->ack_packets = sums->packets - sums->no_ack_packets;
	out->pure_ack_packets = sums->packets - sums->data_packets - sums->bare_packets;
	out->syn_packets = sums->syn_packets;
	out->fin_packets = sums->fin_packets;
	out->rst_packets = sums->rst_packets;
	out->missing_bytes = missing.bytes;
	out->missing_ranges = missing.ranges;
}

static void view_windows(
	const struct flow *flow, int side, const struct wide *sums, struct fw_endpoint *out)
{
	const struct end *e = &flow->end[side];
	const struct tally *t = &flow->tally[side];
	const uint64_t offers = sums->packets - sums->mute_packets;
	const uint32_t scale = measure_scale(flow, side);
	out->mss = option(t->mss, t->mss);
	out->window_scale = option(e->has & HAS_WSCALE, e->wscale);
	out->initial_window = option(e->has & HAS_SEGMENT, t->initial_window);
	out->max_window = option(e->has & HAS_SEGMENT, measure_max_window(flow, side));
	out->min_window = option(offers, (int64_t)t->window_min << scale);
	out->mean_window =
		option(offers, offers ? (int64_t)((sums->window_sum << scale) / offers) : 0);
}

static void view_flight(
	const struct flow *flow, int side, const struct wide *sums, struct fw_endpoint *out)
{
	const struct end *e = &flow->end[side];
	const struct tally *t = &flow->tally[side];
	const bool huge = t->segment_max == UINT16_MAX, all_huge = t->segment_min == UINT16_MAX;
	const struct trouble *trouble = flow_trouble(flow, side);
	const uint64_t n = sums->data_packets;
	if (n) {
		out->segment_size_min = all_huge ? sums->segment_min : t->segment_min;
		out->segment_size_max = huge ? sums->segment_max : t->segment_max;
		out->segment_size_mean = (int64_t)(sums->payload_bytes / n);
		out->max_in_flight = option(flow->end[!side].has & HAS_ACK, t->in_flight);
	}
	if (!n || !(e->has & HAS_ISS) || !(flow->end[!side].has & HAS_ACK))
		return;
	const uint8_t packets = flow->flight_packets[side];
	const bool wide = packets == FLIGHT_MAX;
	out->initial_flight_packets = wide ? (int64_t)sums->flight_packets
		: packets                  ? packets
			  : (int64_t)(n - (trouble ? trouble->repeated_packets : 0));
	out->initial_flight_bytes = wide ? (int64_t)sums->flight_bytes
		: packets                ? flow->flight_bytes[side]
					 : (int64_t)out->unique_bytes;
}

static int64_t rate(uint64_t bytes, int64_t ns)
{
	return ns > 0 ? (int64_t)((unsigned __int128)bytes * 1000000000 / (uint64_t)ns) : FW_NONE;
}

static void view_times(
	const struct flow *flow, int side, const struct wide *sums, struct fw_endpoint *out)
{
	const struct end *e = &flow->end[side];
	const struct tally *t = &flow->tally[side];
	const int64_t duration = elapsed(flow->first, flow->last);
	if (sums->rtt_samples) {
		out->rtt_min = (int64_t)t->rtt_min * RTT_UNIT;
		out->rtt_mean = (int64_t)(sums->rtt_sum / sums->rtt_samples) * RTT_UNIT;
		out->rtt_max = (int64_t)t->rtt_max * RTT_UNIT;
	}
	if (sums->rtt_samples > 1)
		out->rtt_deviation = (int64_t)tally_deviation(sums) * RTT_UNIT;
	if (sums->data_packets) {
		out->data_first = span_ns(t->data_first);
		out->data_last = span_ns(t->data_last);
		out->data_time = out->data_last - out->data_first;
	}
	out->rtt_samples = sums->rtt_samples;
	out->stalled_sender = count_stalled(flow, side);
	out->stalled_loss = recovery_stalled(flow, side);
	out->stalled_zero_window = window_shut_for(flow, !side, flow->last);
	out->max_idle = option(e->has & HAS_STIRRED, (int64_t)e->max_idle << TICK_BITS);
	out->throughput = rate(out->payload_bytes, duration);
	out->goodput = rate(out->unique_bytes, duration);
	out->ttl_min = option(sums->packets, t->ttl_min);
	out->ttl_max = option(sums->packets, t->ttl_max);
}

static void view_timers(const struct flow *flow, int side, struct fw_endpoint *out)
{
	const struct recovery *r = recovery_of(flow, side);
	if (!r || !r->expiries)
		return;
	out->resend_timer_min = r->timer_min;
	out->resend_timer_mean = r->timer_sum / r->expiries;
	out->resend_timer_max = r->timer_max;
}

static void view_offers(const struct flow *flow, int side, struct fw_endpoint *out)
{
	const uint32_t has = flow->end[side].has, offers = flow_offers(flow, side);
	const bool known = has & HAS_ISS;
	const bool asked = !(has & HAS_SYN_ACK) || flow_offers(flow, !side) & OFFERS_ACCECN;
	const bool accurate = offers & OFFERS_ACCECN && asked;
	out->timestamps = option(has & HAS_SEGMENT, !!(has & HAS_TS));
	out->sack_permitted = option(known, !!(offers & OFFERS_SACK));
	out->fast_open = option(known, !!(offers & OFFERS_FAST_OPEN));
	out->multipath = option(known, !!(offers & OFFERS_MPTCP));
	out->signed_segments = option(known, !!(has & HAS_SIGNED));
	out->ecn_capable = option(known, offers & OFFERS_ECN || accurate);
	out->ecn_accurate = option(known, accurate);
}

/* Nothing, of what may be unknown. */
static void view_nothing(struct fw_endpoint *out)
{
#define NOTHING_RARE                          0
#define NOTHING_COUNT                         0
#define NOTHING_OPTION                        FW_NONE
#define NOTHING_FLAG                          FW_NONE
#define NOTHING_NS                            FW_NONE
#define FIELD(type, member, path, unit, text) out->member = NOTHING_##type;
#include "finwait/fields.def"
#undef FIELD
}

static void view_end(const struct flow *flow, int side, struct fw_endpoint *out)
{
	const struct wide sums = count_sums(flow, side);
	out->addr = flow_addr(flow, side);
	out->state = flow->end[side].state;
	view_nothing(out);
	view_trouble(flow, side, out);
	view_counts(flow, side, &sums, out);
	view_windows(flow, side, &sums, out);
	view_flight(flow, side, &sums, out);
	view_times(flow, side, &sums, out);
	view_timers(flow, side, out);
	view_offers(flow, side, out);
}

/* What began with the SYN,ACK has no SYN to count from. */
static void view_handshake(const struct flow *flow, struct fw_flow *out)
{
	const bool syn = flow->role_basis == FW_ROLE_SYN;
	const bool answered = flow->answered != SPAN_NONE, opened = flow->opened != SPAN_NONE;
	const int64_t answer = span_ns(flow->answered), open = span_ns(flow->opened);
	out->handshake_syn_ack = option(syn && answered, answer);
	out->handshake_ack = option(answered && opened, open - answer);
	out->handshake_total = option(syn && answered && opened, open);
}

const struct fw_flow *view(struct fw_analyzer *a, const struct flow *flow)
{
	struct fw_flow *v = &a->view;
	v->id = flow->id;
	v->incarnation = flow->incarnation;
	v->tunnel = flow->key.tunnel;
	v->role_basis = flow->role_basis;
	v->opened = view_opened(flow);
	v->closed = view_closed(flow);
	v->first = flow->first;
	v->last = flow->last;
	v->first_packet = flow->first_packet;
	v->last_packet = flow->last_packet;
	v->zeek_state = zeek_state(flow);
	v->wireshark_completeness = zeek_completeness(flow);
	v->transitions = NULL;
	v->transition_count = v->transitions_omitted = 0;
	v->anomalies = NULL;
	v->anomaly_count = 0;
	v->closed_by = closed_by(flow, v->closed);
	view_handshake(flow, v);
	for (int i = 0; i < flow->history_len; i++)
		v->zeek_history[i] = *zeek_letter(flow, i);
	v->zeek_history[flow->history_len] = '\0';
	view_end(flow, flow->client, &v->end[FW_CLIENT]);
	view_end(flow, !flow->client, &v->end[FW_SERVER]);
	return v;
}

const struct fw_flow *view_whole(struct fw_analyzer *a, const struct flow *flow)
{
	view(a, flow);
	if (a->config.timelines) {
		a->view.transitions = timeline_get(a, flow, &a->view.transition_count);
		a->view.transitions_omitted = timeline_total(a, flow) - a->view.transition_count;
	}
	a->view.anomalies = findings_get(a, flow, &a->view.anomaly_count);
	return &a->view;
}
