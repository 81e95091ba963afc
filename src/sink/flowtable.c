/* The table of flows in the report on a capture. */
#include "sink/flowtable.h"

#include "report/words.h"

#include <stdio.h>

static const char *cell_id(char text[WORDS_MAX], const struct ranked *row)
{
	snprintf(text, WORDS_MAX, "%llu", (unsigned long long)row->id);
	return text;
}

static const char *cell_client(char text[WORDS_MAX], const struct ranked *row)
{
	return words_end(text, &row->addr[FW_CLIENT]);
}

static const char *cell_server(char text[WORDS_MAX], const struct ranked *row)
{
	return words_end(text, &row->addr[FW_SERVER]);
}

static const char *cell_service(char text[WORDS_MAX], const struct ranked *row)
{
	(void)text;
	const char *const name = fw_service_name(row->addr[FW_SERVER].port);
	return name ? name : "";
}

static const char *cell_opened(char text[WORDS_MAX], const struct ranked *row)
{
	(void)text;
	return words_opened(row->opened);
}

static const char *cell_closed(char text[WORDS_MAX], const struct ranked *row)
{
	(void)text;
	return words_closed(row->closed);
}

static const char *cell_by(char text[WORDS_MAX], const struct ranked *row)
{
	const char *const name = fw_closed_by_name(row->closed_by);
	(void)text;
	return name ? name : "";
}

static const char *cell_states(char text[WORDS_MAX], const struct ranked *row)
{
	snprintf(text, WORDS_MAX, "%s / %s", fw_state_name(row->state[FW_CLIENT]),
		fw_state_name(row->state[FW_SERVER]));
	return text;
}

static const char *cell_bytes(char text[WORDS_MAX], const struct ranked *row)
{
	return words_bytes(text, row->bytes);
}

static const char *cell_life(char text[WORDS_MAX], const struct ranked *row)
{
	return words_duration(text, row->duration);
}

static const char *cell_resent(char text[WORDS_MAX], const struct ranked *row)
{
	return words_count(text, row->resent);
}

static const char *cell_found(char text[WORDS_MAX], const struct ranked *row)
{
	(void)text;
	return row->found == FW_CODE_COUNT ? "" : fw_code_name(row->found);
}

#define RANK_LAST 8

/* Columns, from left to right. Those of rank 0 are always there; the others come, in the order of
 * their ranks, as long as the page is wide enough. A column that may be cut takes width or less at
 * first, as much as there is when the rank whole has come, a share of what is left in the end. */
static const struct column {
	const char *title;
	const char *(*cell)(char text[WORDS_MAX], const struct ranked *row);
	unsigned width, rank;
	enum { LEFT, RIGHT, CUT, SERVICE } kind;
	unsigned whole;
} columns[] = {
	{"flow", cell_id, 5, 0, RIGHT, 0},
	{"client", cell_client, 21, 0, CUT, RANK_LAST},
	{"server", cell_server, 21, 0, CUT, RANK_LAST},
	{"service", cell_service, 10, 4, SERVICE, 0},
	{"opened", cell_opened, 12, 5, LEFT, 0},
	{"closed", cell_closed, 10, 0, LEFT, 0},
	{"by", cell_by, 6, 3, LEFT, 0},
	{"states", cell_states, 27, 7, LEFT, 0},
	{"bytes", cell_bytes, 7, 6, RIGHT, 0},
	{"life", cell_life, 8, 0, RIGHT, 0},
	{"re-sent", cell_resent, 7, 1, RIGHT, 0},
	{"found", cell_found, 10, 0, CUT, 2},
};

#define COLUMN_COUNT (sizeof columns / sizeof columns[0])

/* Width of each column, 0 where it is not there. */
struct layout {
	int width[COLUMN_COUNT];
};

/* The width at which nothing in COLUMN is cut, 0 where there is nothing in it. */
static int widest(const struct column *column, const struct ranking *ranking)
{
	char text[WORDS_MAX];
	size_t most = 0;
	for (size_t i = 0; i < ranking->count; i++) {
		const size_t len = strlen(column->cell(text, &ranking->rows[i]));
		most = len > most ? len : most;
	}
	return (int)most;
}

