/* The parser of scenarios. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "scenario.h"

enum { WORDS_MAX = 64, LINE_MAX_LEN = 400, LEN_MAX = 65000 };

#define TIME_MAX 1e9 /* seconds between two segments */

struct parser {
	struct scenario *scenario;
	FILE *errors;
	unsigned line;
	char text[LINE_MAX_LEN];
	char options[LINE_MAX_LEN]; /* what stood between < and > */
	char *word[WORDS_MAX];
	size_t words, at;
	fw_time time;
	unsigned flow;
	struct fw_addr addr[2];
	uint32_t isn[2];
	uint16_t ip_id[2];
	uint16_t window[2];
};

static const char *const stimulus_names[] = {
#define STIMULUS(id, call, text) #id,
#include "finwait/stimuli.def"
#undef STIMULUS
};

static const char *const state_names[] = {
#define STATE(id, text) #id,
#include "finwait/states.def"
#undef STATE
};

static const char *const basis_names[] = {
#define BASIS(id, name, text) #name,
#include "finwait/bases.def"
#undef BASIS
};

static const char *const icmp_names[] = {
#define ICMP(id, type4, code4, type6, code6, text) #id,
#include "finwait/icmps.def"
#undef ICMP
};

/* Types and codes, first those of IPv4. */
static const uint8_t icmp_errors[][2][2] = {
#define ANY                                        0
#define ICMP(id, type4, code4, type6, code6, text) {{type4, code4}, {type6, code6}},
#include "finwait/icmps.def"
#undef ICMP
#undef ANY
};

static const char *const fact_names[] = {
#define FACT(id, text) #id,
#include "finwait/facts.def"
#undef FACT
};

static const char *const severity_names[] = {
#define SEVERITY(id, name, text) #name,
#include "finwait/severities.def"
#undef SEVERITY
};

static const char *const code_names[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next) code,
#include "finwait/anomalies.def"
#undef ANOMALY
};

static const struct {
	const char *name;
	bool time;
} thresholds[] = {
#define THRESHOLD(id, unit, value, option, text) {#id, FW_UNIT_##unit == FW_UNIT_NS},
#include "finwait/thresholds.def"
#undef THRESHOLD
};

static const char *const side_names[] = {"client", "server"};

#define LOOKUP(names, word) lookup(names, sizeof(names) / sizeof(names)[0], word)

/* The index of WORD among NAMES, -1 if it is none of them. */
static int lookup(const char *const *names, size_t count, const char *word)
{
	for (size_t i = 0; word && i < count; i++)
		if (strcmp(names[i], word) == 0)
			return (int)i;
	return -1;
}

__attribute__((format(printf, 2, 3))) static bool fail(
	const struct parser *p, const char *format, ...)
{
	va_list args;

	fprintf(p->errors, "%s:%u: ", p->scenario->name, p->line);
	va_start(args, format);
	vfprintf(p->errors, format, args);
	va_end(args);
	fputc('\n', p->errors);
	return false;
}

/* The next word, or NULL at the end of the line. */
static const char *peek(const struct parser *p)
{
	return p->at < p->words ? p->word[p->at] : NULL;
}

static bool skip(struct parser *p, const char *word)
{
	if (!peek(p) || strcmp(peek(p), word) != 0)
		return false;
	p->at++;
	return true;
}

static const char *next(struct parser *p)
{
	return p->at < p->words ? p->word[p->at++] : "";
}

/* A whole number from min to max that ends where END says it may. */
static bool number(const char **text, char end, int64_t min, int64_t max, int64_t *value)
{
	char *rest;

	if (**text != '-' && (**text < '0' || **text > '9'))
		return false;
	*value = strtoll(*text, &rest, 0);
	if (*rest != end || *value < min || *value > max)
		return false;
	*text = rest + (end != '\0');
	return true;
}

static bool take_number(
	struct parser *p, const char *what, int64_t min, int64_t max, int64_t *value)
{
	const char *word = next(p);

	return number(&word, '\0', min, max, value) ||
		fail(p, "%s: a number is wanted, not '%s'", what, word);
}

