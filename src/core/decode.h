/* Frames in, TCP segments out: link layers, tunnels, IP, fragments, TCP. */
#ifndef DECODE_H
#define DECODE_H

#include "finwait.h"

struct decoder;

/* NULL where memory is short. KEY seeds the table of fragments. */
struct decoder *decoder_new(const uint64_t key[2]);
void decoder_free(struct decoder *decoder);

/* Gives back the memory of datagrams put together since the last call: payloads of earlier segments
 * die. */
void decoder_recycle(struct decoder *decoder);

/* The account of FRAME; where that is FW_ACCOUNT_tcp, SEGMENT is filled in: all of it but the
 * options that the segment does not have. Reads only bytes that the frame has. */
enum fw_account decode(
	struct decoder *decoder, const struct fw_frame *frame, struct fw_segment *segment);

/* What the frame decoded last quotes of a segment, where it is an ICMP error (its account is
 * FW_ACCOUNT_not_tcp); else NULL. Until the next decode. */
const struct fw_quote *decoder_quote(const struct decoder *decoder);

#endif
