/* Fragments in, whole datagrams out: bounded in number, in bytes and in time. */
#ifndef FRAGMENT_H
#define FRAGMENT_H

#include "finwait.h"

/* Fragments with the same key are parts of one datagram (RFC 791 3.2, RFC 8200 4.5). */
struct fragment_key {
	uint8_t src[16], dst[16];
	uint32_t id;
	uint32_t tunnel;
	uint32_t protocol; /* 0 for IPv6 */
};

struct fragment {
	struct fragment_key key;
	fw_time time;
	const uint8_t *data;
	uint32_t len;    /* bytes at data */
	uint32_t wire;   /* length of the fragment's payload on the wire */
	uint32_t offset; /* in bytes */
	bool more;       /* not the last */
	uint8_t next;    /* protocol of the datagram's payload; that of the first fragment counts */
};

struct datagram {
	const uint8_t *data; /* until fragments_recycle */
	uint32_t len;        /* bytes at data: up to what the capture cut from a fragment */
	uint32_t wire;
	uint8_t next;
};

enum fragment_fate { FRAGMENT_KEPT, FRAGMENT_LOST, FRAGMENT_COMPLETES };

struct fragments;

/* NULL where memory is short. KEY seeds the table. */
struct fragments *fragments_new(const uint64_t key[2]);
void fragments_free(struct fragments *fragments);

/* FRAGMENT_COMPLETES fills in WHOLE. A copy of what is there already is KEPT. */
enum fragment_fate fragments_add(
	struct fragments *fragments, const struct fragment *fragment, struct datagram *whole);

/* Frees the datagrams completed so far. */
void fragments_recycle(struct fragments *fragments);

#endif
