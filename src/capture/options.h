/* The options at the end of a pcapng block, one after the other. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "capture/order.h"

#define OPTION_COMMENT 1 /* in blocks of any type */

struct options {
	const uint8_t *at, *end;
	bool swapped; /* against the order of this machine */
	uint16_t code, len;
	const uint8_t *value; /* len bytes */
};

/* False at the end of the list, and where an option is longer than what is left of the block. */
static inline bool next_option(struct options *options)
{
	const size_t have = (size_t)(options->end - options->at);

	if (have < 4)
		return false;
	options->code = get16(options->at, options->swapped);
	options->len = get16(options->at + 2, options->swapped);
	options->value = options->at + 4;
	if (options->code == 0 || have - 4 < ((size_t)options->len + 3) / 4 * 4)
		return false;
	options->at = options->value + ((size_t)options->len + 3) / 4 * 4;
	return true;
}

#endif