static bool take_seconds(struct parser *p, const char *word, fw_time *ns)
{
	char *rest;
	const double seconds = strtod(word, &rest);

	if (rest == word || *rest || !(seconds >= 0 && seconds <= TIME_MAX))
		return fail(p, "a time in seconds is wanted, not '%s'", word);
	*ns = llround(seconds * 1e9);
	return true;
}

static bool take_state(struct parser *p, const char *word, enum fw_state *state)
{
	const int found = LOOKUP(state_names, word);

	*state = (enum fw_state)found;
	return found >= 0 || fail(p, "'%s' is no state", word);
}

/* Room for one more at the end of *array; NULL where memory is short. */
static void *append(void *array, size_t *count, size_t size)
{
	void **const base = array;
	char *bigger = *base;

	if ((*count & (*count - 1)) == 0) {
		bigger = realloc(*base, size * (*count ? 2 * *count : 1));
		if (!bigger)
			return NULL;
		*base = bigger;
	}
	return memset(bigger + size * (*count)++, 0, size);
}

/* ADDRESS:PORT, or [ADDRESS]:PORT for IPv6. */
static bool take_address(struct parser *p, struct fw_addr *addr)
{
	const char *const word = next(p);
	const char *const colon = strrchr(word, ':');
	const bool v6 = word[0] == '[';
	char host[64] = "";
	const char *port = colon ? colon + 1 : "";
	int64_t value = 0;

	if (colon && (size_t)(colon - word) < sizeof host && colon > word + v6)
		memcpy(host, word + v6, (size_t)(colon - word) - 2 * v6);
	memset(addr->ip, 0, 10);
	memset(addr->ip + 10, 0xff, 2);
	if (!inet_pton(v6 ? AF_INET6 : AF_INET, host, addr->ip + (v6 ? 0 : 12)) ||
		!number(&port, '\0', 1, 65535, &value))
		return fail(p, "'%s' is no ADDRESS:PORT", word);
	addr->port = (uint16_t)value;
	return true;
}

static bool take_isns(struct parser *p)
{
	for (int side = 0; side < 2; side++) {
		int64_t value = 0;
		if (!take_number(p, "isn", 0, UINT32_MAX, &value))
			return false;
		p->isn[side] = (uint32_t)value;
	}
	return true;
}

/* flow N [CLIENT SERVER] [isn C S] */
static bool parse_flow(struct parser *p)
{
	int64_t id = 0;

	if (!take_number(p, "flow", 1, SCENARIO_FLOWS, &id))
		return false;
	p->flow = (unsigned)id;
	if (peek(p) && strcmp(peek(p), "isn") != 0)
		if (!take_address(p, &p->addr[0]) || !take_address(p, &p->addr[1]))
			return false;
	if (skip(p, "isn") && !take_isns(p))
		return false;
	return true;
}

/* set time_wait SECONDS, set THRESHOLD VALUE */
static bool parse_setting(struct parser *p)
{
	if (skip(p, "time_wait"))
		return take_seconds(p, next(p), &p->scenario->time_wait);
	for (size_t i = 0; i < FW_THRESHOLD_COUNT; i++) {
		int64_t *const value = &p->scenario->threshold[i];
		if (skip(p, thresholds[i].name))
			return thresholds[i].time
				? take_seconds(p, next(p), value)
				: take_number(p, "threshold", 1, INT64_MAX, value);
	}
	return fail(p, "'%s' is no setting", next(p));
}

static bool take_limits(struct parser *p, struct scenario_finding *f)
{
	int64_t value = 0;

	while (peek(p)) {
		const int side = LOOKUP(side_names, peek(p));
		const int severity = LOOKUP(severity_names, peek(p));
		if (side >= 0 || severity >= 0) {
			*(side >= 0 ? &f->side : &f->severity) = side >= 0 ? side : severity;
			p->at++;
		} else if (skip(p, "packet") && take_number(p, "packet", 1, INT64_MAX, &value)) {
			f->packet = (uint64_t)value;
		} else if (skip(p, "count") && take_number(p, "count", 1, INT64_MAX, &value)) {
			f->count = (uint64_t)value;
		} else {
			return fail(p, "'%s' limits no finding", next(p));
		}
	}
	return true;
}

