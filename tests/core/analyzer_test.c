/* The analyzer as its callers use it, and misuse it: time, batches, the end, and no memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "scenario.h"

#define SECOND    INT64_C(1000000000)
#define ALL       ((1u << FW_EVENT_COUNT) - 1)
#define CLOSED    (1u << FW_EVENT_CLOSED)
#define NO_LIMIT  (-1)
#define REFUSED_1 "+0 > S 0:0(0)\n+.01 < R. 0:0(0) ack 1\n"

/* Memory, counted: the linker puts these in place of the library's own (see the Makefile). */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *old);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void __wrap_free(void *old);

static struct {
	long left; /* allocations until memory is short; NO_LIMIT */
	bool once; /* and for one allocation only */
	bool refused;
	long live;
} memory = {.left = NO_LIMIT};

static bool short_of(void)
{
	const bool now_short = memory.left == 0;

	if (memory.left > 0 || (now_short && memory.once))
		memory.left--;
	memory.refused = memory.refused || now_short;
	return now_short;
}

static void *counted(void *made)
{
	memory.live += made != NULL;
	return made;
}

void *__wrap_malloc(size_t size)
{
	return short_of() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
	return short_of() ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *old, size_t size)
{
	if (short_of())
		return NULL;
	void *const made = __real_realloc(old, size);
	memory.live += made && !old;
	return made;
}

void __wrap_free(void *old)
{
	memory.live -= old != NULL;
	__real_free(old);
}

/* A scenario as frames, and what an analyzer tells of them, as text. */
struct play {
	struct scenario *scenario;
	uint8_t *bytes;
	struct fw_frame *frames;
	size_t count;
};

static struct play play_of(const char *text)
{
	struct play play = {.scenario = scenario_parse("test", text, strlen(text), stderr)};

	assert_non_null(play.scenario);
	play.count = play.scenario->segment_count;
	play.bytes = malloc(play.count * SCENARIO_FRAME_MAX);
	play.frames = calloc(play.count, sizeof *play.frames);
	for (size_t i = 0; i < play.count; i++) {
		uint8_t *const bytes = play.bytes + i * SCENARIO_FRAME_MAX;
		const size_t len =
			scenario_frame(&play.scenario->segments[i], SCENARIO_PLAIN, bytes);

		play.frames[i] = (struct fw_frame){
			.number = i + 1,
			.time = play.scenario->segments[i].time,
			.data = bytes,
			.len = (uint32_t)len,
			.wire_len = (uint32_t)len,
			.linktype = 1, /* Ethernet */
		};
	}
	return play;
}

static void play_free(struct play *play)
{
	scenario_free(play->scenario);
	free(play->bytes);
	free(play->frames);
}

/* What is no TCP, but takes time. */
static void make_arp(struct play *play, size_t i)
{
	uint8_t *const bytes = play->bytes + i * SCENARIO_FRAME_MAX;

	bytes[12] = 0x08;
	bytes[13] = 0x06;
}

static void write_event(const struct fw_event *event, void *user)
{
	static const char *const names[FW_EVENT_COUNT] = {[FW_EVENT_OPENED] = "opened",
		[FW_EVENT_SEGMENT] = "segment",
		[FW_EVENT_TRANSITION] = "transition",
		[FW_EVENT_CLOSED] = "closed"};
	const struct fw_flow *const flow = event->flow;

	if (!names[event->type])
		return;

	fprintf(user, "%s %d %s/%s", names[event->type], (int)flow->id,
		fw_state_name(flow->end[0].state), fw_state_name(flow->end[1].state));
	if (event->transition)
		fprintf(user, " %s@%.3f", event->side == FW_CLIENT ? "client" : "server",
			((double)event->time - SCENARIO_EPOCH) / SECOND);
	if (event->type == FW_EVENT_CLOSED)
		fprintf(user, " %u", flow->transition_count);
	else
		assert_true(!flow->transitions && !flow->transition_count);
	fprintf(user, "\n");
}

