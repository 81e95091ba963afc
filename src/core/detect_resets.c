/* Resets: what caused them, and whether they hold. */
#include "detect.h"

#include "count.h"
#include "doubt.h"
#include "measure.h"

#define STALE     1000000000LL /* ns; nobody takes longer to answer what comes to no connection */
#define ATTEMPTS  2            /* that went unanswered before an end gave up */
#define HOPS      4            /* by how much the way of one connection may change */
#define MEASURED  2000000LL    /* ns; shorter round trips say nothing of who may have answered */
#define SUSPICION 2            /* signs that are enough */

static bool is_reset(const struct scene *s)
{
	return s->seg && s->seg->flags & FW_RST && !s->j->copy;
}

static const struct trouble *trouble_of(const struct scene *s, int side)
{
	return flow_trouble(s->flow, side);
}

/* Data of the receiver that never reached the program of the reset's sender. The reset of one who
 * has closed may acknowledge what it throws away. */
static uint32_t lost(const struct scene *s)
{
	const struct end *snd = sender(s), *rcv = receiver(s);
	if (!(snd->has & HAS_ACK))
		return 0;
	const bool says = s->seg->flags & FW_ACK && !(snd->has & HAS_FIN) &&
		seq_after(s->seg->ack, snd->ack) && !seq_after(s->seg->ack, rcv->nxt);
	return end_outstanding(rcv, says ? s->seg->ack : snd->ack);
}

static uint32_t unacked(const struct scene *s)
{
	return receiver(s)->has & HAS_ACK ? end_outstanding(sender(s), receiver(s)->ack) : 0;
}

/* RFC 9293 3.10.7.1: without ACK, at the number that what it answers has acknowledged. Who has
 * acknowledged all that came has answered it already, unless something came since. */
static bool is_answer(const struct scene *s)
{
	const struct end *snd = sender(s), *rcv = receiver(s);
	if (s->seg->flags & FW_ACK || !(rcv->has & HAS_SEGMENT) ||
		since(rcv->last_at, s->now) > STALE + doubt_window(s->flow, s->side))
		return false;
	const int64_t later = since(snd->last_at, s->now) - since(rcv->last_at, s->now);
	return s->seg->seq != snd->nxt || !(snd->has & HAS_ACK) || snd->ack != rcv->nxt ||
		later > 0 || (later == 0 && !s->seg->window);
}

static bool was_closed(const struct scene *s)
{
	return s->was[s->side] == FW_CLOSED;
}

/* The SYN was all that there was of the receiver. */
static bool refuses(const struct scene *s)
{
	const struct end *snd = sender(s), *rcv = receiver(s);
	return !(snd->has & HAS_SEGMENT) && rcv->has & HAS_ISS && !(rcv->has & HAS_ACK) &&
		!(rcv->has & HAS_SYN_ACK);
}

/* Its SYN on the live connection was challenged, and this is the answer. */
static bool recovers(const struct scene *s)
{
	const struct trouble *t = trouble_of(s, s->side);
	return t && t->challenge && !(s->seg->flags & FW_ACK) && s->seg->seq == t->challenged;
}

/* It answers what the peer had acknowledged before it challenged the SYN. */
static bool answers_before_challenge(const struct scene *s)
{
	const struct trouble *t = trouble_of(s, s->side);
	return t && t->challenge && t->strangers && !(s->seg->flags & FW_ACK) &&
		seq_before(s->seg->seq, t->challenged) &&
		since(receiver(s)->last_at, s->now) < STALE;
}

/* The first that the client says after the SYN,ACK. */
static bool rejects_syn_ack(const struct scene *s)
{
	return receiver(s)->has & HAS_SYN_ACK && sender(s)->has & HAS_ISS &&
		!(sender(s)->has & (HAS_ACK | HAS_SYN_ACK));
}

/* The first that the server says after its SYN,ACK, and soon after that was answered. */
static bool denies_handshake(const struct scene *s)
{
	const struct end *snd = sender(s), *rcv = receiver(s);
	return is_answer(s) && snd->has & HAS_SYN_ACK && snd->nxt == snd->iss + 1 &&
		since(rcv->last_at, s->now) <= since(snd->last_at, s->now) &&
		since(snd->last_at, s->now) < 4 * doubt_window(s->flow, s->side) &&
		since(rcv->last_at, s->now) < 2 * doubt_window(s->flow, s->side) &&
		count_packets(s->flow, s->side) == count_syn_packets(s->flow, s->side);
}

