/* What was sent again, overtaken or copied. */
#include "detect.h"

#include "count.h"
#include "recovery.h"
#include "resend.h"

#define TIMEOUTS  3  /* in a row, of the same data, are no chance any more */
#define FEW       10 /* resends from which on a share of them means something */
#define MANY_ACKS 32 /* duplicate ones, before it is asked whether anything can have caused them */

/* Is the finding told, after COUNT of its kind? Only then it is worth looking for the original. */
static bool is_told(uint64_t count)
{
	return ((count + 1) & count) == 0;
}

static bool is_payload(const struct scene *s)
{
	return s->seg->payload_len && !(s->seg->flags & FW_SYN);
}

static uint64_t resends(const struct scene *s)
{
	const struct trouble *t = flow_trouble(s->flow, s->side);
	return t ? t->retransmitted_packets : 0;
}

/* Which packet had it first, and how long ago it was sent last. */
static void give_original(const struct scene *s, struct fw_finding *f)
{
	const struct sent *first = sent_first(s->analyzer, s->flow, s->side, s->seg->seq);
	const struct sent *last = sent_find(s->analyzer, s->flow, s->side, s->seg->seq);
	if (last)
		finding_give(f, FW_EVIDENCE_wait, elapsed(last->time, s->now));
	if (first)
		finding_give(f, FW_EVIDENCE_original, (int64_t)sent_number(first, s->seg->number));
}

static void give_round_trip(const struct scene *s, struct fw_finding *f)
{
	if (resend_round_trip(s->flow))
		finding_give(f, FW_EVIDENCE_rtt, resend_round_trip(s->flow));
}

static uint32_t dup_acks(const struct scene *s)
{
	const struct recovery *r = recovery_of(s->flow, s->side);
	return r ? r->told.dup_acks : 0;
}

/* Where it was lost, as far as the capture tells. */
static void say_where(const struct scene *s, struct fw_finding *f)
{
	const uint32_t facts = s->j->facts;
	if (facts & FW_FACT_retransmission_spurious)
		return;
	if (facts & FW_FACT_unseen_original) {
		finding_allow(f, FW_REASON_lost_before);
		finding_allow(f, FW_REASON_capture_lost);
		return;
	}
	finding_allow(f, FW_REASON_lost_behind);
	if (facts & (FW_FACT_retransmission_timeout | FW_FACT_tail_loss_probe))
		finding_allow(f, FW_REASON_answer_lost);
}

/* A FIN alone has none. */
static void give_payload(const struct scene *s, struct fw_finding *f)
{
	if (s->seg->payload_len)
		finding_give(f, FW_EVIDENCE_bytes, s->seg->payload_len);
}

/* All that findings on resends rest on. */
static void give_resend(const struct scene *s, struct fw_finding *f)
{
	give_payload(s, f);
	if (is_told(resends(s)) || f->severity != FW_INFO)
		give_original(s, f);
	give_round_trip(s, f);
	finding_give(f, FW_EVIDENCE_dup_acks, dup_acks(s));
	say_where(s, f);
}

static bool detect_retransmission_timeout(const struct scene *s, struct fw_finding *f)
{
	const struct recovery *r = recovery_of(s->flow, s->side);
	const uint32_t times = (r ? r->timeouts : 0) + 1;
	const bool first = !seq_after(s->seg->seq, receiver(s)->ack);
	if (!is_payload(s))
		return false;
	if (times < TIMEOUTS || !first)
		f->severity = FW_INFO;
	give_resend(s, f);
	if (first && times > 1)
		finding_give(f, FW_EVIDENCE_times, times);
	finding_reject(f, dup_acks(s) < 3 ? FW_REASON_few_dup_acks : FW_REASON_late_for_dup_acks);
	return true;
}

static bool detect_retransmission_fast(const struct scene *s, struct fw_finding *f)
{
	if (!is_payload(s))
		return false;
	give_resend(s, f);
	finding_reject(f, FW_REASON_too_soon_for_timeout);
	return true;
}

static bool detect_retransmission_sack(const struct scene *s, struct fw_finding *f)
{
	if (!is_payload(s))
		return false;
	give_resend(s, f);
	finding_reject(f, FW_REASON_too_soon_for_timeout);
	return true;
}

static bool detect_tail_loss_probe(const struct scene *s, struct fw_finding *f)
{
	if (!is_payload(s))
		return false;
	give_resend(s, f);
	if (!seq_after(s->seg->seq, receiver(s)->ack))
		finding_allow(f, FW_REASON_timeout_as_well);
	return true;
}

