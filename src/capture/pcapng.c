/* pcapng: sections of either byte order, interfaces of any link type and clock, packets. */
#include <stdlib.h>

#include "capture/clock.h"
#include "capture/evidence.h"
#include "capture/input.h"
#include "capture/linktype.h"
#include "capture/options.h"

#define SECTION_HEADER   0x0a0d0d0a
#define INTERFACE        1
#define PACKET           2 /* obsolete */
#define SIMPLE_PACKET    3
#define STATISTICS       5
#define ENHANCED_PACKET  6
#define BYTE_ORDER_MAGIC 0x1a2b3c4d

#define BLOCK_OVERHEAD 12         /* type, and the length at both ends */
#define MICROSECONDS   6          /* the resolution where if_tsresol is absent */
#define MAX_BLOCK      (16 << 20) /* but for link types with larger frames */
#define MAX_INTERFACES 65536

struct interface {
	struct clock clock;
	struct losses losses;
	uint32_t snaplen;   /* 0 is none */
	uint32_t max_frame; /* bytes */
	uint16_t linktype;
	uint8_t fcs_len;
};

struct pcapng {
	bool swapped; /* this section, against the order of this machine */
	uint32_t max_block;
	uint64_t before; /* interfaces of the sections before this one */
	size_t count, capacity;
	struct interface interfaces[]; /* of this section */
};

/* One block that is whole in the buffer. */
struct block {
	uint32_t type;
	uint32_t length;     /* of all of it, padded */
	const uint8_t *body; /* between the two lengths */
	uint32_t body_len;
};

static uint32_t padded(uint32_t length)
{
	return (length + 3) & ~UINT32_C(3);
}

/* A section header tells its byte order only behind its length. False if it tells none. */
static bool learn_order(struct pcapng *pcapng, const uint8_t *block)
{
	if (get32(block, false) != SECTION_HEADER)
		return true;
	pcapng->swapped = get32(block + 8, false) != BYTE_ORDER_MAGIC;
	return get32(block + 8, pcapng->swapped) == BYTE_ORDER_MAGIC;
}

/* Is a sound block whole in the buffer? Lengths that are no multiple of 4 are padded, as Wireshark
 * has it. */
static inline bool find_block(const struct input *input, struct block *block)
{
	struct pcapng *const pcapng = input->state;
	const uint8_t *const at = input->source.at;
	const size_t have = (size_t)(input->source.end - at);
	uint32_t length;

	if (have < BLOCK_OVERHEAD || !learn_order(pcapng, at))
		return false;
	length = get32(at + 4, pcapng->swapped);
	block->length = padded(length);
	if (length < BLOCK_OVERHEAD || length > pcapng->max_block || have < block->length)
		return false;
	block->type = get32(at, pcapng->swapped);
	block->body = at + 8;
	block->body_len = block->length - BLOCK_OVERHEAD;
	return padded(get32(at + block->length - 4, pcapng->swapped)) == block->length;
}

static struct options options_of(
	const struct pcapng *pcapng, const struct block *block, uint32_t from)
{
	return (struct options){
		.at = block->body + (from < block->body_len ? from : block->body_len),
		.end = block->body + block->body_len,
		.swapped = pcapng->swapped,
	};
}

static bool section_header(struct input *input, const struct block *block)
{
	struct pcapng *const pcapng = input->state;
	uint16_t major, minor;

	if (block->body_len < 16)
		return input_fault(input, "is too short for a section header");
	major = get16(block->body + 4, pcapng->swapped);
	minor = get16(block->body + 6, pcapng->swapped);
	if (major != 1 || (minor != 0 && minor != 2)) /* some writers say 1.2 and mean 1.0 */
		return input_fault(
			input, "begins a section of the unknown version %u.%u", major, minor);
	pcapng->count = 0;
	pcapng->before = input->file->interface_count;
	pcapng->max_block = MAX_BLOCK;
	evidence_section(input->file, options_of(pcapng, block, 16));
	return true;
}

static struct interface *new_interface(struct input *input)
{
	struct pcapng *pcapng = input->state;

