/* The detectors in one row, for asking them. */
#ifndef PANEL_H
#define PANEL_H

#include "finwait.h"

struct detector;

struct panel {
	uint32_t count, leaving_count;
	uint64_t when[FW_CODE_COUNT]; /* apart from the rest: most are passed over */
	const struct detector *each[FW_CODE_COUNT];
	const struct detector *leaving[FW_CODE_COUNT]; /* those that are asked when a flow leaves */
};

/* PANEL is all zeros. */
void panel_init(struct panel *panel);

#endif
