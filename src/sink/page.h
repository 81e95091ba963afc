/* A page of text in memory: columns, colours, and signs that a plain terminal can show too. */
#ifndef PAGE_H
#define PAGE_H

#include "sink/sink.h"

enum page_style {
	STYLE_PLAIN,
	STYLE_BOLD,
	STYLE_DIM,
	STYLE_BAD,
	STYLE_WARN,
	STYLE_GOOD,
	STYLE_COUNT
};

enum page_sign {
	SIGN_LINE,
	SIGN_RIGHT,
	SIGN_LEFT,
	SIGN_DOT,
	SIGN_MORE,
	SIGN_WITHDRAWN,
	SIGN_FINDING,
	SIGN_COUNT
};

struct page {
	const struct sink_run *run;
	char *text;
	size_t len, room;
	size_t limit;    /* len does not pass it */
	unsigned column; /* of the next character, from 0 */
	bool full;       /* something did not fit, or memory was short */
};

void page_init(struct page *page, const struct sink_run *run, size_t limit);
void page_free(struct page *page);

/* Writes the page to OUT and empties it. */
void page_print(struct page *page, struct out *out);

/* Text that the program made: printable ASCII. */
void page_text(struct page *page, const char *text);
void page_printf(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Text from elsewhere, such as a path: control characters do not reach the terminal. */
void page_foreign(struct page *page, const char *text);

void page_sign(struct page *page, enum page_sign sign);

/* What follows is in STYLE. */
void page_style(struct page *page, enum page_style style);

/* Spaces up to COLUMN; one at least. */
void page_column(struct page *page, unsigned column);

/* TEXT so that it ends before COLUMN; a space before it at least. */
void page_right(struct page *page, const char *text, unsigned column);

/* TEXT, cut with a sign where it is longer than WIDTH. */
void page_cut(struct page *page, const char *text, unsigned width);

/* SEPARATOR and TEXT, or TEXT on a new line from column INDENT on where the two would pass the
 * edge. */
void page_item(struct page *page, const char *separator, const char *text, unsigned indent);

/* TEXT, which may be foreign, in as many lines as it takes, broken between words, the later ones
 * from column INDENT on. */
void page_wrapped(struct page *page, const char *text, unsigned indent);

void page_line(struct page *page);

/* In which findings of that severity are written. */
enum page_style page_style_of(enum fw_severity severity);

#endif
