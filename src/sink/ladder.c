/* The life of one connection: the client's states, the segments between, the server's states. */
#include "sink/ladder.h"

#include "report/words.h"
#include "sink/mark.h"

#include <stdio.h>
#include <stdlib.h>

#define PAGE_LIMIT ((size_t)16 << 20)
#define HEADING    10 /* column where the heading's lines begin */

struct ladder *ladder_new(const struct sink_run *run, const struct fw_flow *flow)
{
	struct ladder *const ladder = calloc(1, sizeof *ladder);
	if (!ladder)
		return NULL;
	ladder->flow = flow->id;
	ladder->first = flow->first;
	page_init(&ladder->page, run, PAGE_LIMIT);
	return ladder;
}

void ladder_free(struct ladder *ladder)
{
	if (!ladder)
		return;
	page_free(&ladder->page);
	free(ladder);
}

static void write_rung(struct ladder *ladder, const struct rung *rung)
{
	rung_write(&ladder->page, rung, ladder->first);
	ladder->lost += ladder->page.full;
}

/* What need not be seen segment by segment where much of it follows on itself. */
static bool is_quiet(const struct rung *rung)
{
	const uint32_t rare = FW_FACT_zero_window | FW_FACT_window_update | FW_FACT_window_full |
		FW_FACT_challenge_ack | FW_FACT_out_of_window | FW_FACT_reset_ignored |
		FW_FACT_reset_challenged;
	return rung->is_segment && !rung->move_count && !rung->marked &&
		!(rung->flags & (FW_SYN | FW_FIN | FW_RST)) && !(rung->facts & rare);
}

static void write_sum(struct ladder *ladder)
{
	const struct stretch *const stretch = &ladder->stretch;
	struct page *const page = &ladder->page;
	char text[WORDS_MAX];
	page_column(page, RUNG_TIME);
	page_style(page, STYLE_DIM);
	page_sign(page, SIGN_DOT);
	page_printf(page, " %s segment%s", words_count(text, stretch->count),
		stretch->count == 1 ? "" : "s");
	for (int side = FW_CLIENT; side <= FW_SERVER; side++) {
		if (!stretch->data[side])
			continue;
		page_printf(page, "  %s ", words_count(text, stretch->data[side]));
		page_sign(page, side == FW_CLIENT ? SIGN_RIGHT : SIGN_LEFT);
		page_printf(page, " %s", words_bytes(text, stretch->bytes[side]));
	}
	page_printf(page, "  in %s",
		words_duration(text, words_between(stretch->first, stretch->last)));
	if (stretch->resent)
		page_printf(page, "  %s re-sent", words_count(text, stretch->resent));
	if (stretch->duplicates)
		page_printf(page, "  %s duplicate ACK%s", words_count(text, stretch->duplicates),
			stretch->duplicates == 1 ? "" : "s");
	page_style(page, STYLE_PLAIN);
	page_line(page);
	if (page->full)
		ladder->lost += stretch->count;
}

static void end_stretch(struct ladder *ladder)
{
	struct stretch *const stretch = &ladder->stretch;
	if (stretch->count > LADDER_HELD)
		write_sum(ladder);
	else
		for (uint64_t i = 0; i < stretch->count; i++)
			write_rung(ladder, &stretch->held[i]);
	stretch->count = 0;
}

static void add_to_stretch(struct stretch *stretch, const struct rung *rung)
{
	if (!stretch->count)
		*stretch = (struct stretch){.first = rung->time};
	if (stretch->count < LADDER_HELD)
		stretch->held[stretch->count] = *rung;
	stretch->count++;
	stretch->data[rung->side] += rung->len > 0;
	stretch->bytes[rung->side] += rung->len;
	stretch->resent += !!(rung->facts & FW_FACT_retransmission);
	stretch->duplicates += !!(rung->facts & FW_FACT_duplicate_ack);
	stretch->last = rung->time;
}

