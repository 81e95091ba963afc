/* What Zeek and Wireshark would call small conversations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "scenario.h"

#define SYN_SENT    "+0 > S 0:0(0)\n"
#define SYN_ACK     "+.01 < S. 0:0(0) ack 1\n"
#define ESTABLISHED SYN_SENT SYN_ACK "+.01 > . 1:1(0) ack 1\n"
#define REQUEST     "+.01 > P. 1:11(10) ack 1\n"
#define RESPONSE    "+.01 < P. 1:21(20) ack 11\n"

struct conversation {
	const char *name, *text, *conn_state, *history;
	unsigned completeness; /* 1 SYN, 2 SYN,ACK, 4 ACK, 8 data, 16 FIN, 32 RST */
};

static const struct conversation conversations[] = {
	{"S0: nobody answers", SYN_SENT "+1 > S 0:0(0)\n+2 > S 0:0(0)\n", "S0", "S", 1},
	{"S1: left open", ESTABLISHED REQUEST RESPONSE, "S1", "ShADd", 15},
	{"SF: closed in order",
		ESTABLISHED REQUEST RESPONSE "+.01 > . 11:11(0) ack 21\n"
					     "+.01 > F. 11:11(0) ack 21\n"
					     "+.01 < F. 21:21(0) ack 12\n"
					     "+.01 > . 12:12(0) ack 22\n",
		"SF", "ShADdFf", 31},
	{"SF: reset after both FINs",
		ESTABLISHED "+.01 < F. 1:1(0) ack 1\n+.01 > F. 1:1(0) ack 2\n+.01 < R 2:2(0)\n",
		"SF", "ShAfFr", 55},
	{"REJ: refused", SYN_SENT "+.01 < R. 0:0(0) ack 1\n", "REJ", "Sr", 37},
	{"S2: the client has closed, the server hasn't",
		ESTABLISHED "+.01 > F. 1:1(0) ack 1\n+.01 < . 1:1(0) ack 2\n", "S2", "ShAFa", 23},
	{"S3: the other way round", ESTABLISHED "+.01 < F. 1:1(0) ack 1\n+.01 > . 1:1(0) ack 2\n",
		"S3", "ShAf", 23},
	{"RSTO: the client aborts", ESTABLISHED REQUEST "+.01 > R. 11:11(0) ack 1\n", "RSTO",
		"ShADR", 47},
	{"RSTR: the server aborts", ESTABLISHED REQUEST "+.01 < R. 1:1(0) ack 11\n", "RSTR",
		"ShADr", 47},
	{"RSTR: whatever the number of the reset",
		ESTABLISHED REQUEST "+.01 < R 777777:777777(0)\n", "RSTR", "ShADr", 47},
	{"RSTOS0: a half-open scan of a silent host", SYN_SENT "+.01 > R 1:1(0)\n", "RSTOS0", "SR",
		33},
	{"RSTRH: SYN,ACK and reset, and no SYN", SYN_ACK "+.01 < R 1:1(0)\n", "RSTRH", "^hr", 34},
	{"SH: SYN and FIN, and no SYN,ACK", SYN_SENT "+.01 > F 1:1(0)\n", "SH", "SF", 1},
	{"SHR: SYN,ACK and FIN, and no SYN", SYN_ACK "+.01 < F. 1:1(0) ack 1\n", "SHR", "^hf", 22},
	{"OTH: begun before the capture", REQUEST RESPONSE "+.01 > . 11:11(0) ack 21\n", "OTH",
		"DdA", 12},

	{"a reset with another number is written again",
		ESTABLISHED "+.01 > R 1:1(0)\n+.01 > R 1:1(0)\n+.01 > R 9:9(0)\n", "RSTO", "ShARR",
		39},
	{"retransmissions are written at the 1st and the 10th",
		ESTABLISHED REQUEST REQUEST REQUEST REQUEST REQUEST REQUEST REQUEST REQUEST REQUEST
			REQUEST REQUEST REQUEST,
		"S1", "ShADTT", 15},
	{"data behind a bare ACK that overtook it count as sent again",
		ESTABLISHED "+.01 > . 11:11(0) ack 1\n" REQUEST "+.01 > P. 11:21(10) ack 1\n", "S1",
		"ShADT", 15},
	{"data that come after their ACK do not", ESTABLISHED "+.01 < . 1:1(0) ack 11\n" REQUEST,
		"S1", "ShAaGD", 15},
	{"a hole is a gap once it is acknowledged",
		ESTABLISHED REQUEST "+.01 > P. 21:31(10) ack 1\n+.01 < . 1:1(0) ack 11\n" REQUEST
				    "+.01 < . 1:1(0) ack 31\n",
		"S1", "ShADaTG", 15},
	{"no gap where a retransmission fills the hole",
		ESTABLISHED "+.01 > P. 11:21(10) ack 1\n" REQUEST "+.01 < . 1:1(0) ack 21\n", "S1",
		"ShADTa", 15},
	{"a closed window", ESTABLISHED REQUEST "+.01 < . 1:1(0) ack 11 win 0\n", "S1", "ShADaw",
		15},
	{"a closed window after the peer's FIN is nothing",
		ESTABLISHED "+.01 > F. 1:1(0) ack 1\n+.01 < . 1:1(0) ack 2 win 0\n", "S2", "ShAFa",
		23},
	{"no gap in what began before the capture",
		REQUEST "+.01 > P. 21:31(10) ack 1\n+.01 < . 1:1(0) ack 31\n", "OTH", "Da", 12},
	{"RSTR: a reset that the peer's FIN does not soften",
		ESTABLISHED "+.01 < R 1:1(0)\n+.01 > F. 1:1(0) ack 1\n", "RSTR", "ShArF", 55},
	{"nor does its own FIN in the same segment",
		ESTABLISHED "+.01 < FR. 1:1(0) ack 1\n+.01 > F. 1:1(0) ack 1\n", "RSTR", "ShAiF",
		55},
	{"RSTR: both reset, after data", ESTABLISHED REQUEST "+.01 > R 11:11(0)\n+.01 < R 1:1(0)\n",
		"RSTR", "ShADRr", 47},
	{"REJ: both reset, before any data", ESTABLISHED "+.01 > R 1:1(0)\n+.01 < R 1:1(0)\n",
		"REJ", "ShARr", 39},
	{"OTH: a SYN, answered by data", SYN_SENT "+.01 < P 1:11(10)\n", "OTH", "Sd", 1},
	{"OTH: the SYN came after its answer", SYN_ACK SYN_SENT, "OTH", "^hS", 2},
	{"what is damaged counts for nothing else",
		ESTABLISHED REQUEST "+.01 < . 1:1(0) ack 11\n" REQUEST
				    "+.01 > F 11:11(0) bad_checksum\n",
		"S1", "ShADaTC", 15},
	{"data in front of what lies outside of the window count as sent again",
		ESTABLISHED "+.01 > P. 1000001:1000011(10) ack 1\n" REQUEST, "S1", "ShADT", 15},
	{"OTH: data and a reset of the same end", REQUEST "+.01 > R 11:11(0)\n", "OTH", "DR", 40},
	{"data alone", REQUEST RESPONSE, "OTH", "Dd", 8},
	{"flags that exclude each other",
		ESTABLISHED "+.01 > SF 0:0(0)\n+.01 < FR. 1:1(0) ack 1\n+.01 < F. 1:1(0) ack 1\n",
		"RSTR", "ShAQif", 55},
	{"a FIN that follows the peer's FIN and reset makes that a close in order",
		ESTABLISHED "+.01 > F. 1:1(0) ack 1\n+.01 > R 2:2(0)\n+.01 < F. 1:1(0) ack 2\n",
		"SF", "ShAFRf", 55},
	{"both open, after a bare ACK of the SYN",
		SYN_SENT "+.01 < . 7:7(0) ack 1\n+.01 < S 0:0(0)\n+.01 > S. 0:0(0) ack 1\n"
			 "+.01 < . 1:1(0) ack 1\n" REQUEST,
		"S1", "SasD", 7 + 8},
	{"the SYN is captured last",
		SYN_ACK "+.01 > . 1:1(0) ack 1\n+.01 > F. 1:1(0) ack 1\n"
			"+.01 < F. 1:1(0) ack 2\n+.01 > . 2:2(0) ack 2\n" SYN_SENT,
		"SF", "^hAFfS", 22},
	{"both open", SYN_SENT "+.01 < S 0:0(0)\n+.01 > S. 0:0(0) ack 1\n+.01 < S. 0:0(0) ack 1\n",
		"S1", "Ss", 3},
};

