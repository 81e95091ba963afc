/* From the compact record of a flow to the public one. */
#include "view.h"

#include "findings.h"
#include "incarnation.h"
#include "measure.h"
#include "timeline.h"
#include "zeek.h"

static bool visited(const struct flow *flow, int side, enum fw_state state)
{
	return flow->visited[side] & 1u << state;
}

enum fw_opened view_opened(const struct flow *flow)
{
	const int client = flow->client;
	const struct end *c = &flow->end[client], *s = &flow->end[!client];
	if (!((c->has | s->has) & HAS_ISS))
		return FW_OPENED_MIDSTREAM;
	if (visited(flow, client, FW_SYN_SENT) && visited(flow, !client, FW_SYN_SENT))
		return FW_OPENED_SIMULTANEOUS;
	if (flow->has & FLOW_FAST_OPEN)
		return FW_OPENED_FAST_OPEN;
	return visited(flow, client, FW_ESTABLISHED) || visited(flow, !client, FW_ESTABLISHED)
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
	return visited(flow, client, FW_SYN_SENT) && !(s->has & HAS_SEGMENT) &&
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
	if (visited(flow, 0, FW_CLOSING) || visited(flow, 1, FW_CLOSING))
		return FW_BY_BOTH;
	return flow->fin_first == flow->client ? FW_BY_CLIENT : FW_BY_SERVER;
}

static int64_t option(bool known, int64_t value)
{
	return known ? value : FW_NONE;
}

static void view_trouble(const struct flow *flow, int side, struct fw_endpoint *out)
{
	const struct trouble *t = flow_trouble(flow, side);
	out->unique_bytes -= t->repeated_bytes;
	out->retransmitted_packets = t->retransmitted_packets;
	out->retransmitted_bytes = t->retransmitted_bytes;
	out->out_of_order_packets = t->out_of_order_packets;
	out->duplicate_packets = t->duplicate_packets;
	out->probe_packets = t->probe_packets;
	out->zero_windows = t->zero_windows;
	out->missing_bytes = measure_missing(flow, side);
}

static void view_end(const struct flow *flow, int side, struct fw_endpoint *out)
{
	const struct end *e = &flow->end[side];
	const struct tally *t = &flow->tally[side];
	*out = (struct fw_endpoint){
		.addr = flow_addr(flow, side),
		.state = e->state,
		.packets = t->packets,
		.wire_bytes = t->wire_bytes,
		.payload_bytes = t->payload_bytes,
		.unique_bytes = t->payload_bytes,
		.data_packets = t->data_packets,
		.syn_packets = t->syn_packets,
		.fin_packets = t->fin_packets,
		.rst_packets = t->rst_packets,
		.mss = option(t->mss, t->mss),
		.window_scale = option(e->has & HAS_WSCALE, e->wscale),
		.initial_window = option(e->has & HAS_SEGMENT, t->initial_window),
		.max_window = option(e->has & HAS_ACK, t->max_window),
		.rtt_samples = t->rtt_samples,
		.rtt_min = FW_NONE,
		.rtt_mean = FW_NONE,
		.rtt_max = FW_NONE,
	};
	if (t->rtt_samples) {
		out->rtt_min = (int64_t)t->rtt_min * RTT_UNIT;
		out->rtt_mean = (int64_t)(t->rtt_sum / t->rtt_samples) * RTT_UNIT;
		out->rtt_max = (int64_t)t->rtt_max * RTT_UNIT;
	}
	if (flow_trouble(flow, side))
		view_trouble(flow, side, out);
}

const struct fw_flow *view(struct fw_analyzer *a, const struct flow *flow)
{
	struct fw_flow *v = &a->view;
	*v = (struct fw_flow){
		.id = flow->id,
		.incarnation = flow->incarnation,
		.tunnel = flow->key.tunnel,
		.role_basis = flow->role_basis,
		.opened = view_opened(flow),
		.closed = view_closed(flow),
		.first = flow->first,
		.last = flow->last,
		.first_packet = flow->first_packet,
		.last_packet = flow->last_packet,
		.zeek_state = zeek_state(flow),
		.wireshark_completeness = zeek_completeness(flow),
	};
	v->closed_by = closed_by(flow, v->closed);
	for (int i = 0; i < flow->history_len; i++)
		v->zeek_history[i] = *zeek_letter(flow, i);
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
