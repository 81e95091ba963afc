/* The report on a capture: what was read, how connections opened and closed, where both ends
 * stand. */
#include "sink/summary.h"

#include "sink/flowtable.h"
#include "report/format.h"
#include "sink/remarks.h"
#include "report/words.h"

#include <stdio.h>

#define ROWS_SHOWN  20
#define STATE_WIDTH 12 /* of the longest state's name */

void summary_init(struct summary *summary, const struct sink_run *run)
{
	*summary = (struct summary){0};
	ranking_init(&summary->ranking, run->all ? SIZE_MAX : ROWS_SHOWN);
}

void summary_free(struct summary *summary)
{
	ranking_free(&summary->ranking);
	attention_free(&summary->attention);
	servicetable_free(&summary->services);
}

static void add_time(int64_t *sum, int64_t ns)
{
	if (ns > 0 && __builtin_add_overflow(*sum, ns, sum))
		*sum = INT64_MAX;
}

static void add_sums(struct fw_endpoint *sums, const struct fw_endpoint *end)
{
	sums->retransmitted_packets += end->retransmitted_packets;
	sums->resent_timeout += end->resent_timeout;
	sums->resent_fast += end->resent_fast;
	sums->resent_sack += end->resent_sack;
	sums->resent_probe += end->resent_probe;
	sums->resent_spurious += end->resent_spurious;
	add_time(&sums->stalled_loss, end->stalled_loss);
	add_time(&sums->stalled_zero_window, end->stalled_zero_window);
}

void summary_add(struct summary *summary, const struct fw_flow *flow)
{
	summary->stand[flow->end[FW_CLIENT].state][flow->end[FW_SERVER].state]++;
	for (int side = FW_CLIENT; side <= FW_SERVER; side++) {
		summary->data_packets += flow->end[side].data_packets;
		summary->bytes += flow->end[side].unique_bytes;
		add_sums(&summary->sums, &flow->end[side]);
	}
	ranking_add(&summary->ranking, flow);
	attention_add_flow(&summary->attention, flow);
}

/* The names that people use for the link types that they meet. */
static const char *link_text(const char *name)
{
	static const char *const names[][2] = {
		{"EN10MB", "Ethernet"},
		{"RAW", "raw IP"},
		{"LINUX_SLL", "Linux cooked"},
		{"NULL", "loopback"},
		{"IEEE802_11", "802.11"},
		{"LINUX_SLL2", "Linux cooked"},
		{"LOOP", "loopback"},
		{"IEEE802_11_RADIO", "802.11"},
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i][0], name) == 0)
			return names[i][1];
	return name;
}

static void put_span(struct page *page, const struct sink_capture *capture)
{
	char first[FORMAT_TIME_MAX], last[FORMAT_TIME_MAX], text[WORDS_MAX];
	if (!capture->packets)
		return;
	format_time(first, capture->first_time);
	format_time(last, capture->last_time);
	const bool same_day = memcmp(first, last, 10) == 0;
	snprintf(text, sizeof text, "%.10s %.8s to %.*s%s%.8s UTC", first, first + 11,
		same_day ? 0 : 10, last, same_day ? "" : " ", last + 11);
	page_item(page, ", ", text, 1);
}

static void put_error(struct page *page, const char *error)
{
	page_style(page, STYLE_BAD);
	page_text(page, " stops early: ");
	page_foreign(page, error);
	page_style(page, STYLE_PLAIN);
	page_line(page);
}

static void put_capture(struct page *page, const struct sink_capture *capture)
{
	char number[WORDS_MAX], text[WORDS_MAX + 16];
	page_style(page, STYLE_BOLD);
	page_foreign(page, capture->path);
	page_style(page, STYLE_PLAIN);
	page_line(page);
	page_printf(page, " %s", capture->format ? capture->format : "unknown format");
	if (capture->compression)
		page_printf(page, " (%s)", capture->compression);
	for (size_t i = 0; i < capture->link_type_count; i++)
		page_item(page, ", ", link_text(capture->link_types[i]), 1);
	snprintf(text, sizeof text, "%s packets", words_count(number, capture->packets));
	page_item(page, ", ", text, 1);
	page_item(page, ", ", words_bytes(number, capture->bytes), 1);
	put_span(page, capture);
	page_line(page);
	if (capture->error)
		put_error(page, capture->error);
	remarks_write(page, capture);
}

static void put_item(struct page *page, const char *name, uint64_t count)
{
	char number[WORDS_MAX], text[2 * WORDS_MAX];
	snprintf(text, sizeof text, "%s %s", name, words_count(number, count));
	page_item(page, "  ", text, 10);
}

static void put_packets(struct page *page, const struct fw_totals *totals)
{
	static const char *const names[] = {
#define ACCOUNT(id, name, text) name,
#include "finwait/accounts.def"
#undef ACCOUNT
	};
	page_text(page, " packets");
	for (int i = 0; i < FW_ACCOUNT_COUNT; i++)
		if (totals->account[i])
			put_item(page, names[i], totals->account[i]);
	page_line(page);
}

static void put_opened(struct page *page, const struct fw_totals *totals)
{
	page_text(page, " opened ");
	for (int i = 0; i < FW_OPENED_COUNT; i++)
		if (totals->opened[i])
			put_item(page, words_opened(i), totals->opened[i]);
	page_line(page);
}

static void put_closed(struct page *page, const struct fw_totals *totals)
{
	page_text(page, " closed ");
	for (int i = 0; i < FW_CLOSED_COUNT; i++)
		if (totals->closed[i])
			put_item(page, words_closed(i), totals->closed[i]);
	page_line(page);
}

