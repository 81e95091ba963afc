/* What needs attention: findings by code over all flows, the worst first. */
#include "sink/attention.h"

#include "report/message.h"
#include "report/words.h"

#include <stdio.h>
#include <stdlib.h>

#define CODE_COLUMN 11
#define TEXT_COLUMN 34

void attention_free(struct attention *attention)
{
	for (int severity = 0; severity < FW_SEVERITY_COUNT; severity++)
		for (int code = 0; code < FW_CODE_COUNT; code++)
			free(attention->kinds[severity][code]);
}

static struct attention_kind *kind_of(struct attention *attention, const struct fw_finding *finding)
{
	struct attention_kind **const kind = &attention->kinds[finding->severity][finding->code];
	if (!*kind)
		*kind = calloc(1, sizeof **kind);
	return *kind;
}

/* Totals of what adds up from one finding to another. */
static void add_evidence(struct attention_kind *kind, const struct fw_finding *finding)
{
	for (int i = 0; i < finding->evidence_count; i++) {
		int64_t *const sum = &kind->sum[finding->evidence[i]];
		if (__builtin_add_overflow(*sum, finding->value[i], sum))
			*sum = INT64_MAX;
	}
}

static int64_t first_value(const struct fw_finding *finding)
{
	return finding->evidence_count ? finding->value[0] : 0;
}

/* Found more often, or with more of what its message tells first. */
static bool is_worse(const struct fw_finding *a, const struct fw_finding *b)
{
	return a->count != b->count ? a->count > b->count : first_value(a) > first_value(b);
}

static void add_anomaly(
	struct attention *attention, const struct fw_finding *finding, const struct fw_flow *flow)
{
	struct attention_kind *const kind = kind_of(attention, finding);
	if (!kind)
		return;
	/* Both ends may have shown it: the flow counts once. */
	const bool known = kind->count && kind->last == flow->id;
	if (!known && kind->count < ATTENTION_FLOWS)
		kind->flows[kind->count] = flow->id;
	if (!kind->count || is_worse(finding, &kind->kept[0].finding)) {
		kind->kept[0].finding = *finding;
		kind->worst = flow->id;
	}
	kind->count += !known;
	kind->last = flow->id;
	kind->times += finding->count;
	add_evidence(kind, finding);
}

void attention_add_flow(struct attention *attention, const struct fw_flow *flow)
{
	for (uint32_t i = 0; i < flow->anomaly_count; i++)
		add_anomaly(attention, &flow->anomalies[i], flow);
}

void attention_add(struct attention *attention, const struct fw_finding *finding)
{
	struct attention_kind *const kind = kind_of(attention, finding);
	if (!kind)
		return;
	if (kind->count < ATTENTION_KEPT) {
		struct attention_finding *const kept = &kind->kept[kind->count];
		kept->finding = *finding;
		if (finding->about)
			kept->about = *finding->about;
		kept->finding.about = finding->about ? &kept->about : NULL;
	}
	kind->count++;
}

/* The beginning of an entry: severity and code. */
static void put_code(struct page *page, const struct fw_finding *finding)
{
	page_text(page, " ");
	page_style(page, page_style_of(finding->severity));
	page_text(page, fw_severity_name(finding->severity));
	page_style(page, STYLE_PLAIN);
	page_column(page, CODE_COLUMN);
	page_style(page, STYLE_BOLD);
	page_text(page, fw_code_name(finding->code));
	page_style(page, STYLE_PLAIN);
	if (page->column >= TEXT_COLUMN)
		page_line(page);
	page_column(page, TEXT_COLUMN);
}

static void put_lowered(struct page *page, const struct fw_finding *finding)
{
	if (finding->lowered_by == FW_CODE_COUNT)
		return;
	page_column(page, TEXT_COLUMN);
	page_style(page, STYLE_DIM);
	char text[WORDS_MAX * 2];
	snprintf(
		text, sizeof text, "the capture may be why: %s", fw_code_name(finding->lowered_by));
	page_wrapped(page, text, TEXT_COLUMN);
	page_style(page, STYLE_PLAIN);
}

