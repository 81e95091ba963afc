/* Makes the captures that speed is measured on: simulated TCP connections, as a tap sees them.
 *
 *   gencap WORKLOAD [COUNT[k|M]] [SEED] >FILE
 *
 * Both ends of every connection are simulated with their windows, timers and losses. Time is the
 * tap's: an end answers what passes the tap one round trip (tap to end and back) later, and what
 * one end sends stays in order. So one event a packet is enough: it is written, then delivered.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "draw.h"
#include "heap.h"
#include "pool.h"
#include "wire.h"
#include "workload.h"

#define NEVER UINT64_MAX
#define NONE  UINT32_MAX
#define EPOCH (1700000000 * SEC)

#define WINDOW      64 /* segments in flight at most: one bit each */
#define DELAYED_ACK (40 * MS)
#define RTO_MARGIN  (200 * MS) /* what Linux adds to the round trip */
#define RTO_FIRST   (1 * SEC)  /* RFC 6298 2.1 */
#define SYN_TRIES   3
#define DATA_TRIES  10

enum event_kind { EVENT_PACKET, EVENT_TIMER, EVENT_SOURCE };

/* One direction: what its sender has sent of its present message (a SYN or a FIN is one too), and
 * what its receiver has of it, counted in segments. A new message begins only once the peer's
 * answer has acknowledged the one before. */
struct stream {
	uint32_t base, len, count; /* SEQ of the first octet, octets, segments */
	uint32_t una, nxt, got;
	uint32_t newest;               /* segment received last out of order */
	uint32_t recover;              /* RFC 6675: no second reduction before this */
	uint64_t sacked, lost, resent; /* bit i: segment una + i */
	uint64_t ahead;                /* bit i: segment got + i has been received */
	uint8_t message, flags;        /* its number; TCP_SYN, TCP_FIN */
	uint8_t cwnd, ssthresh, tries;
};

struct end {
	struct stream out;
	uint64_t busy;                  /* until when its link is */
	uint64_t rto, delayed_ack, act; /* deadlines */
	uint64_t armed;                 /* time of the event that looks at them */
	uint32_t rtt;                   /* ns from the tap to this end and back */
	uint32_t ts_offset, ts_recent, acked;
	uint32_t addr, window; /* octets */
	uint16_t port, id;
	uint8_t ttl, wscale, pending; /* segments received and not yet acknowledged */
	struct size message;
};

struct flow {
	struct end end[2];
	uint32_t events; /* that refer to it */
	uint16_t mss, loss;
	uint8_t manner, exchanges;
	bool v6, timestamps, sack, over;
};

/* A segment on its way, complete as its sender made it. */
struct packet {
	uint64_t ahead; /* what the sender has out of order, from ack_index on */
	uint32_t flow, seq, ack, ack_limit;
	uint32_t index, ack_index; /* segment of the message, NONE if empty; acknowledged up to */
	uint32_t tsval, tsecr;
	uint16_t len, id, window;
	uint8_t message, ack_message, newest, side, flags;
	bool lost;
};

struct generator {
	const struct workload *load;
	struct dice dice;
	struct heap heap;
	struct pool flows, packets;
	struct wire wire;
	uint64_t now, count;
	uint64_t connections, syns, open, open_at_most;
};

static struct flow *flow_at(const struct generator *g, uint32_t i)
{
	return pool_at(&g->flows, i);
}

static void schedule(struct generator *g, uint64_t time, enum event_kind kind, uint32_t n)
{
	heap_push(&g->heap, (struct event){time, n << 2 | kind});
}

/* The lowest n bits. */
static uint64_t ones(uint32_t n)
{
	return n < 64 ? (1ull << n) - 1 : UINT64_MAX;
}

static uint64_t shifted(uint64_t bits, uint32_t n)
{
	return n < 64 ? bits >> n : 0;
}