/* Those are the handshake's, see detect_handshake.c. */
static bool is_of_handshake(const struct scene *s)
{
	return refuses(s) || recovers(s) || rejects_syn_ack(s) || denies_handshake(s);
}

static bool is_alone(const struct scene *s)
{
	return !((sender(s)->has | receiver(s)->has) & HAS_SEGMENT);
}

static bool is_afterwards(const struct scene *s)
{
	if (sender(s)->has & HAS_RST && s->flow->has & FLOW_RESET)
		return false;
	return s->j->afterwards ||
		((sender(s)->has & receiver(s)->has & HAS_FIN) && !lost(s) && !unacked(s) &&
			!(is_answer(s) && s->was[s->side] == FW_FIN_WAIT_2));
}

static bool answers_unacceptable(const struct scene *s)
{
	const struct end *snd = sender(s);
	if (answers_before_challenge(s))
		return true;
	return !(s->seg->flags & FW_ACK) && snd->has & HAS_ISS && !(snd->has & HAS_ACK) &&
		s->seg->seq != snd->nxt && receiver(s)->has & HAS_SEGMENT && !recovers(s);
}

static bool gives_up(const struct scene *s)
{
	const struct trouble *t = trouble_of(s, s->side);
	return t && t->repeats >= ATTEMPTS && receiver(s)->has & HAS_SEGMENT &&
		t->silent_since == receiver(s)->last_at &&
		since(receiver(s)->last_at, s->now) > doubt_window(s->flow, s->side);
}

static bool is_answer_of_the_gone(const struct scene *s)
{
	return is_answer(s) &&
		(was_closed(s) || !(sender(s)->has & HAS_SEGMENT) || sender(s)->has & HAS_RST);
}

/* What has no ACK is answered by <SEQ=0><ACK=SEG.SEQ+SEG.LEN>. */
static bool answers_without_ack(const struct scene *s)
{
	return !(sender(s)->has & HAS_SEGMENT) && receiver(s)->has & HAS_SEGMENT &&
		!(receiver(s)->has & HAS_ACK);
}

/* A reset by its own deed may cross another. */
static bool is_through(const struct scene *s)
{
	return was_closed(s) && (!(s->seg->flags & FW_ACK) || sender(s)->has & HAS_RST);
}

static bool is_stray(const struct scene *s)
{
	return is_through(s) || is_answer_of_the_gone(s) || answers_without_ack(s);
}

/* It answers what came before the latest: of several segments to a connection that is gone, each is
 * reset where it acknowledged. */
static bool is_late_stray(const struct scene *s)
{
	const struct end *snd = sender(s), *rcv = receiver(s);
	return was_closed(s) && snd->has & HAS_RST && !(s->seg->flags & FW_ACK) &&
		rcv->has & HAS_ACK &&
		seq_in(s->seg->seq, snd->has & HAS_ISS ? snd->iss : rcv->ack, rcv->ack) &&
		since(rcv->last_at, s->now) < STALE + doubt_window(s->flow, s->side);
}

static bool meets_data_after_fin(const struct scene *s)
{
	return sender(s)->has & HAS_FIN && lost(s);
}

/* The peer's data came before the reset that it sent behind them. */
static bool meets_data_before_reset(const struct scene *s)
{
	return meets_data_after_fin(s) && is_answer(s) && !(sender(s)->has & HAS_RST) &&
		receiver(s)->has & HAS_RST && was_closed(s);
}

static bool is_gone(const struct scene *s)
{
	return sender(s)->has & HAS_FIN && is_answer(s);
}

static bool has_closed(const struct scene *s)
{
	return sender(s)->has & HAS_FIN;
}

/* It has received data since it sent its own last. */
static bool is_unanswered(const struct scene *s)
{
	return receiver(s)->has & HAS_DATA && flow_data_by(s->flow) == !s->side;
}

/* Who has read all may have done so without an answer; but not of what is still coming, nor, as
 * most programs are, who has answered nothing at all, or not the last before the peer's FIN. A
 * window that opens with the reset is that of a buffer thrown away. */
