/* What an ICMP error tells of the flow that it quotes. */
#ifndef QUOTE_H
#define QUOTE_H

#include "analyzer.h"

/* QUOTE is of a segment from end SIDE of FLOW, if that could have sent it; FLOW is NULL where none
 * is known. */
void quote_take(struct fw_analyzer *a, struct flow *flow, int side, const struct fw_quote *quote);

#endif