	if (pcapng->count == MAX_INTERFACES) {
		input_fault(input, "is one interface more than the %u that a section may have",
			MAX_INTERFACES);
		return NULL;
	}
	if (pcapng->count == pcapng->capacity) {
		const size_t capacity = pcapng->capacity ? pcapng->capacity * 2 : 4;

		pcapng = realloc(pcapng, sizeof *pcapng + capacity * sizeof *pcapng->interfaces);
		if (!pcapng) {
			input_fault(input, "needs more memory than there is");
			return NULL;
		}
		pcapng->capacity = capacity;
		input->state = pcapng;
	}
	return &pcapng->interfaces[pcapng->count++];
}

/* The specification has said bits and bytes, so writers do both. */
static uint8_t fcs_bytes(uint8_t length)
{
	return length > 8 ? length / 8 : length;
}

/* Keeps what people may want to know of the interface. */
static void describe(
	struct input *input, const struct block *block, const struct interface *interface)
{
	struct capture_interface described = {
		.linktype = interface->linktype,
		.snaplen = interface->snaplen,
		.ticks_per_second = clock_rate(&interface->clock),
	};

	evidence_interface(input->file, &described, options_of(input->state, block, 8));
}

static bool interface_description(struct input *input, const struct block *block)
{
	enum { IF_TSRESOL = 9, IF_FCSLEN = 13, IF_TSOFFSET = 14 };
	struct interface *const interface = block->body_len < 8 ? NULL : new_interface(input);
	struct pcapng *const pcapng = input->state;
	struct options options = options_of(pcapng, block, 8);
	uint8_t resolution = MICROSECONDS;
	int64_t offset = 0;

	if (!interface)
		return input->format && input_fault(input, "is too short for an interface");
	*interface = (struct interface){
		.linktype = linktype_normal(get16(block->body, pcapng->swapped)),
		.snaplen = get32(block->body + 4, pcapng->swapped),
	};
	while (next_option(&options)) {
		if (options.code == IF_TSRESOL && options.len == 1)
			resolution = *options.value;
		else if (options.code == IF_TSOFFSET && options.len == 8)
			offset = (int64_t)get64(options.value, pcapng->swapped);
		else if (options.code == IF_FCSLEN && options.len == 1)
			interface->fcs_len = fcs_bytes(*options.value);
	}
	if (!clock_init(&interface->clock, resolution, offset))
		return input_fault(input, "has the impossible time resolution %u", resolution);
	interface->max_frame = linktype_max_frame(interface->linktype);
	if (interface->max_frame > MAX_BLOCK)
		pcapng->max_block = interface->max_frame + MAX_BLOCK;
	input_linktype(input, interface->linktype);
	describe(input, block, interface);
	return true;
}

static struct interface *find_interface(struct input *input, uint32_t index)
{
	struct pcapng *const pcapng = input->state;

	if (__builtin_expect(index < pcapng->count, 1))
		return &pcapng->interfaces[index];
	input_fault(input, "is a packet of interface %u, but the section has described %zu", index,
		pcapng->count);
	return NULL;
}

/* Does a frame of LEN bytes fit in behind HEADER bytes of the block, and is it believable? */
static bool fits(struct input *input, const struct block *block, uint32_t header, uint32_t len,
	const struct interface *interface)
{
	char claimed[27];

	if (__builtin_expect(len <= block->body_len - header && len <= interface->max_frame, 1))
		return true;
	return input_fault(input, "is %u bytes long, but claims a packet of %s", block->length,
		grouped(len, claimed));
}

/* Direction, and the length of the FCS, which overrides the interface's; 0 says nothing. */
static void packet_flags(struct input *input, struct fw_frame *frame, uint32_t flags)
{
	enum { DIRECTION_MASK = 3, INBOUND = 1, OUTBOUND = 2, FCS_SHIFT = 5, FCS_MASK = 15 };
	const uint8_t fcs_len = flags >> FCS_SHIFT & FCS_MASK;

	frame->fcs_len = fcs_len ? fcs_len : frame->fcs_len;
	if ((flags & DIRECTION_MASK) == INBOUND)
		input_direction(input, frame, FW_FRAME_INBOUND);
	else if ((flags & DIRECTION_MASK) == OUTBOUND)
		input_direction(input, frame, FW_FRAME_OUTBOUND);
}

