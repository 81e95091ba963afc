/* Numbers as people say them: each fills TEXT and returns it. */
#ifndef WORDS_H
#define WORDS_H

#include "finwait.h"

#define WORDS_MAX 80

/* 214,503 */
const char *words_count(char text[WORDS_MAX], uint64_t count);

/* 812 B, 48.2 kB, 181 MB; powers of 1000 */
const char *words_bytes(char text[WORDS_MAX], uint64_t bytes);

/* 93.0 us, 2.10 s, 29.0 min, 3.07 h, 12.3 d; "-" for less than nothing */
const char *words_duration(char text[WORDS_MAX], fw_time ns);

/* 10.0.0.5:443, [2001:db8::1]:443 */
const char *words_end(char text[WORDS_MAX], const struct fw_addr *addr);

/* client, server */
const char *words_side(enum fw_side side);

/* How a connection was opened and closed, in the words of a report. */
const char *words_opened(enum fw_opened opened);
const char *words_closed(enum fw_closed closed);

/* Nanoseconds from one time to another; what does not fit is cut at the type's ends. */
static inline int64_t words_between(fw_time from, fw_time to)
{
	int64_t ns;
	if (!__builtin_sub_overflow(to, from, &ns))
		return ns;
	return to < from ? INT64_MIN + 1 : INT64_MAX;
}

#endif
