/* The codes of findings: by name, by group, and what weakens what. */
#include "report/codes.h"

#include <string.h>

#define NAME_MAX_LEN 64

enum fw_code codes_find(const char *name, size_t len)
{
	int code = 0;
	while (code < FW_CODE_COUNT &&
		(strlen(fw_code_name(code)) != len || memcmp(fw_code_name(code), name, len) != 0))
		code++;
	return (enum fw_code)code;
}

/* TEXT as codes are written. */
static void normalise(char name[NAME_MAX_LEN], const char *text)
{
	size_t len = 0;
	for (; text[len] && len < NAME_MAX_LEN - 1; len++) {
		const char byte = text[len];
		const bool upper = byte >= 'A' && byte <= 'Z';
		name[len] = (char)(upper                     ? byte - 'A' + 'a'
				: byte == '_' || byte == ' ' ? '-'
							     : byte);
	}
	name[len] = '\0';
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	const unsigned ab = a < b ? a : b;
	return ab < c ? ab : c;
}

/* Letters to insert, delete or change until A is B: Levenshtein's distance. */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[NAME_MAX_LEN + 1];
	const size_t len = strlen(b);
	for (size_t j = 0; j <= len; j++)
		row[j] = (unsigned)j;
	for (size_t i = 0; a[i]; i++) {
		unsigned corner = row[0];
		row[0] = (unsigned)i + 1;
		for (size_t j = 0; j < len; j++) {
			const unsigned above = row[j + 1];
			row[j + 1] = least(above + 1, row[j] + 1, corner + (a[i] != b[j]));
			corner = above;
		}
	}
	return row[len];
}

/* How far CODE is from NAME, the better the less; UINT_MAX if it is another word. */
static unsigned remoteness(enum fw_code code, const char *name)
{
	const char *const known = fw_code_name(code);
	const unsigned wrong = distance(known, name);
	if (*name && strstr(known, name))
		return 0;
	return wrong <= strlen(name) / 3 ? wrong : -1u;
}

size_t codes_near(const char *text, enum fw_code near[CODES_NEAR])
{
	char name[NAME_MAX_LEN] = "";
	unsigned far[CODES_NEAR];
	size_t count = 0;
	normalise(name, text);
	for (int code = 0; code < FW_CODE_COUNT; code++) {
		const unsigned how_far = remoteness(code, name);
		size_t at = count;
		while (at > 0 && far[at - 1] > how_far)
			at--;
		if (how_far == -1u || at == CODES_NEAR)
			continue;
		count += count < CODES_NEAR;
		memmove(far + at + 1, far + at, (count - at - 1) * sizeof *far);
		memmove(near + at + 1, near + at, (count - at - 1) * sizeof *near);
		far[at] = how_far;
		near[at] = (enum fw_code)code;
	}
	return count;
}

/* In titles a code is NULL. */
const char *codes_group(enum fw_code code)
{
	static const char *const titles[] = {
	/* NULL for each code */
#define GROUP(id, title)                                                                      title,
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next) NULL,
#include "finwait/anomalies.def"
#undef ANOMALY
	};
	const char *title = NULL;
	unsigned left = code + 1;
	for (size_t i = 0; left > 0; i++)
		if (titles[i])
			title = titles[i];
		else
			left--;
	return title;
}

bool codes_weakened(enum fw_code code, enum fw_code artefact)
{
	static const struct {
		enum fw_code artefact, code;
	} rows[] = {
#define WEAKENS(artefact, code) {FW_CODE_##artefact, FW_CODE_##code},
#include "finwait/weakens.def"
#undef WEAKENS
		{FW_CODE_COUNT, FW_CODE_COUNT},
	};
	for (size_t i = 0; rows[i].code != FW_CODE_COUNT; i++)
		if (rows[i].code == code && rows[i].artefact == artefact)
			return true;
	return false;
}
