/* Frames in, TCP segments out: where the layers begin. */
#include <stdlib.h>

#include "core/decode.h"
#include "core/fragment.h"
#include "core/layer.h"

struct decoder {
	struct fragments *fragments;
	struct fw_quote quote;
	bool quotes; /* quote is of the last frame */
};

struct decoder *decoder_new(const uint64_t key[2])
{
	struct decoder *const decoder = calloc(1, sizeof *decoder);

	if (!decoder)
		return NULL;
	decoder->fragments = fragments_new(key);
	if (decoder->fragments)
		return decoder;
	free(decoder);
	return NULL;
}

void decoder_free(struct decoder *decoder)
{
	if (!decoder)
		return;
	fragments_free(decoder->fragments);
	free(decoder);
}

void decoder_recycle(struct decoder *decoder)
{
	fragments_recycle(decoder->fragments);
}

enum fw_account decode(
	struct decoder *decoder, const struct fw_frame *frame, struct fw_segment *segment)
{
	decoder->quotes = false;
	if (frame->flags & FW_FRAME_FILTERED)
		return FW_ACCOUNT_filtered;

	struct packet packet = {
		.data = frame->data,
		.len = frame->len,
		.wire = frame->wire_len,
		.segment = segment,
		.fragments = decoder->fragments,
		.quote = &decoder->quote,
	};
	narrow(&packet, frame->wire_len < frame->fcs_len ? 0 : frame->wire_len - frame->fcs_len);
	segment->number = frame->number;
	segment->time = frame->time;
	segment->tunnel = 0;
	segment->vlan = 0;
	const enum fw_account account = decode_link(&packet, frame->linktype);
	decoder->quotes = packet.quotes;
	return account;
}

const struct fw_quote *decoder_quote(const struct decoder *decoder)
{
	return decoder->quotes ? &decoder->quote : NULL;
}
