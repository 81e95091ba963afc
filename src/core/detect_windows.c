/* Windows, probes and those who wait for them. */
#include "detect.h"

#include "measure.h"

#define FEW_QUESTIONS     3            /* unanswered, they are no chance any more */
#define FEW_STEPS         4            /* so many small ones in a row are a habit */
#define SOONEST_KEEPALIVE 1000000000LL /* ns, that can be asked for */
#define SHARE_OF_STAYS    10           /* one in so many: of a connection's time */

/* The window of the end is closed, or was until this segment, and its peer had not said all. */
static const struct window *shut(const struct scene *s)
{
	const struct window *own = window_of(s->flow, s->side);
	return own && own->shut_packet && !(receiver(s)->has & HAS_FIN) ? own : NULL;
}

static bool opens(const struct scene *s)
{
	return s->seg->window && s->j->own && !s->j->old && !s->j->corrupt &&
		!(s->seg->flags & (FW_SYN | FW_RST));
}

static bool never_opened(const struct window *own)
{
	return own->waited_for && own->asked >= FEW_QUESTIONS;
}

static bool detect_zero_window(const struct scene *s, struct fw_finding *f)
{
	const struct window *own = shut(s);
	const int64_t closed = own ? elapsed(own->shut_at, s->seg ? s->now : s->flow->last) : 0;
	if (!closed || (s->seg && !opens(s)))
		return false;
	if (!own->waited_for || (!s->seg && never_opened(own)))
		f->severity = FW_INFO;
	finding_begin(f, own->shut_packet, own->shut_at);
	if (s->seg)
		finding_cite(f, s->seg->number);
	finding_give(f, FW_EVIDENCE_duration, closed);
	if (own->waited_for)
		finding_give(f, FW_EVIDENCE_times, own->asked);
	else if (own->asked)
		finding_allow(f, FW_REASON_keepalive_of_closed_window);
	return true;
}

static bool detect_zero_window_probe(const struct scene *s, struct fw_finding *f)
{
	const struct window *closed = window_of(s->flow, !s->side);
	f->severity = FW_INFO;
	if (s->j->copy || !closed || !closed->shut_packet)
		return !s->j->copy;
	finding_cite(f, closed->shut_packet);
	finding_give(f, FW_EVIDENCE_wait, elapsed(closed->asked_at, s->now));
	return true;
}

static bool detect_window_never_opened(const struct scene *s, struct fw_finding *f)
{
	const struct window *own = shut(s);
	if (!own || !never_opened(own))
		return false;
	finding_begin(f, own->shut_packet, own->shut_at);
	finding_give(f, FW_EVIDENCE_duration, elapsed(own->shut_at, s->flow->last));
	finding_give(f, FW_EVIDENCE_times, own->asked);
	return true;
}

/* The peer's window that has opened, if the end asks on as if it had not heard of that. With
 * data waiting it would have sent them; no keepalive comes as soon as a probe. */
static const struct window *unheard_opening(const struct scene *s)
{
	const struct window *peers = window_of(s->flow, !s->side);
	const int64_t silent = since(sender(s)->last_at, s->now);
	const bool asks_on = peers && peers->opened_packet && !peers->shut_packet &&
		silent > elapsed(peers->opened_at, s->now) &&
		(peers->waited_for || silent < SOONEST_KEEPALIVE);
	return asks_on && !s->j->copy && !s->j->old ? peers : NULL;
}

static bool detect_window_update(const struct scene *s, struct fw_finding *f)
{
	const struct window *own = shut(s);
	if (sender(s)->window || !s->seg->window)
		return false;
	if (own)
		finding_give(f, FW_EVIDENCE_duration, elapsed(own->shut_at, s->now));
	finding_give(f, FW_EVIDENCE_window, end_window(sender(s), receiver(s), s->seg));
	return true;
}

static bool detect_window_update_lost(const struct scene *s, struct fw_finding *f)
{
	const struct window *peers = unheard_opening(s);
	if (!peers)
		return false;
	f->side = (enum fw_side) !s->side;
	finding_cite(f, peers->opened_packet);
	finding_give(f, FW_EVIDENCE_other, (int64_t)peers->opened_packet);
	finding_give(f, FW_EVIDENCE_wait, elapsed(peers->opened_at, s->now));
	return true;
}

