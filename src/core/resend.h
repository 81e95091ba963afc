/* Why an end has sent something again, and what its peer's acknowledgments say of that. */
#ifndef RESEND_H
#define RESEND_H

#include "analyzer.h"

/* Adds to J, what is judged of SEG already, the kind of a resend and that of an acknowledgment. */
void resend_judge(const struct fw_analyzer *a, const struct flow *flow, int side,
	const struct fw_segment *seg, struct judgement *j);

/* Is there anything to add where all is usual? */
static inline bool resend_expects(const struct flow *flow, int side, const struct fw_segment *seg)
{
	const bool news = seg->ack != flow->end[side].ack;
	return (flow->has & FLOW_UNSETTLED && news) || seg->opt.have & FW_OPT_SACK ||
		(seg->payload_len && seg->seq + seg->payload_len == flow->end[!side].edge);
}

/* A whole round trip, ns; 0 if that was not measured. */
int64_t resend_round_trip(const struct flow *flow);

/* The first segment that is remembered of those that left empty what J is about; NULL if none. */
const struct sent *resend_overtaker(
	const struct fw_analyzer *a, const struct flow *flow, int side, const struct judgement *j);

#endif
