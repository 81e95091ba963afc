/* The report for a person, on events made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sink/made.h"

#include <stdio.h>
#include <stdlib.h>

static void tell_one(const struct made_sink *sink)
{
	struct made_flow made;
	made_flow_init(&made, 7);
	made_tell(sink, &made);
}

/* As much of everything as there can be. */
static void tell_big(const struct made_sink *sink)
{
	struct made_flow made;
	made_flow_init(&made, 1234567890);
	made.flow.incarnation = UINT32_MAX;
	made.flow.opened = FW_OPENED_SIMULTANEOUS;
	made.flow.closed = FW_CLOSED_UNANSWERED;
	made.flow.last = INT64_MAX / 2;
	for (int side = 0; side < 2; side++) {
		memset(made.flow.end[side].addr.ip, 0xab, 16);
		made.flow.end[side].packets = made.flow.end[side].unique_bytes = UINT32_MAX;
		made.flow.end[side].retransmitted_packets = UINT32_MAX;
	}
	made_tell(sink, &made);
}

static void tell_nothing(const struct made_sink *sink)
{
	(void)sink;
}

/* More flows at once than there are places for ladders. */
static void tell_twenty(const struct made_sink *sink)
{
	struct made_flow made[20];
	for (uint64_t i = 0; i < 20; i++) {
		made_flow_init(&made[i], i + 1);
		const struct fw_event event = {.type = FW_EVENT_OPENED, .flow = &made[i].flow};
		made_event(sink, &event);
	}
	for (size_t i = 0; i < 20; i++) {
		const struct fw_event event = {.type = FW_EVENT_CLOSED, .flow = &made[i].flow};
		made_event(sink, &event);
	}
}

/* A hundred segments of nothing but data. */
static void tell_bulk(const struct made_sink *sink)
{
	struct made_flow made;
	made_flow_init(&made, 1);
	struct fw_event event = {.type = FW_EVENT_OPENED, .flow = &made.flow};
	made_event(sink, &event);
	for (uint64_t i = 0; i < 100; i++) {
		const struct fw_segment segment = {.number = i + 1,
			.time = made.flow.first + (fw_time)i,
			.flags = FW_ACK,
			.payload_len = i % 2 ? 0 : 1000};
		event = (struct fw_event){.type = FW_EVENT_SEGMENT,
			.flow = &made.flow,
			.segment = &segment,
			.side = i % 2,
			.facts = i == 10  ? FW_FACT_retransmission | FW_FACT_retransmission_sack
				: i == 11 ? FW_FACT_duplicate_ack
					  : 0};
		made_event(sink, &event);
	}
	event = (struct fw_event){.type = FW_EVENT_CLOSED, .flow = &made.flow};
	made_event(sink, &event);
}

/* 212 flows of which the server did not close, 31 the worst, both ends of 5; and 7 mild ones. */
static void tell_sick(const struct made_sink *sink)
{
	for (uint64_t id = 1; id <= 219; id++) {
		struct fw_finding findings[] = {made_finding(id == 31 ? 4 : 1), made_finding(1)};
		struct made_flow made;
		made_flow_init(&made, id);
		findings[1].side = FW_CLIENT;
		if (id > 212) {
			findings[0].severity = FW_INFO;
			findings[0].lowered_by = FW_CODE_capture_one_sided;
		}
		made.flow.anomalies = findings;
		made.flow.anomaly_count = id == 5 ? 2 : 1;
		const struct fw_event event = {.type = FW_EVENT_CLOSED, .flow = &made.flow};
		made_event(sink, &event);
	}
	made_tell_findings(sink);
	made_tell_services(sink);
}

/* One connection whose server did not close: told after its 7th segment, and when it leaves. */
static void tell_found(const struct made_sink *sink)
{
	struct made_flow made;
	made_flow_init(&made, 7);
	struct fw_finding finding = made_finding(2);
	struct fw_event event = {.type = FW_EVENT_OPENED, .flow = &made.flow};
	made_event(sink, &event);
	for (uint64_t i = 0; i < 8; i++) {
		const struct fw_segment segment = {
			.number = i + 1, .time = made.flow.first, .flags = FW_ACK};
		event = (struct fw_event){
			.type = FW_EVENT_SEGMENT, .flow = &made.flow, .segment = &segment};
		made_event(sink, &event);
		event = (struct fw_event){
			.type = FW_EVENT_ANOMALY, .flow = &made.flow, .finding = &finding};
		if (i == 6)
			made_event(sink, &event);
	}
	finding.lowered_by = FW_CODE_capture_one_sided;
	finding.severity = FW_INFO;
	finding.possible_count = 1;
	finding.possible[0] = FW_REASON_not_lost_fin_acknowledged;
	made_event(sink, &event);
	event = (struct fw_event){.type = FW_EVENT_CLOSED, .flow = &made.flow};
	made_event(sink, &event);
}

