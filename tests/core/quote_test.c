/* Which ICMP errors find their flow, and what it remembers of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/analyzer.h"
#include "core/flows.h"
#include "core/measure.h"
#include "scenario.h"

#define HANDSHAKE                                                                                  \
	"+0 > S 0:0(0) win 64240\n"                                                                \
	"+.01 < S. 0:0(0) ack 1 win 1000\n"                                                        \
	"+.01 > . 1:1(0) ack 1\n"
#define DATA HANDSHAKE "+.01 > P. 1:101(100) ack 1\n"

/* What the flow must know once all has passed: of an error about end SIDE, if COUNT. */
static const struct errors {
	const char *text;
	int side;
	enum fw_icmp what;
	unsigned count, packet, mtu;
} all_errors[] = {
	{"+0 > S 0:0(0)\n+.1 icmp host_unreachable octets 28", FW_CLIENT, FW_ICMP_host_unreachable,
		1, 2, 0},
	{"+0 > S 0:0(0)\n+.1 icmp net_unreachable\n+0 icmp port_unreachable 1", FW_CLIENT,
		FW_ICMP_port_unreachable, 2, 3, 0},
	{"+0 > S 0:0(0)\n+.1 icmp net_unreachable seq 2", FW_CLIENT, 0, 0, 0, 0},
	{"+0 > S 0:0(0)\n+.1 icmp net_unreachable seq -1", FW_CLIENT, 0, 0, 0, 0},
	{"+0 > S 0:0(0) lost\n+.1 icmp host_unreachable", FW_CLIENT, 0, 0, 0, 0},
	{DATA "+0 icmp fragmentation_needed mtu 1400", FW_CLIENT, FW_ICMP_fragmentation_needed, 1,
		5, 1400},
	{DATA "+0 icmp fragmentation_needed mtu 1400 octets 27", FW_CLIENT, 0, 0, 0, 0},
	{DATA "+0 icmp fragmentation_needed 2 mtu 500", FW_SERVER, FW_ICMP_fragmentation_needed, 1,
		5, 500},
	/* What was sent, the ACK and the SYN among it; not what is still to come */
	{DATA "+0 icmp ttl_exceeded seq 101", FW_CLIENT, FW_ICMP_ttl_exceeded, 1, 5, 0},
	{DATA "+0 icmp ttl_exceeded seq 0", FW_CLIENT, FW_ICMP_ttl_exceeded, 1, 5, 0},
	{DATA "+0 icmp ttl_exceeded seq 102", FW_CLIENT, 0, 0, 0, 0},
	{DATA "+0 icmp ttl_exceeded seq -1", FW_CLIENT, 0, 0, 0, 0},
	/* Acknowledged long since */
	{HANDSHAKE "+0 > . 1:60001(60000) ack 1\n+0 < . 1:1(0) ack 60001\n"
		   "+0 > . 60001:120001(60000) ack 1\n+0 < . 1:1(0) ack 120001\n"
		   "+0 icmp host_unreachable 6 seq 60000",
		FW_CLIENT, FW_ICMP_host_unreachable, 1, 8, 0},
	{HANDSHAKE "+0 > . 1:60001(60000) ack 1\n+0 < . 1:1(0) ack 60001\n"
		   "+0 > . 60001:120001(60000) ack 1\n+0 < . 1:1(0) ack 120001\n"
		   "+0 icmp host_unreachable 6 seq 54465",
		FW_CLIENT, 0, 0, 0, 0},
	/* Across the end of the circle */
	{"flow 1 isn 4294967200 0\n" HANDSHAKE "+0 > . 1:201(200) ack 1\n+0 icmp net_unknown",
		FW_CLIENT, FW_ICMP_net_unknown, 1, 5, 0},
	{"flow 1 isn 4294967200 0\n" HANDSHAKE
	 "+0 > . 1:201(200) ack 1\n+0 icmp net_unknown seq 202",
		FW_CLIENT, 0, 0, 0, 0},
	/* An end that is not heard, by what its peer acknowledges and offers */
	{"+0 > . 1:1(0) ack 5000 win 1000\n+0 < . 5000:5100(100) ack 1 lost\n"
	 "+0 icmp admin_prohibited",
		FW_SERVER, FW_ICMP_admin_prohibited, 1, 2, 0},
	{"+0 > . 1:1(0) ack 5000 win 1000\n+0 < . 6001:6001(0) ack 1 lost\n"
	 "+0 icmp admin_prohibited",
		FW_SERVER, 0, 0, 0, 0},
	/* Another flow's */
	{DATA "flow 1 192.0.2.1:51235 198.51.100.2:80\n+0 > S 0:0(0) lost\n+0 icmp host_unknown",
		FW_CLIENT, 0, 0, 0, 0},
	{"flow 1 [2001:db8::1]:1 [2001:db8::2]:2\n" DATA "+0 icmp fragmentation_needed mtu 1280",
		FW_CLIENT, FW_ICMP_fragmentation_needed, 1, 5, 1280},
	{"flow 1 [2001:db8::1]:1 [2001:db8::2]:2\n" DATA "+0 icmp no_route octets 48", FW_CLIENT,
		FW_ICMP_no_route, 1, 5, 0},
};

