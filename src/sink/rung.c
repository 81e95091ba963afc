/* One line of a ladder: a segment between two ends, and what it did to their states. */
#include "sink/rung.h"

#include "report/format.h"
#include "report/words.h"

#include <stdio.h>

#define STATE_CELL  14 /* a state's name and its mark */
#define NUMBER_CELL 8
#define ARROW_MAX   60

unsigned rung_server_column(const struct sink_run *run)
{
	const unsigned arrow = run->width - RUNG_ARROW - 1 - STATE_CELL - NUMBER_CELL;
	return RUNG_ARROW + 1 + (arrow < ARROW_MAX ? arrow : ARROW_MAX);
}

bool rung_has_mark(enum fw_basis basis)
{
	return basis == FW_BASIS_PRESUMED || basis == FW_BASIS_INFERRED ||
		basis == FW_BASIS_WITHDRAWN;
}

void rung_mark(struct page *page, enum fw_basis basis)
{
	if (basis == FW_BASIS_WITHDRAWN)
		page_sign(page, SIGN_WITHDRAWN);
	else if (rung_has_mark(basis))
		page_text(page, basis == FW_BASIS_PRESUMED ? "?" : "~");
}

/* What is written along an arrow. */
struct label {
	char text[256];
	size_t len;
};

static void add(struct label *label, const char *separator, const char *text)
{
	const size_t room = sizeof label->text - label->len;
	const int len =
		snprintf(label->text + label->len, room, "%s%s", label->len ? separator : "", text);
	label->len += (size_t)len < room ? (size_t)len : room - 1;
}

static void add_flags(struct label *label, uint16_t flags, bool data)
{
	static const struct {
		uint16_t flag;
		const char *name;
	} names[] = {
		{FW_SYN, "SYN"},
		{FW_FIN, "FIN"},
		{FW_RST, "RST"},
		{FW_URG, "URG"},
		{FW_ACK, "ACK"},
	};
	const bool plain = !(flags & (FW_SYN | FW_FIN | FW_RST));
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (flags & names[i].flag && !(plain && data && names[i].flag == FW_ACK))
			add(label, ",", names[i].name);
	if (!label->len && !data)
		add(label, "", flags ? "no ACK" : "no flags");
}

