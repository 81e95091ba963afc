/* How the layers of a frame are taken off, one function per protocol.
 *
 * Each function reads the header at packet->data, steps past it and returns what
 * the next layer's function makes of the rest. A function proves a length once,
 * before it reads; len never exceeds wire.
 */
#ifndef LAYER_H
#define LAYER_H

#include "finwait.h"

#define TUNNELS_MAX 8  /* tunnels inside one another */
#define HEADERS_MAX 32 /* tags, labels and extension headers of one frame */

struct fragments;

struct packet {
	const uint8_t *data; /* the next layer */
	uint32_t len;        /* bytes at data */
	uint32_t wire;       /* bytes from data on that were on the wire */
	struct fw_segment *segment;
	struct fragments *fragments;
	struct fw_quote *quote; /* room for one; NULL while a quote itself is decoded */
	uint8_t tunnels;        /* taken off so far */
	uint8_t headers;
	uint8_t vlans;
	bool ip;     /* a layer of IP was there: what comes to nothing is "not TCP" */
	bool ipv6;   /* the last of them: extension headers are its alone */
	bool quotes; /* quote is filled in */
};

typedef enum fw_account layer(struct packet *packet);

/* link.c */
layer decode_ethernet, decode_ppp, decode_mpls, decode_llc;
enum fw_account decode_link(struct packet *packet, uint32_t linktype);
enum fw_account decode_ethertype(struct packet *packet, uint16_t type);

/* wlan.c */
layer decode_ieee80211, decode_radiotap, decode_prism, decode_avs, decode_ppi;

/* ip.c */
layer decode_ip, decode_ipv4, decode_ipv6;

/* tunnel.c */
layer decode_gre, decode_udp, decode_etherip, decode_nsh;

/* icmp.c */
layer decode_icmp, decode_icmpv6;

/* tcp.c */
layer decode_tcp;

/* Steps past COUNT bytes that were proven to be there. */
static inline void advance(struct packet *packet, uint32_t count)
{
	packet->data += count;
	packet->len -= count;
	packet->wire -= count;
}

/* The rest is only WIRE bytes long: what follows is padding or a trailer. */
static inline void narrow(struct packet *packet, uint32_t wire)
{
	if (wire < packet->wire)
		packet->wire = wire;
	if (packet->len > packet->wire)
		packet->len = packet->wire;
}

/* The rest was WIRE bytes long, as its own header says, whatever the frame says. */
static inline void resize(struct packet *packet, uint32_t wire)
{
	packet->wire = wire;
	if (packet->len > wire)
		packet->len = wire;
}

/* Why NEED bytes of header are not there: the capture cut them, or they never were: ACCOUNT. */
static inline enum fw_account cut(
	const struct packet *packet, uint32_t need, enum fw_account account)
{
	return packet->wire < need ? account : FW_ACCOUNT_snapped;
}

/* The account of a frame that leads to nothing we follow. */
static inline enum fw_account other(const struct packet *packet)
{
	return packet->ip ? FW_ACCOUNT_not_tcp : FW_ACCOUNT_not_ip;
}

/* Counts one more tag, label or extension header: false if there are too many. */
static inline bool deeper(struct packet *packet)
{
	return ++packet->headers <= HEADERS_MAX;
}

/* Counts one more tunnel, false if there are too many. ID 0 is a tunnel that has none: then the
 * one around it tells flows apart. Tags outside of a tunnel are not the segment's. */
static inline bool enter_tunnel(struct packet *packet, uint32_t id)
{
	if (id)
		packet->segment->tunnel = id;
	packet->segment->vlan = 0;
	packet->vlans = 0;
	return ++packet->tunnels <= TUNNELS_MAX;
}

#endif