/* What is told of PLAY when it is fed in batches of BATCH frames. */
static char *told(const struct play *play, uint32_t events, size_t batch)
{
	const struct fw_config config = {.events = events, .timelines = true};
	char *text = NULL;
	size_t size;
	FILE *const out = open_memstream(&text, &size);
	struct fw_analyzer *const analyzer = fw_new(&config, write_event, out);

	assert_non_null(analyzer);
	for (size_t i = 0; i < play->count; i += batch)
		assert_true(fw_feed(analyzer, play->frames + i,
			play->count - i < batch ? play->count - i : batch));
	assert_true(fw_finish(analyzer));
	fw_free(analyzer);
	fclose(out);
	return text;
}

static void is_told(const struct play *play, uint32_t events, const char *want)
{
	char *const text = told(play, events, play->count);

	assert_string_equal(text, want);
	free(text);
}

#define OPEN                                                                                       \
	"+0 > S 0:0(0)\n+.01 < S. 0:0(0) ack 1\n+.01 > . 1:1(0) ack 1\n"                           \
	"+.01 > P. 1:101(100) ack 1\n"
#define CLOSE "+.01 > F. 101:101(0) ack 1\n+.01 < F. 1:1(0) ack 102\n+.01 > . 102:102(0) ack 2\n"

static void batches_change_nothing(void **state)
{
	struct play play = play_of(OPEN CLOSE
		"flow 2 10.0.0.3:99 10.0.0.4:80\n" OPEN "+59.93 > P. 101:201(100) ack 1\n" CLOSE
		"+.01 > . 102:102(0) ack 2\n+59 > . 102:102(0) ack 2\n"
		"+2 > . 102:102(0) ack 2\n");
	char *want;

	(void)state;
	make_arp(&play, 10);
	play.frames[16].flags = FW_FRAME_FILTERED;
	want = told(&play, ALL, play.count);
	for (size_t batch = 1; batch < play.count; batch++) {
		char *const text = told(&play, ALL, batch);

		assert_string_equal(text, want);
		free(text);
	}
	free(want);
	play_free(&play);
}

/* Whatever a frame carries, its time has come. */
static void time_passes_with_every_frame(void **state)
{
	struct play play = play_of(OPEN CLOSE "+61 > . 102:102(0) ack 2\n");

	(void)state;
	make_arp(&play, 7);
	is_told(&play, CLOSED, "closed 1 CLOSED/CLOSED 12\n");
	play.frames[7].time -= 2 * SECOND;
	is_told(&play, CLOSED, "closed 1 TIME_WAIT/CLOSED 11\n");
	play_free(&play);
}

/* A clock that is set back does not take time back: who closes after that waits from then on. */
static void clock_set_back_keeps_the_queue_in_order(void **state)
{
	struct play play = play_of(OPEN CLOSE "flow 2 10.0.0.3:9 10.0.0.4:80\n" OPEN CLOSE
					      "flow 3 10.0.0.5:9 10.0.0.6:80\n+61 > S 0:0(0)\n");
	char *text;

	(void)state;
	for (size_t i = 7; i < 14; i++)
		play.frames[i].time -= 7200 * SECOND;
	text = told(&play, CLOSED | 1u << FW_EVENT_TRANSITION, 1);
	assert_non_null(strstr(text,
		"transition 1 CLOSED/CLOSED client@60.060\n"
		"closed 1 CLOSED/CLOSED 12\n"
		"transition 2 CLOSED/CLOSED client@60.060\n"
		"closed 2 CLOSED/CLOSED 12\n"));
	free(text);
	play_free(&play);
}

/* Those whose time is up at once leave by number, in whatever order they ended. */
static void equal_deadlines_leave_by_number(void **state)
{
	static const unsigned ends[] = {4, 2, 7, 1, 6, 3, 5};
	enum { FLOWS = sizeof ends / sizeof ends[0] };
	char text[2048], want[512] = "";
	size_t len = 0;
	struct play play;

	(void)state;
	for (unsigned i = 1; i <= FLOWS; i++)
		len += (size_t)snprintf(text + len, sizeof text - len,
			"flow %u 10.0.0.1:%u 10.0.0.2:80\n+0 > S 0:0(0)\n", i, i);
	for (unsigned i = 0; i < FLOWS; i++)
		len += (size_t)snprintf(text + len, sizeof text - len,
			"flow %u 10.0.0.1:%u 10.0.0.2:80\n+0 < R. 0:0(0) ack 1\n", ends[i],
			ends[i]);
	snprintf(text + len, sizeof text - len,
		"flow 8 10.0.0.1:8 10.0.0.2:80\n+1 > S 0:0(0)\n+0 < R. 0:0(0) ack 1\n"
		"flow 9 10.0.0.1:9 10.0.0.2:80\n+100 > S 0:0(0)\n");
	for (unsigned i = 1; i <= FLOWS + 1; i++)
		snprintf(want + strlen(want), sizeof want - strlen(want),
			"closed %u CLOSED/CLOSED 3\n", i);
	strcat(want, "closed 9 SYN_SENT/UNKNOWN 1\n");
	play = play_of(text);
	is_told(&play, CLOSED, want);
	play_free(&play);
}

