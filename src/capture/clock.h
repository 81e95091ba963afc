/* The clock of a pcapng interface: ticks of any resolution to nanoseconds. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "finwait.h"

struct clock {
	uint64_t tick;      /* ns, where that is a whole number; else 0 */
	uint64_t max_ticks; /* that tick can be multiplied with */
	uint64_t per_ns;    /* ticks, if seconds are divided by a power of ten; else 0 */
	uint8_t binary;     /* a second has 2^binary ticks */
	fw_time offset;
};

/* From if_tsresol and if_tsoffset (seconds). False where no such clock fits into 64 bits. */
bool clock_init(struct clock *clock, uint8_t resolution, int64_t offset);

/* Ticks in a second, at most INT64_MAX. */
int64_t clock_rate(const struct clock *clock);

/* The two ends of fw_time stand for whatever lies beyond. */
fw_time clock_time(const struct clock *clock, uint64_t ticks);

#endif
