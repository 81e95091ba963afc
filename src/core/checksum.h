/* The TCP checksum, for those who need to know: it costs a look at every byte. */
#ifndef CHECKSUM_H
#define CHECKSUM_H

#include "finwait.h"

/* Did the capture keep all of SEGMENT? */
bool segment_is_whole(const struct fw_segment *segment);

/* Is the checksum of SEGMENT right, or not to be told because the capture cut the segment?
 * A sender that leaves the sum to its network card has wrong ones in its own captures. */
bool segment_checksum_ok(const struct fw_segment *segment);

/* Does the checksum of SEGMENT cover the pseudo-header alone, for a network card to finish, with or
 * without its length (segmentation offload)? */
bool segment_checksum_unfinished(const struct fw_segment *segment);

/* Was the checksum of a segment of the same end, whose header without its ports and whose length
 * add up to HEADER, right with LEN octets of the payload of SEGMENT, from AT on, as its own? */
bool segment_completes(
	const struct fw_segment *segment, uint16_t header, uint32_t at, uint32_t len);

#endif
