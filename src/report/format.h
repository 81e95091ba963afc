/* Numbers, times and addresses as text: each writes at AT, without a zero, and returns what
 * follows it. */
#ifndef FORMAT_H
#define FORMAT_H

#include "finwait.h"

#define FORMAT_NUMBER_MAX  24 /* any int64_t or uint64_t, seconds with nine digits among them */
#define FORMAT_TIME_MAX    32
#define FORMAT_ADDRESS_MAX 46

char *format_uint(char *at, uint64_t value);
char *format_int(char *at, int64_t value);

/* NS nanoseconds in seconds: exact, without zeros at the end. */
char *format_seconds(char *at, int64_t ns);

/* RFC 3339, UTC, nine digits: 2026-11-20T09:00:00.000000001Z. Any fw_time has a year of four
 * digits. */
char *format_time(char *at, fw_time time);

/* 10.0.0.1 or 2001:db8::1 (RFC 5952). */
char *format_address(char *at, const struct fw_addr *addr);

/* True of an address that stands for an IPv4 one. */
bool address_is_v4(const struct fw_addr *addr);

#endif