/* SEQ at which segment index of the message starts; of index count, where the next message does. */
static uint32_t seq_of(const struct stream *s, uint32_t index, uint32_t mss)
{
	return index < s->count ? s->base + index * mss : s->base + s->len + (s->flags != 0);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void arm(struct generator *g, uint32_t id, unsigned side)
{
	struct flow *f = flow_at(g, id);
	struct end *e = &f->end[side];
	uint64_t first = earlier(e->rto, earlier(e->delayed_ack, e->act));
	if (first >= e->armed || f->over)
		return;
	e->armed = first;
	f->events++;
	schedule(g, first, EVENT_TIMER, id << 1 | side);
}

static void end_flow(struct generator *g, struct flow *f)
{
	g->open -= !f->over;
	f->over = true;
}

static bool loses(struct generator *g, const struct flow *f)
{
	return f->loss && below(&g->dice, 1000) < f->loss;
}

static uint16_t segment_len(const struct stream *s, uint32_t index, uint32_t mss)
{
	if (index == NONE)
		return 0;
	return (uint16_t)(index + 1 < s->count ? mss : s->len - index * mss);
}

static uint8_t segment_flags(const struct stream *s, uint32_t index)
{
	if (index == NONE)
		return TCP_ACK;
	if (s->flags & TCP_SYN)
		return TCP_SYN;
	return TCP_ACK | (index + 1 < s->count ? 0 : s->flags | (s->len ? TCP_PSH : 0));
}

/* What a segment says of the other direction. */
static void acknowledge(struct packet *p, struct end *e, const struct stream *in, uint32_t mss)
{
	p->ack = e->acked = seq_of(in, in->got, mss);
	p->ack_limit = seq_of(in, in->count, mss);
	p->ack_message = in->message;
	p->ack_index = in->got;
	p->ahead = in->ahead;
	p->newest = in->newest > in->got ? (uint8_t)(in->newest - in->got) : 0;
	e->pending = 0;
	e->delayed_ack = NEVER;
}

/* Sends segment index of the message, or an empty one if NONE, with the flags given besides. */
static void emit(struct generator *g, uint32_t id, unsigned side, uint32_t index, uint8_t flags)
{
	struct flow *f = flow_at(g, id);
	struct end *e = &f->end[side];
	const struct stream *out = &e->out, *in = &f->end[!side].out;
	uint64_t time = g->now + e->rtt + below(&g->dice, 20 * US);
	time = time > e->busy ? time : e->busy;
	struct packet made = {.flow = id,
		.side = (uint8_t)side,
		.index = index,
		.id = e->id++,
		.message = out->message,
		.len = segment_len(out, index, f->mss)};
	made.seq = seq_of(out, index == NONE ? out->nxt : index, f->mss);
	made.flags = segment_flags(out, index) | flags;
	if (side == SERVER)
		made.flags |= TCP_ACK;
	made.window = made.flags & TCP_SYN ? 64240 : (uint16_t)(e->window >> e->wscale);
	made.tsval = e->ts_offset + (uint32_t)(time / MS);
	made.tsecr = e->ts_recent;
	if (made.flags & TCP_ACK)
		acknowledge(&made, e, in, f->mss);
	e->busy = time + 8 * (66u + made.len) + US;

	bool lost = loses(g, f);
	made.lost = lost || (f->manner == UNANSWERED && side == CLIENT);
	if (lost && percent(&g->dice, 50))
		return; /* before the tap */
	uint32_t n = pool_take(&g->packets);
	*(struct packet *)pool_at(&g->packets, n) = made;
	f->events++;
	schedule(g, time, EVENT_PACKET, n);
}

static uint64_t timeout(const struct flow *f, const struct stream *s)
{
	uint64_t rto = s->flags & TCP_SYN ? RTO_FIRST : f->end[0].rtt + f->end[1].rtt + RTO_MARGIN;
	return rto << s->tries;
}

/* Sends what the congestion window allows, lost segments first (RFC 6675). */
static void send_more(struct generator *g, uint32_t id, unsigned side)
{
	struct flow *f = flow_at(g, id);
	struct end *e = &f->end[side];
	struct stream *s = &e->out;
	uint32_t limit = f->end[!side].window / f->mss;
	uint32_t pipe =
		(uint32_t)__builtin_popcountll(ones(s->nxt - s->una) & ~s->sacked & ~s->lost);

	for (limit = limit < WINDOW ? limit : WINDOW; pipe < s->cwnd; pipe++) {
		if (s->lost) {
			uint64_t bit = s->lost & -s->lost;
			s->lost ^= bit;
			s->resent |= bit;
			emit(g, id, side, s->una + (uint32_t)__builtin_ctzll(bit), 0);
		} else if (s->nxt < s->count && s->nxt - s->una < limit) {
			s->nxt++;
			emit(g, id, side, s->nxt - 1, 0);
		} else {
			break;
		}
	}
	if (s->una < s->nxt && e->rto == NEVER)
		e->rto = g->now + timeout(f, s);
}

static void send_message(
	struct generator *g, uint32_t id, unsigned side, uint32_t len, uint8_t flags)
{
	struct flow *f = flow_at(g, id);
	struct stream *s = &f->end[side].out;
	s->base = seq_of(s, s->count, f->mss);
	s->len = len;
	s->flags = flags;
	s->count = len ? (len + f->mss - 1) / f->mss : 1;
	s->message++;
	s->una = s->nxt = s->got = s->newest = s->recover = 0;
	s->sacked = s->lost = s->resent = s->ahead = 0;
	send_more(g, id, side);
}

static void reset(struct generator *g, uint32_t id, unsigned side)
{
	emit(g, id, side, NONE, TCP_RST | TCP_ACK);
	end_flow(g, flow_at(g, id));
}

static uint32_t message_len(struct generator *g, const struct end *e)
{
	return heavy(&g->dice, e->message.min, e->message.octaves);
}

static void request_or_close(struct generator *g, uint32_t id)
{
	struct flow *f = flow_at(g, id);
	if (f->exchanges > 0) {
		bool last = --f->exchanges == 0;
		send_message(g, id, CLIENT, message_len(g, &f->end[CLIENT]),
			last && f->manner == HALF_CLOSES ? TCP_FIN : 0);
	} else if (f->manner == RESETS) {
		reset(g, id, CLIENT);
	} else if (f->manner != STAYS_OPEN) {
		send_message(g, id, CLIENT, 0, TCP_FIN);
	}
}

static void respond(struct generator *g, uint32_t id)
{
	struct flow *f = flow_at(g, id);
	bool last = f->exchanges == 0;
	bool closes = last && (f->manner == SERVER_CLOSES || f->manner == HALF_CLOSES);
	if (last && f->manner == STAYS_OPEN)
		return;
	send_message(g, id, SERVER, message_len(g, &f->end[SERVER]), closes ? TCP_FIN : 0);
}

/* What an end does next, having all of its peer's message. */
static void act(struct generator *g, uint32_t id, unsigned side)
{
	struct flow *f = flow_at(g, id);
	uint8_t received = f->end[!side].out.flags, sent = f->end[side].out.flags;
	if (sent & TCP_FIN)
		return;
	if (side == CLIENT && received & TCP_FIN)
		send_message(g, id, side, 0, TCP_FIN);
	else if (side == CLIENT)
		request_or_close(g, id);
	else if (received & TCP_SYN && f->manner == REFUSED)
		reset(g, id, side);
	else if (received & TCP_SYN)
		send_message(g, id, side, 0, TCP_SYN);
	else if (received & TCP_FIN && f->end[CLIENT].out.len == 0)
		send_message(g, id, side, 0, TCP_FIN);
	else
		respond(g, id);
}

static uint64_t pause_before(struct generator *g, const struct flow *f, unsigned side)
{
	uint8_t received = f->end[!side].out.flags;
	uint64_t mean = g->load->pause[side];
	if (received & TCP_SYN && side == SERVER)
		return 0;
	if (received & TCP_FIN)
		return wait(&g->dice, MS);
	if (g->load->all_first) {
		uint64_t span = g->count * g->load->gap[SOURCE_CONNECTIONS];
		return EPOCH + span + (span >> 16) * below(&g->dice, 65536) - g->now + SEC;
	}
	return received & TCP_SYN ? wait(&g->dice, mean / 8) : wait(&g->dice, mean);
}

static void detect_loss(struct generator *g, const struct flow *f, struct stream *s)
{
	uint64_t missing = 0;
	if (f->sack && s->sacked > 7) /* three above it have arrived: RFC 6675 DupThresh */
		missing = ones(61 - (uint32_t)__builtin_clzll(s->sacked)) & ~s->sacked;
	else if (!f->sack && __builtin_popcountll(s->sacked) >= 3)
		missing = 1;
	missing &= ~s->resent & ~s->lost;
	if (!missing)
		return;
	s->lost |= missing;
	if (s->una < s->recover)
		return;
	s->recover = s->nxt;
	s->ssthresh = s->cwnd / 2 > 2 ? s->cwnd / 2 : 2;
	s->cwnd = s->ssthresh > g->load->cwnd_floor ? s->ssthresh : (uint8_t)g->load->cwnd_floor;
}

static void grow_window(struct generator *g, struct stream *s, uint32_t acked)
{
	uint32_t more = s->cwnd < s->ssthresh ? acked : below(&g->dice, s->cwnd) < acked;
	s->cwnd = (uint8_t)(s->cwnd + more < WINDOW ? s->cwnd + more : WINDOW);
}

static void take_ack(struct generator *g, uint32_t id, unsigned side, const struct packet *p)
{
	struct flow *f = flow_at(g, id);
	struct end *e = &f->end[side];
	struct stream *s = &e->out;
	if (p->ack_message != s->message || p->ack_index < s->una || s->una == s->count)
		return;
	uint32_t acked = p->ack_index - s->una;
	if (acked > 0) {
		s->una = p->ack_index;
		s->sacked = shifted(s->sacked, acked);
		s->lost = shifted(s->lost, acked);
		s->resent = shifted(s->resent, acked);
		s->tries = 0;
		e->rto = NEVER;
		grow_window(g, s, acked);
	}
	s->sacked |= p->ahead;
	s->lost &= ~s->sacked;
	detect_loss(g, f, s);
	send_more(g, id, side);
	bool both_closed = s->flags & f->end[!side].out.flags & TCP_FIN;
	if (both_closed && s->una == s->count && f->end[!side].out.una == f->end[!side].out.count)
		end_flow(g, f);
}

/* RFC 5681 4.2: every second segment at once, one alone later, and all that is not as expected. */
static void owe_ack(struct generator *g, uint32_t id, unsigned side, bool at_once)
{
	struct end *e = &flow_at(g, id)->end[side];
	e->pending++;
	if (at_once || e->pending >= 2)
		emit(g, id, side, NONE, 0);
	else if (e->delayed_ack == NEVER)
		e->delayed_ack = g->now + DELAYED_ACK;
}

static void take_repeat(struct generator *g, uint32_t id, unsigned side, const struct packet *p)
{
	struct flow *f = flow_at(g, id);
	const struct stream *out = &f->end[side].out;
	if (p->flags & TCP_SYN && side == SERVER && out->nxt > out->una)
		emit(g, id, side, 0, 0); /* the SYN,ACK again */
	else
		owe_ack(g, id, side, true);
}

static void take_segment(struct generator *g, uint32_t id, unsigned side, const struct packet *p)
{
	struct flow *f = flow_at(g, id);
	struct stream *in = &f->end[!side].out;
	if (p->message != in->message || p->index < in->got) {
		take_repeat(g, id, side, p);
		return;
	}
	bool hole = in->ahead != 0;
	if (p->index > in->got) {
		in->ahead |= 1ull << (p->index - in->got);
		in->newest = p->index;
		owe_ack(g, id, side, true);
		return;
	}
	do {
		in->got++;
		in->ahead >>= 1;
	} while (in->ahead & 1);
	if (in->got == in->count)
		f->end[side].act = g->now + pause_before(g, f, side);
	if (p->flags & TCP_SYN && side == SERVER)
		return; /* its SYN,ACK follows at once */
	bool closed = f->end[side].out.flags & TCP_FIN;
	bool answers_soon = in->flags & TCP_FIN && !closed && percent(&g->dice, 40);
	owe_ack(g, id, side, hole || (in->got == in->count && in->flags && !answers_soon));
}

static void deliver(struct generator *g, const struct packet *p)
{
	struct flow *f = flow_at(g, p->flow);
	unsigned side = !p->side;
	struct end *e = &f->end[side];
	if (f->over || p->flags & TCP_RST)
		return;
	if ((int32_t)(p->seq - e->acked) <= 0 || p->flags & TCP_SYN) /* RFC 7323 4.3 */
		e->ts_recent = p->tsval;
	if (p->flags & TCP_ACK)
		take_ack(g, p->flow, side, p);
	if (p->index != NONE && !f->over)
		take_segment(g, p->flow, side, p);
	arm(g, p->flow, side);
}

static void retransmit(struct generator *g, uint32_t id, unsigned side)
{
	struct flow *f = flow_at(g, id);
	struct stream *s = &f->end[side].out;
	if (++s->tries > (s->flags & TCP_SYN ? SYN_TRIES : DATA_TRIES)) {
		end_flow(g, f);
		return;
	}
	s->lost = ones(s->nxt - s->una) & ~s->sacked;
	s->resent = 0;
	s->recover = s->nxt;
	s->ssthresh = s->cwnd / 2 > 2 ? s->cwnd / 2 : 2;
	s->cwnd = 1;
	f->end[side].rto = NEVER;
	send_more(g, id, side);
	if (s->cwnd < g->load->cwnd_floor)
		s->cwnd = (uint8_t)g->load->cwnd_floor;
}

static void run_timers(struct generator *g, uint64_t time, uint32_t id, unsigned side)
{
	struct flow *f = flow_at(g, id);
	struct end *e = &f->end[side];
	if (f->over || e->armed != time)
		return;
	e->armed = NEVER;
	if (e->act <= time) {
		e->act = NEVER;
		act(g, id, side);
	}
	if (e->delayed_ack <= time)
		emit(g, id, side, NONE, 0);
	if (e->rto <= time)
		retransmit(g, id, side);
	arm(g, id, side);
}

static void release(struct generator *g, uint32_t id)
{
	struct flow *f = flow_at(g, id);
	if (--f->events == 0) /* nothing can happen to it any more, whether it is closed or not */
		pool_return(&g->flows, id);
}

/* At most three blocks, that of the newest segment first (RFC 2018 4). */
static uint8_t put_sack(const struct packet *p, uint32_t mss, uint32_t sack[3][2])
{
	uint8_t count = 0;
	uint64_t rest = p->ahead;
	uint32_t at = p->newest;
	while (rest && count < 3) {
		if (!(rest >> at & 1))
			at = (uint32_t)__builtin_ctzll(rest);
		while (at > 0 && rest >> (at - 1) & 1)
			at--;
		uint32_t end = at + (uint32_t)__builtin_ctzll(~(rest >> at));
		uint32_t right = end * mss;
		sack[count][0] = p->ack + at * mss;
		sack[count++][1] = right < p->ack_limit - p->ack ? p->ack + right : p->ack_limit;
		rest &= ~(ones(end) & ~ones(at));
		at = 0;
	}
	return count;
}

static void write_packet(struct generator *g, const struct packet *p)
{
	const struct flow *f = flow_at(g, p->flow);
	const struct end *from = &f->end[p->side], *to = &f->end[!p->side];
	const struct packet_ip ip = {.v6 = f->v6,
		.side = p->side,
		.protocol = PROTOCOL_TCP,
		.ttl = from->ttl,
		.id = p->id,
		.addr = {from->addr, to->addr}};
	struct packet_tcp tcp = {.port = {from->port, to->port},
		.seq = p->seq,
		.len = p->len,
		.window = p->window,
		.flags = p->flags,
		.tsval = p->tsval,
		.timestamps = f->timestamps && !(p->flags & TCP_RST),
		.sack_ok = f->sack,
		.wscale = from->wscale,
		.mss = f->v6 ? 1440 : 1460};
	if (p->flags & TCP_ACK) {
		tcp.ack = p->ack;
		tcp.tsecr = p->tsecr;
	}
	if (f->sack && p->ahead && !p->len)
		tcp.sacks = put_sack(p, f->mss, tcp.sack);
	wire_tcp(&g->wire, g->now, &ip, &tcp);
}

static uint8_t draw_manner(struct generator *g)
{
	uint32_t at = below(&g->dice, 100);
	uint8_t manner = 0;
	while (at >= g->load->manners[manner])
		at -= g->load->manners[manner++];
	return manner;
}

/* The round trip is 0.2 to 200 ms; the tap stands by the server, by the client or between them. */
static void place_tap(struct generator *g, struct flow *f)
{
	uint32_t rtt = (uint32_t)spread(&g->dice, 200 * US, 10);
	uint32_t near = g->load->tap == MIDDLE ? SERVER : below(&g->dice, 10) < 3;
	uint32_t part = 1 + below(&g->dice, 5);
	if (g->load->tap == MIDDLE) {
		rtt = (uint32_t)(20 * MS + spread(&g->dice, 5 * MS, 4));
		part = 30 + below(&g->dice, 40);
	}
	f->end[!near].rtt = rtt / 100 * (100 - part);
	f->end[near].rtt = rtt / 100 * part;
}

static void draw_end(struct generator *g, struct flow *f, unsigned side)
{
	static const uint8_t ttls[2] = {64, 128};
	struct end *e = &f->end[side];
	bool scales = !percent(&g->dice, 5);
	e->rto = e->delayed_ack = e->act = e->armed = NEVER;
	e->out.base = (uint32_t)draw(&g->dice);
	e->out.cwnd = g->load->cwnd_floor > 10 ? (uint8_t)g->load->cwnd_floor : 10;
	e->out.ssthresh = WINDOW;
	e->ts_offset = (uint32_t)draw(&g->dice);
	e->id = (uint16_t)draw(&g->dice);
	e->ttl = ttls[percent(&g->dice, 20)];
	e->ttl -= (uint8_t)below(&g->dice, 20);
	e->wscale = scales ? 7 : 0;
	e->window = scales ? 128 << 10 : 65535;
	e->message = g->load->message[side];
}

/* Tuples differ: hosts take turns, and each takes its next port. */
static void draw_tuple(struct generator *g, struct flow *f)
{
	static const uint16_t services[8] = {443, 443, 443, 80, 8080, 22, 5432, 25};
	const uint32_t hosts = 20011, servers = 500;
	uint32_t n = (uint32_t)g->connections;
	f->end[CLIENT].addr = 0x0a000000 + (uint32_t)((uint64_t)n * 7919 % hosts) + 1;
	f->end[CLIENT].port = (uint16_t)(32768 + n / hosts % 28000);
	f->end[SERVER].addr = 0xc6120000 + below(&g->dice, servers) + 1;
	f->end[SERVER].port = services[below(&g->dice, 8)];
}

/* Scaling takes both ends (RFC 7323 2.2). */
static void agree_window(struct flow *f)
{
	if (f->end[CLIENT].wscale && f->end[SERVER].wscale)
		return;
	for (unsigned side = 0; side < 2; side++) {
		f->end[side].wscale = 0;
		f->end[side].window = 65535;
	}
}

static uint32_t make_flow(struct generator *g)
{
	const struct workload *load = g->load;
	uint32_t id = pool_take(&g->flows);
	struct flow *f = flow_at(g, id);
	*f = (struct flow){.exchanges = 1};
	f->manner = draw_manner(g);
	f->v6 = percent(&g->dice, 10);
	f->timestamps = !percent(&g->dice, 10);
	f->sack = !percent(&g->dice, 5);
	draw_end(g, f, CLIENT);
	draw_end(g, f, SERVER);
	draw_tuple(g, f);
	agree_window(f);
	place_tap(g, f);
	f->mss = (uint16_t)((f->v6 ? 1440 : 1460) - (f->timestamps ? 12 : 0));
	if (percent(&g->dice, load->lossy_percent))
		f->loss = (uint16_t)load->loss;
	unsigned sender = percent(&g->dice, 80); /* mostly the server */
	if (percent(&g->dice, load->bulk_percent))
		f->end[sender].message = load->bulk;
	else if (load->exchanges)
		f->exchanges = (uint8_t)heavy(&g->dice, 1, load->exchanges);
	if (f->manner == REFUSED)
		f->end[SERVER].out.base = 0;
	g->connections++;
	g->open++;
	if (g->open > g->open_at_most)
		g->open_at_most = g->open;
	return id;
}

static void open_flow(struct generator *g)
{
	uint32_t id = make_flow(g);
	send_message(g, id, CLIENT, 0, TCP_SYN);
	arm(g, id, CLIENT);
}

/* A connection that was there before the capture: one end is about to send, soon. */
static void join_flow(struct generator *g)
{
	uint32_t id = make_flow(g);
	struct flow *f = flow_at(g, id);
	unsigned side = percent(&g->dice, 50);
	if (f->manner == REFUSED || f->manner == UNANSWERED)
		f->manner = CLIENT_CLOSES;
	f->end[side].act = g->now + wait(&g->dice, 100 * MS);
	for (unsigned i = 0; i < 2; i++)
		f->end[i].ts_recent = f->end[!i].ts_offset + (uint32_t)(g->now / MS);
	arm(g, id, side);
}

static void make_noise(struct generator *g)
{
	uint32_t host = 0x0a000000 + below(&g->dice, 20011) + 1;
	const struct packet_ip ip = {.v6 = percent(&g->dice, 10),
		.protocol = PROTOCOL_UDP,
		.ttl = 60,
		.addr = {host, 0xc6120001}};
	const uint16_t port[2] = {(uint16_t)(32768 + below(&g->dice, 28000)), 7777};
	if (percent(&g->dice, 10))
		wire_arp(&g->wire, g->now, host, 0x0a000001);
	else
		wire_udp(&g->wire, g->now, &ip, port, 20 + below(&g->dice, 1200));
}

/* The n-th of 2^32 addresses, each once: a multiplication by an odd number can be undone. */
static uint32_t flood_source(uint64_t n)
{
	uint32_t x = (uint32_t)n * 2654435761u;
	return (x ^ x >> 16) * 2246822519u;
}

/* One SYN that nobody answers, and a connection after every hundredth. */
static void flood(struct generator *g)
{
	uint64_t drawn = draw(&g->dice);
	uint16_t port = (uint16_t)(1024 + below(&g->dice, 64512));
	const struct packet_ip ip = {.protocol = PROTOCOL_TCP,
		.ttl = (uint8_t)(40 + drawn % 24),
		.id = (uint16_t)(drawn >> 16),
		.addr = {flood_source(g->syns), 0xc6120001}};
	const struct packet_tcp tcp = {.port = {port, 443},
		.seq = (uint32_t)(drawn >> 32),
		.window = 64240,
		.flags = TCP_SYN,
		.mss = 1460,
		.sack_ok = true,
		.wscale = 7};
	wire_tcp(&g->wire, g->now, &ip, &tcp);
	if (++g->syns % 100 == 0)
		open_flow(g);
}

static uint64_t counted(const struct generator *g)
{
	return g->load->counted == PACKETS ? g->wire.packets
		: g->load->counted == SYNS ? g->syns
					   : g->connections;
}

static void run_source(struct generator *g, enum source source)
{
	static void (*const run[])(struct generator *) = {open_flow, make_noise, flood};
	if (counted(g) >= g->count)
		return;
	run[source](g);
	schedule(g, g->now + 1 + wait(&g->dice, g->load->gap[source]), EVENT_SOURCE, source);
}

static void run_packet(struct generator *g, uint32_t n)
{
	struct packet p = *(const struct packet *)pool_at(&g->packets, n);
	pool_return(&g->packets, n);
	write_packet(g, &p);
	if (!p.lost)
		deliver(g, &p);
	release(g, p.flow);
}

static void run_event(struct generator *g, struct event e)
{
	uint32_t n = e.what >> 2;
	g->now = e.time;
	switch ((enum event_kind)(e.what & 3)) {
	case EVENT_PACKET:
		run_packet(g, n);
		break;
	case EVENT_TIMER:
		run_timers(g, e.time, n >> 1, n & 1);
		release(g, n >> 1);
		break;
	case EVENT_SOURCE:
		run_source(g, (enum source)n);
		break;
	}
}

static void generate(struct generator *g)
{
	g->now = EPOCH;
	for (uint32_t i = 0; i < 3; i++)
		if (g->load->gap[i])
			schedule(g, EPOCH, EVENT_SOURCE, i);
	for (uint32_t i = 0; i < g->load->at_once; i++)
		join_flow(g);
	while (g->heap.count > 0 && !(g->load->counted == PACKETS && counted(g) >= g->count))
		run_event(g, heap_pop(&g->heap));
}

static uint64_t parse_count(const char *text)
{
	char *end;
	uint64_t n = strtoull(text, &end, 10);
	uint64_t unit = *end == 'k' ? 1000 : *end == 'M' ? 1000000 : 1;
	return *end && end[1] ? 0 : n * unit;
}

static const struct workload *find_workload(const char *name)
{
	for (size_t i = 0; i < sizeof workloads / sizeof *workloads; i++)
		if (!strcmp(workloads[i].name, name))
			return &workloads[i];
	return NULL;
}

int main(int argc, char **argv)
{
	struct generator g = {
		.flows = {.size = sizeof(struct flow)}, .packets = {.size = sizeof(struct packet)}};
	g.load = argc > 1 && argc < 5 ? find_workload(argv[1]) : NULL;
	if (g.load)
		g.count = argc > 2 ? parse_count(argv[2]) : g.load->count;
	if (g.count == 0) {
		fprintf(stderr,
			"usage: gencap headers|mix|short|flood|elephants|concurrent "
			"[COUNT[k|M]] [SEED] >FILE\n");
		return 2;
	}
	g.dice.state = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
	wire_open(&g.wire, stdout, g.load->snaplen);
	generate(&g);
	wire_close(&g.wire);
	heap_free(&g.heap);
	pool_free(&g.flows);
	pool_free(&g.packets);
	fprintf(stderr,
		"packets %" PRIu64 " bytes %" PRIu64 " connections %" PRIu64 " syns %" PRIu64
		" open_at_most %" PRIu64 " open %" PRIu64 " seconds %.1f\n",
		g.wire.packets, g.wire.bytes, g.connections, g.syns, g.open_at_most, g.open,
		(double)(g.now - EPOCH) / SEC);
	return fclose(stdout) ? 2 : 0;
}
