/* One line of a ladder: a segment between two ends, and what it did to their states. */
#ifndef RUNG_H
#define RUNG_H

#include "sink/page.h"

#define RUNG_MOVES 8  /* states that one segment can lead through, of both ends together */
#define RUNG_TIME  15 /* columns: the client's state begins at 1 */
#define RUNG_ARROW 27

/* All that one segment, or one timer, did. */
struct rung {
	uint64_t packet;
	fw_time time;
	bool is_segment;
	bool marked; /* it shows something that is worth attention */
	enum fw_side side;
	uint16_t flags;
	uint32_t len, facts;
	struct fw_options opt;
	struct fw_transition moves[RUNG_MOVES];
	size_t move_count;
};

/* Times are told from FIRST. */
void rung_write(struct page *page, const struct rung *rung, fw_time first);

/* Where the server's states begin. */
unsigned rung_server_column(const struct sink_run *run);

/* The sign after a state that is not known for certain. */
bool rung_has_mark(enum fw_basis basis);
void rung_mark(struct page *page, enum fw_basis basis);

#endif
