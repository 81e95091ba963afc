/* Zeek's history and conn_state, Wireshark's completeness: as those two would say, right or not.
 *
 * Zeek takes FIN and RST as they come, without a look at their numbers. That is why it has a
 * machine of its own here.
 */
#include "zeek.h"

#include "measure.h"

#define CONTROL (FW_SYN | FW_FIN | FW_RST)

enum zeek_state { INACTIVE, SYN_SENT, SYN_ACK_SENT, PARTIAL, ESTABLISHED, CLOSED, RESET };

enum { WAS_ELSEWHERE, WAS_INACTIVE, WAS_ESTABLISHED, WAS_CLOSED };

/* What is written once, or, from AGAIN on, at the 1st, 10th, 100th ... time. */
enum letter {
	SYN,
	FIN,
	RST,
	DATA,
	ACK,
	FIN_RST,
	MANY,
	AGAIN,
	DAMAGED = AGAIN,
	GAP,
	REPEATED,
	WINDOW
};

enum wireshark { W_SYN = 1, W_SYN_ACK = 2, W_ACK = 4, W_DATA = 8, W_FIN = 16, W_RST = 32 };

static void append(struct flow *flow, int side, char letter)
{
	const int i = flow->history_len;
	if (i == FW_HISTORY_MAX || (i >= HISTORY_HERE && !measure_trouble(flow, 0)))
		return;
	char *const at =
		i < HISTORY_HERE ? &flow->history[i] : &flow->trouble[0].history[i - HISTORY_HERE];
	*at = side == flow->client ? letter : letter | 0x20;
	flow->history_len++;
}

/* Was it there already? */
static bool once(struct flow *flow, int side, enum letter which, char letter)
{
	struct zeek_end *e = &flow->zeek[side];
	if (e->letters & 1u << which)
		return true;
	e->letters |= (uint16_t)(1u << which);
	append(flow, side, letter);
	return false;
}

static bool is_power_of_ten(uint32_t n)
{
	while (n >= 10 && n % 10 == 0)
		n /= 10;
	return n == 1;
}

static void again(struct flow *flow, int side, enum letter which, char letter)
{
	if (!once(flow, side, which, letter) || !flow_trouble(flow, side))
		return;
	const uint32_t before = ++flow_trouble(flow, side)->zeek[which - AGAIN];
	if (is_power_of_ten(before + 1))
		append(flow, side, letter);
}

/* Sequence numbers are compared with the last one only, so half of their bits will do. */
static uint16_t fold(uint32_t seq)
{
	return (uint16_t)(seq ^ seq >> 16);
}

/* Written again where its number is another. */
static void numbered(
	struct flow *flow, int side, enum letter which, char letter, uint16_t *last, uint32_t seq)
{
	if (once(flow, side, which, letter) && *last != fold(seq))
		append(flow, side, letter);
	*last = fold(seq);
}

/* From here on Zeek's idea of what has been sent is another than ours. */
static void part(struct flow *flow, int side, uint32_t last)
{
	struct trouble *t = measure_trouble(flow, side);
	if (!t)
		return;
	t->zeek_last = last;
	flow->end[side].has |= HAS_APART;
	flow->end[side].has &= ~(uint32_t)(HAS_TOLD_DATA | HAS_TOLD_ACK);
}

/* Zeek numbers a connection anew from a SYN that comes before FIN or RST. */
static void syn(struct flow *flow, int side, const struct fw_segment *seg)
{
	const struct zeek_end *e = &flow->zeek[side];
	const bool over = e->state == CLOSED || (e->state == RESET && e->was != WAS_INACTIVE);
	const bool another = e->state != INACTIVE && seg->seq != flow->end[side].iss;
	const char letter = seg->flags & FW_ACK ? 'H' : 'S';
	if (once(flow, side, SYN, letter) && over && another)
		append(flow, side, letter);
	if (another && !over)
		part(flow, side, seg->seq + 1);
}

static void flags(struct flow *flow, int side, const struct fw_segment *seg)
{
	struct zeek_end *e = &flow->zeek[side];
	switch (seg->flags & CONTROL) {
	case 0:
		if (seg->payload_len)
			once(flow, side, DATA, 'D');
		else if (seg->flags & FW_ACK)
			once(flow, side, ACK, 'A');
		break;
	case FW_SYN:
		syn(flow, side, seg);
		break;
	case FW_FIN:
		numbered(flow, side, FIN, 'F', &e->fin, seg->seq + seg->payload_len);
		break;
	case FW_RST:
		numbered(flow, side, RST, 'R', &e->rst, seg->seq);
		break;
	default:
		if ((seg->flags & (FW_FIN | FW_RST)) == (FW_FIN | FW_RST))
			once(flow, side, FIN_RST, 'I');
		else
			once(flow, side, MANY, 'Q');
	}
}

