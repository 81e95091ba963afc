/* Findings in words: the one place where a judgement becomes a sentence. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "finwait.h"

#define MESSAGE_MAX 512

/* The sentence of FINDING into TEXT, cut where it is longer. Foreign bytes in it are as they were
 * found. Returns TEXT. */
const char *message_of(char text[MESSAGE_MAX], const struct fw_finding *finding);

/* A reason of FINDING's, filled in with its evidence. */
const char *message_reason(
	char text[MESSAGE_MAX], const struct fw_finding *finding, enum fw_reason reason);

/* The template FROM, filled in. What stands in brackets is left out where evidence is missing. */
const char *message_fill(
	char text[MESSAGE_MAX], const char *from, const struct fw_finding *finding);

/* What NAME, a word in braces, stands for; false where FINDING has nothing for it. */
bool message_word(
	char text[MESSAGE_MAX], const struct fw_finding *finding, const char *name, size_t len);

/* The ending by which the NOUN of LEN bytes counts more than one. */
const char *message_plural(const char *noun, size_t len);

#endif
