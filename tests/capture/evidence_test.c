/* What a pcapng file says of itself: comments, interfaces, losses and directions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capture/build.h"

enum { SECTION = 0x0a0d0d0a, INTERFACE = 1, OBSOLETE = 2, STATISTICS = 5, PACKET = 6 };
enum { COMMENT = 1, NAME = 2, DESCRIPTION = 3, FILTER = 11 };
enum { FLAGS = 2, DROPCOUNT = 4, RECEIVED = 4, DROPPED = 5, OS_DROPPED = 7 };

static struct reading reading;

static const struct capture_file *file_of(const struct build *build)
{
	read_build(&reading, build);
	return &reading.files[0];
}

static size_t begin_section(struct build *build)
{
	const size_t begin = begin_block(build, SECTION);

	put32(build, 0x1a2b3c4d);
	put16(build, 1);
	put16(build, 0);
	put64(build, UINT64_MAX);
	return begin;
}

static size_t begin_interface(struct build *build)
{
	const size_t begin = begin_block(build, INTERFACE);

	put16(build, 1);
	put16(build, 0);
	put32(build, 96);
	return begin;
}

static size_t begin_packet(struct build *build, uint32_t interface)
{
	const size_t begin = begin_block(build, PACKET);

	put32(build, interface);
	put64(build, 0);
	put32(build, 8);
	put32(build, 8);
	put_bytes(build, 8, 0);
	return begin;
}

static size_t begin_statistics(struct build *build, uint32_t interface)
{
	const size_t begin = begin_block(build, STATISTICS);

	put32(build, interface);
	put64(build, 0);
	return begin;
}

static void put_number(struct build *build, uint16_t code, uint64_t value)
{
	put_option(build, code, &value, 8);
}

/* A section of an interface without options. */
static void start(struct build *build)
{
	put_section(build);
	end_block(build, begin_interface(build));
}

static void put_counter(struct build *build, uint32_t interface, uint16_t code, uint64_t count)
{
	const size_t begin = begin_statistics(build, interface);

	put_number(build, code, count);
	end_block(build, begin);
}

static void put_lost(struct build *build, uint32_t interface, uint64_t count)
{
	const size_t begin = begin_packet(build, interface);

	put_number(build, DROPCOUNT, count);
	end_block(build, begin);
}

static void nothing_said(void **state)
{
	struct build b = {0};
	const struct capture_file *file;

	(void)state;
	start(&b);
	end_block(&b, begin_packet(&b, 0));
	file = file_of(&b);
	assert_int_equal(file->dropped, FW_NONE);
	assert_int_equal(file->comment_count, 0);
	assert_int_equal(file->inbound + file->outbound, 0);
	assert_string_equal(file->application, "");
	assert_int_equal(file->interface_count, 1);
	assert_string_equal(file->interfaces[0].name, "");
	assert_int_equal(file->interfaces[0].snaplen, 96);
	assert_int_equal(file->interfaces[0].linktype, 1);
	assert_int_equal(file->interfaces[0].ticks_per_second, 1000000);
	for (int i = 0; i < CAPTURE_COUNTERS; i++)
		assert_int_equal(file->interfaces[0].counters[i], FW_NONE);
}

static void sections(void **state)
{
	(void)state;
	for (int swapped = 0; swapped < 2; swapped++) {
		struct build b = {.swapped = swapped};
		const struct capture_file *file;

		for (int i = 0; i < 2; i++) {
			const size_t begin = begin_section(&b);

			put_text(&b, 4, i ? "other" : "dumpcap");
			put_text(&b, COMMENT, i ? "second" : "first");
			if (i) {
				put_text(&b, 2, "a machine");
				put_text(&b, 3, "an os");
			}
			end_block(&b, begin);
		}
		file = file_of(&b);
		assert_string_equal(file->application, "dumpcap");
		assert_string_equal(file->hardware, "a machine");
		assert_string_equal(file->os, "an os");
		assert_int_equal(file->comment_count, 2);
		assert_string_equal(file->comments[0].text, "first");
		assert_string_equal(file->comments[1].text, "second");
		assert_int_equal(file->comments[1].packet, 0);
	}
}