/* ! [no] CODE [client|server] [SEVERITY] [packet N] [count N] */
static bool parse_finding(struct parser *p)
{
	struct scenario *const s = p->scenario;
	struct scenario_finding *const f = append(&s->findings, &s->finding_count, sizeof *f);
	const bool never = skip(p, "no");
	const int code = peek(p) ? LOOKUP(code_names, peek(p)) : -1;

	if (!f)
		return fail(p, "out of memory");
	if (code < 0)
		return fail(p, "'%s' is no code", next(p));
	p->at++;
	*f = (struct scenario_finding){
		.line = p->line,
		.flow = fw_code_page((enum fw_code)code)->scope == FW_SCOPE_FLOW ? p->flow : 0,
		.code = (enum fw_code)code,
		.never = never,
		.side = -1,
		.severity = -1,
	};
	return take_limits(p, f);
}

/* client|server [of N] FROM -> TO BASIS STIMULUS */
static bool parse_arrow(struct parser *p)
{
	struct scenario *const s = p->scenario;
	int64_t flow = p->flow;
	int basis, stimulus;
	struct scenario_arrow *a;

	if (!s->segment_count || s->segments[s->segment_count - 1].lost)
		return fail(p, "a transition follows the segment that tells it");
	a = append(&s->arrows, &s->arrow_count, sizeof *a);
	if (!a)
		return fail(p, "out of memory");
	s->segments[s->segment_count - 1].arrow_count++;
	a->line = p->line;
	a->side = (enum fw_side)LOOKUP(side_names, next(p));
	if (skip(p, "of") && !take_number(p, "flow", 1, SCENARIO_FLOWS, &flow))
		return false;
	a->flow = (unsigned)flow;
	if (!take_state(p, next(p), &a->from))
		return false;
	if (!skip(p, "->"))
		return fail(p, "'->' is wanted, not '%s'", next(p));
	if (!take_state(p, next(p), &a->to))
		return false;
	basis = LOOKUP(basis_names, peek(p));
	if (basis < 0)
		return fail(p, "'%s' is no basis", next(p));
	p->at++;
	stimulus = LOOKUP(stimulus_names, peek(p));
	if (stimulus < 0)
		return fail(p, "'%s' is no stimulus", next(p));
	p->at++;
	a->basis = (enum fw_basis)basis;
	a->stimulus = (enum fw_stimulus)stimulus;
	return true;
}

/* = flow N KEY VALUE ... */
static bool parse_verdict(struct parser *p)
{
	int64_t flow = 0;

	next(p);
	if (!skip(p, "flow") || !take_number(p, "flow", 1, SCENARIO_FLOWS, &flow))
		return fail(p, "'= flow N KEY VALUE ...' is wanted");
	while (peek(p)) {
		struct scenario *const s = p->scenario;
		struct scenario_verdict *const v =
			append(&s->verdicts, &s->verdict_count, sizeof *v);
		if (!v)
			return fail(p, "out of memory");
		v->line = p->line;
		v->flow = (unsigned)flow;
		snprintf(v->key, sizeof v->key, "%s", next(p));
		snprintf(v->value, sizeof v->value, "%s", next(p));
	}
	return true;
}

/* A dot is ACK, a dash no flag at all; the letters are tcpdump's. */
static bool take_flags(struct parser *p, uint16_t *flags)
{
	const char letters[] = "FSRP.UEWer";
	const char *const word = next(p);

	for (const char *c = word; *c && strcmp(word, "-") != 0; c++) {
		const char *const found = strchr(letters, *c);
		if (!found)
			return fail(p, "'%c' is no flag", *c);
		*flags |= (uint16_t)(1u << (found - letters));
	}
	return *word || fail(p, "flags are missing");
}

