/* The same flow in the words of Zeek's conn.log and of Wireshark. */
#ifndef ZEEK_H
#define ZEEK_H

#include "judge.h"

/* Enters SEG into the history of FLOW. */
void zeek_history(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j);

/* Zeek's conn_state. Static. */
const char *zeek_state(const struct flow *flow);

/* Wireshark's tcp.completeness: 1 SYN, 2 SYN,ACK, 4 ACK, 8 data, 16 FIN, 32 RST. */
uint8_t zeek_completeness(const struct flow *flow);

#endif