/* No more will come to the last rung. */
static void end_rung(struct ladder *ladder)
{
	const struct rung *const rung = &ladder->rung;
	if (!rung->is_segment && !rung->move_count)
		return;
	if (is_quiet(rung) && !ladder->page.run->all_segments) {
		add_to_stretch(&ladder->stretch, rung);
	} else {
		end_stretch(ladder);
		write_rung(ladder, rung);
	}
	ladder->rung = (struct rung){0};
}

/* Segment and transitions of one packet share a rung, whichever comes first; timers have their
 * own. */
static struct rung *rung_of(struct ladder *ladder, uint64_t packet, fw_time time, bool timer)
{
	struct rung *const rung = &ladder->rung;
	const bool was_timer =
		!rung->is_segment && rung->move_count && rung->moves[0].basis == FW_BASIS_TIMER;
	if (rung->packet != packet || timer != was_timer || (timer && rung->time != time))
		end_rung(ladder);
	rung->packet = packet;
	rung->time = time;
	return rung;
}

void ladder_segment(struct ladder *ladder, const struct fw_event *event)
{
	const struct fw_segment *const segment = event->segment;
	struct rung *const rung = rung_of(ladder, segment->number, segment->time, false);
	rung->is_segment = true;
	rung->side = event->side;
	rung->flags = segment->flags;
	rung->len = segment->payload_len;
	rung->facts = event->facts;
	rung->opt = segment->opt;
}

void ladder_transition(struct ladder *ladder, const struct fw_transition *transition)
{
	struct rung *const rung = rung_of(
		ladder, transition->packet, transition->time, transition->basis == FW_BASIS_TIMER);
	const enum fw_side side = transition->side;
	if (!ladder->began[side]) {
		ladder->began[side] = true;
		ladder->initial[side] = transition->from;
	}
	ladder->bases |= 1u << transition->basis;
	if (rung->move_count < RUNG_MOVES)
		rung->moves[rung->move_count++] = *transition;
	else
		rung->moves[RUNG_MOVES - 1] = *transition;
}

/* A segment that shows something is not folded. One that was folded already, or a finding of the
 * whole connection, has its mark below what is there. */
void ladder_finding(struct ladder *ladder, const struct fw_finding *finding)
{
	ladder->rung.marked = true;
	end_rung(ladder);
	end_stretch(ladder);
	mark_write(&ladder->page, finding);
	ladder->found = true;
}

static void put_life(struct page *page, const struct fw_flow *flow)
{
	const char *const by = fw_closed_by_name(flow->closed_by);
	char text[WORDS_MAX];
	page_printf(page, "opened: %s   closed: %s", words_opened(flow->opened),
		words_closed(flow->closed));
	if (by)
		page_printf(page, " by %s", by);
	page_item(
		page, "   ", words_duration(text, words_between(flow->first, flow->last)), HEADING);
	if (flow->incarnation > 1) {
		snprintf(text, sizeof text, "connection %u of this pair",
			(unsigned)flow->incarnation);
		page_item(page, "   ", text, HEADING);
	}
}

/* What the end SIDE has sent, beside that of the other where there is room. */
static void put_traffic(struct page *page, const struct fw_endpoint *end, enum fw_side side)
{
	char number[WORDS_MAX], text[2 * WORDS_MAX];
	int len = snprintf(text, sizeof text, " %s segment%s", words_count(number, end->packets),
		end->packets == 1 ? "" : "s");
	len += snprintf(text + len, sizeof text - (size_t)len, ", %s",
		words_bytes(number, end->unique_bytes));
	if (end->retransmitted_packets)
		snprintf(text + len, sizeof text - (size_t)len, ", %s re-sent",
			words_count(number, end->retransmitted_packets));
	if (side == FW_SERVER && page->column + 4 + strlen(text) > page->run->width) {
		page_line(page);
		page_column(page, HEADING);
	} else if (side == FW_SERVER) {
		page_text(page, "   ");
	}
	page_sign(page, side == FW_CLIENT ? SIGN_RIGHT : SIGN_LEFT);
	page_text(page, text);
}