/* How much was sent again, and why; a needless one has a reason, too. */
static void put_resent(struct page *page, const struct fw_endpoint *sums)
{
	const struct {
		const char *name;
		uint64_t count;
	} kinds[] = {
		{"timeout", sums->resent_timeout},
		{"fast", sums->resent_fast},
		{"SACK", sums->resent_sack},
		{"probe", sums->resent_probe},
		{"needless", sums->resent_spurious},
	};
	char number[WORDS_MAX];
	if (!sums->retransmitted_packets)
		return;
	page_printf(page, " re-sent  %s segment%s",
		words_count(number, sums->retransmitted_packets),
		sums->retransmitted_packets == 1 ? "" : "s");
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kinds[i].count)
			put_item(page, kinds[i].name, kinds[i].count);
	page_line(page);
}

static void put_stalled(struct page *page, const struct fw_endpoint *sums)
{
	char text[WORDS_MAX], item[2 * WORDS_MAX];
	if (!sums->stalled_loss && !sums->stalled_zero_window)
		return;
	page_text(page, " stalled");
	if (sums->stalled_loss) {
		snprintf(item, sizeof item, "by losses %s",
			words_duration(text, sums->stalled_loss));
		page_item(page, "  ", item, 10);
	}
	if (sums->stalled_zero_window) {
		snprintf(item, sizeof item, "by closed windows %s",
			words_duration(text, sums->stalled_zero_window));
		page_item(page, "  ", item, 10);
	}
	page_line(page);
}

static void put_connections(struct page *page, const struct summary *summary)
{
	const struct fw_totals *const totals = page->run->totals;
	char text[WORDS_MAX];
	page_style(page, STYLE_BOLD);
	page_printf(page, "%s connection%s", words_count(text, totals->flows),
		totals->flows == 1 ? "" : "s");
	page_style(page, STYLE_PLAIN);
	page_line(page);
	if (!totals->flows)
		return;
	put_opened(page, totals);
	put_closed(page, totals);
	page_printf(page, " carried  %s in ", words_bytes(text, summary->bytes));
	page_printf(page, "%s data segment%s", words_count(text, summary->data_packets),
		summary->data_packets == 1 ? "" : "s");
	page_line(page);
	put_resent(page, &summary->sums);
	put_stalled(page, &summary->sums);
}

/* States that occur, in the order of the catalogue. */
struct axis {
	enum fw_state state[FW_STATE_COUNT];
	size_t count;
};

static struct axis find_axis(const struct summary *summary, enum fw_side side)
{
	struct axis axis = {.count = 0};
	for (int a = 0; a < FW_STATE_COUNT; a++) {
		uint64_t sum = 0;
		for (int b = 0; b < FW_STATE_COUNT; b++)
			sum += side == FW_CLIENT ? summary->stand[a][b] : summary->stand[b][a];
		if (sum)
			axis.state[axis.count++] = (enum fw_state)a;
	}
	return axis;
}

static void put_matrix_rows(struct page *page, const struct summary *summary,
	const struct axis *rows, const enum fw_state *columns, size_t count)
{
	char text[WORDS_MAX];
	for (size_t r = 0; r < rows->count; r++) {
		page_printf(page, " %s", fw_state_name(rows->state[r]));
		page_column(page, STATE_WIDTH + 3);
		for (size_t c = 0; c < count; c++) {
			const uint64_t flows = summary->stand[rows->state[r]][columns[c]];
			page_right(page, flows ? words_count(text, flows) : ".",
				(unsigned)(STATE_WIDTH + 3 + (c + 1) * (STATE_WIDTH + 1)));
		}
		page_line(page);
	}
}

/* Where the page is too narrow for all states of servers, in several parts. */
static void put_matrix(struct page *page, const struct summary *summary)
{
	const struct axis clients = find_axis(summary, FW_CLIENT),
			  servers = find_axis(summary, FW_SERVER);
	const size_t fit = (page->run->width - STATE_WIDTH - 3) / (STATE_WIDTH + 1);
	page_style(page, STYLE_BOLD);
	page_text(page, "Where both ends stand at the end");
	page_style(page, STYLE_PLAIN);
	page_line(page);
	for (size_t from = 0; from < servers.count; from += fit) {
		const size_t left = servers.count - from, count = left < fit ? left : fit;
		page_style(page, STYLE_DIM);
		page_text(page, " client\\server");
		for (size_t c = 0; c < count; c++)
			page_right(page, fw_state_name(servers.state[from + c]),
				(unsigned)(STATE_WIDTH + 3 + (c + 1) * (STATE_WIDTH + 1)));
		page_style(page, STYLE_PLAIN);
		page_line(page);
		put_matrix_rows(page, summary, &clients, servers.state + from, count);
	}
}

void summary_write(struct summary *summary, struct page *page)
{
	const struct sink_run *const run = page->run;
	for (size_t i = 0; i < run->capture_count; i++)
		put_capture(page, &run->captures[i]);
	put_packets(page, run->totals);
	if (run->totals->flows)
		attention_write(&summary->attention, page);
	attention_write_capture(&summary->attention, page);
	page_line(page);
	put_connections(page, summary);
	if (!run->totals->flows)
		return;
	page_line(page);
	put_matrix(page, summary);
	servicetable_write(&summary->services, page);
	page_line(page);
	page_style(page, STYLE_BOLD);
	page_text(page, "Connections, the worst first");
	page_style(page, STYLE_PLAIN);
	page_line(page);
	ranking_sort(&summary->ranking);
	flowtable_write(page, &summary->ranking);
}
