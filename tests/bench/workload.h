/* The workloads that speed is measured on, one row each. */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#define US  1000ull
#define MS  (1000 * US)
#define SEC (1000 * MS)

enum { CLIENT, SERVER };
enum manner { CLIENT_CLOSES, SERVER_CLOSES, HALF_CLOSES, RESETS, STAYS_OPEN, REFUSED, UNANSWERED };
enum counted { PACKETS, CONNECTIONS, SYNS };
enum tap { ANYWHERE, MIDDLE };
enum source { SOURCE_CONNECTIONS, SOURCE_NOISE, SOURCE_FLOOD };

struct size {
	uint32_t min, octaves; /* see heavy() */
};

struct workload {
	const char *name;
	enum counted counted;
	uint64_t count;
	uint32_t snaplen;
	uint64_t gap[3];              /* mean ns between events of each source, 0 for none */
	uint32_t at_once;             /* connections made at the start, mid-stream */
	struct size message[2], bulk; /* what each end sends; what some servers send */
	uint32_t bulk_percent;
	uint32_t exchanges; /* octaves of them */
	uint64_t pause[2];  /* mean ns before each end answers */
	enum tap tap;
	uint32_t lossy_percent, loss; /* flows that lose packets; how many in 1000 of theirs */
	uint32_t cwnd_floor;
	bool all_first;     /* nobody sends data before all are open */
	uint8_t manners[7]; /* percent each, in the order of enum manner */
};

/* clang-format off */
#define REALISTIC \
	.counted = PACKETS, .gap = {1130 * US, 500 * US}, .at_once = 2000, \
	.message = {{200, 3}, {400, 10}}, .bulk = {172000, 6}, .bulk_percent = 5, \
	.exchanges = 3, .pause = {1500 * MS, 20 * MS}, .lossy_percent = 30, .loss = 20, \
	.manners = {62, 25, 2, 6, 1, 2, 2}

static const struct workload workloads[] = {
	{.name = "headers", .count = 20000000, .snaplen = 96, REALISTIC},
	{.name = "mix", .count = 1700000, .snaplen = 65535, REALISTIC},
	{.name = "short", .counted = CONNECTIONS, .count = 2000000, .snaplen = 96,
	 .gap = {200 * US}, .message = {{200, 1}, {300, 1}},
	 .pause = {20 * SEC, 20 * SEC}, .manners = {100}},
	{.name = "flood", .counted = SYNS, .count = 10000000, .snaplen = 96,
	 .gap = {0, 0, 2 * US}, .message = {{200, 1}, {300, 1}},
	 .pause = {50 * MS, 50 * MS}, .manners = {100}},
	{.name = "elephants", .counted = PACKETS, .count = 10000000, .snaplen = 96,
	 .at_once = 16, .message = {{200, 0}, {1 << 30, 0}}, .tap = MIDDLE,
	 .lossy_percent = 100, .loss = 20, .cwnd_floor = 48, .manners = {100}},
	{.name = "concurrent", .counted = CONNECTIONS, .count = 1000000, .snaplen = 96,
	 .gap = {5 * US}, .message = {{200, 1}, {0, 0}},
	 .all_first = true, .manners = {0, 0, 0, 0, 100}},
};
/* clang-format on */

#endif