static void packet_lost(struct input *input, struct interface *interface, uint64_t count)
{
	const struct pcapng *const pcapng = input->state;
	const uint64_t index = pcapng->before + (uint64_t)(interface - pcapng->interfaces);

	evidence_lost(input->file, index, &interface->losses, count);
}

/* What else the block of a packet says, its options beginning at FROM. Apart from packet(), which
 * is fast where there is nothing of it. */
static __attribute__((noinline)) void packet_evidence(struct input *input,
	const struct block *block, uint32_t from, struct interface *interface,
	struct fw_frame *frame)
{
	enum { FLAGS = 2, DROPCOUNT = 4, DROPS_UNKNOWN = 0xffff };
	const struct pcapng *const pcapng = input->state;
	const uint64_t number = input->file->packets + input->batch + 1;
	struct options options = options_of(pcapng, block, from);

	if (block->type == PACKET && get16(block->body + 2, pcapng->swapped) != DROPS_UNKNOWN)
		packet_lost(input, interface, get16(block->body + 2, pcapng->swapped));
	while (next_option(&options)) {
		if (options.code == OPTION_COMMENT)
			evidence_comment(input->file, number, &options);
		else if (options.code == FLAGS && options.len == 4)
			packet_flags(input, frame, get32(options.value, pcapng->swapped));
		else if (options.code == DROPCOUNT && options.len == 8)
			packet_lost(input, interface, get64(options.value, pcapng->swapped));
	}
}

/* Enhanced packets and, but for the interface's number, obsolete ones. */
static bool packet(struct input *input, const struct block *block, struct fw_frame *frame)
{
	enum { HEADER = 20, SMALLEST_OPTION = 4 };
	const struct pcapng *const pcapng = input->state;
	const uint8_t *const body = block->body;
	const bool swapped = pcapng->swapped;
	struct interface *interface;
	uint32_t len, wire_len, options;

	if (block->body_len < HEADER)
		return input_fault(input, "is too short for a packet");
	interface = find_interface(
		input, block->type == PACKET ? get16(body, swapped) : get32(body, swapped));
	len = get32(body + 12, swapped);
	wire_len = get32(body + 16, swapped);
	if (!interface || !fits(input, block, HEADER, len, interface))
		return false;
	*frame = (struct fw_frame){
		.time = clock_time(&interface->clock,
			(uint64_t)get32(body + 4, swapped) << 32 | get32(body + 8, swapped)),
		.data = body + HEADER,
		.len = len,
		.wire_len = wire_len > len ? wire_len : len,
		.linktype = interface->linktype,
		.fcs_len = interface->fcs_len,
	};
	options = HEADER + padded(len);
	if (__builtin_expect(
		    options + SMALLEST_OPTION < block->body_len || block->type == PACKET, 0))
		packet_evidence(input, block, options, interface, frame);
	return true;
}

/* No time, no interface: it is the first, and its snap length tells how much is there. */
static bool simple_packet(struct input *input, const struct block *block, struct fw_frame *frame)
{
	enum { HEADER = 4 };
	const struct pcapng *const pcapng = input->state;
	const struct interface *const interface = find_interface(input, 0);
	uint32_t len, wire_len;

	if (!interface)
		return false;
	if (block->body_len < HEADER)
		return input_fault(input, "is too short for a packet");
	wire_len = get32(block->body, pcapng->swapped);
	len = interface->snaplen && interface->snaplen < wire_len ? interface->snaplen : wire_len;
	if (!fits(input, block, HEADER, len, interface))
		return false;
	*frame = (struct fw_frame){
		.data = block->body + HEADER,
		.len = len,
		.wire_len = wire_len,
		.linktype = interface->linktype,
		.fcs_len = interface->fcs_len,
	};
	return true;
}

