/* A page of text in memory: columns, colours, and signs that a plain terminal can show too. */
#include "sink/page.h"

#include "sink/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void page_init(struct page *page, const struct sink_run *run, size_t limit)
{
	*page = (struct page){.run = run, .limit = limit};
}

void page_free(struct page *page)
{
	free(page->text);
	page->text = NULL;
}

void page_print(struct page *page, struct out *out)
{
	if (page->len)
		out_bytes(out, page->text, page->len);
	page->len = 0;
}

static bool grow(struct page *page, size_t len)
{
	if (page->len + len <= page->room)
		return true;
	const size_t room = (page->len + len) * 2;
	char *const text = page->len + len > page->limit ? NULL : realloc(page->text, room);
	if (!text)
		return false;
	page->text = text;
	page->room = room;
	return true;
}

/* What stands in no column: a colour. */
static void put(struct page *page, const char *text, size_t len)
{
	page->full = page->full || !grow(page, len);
	if (page->full)
		return;
	memcpy(page->text + page->len, text, len);
	page->len += len;
}

void page_text(struct page *page, const char *text)
{
	const size_t len = strlen(text);
	put(page, text, len);
	page->column += (unsigned)len;
}

void page_printf(struct page *page, const char *format, ...)
{
	char text[256];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	page_text(page, text);
}

/* May the UTF-8 sequence at AT go to a terminal as it is? It is no control character of ASCII, nor
 * one of the C1 set, which is c2 80 to c2 9f. */
static bool is_printable(const uint8_t *at, size_t len, bool utf8)
{
	return len == 1 ? at[0] >= 0x20 && at[0] != 0x7f
			: utf8 && len && !(at[0] == 0xc2 && at[1] < 0xa0);
}

static void put_foreign(struct page *page, const char *text, size_t len)
{
	const uint8_t *at = (const uint8_t *)text, *const end = at + len;
	while (at < end) {
		const size_t n = utf8_sequence(at, (size_t)(end - at));
		const bool fine = is_printable(at, n, page->run->utf8);
		put(page, fine ? (const char *)at : "?", fine ? n : 1);
		page->column++;
		at += n ? n : 1;
	}
}

void page_foreign(struct page *page, const char *text)
{
	put_foreign(page, text, strlen(text));
}

void page_sign(struct page *page, enum page_sign sign)
{
	static const char *const signs[SIGN_COUNT][2] = {
		[SIGN_LINE] = {"-", "─"},
		[SIGN_RIGHT] = {">", "▶"},
		[SIGN_LEFT] = {"<", "◀"},
		[SIGN_DOT] = {"-", "·"},
		[SIGN_MORE] = {"~", "…"},
		[SIGN_WITHDRAWN] = {"x", "×"},
		[SIGN_FINDING] = {"^", "▲"},
	};
	const char *const text = signs[sign][page->run->utf8];
	put(page, text, strlen(text));
	page->column++;
}

void page_style(struct page *page, enum page_style style)
{
	static const char *const codes[STYLE_COUNT] = {
		[STYLE_PLAIN] = "\033[0m",
		[STYLE_BOLD] = "\033[1m",
		[STYLE_DIM] = "\033[2m",
		[STYLE_BAD] = "\033[1;31m",
		[STYLE_WARN] = "\033[33m",
		[STYLE_GOOD] = "\033[32m",
	};
	if (page->run->color)
		put(page, codes[style], strlen(codes[style]));
}

enum page_style page_style_of(enum fw_severity severity)
{
	static const enum page_style styles[] = {
		[FW_INFO] = STYLE_PLAIN, [FW_WARNING] = STYLE_WARN, [FW_CRITICAL] = STYLE_BAD};
	return styles[severity];
}

void page_column(struct page *page, unsigned column)
{
	do
		page_text(page, " ");
	while (page->column < column);
}

void page_right(struct page *page, const char *text, unsigned column)
{
	const unsigned len = (unsigned)strlen(text);
	page_column(page, column > len ? column - len : 0);
	page_text(page, text);
}

void page_cut(struct page *page, const char *text, unsigned width)
{
	if (strlen(text) <= width) {
		page_text(page, text);
		return;
	}
	page_printf(page, "%.*s", (int)width - 1, text);
	page_sign(page, SIGN_MORE);
}

void page_item(struct page *page, const char *separator, const char *text, unsigned indent)
{
	if (page->column + strlen(separator) + strlen(text) > page->run->width) {
		page_line(page);
		page_column(page, indent);
	} else {
		page_text(page, separator);
	}
	page_text(page, text);
}

/* LEN octets of TEXT, or fewer where a character would be cut. */
static size_t whole(const char *text, size_t len)
{
	size_t less = len;
	while (less > 0 && (text[less] & 0xc0) == 0x80)
		less--;
	return less ? less : len;
}

void page_wrapped(struct page *page, const char *text, unsigned indent)
{
	while (*text) {
		const size_t room =
			page->column < page->run->width ? page->run->width - page->column : 1;
		size_t len = strlen(text);
		if (len > room) {
			for (len = room; len > 0 && text[len] != ' ';)
				len--;
			len = len ? len : whole(text, room);
		}
		put_foreign(page, text, len);
		page_line(page);
		text += len + (text[len] == ' ');
		if (*text)
			page_column(page, indent);
	}
}

void page_line(struct page *page)
{
	put(page, "\n", 1);
	page->column = 0;
}
