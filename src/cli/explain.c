/* What findings mean: the catalogue's pages. */
#include "cli/explain.h"

#include "cli/code.h"
#include "cli/terminal.h"
#include "report/codes.h"
#include "report/sections.h"
#include "sink/jsonwriter.h"
#include "sink/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { STATUS_DONE = 0, STATUS_FAULT = 2 };

#define PAGE_LIMIT ((size_t)1 << 24)
#define LABEL      13 /* column where the text of a section begins */
#define LIST_CODE  11 /* columns of the list */
#define LIST_TITLE 40

/* The codes to explain: all where none were named. */
struct request {
	enum fw_code *codes;
	size_t count;
	const int64_t *limits;
	bool list;
};

static void put_severity(struct page *page, enum fw_severity severity)
{
	page_style(page, page_style_of(severity));
	page_text(page, fw_severity_name(severity));
	page_style(page, STYLE_PLAIN);
}

static void put_bold_line(struct page *page, const char *text)
{
	page_style(page, STYLE_BOLD);
	page_text(page, text);
	page_style(page, STYLE_PLAIN);
	page_line(page);
}

static void put_list(struct page *page, const struct request *request)
{
	const char *group = NULL;
	for (size_t i = 0; i < request->count; i++) {
		const enum fw_code code = request->codes[i];
		if (codes_group(code) != group) {
			if (group)
				page_line(page);
			group = codes_group(code);
			put_bold_line(page, group);
		}
		page_text(page, " ");
		put_severity(page, fw_code_page(code)->severity);
		page_column(page, LIST_CODE);
		page_text(page, fw_code_name(code));
		page_column(page, LIST_TITLE);
		page_wrapped(page, fw_code_page(code)->title, LIST_TITLE);
	}
	page_text(page,
		"\nThe severity is the worst that such a finding has. finwait explain CODE\n");
}

static void put_page(struct page *page, enum fw_code code, const int64_t *limits)
{
	struct section sections[SECTIONS_MAX];
	const size_t count = sections_of(sections, code, limits);
	page_style(page, STYLE_BOLD);
	page_text(page, fw_code_name(code));
	page_style(page, STYLE_PLAIN);
	page_text(page, "  ");
	put_severity(page, fw_code_page(code)->severity);
	page_line(page);
	page_wrapped(page, fw_code_page(code)->title, 0);
	for (size_t i = 0; i < count; i++) {
		page_line(page);
		page_style(page, STYLE_DIM);
		page_printf(page, " %s", sections[i].title);
		page_style(page, STYLE_PLAIN);
		page_column(page, LABEL);
		page_wrapped(page, sections[i].text, LABEL);
	}
}

static void write_text(
	const struct options *options, const struct request *request, struct out *out)
{
	const struct sink_run run = {
		.color = terminal_color(options->color),
		.utf8 = terminal_utf8(),
		.width = terminal_width(),
	};
	struct page page;
	page_init(&page, &run, PAGE_LIMIT);
	if (request->list)
		put_list(&page, request);
	for (size_t i = 0; !request->list && i < request->count; i++) {
		if (i)
			page_line(&page);
		put_page(&page, request->codes[i], request->limits);
	}
	page_print(&page, out);
	page_free(&page);
}

static void text_member(struct jsonwriter *json, const char *name, const char *text)
{
	jw_name(json, name);
	jw_string(json, text);
}

static void codes_member(struct jsonwriter *json, const char *name, enum fw_code code, bool weakens)
{
	jw_name(json, name);
	jw_open(json, '[');
	for (int other = 0; other < FW_CODE_COUNT; other++)
		if (weakens ? codes_weakened(other, code) : codes_weakened(code, other))
			jw_word(json, fw_code_name(other));
	jw_close(json, ']');
}

static void page_object(struct jsonwriter *json, enum fw_code code)
{
	static const char *const scopes[] = {[FW_SCOPE_FLOW] = "flow",
		[FW_SCOPE_TRAFFIC] = "traffic",
		[FW_SCOPE_CAPTURE] = "capture"};
	const struct fw_page *const page = fw_code_page(code);
	jw_raw(json, "\n", 1);
	jw_open(json, '{');
	text_member(json, "code", page->code);
	text_member(json, "severity", fw_severity_name(page->severity));
	text_member(json, "scope", scopes[page->scope]);
	text_member(json, "group", codes_group(code));
	text_member(json, "title", page->title);
	text_member(json, "rfc", page->rfc);
	text_member(json, "message", page->message);
	text_member(json, "meaning", page->meaning);
	text_member(json, "judged", page->judged);
	text_member(json, "causes", page->causes);
	text_member(json, "next", page->next);
	codes_member(json, "weakened_by", code, false);
	codes_member(json, "weakens", code, true);
	jw_close(json, '}');
}

static void write_json(const struct request *request, struct out *out)
{
	struct jsonwriter json = {.out = out};
	jw_open(&json, '{');
	jw_key(&json, "schema");
	jw_word(&json, "finwait/1");
	jw_key(&json, "codes");
	jw_open(&json, '[');
	for (size_t i = 0; i < request->count; i++) {
		jw_comma(&json);
		json.comma = false;
		page_object(&json, request->codes[i]);
	}
	jw_close(&json, ']');
	jw_close(&json, '}');
	jw_raw(&json, "\n", 1);
}

/* Fills in the codes. False where one has no such name. */
static bool take_codes(struct request *request, const struct options *options)
{
	for (size_t i = 0; i < request->count; i++) {
		const char *const name = request->list ? fw_code_name(i) : options->paths[i];
		request->codes[i] = code_named(name, strlen(name));
		if (request->codes[i] == FW_CODE_COUNT)
			return false;
	}
	return true;
}

static bool write_request(const struct options *options, const struct request *request)
{
	const char *const format = options->outputs[0].format;
	const bool text = !format || strcmp(format, "text") == 0;
	if (!text && strcmp(format, "json") != 0) {
		fprintf(stderr, "finwait: explain writes text or json, not %s\n", format);
		return false;
	}
	struct out *const out = malloc(sizeof *out);
	if (!out)
		return false;
	out_init(out, STDOUT_FILENO);
	if (text)
		write_text(options, request, out);
	else
		write_json(request, out);
	out_flush(out);
	const bool good = !out->error;
	free(out);
	return good;
}

int explain(const struct options *options)
{
	struct request request = {
		.list = options->path_count == 0,
		.count = options->path_count ? options->path_count : FW_CODE_COUNT,
		.limits = options->limits,
	};
	request.codes = malloc(request.count * sizeof *request.codes);
	const bool good =
		request.codes && take_codes(&request, options) && write_request(options, &request);
	free(request.codes);
	return good ? STATUS_DONE : STATUS_FAULT;
}