static void go(struct zeek_end *e, enum zeek_state state)
{
	if (e->state == state)
		return;
	e->was = e->state == INACTIVE     ? WAS_INACTIVE
		: e->state == ESTABLISHED ? WAS_ESTABLISHED
		: e->state == CLOSED      ? WAS_CLOSED
					  : WAS_ELSEWHERE;
	e->state = state;
}

static void from_inactive(
	struct zeek_end *snd, struct zeek_end *rcv, const struct fw_segment *seg, bool originator)
{
	if (seg->flags & FW_SYN && originator) {
		go(snd, seg->flags & FW_ACK ? SYN_ACK_SENT : SYN_SENT);
	} else if (seg->flags & FW_SYN) {
		if (rcv->state == SYN_SENT)
			go(rcv, ESTABLISHED);
		go(snd, ESTABLISHED);
	}
	if (seg->flags & FW_FIN)
		go(snd, CLOSED);
	if (seg->flags & FW_RST)
		go(snd, RESET);
	if (snd->state != INACTIVE)
		return;
	if (!originator && !seg->payload_len && rcv->state == SYN_SENT)
		return;
	go(snd, seg->flags & FW_ACK && rcv->state == ESTABLISHED ? ESTABLISHED : PARTIAL);
}

static void from_open(struct zeek_end *snd, struct zeek_end *rcv, const struct fw_segment *seg)
{
	const bool begun = snd->state == PARTIAL || snd->state == ESTABLISHED;
	if ((seg->flags & (FW_SYN | FW_ACK)) == FW_SYN && snd->state == PARTIAL &&
		rcv->state == INACTIVE)
		go(snd, SYN_SENT);
	if (seg->flags & FW_FIN && !(begun && seg->flags & FW_RST)) {
		go(snd, CLOSED);
		if (begun && rcv->state == RESET && rcv->was == WAS_CLOSED)
			go(rcv, CLOSED);
	}
	if (seg->flags & FW_RST)
		go(snd, RESET);
}

static void states(struct flow *flow, int side, const struct fw_segment *seg)
{
	struct zeek_end *snd = &flow->zeek[side], *rcv = &flow->zeek[!side];
	if (snd->state == INACTIVE)
		from_inactive(snd, rcv, seg, side == flow->client);
	else if (snd->state < CLOSED)
		from_open(snd, rcv, seg);
	else if (snd->state == CLOSED && seg->flags & FW_RST && rcv->state != CLOSED)
		go(snd, RESET);
}

static bool is_clean(const struct zeek_end *e)
{
	return e->state == ESTABLISHED || (e->state == CLOSED && e->was == WAS_ESTABLISHED);
}

/* What is acknowledged and was never there. */
static void gaps(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const struct end *snd = &flow->end[side];
	const struct trouble *t = flow_trouble(flow, !side);
	if (!j->ack_fresh || !is_clean(&flow->zeek[0]) || !is_clean(&flow->zeek[1]))
		return;
	for (unsigned i = 0; t && snd->has & HAS_ACK && i < t->holes.count; i++) {
		const struct hole *hole = &t->holes.hole[i];
		if (seq_after(hole->right, snd->ack) && seq_before(hole->left, seg->ack))
			again(flow, !side, GAP, 'G');
	}
	if (j->facts & FW_FACT_ack_unseen)
		again(flow, !side, GAP, 'G');
}

/* Zeek takes every number but a reset's: of probes too, and of what lies outside of the window. */
static void octets(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	struct end *snd = &flow->end[side];
	const struct zeek_end *e = &flow->zeek[side];
	const uint32_t last = snd->has & HAS_APART ? flow_trouble(flow, side)->zeek_last : snd->nxt;
	const bool ours = j->own && !(j->facts & (FW_FACT_keepalive | FW_FACT_zero_window_probe));
	if (seg->flags & FW_RST || e->state == INACTIVE || e->state == RESET ||
		!(snd->has & HAS_SEGMENT))
		return;
	if (!seq_after(j->after, last)) {
		if (seg->payload_len)
			again(flow, side, REPEATED, 'T');
	} else if (snd->has & HAS_APART) {
		flow_trouble(flow, side)->zeek_last = j->after;
	} else if (!ours) {
		part(flow, side, j->after);
	}
}

