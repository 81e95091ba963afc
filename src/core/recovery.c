/* Sequence numbers that were told by SACK, and what else an end knows of its losses. */
#include "recovery.h"

#include <stdlib.h>
#include <string.h>

#include "count.h"
#include "doubt.h"
#include "measure.h"
#include "sent.h"

static struct recovery *make(struct flow *flow, int side)
{
	struct trouble *trouble = measure_trouble(flow, side);
	if (!trouble || trouble->recovery)
		return trouble ? trouble->recovery : NULL;
	trouble->recovery = calloc(1, sizeof *trouble->recovery);
	if (trouble->recovery)
		trouble->recovery->told.una = flow->end[!side].ack;
	return trouble->recovery;
}

void recovery_free(struct flow *flow)
{
	if (!flow->trouble)
		return;
	free(flow->trouble[0].recovery);
	free(flow->trouble[1].recovery);
}

bool recovery_has(const struct recovery *recovery, uint32_t left, uint32_t right)
{
	for (int i = 0; recovery && i < recovery->ranges; i++)
		if (!seq_before(left, recovery->sacked[i].left) &&
			!seq_after(right, recovery->sacked[i].right))
			return true;
	return false;
}

/* Blocks that can be meant: of what the peer has sent and SEG does not acknowledge. */
static bool is_block(const struct flow *flow, int side, const struct fw_segment *seg, int i)
{
	const uint32_t left = seg->opt.sack[i].left, right = seg->opt.sack[i].right;
	const uint32_t nxt = flow->end[!side].nxt;
	return seq_after(right, left) && !seq_after(right, nxt) && seq_after(left, seg->ack) &&
		nxt - seg->ack >= right - seg->ack;
}

bool recovery_is_dsack(const struct fw_segment *seg)
{
	if (!(seg->opt.have & FW_OPT_SACK) || !seg->opt.sack_count)
		return false;
	const uint32_t left = seg->opt.sack[0].left, right = seg->opt.sack[0].right;
	if (!seq_after(right, left))
		return false;
	if (!seq_after(right, seg->ack))
		return true;
	return seg->opt.sack_count > 1 && !seq_before(left, seg->opt.sack[1].left) &&
		!seq_after(right, seg->opt.sack[1].right);
}

bool recovery_has_news(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct recovery *r = recovery_of(flow, !side);
	if (!(seg->opt.have & FW_OPT_SACK))
		return false;
	for (int i = recovery_is_dsack(seg); i < seg->opt.sack_count; i++)
		if (is_block(flow, side, seg, i) &&
			!recovery_has(r, seg->opt.sack[i].left, seg->opt.sack[i].right))
			return true;
	return false;
}

static void drop(struct recovery *r, int i)
{
	memmove(&r->sacked[i], &r->sacked[i + 1],
		(size_t)(r->ranges - i - 1) * sizeof r->sacked[0]);
	r->ranges--;
}

/* The usual: range I goes on, and does not meet the next. */
static bool grows_alone(const struct recovery *r, int i, uint32_t left, uint32_t right)
{
	return i < r->ranges && !seq_after(r->sacked[i].left, left) &&
		(i + 1 == r->ranges || seq_before(right, r->sacked[i + 1].left));
}

/* Takes in what touches it; without room the lowest is forgotten. */
static void add(struct recovery *r, uint32_t left, uint32_t right)
{
	int i = 0;
	while (i < r->ranges && seq_before(r->sacked[i].right, left))
		i++;
	if (grows_alone(r, i, left, right)) {
		r->sacked[i].right =
			seq_after(right, r->sacked[i].right) ? right : r->sacked[i].right;
		return;
	}
	while (i < r->ranges && !seq_after(r->sacked[i].left, right)) {
		left = seq_before(r->sacked[i].left, left) ? r->sacked[i].left : left;
		right = seq_after(r->sacked[i].right, right) ? r->sacked[i].right : right;
		drop(r, i);
	}
	if (r->ranges == RECOVERY_RANGES) {
		drop(r, 0);
		i -= i > 0;
	}
	memmove(&r->sacked[i + 1], &r->sacked[i], (size_t)(r->ranges - i) * sizeof r->sacked[0]);
	r->sacked[i] = (struct range){left, right};
	r->ranges++;
}

