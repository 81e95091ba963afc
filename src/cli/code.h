/* A code as somebody wrote it. */
#ifndef CODE_H
#define CODE_H

#include "finwait.h"

#include <stddef.h>

/* The code that the LEN bytes at TEXT name. Where there is none of that name, says so on standard
 * error, with those that may be meant, and returns FW_CODE_COUNT. */
enum fw_code code_named(const char *text, size_t len);

#endif