static bool detect_keepalive(const struct scene *s, struct fw_finding *f)
{
	if (s->j->copy || unheard_opening(s))
		return false;
	finding_give(f, FW_EVIDENCE_wait, since(sender(s)->last_at, s->now));
	return true;
}

/* The last questions of the end were answered by nothing. */
static bool in_vain(const struct scene *s, struct fw_finding *f, bool of_window)
{
	const uint32_t questions = window_questions(s->flow, s->side);
	const struct window *own = window_of(s->flow, s->side);
	const bool gave_up = sender(s)->has & HAS_RST;
	if (questions + gave_up < FEW_QUESTIONS || own->questions_of_window != of_window ||
		!(receiver(s)->has & HAS_SEGMENT))
		return false;
	finding_give(f, FW_EVIDENCE_times, questions);
	finding_give(f, FW_EVIDENCE_duration, since(own->questions_at, s->flow->last));
	if (!gave_up)
		finding_allow(f, FW_REASON_answers_elsewhere);
	return true;
}

static bool detect_keepalive_failure(const struct scene *s, struct fw_finding *f)
{
	return in_vain(s, f, false);
}

static bool detect_window_probe_failure(const struct scene *s, struct fw_finding *f)
{
	return in_vain(s, f, true);
}

static bool detect_window_full(const struct scene *s, struct fw_finding *f)
{
	const struct window *own = window_of(s->flow, s->side);
	if (!own || !own->full_times ||
		own->full_total < elapsed(s->flow->first, s->flow->last) / SHARE_OF_STAYS)
		return false;
	finding_begin(f, own->full_packet, own->full_since);
	finding_give(f, FW_EVIDENCE_duration, own->full_total);
	finding_give(f, FW_EVIDENCE_times, own->full_times);
	finding_give(f, FW_EVIDENCE_bytes, measure_max_window(s->flow, s->side));
	return true;
}

static bool detect_window_shrink(const struct scene *s, struct fw_finding *f)
{
	const struct window *own = window_of(s->flow, s->side);
	if (!own || !own->shrinks)
		return false;
	f->severity = own->shrinks_refused ? FW_WARNING : FW_INFO;
	finding_begin(f, own->shrinks_packet, own->shrinks_since);
	f->count = own->shrinks;
	finding_give(f, FW_EVIDENCE_bytes, own->shrinks_by);
	if (own->shrinks_refused)
		finding_give(f, FW_EVIDENCE_refused, own->shrinks_refused);
	finding_reject(f, FW_REASON_not_overtaken_confirmed);
	return true;
}

static bool detect_silly_window(const struct scene *s, struct fw_finding *f)
{
	const struct window *own = window_of(s->flow, !s->side);
	const uint32_t step = own ? s->j->after - own->full_edge : 0;
	if (!own || own->small_steps + 1 < FEW_STEPS || s->seg->seq != own->full_edge ||
		step >= window_step(s->flow, !s->side))
		return false;
	f->side = (enum fw_side) !s->side;
	finding_give(f, FW_EVIDENCE_bytes, step);
	finding_give(f, FW_EVIDENCE_times, own->small_steps + 1);
	finding_give(f, FW_EVIDENCE_wanted, window_step(s->flow, !s->side));
	return true;
}

/* A FIN, or the octet of a probe, may go one beyond. */
static bool detect_window_overrun(const struct scene *s, struct fw_finding *f)
{
	const struct end *snd = sender(s), *rcv = receiver(s);
	const uint32_t both = HAS_OPTIONS | HAS_ACK;
	if (!s->j->own || s->j->copy || s->j->corrupt || !s->seg->payload_len ||
		(snd->has & rcv->has & both) != both || seq_before(s->seg->seq, snd->nxt) ||
		seq_diff(s->j->after, rcv->edge) < 2)
		return false;
	finding_give(f, FW_EVIDENCE_bytes, s->j->after - rcv->edge);
	finding_allow(f, FW_REASON_acknowledgment_missing);
	return true;
}

const struct detector detect_windows[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	{when, detect_##id, FW_CODE_##id, FW_##severity},
#include "finwait/anomalies/windows.def"
#undef ANOMALY
	{0},
};
