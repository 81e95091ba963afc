/* What needs attention: findings by code over all flows, the worst first. */
#ifndef ATTENTION_H
#define ATTENTION_H

#include "sink/page.h"

#define ATTENTION_KEPT  3 /* findings of many flows that are told one by one, of each kind */
#define ATTENTION_FLOWS 3 /* flows that are named */

/* A finding of many flows, kept. */
struct attention_finding {
	struct fw_finding finding;
	struct fw_subject about;
};

/* All findings of one code and severity. */
struct attention_kind {
	struct attention_finding kept[ATTENTION_KEPT]; /* of flows the worst alone, in kept[0] */
	uint64_t count;                                /* of flows, or of findings of many flows */
	uint64_t times;                                /* the flows' own counts */
	uint64_t worst;                                /* flow that kept[0] is of */
	uint64_t last;                                 /* flow that was added last */
	uint64_t flows[ATTENTION_FLOWS];               /* the first to leave */
	int64_t sum[FW_EVIDENCE_COUNT];
};

struct attention {
	struct attention_kind *kinds[FW_SEVERITY_COUNT][FW_CODE_COUNT];
};

void attention_free(struct attention *attention);

/* The anomalies of a flow that has left. Where memory is short they are not taken. */
void attention_add_flow(struct attention *attention, const struct fw_flow *flow);

/* A finding of many flows or of the capture. */
void attention_add(struct attention *attention, const struct fw_finding *finding);

/* What the capture itself lacks; nothing where it lacks nothing. */
void attention_write_capture(const struct attention *attention, struct page *page);

/* What is wrong with the traffic. */
void attention_write(const struct attention *attention, struct page *page);

#endif