/* The statistics of an interface, of which those of no interface are none. */
static void statistics(struct input *input, const struct block *block)
{
	enum { HEADER = 12 };
	struct pcapng *const pcapng = input->state;
	const uint32_t index = block->body_len < HEADER ? 0 : get32(block->body, pcapng->swapped);

	if (block->body_len >= HEADER && index < pcapng->count)
		evidence_statistics(input->file, pcapng->before + index,
			&pcapng->interfaces[index].losses, options_of(pcapng, block, HEADER));
}

/* A block that is no packet. By value: one whose address nobody gets stays in registers. */
static __attribute__((noinline)) bool take_other(struct input *input, struct block block)
{
	if (block.type == SECTION_HEADER)
		return section_header(input, &block);
	if (block.type == INTERFACE)
		return interface_description(input, &block);
	if (block.type == STATISTICS)
		statistics(input, &block);
	return true; /* names, secrets, whatever may come */
}

/* Takes one block. COUNT goes up if it holds a frame. */
static bool take(
	struct input *input, const struct block *block, struct fw_frame *frame, size_t *count)
{
	bool sound = true;

	switch (block->type) {
	case ENHANCED_PACKET:
	case PACKET:
		sound = packet(input, block, frame);
		*count += sound;
		break;
	case SIMPLE_PACKET:
		sound = simple_packet(input, block, frame);
		*count += sound;
		break;
	default:
		sound = take_other(input, *block);
		break;
	}
	if (sound)
		input->source.at += block->length;
	return sound;
}

/* Passes over a block that is larger than any that is looked into. */
static bool skip(struct input *input, uint32_t type, uint32_t length)
{
	const uint32_t whole = padded(length);
	char claimed[27];
	uint64_t skipped;

	if (whole < length || type == ENHANCED_PACKET || type == PACKET || type == SIMPLE_PACKET ||
		type == INTERFACE || type == SECTION_HEADER)
		return input_fault(input, "claims %s bytes", grouped(length, claimed));
	skipped = source_skip(&input->source, whole);
	if (skipped == whole)
		return true;
	if (input->source.fault[0])
		return input_want(input, 1);
	return input_fault(
		input, "ends here, but claims %s bytes more", grouped(whole - skipped, claimed));
}

/* Brings the next block into the buffer, or says what is wrong with it. False at the end. */
static bool bring(struct input *input)
{
	struct pcapng *const pcapng = input->state;
	const uint8_t *at;
	uint32_t length, last;

	if (!input_want(input, BLOCK_OVERHEAD))
		return false;
	at = input->source.at;
	if (!learn_order(pcapng, at))
		return input_fault(input, "begins a section without a byte order");
	length = get32(at + 4, pcapng->swapped);
	if (length < BLOCK_OVERHEAD)
		return input_fault(input, "claims to be %u bytes long", length);
	if (length > pcapng->max_block)
		return skip(input, get32(at, pcapng->swapped), length);
	if (!input_want(input, padded(length)))
		return false;
	last = get32(input->source.at + padded(length) - 4, pcapng->swapped);
	if (padded(last) != padded(length))
		return input_fault(input, "is %u bytes long by its first length, %u by its last",
			length, last);
	return true;
}

static size_t pcapng_read(struct input *input, struct fw_frame *frames, size_t max)
{
	struct block block;
	size_t n = 0;

	do {
		while (n < max && find_block(input, &block)) {
			input->batch = n;
			if (!take(input, &block, &frames[n], &n))
				return n;
		}
	} while (n == 0 && bring(input));
	return n;
}

static bool pcapng_open(struct input *input)
{
	struct pcapng *const pcapng = input_state(input, sizeof *pcapng);

	if (!pcapng)
		return false;
	pcapng->max_block = MAX_BLOCK;
	return bring(input);
}

const struct format pcapng_format = {
	.name = "pcapng",
	.unit = "block",
	.magics = {{0x0a, 0x0d, 0x0d, 0x0a}},
	.open = pcapng_open,
	.read = pcapng_read,
};
