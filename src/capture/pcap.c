/* Classic pcap, in both byte orders, micro- and nanoseconds, and its variants. */
#include "capture/input.h"
#include "capture/linktype.h"
#include "capture/order.h"

#define FILE_HEADER   24
#define RECORD_HEADER 16

/* What the magic number, in the order of this machine, says of the file. */
struct variant {
	uint32_t magic;
	uint32_t unit;          /* of the fraction of a second, in ns */
	uint32_t file_header;   /* bytes */
	uint32_t record_header; /* bytes */
};

static const struct variant variants[] = {
	{0xa1b2c3d4, 1000, FILE_HEADER, RECORD_HEADER}, {0xa1b23c4d, 1, FILE_HEADER, RECORD_HEADER},
	{0xa1b2cd34, 1000, FILE_HEADER, RECORD_HEADER + 8}, /* Kuznetzov's: interface, protocol */
	{0x1c0001ac, 1, FILE_HEADER + 4, RECORD_HEADER},    /* IXIA's hardware: length of data */
	{0x1c0001ab, 1000, FILE_HEADER + 4, RECORD_HEADER}, /* IXIA's software */
};

struct pcap {
	const struct variant *variant;
	bool swapped; /* against the order of this machine */
	/* Versions before 2.3 have the lengths the other way round, 2.3 has them either way. */
	enum { LENGTHS_RIGHT, LENGTHS_SWAPPED, LENGTHS_EITHER } lengths;
	uint32_t max_frame; /* bytes */
	uint16_t linktype;
	uint8_t fcs_len;
};

static bool find_variant(struct pcap *pcap, const uint8_t *magic)
{
	for (size_t i = 0; i < 2 * (sizeof variants / sizeof *variants); i++) {
		pcap->variant = &variants[i / 2];
		pcap->swapped = i % 2;
		if (get32(magic, pcap->swapped) == pcap->variant->magic)
			return true;
	}
	return false;
}

/* The upper half of the link type's field holds the length of the FCS, in units of 16 bits. */
static void set_linktype(struct pcap *pcap, uint32_t field)
{
	const uint32_t fcs_present = 0x04000000;

	pcap->linktype = linktype_normal(field & 0xffff);
	pcap->fcs_len = field & fcs_present ? (uint8_t)((field >> 28) * 2) : 0;
	pcap->max_frame = linktype_max_frame(pcap->linktype);
}

static bool pcap_open_file(struct input *input)
{
	const uint8_t *const header = input->source.at;
	struct pcap *const pcap = input_state(input, sizeof *pcap);
	uint16_t major, minor;

	if (!pcap || !find_variant(pcap, header) || !input_want(input, pcap->variant->file_header))
		return false;
	major = get16(input->source.at + 4, pcap->swapped);
	minor = get16(input->source.at + 6, pcap->swapped);
	if (major != 2 && major != 543) /* 543.0 is DG/UX's */
		return input_fault(input, "has the unknown version %u.%u", major, minor);
	if (major == 543 || minor < 3)
		pcap->lengths = LENGTHS_SWAPPED;
	else if (minor == 3)
		pcap->lengths = LENGTHS_EITHER;
	set_linktype(pcap, get32(input->source.at + 20, pcap->swapped));
	input_linktype(input, pcap->linktype);
	input->source.at += pcap->variant->file_header;
	return true;
}

struct lengths {
	uint32_t captured, wire;
};

static inline struct lengths get_lengths(
	const struct pcap *pcap, const uint8_t *record, bool swapped)
{
	struct lengths l = {get32(record + 8, swapped), get32(record + 12, swapped)};

	if (__builtin_expect(pcap->lengths != LENGTHS_RIGHT, 0) &&
		(pcap->lengths == LENGTHS_SWAPPED || l.captured > l.wire))
		l = (struct lengths){l.wire, l.captured};
	if (__builtin_expect(l.wire < l.captured, 0))
		l.wire = l.captured;
	return l;
}

/* The frames that are whole in the buffer. Inlined once for each byte order. */
static inline __attribute__((always_inline)) size_t walk(
	struct input *input, struct fw_frame *frames, size_t max, const bool swapped)
{
	const struct pcap pcap = *(const struct pcap *)input->state;
	const size_t header = pcap.variant->record_header;
	const fw_time unit = pcap.variant->unit;
	const uint8_t *const end = input->source.end;
	const uint8_t *at = input->source.at;
	size_t n;

	for (n = 0; n < max; n++) {
		const size_t have = (size_t)(end - at);
		struct lengths l;

		if (have < header)
			break;
		l = get_lengths(&pcap, at, swapped);
		if (l.captured > pcap.max_frame || have - header < l.captured)
			break;
		frames[n] = (struct fw_frame){
			.time = get32(at, swapped) * INT64_C(1000000000) +
				get32(at + 4, swapped) * unit,
			.data = at + header,
			.len = l.captured,
			.wire_len = l.wire,
			.linktype = pcap.linktype,
			.fcs_len = pcap.fcs_len,
		};
		at += header + l.captured;
	}
	input->source.at = at;
	return n;
}

/* Brings the next record into the buffer. False at the end. */
static bool bring(struct input *input)
{
	const struct pcap *const pcap = input->state;
	const size_t header = pcap->variant->record_header;
	struct lengths l;
	char claimed[27];

	if (!input_want(input, header))
		return false;
	l = get_lengths(pcap, input->source.at, pcap->swapped);
	if (l.captured > pcap->max_frame)
		return input_fault(input, "claims %s bytes, more than any frame has",
			grouped(l.captured, claimed));
	return input_want(input, header + l.captured);
}

static size_t pcap_read(struct input *input, struct fw_frame *frames, size_t max)
{
	const bool swapped = ((const struct pcap *)input->state)->swapped;
	size_t n;

	do
		n = swapped ? walk(input, frames, max, true) : walk(input, frames, max, false);
	while (n == 0 && bring(input));
	return n;
}

const struct format pcap_format = {
	.name = "pcap",
	.unit = "packet",
	.magics = {{0xd4, 0xc3, 0xb2, 0xa1}, {0xa1, 0xb2, 0xc3, 0xd4}, {0x4d, 0x3c, 0xb2, 0xa1},
		{0xa1, 0xb2, 0x3c, 0x4d}, {0x34, 0xcd, 0xb2, 0xa1}, {0xa1, 0xb2, 0xcd, 0x34},
		{0xac, 0x01, 0x00, 0x1c}, {0x1c, 0x00, 0x01, 0xac}, {0xab, 0x01, 0x00, 0x1c},
		{0x1c, 0x00, 0x01, 0xab}},
	.open = pcap_open_file,
	.read = pcap_read,
};
