/* The detectors in one row, and who of them is asked on which occasion. */
#ifndef PANEL_H
#define PANEL_H

#include "finwait.h"

#define PANEL_WORDS ((FW_CODE_COUNT + 63) / 64)

struct detector;

struct panel {
	uint32_t count;
	uint64_t wanted; /* occasions on which anybody is asked */
	const struct detector *each[FW_CODE_COUNT];
	uint64_t asked[64][PANEL_WORDS]; /* by occasion, a bit: sets of those to be asked */
};

/* PANEL is all zeros. */
void panel_init(struct panel *panel);

#endif
