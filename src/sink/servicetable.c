/* The services that were seen, in the report on a capture. */
#include "sink/servicetable.h"

#include "report/words.h"

#include <stdio.h>
#include <stdlib.h>

#define ROWS_FIRST   64
#define ROWS_SHOWN   8
#define WIDTH_MAX    110 /* numbers stand near to what they are of */
#define COUNT_WIDTH  11
#define COUNTS_WIDTH (5 * COUNT_WIDTH)

void servicetable_add(struct servicetable *table, const struct fw_service *service)
{
	if (table->count == table->room) {
		const size_t room = table->room ? table->room * 2 : ROWS_FIRST;
		struct fw_service *const rows = realloc(table->rows, room * sizeof *rows);
		if (!rows)
			return;
		table->rows = rows;
		table->room = room;
	}
	table->rows[table->count++] = *service;
}

void servicetable_free(struct servicetable *table)
{
	free(table->rows);
}

static uint64_t turned_away(const struct fw_service *service)
{
	return service->refused + service->unanswered + service->incomplete;
}

/* Less than zero where A comes first; never zero for two services. */
static int compare(const void *a, const void *b)
{
	const struct fw_service *const x = a, *const y = b;
	if (turned_away(x) != turned_away(y))
		return turned_away(x) > turned_away(y) ? -1 : 1;
	if (x->accepted != y->accepted)
		return x->accepted > y->accepted ? -1 : 1;
	const int order = memcmp(x->addr.ip, y->addr.ip, sizeof x->addr.ip);
	return order ? order : (int)x->addr.port - (int)y->addr.port;
}

/* Where the numbers begin. */
static unsigned counts_column(const struct page *page)
{
	const unsigned width = page->run->width;
	return (width < WIDTH_MAX ? width : WIDTH_MAX) - COUNTS_WIDTH;
}

static void put_row(struct page *page, const struct fw_service *service)
{
	const uint64_t counts[] = {
		service->accepted, service->refused, service->unanswered, service->incomplete};
	const char *const name = page->run->numeric ? NULL : fw_service_name(service->addr.port);
	const unsigned start = counts_column(page);
	char end[WORDS_MAX], text[WORDS_MAX * 2];
	snprintf(text, sizeof text, "%s%s%s", words_end(end, &service->addr), name ? " " : "",
		name ? name : "");
	page_text(page, " ");
	page_cut(page, text, start - 1);
	for (unsigned i = 0; i < sizeof counts / sizeof counts[0]; i++)
		page_right(page, counts[i] ? words_count(end, counts[i]) : ".",
			start + (i + 1) * COUNT_WIDTH);
	page_right(page, service->handshakes ? words_duration(end, service->handshake_mean) : ".",
		start + COUNTS_WIDTH);
	page_line(page);
}

static void put_titles(struct page *page)
{
	static const char *const titles[] = {
		"accepted", "refused", "unanswered", "incomplete", "handshake"};
	page_style(page, STYLE_BOLD);
	page_text(page, "Services");
	page_style(page, STYLE_DIM);
	for (unsigned i = 0; i < sizeof titles / sizeof titles[0]; i++)
		page_right(page, titles[i], counts_column(page) + (i + 1) * COUNT_WIDTH);
	page_style(page, STYLE_PLAIN);
	page_line(page);
}

void servicetable_write(struct servicetable *table, struct page *page)
{
	char text[WORDS_MAX];
	const size_t shown =
		page->run->all || table->count < ROWS_SHOWN ? table->count : ROWS_SHOWN;
	const uint64_t more = table->count - shown + page->run->totals->services_omitted;
	if (table->count < 2)
		return;
	qsort(table->rows, table->count, sizeof *table->rows, compare);
	page_line(page);
	put_titles(page);
	for (size_t i = 0; i < shown; i++)
		put_row(page, &table->rows[i]);
	if (!more)
		return;
	page_printf(page, "   and %s more%s", words_count(text, more),
		page->run->all ? "" : "   (--all)");
	page_line(page);
}