static void reads(
	const struct sink_run *run, void (*tell)(const struct made_sink *sink), const char *want)
{
	char *const text = made_output(&sink_text, run, tell);
	assert_string_equal(text, want);
	free(text);
}

static void has(
	const struct sink_run *run, void (*tell)(const struct made_sink *sink), const char *want)
{
	char *const text = made_output(&sink_text, run, tell);
	if (!strstr(text, want))
		fail_msg("not found:\n%s\nin:\n%s", want, text);
	free(text);
}

static const char ladder_text[] =
	"flow 7    10.0.0.1:50000 -> 10.0.0.2:443 (https)\n"
	"          opened: handshake   closed: FIN by client   70.0 ms\n"
	"          > 5 segments, 80 B   < 5 segments, 80 B\n"
	"\n"
	" client              time  segment                        server\n"
	" CLOSED                                                   LISTEN\n"
	" SYN_SENT        0.000000  -- connect() SYN mss 1460 --->               #1\n"
	"                 0.010000  <- SYN,ACK mss 1460 ---------- SYN_RECEIVED  #2\n"
	" ESTABLISHED     0.020000  -- ACK ------------ accept() > ESTABLISHED?  #3\n"
	"                 0.030000  -- 80 B --------------------->               #4\n"
	"                 0.040000  -- 80 B, re-sent ------------>               #5\n"
	" FIN_WAIT_1      0.050000  -- close() FIN,ACK ---------->               #6\n"
	"                                                          CLOSE_WAIT\n"
	"                 0.060000  <- FIN,ACK --------- close() - LAST_ACK      #7\n"
	" FIN_WAIT_2\n"
	" TIME_WAIT       0.070000  -- ACK ---------------------->               #8\n"
	" ? presumed: nobody acknowledges such a segment: it passed the capture, and its\n"
	"   receiver would accept it\n";

static const char report_text[] =
	"hostile\"??.pcap\n"
	" pcap, Ethernet, 9 packets, 700 B, 2026-01-01 00:00:00 to 00:00:00 UTC\n"
	" packets  TCP 8  not IP 1\n"
	"\n"
	"Nothing needs attention\n"
	"\n"
	"1 connection\n"
	" opened   handshake 1\n"
	" closed   FIN 1\n"
	" carried  160 B in 2 data segments\n"
	"\n"
	"Where both ends stand at the end\n"
	" client\\server      LAST_ACK\n"
	" TIME_WAIT                 1\n"
	"\n"
	"Connections, the worst first\n"
	"  flow client         server       service    closed     by         life re-sent\n"
	"     7 10.0.0.1:50000 10.0.0.2:443 https      FIN        client  70.0 ms       0\n";

/* A * stands for a message, which is the catalogue's. */
static const char attention_text[] =
	"\n"
	"2 things need attention\n"
	" critical  syn-flood              *"
	" warning   close-wait-stuck       212 connections, 216 times, 10.3 MB lost; the\n"
	"                                  worst, flow 31: the server *"
	"                                  flows 1, 2, 3 ... (212)\n"
	" info      1 kind: * (--all)\n"
	" --flow N draws a connection; finwait explain CODE says more of a finding\n"
	"\n"
	"The capture\n"
	" warning   capture-losses         *"
	"\n"
	"1 connection\n";

static const char found_text[] =
	"                 0.000000  -- ACK ---------------------->               #7\n"
	" ^ warning close-wait-stuck #7, 2 times by now\n"
	"               the server *"
	"               not a lost FIN: *"
	"                 0.000000  -- ACK ---------------------->               #8\n"
	" ^ info close-wait-stuck #7, 2 times by now\n"
	"               the server *"
	"               or a lost FIN: *"
	"               not a lost FIN: *"
	"               the capture may be why: capture-one-sided\n"
	" ^ finwait explain CODE says more\n";

/* TEXT has PATTERN in it, whose * stand for anything. */
static void matches(const char *text, const char *pattern)
{
	char part[2000];
	for (const char *at = text; *pattern;) {
		const size_t len = strcspn(pattern, "*");
		snprintf(part, sizeof part, "%.*s", (int)len, pattern);
		at = strstr(at, part);
		if (!at) {
			fail_msg("not found:\n%s\nin:\n%s", part, text);
			return;
		}
		at += len;
		pattern += len + (pattern[len] == '*');
	}
}