/* SEQ:END(LEN), as tcpdump once wrote it: END is there so that slips show. */
static bool take_range(struct parser *p, struct scenario_segment *s)
{
	const char *const word = next(p);
	const char *rest = word;
	int64_t seq, end, len;

	if (!number(&rest, ':', -(int64_t)UINT32_MAX, UINT32_MAX, &seq) ||
		!number(&rest, '(', -(int64_t)UINT32_MAX, INT64_C(2) * UINT32_MAX, &end) ||
		!number(&rest, ')', 0, LEN_MAX, &len) || *rest)
		return fail(p, "SEQ:END(LEN) is wanted, not '%s'", word);
	if (end - seq != len)
		return fail(p, "%s: the end is not the beginning and the length", word);
	s->seq = p->isn[s->side] + (uint32_t)seq;
	s->len = (uint32_t)len;
	return true;
}

/* The octets of an option, kind and length among them, in hexadecimal digits. */
static bool put_raw(struct scenario_segment *s, const char *text)
{
	unsigned octet;

	for (int used = 0; sscanf(text, "%2x%n", &octet, &used) == 1 && used == 2; text += 2) {
		if (s->option_len == SCENARIO_OPTIONS)
			return false;
		s->options[s->option_len++] = (uint8_t)octet;
	}
	return !*text;
}

/* Writes one option; false if TEXT is none, or there is no room. */
static bool put_option(struct parser *p, struct scenario_segment *s, const char *text)
{
	uint8_t o[SCENARIO_OPTIONS] = {0};
	unsigned a = 0, b = 0, len = 0;
	int used = 0;
	const uint32_t peer = p->isn[!s->side];

	if (strncmp(text, "raw ", 4) == 0)
		return put_raw(s, text + 4);
	if (strcmp(text, "nop") == 0)
		o[0] = 1, len = 1;
	else if (strcmp(text, "sackOK") == 0)
		o[0] = 4, len = 2;
	else if (sscanf(text, "mss %u%n", &a, &used) == 1 && !text[used])
		o[0] = 2, len = 4, o[2] = (uint8_t)(a >> 8), o[3] = (uint8_t)a;
	else if (sscanf(text, "wscale %u%n", &a, &used) == 1 && !text[used])
		o[0] = 3, len = 3, o[2] = (uint8_t)a;
	else if (sscanf(text, "TS val %u ecr %u%n", &a, &b, &used) == 2 && !text[used])
		o[0] = 8, len = 10, memcpy(o + 2, (uint32_t[]){htonl(a), htonl(b)}, 8);
	else if (strcmp(text, "FO") == 0)
		o[0] = 34, len = 2;
	else if (sscanf(text, "FO %8x%n", &a, &used) == 1 && !text[used])
		o[0] = 34, len = 6, memcpy(o + 2, (uint32_t[]){htonl(a)}, 4);
	else if (strncmp(text, "sack ", 5) == 0) {
		o[0] = 5, len = 2;
		for (text += 4; len + 8 <= sizeof o && sscanf(text, " %u:%u%n", &a, &b, &used) == 2;
			text += used) {
			memcpy(o + len, (uint32_t[]){htonl(peer + a), htonl(peer + b)}, 8);
			len += 8;
		}
		if (*text)
			return false;
	}
	if (!len || s->option_len + len > SCENARIO_OPTIONS)
		return false;
	if (len > 1)
		o[1] = (uint8_t)len;
	memcpy(s->options + s->option_len, o, len);
	s->option_len = (uint8_t)(s->option_len + len);
	return true;
}

/* <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>; filled up with end-of-list (RFC 9293 3.1). */
static bool take_options(struct parser *p, struct scenario_segment *s)
{
	char *rest = p->options, *option;

	while ((option = strsep(&rest, ",")) && *p->options)
		if (!put_option(p, s, option))
			return fail(p, "option '%s' is none, or does not fit", option);
	s->option_len = (uint8_t)((s->option_len + 3) & ~3);
	return true;
}

static bool take_facts(struct parser *p, struct scenario_segment *s)
{
	s->expects_facts = true;
	if (skip(p, "none"))
		return true;
	while (LOOKUP(fact_names, peek(p)) >= 0)
		s->facts |= 1u << LOOKUP(fact_names, next(p));
	return s->facts || fail(p, "'%s' is no fact", next(p));
}

