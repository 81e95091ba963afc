/* What an ICMP error tells of the flow that it quotes. */
#include "quote.h"

#include "detect.h"
#include "findings.h"
#include "measure.h"

/* How far behind what was acknowledged a segment may be that an error still tells of: what the
 * receiver had room for, all of it on its way again. Without the scale the window is not known. */
static uint32_t reach(const struct flow *flow, int side)
{
	const uint32_t window = measure_max_window(flow, !side);
	const bool scaled = flow->end[0].has & flow->end[1].has & HAS_ISS;

	return !scaled ? 1u << 30 : window > UINT16_MAX ? window : UINT16_MAX;
}

/* Can end SIDE have sent a segment at SEQ? RFC 5927 4.1 asks for what is in flight alone; but what
 * is acknowledged meanwhile was in flight at the router. */
static bool could_send(const struct flow *flow, int side, uint32_t seq)
{
	const struct end *snd = &flow->end[side], *rcv = &flow->end[!side];

	if (!(snd->has & HAS_SEGMENT) && !(rcv->has & HAS_ACK))
		return false;

	const uint32_t right = snd->has & HAS_SEGMENT ? snd->nxt : rcv->edge;
	const uint32_t left = rcv->has & HAS_ACK ? rcv->ack : right;
	if (snd->has & HAS_ISS && seq_before(seq, snd->iss) && !seq_before(left, snd->iss))
		return false;
	return !seq_after(seq, right) && !seq_before(seq, left - reach(flow, side));
}

/* Asks the detectors, before it is counted. */
static void look(
	struct fw_analyzer *a, struct flow *flow, int side, const struct fw_quote *quote, bool own)
{
	const struct scene scene = {
		.analyzer = a,
		.flow = flow,
		.quote = quote,
		.now = quote->time,
		.side = side,
		.quote_own = own,
		.was = {flow->end[0].state, flow->end[1].state},
	};
	struct found found;
	detect_quoted(&scene, &found);
	if (found.count)
		findings_add(a, flow, &found);
}

void quote_take(struct fw_analyzer *a, struct flow *flow, int side, const struct fw_quote *quote)
{
	if (!flow)
		return;
	const bool own = could_send(flow, side, quote->seq);
	look(a, flow, side, quote, own);
	if (!own)
		return;
	struct trouble *trouble = measure_trouble(flow, side);
	if (!trouble) {
		a->failed = true;
		return;
	}
	trouble->icmp_packet = quote->number;
	trouble->icmp_mtu = quote->mtu;
	trouble->icmp = (uint8_t)quote->what;
	trouble->icmp_count += trouble->icmp_count < UINT16_MAX;
}
