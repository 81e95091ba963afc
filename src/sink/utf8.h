/* Which octets are UTF-8. */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Length of the sequence that begins at TEXT, of LEN octets, one at least (RFC 3629); 0 if none
 * does. */
size_t utf8_sequence(const uint8_t *text, size_t len);

#endif
