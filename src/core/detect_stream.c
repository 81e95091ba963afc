/* What does not fit into the stream of octets. */
#include "detect.h"

#include "doubt.h"
#include "measure.h"
#include "resend.h"

/* No queue holds a segment for so long */
#define OLD             500000000LL
#define OLD_ROUND_TRIPS 4

/* Without word from the peer for so long its clock's last reading counts no more (RFC 7323 5.5) */
#define READING_EXPIRES (INT64_C(24) * 24 * 3600 * 1000000000)

static bool is_deed(const struct scene *s)
{
	return s->j->own && !s->j->old && !s->j->copy && !s->j->corrupt &&
		!(s->seg->flags & (FW_SYN | FW_RST));
}

/* Did SEG leave after the end's latest? Its identification tells, or the time it would have been
 * late. */
static bool left_later(const struct scene *s)
{
	const struct end *snd = sender(s);
	const uint16_t step = (uint16_t)(s->seg->ip_id - snd->ip_id);
	if (snd->has & HAS_IP_ID && s->seg->ip_id)
		return step && step < ID_STEP;
	return since(snd->last_at, s->now) > doubt_window(s->flow, s->side);
}

/* New data, sent after all before it, and yet older by its sender's clock. */
static bool detect_paws(const struct scene *s, struct fw_finding *f)
{
	const struct end *snd = sender(s);
	if (!is_deed(s) || !s->j->len || s->seg->seq != snd->nxt || !(snd->has & HAS_TS) ||
		!(receiver(s)->has & HAS_TS) || !(s->seg->opt.have & FW_OPT_TIMESTAMPS) ||
		!seq_before(s->seg->opt.tsval, snd->tsval) ||
		since(snd->last_at, s->now) > READING_EXPIRES || !left_later(s))
		return false;
	finding_give(f, FW_EVIDENCE_back, snd->tsval - s->seg->opt.tsval);
	finding_give(f, FW_EVIDENCE_bytes, s->seg->payload_len);
	finding_reject(f, FW_REASON_not_overtaken_later);
	return true;
}

/* Segments of a handshake are judged as such. */
static bool acknowledges(const struct scene *s)
{
	const uint32_t both = HAS_SEGMENT | HAS_ACK;
	return s->j->own && !s->j->copy && !s->j->corrupt && s->seg->flags & FW_ACK &&
		!(s->seg->flags & (FW_SYN | FW_RST)) &&
		(sender(s)->has & receiver(s)->has & both) == both;
}

/* The peer went on from where it was, so that nothing is missing that it would explain. */
static bool detect_impossible_ack(const struct scene *s, struct fw_finding *f)
{
	const struct stream *own = stream_of(s->flow, s->side);
	if (!own || !own->unsent_times || !seq_after(own->unsent_ack, receiver(s)->nxt))
		return false;
	finding_begin(f, own->unsent_packet, own->unsent_since);
	f->count = own->unsent_times;
	finding_give(f, FW_EVIDENCE_bytes, own->unsent_by);
	if ((int32_t)(receiver(s)->last_at - own->unsent_at) > 0) {
		finding_reject(f, FW_REASON_not_capture_went_on);
	} else {
		f->severity = FW_INFO;
		finding_allow(f, FW_REASON_capture_gap);
	}
	return true;
}

/* RFC 5961 5.2: what is older than all that can have been on its way is no late segment. */
static bool detect_stale_ack(const struct scene *s, struct fw_finding *f)
{
	const uint32_t behind = sender(s)->ack - s->seg->ack,
		       window = measure_max_window(s->flow, s->side);
	if (!acknowledges(s) || !(sender(s)->has & receiver(s)->has & HAS_OPTIONS) ||
		!seq_before(s->seg->ack, sender(s)->ack) ||
		behind <= (window > UINT16_MAX ? window : UINT16_MAX))
		return false;
	finding_give(f, FW_EVIDENCE_bytes, behind);
	return true;
}

static bool detect_data_outside_window(const struct scene *s, struct fw_finding *f)
{
	const struct stream *own = stream_of(s->flow, s->side);
	if (!own || !own->outside_times)
		return false;
	const bool went_on = (int32_t)(sender(s)->last_at - own->outside_at) > 0;
	finding_begin(f, own->outside_packet, own->outside_since);
	f->count = own->outside_times;
	finding_give(f, FW_EVIDENCE_bytes, own->outside_bytes);
	if (went_on) {
		finding_reject(f, FW_REASON_not_capture_went_on);
	} else {
		f->severity = FW_INFO;
		finding_allow(f, FW_REASON_capture_gap);
	}
	return true;
}

/* The peer has sent again what was reported, and only that helps. */
static bool detect_sack_reneging(const struct scene *s, struct fw_finding *f)
{
	const struct stream *own = stream_of(s->flow, !s->side);
	if (!own || !own->reneged_packet || s->seg->seq != own->reneged_ack ||
		receiver(s)->ack != own->reneged_ack ||
		since(own->reneged_at, s->now) <= doubt_window(s->flow, s->side))
		return false;
	f->side = (enum fw_side) !s->side;
	finding_cite(f, own->sacked_packet);
	finding_cite(f, own->reneged_packet);
	finding_give(f, FW_EVIDENCE_bytes, own->sacked_right - own->reneged_ack);
	finding_give(f, FW_EVIDENCE_wait, since(own->reneged_at, s->now));
	finding_reject(f, FW_REASON_not_overtaken_acknowledges_more);
	return true;
}

