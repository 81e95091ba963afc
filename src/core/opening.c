/* What detectors need to remember of how a connection began, and of SYNs that came later. */
#include "opening.h"

#include "measure.h"

/* RFC 3168 6.1.1 and, where the SYN has asked for it, RFC 9768 3.1.1. */
static uint32_t ecn_offers(const struct fw_segment *seg)
{
	switch (seg->flags & (FW_ACK | FW_AE | FW_CWR | FW_ECE)) {
	case FW_CWR | FW_ECE:
	case FW_ACK | FW_ECE:
		return OFFERS_ECN;
	case FW_AE | FW_CWR | FW_ECE:
	case FW_ACK | FW_CWR:
	case FW_ACK | FW_CWR | FW_ECE:
	case FW_ACK | FW_AE:
	case FW_ACK | FW_AE | FW_CWR:
		return OFFERS_ACCECN;
	default:
		return 0;
	}
}

static uint32_t offers_of(const struct fw_segment *seg)
{
	static const struct {
		uint16_t option;
		uint8_t offers;
	} map[] = {
		{FW_OPT_SACK_PERMITTED, OFFERS_SACK},
		{FW_OPT_TIMESTAMPS, OFFERS_TIMESTAMPS},
		{FW_OPT_FAST_OPEN, OFFERS_FAST_OPEN},
		{FW_OPT_MPTCP, OFFERS_MPTCP},
	};
	uint32_t offers = ecn_offers(seg) | (seg->payload_len ? OFFERS_DATA : 0);
	for (size_t i = 0; i < sizeof map / sizeof map[0]; i++)
		offers |= seg->opt.have & map[i].option ? map[i].offers : 0;
	return offers;
}

void opening_offers(struct flow *flow, int side, const struct fw_segment *seg)
{
	flow->has |= offers_of(seg) << (FLOW_OFFERS + OFFERS_BITS * side);
}

bool opening_stranger(struct flow *flow, int side, const struct fw_segment *seg)
{
	struct trouble *trouble = measure_trouble(flow, side);
	if (!trouble)
		return false;
	if (!trouble->stranger) {
		trouble->stranger = seg->number;
		trouble->stranger_at = seg->time;
	}
	trouble->stranger_iss = seg->seq;
	trouble->strangers++;
	return true;
}

bool opening_knows_stranger(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct trouble *trouble = flow_trouble(flow, side);
	return trouble && trouble->strangers && trouble->stranger_iss == seg->seq;
}

bool opening_challenged(struct flow *flow, int side, const struct fw_segment *seg)
{
	struct trouble *trouble = measure_trouble(flow, side);
	if (!trouble)
		return false;
	if (!trouble->challenge) {
		trouble->challenge = seg->number;
		trouble->challenged = seg->ack;
	}
	return true;
}
