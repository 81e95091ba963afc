/* Presumptions: what an end had not received yet when it spoke, and what it shows never to have
 * received. */
#ifndef DOUBT_H
#define DOUBT_H

#include "judge.h"

/* Can SEG have left its sender before what is presumed received by it arrived there? */
bool doubt_crossing(const struct flow *flow, int side, const struct fw_segment *seg);

/* Does SEG show that its sender never was in the state that it was said to be in? */
bool doubt_contradicts(const struct flow *flow, int side, const struct fw_segment *seg,
	const struct judgement *j, bool crossing);

/* Does SEG, of the end SND, exclude that SND has sent the FIN that was seen? */
bool doubt_denies_fin(
	const struct end *snd, const struct fw_segment *seg, const struct judgement *j);

/* Does SEG, a FIN sent again, show that its receiver was wrongly presumed to have it? */
bool doubt_receipt_of_fin(
	const struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j);

/* How long a segment that passes the tap now may still be unknown to what the end sends, ns. */
int64_t doubt_window(const struct flow *flow, int side);

#endif