static void forget_below(struct recovery *r, uint32_t ack)
{
	while (r->ranges && !seq_after(r->sacked[0].right, ack))
		drop(r, 0);
	if (r->ranges && seq_before(r->sacked[0].left, ack))
		r->sacked[0].left = ack;
}

#define SAMPLES 4 /* of a round trip, from which on the shortest is taken for the way itself */

/* Nothing is there and back in less than half of the shortest time so far; or a quarter, where that
 * may have been slowed down as well. */
static int64_t soonest(const struct flow *flow, int side)
{
	const uint64_t samples = count_rtt_samples(flow, side);
	const int64_t shortest = samples ? (int64_t)flow->tally[side].rtt_min * RTT_UNIT : 0;
	return samples < SAMPLES ? shortest / 4 : shortest / 2;
}

/* Is RESEND acknowledged, or told of by SACK, for the first time by SEG of end SIDE? */
static bool covers(const struct flow *flow, int side, const struct fw_segment *seg,
	const struct judgement *j, const struct resend *resend)
{
	if (j->ack_fresh && !seq_before(seg->ack, resend->right) &&
		seq_before(flow->end[side].ack, resend->right))
		return true;
	if (!(seg->opt.have & FW_OPT_SACK) ||
		recovery_has(recovery_of(flow, !side), resend->left, resend->right))
		return false;
	for (int i = recovery_is_dsack(seg); i < seg->opt.sack_count; i++)
		if (is_block(flow, side, seg, i) &&
			!seq_after(seg->opt.sack[i].left, resend->left) &&
			!seq_before(seg->opt.sack[i].right, resend->right))
			return true;
	return false;
}

/* RFC 3522: what filled the gap was sent before the resend, as the echoed time stamp tells. Only
 * of the octet that was due next (RFC 7323 4.3). */
static bool echoes_original(const struct flow *flow, int side, const struct fw_segment *seg,
	const struct resend *resend)
{
	return resend->facts & FW_FACT_retransmission && seg->opt.have & FW_OPT_TIMESTAMPS &&
		resend->tsval && seq_before(seg->opt.tsecr, resend->tsval) &&
		seq_in(flow->end[side].ack, resend->left, resend->right) &&
		!seq_before(seg->ack, resend->right);
}

/* All of it: what is told twice may be a part. */
static bool is_told_twice(const struct fw_segment *seg, const struct resend *resend)
{
	return !seq_after(seg->opt.sack[0].left, resend->left) &&
		!seq_before(seg->opt.sack[0].right, resend->right);
}

static struct resend *exposed(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct recovery *r = recovery_of(flow, !side);
	if (!r || !r->open || !j->ack_own || j->copy)
		return NULL;
	const bool dsack = recovery_is_dsack(seg);
	if (!dsack && !j->ack_fresh && !(seg->opt.have & FW_OPT_SACK))
		return NULL;
	const int64_t enough = soonest(flow, !side);
	const uint32_t count = r->resends < RECOVERY_RESENDS ? r->resends : RECOVERY_RESENDS;
	for (uint32_t i = 0; i < count; i++) {
		struct resend *resend = &r->resend[(r->resends - 1 - i) % RECOVERY_RESENDS];
		const bool soon = elapsed(resend->time, seg->time) < enough;
		if (!soon && !dsack && !j->ack_fresh)
			return NULL; /* nor is any that came before it */
		if (resend->facts & RESEND_SETTLED)
			continue;
		if (dsack && !soon && is_told_twice(seg, resend))
			return resend;
		if ((soon || echoes_original(flow, side, seg, resend)) &&
			covers(flow, side, seg, j, resend))
			return resend;
	}
	return NULL;
}

