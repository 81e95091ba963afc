/* The same flow in the words of Zeek's conn.log and of Wireshark. */
#ifndef ZEEK_H
#define ZEEK_H

#include "judge.h"

void zeek_enter(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j);

/* Enters SEG into the history of FLOW. Most segments are no news to it. */
static inline void zeek_history(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const uint32_t told = seg->payload_len ? HAS_TOLD_DATA : HAS_TOLD_ACK;
	if (!(flow->end[side].has & told) || seg->flags & (FW_SYN | FW_FIN | FW_RST) || j->facts ||
		(flow->trouble && flow->trouble[!side].holes.count))
		zeek_enter(flow, side, seg, j);
}

/* Letter I of the history. */
static inline const char *zeek_letter(const struct flow *flow, int i)
{
	return i < HISTORY_HERE ? &flow->history[i] : &flow->trouble[0].history[i - HISTORY_HERE];
}

/* Zeek's conn_state. Static. */
const char *zeek_state(const struct flow *flow);

/* Wireshark's tcp.completeness: 1 SYN, 2 SYN,ACK, 4 ACK, 8 data, 16 FIN, 32 RST. */
uint8_t zeek_completeness(const struct flow *flow);

#endif
