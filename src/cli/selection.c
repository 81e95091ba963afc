/* Flows by number, or by one end. */
#include "cli/selection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A whole number up to MAX, all of TEXT. */
static bool parse_number(const char *text, uint64_t max, uint64_t *value)
{
	if (*text < '0' || *text > '9')
		return false;
	char *end;
	errno = 0;
	*value = strtoull(text, &end, 10);
	return !errno && !*end && *value <= max;
}

static bool parse_ip(struct selection *selection, const char *text, size_t len)
{
	char copy[INET6_ADDRSTRLEN];
	uint8_t *const ip = selection->addr.ip;
	if (len >= sizeof copy)
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	selection->by_ip = true;
	if (inet_pton(AF_INET6, copy, ip) == 1)
		return true;
	memcpy(ip, (const uint8_t[12]){[10] = 0xff, [11] = 0xff}, 12);
	return inet_pton(AF_INET, copy, ip + 12) == 1;
}

static bool parse_port(struct selection *selection, const char *text)
{
	uint64_t port;
	selection->by_port = true;
	if (!parse_number(text, UINT16_MAX, &port))
		return false;
	selection->addr.port = (uint16_t)port;
	return true;
}

/* ADDR, ADDR:PORT, [ADDR], [ADDR]:PORT, :PORT */
static bool parse_end(struct selection *selection, const char *text)
{
	const bool bracket = *text == '[';
	const char *const close = bracket ? strchr(text, ']') : NULL;
	if (bracket && !close)
		return false;
	const char *const colon = strrchr(close ? close : text, ':');
	const bool bare_v6 = !bracket && colon && colon != strchr(text, ':');
	const char *const end = bare_v6 || !colon ? text + strlen(text) : colon;
	if (close && close + 1 != end)
		return false;
	if (end > text && !parse_ip(selection, text + bracket, (size_t)(end - text) - 2 * bracket))
		return false;
	return !*end || parse_port(selection, end + 1);
}

bool selection_parse(struct selection *selection, const char *text)
{
	*selection = (struct selection){0};
	if (!strpbrk(text, ":."))
		return parse_number(text, UINT64_MAX, &selection->id) && selection->id > 0;
	return parse_end(selection, text);
}

bool selection_is_set(const struct selection *selection)
{
	return selection->id || selection->by_ip || selection->by_port;
}

bool selection_has(const struct selection *selection, const struct fw_flow *flow)
{
	if (selection->id)
		return flow->id == selection->id;
	for (int side = FW_CLIENT; side <= FW_SERVER; side++) {
		const struct fw_addr *const addr = &flow->end[side].addr;
		if ((!selection->by_ip ||
			    memcmp(addr->ip, selection->addr.ip, sizeof addr->ip) == 0) &&
			(!selection->by_port || addr->port == selection->addr.port))
			return true;
	}
	return false;
}