/* What COLUMN needs to be there at all. */
static int first_width(const struct column *column, const struct ranking *ranking)
{
	const int wish = widest(column, ranking), standard = (int)column->width;
	if (column->kind == CUT)
		return wish < standard ? wish : standard;
	if (column->kind == SERVICE && !wish)
		return 0;
	return wish > standard ? wish : standard;
}

/* Lets COLUMN be as wide as it likes, if SPARE is enough; returns what is left. */
static int widen(const struct column *column, const struct ranking *ranking, int *width, int spare)
{
	const int wish = widest(column, ranking) - *width, more = wish < spare ? wish : spare;
	if (more <= 0)
		return spare;
	*width += more;
	return spare - more;
}

/* Puts in what fits; returns the columns of the page that are left, less than none where even those
 * of rank 0 are too wide. */
static int choose_columns(
	struct layout *layout, const struct sink_run *run, const struct ranking *ranking)
{
	int spare = (int)run->width;
	for (unsigned rank = 0; rank <= RANK_LAST; rank++)
		for (size_t i = 0; i < COLUMN_COUNT; i++) {
			const struct column *const column = &columns[i];
			if (column->whole == rank && layout->width[i])
				spare = widen(column, ranking, &layout->width[i], spare);
			if (column->rank != rank || (column->kind == SERVICE && run->numeric))
				continue;
			const int width = first_width(column, ranking);
			if (!width || (rank > 0 && width + 1 > spare))
				continue;
			layout->width[i] = width;
			spare -= width + 1;
		}
	return spare;
}

/* Shares SPARE between the columns that may be cut and would be, or takes what is lacking from all
 * that may; returns what is left. */
static int share_out(struct layout *layout, const struct ranking *ranking, int spare)
{
	int wish[COLUMN_COUNT] = {0}, sharers = 0;
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (columns[i].kind == CUT && layout->width[i])
			wish[i] = spare < 0 ? 1 : widest(&columns[i], ranking) - layout->width[i];
		sharers += wish[i] > 0;
	}
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (wish[i] <= 0)
			continue;
		const int share = spare / sharers--, more = wish[i] < share ? wish[i] : share;
		layout->width[i] += more;
		spare -= more;
	}
	return spare;
}

/* Twice: what one does not need, another may have. Where there is not room enough, each gives. */
static struct layout lay_out(const struct page *page, const struct ranking *ranking)
{
	struct layout layout = {0};
	const int spare = choose_columns(&layout, page->run, ranking);
	share_out(&layout, ranking, share_out(&layout, ranking, spare));
	return layout;
}

static void write_cell(
	struct page *page, const struct column *column, unsigned width, const char *text)
{
	const unsigned start = page->column + 1;
	if (column->kind == RIGHT) {
		page_right(page, text, start + width);
		return;
	}
	if (!*text) /* what follows begins at its own column, and nothing may follow */
		return;
	page_text(page, " ");
	page_cut(page, text, width);
}

/* ROW, or the titles where it is NULL. A column begins where the one before it would end, so that
 * nothing hangs on what the cells hold. */
static void write_row(struct page *page, const struct layout *layout, const struct ranked *row)
{
	char text[WORDS_MAX];
	unsigned start = 0;
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (!layout->width[i])
			continue;
		while (page->column < start)
			page_text(page, " ");
		write_cell(page, &columns[i], (unsigned)layout->width[i],
			row ? columns[i].cell(text, row) : columns[i].title);
		start += layout->width[i] + 1;
	}
	page_line(page);
}

void flowtable_write(struct page *page, const struct ranking *ranking)
{
	const struct layout layout = lay_out(page, ranking);
	page_style(page, STYLE_DIM);
	write_row(page, &layout, NULL);
	page_style(page, STYLE_PLAIN);
	for (size_t i = 0; i < ranking->count; i++)
		write_row(page, &layout, &ranking->rows[i]);
	if (ranking->seen > ranking->count) {
		char text[WORDS_MAX];
		page_text(page, "   and ");
		page_text(page, words_count(text, ranking->seen - ranking->count));
		page_printf(page, " more%s", page->run->all ? "" : "   (--all)");
		page_line(page);
	}
}
