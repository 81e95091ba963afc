/* Zeek's history letters and conn_state, Wireshark's completeness. */
#include "zeek.h"

void zeek_history(struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	(void)flow;
	(void)side;
	(void)seg;
	(void)j;
}

const char *zeek_state(const struct flow *flow)
{
	(void)flow;
	return "OTH";
}

uint8_t zeek_completeness(const struct flow *flow)
{
	(void)flow;
	return 0;
}