static bool take_states(struct parser *p, struct scenario_segment *s)
{
	s->expects_states = true;
	if (!take_state(p, next(p), &s->state[FW_CLIENT]))
		return false;
	if (!skip(p, "/"))
		return fail(p, "'CLIENT_STATE / SERVER_STATE' is wanted");
	return take_state(p, next(p), &s->state[FW_SERVER]);
}

static bool take_ack(struct parser *p, struct scenario_segment *s)
{
	int64_t value = 0;

	if (!take_number(p, "ack", -(int64_t)UINT32_MAX, UINT32_MAX, &value))
		return false;
	s->ack = p->isn[!s->side] + (uint32_t)value;
	return true;
}

/* One of the words that may follow the numbers, in any order. */
static bool take_attribute(struct parser *p, struct scenario_segment *s)
{
	uint16_t *const shorts[] = {&s->window, &s->urgent, &s->ip_id};
	const char *const names[] = {"win", "urg", "id"};
	const int which = LOOKUP(names, peek(p));
	int64_t value = 0;

	if (which >= 0) {
		if (!take_number(p, next(p), 0, UINT16_MAX, &value))
			return false;
		*shorts[which] = (uint16_t)value;
	} else if (skip(p, "ttl")) {
		if (!take_number(p, "ttl", 0, UINT8_MAX, &value))
			return false;
		s->ttl = (uint8_t)value;
	} else if (skip(p, "ack")) {
		return take_ack(p, s);
	} else if (skip(p, "ce")) {
		s->marked = true;
	} else if (skip(p, "lost")) {
		s->lost = true;
	} else if (skip(p, "bad_checksum")) {
		s->bad_checksum = true;
	} else if (skip(p, "offloaded")) {
		s->offloaded = true;
	} else if (skip(p, "cut")) {
		if (!take_number(p, "cut", 1, SCENARIO_FRAME_MAX, &value))
			return false;
		s->cut = (uint32_t)value;
	} else if (skip(p, "other_bytes")) {
		s->other_bytes = true;
	} else if (skip(p, "~")) {
		return take_facts(p, s);
	} else {
		return take_states(p, s);
	}
	return true;
}

static bool take_attributes(struct parser *p, struct scenario_segment *s)
{
	while (peek(p))
		if (!take_attribute(p, s))
			return false;
	if (s->lost && (s->expects_states || s->expects_facts))
		return fail(p, "nothing can be expected of a segment that is not in the capture");
	return true;
}

/* > FLAGS SEQ:END(LEN) [<options>] [attributes] */
static bool take_segment(struct parser *p, struct scenario_segment *s)
{
	const bool right = skip(p, "<");

	if (!right && !skip(p, ">"))
		return fail(p, "'>', '<' or 'copy' is wanted, not '%s'", next(p));
	s->side = right ? FW_SERVER : FW_CLIENT;
	memcpy(s->addr, p->addr, sizeof s->addr);
	s->ip_id = p->ip_id[s->side]++;
	s->ttl = 64;
	if (!take_flags(p, &s->flags) || !take_range(p, s) || !take_options(p, s))
		return false;
	s->window = s->flags & FW_RST ? 0 : p->window[s->side];
	if (!take_attributes(p, s))
		return false;
	if (!(s->flags & FW_RST))
		p->window[s->side] = s->window;
	return true;
}

/* Makes *s of segment [N] of the file, without N of the one before. */
static bool take_earlier(struct parser *p, struct scenario_segment *s)
{
	const size_t count = p->scenario->segment_count - 1;
	int64_t number_ = (int64_t)count;
	const struct scenario_segment fresh = *s;

	if (peek(p) && *peek(p) >= '0' && *peek(p) <= '9' &&
		!take_number(p, "segment", 1, (int64_t)count, &number_))
		return false;
	if (!number_)
		return fail(p, "there is nothing to copy yet");
	*s = p->scenario->segments[number_ - 1];
	s->line = fresh.line;
	s->time = fresh.time;
	s->flow = fresh.flow;
	s->arrow = fresh.arrow;
	s->arrow_count = 0;
	s->lost = s->expects_states = s->expects_facts = false;
	s->facts = 0;
	return true;
}

