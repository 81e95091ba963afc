/* Sequence numbers are points on a circle of 2^32 (RFC 9293 3.4).
 *
 * Two points are comparable only when less than half the circle apart, which
 * holds within one connection. Compare them only with these.
 */
#ifndef SEQNO_H
#define SEQNO_H

#include <stdbool.h>
#include <stdint.h>

static inline int32_t seq_diff(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

static inline bool seq_before(uint32_t a, uint32_t b)
{
	return seq_diff(a, b) < 0;
}

static inline bool seq_after(uint32_t a, uint32_t b)
{
	return seq_diff(a, b) > 0;
}

/* Is SEQ in [left, right)? */
static inline bool seq_in(uint32_t seq, uint32_t left, uint32_t right)
{
	return seq - left < right - left;
}

#endif