/* What was damaged for the receiver has to be sent again. */
static bool detect_bad_checksum(const struct scene *s, struct fw_finding *f)
{
	const struct stream *own = stream_of(s->flow, s->side);
	if (!own || !own->damaged_times)
		return false;
	finding_begin(f, own->damaged_packet, own->damaged_since);
	f->count = own->damaged_times;
	if (own->damaged_bytes)
		finding_give(f, FW_EVIDENCE_bytes, own->damaged_bytes);
	finding_reject(f, FW_REASON_not_offload_others_right);
	if (own->damaged_again) {
		finding_give(f, FW_EVIDENCE_again, own->damaged_again);
		return true;
	}
	f->severity = FW_INFO;
	finding_allow(f, FW_REASON_changed_in_capture);
	return true;
}

/* ns; who sends an octet again does so sooner (RFC 9293 3.8.3: after 100 s it may give up) */
#define MEMORY 3600000000000

/* An earlier segment with other octets where SEG has its own; BYTES is how many. */
static const struct sent *conflicting(const struct scene *s, uint32_t *bytes)
{
	const uint32_t steps = sent_steps(s->flow, s->side);
	const struct sent *sent = sent_last(s->analyzer, s->flow, s->side);
	for (uint32_t i = 0; sent && i < steps; i++) {
		if (elapsed(sent->time, s->now) > MEMORY)
			return NULL;
		*bytes = sent_conflict(sent, s->seg);
		if (*bytes)
			return sent;
		if (sent->is & SENT_AHEAD && !seq_after(sent->seq, s->seg->seq))
			return NULL;
		sent = sent_before(s->analyzer, s->flow, s->side, sent);
	}
	return NULL;
}

/* The one octet of a keepalive may be any (RFC 9293 3.8.4). */
static bool overlaps(const struct scene *s)
{
	const struct end *snd = sender(s);
	const bool may_be_any = s->seg->payload_len == 1 && s->j->after == snd->nxt;
	return s->j->sound && s->j->own && !s->j->copy && s->seg->payload_len &&
		!(s->j->facts & PROBES) && !may_be_any && snd->has & HAS_SEGMENT &&
		seq_before(s->seg->seq, snd->nxt);
}

static bool detect_overlap_differs(const struct scene *s, struct fw_finding *f)
{
	uint32_t bytes;
	const struct sent *sent = overlaps(s) ? conflicting(s, &bytes) : NULL;
	if (!sent)
		return false;
	finding_cite(f, sent_number(sent, s->seg->number));
	finding_give(f, FW_EVIDENCE_other, (int64_t)sent_number(sent, s->seg->number));
	finding_give(f, FW_EVIDENCE_bytes, bytes);
	finding_give(f, FW_EVIDENCE_wait, elapsed(sent->time, s->now));
	if (sent->ttl != s->seg->ttl) {
		finding_give(f, FW_EVIDENCE_ttl, s->seg->ttl);
		finding_give(f, FW_EVIDENCE_usual_ttl, sent->ttl);
	}
	finding_reject(f, FW_REASON_not_damaged_both_sound);
	finding_allow(f, FW_REASON_rewritten);
	return true;
}

/* A bare ACK stands at its sender's SND.NXT (RFC 9293 3.10.4): what lies beyond, and came over
 * another number of hops, is somebody else's. */
static bool detect_foreign_data(const struct scene *s, struct fw_finding *f)
{
	const struct end *snd = sender(s);
	const bool later = snd->has & HAS_TS && s->seg->opt.have & FW_OPT_TIMESTAMPS &&
		seq_after(s->seg->opt.tsval, snd->tsval);
	if (!is_deed(s) || s->j->len || s->j->facts & PROBES || snd->has & HAS_FIN ||
		!(snd->has & HAS_SEGMENT) || !seq_before(s->seg->seq, snd->nxt) ||
		!(later || left_later(s)))
		return false;
	const struct sent *sent = sent_find(s->analyzer, s->flow, s->side, s->seg->seq);
	if (!sent || sent->seq != s->seg->seq || sent->ttl == s->seg->ttl)
		return false;
	finding_cite(f, sent_number(sent, s->seg->number));
	finding_give(f, FW_EVIDENCE_other, (int64_t)sent_number(sent, s->seg->number));
	finding_give(f, FW_EVIDENCE_bytes, sent->len);
	finding_give(f, FW_EVIDENCE_ttl, sent->ttl);
	finding_give(f, FW_EVIDENCE_usual_ttl, s->seg->ttl);
	return true;
}

/* A copy of what was acknowledged so long ago that its sender can't have meant it. A single octet
 * may be a keepalive's. */
static bool detect_old_duplicate(const struct scene *s, struct fw_finding *f)
{
	const struct sent *sent = s->seg->payload_len > 1
		? sent_find(s->analyzer, s->flow, s->side, s->seg->seq)
		: NULL;
	const int64_t age = sent ? elapsed(sent->time, s->now) : 0;
	if (age < OLD || age < OLD_ROUND_TRIPS * resend_round_trip(s->flow) ||
		sent->seq != s->seg->seq || sent->len != s->j->len ||
		!(receiver(s)->has & HAS_ACK) || seq_after(s->j->after, receiver(s)->ack))
		return false;
	finding_cite(f, sent_number(sent, s->seg->number));
	finding_give(f, FW_EVIDENCE_other, (int64_t)sent_number(sent, s->seg->number));
	finding_give(f, FW_EVIDENCE_bytes, s->seg->payload_len);
	finding_give(f, FW_EVIDENCE_wait, age);
	return true;
}

static bool detect_urgent_data(const struct scene *s, struct fw_finding *f)
{
	(void)f;
	return is_deed(s) && s->seg->flags & FW_URG && s->seg->urgent &&
		!(s->j->facts & FW_FACT_retransmission);
}

const struct detector detect_stream[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	{when, detect_##id, FW_CODE_##id, FW_##severity},
#include "finwait/anomalies/stream.def"
#undef ANOMALY
	{0},
};
