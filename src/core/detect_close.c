/* How connections are closed, or not. */
#include "detect.h"

#include "doubt.h"

#define REPEATS_OF_FIN 2 /* without an answer, and the peer is taken for gone */
#define REPEATS        3

static bool is_new_data(const struct scene *s)
{
	return s->seg && s->seg->payload_len && s->j->own && s->j->fresh && !s->j->copy &&
		!(s->j->facts & (FW_FACT_keepalive | FW_FACT_zero_window_probe));
}

/* Octets of an end's stream that its peer has not acknowledged, without its FIN. */
static uint32_t unacked(const struct scene *s, int side)
{
	const struct end *e = &s->flow->end[side], *peer = &s->flow->end[!side];
	return peer->has & HAS_ACK ? end_outstanding(e, peer->ack) : 0;
}

/* For how long the program of an end in CLOSE_WAIT has done nothing; what it sent last is still
 * under way where it was in vain. */
static int64_t idle_time(const struct scene *s, int side)
{
	const struct end *e = &s->flow->end[side], *peer = &s->flow->end[!side];
	if (!(peer->has & HAS_FIN) || !peer->fin_at || !(e->has & HAS_ACK) ||
		seq_before(e->ack, peer->fin))
		return 0; /* or its FIN is inferred, and nobody knows when it passed */
	if (unacked(s, side))
		return silence(s, peer->last_at);
	const int64_t closed = silence(s, peer->fin_at);
	const int64_t sent = e->has & HAS_DATA ? elapsed(e->timed_at, watched(s)) : closed;
	return sent < closed ? sent : closed;
}

/* The end in CLOSE_WAIT whose idleness is over, or that leaves; -1 if none. */
static int waiter(const struct scene *s)
{
	const int side = s->side;
	if (s->was[side] == FW_CLOSE_WAIT &&
		(!s->seg || s->flow->end[side].state != FW_CLOSE_WAIT || is_new_data(s)))
		return side;
	return s->seg && moved(s, !side, FW_CLOSE_WAIT, FW_CLOSED) ? !side : -1;
}

static bool detect_close_wait_stuck(const struct scene *s, struct fw_finding *f)
{
	const int side = waiter(s);
	if (side < 0 || idle_time(s, side) < limit(s, FW_THRESHOLD_close_wait))
		return false;
	f->side = (enum fw_side)side;
	if (s->seg && side == s->side)
		f->severity = FW_INFO;
	finding_give(f, FW_EVIDENCE_duration, idle_time(s, side));
	finding_reject(f, FW_REASON_not_lost_fin_acknowledged);
	return true;
}

static bool detect_fin_wait_2_orphaned(const struct scene *s, struct fw_finding *f)
{
	const int side = s->was[s->side] == FW_FIN_WAIT_2 ? s->side : !s->side;
	if (s->was[side] != FW_FIN_WAIT_2 ||
		(s->seg && s->flow->end[side].state == FW_FIN_WAIT_2) ||
		(!s->seg && side != s->side))
		return false;
	const struct end *peer = &s->flow->end[!side];
	const int64_t waited = silence(s, peer->last_at);
	if (!(peer->has & HAS_SEGMENT) || waited < limit(s, FW_THRESHOLD_fin_wait_2))
		return false;
	f->side = (enum fw_side)side;
	finding_give(f, FW_EVIDENCE_duration, waited);
	return true;
}

/* It leaves, and has sent something again, COUNT times at least and for longer than an answer
 * takes, since its peer was heard last. */
static bool is_unheard(const struct scene *s, struct fw_finding *f, uint32_t count)
{
	const struct trouble *t = flow_trouble(s->flow, s->side);
	if (s->seg || !t || t->repeats < count || !(receiver(s)->has & HAS_SEGMENT) ||
		t->silent_since != receiver(s)->last_at ||
		since(t->repeats_at, s->flow->last) < doubt_window(s->flow, s->side))
		return false;
	finding_give(f, FW_EVIDENCE_times, t->repeats);
	finding_give(f, FW_EVIDENCE_duration, since(t->repeats_at, s->flow->last));
	if (unacked(s, s->side))
		finding_give(f, FW_EVIDENCE_unacked, unacked(s, s->side));
	return true;
}

