/* What became of the window that an end offers, besides that it moved on. */
#include "window.h"

#include "doubt.h"
#include "measure.h"

/* The persist timer asks at least so often while the silence is young (RFC 9293 3.8.6.1, RFC 6298);
 * keepalives are rarer (RFC 9293 3.8.4). */
#define PERSISTS 5000000000LL

#define DEFAULT_MSS 536 /* RFC 9293 3.7.1 */

static struct window *window(const struct flow *flow, int side)
{
	struct trouble *trouble = flow_trouble(flow, side);
	return trouble ? &trouble->window : NULL;
}

const struct window *window_of(const struct flow *flow, int side)
{
	return window(flow, side);
}

static bool heard_since(const struct end *e, uint32_t tick)
{
	return e->has & HAS_SEGMENT && (int32_t)(e->last_at - tick) >= 0;
}

uint32_t window_questions(const struct flow *flow, int side)
{
	const struct window *own = window_of(flow, side);
	const bool answered = !own || heard_since(&flow->end[!side], own->questions_at);
	return answered ? 0 : own->questions;
}

uint32_t window_step(const struct flow *flow, int side)
{
	const uint32_t half = measure_max_window(flow, side) / 2;
	const uint32_t mss = flow->tally[side].mss ? flow->tally[side].mss : DEFAULT_MSS;
	return mss < half ? mss : half;
}

void window_turn(struct flow *flow, int side, const struct fw_segment *seg)
{
	struct window *own = window(flow, side);
	if (!own || !seg->window == !!own->shut_packet)
		return;
	if (seg->window) {
		time_add(&own->shut_before, elapsed(own->shut_at, seg->time));
		own->shut_packet = 0;
		own->opened_packet = seg->number;
		own->opened_at = seg->time;
		return;
	}
	own->shut_packet = seg->number;
	own->shut_at = own->asked_at = seg->time;
	own->asked = 0;
	own->waited_for = false;
}

int64_t window_shut_for(const struct flow *flow, int side, fw_time now)
{
	const struct window *own = window_of(flow, side);
	int64_t shut = own ? own->shut_before : 0;
	if (own && own->shut_packet)
		time_add(&shut, elapsed(own->shut_at, now));
	return shut;
}

/* A closed window of the peer was asked about, or sent what it can't take. */
static void ask(struct window *closed, const struct fw_segment *seg)
{
	closed->waited_for |= seg->payload_len || elapsed(closed->asked_at, seg->time) < PERSISTS;
	closed->asked_at = seg->time;
	closed->asked++;
}

static void question(struct flow *flow, int side, const struct fw_segment *seg, bool of_window)
{
	struct window *own = window(flow, side);
	if (!window_questions(flow, side)) {
		own->questions = 0;
		own->questions_at = ticks(seg->time);
	}
	own->questions_of_window = of_window;
	own->questions++;
}

/* The sender stood before the full window of its peer, and goes on. */
static void go_on(struct flow *flow, int side, const struct fw_segment *seg)
{
	struct end *snd = &flow->end[side];
	struct window *full = window(flow, !side);
	snd->has &= ~(uint32_t)HAS_FILLED;
	if (seg->seq != full->full_edge || seg->time < full->full_at ||
		since(flow->end[!side].last_at, seg->time) > doubt_window(flow, side))
		return;
	full->full_times++;
	time_add(&full->full_total, elapsed(full->full_at, seg->time));
}

static bool fill(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct trouble *peer = measure_trouble(flow, !side);
	if (!peer)
		return false;
	struct window *full = &peer->window;
	const uint32_t step = j->after - full->full_edge;
	const bool small =
		full->full_packet && seg->seq == full->full_edge && step < window_step(flow, !side);
	full->small_steps = small ? full->small_steps + 1 : 0;
	if (!full->full_packet) {
		full->full_packet = seg->number;
		full->full_since = seg->time;
	}
	full->full_edge = j->after;
	full->full_at = seg->time;
	flow->end[side].has |= HAS_FILLED;
	return true;
}

bool window_take(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const struct window *peers = window_of(flow, !side);
	if (j->copy || j->corrupt || !j->own || seg->flags & (FW_SYN | FW_RST))
		return true;
	if (j->facts & PROBES)
		question(flow, side, seg, j->facts & FW_FACT_zero_window_probe);
	if (peers && peers->shut_packet &&
		j->facts & (FW_FACT_zero_window_probe | FW_FACT_retransmission))
		ask(window(flow, !side), seg);
	if (flow->end[side].has & HAS_FILLED && j->fresh && !(j->facts & PROBES))
		go_on(flow, side, seg);
	const bool fills = j->facts & FW_FACT_window_full && !(j->facts & FW_FACT_retransmission);
	return !fills || fill(flow, side, seg, j);
}

/* It is the same window as before, and still behind: no segment that was overtaken. */
static void confirm(struct window *own, const struct fw_segment *seg)
{
	if (own->shrunk_packet == seg->number || !own->shrunk_by)
		return;
	if (!own->shrinks++) {
		own->shrinks_packet = own->shrunk_packet;
		own->shrinks_since = own->shrunk_at;
	}
	if (own->shrunk_by > own->shrinks_by)
		own->shrinks_by = own->shrunk_by;
	if (own->shrunk_refused > own->shrinks_refused)
		own->shrinks_refused = own->shrunk_refused;
	own->shrunk_by = 0;
}

bool window_behind(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];
	const uint32_t edge = seg->ack + end_window(snd, rcv, seg), by = snd->edge - edge;
	if (by < 1u << snd->wscale || j->old || seg->flags & (FW_SYN | FW_FIN) ||
		rcv->has & HAS_FIN || !(snd->has & rcv->has & HAS_OPTIONS))
		return true;
	struct trouble *trouble = measure_trouble(flow, side);
	if (!trouble)
		return false;
	struct window *own = &trouble->window;
	if (own->shrunk_packet && own->shrunk_edge == snd->edge) {
		confirm(own, seg);
		return true;
	}
	own->shrunk_packet = seg->number;
	own->shrunk_at = seg->time;
	own->shrunk_edge = snd->edge;
	own->shrunk_by = by;
	own->shrunk_refused = seq_after(rcv->nxt, edge) ? rcv->nxt - edge : 0;
	return true;
}
