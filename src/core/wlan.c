/* IEEE 802.11 data frames, and the headers that capture programs put before them. */
#include "core/bytes.h"
#include "core/layer.h"

enum { FCS = 4 };

/* Frame control, IEEE 802.11 9.2.4.1, as two bytes in the order of the wire. */
enum {
	TYPE_MASK = 0x0f00, /* version and type */
	TYPE_DATA = 0x0800,
	NO_DATA = 0x4000, /* bits of the subtype */
	QOS = 0x8000,
	TO_AND_FROM_DS = 0x0003,
	PROTECTED = 0x0040,
	ORDER = 0x0080,
};

/* The first of the frames in an aggregate (IEEE 802.11 9.3.2.2): one frame, one segment. */
static enum fw_account aggregate(struct packet *packet)
{
	enum { HEADER = 14 };

	if (packet->len < HEADER)
		return cut(packet, HEADER, FW_ACCOUNT_malformed_link);

	const uint16_t length = be16(packet->data + 12);
	advance(packet, HEADER);
	narrow(packet, length);
	return decode_llc(packet);
}

/* PADDED headers are a multiple of 4 bytes long. */
static enum fw_account data_frame(struct packet *packet, bool padded)
{
	enum { HEADER = 24, FOURTH_ADDRESS = 6, QOS_CONTROL = 2, HT_CONTROL = 4 };
	enum { AGGREGATE = 0x80, FRAGMENT_NUMBER = 0x0f };

	if (packet->len < HEADER)
		return cut(packet, HEADER, FW_ACCOUNT_malformed_link);

	const uint8_t *const p = packet->data;
	const uint32_t control = be16(p);
	const bool qos = control & QOS;
	uint32_t size = HEADER;
	if ((control & TO_AND_FROM_DS) == TO_AND_FROM_DS)
		size += FOURTH_ADDRESS;
	const uint32_t qos_at = size;
	if (qos)
		size += QOS_CONTROL + (control & ORDER ? HT_CONTROL : 0);
	if (control & PROTECTED || p[22] & FRAGMENT_NUMBER)
		return other(packet);
	if (packet->len < size)
		return cut(packet, size, FW_ACCOUNT_malformed_link);

	const bool several = qos && p[qos_at] & AGGREGATE;
	if (padded)
		size = (size + 3u) & ~3u;
	if (packet->len < size)
		return cut(packet, size, FW_ACCOUNT_malformed_link);
	advance(packet, size);
	return several ? aggregate(packet) : decode_llc(packet);
}

static enum fw_account wlan(struct packet *packet, bool padded)
{
	if (packet->len < 2)
		return cut(packet, 2, FW_ACCOUNT_malformed_link);

	const uint32_t control = be16(packet->data);
	if ((control & TYPE_MASK) != TYPE_DATA || control & NO_DATA)
		return other(packet);
	return data_frame(packet, padded);
}

enum fw_account decode_ieee80211(struct packet *packet)
{
	return wlan(packet, false);
}

/* The flags of a radiotap header of SIZE bytes: they stand after the words that tell
 * what is present and, if that is the first, the 8 bytes of the time. */
static uint8_t radiotap_flags(const uint8_t *p, uint32_t size)
{
	enum { HAS_TIME = 1, HAS_FLAGS = 2, MORE_WORDS = 0x80 };
	uint32_t at = 8;

	if (!(p[4] & HAS_FLAGS))
		return 0;
	while (at <= size && p[at - 1] & MORE_WORDS)
		at += 4;
	if (p[4] & HAS_TIME)
		at = ((at + 7u) & ~7u) + 8;
	return at < size ? p[at] : 0;
}

/* radiotap.org */
enum fw_account decode_radiotap(struct packet *packet)
{
	enum { HEADER = 8, FLAG_FCS = 0x10, FLAG_PADDED = 0x20 };

	if (packet->len < HEADER)
		return cut(packet, HEADER, FW_ACCOUNT_malformed_link);

	const uint32_t size = le16(packet->data + 2);
	if (size < HEADER)
		return FW_ACCOUNT_malformed_link;
	if (packet->len < size)
		return cut(packet, size, FW_ACCOUNT_malformed_link);

	const uint8_t flags = radiotap_flags(packet->data, size);
	advance(packet, size);
	if (flags & FLAG_FCS && packet->wire >= FCS)
		narrow(packet, packet->wire - FCS);
	return wlan(packet, flags & FLAG_PADDED);
}

/* AVS, whose words are in network order: its own size is the second. */
enum fw_account decode_avs(struct packet *packet)
{
	enum { HEADER = 8 };

	if (packet->len < HEADER)
		return cut(packet, HEADER, FW_ACCOUNT_malformed_link);

	const uint32_t size = be32(packet->data + 4);
	if (size < HEADER)
		return FW_ACCOUNT_malformed_link;
	if (packet->len < size)
		return cut(packet, size, FW_ACCOUNT_malformed_link);
	advance(packet, size);
	return wlan(packet, false);
}

/* Prism's own header has one size; some drivers put an AVS header under its name. */
enum fw_account decode_prism(struct packet *packet)
{
	enum { HEADER = 144, AVS_MAGIC = 0x80211000 };

	if (packet->len >= 4 && (be32(packet->data) & 0xfffff000) == AVS_MAGIC)
		return decode_avs(packet);
	if (packet->len < HEADER)
		return cut(packet, HEADER, FW_ACCOUNT_malformed_link);
	advance(packet, HEADER);
	return wlan(packet, false);
}

/* Per-packet information: a header that names the link type of the rest. */
enum fw_account decode_ppi(struct packet *packet)
{
	enum { HEADER = 8, LINKTYPE_PPI = 192 };

	if (packet->len < HEADER)
		return cut(packet, HEADER, FW_ACCOUNT_malformed_link);

	const uint32_t size = le16(packet->data + 2);
	const uint32_t linktype = le16(packet->data + 4) | (uint32_t)le16(packet->data + 6) << 16;
	if (size < HEADER)
		return FW_ACCOUNT_malformed_link;
	if (packet->len < size)
		return cut(packet, size, FW_ACCOUNT_malformed_link);
	if (linktype == LINKTYPE_PPI)
		return FW_ACCOUNT_malformed_link;
	advance(packet, size);
	return decode_link(packet, linktype);
}
