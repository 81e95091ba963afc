/* What each end has sent, acknowledged and offered so far. */
#include "measure.h"

#include <stdlib.h>

#include "doubt.h"

#define ID_STEP 256

static void count(struct end *snd, const struct fw_segment *seg, const struct judgement *j)
{
	snd->packets++;
	snd->wire_bytes += seg->ip_len;
	snd->payload_bytes += seg->payload_len;
	snd->data_packets += seg->payload_len > 0;
	if (seg->flags & (FW_SYN | FW_FIN | FW_RST)) {
		snd->syn_packets += !!(seg->flags & FW_SYN);
		snd->fin_packets += !!(seg->flags & FW_FIN);
		snd->rst_packets += !!(seg->flags & FW_RST);
	}
	if (!j->facts)
		return;
	snd->out_of_order_packets += !!(j->facts & FW_FACT_out_of_order);
	snd->duplicate_packets += !!(j->facts & (FW_FACT_duplicate_network | FW_FACT_duplicate_capture));
	snd->probe_packets += !!(j->facts & (FW_FACT_keepalive | FW_FACT_zero_window_probe));
	snd->zero_windows += !!(j->facts & FW_FACT_zero_window);
	if (j->facts & FW_FACT_retransmission) {
		snd->retransmitted_packets++;
		snd->retransmitted_bytes += j->len > j->fresh ? j->len - j->fresh : 0;
	}
}

static void options(struct end *snd, const struct fw_segment *seg)
{
	if (seg->opt.have & FW_OPT_MSS)
		snd->mss = seg->opt.mss;
	if (seg->opt.have & FW_OPT_WSCALE) {
		snd->wscale = seg->opt.wscale;
		snd->has |= HAS_WSCALE;
	}
}

/* The first sequence number holds, until the peer acknowledges another (a balancer may answer a SYN twice). */
static void syn(struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	if (snd->has & HAS_ISS && seg->seq != snd->iss) {
		snd->alt_iss = seg->seq;
		snd->has |= HAS_ALT_ISS;
		return;
	}
	if (!(snd->has & HAS_ISS)) {
		snd->iss = seg->seq;
		snd->syn_end = seg->seq + 1;
		snd->has |= HAS_ISS;
		if (!(snd->has & HAS_SEGMENT))
			snd->nxt = j->after;
		options(snd, seg);
	}
	if (!(seg->flags & FW_ACK))
		return;
	snd->has |= HAS_SYN_ACK;
	if (j->ack_own && rcv->has & HAS_ISS && seq_after(seg->ack, rcv->syn_end)) {
		rcv->syn_end = seg->ack;
		flow->has |= FLOW_FAST_OPEN;
	}
}

static bool add_hole(struct flow *flow, int side, uint32_t left, uint32_t right)
{
	if (!flow->holes[side])
		flow->holes[side] = calloc(1, sizeof *flow->holes[side]);
	if (!flow->holes[side])
		return false;
	holes_add(flow->holes[side], left, right);
	return true;
}

static void time_it(struct end *snd, const struct fw_segment *seg, const struct judgement *j)
{
	if (j->facts & FW_FACT_retransmission && snd->has & HAS_TIMED && seq_before(seg->seq, snd->timed))
		snd->has &= ~(uint32_t)HAS_TIMED; /* Karn: which of the two would be acknowledged? */
	if (snd->has & HAS_TIMED || j->facts || j->fresh != j->len)
		return;
	snd->timed = j->after;
	snd->timed_at = seg->time;
	snd->has |= HAS_TIMED;
}

/* Octets that were sent: what is new, what fills a hole, what opens one. */
static bool stream(struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct end *snd = &flow->end[side];
	const int32_t ahead = snd->has & HAS_SEGMENT ? seq_diff(seg->seq, snd->nxt) : 0;
	time_it(snd, seg, j);
	if (j->fresh && seg->payload_len) {
		snd->unique_bytes += j->fresh < seg->payload_len ? j->fresh : seg->payload_len;
		snd->has |= HAS_DATA;
	}
	if (ahead > 0 && !add_hole(flow, side, snd->nxt, seg->seq))
		return false;
	if (ahead < 0 && flow->holes[side])
		holes_fill(flow->holes[side], seg->seq, j->after);
	if (!(snd->has & HAS_SEGMENT) || seq_after(j->after, snd->nxt))
		snd->nxt = j->after;
	return true;
}

static void fin(struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct end *snd = &flow->end[side];
	if (!(seg->flags & FW_ACK))
		return;
	if (!(snd->has & HAS_FIN)) {
		snd->fin = j->after;
		snd->has |= HAS_FIN;
		if (!(flow->end[!side].has & HAS_FIN))
			flow->fin_first = (uint8_t)side;
	}
	snd->fin_at = seg->time;
	flow->end[!side].has &= ~(uint32_t)HAS_LACKS_FIN;
}

static void rtt(struct end *timed, fw_time now)
{
	const int64_t sample = now - timed->timed_at;
	timed->has &= ~(uint32_t)HAS_TIMED;
	if (sample < 0)
		return;
	timed->rtt = timed->rtt ? timed->rtt + (sample - timed->rtt) / 8 : sample + !sample;
	timed->rtt_min = !timed->rtt_samples || sample < timed->rtt_min ? sample : timed->rtt_min;
	timed->rtt_max = sample > timed->rtt_max ? sample : timed->rtt_max;
	timed->rtt_sum += sample;
	timed->rtt_samples++;
}