/* "212 connections, 1,204 times, 48.2 kB lost; the worst, flow 31: " */
static void put_totals(char *text, size_t room, const struct attention_kind *kind)
{
	static const struct {
		enum fw_evidence evidence;
		const char *words;
	} totals[] = {
		{FW_EVIDENCE_bytes, "in all"},
		{FW_EVIDENCE_lost, "lost"},
	};
	char number[WORDS_MAX];
	int len = snprintf(text, room, "%s connections", words_count(number, kind->count));
	if (kind->times > kind->count)
		len += snprintf(text + len, room - (size_t)len, ", %s times",
			words_count(number, kind->times));
	for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++)
		if (kind->sum[totals[i].evidence] > 0)
			len += snprintf(text + len, room - (size_t)len, ", %s %s",
				words_bytes(number, (uint64_t)kind->sum[totals[i].evidence]),
				totals[i].words);
	snprintf(text + len, room - (size_t)len,
		"; the worst, flow %llu: ", (unsigned long long)kind->worst);
}

/* The first of FLOWS; TOTAL is 0 where more than COUNT of them are not counted. */
static void put_flows(struct page *page, const uint64_t *flows, uint64_t count, uint64_t total)
{
	char number[WORDS_MAX];
	page_column(page, TEXT_COLUMN);
	page_style(page, STYLE_DIM);
	page_text(page, count == 1 ? "flow" : "flows");
	for (uint64_t i = 0; i < count && i < ATTENTION_FLOWS; i++)
		page_printf(page, "%s %llu", i ? "," : "", (unsigned long long)flows[i]);
	if (count > ATTENTION_FLOWS)
		page_text(page, " ...");
	if (count > ATTENTION_FLOWS && total)
		page_printf(page, " (%s)", words_count(number, total));
	page_style(page, STYLE_PLAIN);
	page_line(page);
}

static void write_flows(struct page *page, const struct attention_kind *kind)
{
	const struct fw_finding *const worst = &kind->kept[0].finding;
	char text[MESSAGE_MAX], all[4 * WORDS_MAX + MESSAGE_MAX] = "";
	put_code(page, worst);
	if (kind->count > 1)
		put_totals(all, sizeof all, kind);
	strcat(all, message_of(text, worst));
	page_wrapped(page, all, TEXT_COLUMN);
	put_lowered(page, worst);
	put_flows(page, kind->flows, kind->count, kind->count);
}

static void write_each(struct page *page, const struct attention_kind *kind)
{
	char text[MESSAGE_MAX], number[WORDS_MAX];
	for (uint64_t i = 0; i < kind->count && i < ATTENTION_KEPT; i++) {
		const struct attention_finding *const kept = &kind->kept[i];
		put_code(page, &kept->finding);
		page_wrapped(page, message_of(text, &kept->finding), TEXT_COLUMN);
		put_lowered(page, &kept->finding);
		if (kept->about.flow_count)
			put_flows(page, kept->about.flows, kept->about.flow_count, 0);
	}
	if (kind->count > ATTENTION_KEPT) {
		page_column(page, TEXT_COLUMN);
		page_printf(page, "and %s more of these: --format json",
			words_count(number, kind->count - ATTENTION_KEPT));
		page_line(page);
	}
}

static void write_kind(struct page *page, const struct attention_kind *kind)
{
	const enum fw_code code = kind->kept[0].finding.code;
	if (fw_code_page(code)->scope == FW_SCOPE_FLOW)
		write_flows(page, kind);
	else
		write_each(page, kind);
}

static bool is_of_capture(int code)
{
	return fw_code_page(code)->scope == FW_SCOPE_CAPTURE;
}

/* Kinds of that severity, those of the capture or the others. */
static unsigned count_kinds(const struct attention *attention, int severity, bool of_capture)
{
	unsigned count = 0;
	for (int code = 0; code < FW_CODE_COUNT; code++)
		count += attention->kinds[severity][code] && is_of_capture(code) == of_capture;
	return count;
}

/* What many flows show together explains what each shows; then what is seen most often; then the
 * order of the catalogue. */