const struct resend *recovery_exposed(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	return exposed(flow, side, seg, j);
}

static void count_kind(struct trouble *t, uint32_t facts)
{
	t->resent_probe += !!(facts & FW_FACT_tail_loss_probe);
	t->resent_timeout += !!(facts & FW_FACT_retransmission_timeout);
	t->resent_fast += !!(facts & FW_FACT_retransmission_fast);
	t->resent_sack += !!(facts & FW_FACT_retransmission_sack);
	t->resent_spurious += !!(facts & FW_FACT_retransmission_spurious);
	t->resent_unseen += !!(facts & FW_FACT_unseen_original);
}

/* Notes the kind of what is sent again. Did a timer send it? */
static bool take_kind(
	struct recovery *r, const struct end *snd, const struct fw_segment *seg, uint32_t kind)
{
	const bool begins = r->told.phase == RECOVERY_NONE;
	if (kind & FW_FACT_tail_loss_probe) {
		r->probed = true;
		return true;
	}
	if (kind & FW_FACT_retransmission_timeout) {
		const bool first = !seq_after(seg->seq, r->told.una);
		const bool expired = first || r->told.phase != RECOVERY_TIMEOUT;
		r->timeouts += expired;
		r->point = first || begins ? snd->nxt : r->point;
		r->told.phase = RECOVERY_TIMEOUT;
		return expired;
	}
	if (kind && begins) {
		r->point = snd->nxt;
		r->told.phase = RECOVERY_FAST;
	}
	return false;
}

static void take_expiry(struct recovery *r, const struct sent *before, fw_time now)
{
	if (!before)
		return;
	const int64_t wait = elapsed(before->time, now);
	r->timer_min = r->expiries && r->timer_min < wait ? r->timer_min : wait;
	r->timer_max = r->timer_max > wait ? r->timer_max : wait;
	time_add(&r->timer_sum, wait);
	r->expiries++;
}

/* How often was the octet SEQ sent again, as far as is remembered? */
static uint32_t times_of(const struct recovery *r, uint32_t seq)
{
	const uint32_t count = r->resends < RECOVERY_RESENDS ? r->resends : RECOVERY_RESENDS;
	for (uint32_t i = 1; i <= count; i++) {
		const struct resend *resend = &r->resend[(r->resends - i) % RECOVERY_RESENDS];
		if (seq_in(seq, resend->left, resend->right))
			return resend->times;
	}
	return 0;
}

/* At TIME shows something that end SIDE lacks an acknowledgment. */
static void take_sign(const struct flow *flow, int side, struct recovery *r, fw_time time)
{
	if (r->sign_at)
		return;
	r->sign_at = time;
	r->sign_closed = window_shut_for(flow, !side, time);
}

static int64_t stall(const struct flow *flow, int side, fw_time now)
{
	const struct recovery *r = recovery_of(flow, side);
	const int64_t closed = window_shut_for(flow, !side, now) - r->sign_closed;
	const int64_t all = elapsed(r->sign_at, now);
	return closed < all ? all - (closed > 0 ? closed : 0) : 0;
}

/* SEG acknowledges more: all that was missing, or had to be sent again? */
static void end_stall(
	const struct flow *flow, int side, struct recovery *r, const struct fw_segment *seg)
{
	if (r->ranges || (r->stalls && seq_before(seg->ack, r->highest)))
		return;
	if (r->stalls)
		time_add(&r->stalled, stall(flow, side, seg->time));
	r->stalls = false;
	r->sign_at = 0;
}

int64_t recovery_stalled(const struct flow *flow, int side)
{
	const struct recovery *r = recovery_of(flow, side);
	int64_t stalled = r ? r->stalled : 0;
	if (r && r->stalls)
		time_add(&stalled, stall(flow, side, flow->last));
	return stalled;
}

