/* What each segment adds to the tally of its end, copies too. */
#ifndef COUNT_H
#define COUNT_H

#include "flow.h"

/* All that was added up of end SIDE. */
struct wide count_sums(const struct flow *flow, int side);

/* One of them: count_packets(flow, side) and so on. What is in the tally alone may be nothing. */
#define SUM(type, name)                                                                            \
	static inline uint64_t count_##name(const struct flow *flow, int side)                     \
	{                                                                                          \
		const struct trouble *trouble = flow_trouble(flow, side);                          \
		return flow->tally[side].name +                                                    \
			(trouble && trouble->wide ? trouble->wide->name : 0);                      \
	}
#include "tally.def"
#undef SUM

/* The room for what outgrows the tally, made where there is none yet; NULL where memory is
 * short. */
struct wide *count_wide(struct flow *flow, int side);

/* Makes room in the tally. False where memory is short, as from all of these. */
bool count_spill(struct flow *flow, int side);

/* Adds what the counter of accurate feedback in SEG tells, a segment in order of end SIDE. */
bool count_ace(struct flow *flow, int side, const struct fw_segment *seg);

/* Adds the time from the flow's latest segment to NOW to that in which the end had nothing to
 * send. */
bool count_stall(struct flow *flow, int side, fw_time now);

/* All of it, ns. */
int64_t count_stalled(const struct flow *flow, int side);

/* Counts what count_has_more. */
bool count_more(struct flow *flow, int side, const struct fw_segment *seg);

/* What most segments have nothing of. */
static inline bool count_has_more(const struct fw_segment *seg)
{
	const uint32_t flags = (seg->flags ^ FW_ACK) & ~(uint32_t)FW_PSH;
	return flags | seg->ecn | (seg->opt.have & FW_OPT_SACK) | (seg->payload_len + 1) >> 16;
}

static inline void count_data(struct tally *t, const struct fw_segment *seg, fw_time first)
{
	const uint32_t size = seg->payload_len < UINT16_MAX ? seg->payload_len : UINT16_MAX;
	const uint32_t span = span_of(elapsed(first, seg->time));
	if (t->data_first == SPAN_NONE)
		t->data_first = span;
	t->payload_bytes += seg->payload_len;
	t->data_packets++;
	t->pushed_packets += !!(seg->flags & FW_PSH);
	if (size < t->segment_min)
		t->segment_min = (uint16_t)size;
	if (size > t->segment_max)
		t->segment_max = (uint16_t)size;
	if (span > t->data_last)
		t->data_last = span;
}

static inline bool count(struct flow *flow, int side, const struct fw_segment *seg)
{
	struct tally *t = &flow->tally[side];
	if ((t->packets == UINT16_MAX || seg->ip_len > UINT32_MAX - t->wire_bytes) &&
		!count_spill(flow, side))
		return false;
	t->packets++;
	t->wire_bytes += seg->ip_len;
	if (seg->ttl < t->ttl_min)
		t->ttl_min = seg->ttl;
	if (seg->ttl > t->ttl_max)
		t->ttl_max = seg->ttl;
	if (seg->payload_len)
		count_data(t, seg, flow->first);
	if ((seg->flags & (FW_SYN | FW_RST | FW_ACK)) == FW_ACK) {
		t->window_sum += seg->window;
		if (seg->window < t->window_min)
			t->window_min = seg->window;
		if (seg->window > t->window_max)
			t->window_max = seg->window;
	}
	return !count_has_more(seg) || count_more(flow, side, seg);
}

#endif
