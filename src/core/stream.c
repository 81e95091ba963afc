/* What of an end did not fit into its stream, or was taken back. */
#include "stream.h"

#include "measure.h"

static struct stream *stream(const struct flow *flow, int side)
{
	struct trouble *trouble = flow_trouble(flow, side);
	return trouble ? &trouble->stream : NULL;
}

const struct stream *stream_of(const struct flow *flow, int side)
{
	return stream(flow, side);
}

/* The number of the block of SEG that reaches furthest beyond its acknowledgment, and not beyond
 * what the peer has sent; -1 if none does. */
static int highest_block(const struct end *rcv, const struct fw_segment *seg)
{
	const struct fw_options *opt = &seg->opt;
	int highest = -1;
	for (int i = 0; opt->have & FW_OPT_SACK && i < opt->sack_count; i++) {
		const uint32_t right = opt->sack[i].right;
		if (seq_after(right, seg->ack) && seq_after(right, opt->sack[i].left) &&
			!seq_after(right, rcv->nxt) &&
			(highest < 0 || seq_after(right, opt->sack[highest].right)))
			highest = i;
	}
	return highest;
}

/* RFC 2018 8: does SEG, which reports no block any more, end within one that was reported? Some
 * stacks acknowledge a block piece by piece, but not for long. */
static void renege(struct stream *own, const struct fw_segment *seg, const struct judgement *j)
{
	if (own->reneged_packet && seq_after(seg->ack, own->reneged_ack))
		own->reneged_packet = 0;
	if (!j->ack_fresh || !seq_in(seg->ack, own->sacked_left, own->sacked_right) ||
		seg->opt.have & (FW_OPT_SACK | FW_OPT_CUT | FW_OPT_MALFORMED))
		return;
	own->reneged_packet = seg->number;
	own->reneged_ack = seg->ack;
	own->reneged_at = ticks(seg->time);
}

static bool sack(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct end *snd = &flow->end[side];
	const int block = highest_block(&flow->end[!side], seg);
	if (snd->has & HAS_SACKED) {
		renege(stream(flow, side), seg, j);
		if (!seq_before(seg->ack, stream(flow, side)->sacked_right))
			snd->has &= ~(uint32_t)HAS_SACKED;
	}
	if (block < 0)
		return true;
	struct trouble *trouble = measure_trouble(flow, side);
	if (!trouble)
		return false;
	trouble->stream.sacked_packet = seg->number;
	trouble->stream.sacked_left = seg->opt.sack[block].left;
	trouble->stream.sacked_right = seg->opt.sack[block].right;
	snd->has |= HAS_SACKED;
	return true;
}

static void outside(struct stream *own, const struct fw_segment *seg)
{
	if (!own->outside_times++) {
		own->outside_packet = seg->number;
		own->outside_since = seg->time;
	}
	if (seg->payload_len > own->outside_bytes)
		own->outside_bytes = seg->payload_len;
	own->outside_at = ticks(seg->time);
}

static bool unsent(struct flow *flow, int side, const struct fw_segment *seg)
{
	struct trouble *trouble = measure_trouble(flow, side);
	if (!trouble)
		return false;
	struct stream *own = &trouble->stream;
	if (!own->unsent_times++) {
		own->unsent_packet = seg->number;
		own->unsent_since = seg->time;
	}
	own->unsent_ack = seg->ack;
	own->unsent_at = ticks(seg->time);
	own->unsent_by = seg->ack - flow->end[!side].nxt;
	return true;
}

/* What a network card has put together has the checksum of a part. */
static void damage(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct stream *own = stream(flow, side);
	const uint32_t mss = flow->tally[!side].mss;
	if (mss && seg->payload_len > mss)
		return;
	if (!own->damaged_times++) {
		own->damaged_packet = seg->number;
		own->damaged_since = seg->time;
	}
	if (seg->payload_len > own->damaged_bytes)
		own->damaged_bytes = seg->payload_len;
	own->damaged_left = seg->seq;
	own->damaged_right = j->after;
}

/* What was outside, or damaged, turns out to be something else, or is made good. */
static void resolve(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct stream *own = stream(flow, side), *peer = stream(flow, !side);
	if (own && j->resync)
		own->outside_times = 0;
	if (peer && j->finds_stray)
		peer->outside_times = 0;
	if (own && own->damaged_times && j->len && !j->copy &&
		seq_before(seg->seq, own->damaged_right) &&
		seq_after(j->after, own->damaged_left)) {
		own->damaged_again++;
		own->damaged_left = own->damaged_right;
	}
}

bool stream_take(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	if (j->facts & FW_FACT_bad_checksum) {
		damage(flow, side, seg, j);
		return true;
	}
	resolve(flow, side, seg, j);
	if (j->copy || seg->flags & (FW_SYN | FW_RST))
		return true;
	if (j->facts & FW_FACT_out_of_window && !j->resync && seg->payload_len)
		outside(stream(flow, side), seg);
	const uint32_t both = HAS_SEGMENT | HAS_ACK;
	if (!j->own || !(seg->flags & FW_ACK) ||
		(flow->end[0].has & flow->end[1].has & both) != both)
		return true;
	if (j->ack_own)
		return j->old || sack(flow, side, seg, j);
	return !seq_after(seg->ack, flow->end[!side].nxt) || unsent(flow, side, seg);
}
