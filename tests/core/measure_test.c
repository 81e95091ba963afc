/* What is measured stays right where it outgrows the room that most connections need. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/count.h"
#include "core/measure.h"
#include "core/view.h"

enum { CLIENT, SERVER };

#define SECOND INT64_C(1000000000)

struct talk {
	struct fw_analyzer *analyzer;
	struct flow flow;
	fw_time time;
	uint64_t number;
	uint8_t ecn;
};

static void listen(const struct fw_event *event, void *user)
{
	(void)event, (void)user;
}

/* Judged and measured: the rest of the analysis is left out. */
static void say(struct talk *talk, int side, unsigned flags, uint32_t len)
{
	const struct end *snd = &talk->flow.end[side], *rcv = &talk->flow.end[!side];
	const struct fw_segment seg = {
		.number = ++talk->number,
		.time = talk->time,
		.flags = (uint16_t)flags,
		.seq = snd->nxt,
		.ack = rcv->nxt,
		.payload_len = len,
		.ip_len = 40 + len,
		.window = UINT16_MAX,
		.ttl = 64,
		.ecn = talk->ecn,
	};
	struct judgement j;
	judge(&talk->flow, side, &seg, &j);
	assert_true(measure(&talk->flow, side, &seg, &j));
}

static struct talk *begin(void)
{
	static const struct fw_config config = {0};
	struct talk *const talk = calloc(1, sizeof *talk);
	assert_non_null(talk);
	talk->analyzer = fw_new(&config, listen, NULL);
	assert_non_null(talk->analyzer);
	measure_init(&talk->flow);
	talk->flow.role_basis = FW_ROLE_SYN;
	say(talk, CLIENT, FW_SYN, 0);
	say(talk, SERVER, FW_SYN | FW_ACK, 0);
	say(talk, CLIENT, FW_ACK, 0);
	return talk;
}

static const struct fw_endpoint *seen(struct talk *talk, int side)
{
	return &view(talk->analyzer, &talk->flow)->end[side];
}

static void end(struct talk *talk)
{
	measure_free(&talk->flow);
	fw_free(talk->analyzer);
	free(talk);
}

static void sums_outgrow_their_tally(void **state)
{
	enum { SEGMENTS = 200000, LEN = 60000 };
	struct talk *const talk = begin();

	(void)state;
	for (int i = 0; i < SEGMENTS; i++) {
		say(talk, CLIENT, FW_ACK | FW_PSH, LEN);
		say(talk, SERVER, FW_ACK, 0);
	}
	const struct fw_endpoint *const client = seen(talk, CLIENT);
	assert_int_equal(client->packets, SEGMENTS + 2);
	assert_int_equal(client->data_packets, SEGMENTS);
	assert_int_equal(client->pushed_packets, SEGMENTS);
	assert_int_equal(client->pure_ack_packets, 1);
	assert_int_equal(client->payload_bytes, (uint64_t)SEGMENTS * LEN);
	assert_int_equal(client->unique_bytes, (uint64_t)SEGMENTS * LEN);
	assert_int_equal(client->stream_bytes, (uint64_t)SEGMENTS * LEN);
	assert_int_equal(client->wire_bytes, (uint64_t)SEGMENTS * (LEN + 40) + 80);
	assert_int_equal(client->segment_size_mean, LEN);
	assert_int_equal(client->rtt_samples, SEGMENTS + 1);
	assert_int_equal(client->mean_window, UINT16_MAX);
	assert_int_equal(seen(talk, SERVER)->pure_ack_packets, SEGMENTS);
	end(talk);
}

static void flags_outgrow_their_tally(void **state)
{
	enum { TIMES = 1000 };
	struct talk *const talk = begin();

	(void)state;
	say(talk, CLIENT, FW_ACK, 100);
	say(talk, SERVER, FW_ACK, 0);
	for (int i = 0; i < TIMES; i++) {
		talk->time += 60 * SECOND;
		say(talk, CLIENT, FW_ACK | FW_FIN, 0);
		say(talk, SERVER, FW_RST, 0);
		say(talk, SERVER, 0, 0);
		assert_int_equal(count_packets(&talk->flow, SERVER), 2 * i + 4);
		assert_int_equal(count_rst_packets(&talk->flow, SERVER), i + 1);
	}
	const struct fw_endpoint *const client = seen(talk, CLIENT);
	assert_int_equal(client->fin_packets, TIMES);
	assert_int_equal(client->pure_ack_packets, 1);
	const struct fw_endpoint *const server = seen(talk, SERVER);
	assert_int_equal(server->rst_packets, TIMES);
	assert_int_equal(server->syn_packets, 1);
	assert_int_equal(server->ack_packets, 2);
	assert_int_equal(server->pure_ack_packets, 1);
	assert_int_equal(server->packets, 2 + 2 * TIMES);
	end(talk);
}