static bool is_unread(const struct scene *s)
{
	const struct end *snd = sender(s);
	const bool coming = snd->has & HAS_ACK && end_outstanding(receiver(s), snd->ack);
	const bool frees = s->seg->flags & FW_ACK && s->seg->window > snd->window;
	return is_unanswered(s) &&
		(coming || frees || !(snd->has & HAS_DATA) || s->was[s->side] == FW_CLOSE_WAIT);
}

static bool always(const struct scene *s)
{
	(void)s;
	return true;
}

/* The first that holds is the cause. */
static const struct {
	uint8_t code; /* FW_CODE_COUNT where others have it */
	bool (*holds)(const struct scene *s);
} causes[] = {
	{FW_CODE_reset_alone, is_alone},
	{FW_CODE_reset_unacceptable_ack, answers_unacceptable},
	{FW_CODE_COUNT, is_of_handshake},
	{FW_CODE_reset_after_close, is_afterwards},
	{FW_CODE_reset_data_after_close, meets_data_before_reset},
	{FW_CODE_reset_stray, is_stray},
	{FW_CODE_reset_timeout, gives_up},
	{FW_CODE_reset_data_after_close, meets_data_after_fin},
	{FW_CODE_reset_gone, is_gone},
	{FW_CODE_reset_after_fin, has_closed},
	{FW_CODE_reset_half_open, is_answer},
	{FW_CODE_reset_unread_data, is_unread},
	{FW_CODE_reset_abort, always},
};

static bool is_ignored(const struct scene *s)
{
	const struct judgement *j = s->j;
	return !j->rst_accepted && !(j->facts & FW_FACT_reset_challenged) &&
		(!j->own || j->facts & FW_FACT_reset_ignored);
}

/* A reset by its own deed has its sender's options and its place among the sender's packets; an
 * answer of a TCP that has no connection has neither. */
static int signs_of_header(const struct scene *s)
{
	const struct end *snd = sender(s);
	const struct fw_segment *seg = s->seg;
	int signs = 0;
	if (!(seg->flags & FW_ACK))
		return 0;
	if (snd->has & HAS_TS && !(seg->opt.have & FW_OPT_TIMESTAMPS))
		signs++;
	const int16_t step = (int16_t)((uint16_t)seg->ip_id - snd->ip_id);
	if (snd->has & HAS_IP_ID && seg->ip_id && (step >= ID_STEP || step <= -ID_STEP))
		signs++;
	return signs;
}

static bool is_other_ttl(const struct scene *s)
{
	const struct tally *t = &s->flow->tally[s->side];
	return s->seg->ttl > t->ttl_max || s->seg->ttl < t->ttl_min;
}

/* Hops that a packet has made: they begin with 64, 128 or 255. */
static int hops(int ttl)
{
	return (ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255) - ttl;
}

/* By how much its way differs, in hops and in the number it arrives with, from those of segments
 * before: what answers for a connection that is gone may begin with another number. */
static int hops_off(const struct scene *s)
{
	const struct tally *t = &s->flow->tally[s->side];
	const int ttl = s->seg->ttl, usual = ttl > t->ttl_max ? t->ttl_max : t->ttl_min;
	const int off = hops(ttl) - hops(usual), raw = ttl - usual;
	const int least = off < 0 ? -off : off, other = raw < 0 ? -raw : raw;
	return least < other ? least : other;
}

static int signs_of_ttl(const struct scene *s)
{
	return !is_other_ttl(s) ? 0 : hops_off(s) > HOPS ? 2 : 1;
}

/* It acknowledges, or answers, what can't have reached its sender yet. */
static int signs_of_haste(const struct scene *s)
{
	const struct end *snd = sender(s), *rcv = receiver(s);
	const int64_t rtt = (int64_t)s->flow->tally[!s->side].rtt_min * RTT_UNIT;
	const bool takes = s->seg->flags & FW_ACK && snd->has & HAS_ACK &&
		s->seg->ack == rcv->nxt && seq_after(s->seg->ack, snd->ack);
	return takes && rtt > MEASURED && since(rcv->last_at, s->now) < rtt / 4 ? 2 : 0;
}

/* The other end was reset as well before it can have heard of that. */
static int signs_of_a_pair(const struct scene *s)
{
	const struct trouble *peer = trouble_of(s, !s->side);
	return receiver(s)->has & HAS_RST && s->seg->flags & FW_ACK && peer && peer->rst_deed &&
		since(receiver(s)->last_at, s->now) < doubt_window(s->flow, s->side);
}

