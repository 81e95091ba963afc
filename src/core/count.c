/* What few segments add: flags, marks, blocks; and sums that leave their tally. */
#include "count.h"

#include <stdlib.h>

#include "measure.h"
#include "recovery.h"

/* The two ECN bits of the IP header (RFC 3168 5). */
enum { ECT_1 = 1, ECT_0 = 2, CE = 3 };

/* The counter of packets received with CE, modulo 8, begins here (RFC 9768 3.2.1). The first
 * segment of the client after its SYN tells in its place how the SYN,ACK arrived. */
#define ACE_FIRST 5
#define ACE_BEGUN 8

struct wide *count_wide(struct flow *flow, int side)
{
	struct trouble *trouble = measure_trouble(flow, side);
	if (trouble && !trouble->wide)
		trouble->wide = calloc(1, sizeof *trouble->wide);
	return trouble ? trouble->wide : NULL;
}

bool count_spill(struct flow *flow, int side)
{
	struct wide *to = count_wide(flow, side);
	if (to)
		tally_spill(&flow->tally[side], to);
	return to;
}

struct wide count_sums(const struct flow *flow, int side)
{
	const struct trouble *trouble = flow_trouble(flow, side);
	struct wide sums = trouble && trouble->wide ? *trouble->wide : (struct wide){0};
	tally_sums(&flow->tally[side], &sums);
	return sums;
}

static uint64_t stalled_here(const struct flow *flow, int side)
{
	return side ? flow->stalled_1 : flow->stalled_0;
}

bool count_stall(struct flow *flow, int side, fw_time now)
{
	const uint64_t units = ((uint64_t)now >> STALL_BITS) - ((uint64_t)flow->last >> STALL_BITS);
	const uint64_t total = stalled_here(flow, side) + units;
	struct wide *to = total > UINT16_MAX ? count_wide(flow, side) : NULL;
	if (to)
		to->stalled += units;
	else if (side)
		flow->stalled_1 = total & UINT16_MAX;
	else
		flow->stalled_0 = total & UINT16_MAX;
	return to || total <= UINT16_MAX;
}

int64_t count_stalled(const struct flow *flow, int side)
{
	const struct trouble *t = flow_trouble(flow, side);
	const uint64_t more = t && t->wide ? t->wide->stalled : 0;
	const uint64_t units = stalled_here(flow, side) + more, most = INT64_MAX >> STALL_BITS;
	return (int64_t)((units < most ? units : most) << STALL_BITS);
}

/* SYN, FIN, RST, and what lacks ACK. */
static bool count_control(struct flow *flow, int side, const struct fw_segment *seg)
{
	struct tally *t = &flow->tally[side];
	const bool syn = seg->flags & FW_SYN, fin = seg->flags & FW_FIN, rst = seg->flags & FW_RST;
	const bool ack = seg->flags & FW_ACK;
	if ((t->mute_packets == UINT8_MAX || t->bare_packets == UINT8_MAX ||
		    t->fin_packets == UINT8_MAX) &&
		!count_spill(flow, side))
		return false;
	t->syn_packets += syn;
	t->fin_packets += fin;
	t->rst_packets += rst;
	t->no_ack_packets += !ack;
	t->mute_packets += syn || rst || !ack;
	t->bare_packets += !seg->payload_len && (syn || fin || rst || !ack);
	return true;
}

static void count_sack(struct trouble *t, const struct fw_segment *seg)
{
	if (!(seg->opt.have & FW_OPT_SACK))
		return;
	t->sack_packets++;
	t->sack_blocks += seg->opt.sack_count;
	if (seg->opt.sack_count > t->sack_max_blocks)
		t->sack_max_blocks = seg->opt.sack_count;
	t->sack_duplicates += seg->flags & FW_ACK && recovery_is_dsack(seg);
}

static void count_ecn(const struct flow *flow, struct trouble *t, const struct fw_segment *seg)
{
	t->ecn_ect0 += seg->ecn == ECT_0;
	t->ecn_ect1 += seg->ecn == ECT_1;
	t->ecn_ce += seg->ecn == CE;
	if (seg->flags & FW_SYN || flow->has & FLOW_ACCECN)
		return;
	t->ecn_ece += !!(seg->flags & FW_ECE);
	t->ecn_cwr += !!(seg->flags & FW_CWR);
}

static bool count_huge(struct flow *flow, int side, uint32_t payload_len)
{
	if (payload_len < UINT16_MAX)
		return true;
	struct wide *to = count_wide(flow, side);
	if (!to)
		return false;
	if (!to->segment_min || payload_len < to->segment_min)
		to->segment_min = payload_len;
	if (payload_len > to->segment_max)
		to->segment_max = payload_len;
	return true;
}

bool count_ace(struct flow *flow, int side, const struct fw_segment *seg)
{
	struct trouble *t = measure_trouble(flow, side);
	if (!t)
		return false;
	if ((seg->flags & (FW_SYN | FW_ACK)) != FW_ACK)
		return true;
	const bool handshake = !t->ace && !(flow->end[side].has & HAS_SYN_ACK);
	const uint8_t was = t->ace ? t->ace & 7 : ACE_FIRST;
	const unsigned ace = (seg->flags & FW_AE ? 4u : 0) | (seg->flags & FW_CWR ? 2u : 0) |
		(seg->flags & FW_ECE ? 1u : 0);
	t->ace = (uint8_t)(ACE_BEGUN | (handshake ? ACE_FIRST : ace));
	t->ecn_reported += handshake ? 0 : (ace - was) & 7;
	return true;
}

bool count_more(struct flow *flow, int side, const struct fw_segment *seg)
{
	const uint32_t control = FW_SYN | FW_FIN | FW_RST | FW_ACK;
	if ((seg->flags & control) != FW_ACK && !count_control(flow, side, seg))
		return false;
	if (!(seg->ecn | (seg->flags & (FW_URG | FW_ECE | FW_CWR)) | (seg->opt.have & FW_OPT_SACK) |
		    (seg->payload_len + 1) >> 16))
		return true;
	struct trouble *t = measure_trouble(flow, side);
	if (!t)
		return false;
	const uint32_t urgent = seg->urgent < seg->payload_len ? seg->urgent : seg->payload_len;
	t->urgent_packets += !!(seg->flags & FW_URG);
	t->urgent_bytes += seg->flags & FW_URG ? urgent : 0;
	count_sack(t, seg);
	count_ecn(flow, t, seg);
	return count_huge(flow, side, seg->payload_len);
}
