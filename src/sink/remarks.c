/* What a capture says of itself that a person should know, below its head in the report. */
#include "sink/remarks.h"

#include "report/words.h"

#include <stdio.h>

#define INDENT           10
#define NAME_WIDTH       24
#define INTERFACES_SHOWN 4
#define COMMENTS_SHOWN   3
#define LINE_MAX         512

static bool is_space(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Whether a character of UTF-8 begins with BYTE, rather than going on. */
static bool begins(char byte)
{
	return ((uint8_t)byte & 0xc0) != 0x80;
}

/* TEXT in one line: white space of any kind and amount becomes one space. */
static void one_line(char line[LINE_MAX], const char *text)
{
	size_t len = 0;
	for (; *text && len < LINE_MAX - 1; text++)
		if (!is_space(*text))
			line[len++] = *text;
		else if (len && line[len - 1] != ' ')
			line[len++] = ' ';
	line[len - (len && line[len - 1] == ' ')] = '\0';
}

/* Foreign TEXT in one line, cut with a sign where it has more than WIDTH characters. */
static void put_line(struct page *page, const char *text, unsigned width)
{
	char line[LINE_MAX];
	size_t cut = 0;
	unsigned characters = 0;
	one_line(line, text);
	for (size_t i = 0; line[i]; i++)
		if (begins(line[i]) && ++characters == width)
			cut = i;
	if (characters > width)
		line[cut] = '\0';
	page_foreign(page, line);
	if (characters > width)
		page_sign(page, SIGN_MORE);
}

/* A counter of what was lost, with what it is called. */
struct loss {
	const char *text;
	int64_t count;
};

/* Those that have something to tell. Returns how many. */
static size_t find_losses(const struct sink_interface *interface, struct loss losses[3])
{
	enum {
#define COUNTER(id, isb, text) COUNTER_##id,
#include "finwait/counters.def"
#undef COUNTER
	};
	static const char *const texts[] = {
#define COUNTER(id, isb, text) text,
#include "finwait/counters.def"
#undef COUNTER
	};
	static const uint8_t lossy[] = {
		COUNTER_dropped, COUNTER_dropped_by_os, COUNTER_lost_between};
	size_t count = 0;
	for (size_t i = 0; i < sizeof lossy; i++)
		if (interface->counters[lossy[i]] > 0)
			losses[count++] =
				(struct loss){texts[lossy[i]], interface->counters[lossy[i]]};
	return count;
}

static bool has_lost(const struct sink_interface *interface)
{
	struct loss losses[3];
	return find_losses(interface, losses) > 0;
}

static void put_interface(struct page *page, const struct sink_interface *interface, size_t index)
{
	struct loss losses[3];
	const size_t count = find_losses(interface, losses);
	char number[WORDS_MAX], text[2 * WORDS_MAX];
	page_column(page, INDENT);
	if (interface->name)
		put_line(page, interface->name, NAME_WIDTH);
	else
		page_printf(page, "interface %zu", index);
	for (size_t i = 0; i < count; i++) {
		snprintf(text, sizeof text, "%s %s", words_count(number, (uint64_t)losses[i].count),
			losses[i].text);
		page_item(page, i ? ", " : ": ", text, INDENT + 2);
	}
	page_line(page);
}

static void put_more(struct page *page, uint64_t count, const char *what)
{
	char number[WORDS_MAX];
	if (!count)
		return;
	page_column(page, INDENT);
	page_printf(page, "%s more %s%s: --format json", words_count(number, count), what,
		count == 1 ? "" : "s");
	page_line(page);
}

static void put_lost(struct page *page, const struct sink_capture *capture)
{
	char number[WORDS_MAX];
	uint64_t shown = 0, more = 0;
	if (capture->dropped <= 0)
		return;
	page_style(page, STYLE_WARN);
	page_printf(page, " lost     %s packet%s, by the capture's own account",
		words_count(number, (uint64_t)capture->dropped), capture->dropped == 1 ? "" : "s");
	page_style(page, STYLE_PLAIN);
	page_line(page);
	for (size_t i = 0; i < capture->interface_count; i++) {
		if (!has_lost(&capture->interfaces[i]))
			continue;
		if (shown++ < INTERFACES_SHOWN)
			put_interface(page, &capture->interfaces[i], i);
		else
			more++;
	}
	put_more(page, more, "interface");
}

static void put_comment(struct page *page, const struct sink_comment *comment)
{
	char number[WORDS_MAX];
	page_text(page, " comment  ");
	if (comment->packet)
		page_printf(page, "packet %s: ", words_count(number, comment->packet));
	put_line(page, comment->text, page->run->width - page->column);
	page_line(page);
}

static void put_comments(struct page *page, const struct sink_capture *capture)
{
	size_t i = 0;
	for (; i < capture->comment_count && i < COMMENTS_SHOWN; i++)
		put_comment(page, &capture->comments[i]);
	put_more(page, capture->comment_count - i + capture->comments_omitted, "comment");
}

void remarks_write(struct page *page, const struct sink_capture *capture)
{
	put_lost(page, capture);
	put_comments(page, capture);
}