/* Those of statistics are said by the program, of itself. */
static void comments(void **state)
{
	(void)state;
	for (int swapped = 0; swapped < 2; swapped++) {
		struct build b = {.swapped = swapped};
		const struct capture_file *file;
		size_t begin;

		put_section(&b);
		begin = begin_interface(&b);
		put_text(&b, COMMENT, "interface");
		end_block(&b, begin);
		end_block(&b, begin_packet(&b, 0));
		begin = begin_packet(&b, 0);
		put_text(&b, COMMENT, "one");
		put_text(&b, COMMENT, "another");
		end_block(&b, begin);
		begin = begin_statistics(&b, 0);
		put_text(&b, COMMENT, "Counters provided by dumpcap");
		end_block(&b, begin);
		file = file_of(&b);
		assert_int_equal(reading.count, 2);
		assert_int_equal(file->comment_count, 3);
		assert_int_equal(file->comments[0].packet, 0);
		assert_string_equal(file->comments[0].text, "interface");
		assert_int_equal(file->comments[1].packet, 2);
		assert_string_equal(file->comments[1].text, "one");
		assert_int_equal(file->comments[2].packet, 2);
		assert_string_equal(file->comments[2].text, "another");
	}
}

static void put_filter(struct build *build, char kind, const char *text)
{
	char filter[64] = {kind};

	strcpy(filter + 1, text);
	put16(build, FILTER);
	put16(build, (uint16_t)(1 + strlen(text)));
	for (size_t i = 0; i <= strlen(text); i++)
		put8(build, (uint8_t)filter[i]);
	put_padding(build);
}

static void interfaces(void **state)
{
	(void)state;
	for (int swapped = 0; swapped < 2; swapped++) {
		struct build b = {.swapped = swapped};
		const struct capture_interface *second;
		size_t begin;

		start(&b);
		put_section(&b); /* whose interface 0 is the second of the file */
		begin = begin_interface(&b);
		put_text(&b, NAME, "eth0");
		put_text(&b, DESCRIPTION, "to the left");
		put_option(&b, 9, "\x09", 1);
		put_filter(&b, 0, "tcp port 80");
		put_filter(&b, 1, "byte code");
		end_block(&b, begin);
		put_counter(&b, 0, RECEIVED, 10);
		put_counter(&b, 0, RECEIVED, 20);
		put_counter(&b, 0, OS_DROPPED, 0);
		put_counter(&b, 1, RECEIVED, 30);
		assert_int_equal(file_of(&b)->interface_count, 2);
		second = &reading.files[0].interfaces[1];
		assert_string_equal(second->name, "eth0");
		assert_string_equal(second->description, "to the left");
		assert_string_equal(second->filter, "tcp port 80");
		assert_int_equal(second->ticks_per_second, 1000000000);
		assert_int_equal(second->counters[CAPTURE_received], 20);
		assert_int_equal(second->counters[CAPTURE_dropped_by_os], 0);
		assert_int_equal(second->counters[CAPTURE_dropped], FW_NONE);
		assert_int_equal(
			reading.files[0].interfaces[0].counters[CAPTURE_received], FW_NONE);
		assert_int_equal(reading.files[0].dropped, 0);
	}
}

/* Statistics and packets speak of the same losses: the larger number counts, by interface. */
static void losses(void **state)
{
	(void)state;
	for (int swapped = 0; swapped < 2; swapped++) {
		struct build b = {.swapped = swapped};
		const struct capture_file *file;
		size_t begin;

		start(&b);
		end_block(&b, begin_interface(&b));
		put_lost(&b, 0, 2);
		put_lost(&b, 1, 100);
		put_lost(&b, 0, 3);
		assert_int_equal(file_of(&b)->dropped, 105);
		begin = begin_statistics(&b, 0);
		put_number(&b, DROPPED, 4);
		put_number(&b, OS_DROPPED, 40);
		end_block(&b, begin);
		put_counter(&b, 1, DROPPED, 99);
		file = file_of(&b);
		assert_int_equal(file->dropped, 144);
		assert_int_equal(file->interfaces[0].counters[CAPTURE_lost_between], 5);
		assert_int_equal(file->interfaces[0].counters[CAPTURE_dropped_by_os], 40);
		assert_int_equal(file->interfaces[1].counters[CAPTURE_lost_between], 100);
	}
}

static void losses_of_obsolete_packets(void **state)
{
	static const uint16_t drops[] = {3, 0xffff, 4}; /* 0xffff: not known */
	struct build b = {0};

	(void)state;
	start(&b);
	for (int i = 0; i < 3; i++) {
		const size_t begin = begin_block(&b, OBSOLETE);

		put16(&b, 0);
		put16(&b, drops[i]);
		put64(&b, 0);
		put64(&b, 0);
		end_block(&b, begin);
	}
	assert_int_equal(file_of(&b)->dropped, 7);
	assert_int_equal(reading.count, 3);
}