/* The way of packets changes now and then, and both ends may abort at once: that alone is none. */
static int signs_of(const struct scene *s)
{
	const int ttl = signs_of_ttl(s), weak = (ttl == 1) + signs_of_a_pair(s);
	const int strong = (ttl > 1 ? ttl : 0) + signs_of_header(s) + signs_of_haste(s);
	return strong ? strong + weak : 0;
}

/* Is this the cause? Where another device may have sent the reset it explains little. */
static bool is_caused_by(const struct scene *s, struct fw_finding *f)
{
	if (!is_reset(s))
		return false;
	if (!s->j->own)
		return answers_unacceptable(s) ? f->code == FW_CODE_reset_unacceptable_ack
					       : f->code == FW_CODE_reset_stray && is_late_stray(s);
	size_t i = 0;
	while (!causes[i].holds(s))
		i++;
	if (causes[i].code != f->code)
		return false;
	if (signs_of(s) >= SUSPICION) {
		f->severity = FW_INFO;
		finding_allow(f, FW_REASON_forged_as_well);
	}
	return true;
}

/* What the end of the connection cost. True if it did. */
static bool tell_losses(const struct scene *s, struct fw_finding *f)
{
	const uint32_t theirs = lost(s), own = unacked(s);
	if (theirs)
		finding_give(f, FW_EVIDENCE_lost, theirs);
	if (own)
		finding_give(f, FW_EVIDENCE_unacked, own);
	if (since(receiver(s)->last_at, s->now) < STALE)
		finding_cite(f, s->flow->last_packet);
	return theirs || own;
}

/* How long ago its FIN passed, where that is in the capture. */
static void tell_fin(const struct scene *s, struct fw_finding *f)
{
	const int64_t ago = since(sender(s)->fin_at, s->now);
	if (sender(s)->fin_at && ago >= LEAST_TOLD)
		finding_give(f, FW_EVIDENCE_wait, ago);
}

static void lower_unless(struct fw_finding *f, bool harm)
{
	if (!harm)
		f->severity = FW_INFO;
}

static bool detect_reset_data_after_close(const struct scene *s, struct fw_finding *f)
{
	if (!is_caused_by(s, f))
		return false;
	tell_losses(s, f);
	const struct trouble *peer = trouble_of(s, !s->side);
	if (peer && peer->alert && peer->alert == lost(s)) {
		f->severity = FW_INFO;
		finding_allow(f, FW_REASON_tls_alert);
	}
	return true;
}

/* Aborts are told by their own deeds only: what made the program do so is not on the wire. */
static bool detect_reset_unread_data(const struct scene *s, struct fw_finding *f)
{
	if (!is_caused_by(s, f))
		return false;
	lower_unless(f, tell_losses(s, f) || !(sender(s)->has & HAS_DATA));
	finding_allow(f, FW_REASON_linger_as_well);
	finding_reject(f, FW_REASON_not_an_answer);
	return true;
}

static bool detect_reset_abort(const struct scene *s, struct fw_finding *f)
{
	if (!is_caused_by(s, f))
		return false;
	lower_unless(f, tell_losses(s, f));
	const struct trouble *t = trouble_of(s, s->side);
	finding_allow(f, FW_REASON_linger_or_kill);
	if (t && t->repeats && t->repeated_at == sender(s)->last_at)
		finding_allow(f, FW_REASON_answers_lost);
	finding_allow(f, FW_REASON_middlebox_as_well);
	if (receiver(s)->has & HAS_DATA)
		finding_allow(f, FW_REASON_unread_as_well);
	else
		finding_reject(f, FW_REASON_no_unread_data);
	return true;
}

static bool detect_reset_after_fin(const struct scene *s, struct fw_finding *f)
{
	if (!is_caused_by(s, f))
		return false;
	tell_fin(s, f);
	lower_unless(f, tell_losses(s, f));
	return true;
}

static bool detect_reset_gone(const struct scene *s, struct fw_finding *f)
{
	if (!is_caused_by(s, f))
		return false;
	tell_fin(s, f);
	return true;
}

static bool detect_reset_after_close(const struct scene *s, struct fw_finding *f)
{
	return is_caused_by(s, f);
}

