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

#endif
