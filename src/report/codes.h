/* The codes of findings: by name, by group, and what weakens what. */
#ifndef CODES_H
#define CODES_H

#include "finwait.h"

#define CODES_NEAR 5

/* The code of that name, of LEN bytes, FW_CODE_COUNT if there is none. */
enum fw_code codes_find(const char *name, size_t len);

/* Codes that somebody who wrote TEXT may have meant, the best first. Returns how many. */
size_t codes_near(const char *text, enum fw_code near[CODES_NEAR]);

/* Title of the group of the catalogue that CODE is in. */
const char *codes_group(enum fw_code code);

/* Whether such a finding is information only once the capture has shown ARTEFACT. */
bool codes_weakened(enum fw_code code, enum fw_code artefact);

#endif