static void put_ends(struct page *page, const struct fw_flow *flow)
{
	const struct fw_addr *const server = &flow->end[FW_SERVER].addr;
	const char *const service = page->run->numeric ? NULL : fw_service_name(server->port);
	char name[WORDS_MAX], text[2 * WORDS_MAX];
	page_text(page, words_end(text, &flow->end[FW_CLIENT].addr));
	snprintf(text, sizeof text, "-> %s%s%s%s", words_end(name, server), service ? " (" : "",
		service ? service : "", service ? ")" : "");
	page_item(page, " ", text, HEADING);
}

static void put_heading(struct page *page, const struct fw_flow *flow)
{
	page_style(page, STYLE_BOLD);
	page_printf(page, "flow %llu", (unsigned long long)flow->id);
	page_column(page, HEADING);
	put_ends(page, flow);
	page_style(page, STYLE_PLAIN);
	page_line(page);
	page_column(page, HEADING);
	put_life(page, flow);
	page_line(page);
	page_column(page, HEADING);
	put_traffic(page, &flow->end[FW_CLIENT], FW_CLIENT);
	put_traffic(page, &flow->end[FW_SERVER], FW_SERVER);
	page_line(page);
	page_line(page);
}

static void put_first_rung(
	struct page *page, const struct ladder *ladder, const struct fw_flow *flow)
{
	const unsigned server = rung_server_column(page->run);
	page_style(page, STYLE_DIM);
	page_text(page, " client");
	page_right(page, "time", RUNG_ARROW - 2);
	page_column(page, RUNG_ARROW);
	page_text(page, "segment");
	page_column(page, server);
	page_text(page, "server");
	page_style(page, STYLE_PLAIN);
	page_line(page);
	for (int side = FW_CLIENT; side <= FW_SERVER; side++) {
		const enum fw_state state =
			ladder->began[side] ? ladder->initial[side] : flow->end[side].state;
		page_column(page, side == FW_CLIENT ? 1 : server);
		page_text(page, fw_state_name(state));
	}
	page_line(page);
}

static void put_legend(struct page *page, const struct ladder *ladder)
{
	static const char *const texts[FW_BASIS_COUNT] = {
#define BASIS(id, name, text) [FW_BASIS_##id] = #name ": " text,
#include "finwait/bases.def"
#undef BASIS
	};
	for (int basis = 0; basis < FW_BASIS_COUNT; basis++) {
		if (!(ladder->bases & 1u << basis) || !rung_has_mark(basis))
			continue;
		page_style(page, STYLE_DIM);
		page_text(page, " ");
		rung_mark(page, basis);
		page_text(page, " ");
		page_wrapped(page, texts[basis], 3);
		page_style(page, STYLE_PLAIN);
	}
	if (!ladder->found)
		return;
	page_style(page, STYLE_DIM);
	page_text(page, " ");
	page_sign(page, SIGN_FINDING);
	page_text(page, " finwait explain CODE says more");
	page_style(page, STYLE_PLAIN);
	page_line(page);
}

void ladder_print(struct ladder *ladder, const struct fw_flow *flow, struct out *out)
{
	struct page heading;
	end_rung(ladder);
	end_stretch(ladder);
	page_init(&heading, ladder->page.run, PAGE_LIMIT);
	put_heading(&heading, flow);
	put_first_rung(&heading, ladder, flow);
	page_print(&heading, out);
	page_print(&ladder->page, out);
	if (ladder->lost)
		page_printf(&heading, " %llu segments more have no room here\n",
			(unsigned long long)ladder->lost);
	put_legend(&heading, ladder);
	page_print(&heading, out);
	page_free(&heading);
}
