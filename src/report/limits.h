/* The limits of judgement that a person may set: their names, and their values as people write
 * them. */
#ifndef LIMITS_H
#define LIMITS_H

#include "report/words.h"

const char *limit_option(enum fw_threshold limit); /* without the hyphens */
const char *limit_text(enum fw_threshold limit);
int64_t limit_default(enum fw_threshold limit);

/* The limit whose option NAME is, of LEN bytes; FW_THRESHOLD_COUNT if none. */
enum fw_threshold limit_find(const char *name, size_t len);

/* VALUE as limit_parse reads it: 10 s, 1.5 %, 20. */
const char *limit_words(char text[WORDS_MAX], enum fw_threshold limit, int64_t value);

/* TEXT in the limit's unit: 200ms, 10s, 1.5 min; 5%; 20; 64kB. False unless it is more than
 * nothing. */
bool limit_parse(enum fw_threshold limit, const char *text, int64_t *value);

/* Likewise of a time: seconds where TEXT has no unit. */
bool limit_parse_time(const char *text, fw_time *value);

#endif