/* A SYN on a live connection, sent again and never answered, was an attempt of its own. */
static void held_syn_without_answer_is_an_attempt(void **state)
{
	struct play play = play_of(OPEN "+5 > S 70000:70000(0)\n+1 > S 70000:70000(0)\n");

	(void)state;
	is_told(&play, CLOSED,
		"closed 1 ESTABLISHED/ESTABLISHED 5\n"
		"closed 2 SYN_SENT/UNKNOWN 1\n");
	play_free(&play);
}

struct ending {
	uint32_t opened_incarnation;
	uint64_t last_packet;
};

static void note(const struct fw_event *event, void *user)
{
	struct ending *const ending = user;

	if (event->type == FW_EVENT_OPENED)
		ending->opened_incarnation = event->flow->incarnation;
	else if (event->flow->id == 1)
		ending->last_packet = event->flow->last_packet;
}

static struct ending ending_of(const char *text)
{
	static const struct fw_config config = {.events = CLOSED | 1u << FW_EVENT_OPENED};
	struct play play = play_of(text);
	struct ending ending = {0};
	struct fw_analyzer *const analyzer = fw_new(&config, note, &ending);

	assert_non_null(analyzer);
	assert_true(fw_feed(analyzer, play.frames, play.count));
	assert_true(fw_finish(analyzer));
	fw_free(analyzer);
	play_free(&play);
	return ending;
}

static void incarnation_is_told_from_the_beginning(void **state)
{
	(void)state;
	assert_int_equal(ending_of(OPEN).opened_incarnation, 1);
	assert_int_equal(ending_of(OPEN CLOSE "+70 > S 200000:200000(0)\n").opened_incarnation, 1);
	assert_int_equal(ending_of(OPEN CLOSE "+1 > S 200000:200000(0)\n").opened_incarnation, 2);
}

/* A SYN on hold that gives way to another is counted late: what came after it remains the last. */
static void last_packet_never_goes_back(void **state)
{
	(void)state;
	assert_int_equal(ending_of(OPEN "+5 > S 70000:70000(0)\n+.01 < . 1:1(0) ack 101\n"
					"+1 > S 90000:90000(0)\n")
				 .last_packet,
		6);
}

/* Times at the end of what can be told: the deadline is the last moment, not one long ago. */
static void last_moment_does_not_wrap(void **state)
{
	struct play play = play_of(REFUSED_1 "flow 2 10.0.0.3:9 10.0.0.4:80\n+0 > S 0:0(0)\n");

	(void)state;
	for (size_t i = 0; i < play.count; i++)
		play.frames[i].time = INT64_MAX - 5;
	is_told(&play, CLOSED | 1u << FW_EVENT_SEGMENT,
		"segment 1 SYN_SENT/UNKNOWN\nsegment 1 CLOSED/CLOSED\n"
		"segment 2 SYN_SENT/UNKNOWN\nclosed 1 CLOSED/CLOSED 3\n"
		"closed 2 SYN_SENT/UNKNOWN 1\n");
	play_free(&play);
}

/* From the first moment to the last: a round trip that no number of the kind can hold. */
static void times_are_as_far_apart_as_can_be(void **state)
{
	struct play play = play_of(OPEN);

	(void)state;
	play.frames[0].time = INT64_MIN;
	for (size_t i = 1; i < play.count; i++)
		play.frames[i].time = INT64_MAX;
	is_told(&play, CLOSED, "closed 1 ESTABLISHED/ESTABLISHED 5\n");
	play_free(&play);
}

