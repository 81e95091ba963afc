/* A short sorted list of ranges. */
#include "holes.h"

#include <string.h>

#include "seqno.h"

#define FAR (1u << 30) /* beyond, sequence numbers begin to mean something else */

static void drop(struct holes *holes, uint32_t i)
{
	memmove(&holes->hole[i], &holes->hole[i + 1],
		(holes->count - i - 1) * sizeof holes->hole[0]);
	holes->count--;
}

static void forget(struct holes *holes, uint32_t left, uint32_t right)
{
	holes->forgotten += right - left;
	holes->forgotten_ranges += holes->forgotten_ranges < UINT32_MAX;
}

void holes_add(struct holes *holes, uint32_t left, uint32_t right)
{
	struct hole *last = holes->count ? &holes->hole[holes->count - 1] : NULL;
	if (last && last->right == left && right - last->left < FAR) {
		last->right = right;
		return;
	}
	while (holes->count == HOLES_MAX || (holes->count && right - holes->hole[0].left >= FAR)) {
		forget(holes, holes->hole[0].left, holes->hole[0].right);
		drop(holes, 0);
	}
	holes->hole[holes->count++] = (struct hole){left, right};
}

uint32_t holes_covered(const struct holes *holes, uint32_t left, uint32_t right)
{
	uint32_t octets = 0;
	for (uint32_t i = 0; i < holes->count; i++) {
		const struct hole *h = &holes->hole[i];
		const uint32_t from = seq_after(left, h->left) ? left : h->left;
		const uint32_t to = seq_before(right, h->right) ? right : h->right;
		if (seq_before(from, to))
			octets += to - from;
	}
	return octets;
}

/* The part of hole I after RIGHT becomes a hole of its own. Without room for it, it is
 * forgotten. */
static void split(struct holes *holes, uint32_t i, uint32_t left, uint32_t right)
{
	const struct hole rest = {right, holes->hole[i].right};
	holes->hole[i].right = left;
	if (holes->count == HOLES_MAX) {
		forget(holes, rest.left, rest.right);
		return;
	}
	memmove(&holes->hole[i + 2], &holes->hole[i + 1], (holes->count - i - 1) * sizeof rest);
	holes->hole[i + 1] = rest;
	holes->count++;
}

void holes_fill(struct holes *holes, uint32_t left, uint32_t right)
{
	for (uint32_t i = holes->count; i-- > 0;) {
		struct hole *h = &holes->hole[i];
		if (!seq_before(left, h->right) || !seq_before(h->left, right))
			continue;
		const bool keeps_left = seq_before(h->left, left),
			   keeps_right = seq_before(right, h->right);
		if (keeps_left && keeps_right)
			split(holes, i, left, right);
		else if (keeps_left)
			h->right = left;
		else if (keeps_right)
			h->left = right;
		else
			drop(holes, i);
	}
}