/* Their sum has more than 32 bits, and that of their squares more than 64. */
static void round_trips_outgrow_their_tally(void **state)
{
	enum { TIMES = 1000 };
	struct talk *const talk = begin();

	(void)state;
	for (int i = 0; i < TIMES; i++) {
		say(talk, CLIENT, FW_ACK, 10);
		talk->time += i % 2 ? 20 * SECOND : 30 * SECOND;
		say(talk, SERVER, FW_ACK, 0);
	}
	const struct fw_endpoint *const client = seen(talk, CLIENT);
	assert_int_equal(client->rtt_samples, TIMES + 1);
	assert_int_equal(client->rtt_max, 30 * SECOND);
	assert_int_equal(client->rtt_mean / 1000000, 24975); /* the first was none */
	assert_int_equal(client->rtt_deviation / 1000000, 5062);
	assert_non_null(talk->flow.trouble[CLIENT].wide);
	end(talk);
}

static void check_flight(int packets, uint32_t size)
{
	struct talk *const talk = begin();

	for (int i = 0; i < packets; i++)
		say(talk, CLIENT, FW_ACK, size);
	say(talk, SERVER, FW_ACK, 0);
	say(talk, CLIENT, FW_ACK, size);
	assert_int_equal(seen(talk, CLIENT)->initial_flight_packets, packets);
	assert_int_equal(seen(talk, CLIENT)->initial_flight_bytes, packets * size);
	assert_int_equal(seen(talk, CLIENT)->max_in_flight, packets * size);
	assert_int_equal(seen(talk, SERVER)->initial_flight_packets, FW_NONE);
	end(talk);
}

static void first_flight_may_be_large(void **state)
{
	(void)state;
	check_flight(10, 1448);
	check_flight(300, 10);
	check_flight(2, 60000);
}

static void segments_may_be_large(void **state)
{
	struct talk *const talk = begin();

	(void)state;
	say(talk, CLIENT, FW_ACK, UINT16_MAX);
	say(talk, CLIENT, FW_ACK, 500000);
	assert_int_equal(seen(talk, CLIENT)->segment_size_min, UINT16_MAX);
	assert_int_equal(seen(talk, CLIENT)->segment_size_max, 500000);
	say(talk, CLIENT, FW_ACK, 10);
	assert_int_equal(seen(talk, CLIENT)->segment_size_min, 10);
	assert_int_equal(seen(talk, CLIENT)->segment_size_max, 500000);
	end(talk);
}

static void marks_are_counted_by_kind(void **state)
{
	struct talk *const talk = begin();

	(void)state;
	for (talk->ecn = 0; talk->ecn < 4; talk->ecn++)
		for (int i = 0; i <= talk->ecn; i++)
			say(talk, CLIENT, FW_ACK, 1);
	assert_int_equal(seen(talk, CLIENT)->ecn_ect1, 2);
	assert_int_equal(seen(talk, CLIENT)->ecn_ect0, 3);
	assert_int_equal(seen(talk, CLIENT)->ecn_ce, 4);
	end(talk);
}

/* Nothing of an end that was not heard is known, and nothing of it is zero that may be null. */
static void silence_has_no_measurements(void **state)
{
	struct talk *const talk = calloc(1, sizeof *talk);

	(void)state;
	assert_non_null(talk);
	talk->analyzer = fw_new(&(struct fw_config){0}, listen, NULL);
	measure_init(&talk->flow);
	say(talk, CLIENT, FW_ACK, 10);
	const struct fw_endpoint *const server = seen(talk, SERVER);
	assert_int_equal(server->packets, 0);
	assert_int_equal(server->initial_window, FW_NONE);
	assert_int_equal(server->min_window, FW_NONE);
	assert_int_equal(server->max_window, FW_NONE);
	assert_int_equal(server->ttl_min, FW_NONE);
	assert_int_equal(server->max_idle, FW_NONE);
	assert_int_equal(server->data_time, FW_NONE);
	assert_int_equal(server->rtt_deviation, FW_NONE);
	assert_int_equal(server->segment_size_mean, FW_NONE);
	assert_int_equal(server->ecn_capable, FW_NONE);
	assert_int_equal(server->timestamps, FW_NONE);
	assert_int_equal(seen(talk, CLIENT)->initial_flight_packets, FW_NONE);
	assert_int_equal(seen(talk, CLIENT)->max_in_flight, FW_NONE);
	end(talk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_outgrow_their_tally),
		cmocka_unit_test(flags_outgrow_their_tally),
		cmocka_unit_test(round_trips_outgrow_their_tally),
		cmocka_unit_test(first_flight_may_be_large),
		cmocka_unit_test(segments_may_be_large),
		cmocka_unit_test(marks_are_counted_by_kind),
		cmocka_unit_test(silence_has_no_measurements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
