/* What the one end that a one-sided capture shows tells of both. */
#ifndef UNHEARD_H
#define UNHEARD_H

#include "stimuli.h"

/* End SIDE of FLOW has sent SEG, and its peer was never heard. */
void unheard_stimuli(const struct flow *flow, int side, const struct fw_segment *seg,
	const struct judgement *j, struct stimuli *out);

/* What an ACK of the peer's FIN means, where the capture lacks that. */
void unheard_fin(const struct flow *flow, int side, struct stimuli *out);

#endif