static void ignore(const struct fw_event *event, void *user)
{
	(void)event;
	(void)user;
}

static void feed(
	struct fw_analyzer *a, const struct scenario *scenario, enum scenario_variant variant)
{
	uint8_t *const bytes = malloc(SCENARIO_FRAME_MAX);
	uint64_t frames = 0;

	assert_non_null(bytes);
	for (size_t i = 0; i < scenario->segment_count; i++) {
		const struct scenario_segment *const s = &scenario->segments[i];
		const size_t len = scenario_frame(s, variant, bytes);
		const struct fw_frame frame = {
			.number = ++frames,
			.time = s->time,
			.data = bytes,
			.len = (uint32_t)len,
			.wire_len = (uint32_t)len,
			.linktype = 1,
		};
		frames -= s->lost;
		if (!s->lost)
			assert_true(fw_feed(a, &frame, 1));
	}
	free(bytes);
}

/* What flow 1 keeps of its end SIDE; NULL if nothing. */
static const struct trouble *trouble_of(struct fw_analyzer *a, const struct scenario *scenario,
	enum scenario_variant variant, int side)
{
	const struct scenario_segment *const s = &scenario->segments[0];
	const int from = variant == SCENARIO_SWAPPED ? !side : side;
	struct fw_segment sent = {.src = s->addr[from], .dst = s->addr[!from]};
	struct key key;

	sent.src.port = s->addr[side].port; /* ports are not swapped */
	sent.dst.port = s->addr[!side].port;
	const int which = key_of(&sent, false, &key);

	key_hash(&key, &a->secret);
	const uint32_t ref = flows_find(a, &key);
	return !ref || ref & SYN_REF ? NULL : measure_trouble(flow_at(a, ref), which);
}

static void check(const struct errors *e, enum scenario_variant variant, uint32_t events)
{
	const struct fw_config config = {.hash_key = {1, 2}, .events = events};
	struct fw_analyzer *const a = fw_new(&config, ignore, NULL);
	struct scenario *const scenario = scenario_parse("test", e->text, strlen(e->text), stdout);

	assert_non_null(a);
	assert_non_null(scenario);
	feed(a, scenario, variant);
	const struct trouble *const t = trouble_of(a, scenario, variant, e->side);
	const struct trouble *const other = trouble_of(a, scenario, variant, !e->side);
	if ((t ? t->icmp_count : 0) != e->count || (other && other->icmp_count))
		fail_msg("%s\n%u errors, want %u", e->text, t ? t->icmp_count : 0, e->count);
	if (e->count &&
		(t->icmp != e->what || t->icmp_packet != e->packet || t->icmp_mtu != e->mtu))
		fail_msg("%s\n%s, packet %u, MTU %u", e->text, fw_icmp_name(t->icmp),
			(unsigned)t->icmp_packet, t->icmp_mtu);
	assert_int_equal(fw_totals(a)->flows, fw_totals(a)->account[FW_ACCOUNT_tcp] > 0);
	assert_true(fw_finish(a));
	scenario_free(scenario);
	fw_free(a);
}

static void errors_find_what_they_quote(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof all_errors / sizeof all_errors[0]; i++) {
		check(&all_errors[i], SCENARIO_PLAIN, 0);
		check(&all_errors[i], SCENARIO_SWAPPED, 0);
		check(&all_errors[i], SCENARIO_PLAIN, (1u << FW_EVENT_COUNT) - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_find_what_they_quote),
	};

	return cmocka_run_group_tests_name("quote", tests, NULL, NULL);
}
