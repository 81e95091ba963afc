/* One direction only: routes that differ, a tap on one fibre. The end that is heard acknowledges
 * what the other must have sent, so that both can be followed; all of it is inferred. */
#include "unheard.h"

static const enum fw_basis basis = FW_BASIS_INFERRED;

/* A client that goes on after its SYN has had its answer. */
static void client_opens(int side, struct stimuli *out)
{
	stimuli_add(out, !side, FW_SND_SYN_ACK, basis);
	stimuli_add(out, side, FW_SND_ACK, basis);
	stimuli_add(out, !side, FW_RCV_ACK_OF_SYN, FW_BASIS_PRESUMED);
}

/* A server that goes on after its SYN,ACK has had the last ACK of the handshake. */
static void server_opens(int side, struct stimuli *out)
{
	stimuli_add(out, !side, FW_SND_SYN, basis);
	stimuli_add(out, !side, FW_RCV_SYN_ACK, basis);
	stimuli_add(out, side, FW_SND_ACK, basis);
}

/* A guess, so that more than one octet takes it back. An end whose own FIN was first had it
 * acknowledged by the peer's. */
void unheard_fin(const struct flow *flow, int side, struct stimuli *out)
{
	const bool first = flow->end[side].has & HAS_FIN;
	const uint8_t begin = out->count;
	if (first)
		stimuli_add(out, !side, FW_RCV_FIN, basis);
	stimuli_add(out, !side, FW_SND_FIN, basis);
	if (first)
		stimuli_add(out, side, FW_RCV_ACK_OF_FIN, basis);
	stimuli_add(out, side, FW_RCV_FIN, basis);
	stimuli_add(out, !side, FW_RCV_ACK_OF_FIN, FW_BASIS_PRESUMED);
	for (uint8_t i = begin; i < out->count; i++)
		out->item[i].tentative = true;
}

void unheard_stimuli(const struct flow *flow, int side, const struct fw_segment *seg,
	const struct judgement *j, struct stimuli *out)
{
	const struct end *snd = &flow->end[side];
	if (seg->flags & (FW_RST | FW_SYN) || !(seg->flags & FW_ACK))
		return;
	if (snd->state == FW_SYN_SENT)
		client_opens(side, out);
	if (snd->state == FW_SYN_RECEIVED &&
		(seg->payload_len || seg->flags & FW_FIN || j->ack_fresh))
		server_opens(side, out);
	if (j->ack_fresh && flow->end[!side].sure == FW_SYN_RECEIVED) /* of its data: it is open */
		stimuli_add(out, !side, FW_SND_ACK, basis);
}
