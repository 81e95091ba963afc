/* What there is to say of a code, part by part: one text for the terminal and the documents. */
#ifndef SECTIONS_H
#define SECTIONS_H

#include "finwait.h"

#define SECTIONS_MAX     8
#define SECTION_TEXT_MAX 4096

struct section {
	const char *title;
	char text[SECTION_TEXT_MAX];
};

/* Those that are not empty. LIMITS are what judges; 0, or LIMITS NULL, is the default. Returns how
 * many. */
size_t sections_of(struct section sections[SECTIONS_MAX], enum fw_code code, const int64_t *limits);

#endif