/* copy [N]: the frame of that segment once more. */
static bool take_copy(struct parser *p, struct scenario_segment *s)
{
	return take_earlier(p, s) && take_attributes(p, s);
}

static bool is_v4(const struct fw_addr *addr)
{
	static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};

	return memcmp(addr->ip, prefix, sizeof prefix) == 0;
}

/* from ADDRESS, of the version that the segment has. */
static bool take_router(struct parser *p, struct scenario_segment *s)
{
	const char *const word = next(p);
	const bool v4 = is_v4(s->addr);

	s->from = s->addr[0];
	s->from.port = 1;
	return inet_pton(v4 ? AF_INET : AF_INET6, word, s->from.ip + (v4 ? 12 : 0)) == 1 ||
		fail(p, "'%s' is no address of IPv%d", word, v4 ? 4 : 6);
}

/* One of the words that may follow the kind of an ICMP error, in any order. */
static bool take_icmp_attribute(struct parser *p, struct scenario_segment *s)
{
	int64_t value = 0;

	if (skip(p, "from"))
		return take_router(p, s);
	if (skip(p, "mtu")) {
		if (!take_number(p, "mtu", 0, UINT16_MAX, &value))
			return false;
		s->mtu = (uint32_t)value;
	} else if (skip(p, "octets")) {
		if (!take_number(p, "octets", 0, UINT16_MAX, &value))
			return false;
		s->octets = (uint16_t)value;
	} else if (skip(p, "seq")) {
		if (!take_number(p, "seq", -(int64_t)UINT32_MAX, UINT32_MAX, &value))
			return false;
		s->seq = p->isn[s->side] + (uint32_t)value;
	} else {
		return fail(p, "'%s' is nothing to be said of an ICMP error", next(p));
	}
	return true;
}

/* icmp WHAT [N]: an error about that segment. As much is quoted as fits 576 octets (RFC 1812
 * 4.3.2.3), 1280 of IPv6 (RFC 4443 2.4). */
static bool take_icmp(struct parser *p, struct scenario_segment *s)
{
	const int what = LOOKUP(icmp_names, peek(p));

	if (what < 0)
		return fail(p, "'%s' is no ICMP error", next(p));
	p->at++;
	if (!take_earlier(p, s))
		return false;
	if (s->icmp)
		return fail(p, "there are no errors about errors");
	s->icmp = true;
	s->icmp_type = icmp_errors[what][!is_v4(s->addr)][0];
	s->icmp_code = icmp_errors[what][!is_v4(s->addr)][1];
	s->octets = is_v4(s->addr) ? 576 - 28 : 1280 - 48;
	if (!s->icmp_type)
		return fail(p, "ICMP of this version has no %s", icmp_names[what]);
	while (peek(p))
		if (!take_icmp_attribute(p, s))
			return false;
	return true;
}

/* +SECONDS, then a segment, a copy of one, or an error about one. */
static bool parse_segment(struct parser *p)
{
	struct scenario *const sc = p->scenario;
	struct scenario_segment *const s = append(&sc->segments, &sc->segment_count, sizeof *s);
	fw_time delta = 0;

	if (!s)
		return fail(p, "out of memory");
	const bool back = peek(p)[1] == '-'; /* the clock was set */
	if (!take_seconds(p, next(p) + 1 + back, &delta))
		return false;
	delta = back ? -delta : delta;
	if (p->time > INT64_MAX - (fw_time)(2 * TIME_MAX * 1e9))
		return fail(p, "time runs out");
	p->time += delta;
	s->line = p->line;
	s->time = p->time;
	s->flow = p->flow;
	s->arrow = sc->arrow_count;
	if (skip(p, "icmp"))
		return take_icmp(p, s);
	return skip(p, "copy") ? take_copy(p, s) : take_segment(p, s);
}