/* The peer had all of it when it passed. */
static bool is_known_at_once(const struct scene *s, struct fw_finding *f)
{
	const struct end *rcv = receiver(s);
	if (!is_payload(s) && !(s->seg->flags & FW_FIN))
		return false;
	give_payload(s, f);
	give_original(s, f);
	finding_reject(f,
		seq_after(s->j->after, rcv->ack) ? FW_REASON_sacked_before
						 : FW_REASON_acknowledged_before);
	return true;
}

static enum fw_reason why_needless(const struct scene *s, const struct resend *resend)
{
	if (s->j->facts & FW_FACT_dsack)
		return FW_REASON_told_twice;
	return s->seg->opt.have & FW_OPT_TIMESTAMPS && seq_before(s->seg->opt.tsecr, resend->tsval)
		? FW_REASON_echoes_original
		: FW_REASON_answered_too_soon;
}

static bool detect_retransmission_spurious(const struct scene *s, struct fw_finding *f)
{
	if (s->j->facts & FW_FACT_retransmission_spurious)
		return is_known_at_once(s, f);
	const struct resend *resend = recovery_exposed(s->flow, s->side, s->seg, s->j);
	if (!resend)
		return false;
	f->side = (enum fw_side) !s->side;
	finding_begin(f, resend->packet, resend->time);
	finding_give(f, FW_EVIDENCE_bytes, resend->right - resend->left);
	finding_give(f, FW_EVIDENCE_told_by, (int64_t)s->seg->number);
	finding_give(f, FW_EVIDENCE_answered, elapsed(resend->time, s->now));
	finding_reject(f, why_needless(s, resend));
	return true;
}

static bool detect_retransmission_unseen_original(const struct scene *s, struct fw_finding *f)
{
	give_payload(s, f);
	finding_allow(f, FW_REASON_capture_lost);
	finding_reject(f, FW_REASON_sent_later);
	return true;
}

static bool detect_fast_open_resend(const struct scene *s, struct fw_finding *f)
{
	finding_give(f, FW_EVIDENCE_bytes, s->seg->payload_len);
	give_original(s, f);
	finding_reject(f, FW_REASON_not_lost_syn_taken);
	return true;
}

static bool is_told_by_icmp(const struct scene *s)
{
	const struct trouble *t = flow_trouble(s->flow, s->side);
	return t && t->icmp_count && t->icmp == FW_ICMP_fragmentation_needed;
}

static void give_sizes(const struct scene *s, struct fw_finding *f)
{
	const struct sent *last = sent_find(s->analyzer, s->flow, s->side, s->seg->seq);
	finding_give(f, FW_EVIDENCE_bytes, s->seg->payload_len);
	if (last)
		finding_give(f, FW_EVIDENCE_bytes_before, sent_payload(last));
	give_original(s, f);
}

static bool detect_path_mtu_resend(const struct scene *s, struct fw_finding *f)
{
	if (!is_told_by_icmp(s))
		return false;
	const struct trouble *t = flow_trouble(s->flow, s->side);
	give_sizes(s, f);
	finding_give(f, FW_EVIDENCE_mtu, t->icmp_mtu);
	finding_give(f, FW_EVIDENCE_told_by, (int64_t)t->icmp_packet);
	return true;
}

static bool detect_path_mtu_black_hole(const struct scene *s, struct fw_finding *f)
{
	if (is_told_by_icmp(s))
		return false;
	give_sizes(s, f);
	finding_give(f, FW_EVIDENCE_times, recovery_of(s->flow, s->side)->timeouts);
	finding_allow(f, FW_REASON_plain_loss_of_large);
	return true;
}

static bool detect_reordering(const struct scene *s, struct fw_finding *f)
{
	const struct trouble *t = flow_trouble(s->flow, s->side);
	if (!s->j->len)
		return false;
	give_payload(s, f);
	const struct sent *ahead = is_told(t ? t->out_of_order_packets : 0)
		? resend_overtaker(s->analyzer, s->flow, s->side, s->j)
		: NULL;
	if (ahead) {
		finding_give(f, FW_EVIDENCE_wait, elapsed(ahead->time, s->now));
		finding_give(
			f, FW_EVIDENCE_overtaken_by, (int64_t)sent_number(ahead, s->seg->number));
	}
	give_round_trip(s, f);
	finding_reject(f, FW_REASON_not_resent);
	return true;
}

