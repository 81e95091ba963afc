/* A code as somebody wrote it. */
#include "cli/code.h"

#include "report/codes.h"

#include <stdio.h>

enum fw_code code_named(const char *text, size_t len)
{
	const enum fw_code code = codes_find(text, len);
	if (code != FW_CODE_COUNT)
		return code;
	char name[64];
	enum fw_code near[CODES_NEAR];
	snprintf(name, sizeof name, "%.*s", (int)len, text);
	const size_t count = codes_near(name, near);
	fprintf(stderr, "finwait: no code is called '%s'", name);
	for (size_t i = 0; i < count; i++)
		fprintf(stderr, "%s%s", i ? ", " : "; is it ", fw_code_name(near[i]));
	fputs(count ? "?\n" : "; finwait explain lists them\n", stderr);
	return FW_CODE_COUNT;
}
