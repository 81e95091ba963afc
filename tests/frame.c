/* Frames for tests: built from the innermost layer outwards, so that each knows its length. */
#include "frame.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct builder {
	uint8_t *frame;
	size_t at;  /* what is built so far begins here */
	size_t end; /* and ends here, but for a trailer up to FRAME_MAX */
};

static uint8_t *prepend(struct builder *builder, const void *bytes, size_t len)
{
	assert(len <= builder->at);
	builder->at -= len;
	memcpy(builder->frame + builder->at, bytes, len);
	return builder->frame + builder->at;
}

static void put16(uint8_t *p, size_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static size_t length(const struct builder *builder)
{
	return builder->end - builder->at;
}

static unsigned nibble(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void hex(struct builder *builder, const char *word, size_t len)
{
	uint8_t bytes[256];
	const size_t follows = length(builder);

	assert(len % 2 == 0 && len / 2 <= sizeof bytes);
	for (size_t i = 0; i < len; i += 2) {
		if (word[i] == 'L') {
			put16(bytes + i / 2, follows);
			i += 2;
		} else {
			bytes[i / 2] = (uint8_t)(nibble(word[i]) << 4 | nibble(word[i + 1]));
		}
	}
	prepend(builder, bytes, len / 2);
}

static void tcp(struct builder *builder)
{
	static const char header[] = "c48801bb"
				     "01020304"
				     "05060708"
				     "80181000"
				     "00000000"
				     "0101080a"
				     "0a0b0c0d"
				     "0e0f1011";

	prepend(builder, FRAME_PAYLOAD, strlen(FRAME_PAYLOAD));
	hex(builder, header, strlen(header));
}

static void udp(struct builder *builder, size_t port)
{
	uint8_t header[8] = {0xc0, 0x00};

	put16(header + 2, port);
	put16(header + 4, length(builder) + sizeof header);
	prepend(builder, header, sizeof header);
}

static void ip4(struct builder *builder, size_t protocol)
{
	uint8_t header[20] = {0x45, 0, 0, 0, 0x12, 0x34, 0x40, 0, 64, (uint8_t)protocol, 0, 0, 10,
		0, 0, 1, 10, 0, 0, 2};

	put16(header + 2, length(builder) + sizeof header);
	prepend(builder, header, sizeof header);
}

static void ip6(struct builder *builder, size_t next)
{
	static const uint8_t prefix[4] = {0x20, 0x01, 0x0d, 0xb8};
	uint8_t header[40] = {0x60, [6] = (uint8_t)next, [7] = 64, [23] = 1, [39] = 2};

	memcpy(header + 8, prefix, sizeof prefix);
	memcpy(header + 24, prefix, sizeof prefix);
	put16(header + 4, length(builder));
	prepend(builder, header, sizeof header);
}

static void ethernet(struct builder *builder, size_t type)
{
	uint8_t header[14] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};

	put16(header + 12, type);
	prepend(builder, header, sizeof header);
}

static void zeros(struct builder *builder, size_t count)
{
	static const uint8_t none[256];

	assert(count <= sizeof none);
	prepend(builder, none, count);
}

static void layer(struct builder *builder, const char *word, size_t len)
{
	static const struct {
		const char *name;
		int base;
		void (*put)(struct builder *, size_t);
	} layers[] = {
		{"eth:", 16, ethernet},
		{"ip4:", 10, ip4},
		{"ip6:", 10, ip6},
		{"udp:", 10, udp},
		{"zeros:", 10, zeros},
	};

	for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
		const size_t prefix = strlen(layers[i].name);
		if (strncmp(word, layers[i].name, prefix) == 0) {
			layers[i].put(builder, strtoul(word + prefix, NULL, layers[i].base));
			return;
		}
	}
	if (len == 3 && memcmp(word, "tcp", 3) == 0)
		tcp(builder);
	else if (*word != '+')
		hex(builder, word, len);
	else {
		hex(builder, word + 1, len - 1);
		builder->end = builder->at;
	}
}

size_t frame_build(uint8_t frame[FRAME_MAX], const char *layers)
{
	struct builder builder = {frame, FRAME_MAX, FRAME_MAX};
	size_t end = strlen(layers);

	while (end) {
		size_t begin = end;
		while (begin && layers[begin - 1] != ' ')
			begin--;
		layer(&builder, layers + begin, end - begin);
		end = begin ? begin - 1 : 0;
	}
	memmove(frame, frame + builder.at, FRAME_MAX - builder.at);
	return FRAME_MAX - builder.at;
}
