/* One input: finds the format of a source, reads frames of it and keeps the accounts. */
#include "capture/input.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/filter.h"
#include "core/bytes.h"

enum { LINUX_SLL = 113, LINUX_SLL2 = 276 };

static const struct format *const formats[] = {
	&pcap_format,
	&pcapng_format,
	&snoop_format,
};

const char *grouped(uint64_t value, char text[27])
{
	char digits[21];
	const int count = snprintf(digits, sizeof digits, "%" PRIu64, value);
	char *to = text;

	for (int i = 0; i < count; i++) {
		if (i && (count - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
	return text;
}

/* Ends the input with a line; AFTER tells how many packets came before. */
static void end(struct input *input, bool after, const char *text, ...)
{
	struct capture_file *const file = input->file;
	const uint64_t packets = file->packets + input->batch;
	char number[27];
	va_list arguments;
	size_t used;

	input->format = NULL;
	va_start(arguments, text);
	vsnprintf(file->error, sizeof file->error, text, arguments);
	va_end(arguments);
	used = strlen(file->error);
	if (after)
		snprintf(file->error + used, sizeof file->error - used, ", after %s packet%s",
			grouped(packets, number), packets == 1 ? "" : "s");
}

bool input_fault(struct input *input, const char *text, ...)
{
	const char *const unpacked = input->file->compression ? "unpacked " : "";
	const bool packet = strcmp(input->format->unit, "packet") == 0;
	char what[160], number[27], offset[27];
	va_list arguments;

	va_start(arguments, text);
	vsnprintf(what, sizeof what, text, arguments);
	va_end(arguments);
	grouped(source_offset(&input->source), offset);
	grouped(input->file->packets + input->batch + 1, number);
	if (!input->opened)
		end(input, false, "the file header %s", what);
	else if (packet)
		end(input, false, "packet %s at %sbyte %s %s", number, unpacked, offset, what);
	else
		end(input, true, "%s at %sbyte %s %s", input->format->unit, unpacked, offset, what);
	return false;
}

bool input_want(struct input *input, size_t want)
{
	const size_t have = source_want(&input->source, want);
	char promised[27], there[27];

	if (have >= want)
		return true;
	if (input->source.fault[0]) /* is the news, not what it did to the format */
		end(input, true, "%s", input->source.fault);
	else if (have)
		input_fault(input, "is cut short: %s bytes promised, %s there",
			grouped(want, promised), grouped(have, there));
	input->format = NULL;
	return false;
}

void *input_state(struct input *input, size_t size)
{
	input->state = calloc(1, size);
	if (!input->state)
		input_fault(input, "needs more memory than there is");
	return input->state;
}

void input_linktype(struct input *input, uint16_t linktype)
{
	struct capture_file *const file = input->file;

	input->cooked |= linktype == LINUX_SLL || linktype == LINUX_SLL2;
	for (size_t i = 0; i < file->linktype_count; i++)
		if (file->linktypes[i] == linktype)
			return;
	if (file->linktype_count < CAPTURE_LINKTYPES)
		file->linktypes[file->linktype_count++] = linktype;
}

void input_direction(struct input *input, struct fw_frame *frame, enum fw_frame_flag direction)
{
	frame->flags |= (uint8_t)direction;
	input->file->inbound += direction == FW_FRAME_INBOUND;
	input->file->outbound += direction == FW_FRAME_OUTBOUND;
}

static bool has_magic(const struct format *format, const uint8_t *magic)
{
	static const uint8_t none[4];

	for (size_t i = 0; i < 10 && memcmp(format->magics[i], none, 4); i++)
		if (!memcmp(format->magics[i], magic, 4))
			return true;
	return false;
}

static const struct format *recognise(const uint8_t *magic, size_t len)
{
	for (size_t i = 0; len >= 4 && i < sizeof formats / sizeof *formats; i++)
		if (has_magic(formats[i], magic))
			return formats[i];
	return NULL;
}

/* Says why nothing can be made of the input. */
static void not_a_capture(struct input *input)
{
	struct capture_file *const file = input->file;
	const size_t have = source_want(&input->source, 4);
	const uint8_t *const magic = input->source.at;
	int used;

	if (input->source.fault[0]) {
		snprintf(file->error, sizeof file->error, "%s", input->source.fault);
		return;
	}
	if (have == 0) {
		snprintf(file->error, sizeof file->error, "empty: not even a file header");
		return;
	}
	used = snprintf(file->error, sizeof file->error, "not a capture: starts with");
	for (size_t i = 0; i < 4 && i < have; i++)
		used += snprintf(
			file->error + used, sizeof file->error - (size_t)used, " %02x", magic[i]);
}

static void bring_up_to_date(struct input *input)
{
	input->file->file_bytes = input->source.file_bytes;
}

void input_open(struct input *input, struct capture_file *file, size_t block)
{
	size_t have;

	*input = (struct input){.file = file};
	file->dropped = FW_NONE;
	source_open(&input->source, file->path, block); /* of a failure, fault tells */
	have = source_want(&input->source, 4);
	file->compression = source_compression(&input->source);
	file->file_size = input->source.file_size;
	input->format = recognise(input->source.at, have);
	if (!input->format) {
		not_a_capture(input);
	} else {
		file->format = input->format->name;
		input->opened = input->format->open(input);
	}
	bring_up_to_date(input);
}

void input_close(struct input *input)
{
	source_close(&input->source);
	free(input->state);
	input->state = NULL;
	input->format = NULL;
}

static void account(struct capture_file *file, const struct fw_frame *frames, size_t count)
{
	fw_time first = file->packets ? file->first_time : INT64_MAX;
	fw_time last = file->packets ? file->last_time : INT64_MIN;
	uint64_t bytes = 0;

	for (size_t i = 0; i < count; i++) {
		const fw_time time = frames[i].time;

		first = time < first ? time : first;
		last = time > last ? time : last;
		bytes += frames[i].wire_len;
	}
	file->first_time = first;
	file->last_time = last;
	file->bytes += bytes;
	file->packets += count;
}

/* The packet type of Linux's cooked headers, -1 if there is none. */
static int cooked_type(const struct fw_frame *frame)
{
	if (frame->linktype == LINUX_SLL && frame->len >= 2)
		return be16(frame->data);
	if (frame->linktype == LINUX_SLL2 && frame->len >= 11)
		return frame->data[10];
	return -1;
}

/* By Linux's headers, where the file has not told already. */
static void find_directions(struct input *input, struct fw_frame *frames, size_t count)
{
	enum { HOST, BROADCAST, MULTICAST, OTHER_HOST, OUTGOING };

	for (size_t i = 0; i < count; i++) {
		const int type = cooked_type(&frames[i]);

		if (frames[i].flags & (FW_FRAME_INBOUND | FW_FRAME_OUTBOUND))
			continue;
		if (type == OUTGOING)
			input_direction(input, &frames[i], FW_FRAME_OUTBOUND);
		else if (type >= HOST && type <= MULTICAST)
			input_direction(input, &frames[i], FW_FRAME_INBOUND);
	}
}

/* A link type that the filter cannot be compiled for: its frames are rejected, and that is an error
 * of the file, for what may have been meant would be missing without a word. */
static void apply_filter(struct input *input, struct fw_frame *frames, size_t count)
{
	struct capture_file *const file = input->file;

	for (size_t i = 0; i < count; i++) {
		const uint16_t linktype = frames[i].linktype;
		char name[CAPTURE_LINKTYPE_NAME];

		if (filter_match(input->filter, &frames[i]))
			continue;
		frames[i].flags |= FW_FRAME_FILTERED;
		if (!file->error[0] && filter_problem(input->filter, linktype)[0])
			snprintf(file->error, sizeof file->error,
				"all packets of link type %s are filtered out: %s",
				capture_linktype_name(linktype, name),
				filter_problem(input->filter, linktype));
	}
}

size_t input_read(struct input *input, struct fw_frame *frames, size_t max)
{
	size_t count;

	if (!input->format)
		return 0;
	input->batch = 0;
	count = input->format->read(input, frames, max);
	account(input->file, frames, count);
	if (input->cooked)
		find_directions(input, frames, count);
	if (input->filter)
		apply_filter(input, frames, count);
	bring_up_to_date(input);
	return count;
}