/* SEG is sent again. A SYN says nothing of the recovery of data. */
static bool take_resend(const struct fw_analyzer *a, struct flow *flow, int side,
	const struct fw_segment *seg, const struct judgement *j)
{
	struct trouble *t = measure_trouble(flow, side);
	if (!t)
		return false;
	count_kind(t, j->facts);
	if (seg->flags & FW_SYN)
		return true;
	struct recovery *r = make(flow, side);
	if (!r)
		return false;
	const uint32_t known = j->facts & FW_FACT_retransmission_spurious ? RESEND_SETTLED : 0;
	const uint32_t times = times_of(r, seg->seq) + 1;
	t->resent_most = times > t->resent_most ? times : t->resent_most;
	r->resend[r->resends++ % RECOVERY_RESENDS] = (struct resend){
		.left = seg->seq,
		.right = j->after,
		.packet = seg->number,
		.time = seg->time,
		.tsval = seg->opt.have & FW_OPT_TIMESTAMPS ? seg->opt.tsval : 0,
		.facts = (j->facts & ~RESEND_SETTLED) | known,
		.times = times,
		.is_told = seg->opt.have & FW_OPT_TIMESTAMPS && flow->end[side].has & HAS_TS &&
			seq_after(seg->opt.tsval, flow->end[side].tsval),
	};
	if (!known) {
		take_sign(flow, side, r, flow->last);
		r->stalls = true;
	}
	if (!r->open || seq_after(j->after, r->highest))
		r->highest = j->after;
	r->open = true;
	if (take_kind(r, &flow->end[side], seg, j->facts & RESEND_KINDS))
		take_expiry(r, sent_find(a, flow, side, seg->seq), seg->time);
	return true;
}

/* SEG acknowledges more. What the sender knew before is kept while it may not know of that yet. A
 * Reno sender stays where it is until more than the point is acknowledged (RFC 6582 4). */
static void advance(struct recovery *r, const struct fw_segment *seg, int64_t window)
{
	if (!r->advance_at || elapsed(r->advance_at, seg->time) >= window)
		r->before = r->told;
	r->advance_at = seg->time;
	r->told.una = seg->ack;
	if (r->open && seq_after(seg->ack, r->highest))
		r->open = false;
	r->told.dup_acks = r->timeouts = 0;
	r->probed = false;
	forget_below(r, seg->ack);
	r->told.sack = r->ranges;
	if (r->told.phase == RECOVERY_NONE)
		return;
	r->told.news_at = seg->time;
	if (seq_after(seg->ack, r->point) || (r->sacks && seg->ack == r->point))
		r->told.phase = RECOVERY_NONE;
}

static void take_blocks(
	struct recovery *r, const struct flow *flow, int side, const struct fw_segment *seg)
{
	for (int i = recovery_is_dsack(seg); i < seg->opt.sack_count; i++)
		if (is_block(flow, side, seg, i))
			add(r, seg->opt.sack[i].left, seg->opt.sack[i].right);
	r->told.sack = r->sacks = true;
}

static void take_duplicate(struct recovery *r, uint32_t una)
{
	r->told.una = una;
	r->told.dup_acks++;
}

/* RFC 7323 4.1, 4.3: the time stamp that SEG echoes tells that it is this resend, and not what it
 * repeats, that filled the gap. So its time counts as that of any other. */
static void time_resend(
	struct flow *flow, int side, const struct fw_segment *seg, const struct recovery *r)
{
	struct end *snd = &flow->end[!side];
	const uint32_t count = r->resends < RECOVERY_RESENDS ? r->resends : RECOVERY_RESENDS;
	if (snd->has & HAS_TIMED || !(seg->opt.have & FW_OPT_TIMESTAMPS))
		return;
	for (uint32_t i = 1; i <= count; i++) {
		const struct resend *resend = &r->resend[(r->resends - i) % RECOVERY_RESENDS];
		if (!resend->is_told || resend->tsval != seg->opt.tsecr ||
			!seq_in(flow->end[side].ack, resend->left, resend->right) ||
			seq_before(seg->ack, resend->right))
			continue;
		snd->timed = resend->right;
		snd->timed_at = resend->time;
		snd->has |= HAS_TIMED;
		return;
	}
}

