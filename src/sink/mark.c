/* A finding in a ladder, below the segment that shows it. */
#include "sink/mark.h"

#include "report/message.h"
#include "report/words.h"

#include <stdio.h>

#define TEXT_COLUMN 15 /* as the times of the ladder */
#define LINE_MAX    (FW_FINDING_REASONS * (MESSAGE_MAX + WORDS_MAX))

static void put_head(struct page *page, const struct fw_finding *finding)
{
	char number[WORDS_MAX];
	page_text(page, " ");
	page_style(page, page_style_of(finding->severity));
	page_sign(page, SIGN_FINDING);
	page_printf(page, " %s ", fw_severity_name(finding->severity));
	page_style(page, STYLE_BOLD);
	page_text(page, fw_code_name(finding->code));
	page_style(page, STYLE_PLAIN);
	if (finding->packet)
		page_printf(page, " #%llu", (unsigned long long)finding->packet);
	if (finding->count > 1)
		page_printf(page, ", %s times by now", words_count(number, finding->count));
	page_line(page);
}

/* "not a lost FIN: it was acknowledged - not ..." */
static void put_reasons(struct page *page, const struct fw_finding *finding, const char *word,
	const uint8_t *reasons, size_t count)
{
	char line[LINE_MAX], text[MESSAGE_MAX];
	size_t len = 0;
	if (!count)
		return;
	for (size_t i = 0; i < count && len < sizeof line; i++)
		len += (size_t)snprintf(line + len, sizeof line - len, "%s%s %s: %s",
			i ? page->run->utf8 ? " · " : "; " : "", word,
			fw_reason_explanation(reasons[i]),
			message_reason(text, finding, reasons[i]));
	page_column(page, TEXT_COLUMN);
	page_style(page, STYLE_DIM);
	page_wrapped(page, line, TEXT_COLUMN);
	page_style(page, STYLE_PLAIN);
}

/* The explanations are read once; what is told again and is harmless goes without. */
static bool is_explained(const struct fw_finding *finding)
{
	return finding->count > 1 && finding->severity == FW_INFO &&
		finding->lowered_by == FW_CODE_COUNT;
}

void mark_write(struct page *page, const struct fw_finding *finding)
{
	char text[MESSAGE_MAX + WORDS_MAX];
	put_head(page, finding);
	page_column(page, TEXT_COLUMN);
	page_wrapped(page, message_of(text, finding), TEXT_COLUMN);
	if (!is_explained(finding)) {
		put_reasons(page, finding, "or", finding->possible, finding->possible_count);
		put_reasons(page, finding, "not", finding->rejected, finding->rejected_count);
	}
	if (finding->lowered_by == FW_CODE_COUNT)
		return;
	page_column(page, TEXT_COLUMN);
	page_style(page, STYLE_DIM);
	snprintf(
		text, sizeof text, "the capture may be why: %s", fw_code_name(finding->lowered_by));
	page_wrapped(page, text, TEXT_COLUMN);
	page_style(page, STYLE_PLAIN);
}