struct told {
	char conn_state[8], history[FW_HISTORY_MAX + 1];
	unsigned completeness, flows;
};

static void listen(const struct fw_event *event, void *user)
{
	struct told *const told = user;

	snprintf(told->conn_state, sizeof told->conn_state, "%s", event->flow->zeek_state);
	snprintf(told->history, sizeof told->history, "%s", event->flow->zeek_history);
	told->completeness = event->flow->wireshark_completeness;
	told->flows++;
}

static void feed(struct fw_analyzer *analyzer, const struct scenario *scenario, size_t snaplen)
{
	static uint8_t bytes[SCENARIO_FRAME_MAX];

	for (size_t i = 0; i < scenario->segment_count; i++) {
		const struct scenario_segment *const segment = &scenario->segments[i];
		const size_t len = scenario_frame(segment, SCENARIO_PLAIN, bytes);
		const struct fw_frame frame = {
			.number = i + 1,
			.time = segment->time,
			.data = bytes,
			.len = (uint32_t)(len < snaplen ? len : snaplen),
			.wire_len = (uint32_t)len,
			.linktype = 1, /* Ethernet */
		};
		assert_true(fw_feed(analyzer, &frame, 1));
	}
}

/* What is told of the one flow of TEXT. */
static struct told told_of(const char *text, size_t snaplen)
{
	const struct fw_config config = {.events = 1u << FW_EVENT_CLOSED};
	struct scenario *const scenario = scenario_parse("test", text, strlen(text), stderr);
	struct told told = {.flows = 0};
	struct fw_analyzer *const analyzer = fw_new(&config, listen, &told);