/* Wireshark looks for data and FINs where there is an ACK, and takes for an ACK what is without
 * data. A SYN that comes after its answer it leaves out. */
static uint8_t completeness(uint8_t before, const struct fw_segment *seg)
{
	const unsigned rst = seg->flags & FW_RST ? W_RST : 0;
	if (!(seg->flags & FW_ACK))
		return (uint8_t)(before | rst |
			(seg->flags & FW_SYN && !(before & W_SYN_ACK) ? W_SYN : 0));
	const unsigned fin = seg->flags & FW_FIN ? W_FIN : 0;
	const unsigned data = seg->payload_len ? W_DATA : 0;
	const unsigned ack = seg->flags & FW_SYN ? W_SYN_ACK : data ? 0 : W_ACK;
	return (uint8_t)(before | rst | fin | data | ack);
}

/* What is written and can't move Zeek's machine either is passed over from now on. */
static void rest(struct flow *flow, int side)
{
	const struct zeek_end *e = &flow->zeek[side];
	if (e->state == INACTIVE || flow->end[side].has & HAS_APART)
		return;
	flow->end[side].has |= (e->letters & 1u << DATA ? HAS_TOLD_DATA : 0u) |
		(e->letters & 1u << ACK ? HAS_TOLD_ACK : 0u);
}

void zeek_enter(
	struct flow *flow, int side, const struct fw_segment *seg, const struct judgement *j)
{
	const struct zeek_end *e = &flow->zeek[side], *peer = &flow->zeek[!side];
	if (!flow->history_len && side != flow->client)
		append(flow, flow->client, '^');
	flow->completeness = completeness(flow->completeness, seg);
	if (j->corrupt) {
		again(flow, side, DAMAGED, 'C');
		return;
	}
	flags(flow, side, seg);
	if (!seg->window && !(seg->flags & FW_RST) && peer->state != CLOSED && e->state != RESET)
		again(flow, side, WINDOW, 'W');
	octets(flow, side, seg, j);
	states(flow, side, seg);
	gaps(flow, side, seg, j);
	if (j->facts & FW_FACT_ack_unseen && !(flow->end[!side].has & HAS_APART))
		part(flow, !side, flow->end[!side].nxt);
	rest(flow, side);
}

/* A SYN and a reset of the originator, and in between at most what repeats the SYN. */
static bool gave_up(const struct flow *flow)
{
	static const char others[] = "HAFGIQ";
	if (!flow->history_len || flow->history[0] != 'S')
		return false;
	for (int i = 1;
		i < flow->history_len && !memchr(others, *zeek_letter(flow, i), sizeof others - 1);
		i++)
		if (*zeek_letter(flow, i) == 'R')
			return true;
	return false;
}

static bool no_data(const struct flow *flow)
{
	return !((flow->end[0].has | flow->end[1].has) & HAS_DATA);
}

static const char *of_reset(const struct flow *flow, enum zeek_state o, enum zeek_state r)
{
	if (r != RESET)
		return r != INACTIVE && r != PARTIAL ? "RSTO" : gave_up(flow) ? "RSTOS0" : "OTH";
	if (o == SYN_SENT || o == SYN_ACK_SENT || (o == RESET && no_data(flow)))
		return "REJ";
	return o == INACTIVE || o == PARTIAL ? "RSTRH" : "RSTR";
}

const char *zeek_state(const struct flow *flow)
{
	const enum zeek_state o = flow->zeek[flow->client].state,
			      r = flow->zeek[!flow->client].state;
	if (o == RESET || r == RESET)
		return of_reset(flow, o, r);
	if (o == CLOSED && r == CLOSED)
		return "SF";
	if (o == CLOSED)
		return r == INACTIVE || r == PARTIAL ? "SH" : "S2";
	if (r == CLOSED)
		return o == INACTIVE || o == PARTIAL ? "SHR" : "S3";
	if (o == SYN_SENT && r == INACTIVE)
		return "S0";
	return o == ESTABLISHED && r == ESTABLISHED ? "S1" : "OTH";
}

uint8_t zeek_completeness(const struct flow *flow)
{
	return flow->completeness;
}