/* Whatever is done with the time between two segments: sanitizers see where it overflows. */
static void times_go_from_end_to_end(void **state)
{
	static const char text[] = "flow 1 192.0.2.1:51234 198.51.100.2:80\n" OPEN
				   "+.01 > P. 1:101(100) ack 1\n+.01 < . 1:1(0) ack 101 win 0\n"
				   "+.01 > P. 101:102(1) ack 1\n+.01 < . 1:1(0) ack 101 win 0\n"
				   "+.01 < . 1:1(0) ack 101\n+.01 < . 1:1(0) ack 101 win 0\n"
				   "+.01 < . 1:1(0) ack 101\n+.01 < . 1:1(0) ack 101 win 0\n"
				   "+.01 < . 1:1(0) ack 101\n+.01 > P. 201:301(100) ack 1\n"
				   "+.01 > P. 101:201(100) ack 1\n+.01 > P. 101:201(100) ack 1\n"
				   "+.01 > P. 101:201(100) ack 1\n+.01 > P. 101:201(100) ack 1\n"
				   "+.01 < . 1:1(0) ack 301\n"
				   "+.01 > P. 301:401(100) ack 1\n+.01 > P. 301:401(100) ack 1\n"
				   "+.01 > P. 301:401(100) ack 1\n+.01 < F. 1:1(0) ack 401\n"
				   "+.01 > . 401:401(0) ack 2\n"
				   "flow 2 10.0.0.3:9 10.0.0.4:80\n+0 > S 0:0(0)\n"
				   "flow 3 10.0.0.3:8 10.0.0.4:80\n+0 > S 0:0(0)\n" REFUSED_1;

	(void)state;
	for (int variant = 0; variant < 4; variant++) {
		struct play play = play_of(text);

		for (size_t i = 0; i < play.count; i++)
			play.frames[i].time = i >> variant & 1 ? INT64_MAX : INT64_MIN;
		char *const events = told(&play, ALL, 1);
		assert_non_null(strstr(events, "closed 3"));
		free(events);
		play_free(&play);
	}
}

static void nothing_is_taken_after_the_end(void **state)
{
	static const struct fw_config config = {.events = CLOSED};
	struct play play = play_of(OPEN "flow 2 10.0.0.3:9 10.0.0.4:80\n+0 > S 0:0(0)\n");
	char *text = NULL;
	size_t size;
	FILE *const out = open_memstream(&text, &size);
	struct fw_analyzer *const analyzer = fw_new(&config, write_event, out);

	(void)state;
	assert_true(fw_feed(analyzer, play.frames, play.count));
	assert_true(fw_finish(analyzer));
	assert_false(fw_feed(analyzer, play.frames, play.count));
	assert_false(fw_finish(analyzer));
	assert_int_equal(fw_totals(analyzer)->frames, play.count);
	assert_int_equal(fw_totals(analyzer)->flows, 2);
	fw_free(analyzer);
	fclose(out);
	assert_string_equal(
		text, "closed 1 ESTABLISHED/ESTABLISHED 0\nclosed 2 SYN_SENT/UNKNOWN 0\n");
	free(text);
	play_free(&play);
}

static void count_closed(const struct fw_event *event, void *user)
{
	*(unsigned *)user += event->type == FW_EVENT_CLOSED;
}

/* Feeds PLAY while LEFT more allocations succeed from the FROMth frame on: was memory enough? */
static bool survives(const struct play *play, uint32_t events, long left, size_t from)
{
	const struct fw_config config = {.events = events, .timelines = true};
	const long before = memory.live;
	unsigned closed = 0;
	bool good = true;

	memory.refused = false;
	memory.left = from ? NO_LIMIT : left;
	struct fw_analyzer *const analyzer = fw_new(&config, count_closed, &closed);
	for (size_t i = 0; analyzer && good && i < play->count; i++) {
		memory.left = i == from ? left : memory.left;
		good = fw_feed(analyzer, &play->frames[i], 1);
		assert_true(good || !fw_feed(analyzer, &play->frames[i], 1));
		assert_int_equal(fw_totals(analyzer)->frames, i + 1);
	}
	memory.left = analyzer && from == play->count ? left : memory.left;
	const bool finished = analyzer && fw_finish(analyzer);
	memory.left = NO_LIMIT;
	assert_false(finished && (!good || memory.refused));
	assert_true(!finished || closed == fw_totals(analyzer)->flows);
	fw_free(analyzer);
	assert_int_equal(memory.live, before);
	return finished;
}