	assert_non_null(scenario);
	assert_non_null(analyzer);
	feed(analyzer, scenario, snaplen);
	fw_finish(analyzer);
	assert_int_equal(told.flows, 1);
	fw_free(analyzer);
	scenario_free(scenario);
	return told;
}

static void conversation_is_called(void **state)
{
	const struct conversation *const c = *(const struct conversation **)*state;
	const struct told told = told_of(c->text, SCENARIO_FRAME_MAX);

	assert_string_equal(told.history, c->history);
	assert_string_equal(told.conn_state, c->conn_state);
	assert_int_equal(told.completeness, c->completeness);
}

/* However much happens, the history has an end. */
static void history_is_bounded(void **state)
{
	char text[4096] = ESTABLISHED;

	(void)state;
	for (int i = 0; i < 60; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "+.01 > R %d:%d(0)\n", i,
			i);
	assert_string_equal(told_of(text, SCENARIO_FRAME_MAX).history, "ShARRRRRRRRRRRRRRRRR");
}

/* A checksum that can't be checked is no sign that this end makes right ones. */
static void what_is_cut_says_nothing_of_checksums(void **state)
{
	(void)state;
	const struct told told =
		told_of(SYN_SENT SYN_ACK "+.01 > . 1:1(0) ack 1 bad_checksum\n" REQUEST REQUEST
					 "+.01 > R 11:11(0) bad_checksum\n",
			58);

	assert_string_equal(told.history, "ShADTR");
}

int main(void)
{
	enum { COUNT = sizeof conversations / sizeof *conversations };
	const struct conversation *each[COUNT];
	struct CMUnitTest tests[COUNT + 2] = {
		cmocka_unit_test(history_is_bounded),
		cmocka_unit_test(what_is_cut_says_nothing_of_checksums),
	};

	for (size_t i = 0; i < COUNT; i++) {
		each[i] = &conversations[i];
		tests[i + 2] = (struct CMUnitTest){
			.name = conversations[i].name,
			.test_func = conversation_is_called,
			.initial_state = &each[i],
		};
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
