/* What detectors need to remember of how a connection began, and of SYNs that came later. */
#ifndef OPENING_H
#define OPENING_H

#include "flow.h"

/* Notes what SEG, the first SYN of an end, or its SYN,ACK, offers. */
void opening_offers(struct flow *flow, int side, const struct fw_segment *seg);

/* Notes SEG, a SYN on the live connection; false where memory is short. */
bool opening_stranger(struct flow *flow, int side, const struct fw_segment *seg);

/* Is SEG, a SYN of end SIDE, the last one that came so once more? */
bool opening_knows_stranger(const struct flow *flow, int side, const struct fw_segment *seg);

/* Notes SEG, which answers a SYN of end SIDE by what is no answer to it; false where memory is
 * short. */
bool opening_challenged(struct flow *flow, int side, const struct fw_segment *seg);

#endif
