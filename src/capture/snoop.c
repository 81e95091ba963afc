/* snoop, the capture format of Solaris (RFC 1761): big-endian, microseconds, padded records. */
#include "capture/input.h"
#include "capture/linktype.h"
#include "core/bytes.h"

#define FILE_HEADER   16
#define RECORD_HEADER 24

struct snoop {
	uint16_t linktype;
	uint32_t max_frame;
};

/* The LINKTYPE_ value of a datalink type of RFC 1761, 0 for the ones that have none. */
static uint16_t linktype_of(uint32_t datalink)
{
	switch (datalink) {
	case 0: /* IEEE 802.3 */
	case 4: /* Ethernet */
		return 1;
	case 2: /* IEEE 802.5 Token Ring */
		return 6;
	case 8: /* FDDI */
		return 10;
	default:
		return 0;
	}
}

static bool snoop_open(struct input *input)
{
	struct snoop *const snoop = input_state(input, sizeof *snoop);

	if (!snoop || !input_want(input, FILE_HEADER))
		return false;
	if (be32(input->source.at + 8) != 2)
		return input_fault(input, "has the unknown version %u", be32(input->source.at + 8));
	snoop->linktype = linktype_of(be32(input->source.at + 12));
	if (!snoop->linktype)
		return input_fault(
			input, "has the unknown datalink type %u", be32(input->source.at + 12));
	snoop->max_frame = linktype_max_frame(snoop->linktype);
	input_linktype(input, snoop->linktype);
	input->source.at += FILE_HEADER;
	return true;
}

/* Brings the record at source.at into the buffer. False at the end. */
static bool bring(struct input *input, uint32_t *len, uint32_t *record)
{
	const struct snoop *const snoop = input->state;

	if (!input_want(input, RECORD_HEADER))
		return false;
	*len = be32(input->source.at + 4);
	*record = be32(input->source.at + 8);
	if (*len > snoop->max_frame || *record < RECORD_HEADER || *record - RECORD_HEADER < *len ||
		*record - RECORD_HEADER > snoop->max_frame + 3)
		return input_fault(input, "claims %u bytes in a record of %u", *len, *record);
	return input_want(input, *record);
}

/* One at a time: nobody has large files of these. */
static size_t snoop_read(struct input *input, struct fw_frame *frames, size_t max)
{
	const struct snoop *const snoop = input->state;
	const uint8_t *at;
	uint32_t len, record;

	if (max == 0 || !bring(input, &len, &record))
		return 0;
	at = input->source.at;
	*frames = (struct fw_frame){
		.time = be32(at + 16) * INT64_C(1000000000) + be32(at + 20) * INT64_C(1000),
		.data = at + RECORD_HEADER,
		.len = len,
		.wire_len = be32(at) > len ? be32(at) : len,
		.linktype = snoop->linktype,
	};
	if (be32(at + 12)) /* 0 may also mean that nobody counted (RFC 1761) */
		input->file->dropped = be32(at + 12);
	input->source.at += record;
	return 1;
}

const struct format snoop_format = {
	.name = "snoop",
	.unit = "packet",
	.magics = {{'s', 'n', 'o', 'o'}},
	.open = snoop_open,
	.read = snoop_read,
};