static void counts_do_not_wrap(void **state)
{
	struct build b = {0};
	const struct capture_file *file;

	(void)state;
	start(&b);
	end_block(&b, begin_interface(&b));
	put_counter(&b, 0, DROPPED, UINT64_MAX);
	put_counter(&b, 0, OS_DROPPED, INT64_MAX);
	put_lost(&b, 1, INT64_MAX);
	put_lost(&b, 1, UINT64_MAX);
	file = file_of(&b);
	assert_int_equal(file->dropped, INT64_MAX);
	assert_int_equal(file->interfaces[0].counters[CAPTURE_dropped], INT64_MAX);
	assert_int_equal(file->interfaces[1].counters[CAPTURE_lost_between], INT64_MAX);
}

static void directions(void **state)
{
	static const uint32_t flags[] = {0, 1, 2, 3, 1 | 4 << 5};
	static const uint8_t expected[] = {
		0, FW_FRAME_INBOUND, FW_FRAME_OUTBOUND, 0, FW_FRAME_INBOUND};

	(void)state;
	for (int swapped = 0; swapped < 2; swapped++) {
		struct build b = {.swapped = swapped};
		const struct capture_file *file;

		start(&b);
		for (int i = 0; i < 5; i++) {
			const size_t begin = begin_packet(&b, 0);

			put_option(&b, FLAGS, &flags[i], 4);
			end_block(&b, begin);
		}
		file = file_of(&b);
		for (int i = 0; i < 5; i++)
			assert_int_equal(reading.frames[i].flags, expected[i]);
		assert_int_equal(reading.frames[4].fcs_len, 4);
		assert_int_equal(file->inbound, 2);
		assert_int_equal(file->outbound, 1);
	}
}

/* Longer than is kept, and the cut falls on each byte of a character. */
static void texts_are_cut_between_characters(void **state)
{
	(void)state;
	for (size_t before = CAPTURE_TEXT - 4; before <= CAPTURE_TEXT; before++) {
		struct build b = {0};
		char text[CAPTURE_TEXT + 9] = "";
		size_t begin;

		memset(text, 'a', before);
		strcpy(text + before, "\xf0\x9f\x98\x80z");
		begin = begin_section(&b);
		put_text(&b, COMMENT, text);
		end_block(&b, begin);
		text[before + 4 <= CAPTURE_TEXT ? before + 4 : before] = '\0';
		assert_string_equal(file_of(&b)->comments[0].text, text);
	}
}

static void any_bytes_are_text(void **state)
{
	struct build b = {0};
	char text[CAPTURE_TEXT + 9] = "";
	const struct capture_file *file;
	size_t begin;

	(void)state;
	memset(text, 0x80, sizeof text - 1);
	begin = begin_section(&b);
	put_text(&b, COMMENT, text);
	put_text(&b, COMMENT, "\xff\xfe\x1b[31m\n");
	put_text(&b, COMMENT, "");
	put_option(&b, COMMENT, "zero\0and more", 13);
	put_option(&b, COMMENT, "\0", 1);
	end_block(&b, begin);
	file = file_of(&b);
	assert_int_equal(file->comment_count, 5);
	assert_int_equal(strlen(file->comments[0].text), CAPTURE_TEXT - 3);
	assert_string_equal(file->comments[1].text, "\xff\xfe\x1b[31m\n");
	assert_string_equal(file->comments[2].text, "");
	assert_string_equal(file->comments[3].text, "zero");
	assert_string_equal(file->comments[4].text, "");
}

/* An option as the last of a block, in blocks of each type, that claims more than is left. */
static void options_longer_than_their_block(void **state)
{
	static size_t (*const begin_with[])(struct build * build, uint32_t interface) = {
		begin_packet, begin_statistics};

	(void)state;
	for (uint16_t claimed = 5; claimed != 0; claimed = (uint16_t)(claimed * 3)) {
		struct build b = {0};
		const struct capture_file *file;
		size_t begin[4];

		begin[0] = begin_section(&b);
		for (int i = 0; i < 4; i++) {
			if (i == 1)
				begin[i] = begin_interface(&b);
			else if (i > 1)
				begin[i] = begin_with[i - 2](&b, 0);
			put_text(&b, COMMENT, "good");
			put16(&b, i < 3 ? COMMENT : DROPPED);
			put16(&b, claimed);
			put32(&b, 0x61616161);
			end_block(&b, begin[i]);
		}
		file = file_of(&b);
		assert_string_equal(file->error, "");
		assert_int_equal(reading.count, 1);
		assert_int_equal(file->comment_count, 3);
		assert_int_equal(file->dropped, FW_NONE);
		if (claimed > 20000)
			break;
	}
}