static int compare(const void *a, const void *b)
{
	const struct attention_kind *const x = *(struct attention_kind *const *)a,
					   *const y = *(struct attention_kind *const *)b;
	const enum fw_code code_x = x->kept[0].finding.code, code_y = y->kept[0].finding.code;
	const bool flow_x = fw_code_page(code_x)->scope == FW_SCOPE_FLOW;
	const bool flow_y = fw_code_page(code_y)->scope == FW_SCOPE_FLOW;
	if (flow_x != flow_y)
		return flow_x ? 1 : -1;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return code_x < code_y ? -1 : 1;
}

static void write_kinds(
	const struct attention *attention, struct page *page, int severity, bool of_capture)
{
	struct attention_kind *kinds[FW_CODE_COUNT];
	size_t count = 0;
	for (int code = 0; code < FW_CODE_COUNT; code++)
		if (attention->kinds[severity][code] && is_of_capture(code) == of_capture)
			kinds[count++] = attention->kinds[severity][code];
	if (count)
		qsort(kinds, count, sizeof *kinds, compare);
	for (size_t i = 0; i < count; i++)
		write_kind(page, kinds[i]);
}

static void put_title(struct page *page, enum page_style style, const char *text)
{
	page_style(page, style);
	page_text(page, text);
	page_style(page, STYLE_PLAIN);
	page_line(page);
}

void attention_write_capture(const struct attention *attention, struct page *page)
{
	unsigned count = 0;
	for (int severity = 0; severity < FW_SEVERITY_COUNT; severity++)
		count += count_kinds(attention, severity, true);
	if (!count)
		return;
	page_line(page);
	put_title(page, STYLE_BOLD, "The capture");
	for (int severity = FW_SEVERITY_COUNT; severity-- > 0;)
		write_kinds(attention, page, severity, true);
}

#define MILD_SHOWN 4

/* "6 kinds: half-close, ..., and 2 more (--all)" */
static void put_mild(const struct attention *attention, struct page *page, unsigned count)
{
	char text[MILD_SHOWN * WORDS_MAX + 3 * WORDS_MAX];
	unsigned shown = 0;
	size_t len =
		(size_t)snprintf(text, sizeof text, "%u kind%s: ", count, count == 1 ? "" : "s");
	for (int code = 0; code < FW_CODE_COUNT && shown < MILD_SHOWN; code++)
		if (attention->kinds[FW_INFO][code] && !is_of_capture(code))
			len += (size_t)snprintf(text + len, sizeof text - len, "%s%s",
				shown++ ? ", " : "", fw_code_name(code));
	if (count > shown)
		len += (size_t)snprintf(
			text + len, sizeof text - len, " and %u more", count - shown);
	snprintf(text + len, sizeof text - len, " (--all)");
	page_wrapped(page, text, CODE_COLUMN);
}

/* Those of them that are only worth knowing are named alone. */
static void write_mild(const struct attention *attention, struct page *page)
{
	const unsigned mild = count_kinds(attention, FW_INFO, false);
	if (page->run->all) {
		write_kinds(attention, page, FW_INFO, false);
	} else if (mild) {
		page_printf(page, " %s", fw_severity_name(FW_INFO));
		page_column(page, CODE_COLUMN);
		put_mild(attention, page, mild);
	}
}

void attention_write(const struct attention *attention, struct page *page)
{
	char text[WORDS_MAX] = "Nothing needs attention";
	const unsigned critical = count_kinds(attention, FW_CRITICAL, false);
	const unsigned count = critical + count_kinds(attention, FW_WARNING, false);
	page_line(page);
	if (count)
		snprintf(text, sizeof text, "%u thing%s attention", count,
			count == 1 ? " needs" : "s need");
	put_title(page, critical ? STYLE_BAD : count ? STYLE_WARN : STYLE_GOOD, text);
	for (int severity = FW_SEVERITY_COUNT; severity-- > FW_WARNING;)
		write_kinds(attention, page, severity, false);
	write_mild(attention, page);
	if (!count)
		return;
	page_style(page, STYLE_DIM);
	page_text(
		page, " --flow N draws a connection; finwait explain CODE says more of a finding");
	page_style(page, STYLE_PLAIN);
	page_line(page);
}