/* Every kind of memory there is: timelines, holes, SYNs on hold and put aside, losses and their
 * repair, findings, services and who asks them. So many flows that the last of the SYNs put aside
 * are the first to need another chunk. */
static char *much_text(void)
{
	static const char busy[] = "flow 1 10.0.0.9:9 10.0.0.2:80\n+0 > S 0:0(0)\n"
				   "flow 2 192.0.2.1:51234 198.51.100.2:80\n" OPEN
				   "+.01 > P. 301:401(100) ack 1\n+.01 < . 1:1(0) ack 101\n"
				   "+.3 > P. 101:201(100) ack 1\n+5 > S 70000:70000(0)\n"
				   "+.01 < S. 90000:90000(0) ack 70001\n"
				   "+1 > S 170000:170000(0)\n"
				   "flow 3 192.0.2.3:51234 198.51.100.2:80\n"
				   "+0 > S 0:0(0) <mss 1000,sackOK>\n"
				   "+.01 < S. 0:0(0) ack 1 <mss 1000,sackOK>\n"
				   "+.01 > . 1:1(0) ack 1\n+.01 > P. 1:101(100) ack 1\n"
				   "+.01 > P. 101:201(100) ack 1\n"
				   "+.01 < . 1:1(0) ack 1 <sack 101:201>\n"
				   "+.5 > P. 1:101(100) ack 1\n+.01 icmp host_unreachable\n"
				   "+.01 < . 1:1(0) ack 201 win 0\n+9 > . 200:200(0) ack 1\n"
				   "+.01 < . 1:1(0) ack 201\n+.01 < R. 1:1(0) ack 201\n";
	char *text = NULL;
	size_t size;
	FILE *const out = open_memstream(&text, &size);

	fputs(busy, out);
	for (int i = 0; i < 70; i++)
		fprintf(out, "flow %d 10.1.0.%d:9 10.0.0.2:%d\n+0 > S 0:0(0)\n", i % 60 + 4, i + 1,
			i + 1);
	for (int i = 0; i < 1100; i++)
		fprintf(out, "flow %d 10.0.0.1:%d 10.0.0.2:80\n+0 > S 0:0(0)\n", i % 60 + 4, i + 1);
	for (int i = 0; i < 1023; i++)
		fprintf(out, "flow %d 10.0.0.1:%d 10.0.0.2:80\n+0 < S. 0:0(0) ack 1\n", i % 60 + 4,
			i + 1);
	fclose(out);
	return text;
}

/* Whichever allocation is refused: no crash, no leak, no silence. */
static void short_memory_is_told(void **state)
{
	static const uint32_t events[] = {CLOSED, ALL};
	long at_the_end = 0;
	char *const text = much_text();
	struct play play = play_of(text);

	(void)state;
	free(text);
	for (size_t e = 0; e < sizeof events / sizeof events[0]; e++) {
		const size_t from[] = {0, 4, play.count / 2, play.count - 1, play.count};

		for (size_t f = 0; f < sizeof from / sizeof from[0]; f++) {
			for (int once = 0; once < 2; once++) {
				long n = 0;

				memory.once = once;
				while (!survives(&play, events[e], n, from[f]))
					n++;
				at_the_end += f == 4 ? n : 0;
			}
		}
	}
	assert_true(at_the_end > 0);
	play_free(&play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(batches_change_nothing),
		cmocka_unit_test(time_passes_with_every_frame),
		cmocka_unit_test(clock_set_back_keeps_the_queue_in_order),
		cmocka_unit_test(equal_deadlines_leave_by_number),
		cmocka_unit_test(held_syn_without_answer_is_an_attempt),
		cmocka_unit_test(incarnation_is_told_from_the_beginning),
		cmocka_unit_test(last_packet_never_goes_back),
		cmocka_unit_test(last_moment_does_not_wrap),
		cmocka_unit_test(times_are_as_far_apart_as_can_be),
		cmocka_unit_test(times_go_from_end_to_end),
		cmocka_unit_test(nothing_is_taken_after_the_end),
		cmocka_unit_test(short_memory_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
