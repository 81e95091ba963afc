/* What a pcapng file says of itself: comments, its interfaces, and what it lacks. */
#include "capture/evidence.h"

static int64_t saturated(uint64_t count)
{
	return count < INT64_MAX ? (int64_t)count : INT64_MAX;
}

/* Of two counts, so that nothing wraps. */
static int64_t sum(int64_t a, int64_t b)
{
	return saturated((uint64_t)a + (uint64_t)b);
}

/* Where a text of more than CAPTURE_TEXT bytes is cut: not within a character of UTF-8. */
static size_t cut(const uint8_t *text)
{
	size_t len = CAPTURE_TEXT;

	while (len > CAPTURE_TEXT - 3 && (text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* Some writers end texts with a zero, which the specification does not have: it does no harm. */
static void keep(capture_text text, const struct options *option)
{
	const size_t len = option->len > CAPTURE_TEXT ? cut(option->value) : option->len;

	memcpy(text, option->value, len);
	text[len] = '\0';
}

/* What the first section says is about the file. */
static void keep_first(capture_text text, const struct options *option)
{
	if (!text[0])
		keep(text, option);
}

static void keep_count(
	struct capture_file *file, uint64_t index, enum capture_counter counter, int64_t count)
{
	if (index < CAPTURE_INTERFACES)
		file->interfaces[index].counters[counter] = count;
}

void evidence_comment(struct capture_file *file, uint64_t packet, const struct options *options)
{
	const uint64_t index = file->comment_count++;

	if (index >= CAPTURE_COMMENTS)
		return;
	file->comments[index].packet = packet;
	keep(file->comments[index].text, options);
}

void evidence_section(struct capture_file *file, struct options options)
{
	enum { HARDWARE = 2, OS = 3, APPLICATION = 4 };

	while (next_option(&options)) {
		if (options.code == OPTION_COMMENT)
			evidence_comment(file, 0, &options);
		else if (options.code == HARDWARE)
			keep_first(file->hardware, &options);
		else if (options.code == OS)
			keep_first(file->os, &options);
		else if (options.code == APPLICATION)
			keep_first(file->application, &options);
	}
}

/* A filter is a byte that says how it is written, 0 being pcap-filter(7), and what is written. */
static void keep_filter(capture_text text, struct options option)
{
	if (option.len == 0 || option.value[0] != 0)
		return;
	option.value++;
	option.len--;
	keep(text, &option);
}

void evidence_interface(
	struct capture_file *file, struct capture_interface *interface, struct options options)
{
	enum { NAME = 2, DESCRIPTION = 3, FILTER = 11 };

	for (int i = 0; i < CAPTURE_COUNTERS; i++)
		interface->counters[i] = FW_NONE;
	while (next_option(&options)) {
		if (options.code == OPTION_COMMENT)
			evidence_comment(file, 0, &options);
		else if (options.code == NAME)
			keep(interface->name, &options);
		else if (options.code == DESCRIPTION)
			keep(interface->description, &options);
		else if (options.code == FILTER)
			keep_filter(interface->filter, options);
	}
	if (file->interface_count < CAPTURE_INTERFACES)
		file->interfaces[file->interface_count] = *interface;
	file->interface_count++;
}

/* Counts go up from the beginning of the capture: what was lost once stays lost. */
static void lose(struct capture_file *file, struct losses *losses, int64_t all)
{
	if (file->dropped == FW_NONE)
		file->dropped = 0;
	if (all <= losses->all)
		return;
	file->dropped = sum(file->dropped, all - losses->all);
	losses->all = all;
}

/* CAPTURE_COUNTERS if option CODE is none. */
static enum capture_counter counter_of(uint16_t code)
{
	static const uint16_t codes[] = {
#define COUNTER(id, isb, text) isb,
#include "finwait/counters.def"
#undef COUNTER
	};
	int counter = 0;

	while (counter < CAPTURE_COUNTERS && codes[counter] != code)
		counter++;
	return (enum capture_counter)counter;
}

void evidence_statistics(
	struct capture_file *file, uint64_t index, struct losses *losses, struct options options)
{
	int64_t lost = FW_NONE;

	while (next_option(&options)) {
		const enum capture_counter counter = counter_of(options.code);

		if (options.len != 8 || counter == CAPTURE_COUNTERS)
			continue;
		const int64_t count = saturated(get64(options.value, options.swapped));

		if (counter == CAPTURE_dropped || counter == CAPTURE_dropped_by_os)
			lost = sum(lost == FW_NONE ? 0 : lost, count);
		keep_count(file, index, counter, count);
	}
	if (lost != FW_NONE)
		lose(file, losses, lost);
}

void evidence_lost(struct capture_file *file, uint64_t index, struct losses *losses, uint64_t count)
{
	losses->between = sum(losses->between, saturated(count));
	keep_count(file, index, CAPTURE_lost_between, losses->between);
	lose(file, losses, losses->between);
}