/* SEG tells its receiver what has arrived. */
static bool take_news(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const uint32_t signs = FW_FACT_duplicate_ack | FW_FACT_dsack;
	const bool news = recovery_has_news(flow, side, seg);
	struct recovery *r = recovery_of(flow, !side);
	if (!r && !(j->facts & signs) && !news)
		return true;
	if (!r && !(r = make(flow, !side)))
		return false;
	struct resend *needless =
		j->facts & FW_FACT_reveals_spurious ? exposed(flow, side, seg, j) : NULL;
	if (needless) {
		needless->facts |= RESEND_SETTLED;
		r->exposed = needless->packet;
		flow->trouble[!side].resent_spurious++;
	}
	if (j->ack_fresh && r->open)
		time_resend(flow, side, seg, r);
	if (j->ack_fresh)
		advance(r, seg, doubt_window(flow, !side));
	if (news)
		take_blocks(r, flow, side, seg);
	if (j->ack_fresh)
		end_stall(flow, !side, r, seg);
	if (j->facts & FW_FACT_duplicate_ack) {
		take_duplicate(r, seg->ack);
		flow->trouble[side].duplicate_acks++;
		flow->trouble[side].triple_duplicate_acks += r->told.dup_acks == 3;
	}
	if (news || j->facts & FW_FACT_duplicate_ack) {
		r->told.news_at = seg->time;
		take_sign(flow, !side, r, seg->time);
	}
	return true;
}

bool recovery_crossed(const struct flow *flow, int side, fw_time time)
{
	const struct recovery *r = recovery_of(flow, side);
	return r->advance_at && elapsed(r->advance_at, time) < doubt_window(flow, side);
}

/* Something of this end may still turn out; or need to be told apart. */
static bool is_settled(const struct flow *flow, int side)
{
	const struct trouble *t = &flow->trouble[side];
	const struct recovery *r = t->recovery;
	return !t->asked &&
		(!r ||
			!(r->open || r->probed || r->ranges || r->told.dup_acks ||
				r->told.phase != RECOVERY_NONE));
}

static void settle(struct flow *flow)
{
	const bool settled = is_settled(flow, 0) && is_settled(flow, 1);
	flow->has &= ~(uint32_t)FLOW_UNSETTLED;
	flow->has |= settled ? 0 : FLOW_UNSETTLED;
}

/* A copy that the network made arrives, too: of this the peer may tell. */
static void excuse(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct recovery *r = recovery_of(flow, side);
	const uint32_t count =
		!r ? 0 : (r->resends < RECOVERY_RESENDS ? r->resends : RECOVERY_RESENDS);
	for (uint32_t i = 0; i < count; i++)
		if (seq_before(seg->seq, r->resend[i].right) &&
			seq_before(r->resend[i].left, j->after))
			r->resend[i].facts |= RESEND_SETTLED;
}

bool recovery_take(const struct fw_analyzer *a, struct flow *flow, int side,
	const struct fw_segment *seg, const struct judgement *j)
{
	if (j->facts & FW_FACT_duplicate_network && j->len)
		excuse(flow, side, seg, j);
	if (j->copy || j->corrupt || !j->own)
		return true;
	if (j->facts & PROBES && !measure_trouble(flow, side))
		return false;
	if (j->ack_own && !(seg->flags & FW_RST) && !take_news(flow, side, seg, j))
		return false;
	if (j->facts & FW_FACT_retransmission && !take_resend(a, flow, side, seg, j))
		return false;
	if (!flow->trouble)
		return true;
	flow->trouble[side].asked = j->facts & PROBES;
	flow->trouble[!side].asked = 0;
	settle(flow);
	return true;
}
