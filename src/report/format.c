/* Numbers, times and addresses as text. */
#include "report/format.h"

#include <arpa/inet.h>
#include <string.h>

#define NS_PER_SECOND   1000000000
#define SECONDS_PER_DAY 86400

static const char pairs[] =
	"00010203040506070809101112131415161718192021222324252627282930313233343536373839"
	"40414243444546474849505152535455565758596061626364656667686970717273747576777879"
	"8081828384858687888990919293949596979899";

/* WIDTH digits of VALUE, from the last to the first; the caller knows that it fits. */
static char *digits(char *at, uint64_t value, unsigned width)
{
	unsigned i = width;
	for (; i > 1; value /= 100)
		memcpy(at + (i -= 2), pairs + value % 100 * 2, 2);
	if (i)
		*at = (char)('0' + value % 10);
	return at + width;
}

static unsigned width_of(uint64_t value)
{
	unsigned width = 1;
	for (; value >= 10000; value /= 10000)
		width += 4;
	return width + (value >= 10) + (value >= 100) + (value >= 1000);
}

char *format_uint(char *at, uint64_t value)
{
	return digits(at, value, width_of(value));
}

char *format_int(char *at, int64_t value)
{
	if (value >= 0)
		return format_uint(at, (uint64_t)value);
	*at = '-';
	return format_uint(at + 1, -(uint64_t)value);
}

char *format_seconds(char *at, int64_t ns)
{
	const uint64_t size = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
	if (ns < 0)
		*at++ = '-';
	at = format_uint(at, size / NS_PER_SECOND);
	if (size % NS_PER_SECOND == 0)
		return at;
	*at++ = '.';
	at = digits(at, size % NS_PER_SECOND, 9);
	while (at[-1] == '0')
		at--;
	return at;
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar. Years are counted from a first of
 * March, so that the day that comes and goes is their last; 719468 days lie between 0000-03-01
 * and 1970. */
static char *format_date(char *at, int64_t day)
{
	const uint32_t shifted = (uint32_t)(day + 719468);
	const uint32_t era = shifted / 146097, of_era = shifted % 146097;
	const uint32_t year_of_era =
		(of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	const uint32_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	const uint32_t month = (5 * of_year + 2) / 153; /* from March */
	at = digits(at, era * 400 + year_of_era + (month >= 10), 4);
	*at++ = '-';
	at = digits(at, month < 10 ? month + 3 : month - 9, 2);
	*at++ = '-';
	return digits(at, of_year - (153 * month + 2) / 5 + 1, 2);
}

char *format_time(char *at, fw_time time)
{
	int64_t second = time / NS_PER_SECOND, ns = time % NS_PER_SECOND;
	if (ns < 0) {
		ns += NS_PER_SECOND;
		second--;
	}
	int64_t day = second / SECONDS_PER_DAY, of_day = second % SECONDS_PER_DAY;
	if (of_day < 0) {
		of_day += SECONDS_PER_DAY;
		day--;
	}
	at = format_date(at, day);
	*at++ = 'T';
	at = digits(at, (uint64_t)of_day / 3600, 2);
	*at++ = ':';
	at = digits(at, (uint64_t)of_day / 60 % 60, 2);
	*at++ = ':';
	at = digits(at, (uint64_t)of_day % 60, 2);
	*at++ = '.';
	at = digits(at, (uint64_t)ns, 9);
	*at++ = 'Z';
	return at;
}

bool address_is_v4(const struct fw_addr *addr)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	return memcmp(addr->ip, mapped, sizeof mapped) == 0;
}

char *format_address(char *at, const struct fw_addr *addr)
{
	if (!address_is_v4(addr)) {
		inet_ntop(AF_INET6, addr->ip, at, FORMAT_ADDRESS_MAX);
		return at + strlen(at);
	}
	for (int i = 12; i < 16; i++) {
		at = format_uint(at, addr->ip[i]);
		*at++ = '.';
	}
	return at - 1;
}
