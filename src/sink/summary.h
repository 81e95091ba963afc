/* The report on a capture: what was read, what needs attention, how connections opened and closed,
 * where both ends stand. */
#ifndef SUMMARY_H
#define SUMMARY_H

#include "sink/attention.h"
#include "sink/page.h"
#include "sink/ranking.h"
#include "sink/servicetable.h"

struct summary {
	struct ranking ranking;
	struct attention attention;
	struct servicetable services;
	uint64_t stand[FW_STATE_COUNT]
		      [FW_STATE_COUNT]; /* flows by the last states of client and server */
	uint64_t data_packets, bytes;
	struct fw_endpoint sums; /* of all ends, what is sent again and what stalls: nothing else */
};

void summary_init(struct summary *summary, const struct sink_run *run);
void summary_free(struct summary *summary);
void summary_add(struct summary *summary, const struct fw_flow *flow);
void summary_write(struct summary *summary, struct page *page);

#endif
