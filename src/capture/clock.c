/* The clock of a pcapng interface: a multiplication for the usual ones, exact for the others. */
#include "capture/clock.h"

#define SECOND UINT64_C(1000000000)

static uint64_t power_of_ten(unsigned exponent)
{
	uint64_t power = 1;

	while (exponent--)
		power *= 10;
	return power;
}

static fw_time saturated_sum(fw_time a, fw_time b)
{
	fw_time sum;

	if (__builtin_add_overflow(a, b, &sum))
		return b < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

static fw_time saturated_seconds(int64_t seconds)
{
	fw_time time;

	if (__builtin_mul_overflow(seconds, (int64_t)SECOND, &time))
		return seconds < 0 ? INT64_MIN : INT64_MAX;
	return time;
}

bool clock_init(struct clock *clock, uint8_t resolution, int64_t offset)
{
	const unsigned exponent = resolution & 0x7f;
	const bool binary = resolution & 0x80;

	if (exponent > (binary ? 63 : 19))
		return false;
	*clock = (struct clock){.offset = saturated_seconds(offset)};
	if (binary)
		clock->binary = (uint8_t)exponent;
	else if (exponent <= 9)
		clock->tick = power_of_ten(9 - exponent);
	else
		clock->per_ns = power_of_ten(exponent - 9);
	if (clock->tick)
		clock->max_ticks = INT64_MAX / clock->tick;
	return true;
}

int64_t clock_rate(const struct clock *clock)
{
	if (clock->tick)
		return (int64_t)(SECOND / clock->tick);
	if (!clock->per_ns)
		return clock->binary < 63 ? INT64_C(1) << clock->binary : INT64_MAX;
	if (clock->per_ns > INT64_MAX / SECOND)
		return INT64_MAX;
	return (int64_t)(clock->per_ns * SECOND);
}

/* A fraction of a second below 2^bits, times 10^9, without leaving 64 bits. */
static uint64_t binary_fraction(uint64_t fraction, unsigned bits)
{
	const uint64_t high = (fraction >> 32) * SECOND;
	const uint64_t low = (fraction & UINT32_MAX) * SECOND;

	return bits < 32 ? low >> bits : (high + (low >> 32)) >> (bits - 32);
}

static fw_time unusual(const struct clock *clock, uint64_t ticks)
{
	const uint64_t fraction = ticks & ((UINT64_C(1) << clock->binary) - 1);
	const uint64_t seconds = ticks >> clock->binary;

	if (clock->tick)
		return INT64_MAX;
	if (clock->per_ns)
		return (fw_time)(ticks / clock->per_ns);
	return saturated_sum(saturated_seconds(seconds > INT64_MAX ? INT64_MAX : (int64_t)seconds),
		(fw_time)binary_fraction(fraction, clock->binary));
}

fw_time clock_time(const struct clock *clock, uint64_t ticks)
{
	if (__builtin_expect(clock->tick && ticks <= clock->max_ticks, 1))
		return saturated_sum((fw_time)(ticks * clock->tick), clock->offset);
	return saturated_sum(unusual(clock, ticks), clock->offset);
}