static void findings_are_summed_up(void **state)
{
	struct sink_run run = made_run();
	(void)state;
	char *text = made_output(&sink_text, &run, tell_sick);
	matches(text, attention_text);
	matches(text, "and 2 more of these: --format json\n");
	free(text);
	run.all = true;
	text = made_output(&sink_text, &run, tell_sick);
	matches(text,
		"\n info      close-wait-stuck       7 connections, 337 kB lost; the worst, "
		"flow\n");
	matches(text, "the capture may be why: capture-one-sided\n");
	free(text);
}

static void findings_are_marked(void **state)
{
	struct sink_run run = made_run();
	(void)state;
	run.flow_selected = true;
	char *const text = made_output(&sink_text, &run, tell_found);
	matches(text, found_text);
	free(text);
}

static void services_are_listed(void **state)
{
	struct sink_run run = made_run();
	(void)state;
	has(&run, tell_sick,
		"\nServices                    accepted    refused unanswered incomplete  "
		"handshake\n"
		" 10.0.0.9:5432 postgresql          4          .         57          .          .\n"
		" 10.0.0.2:443 https            1,790          .          .          .    "
		"2.50 ms\n\n");
}

static void the_worst_finding_has_a_column(void **state)
{
	struct sink_run run = made_run();
	(void)state;
	has(&run, tell_sick, "re-sent found\n");
	has(&run, tell_sick, "       0 close-wait-stuck\n");
	run.color = true;
	has(&run, tell_sick, "\033[33mwarning\033[0m");
}

static void ladder(void **state)
{
	struct sink_run run = made_run();
	(void)state;
	run.flow_selected = true;
	reads(&run, tell_one, ladder_text);
}

static void ladder_with_signs(void **state)
{
	struct sink_run run = made_run();
	(void)state;
	run.flow_selected = run.utf8 = true;
	has(&run, tell_one,
		" SYN_SENT        0.000000  ── connect() SYN mss 1460 ───▶               #1\n");
}

static void report(void **state)
{
	const struct sink_run run = made_run();
	(void)state;
	reads(&run, tell_one, report_text);
}

static void long_stretches_are_folded(void **state)
{
	struct sink_run run = made_run();
	(void)state;
	run.flow_selected = true;
	has(&run, tell_bulk,
		"               - 100 segments  50 > 50.0 kB  in 0.10 us  1 re-sent"
		"  1 duplicate ACK\n");
	run.all_segments = true;
	has(&run, tell_bulk, "-- 1.00 kB, re-sent: SACK ");
}

static void many_ladders_are_bounded(void **state)
{
	struct sink_run run = made_run();
	(void)state;
	run.flow_selected = true;
	has(&run, tell_twenty, "\nflow 16 ");
	has(&run, tell_twenty, "\n4 flows more ");
	has(&run, tell_nothing, "no such flow\n");
}

static void colour_can_be_had(void **state)
{
	struct sink_run run = made_run();
	(void)state;
	run.color = run.flow_selected = true;
	has(&run, tell_one, "\033[1mSYN_SENT\033[0m");
}

/* No line is longer than the page, whatever its width. */
static void lines_fit(void **state)
{
	(void)state;
	for (unsigned width = 80; width < 200; width++)
		for (int i = 0; i < 8; i++) {
			void (*const tell[])(const struct made_sink *sink) = {
				tell_one, tell_big, tell_sick, tell_found};
			struct sink_run run = made_run();
			run.width = width;
			run.flow_selected = i & 1;
			char *const text = made_output(&sink_text, &run, tell[i / 2]);
			char *rest = text;
			for (char *line; (line = strsep(&rest, "\n"));)
				if (strlen(line) > width)
					fail_msg("%u: %s", width, line);
			free(text);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_are_summed_up),
		cmocka_unit_test(findings_are_marked),
		cmocka_unit_test(services_are_listed),
		cmocka_unit_test(the_worst_finding_has_a_column),
		cmocka_unit_test(ladder),
		cmocka_unit_test(ladder_with_signs),
		cmocka_unit_test(report),
		cmocka_unit_test(long_stretches_are_folded),
		cmocka_unit_test(many_ladders_are_bounded),
		cmocka_unit_test(colour_can_be_had),
		cmocka_unit_test(lines_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