static bool detect_last_ack_unanswered(const struct scene *s, struct fw_finding *f)
{
	if (sender(s)->state != FW_LAST_ACK || !is_unheard(s, f, REPEATS_OF_FIN))
		return false;
	if (!unacked(s, s->side))
		f->severity = FW_INFO;
	return true;
}

static bool detect_close_unfinished(const struct scene *s, struct fw_finding *f)
{
	const uint8_t state = sender(s)->state;
	return (state == FW_FIN_WAIT_1 || state == FW_CLOSING) && is_unheard(s, f, REPEATS_OF_FIN);
}

static bool detect_peer_vanished(const struct scene *s, struct fw_finding *f)
{
	const uint8_t state = sender(s)->state;
	return (state == FW_ESTABLISHED || state == FW_CLOSE_WAIT) && is_unheard(s, f, REPEATS);
}

static bool detect_half_close(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return s->was[s->side] == FW_CLOSE_WAIT && is_new_data(s) &&
		!seq_before(s->seg->ack, receiver(s)->fin);
}

/* The reset is one for data after the close, and they were sent by an end that knew of it. */
static bool detect_half_close_misuse(const struct scene *s, struct fw_finding *f)
{
	const struct end *snd = sender(s), *rcv = receiver(s);
	if (!(s->seg->flags & FW_RST) || !s->j->own || s->j->copy || !(snd->has & HAS_FIN) ||
		!(snd->has & HAS_FIN_ACK) || rcv->has & HAS_FIN || !unacked(s, !s->side))
		return false;
	const int64_t known = since(snd->fin_at, s->now);
	f->side = (enum fw_side) !s->side;
	if (!snd->fin_at || known < limit(s, FW_THRESHOLD_close_wait))
		f->severity = FW_INFO;
	if (snd->fin_at && known >= LEAST_TOLD)
		finding_give(f, FW_EVIDENCE_wait, known);
	finding_give(f, FW_EVIDENCE_lost, unacked(s, !s->side));
	return true;
}

static bool detect_data_after_fin(const struct scene *s, struct fw_finding *f)
{
	const struct end *snd = sender(s);
	if (!is_new_data(s) || !(snd->has & HAS_FIN) || s->seg->flags & FW_SYN ||
		seq_before(s->seg->seq, snd->fin))
		return false;
	finding_give(f, FW_EVIDENCE_bytes, s->seg->payload_len);
	return true;
}

static bool detect_fin_out_of_order(const struct scene *s, struct fw_finding *f)
{
	if (!(s->seg->flags & FW_FIN) || !(s->j->facts & FW_FACT_gap) || !s->j->own)
		return false;
	finding_give(f, FW_EVIDENCE_bytes, s->seg->seq - sender(s)->nxt);
	return true;
}

/* A flow that is replaced leaves before the capture is over and before its timer ran out. */
static bool is_replaced(const struct scene *s)
{
	return !s->seg && !s->finished && s->flow->has & FLOW_TIMER && s->now < s->flow->deadline;
}

static bool detect_time_wait_reuse(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return is_replaced(s) && sender(s)->state == FW_TIME_WAIT;
}

static bool detect_time_wait_assassination(const struct scene *s, struct fw_finding *f)
{
	if (!(s->seg->flags & FW_RST) || !moved(s, !s->side, FW_TIME_WAIT, FW_CLOSED))
		return false;
	f->side = (enum fw_side) !s->side;
	finding_give(f, FW_EVIDENCE_duration, since(sender(s)->fin_at, s->now));
	return true;
}

static bool detect_simultaneous_close(const struct scene *s, struct fw_finding *f)
{
	if (!moved(s, 0, FW_FIN_WAIT_1, FW_CLOSING) && !moved(s, 1, FW_FIN_WAIT_1, FW_CLOSING))
		return false;
	f->sided = false;
	f->side = FW_CLIENT;
	return true;
}

const struct detector detect_close[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	{when, detect_##id, FW_CODE_##id, FW_##severity},
#include "finwait/anomalies/close.def"
#undef ANOMALY
	{0},
};
