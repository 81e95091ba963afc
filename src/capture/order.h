/* Reading numbers from a file that may be in the byte order of the other kind of machine. */
#ifndef ORDER_H
#define ORDER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t get16(const uint8_t *p, bool swapped)
{
	uint16_t value;

	memcpy(&value, p, sizeof value);
	return swapped ? __builtin_bswap16(value) : value;
}

static inline uint32_t get32(const uint8_t *p, bool swapped)
{
	uint32_t value;

	memcpy(&value, p, sizeof value);
	return swapped ? __builtin_bswap32(value) : value;
}

static inline uint64_t get64(const uint8_t *p, bool swapped)
{
	uint64_t value;

	memcpy(&value, p, sizeof value);
	return swapped ? __builtin_bswap64(value) : value;
}

#endif