/* A copy carries the numbers of its original. */
static bool detect_duplicate_network(const struct scene *s, struct fw_finding *f)
{
	if (is_payload(s))
		give_original(s, f);
	finding_reject(f, FW_REASON_same_identification);
	return true;
}

static bool detect_duplicate_capture(const struct scene *s, struct fw_finding *f)
{
	if (is_payload(s))
		give_original(s, f);
	finding_reject(f, FW_REASON_same_identification);
	finding_allow(f, FW_REASON_network_at_once);
	return true;
}

static bool is_again(const struct scene *s)
{
	return s->j->facts & FW_FACT_retransmission;
}

static int64_t syns_with_this(const struct scene *s)
{
	return (int64_t)count_syn_packets(s->flow, s->side) + 1;
}

static bool detect_syn_retransmission(const struct scene *s, struct fw_finding *f)
{
	if (!is_syn(s->seg) || !is_again(s))
		return false;
	give_original(s, f);
	finding_give(f, FW_EVIDENCE_syns, syns_with_this(s));
	finding_allow(f, FW_REASON_syn_dropped);
	return true;
}

static bool detect_syn_ack_retransmission(const struct scene *s, struct fw_finding *f)
{
	if (!is_syn_ack(s->seg) || !is_again(s))
		return false;
	give_original(s, f);
	finding_give(f, FW_EVIDENCE_syn_acks, syns_with_this(s));
	if (s->j->facts & FW_FACT_retransmission_spurious)
		finding_allow(f, FW_REASON_full_backlog);
	return true;
}

static bool detect_fin_retransmission(const struct scene *s, struct fw_finding *f)
{
	if (!is_again(s) || !(s->seg->flags & FW_FIN) || s->seg->payload_len)
		return false;
	give_original(s, f);
	give_round_trip(s, f);
	say_where(s, f);
	return true;
}

/* How many segments of the peer can have caused duplicate ACKs; UINT32_MAX where there are more
 * than one can look at. */
static uint32_t causes(const struct scene *s)
{
	const struct sent *sent = sent_last(s->analyzer, s->flow, !s->side);
	uint32_t count = 0;
	while (sent && count < SENT_STEPS) {
		if (sent->is & SENT_AHEAD && seq_before(sent->seq, s->seg->ack))
			return count + 1;
		sent = sent_before(s->analyzer, s->flow, !s->side, sent);
		count++;
	}
	return sent ? UINT32_MAX : count;
}

static bool detect_duplicate_ack_storm(const struct scene *s, struct fw_finding *f)
{
	const struct recovery *r = recovery_of(s->flow, !s->side);
	const uint32_t count = r ? r->told.dup_acks : 0;
	if (count + 1 < MANY_ACKS || !is_told(count) || !(sender(s)->has & HAS_ACK))
		return false;
	const uint32_t caused = causes(s);
	if (caused > (count + 1) / 2)
		return false;
	finding_give(f, FW_EVIDENCE_acks, count + 1);
	finding_give(f, FW_EVIDENCE_segments, caused);
	finding_reject(f, FW_REASON_not_loss_fewer_segments);
	return true;
}

static bool detect_loss_heavy(const struct scene *s, struct fw_finding *f)
{
	const struct trouble *t = flow_trouble(s->flow, s->side);
	const uint64_t data = count_data_packets(s->flow, s->side);
	if (!t || !data)
		return false;
	const uint64_t due = t->resent_timeout + t->resent_fast + t->resent_sack + t->resent_probe;
	const uint64_t lost = due > t->resent_spurious ? due - t->resent_spurious : 0;
	if (lost < FEW || lost * 1000 < data * (uint64_t)limit(s, FW_THRESHOLD_loss))
		return false;
	finding_give(f, FW_EVIDENCE_segments, (int64_t)lost);
	finding_give(f, FW_EVIDENCE_share, lost < data ? (int64_t)(lost * 1000 / data) : 1000);
	if (t->resent_unseen)
		finding_give(f, FW_EVIDENCE_unseen, (int64_t)t->resent_unseen);
	if (t->resent_unseen < lost)
		finding_allow(f, FW_REASON_lost_behind);
	if (t->resent_unseen)
		finding_allow(f, FW_REASON_lost_before);
	return true;
}

const struct detector detect_resends[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	{when, detect_##id, FW_CODE_##id, FW_##severity},
#include "finwait/anomalies/resends.def"
#undef ANOMALY
	{0},
};