/* The peer sent octets that passed no tap. */
static bool acknowledge_unseen(struct flow *flow, int side, uint32_t ack)
{
	struct end *rcv = &flow->end[!side];
	if (!(rcv->has & HAS_SEGMENT) || !seq_after(ack, rcv->nxt))
		return true;
	if (!add_hole(flow, !side, rcv->nxt, ack))
		return false;
	rcv->nxt = ack;
	rcv->has &= ~(uint32_t)HAS_TIMED;
	return true;
}

static void choose_iss(struct end *rcv, uint32_t ack)
{
	if (!(rcv->has & HAS_ALT_ISS) || rcv->has & HAS_DATA || ack != rcv->alt_iss + 1)
		return;
	rcv->iss = rcv->alt_iss;
	rcv->nxt = rcv->syn_end = ack;
	rcv->has &= ~(uint32_t)HAS_ALT_ISS;
}

static bool acknowledge(struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	const uint32_t window = end_window(snd, rcv, seg);
	if (j->ack_fresh) {
		choose_iss(rcv, seg->ack);
		if (snd->has & HAS_ACK && seg->ack == snd->ack + 1)
			snd->has |= HAS_SMALL_STEPS;
		snd->ack = seg->ack;
		if (!(snd->has & HAS_ACK)) {
			snd->edge = seg->ack + window;
			snd->initial_window = window;
		}
		snd->has |= HAS_ACK;
		if (rcv->has & HAS_TIMED && !seq_before(seg->ack, rcv->timed))
			rtt(rcv, seg->time);
		if (!acknowledge_unseen(flow, side, seg->ack))
			return false;
	}
	if (seq_after(seg->ack + window, snd->edge))
		snd->edge = seg->ack + window;
	if (window > snd->max_window)
		snd->max_window = window;
	if (rcv->has & HAS_FIN && !(rcv->has & HAS_FIN_ACK) && j->len && !j->old && !seq_before(seg->ack, rcv->fin)) {
		rcv->fin_ack_at = j->after;
		rcv->has |= HAS_FIN_ACK;
	}
	if (rcv->has & HAS_FIN && !j->old && seq_before(seg->ack, rcv->fin) &&
	    seg->time - rcv->fin_at > doubt_window(flow, side))
		snd->has |= HAS_LACKS_FIN;
	return true;
}

/* What tells later whether a segment was sent earlier than this one. */
static void order(struct end *snd, const struct fw_segment *seg)
{
	if (seg->opt.have & FW_OPT_TIMESTAMPS && (!(snd->has & HAS_TS) || seq_after(seg->opt.tsval, snd->tsval))) {
		snd->tsval = seg->opt.tsval;
		snd->has |= HAS_TS;
	}
	if (!seg->ip_id)
		return;
	const uint16_t step = (uint16_t)(seg->ip_id - snd->ip_id);
	const bool counts = snd->ip_id && step && step < ID_STEP;
	snd->id_steps = counts ? snd->id_steps + (snd->id_steps < 3) : 0;
	snd->ip_id = (uint16_t)seg->ip_id;
	if (snd->id_steps >= 2)
		snd->has |= HAS_IP_ID;
	else
		snd->has &= ~(uint32_t)HAS_IP_ID;
}

static void reset(struct flow *flow, int side, const struct judgement *j)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	flow->end[side].has |= HAS_RST;
	const bool over = snd->has & rcv->has & HAS_FIN && rcv->state != FW_FIN_WAIT_1 && snd->state != FW_FIN_WAIT_1 &&
			  (rcv->state == FW_TIME_WAIT || rcv->state == FW_CLOSED) &&
			  (snd->state == FW_TIME_WAIT || snd->state == FW_CLOSED);
	if (over || flow->has & FLOW_RESET || !j->own)
		return;
	flow->has |= FLOW_RESET;
	flow->rst_by = (uint8_t)side;
}

bool measure(struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct end *snd = &flow->end[side];
	count(snd, seg, j);
	flow->last_packet = seg->number;
	if (seg->time > flow->last)
		flow->last = seg->time;
	if (j->copy)
		return true;
	if (seg->flags & FW_RST) {
		if (j->own)
			reset(flow, side, j);
		return true;
	}
	if (!j->own && !j->resync) {
		snd->stray = j->after;
		snd->has |= HAS_STRAY;
		return true;
	}
	if (seg->flags & FW_SYN)
		syn(flow, side, seg, j);
	if (seg->flags & FW_SYN && seg->seq != snd->iss)
		return true;
	if (j->len && !(j->facts & (FW_FACT_keepalive | FW_FACT_zero_window_probe)) && !stream(flow, side, seg, j))
		return false;
	if (!(snd->has & HAS_SEGMENT)) {
		snd->lowest = seg->seq;
		snd->nxt = j->after;
		snd->has |= HAS_SEGMENT;
	}
	if (seg->flags & FW_FIN)
		fin(flow, side, seg, j);
	if (j->ack_own && !acknowledge(flow, side, seg, j))
		return false;
	if (j->old)
		return true;
	snd->window = seg->window;
	snd->last = seg->time;
	order(snd, seg);
	return true;
}

uint64_t measure_missing(const struct flow *flow, int side)
{
	const struct holes *holes = flow->holes[side];
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	if (!holes || !(rcv->has & HAS_ACK))
		return 0;
	const uint32_t left = holes->count ? holes->hole[0].left : snd->nxt;
	return holes->forgotten + holes_covered(holes, left, rcv->ack);
}