static bool detect_reset_timeout(const struct scene *s, struct fw_finding *f)
{
	if (!is_caused_by(s, f))
		return false;
	finding_give(f, FW_EVIDENCE_times, trouble_of(s, s->side)->repeats);
	finding_give(f, FW_EVIDENCE_duration, since(trouble_of(s, s->side)->repeats_at, s->now));
	if (unacked(s))
		finding_give(f, FW_EVIDENCE_unacked, unacked(s));
	return true;
}

static bool detect_reset_half_open(const struct scene *s, struct fw_finding *f)
{
	if (!is_caused_by(s, f))
		return false;
	tell_losses(s, f);
	finding_reject(f, FW_REASON_not_an_abort);
	if (measure_missing(s->flow, s->side)) {
		f->severity = FW_INFO;
		finding_allow(f, FW_REASON_close_not_captured);
	}
	return true;
}

static bool detect_reset_unacceptable_ack(const struct scene *s, struct fw_finding *f)
{
	return is_caused_by(s, f);
}

static bool detect_reset_stray(const struct scene *s, struct fw_finding *f)
{
	return is_caused_by(s, f);
}

static bool detect_reset_alone(const struct scene *s, struct fw_finding *f)
{
	return is_caused_by(s, f);
}

/* Octets from what the receiver expects next to the reset, either way. */
static void tell_distance(const struct scene *s, struct fw_finding *f)
{
	const int32_t off = seq_diff(s->seg->seq, receiver(s)->ack);
	if (receiver(s)->has & HAS_ACK && off)
		finding_give(f, FW_EVIDENCE_off, off > 0 ? off : -(int64_t)off);
}

static bool detect_reset_ignored(const struct scene *s, struct fw_finding *f)
{
	if (!is_reset(s) || !is_ignored(s) || answers_unacceptable(s) || recovers(s))
		return false;
	tell_distance(s, f);
	finding_allow(f, FW_REASON_forged);
	lower_unless(f,
		!s->j->own && !was_closed(s) && !end_is_done(receiver(s)) &&
			(receiver(s)->has & HAS_SEGMENT || sender(s)->has & HAS_ACK));
	return true;
}

static bool detect_reset_challenged(const struct scene *s, struct fw_finding *f)
{
	tell_distance(s, f);
	lower_unless(f, !was_closed(s) && !end_is_done(receiver(s)));
	return true;
}

static bool detect_challenge_ack(const struct scene *s, struct fw_finding *f)
{
	(void)s;
	(void)f;
	return true;
}

static bool goes_on(const struct scene *s, struct fw_finding *f)
{
	const struct trouble *t = trouble_of(s, s->side);
	if (s->was[s->side] != FW_CLOSED || sender(s)->state == FW_CLOSED || !t || !t->rst_packet ||
		!(sender(s)->has & HAS_ACK) || s->seg->flags & (FW_SYN | FW_RST))
		return false;
	finding_give(f, FW_EVIDENCE_wait, elapsed(t->rst_at, s->now));
	finding_begin(f, t->rst_packet, t->rst_at);
	finding_cite(f, s->seg->number);
	return true;
}

static bool detect_reset_injected(const struct scene *s, struct fw_finding *f)
{
	if (goes_on(s, f))
		return true;
	if (!is_reset(s) || !(sender(s)->has & HAS_ACK) || is_through(s) || signs_of(s) < SUSPICION)
		return false;
	if (signs_of_ttl(s)) {
		finding_give(f, FW_EVIDENCE_ttl, s->seg->ttl);
		const struct tally *t = &s->flow->tally[s->side];
		finding_give(f, FW_EVIDENCE_usual_ttl,
			s->seg->ttl > t->ttl_max ? t->ttl_max : t->ttl_min);
	}
	finding_give(f, FW_EVIDENCE_signs, signs_of(s));
	return true;
}

static bool detect_reset_with_text(const struct scene *s, struct fw_finding *f)
{
	if (!is_reset(s) || !s->seg->payload_len)
		return false;
	finding_give(f, FW_EVIDENCE_bytes, s->seg->payload_len);
	finding_quote(f, s->seg->payload, s->seg->payload_captured);
	return true;
}

const struct detector detect_resets[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	{when, detect_##id, FW_CODE_##id, FW_##severity},
#include "finwait/anomalies/resets.def"
#undef ANOMALY
	{0},
};