/* Moves what stands in angle brackets from the line to p->options. */
static bool cut_options(struct parser *p)
{
	char *open = strchr(p->text, '<');

	while (open && (open[1] == ' ' || !open[1]))
		open = strchr(open + 1, '<');
	p->options[0] = '\0';
	if (!open)
		return true;
	char *const close = strchr(open, '>');
	if (!close)
		return fail(p, "'<' without '>'");
	memcpy(p->options, open + 1, (size_t)(close - open) - 1);
	p->options[close - open - 1] = '\0';
	memset(open, ' ', (size_t)(close - open) + 1);
	return true;
}

static bool split(struct parser *p)
{
	char *rest = p->text, *word;

	p->words = p->at = 0;
	while ((word = strsep(&rest, " \t\r"))) {
		if (!*word)
			continue;
		if (p->words == WORDS_MAX)
			return fail(p, "too many words");
		p->word[p->words++] = word;
	}
	return true;
}

static bool parse_words(struct parser *p)
{
	const char *const first = peek(p);

	if (first[0] == '+')
		return parse_segment(p);
	if (LOOKUP(side_names, first) >= 0)
		return parse_arrow(p);
	if (strcmp(first, "=") == 0)
		return parse_verdict(p);
	if (skip(p, "!"))
		return parse_finding(p);
	if (skip(p, "flow"))
		return parse_flow(p);
	if (skip(p, "set"))
		return parse_setting(p);
	return fail(p, "'%s' begins no line", first);
}

static bool parse_line(struct parser *p, const char *text, size_t len)
{
	const char *const comment = memchr(text, '#', len);

	if (comment)
		len = (size_t)(comment - text);
	if (memchr(text, '\0', len))
		return fail(p, "a NUL byte");
	if (len >= sizeof p->text)
		return fail(p, "the line is too long");
	memcpy(p->text, text, len);
	p->text[len] = '\0';
	if (!cut_options(p) || !split(p))
		return false;
	if (!p->words)
		return true;
	return parse_words(p) && (!peek(p) || fail(p, "'%s' is too much", peek(p)));
}

static bool parse_lines(struct parser *p, const char *text, size_t len)
{
	while (len) {
		const char *const newline = memchr(text, '\n', len);
		const size_t line = newline ? (size_t)(newline - text) : len;

		p->line++;
		if (!parse_line(p, text, line))
			return false;
		text += line + (newline != NULL);
		len -= line + (newline != NULL);
	}
	return true;
}

struct scenario *scenario_parse(const char *name, const char *text, size_t len, FILE *errors)
{
	struct parser p = {
		.scenario = calloc(1, sizeof *p.scenario),
		.errors = errors,
		.time = SCENARIO_EPOCH,
		.flow = 1,
		/* documentation addresses (RFC 5737) */
		.addr = {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1}, 51234},
			{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 198, 51, 100, 2}, 80}},
		.isn = {100000, 300000},
		.ip_id = {1000, 20000},
		.window = {65535, 65535},
	};

	if (!p.scenario)
		return NULL;
	p.scenario->name = strdup(name);
	if (!p.scenario->name || !parse_lines(&p, text, len)) {
		scenario_free(p.scenario);
		return NULL;
	}
	return p.scenario;
}

struct scenario *scenario_load(const char *path, FILE *errors)
{
	FILE *const file = fopen(path, "r");
	struct scenario *scenario = NULL;
	char *text = NULL;
	size_t size = 0;
	ssize_t len;

	if (!file) {
		fprintf(errors, "%s: %m\n", path);
		return NULL;
	}
	len = getdelim(&text, &size, '\0', file);
	if (len > 0)
		scenario = scenario_parse(path, text, (size_t)len, errors);
	else
		fprintf(errors, "%s: empty\n", path);
	free(text);
	fclose(file);
	return scenario;
}

void scenario_free(struct scenario *scenario)
{
	if (!scenario)
		return;
	free(scenario->name);
	free(scenario->segments);
	free(scenario->arrows);
	free(scenario->verdicts);
	free(scenario->findings);
	free(scenario);
}