static void numbers_of_the_wrong_length(void **state)
{
	struct build b = {0};
	const struct capture_file *file;
	size_t begin;

	(void)state;
	start(&b);
	begin = begin_packet(&b, 0);
	put_option(&b, FLAGS, "\1\1", 2);
	put_option(&b, DROPCOUNT, "\1\1\1\1", 4);
	end_block(&b, begin);
	begin = begin_statistics(&b, 0);
	put_option(&b, DROPPED, "\1\1\1\1", 4);
	put_option(&b, RECEIVED, "", 0);
	end_block(&b, begin);
	begin = begin_interface(&b);
	put_option(&b, FILTER, "", 0);
	end_block(&b, begin);
	file = file_of(&b);
	assert_int_equal(file->dropped, FW_NONE);
	assert_int_equal(file->inbound, 0);
	assert_int_equal(file->interfaces[0].counters[CAPTURE_received], FW_NONE);
	assert_string_equal(file->interfaces[1].filter, "");
}

/* They are no reason to stop reading. */
static void statistics_of_nothing(void **state)
{
	struct build b = {0};
	size_t begin;

	(void)state;
	put_section(&b);
	put_counter(&b, 0, DROPPED, 5);
	end_block(&b, begin_interface(&b));
	put_counter(&b, 1, DROPPED, 5);
	put_counter(&b, UINT32_MAX, DROPPED, 5);
	for (int words = 0; words < 3; words++) {
		begin = begin_block(&b, STATISTICS);
		for (int i = 0; i < words; i++)
			put32(&b, 0);
		end_block(&b, begin);
	}
	end_block(&b, begin_packet(&b, 0));
	assert_int_equal(file_of(&b)->dropped, FW_NONE);
	assert_int_equal(reading.count, 1);
	assert_string_equal(reading.files[0].error, "");
}

static void thousands_of_comments(void **state)
{
	struct build b = {0};
	const struct capture_file *file;

	(void)state;
	start(&b);
	for (int packet = 0; packet < 500; packet++) {
		const size_t begin = begin_packet(&b, 0);

		for (int i = 0; i < 4; i++)
			put_text(&b, COMMENT, i == 3 ? "last" : "");
		end_block(&b, begin);
	}
	file = file_of(&b);
	assert_int_equal(file->comment_count, 2000);
	assert_int_equal(file->comments[CAPTURE_COMMENTS - 1].packet, CAPTURE_COMMENTS / 4);
	assert_string_equal(file->comments[CAPTURE_COMMENTS - 1].text, "last");
}

/* What those lost that are not kept counts too. */
static void thousands_of_interfaces(void **state)
{
	enum { COUNT = 2000 };
	struct build b = {0};
	const struct capture_file *file;

	(void)state;
	put_section(&b);
	for (int i = 0; i < COUNT; i++)
		end_block(&b, begin_interface(&b));
	put_counter(&b, CAPTURE_INTERFACES - 1, DROPPED, 1);
	put_counter(&b, CAPTURE_INTERFACES, DROPPED, 10);
	put_counter(&b, COUNT - 1, DROPPED, 100);
	put_lost(&b, COUNT - 1, 1000);
	file = file_of(&b);
	assert_int_equal(file->interface_count, COUNT);
	assert_int_equal(file->dropped, 1011);
	assert_int_equal(file->interfaces[CAPTURE_INTERFACES - 1].snaplen, 96);
	assert_int_equal(file->interfaces[CAPTURE_INTERFACES - 1].counters[CAPTURE_dropped], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_said),
		cmocka_unit_test(sections),
		cmocka_unit_test(comments),
		cmocka_unit_test(interfaces),
		cmocka_unit_test(losses),
		cmocka_unit_test(losses_of_obsolete_packets),
		cmocka_unit_test(counts_do_not_wrap),
		cmocka_unit_test(directions),
		cmocka_unit_test(texts_are_cut_between_characters),
		cmocka_unit_test(any_bytes_are_text),
		cmocka_unit_test(options_longer_than_their_block),
		cmocka_unit_test(numbers_of_the_wrong_length),
		cmocka_unit_test(statistics_of_nothing),
		cmocka_unit_test(thousands_of_comments),
		cmocka_unit_test(thousands_of_interfaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