static void add_options(struct label *label, const struct fw_options *opt)
{
	char number[WORDS_MAX];
	if (opt->have & FW_OPT_MSS) {
		snprintf(number, sizeof number, "mss %u", opt->mss);
		add(label, " ", number);
	}
	if (opt->have & FW_OPT_WSCALE) {
		snprintf(number, sizeof number, "ws %u", opt->wscale);
		add(label, " ", number);
	}
	static const struct {
		uint16_t bit;
		const char *name;
	} names[] = {
		{FW_OPT_SACK_PERMITTED, "sack"},
		{FW_OPT_TIMESTAMPS, "ts"},
		{FW_OPT_FAST_OPEN, "tfo"},
		{FW_OPT_MPTCP, "mptcp"},
		{FW_OPT_MD5, "md5"},
		{FW_OPT_AO, "ao"},
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (opt->have & names[i].bit)
			add(label, " ", names[i].name);
}

/* Where the name of a fact is too long for an arrow, or its place says enough. */
static const char *short_word(int bit)
{
	static const char *const words[FW_FACT_COUNT] = {
		[FW_FACT_BIT_retransmission] = "re-sent",
		[FW_FACT_BIT_retransmission_timeout] = "timeout",
		[FW_FACT_BIT_retransmission_fast] = "fast",
		[FW_FACT_BIT_retransmission_sack] = "SACK",
		[FW_FACT_BIT_tail_loss_probe] = "probe",
		[FW_FACT_BIT_retransmission_spurious] = "needless",
		[FW_FACT_BIT_unseen_original] = "unseen before",
		[FW_FACT_BIT_fast_open_resend] = "from the SYN",
		[FW_FACT_BIT_path_mtu_resend] = "cut to fit",
		[FW_FACT_BIT_duplicate_network] = "copy by network",
		[FW_FACT_BIT_duplicate_capture] = "copy by capture",
		[FW_FACT_BIT_duplicate_ack] = "duplicate",
		[FW_FACT_BIT_dsack] = "D-SACK",
		[FW_FACT_BIT_zero_window_probe_ack] = "probe answered",
		[FW_FACT_BIT_keepalive_ack] = "keepalive answered",
	};
	return words[bit];
}

/* "re-sent: timeout, unseen before": why stands after what. */
static void add_facts(struct label *label, uint32_t facts)
{
	const char *separator = ", ";
	for (int bit = 0; bit < FW_FACT_COUNT; bit++) {
		char words[WORDS_MAX];
		if (!(facts & 1u << bit))
			continue;
		const char *const known = short_word(bit);
		snprintf(words, sizeof words, "%s", known ? known : fw_fact_name(bit));
		for (char *at = words; (at = strchr(at, '_'));)
			*at = ' ';
		add(label, separator, words);
		separator = bit == FW_FACT_BIT_retransmission ? ": " : ", ";
	}
}

static struct label make_label(const struct rung *rung)
{
	struct label label = {.len = 0};
	char number[WORDS_MAX];
	add_flags(&label, rung->flags, rung->len > 0);
	if (rung->len > 0)
		add(&label, " ", words_bytes(number, rung->len));
	add_facts(&label, rung->facts);
	if (rung->flags & FW_SYN)
		add_options(&label, &rung->opt);
	return label;
}

/* "close() " of the calls that this rung betrays at SIDE, "" if none. */
static void find_call(char text[16], const struct rung *rung, enum fw_side side)
{
	text[0] = '\0';
	for (size_t i = 0; i < rung->move_count; i++) {
		const char *const call = fw_transition_call(&rung->moves[i]);
		if (rung->moves[i].side == side && *call &&
			rung->moves[i].basis != FW_BASIS_WITHDRAWN)
			snprintf(text, 16, "%s()", call);
	}
}

static void put_fill(struct page *page, unsigned column)
{
	while (page->column < column)
		page_sign(page, SIGN_LINE);
}

/* The client's call stands at the arrow's left end and the server's at its right, as the ends
 * do. */
static void put_arrow(struct page *page, const struct rung *rung, unsigned end)
{
	const bool right = rung->side == FW_CLIENT;
	const struct label label = make_label(rung);
	char client[16], server[16];
	find_call(client, rung, FW_CLIENT);
	find_call(server, rung, FW_SERVER);
	page_sign(page, right ? SIGN_LINE : SIGN_LEFT);
	page_sign(page, SIGN_LINE);
	page_text(page, " ");
	if (*client)
		page_printf(page, "%s ", client);
	const unsigned tail = end - 2 - (*server ? (unsigned)strlen(server) + 2 : 0);
	page_style(page, rung->flags & FW_RST ? STYLE_BAD : rung->facts ? STYLE_WARN : STYLE_PLAIN);
	page_cut(page, label.text, tail - page->column);
	page_style(page, STYLE_PLAIN);
	page_text(page, " ");
	put_fill(page, tail + 1);
	if (*server)
		page_printf(page, " %s ", server);
	page_sign(page, right ? SIGN_RIGHT : SIGN_LINE);
}

static void put_state(struct page *page, const struct fw_transition *move)
{
	page_style(page, STYLE_BOLD);
	page_text(page, fw_state_name(move->to));
	page_style(page, STYLE_PLAIN);
	rung_mark(page, move->basis);
}

/* The N-th last of SIDE's moves, NULL if it made fewer. */
static const struct fw_transition *move_of(const struct rung *rung, enum fw_side side, size_t n)
{
	for (size_t i = rung->move_count; i-- > 0;)
		if (rung->moves[i].side == side && n-- == 0)
			return &rung->moves[i];
	return NULL;
}

/* Microseconds while there is room for them. */
static void put_time(struct page *page, fw_time time)
{
	const double seconds = (double)time / 1e9;
	char text[WORDS_MAX];
	int decimals = 6;
	for (double limit = 1000; decimals > 0 && (seconds >= limit || -seconds >= limit / 10);
		limit *= 10)
		decimals--;
	snprintf(text, sizeof text, "%.*f", decimals, seconds);
	page_right(page, text, RUNG_ARROW - 2);
	page_column(page, RUNG_ARROW);
}

/* The line of the segment itself, or of the timer. */
static void put_middle(struct page *page, const struct rung *rung, fw_time first, unsigned server)
{
	put_time(page, words_between(first, rung->time));
	if (rung->is_segment) {
		put_arrow(page, rung, server - 1);
		return;
	}
	page_style(page, STYLE_DIM);
	page_cut(page, fw_transition_why(&rung->moves[0]), server - 1 - page->column);
	page_style(page, STYLE_PLAIN);
}

/* Where a segment leads an end through several states, those that it does not stay in stand
 * above. */
void rung_write(struct page *page, const struct rung *rung, fw_time first)
{
	const unsigned server = rung_server_column(page->run);
	size_t lines = 1;
	while (move_of(rung, FW_CLIENT, lines) || move_of(rung, FW_SERVER, lines))
		lines++;
	while (lines-- > 0) {
		const struct fw_transition *const left = move_of(rung, FW_CLIENT, lines);
		const struct fw_transition *const right = move_of(rung, FW_SERVER, lines);
		page_text(page, " ");
		if (left)
			put_state(page, left);
		if (lines == 0)
			put_middle(page, rung, first, server);
		if (right || lines == 0)
			page_column(page, server);
		if (right)
			put_state(page, right);
		if (lines == 0 && rung->is_segment) {
			page_column(page, server + STATE_CELL);
			page_printf(page, "#%llu", (unsigned long long)rung->packet);
		}
		page_line(page);
	}
}
