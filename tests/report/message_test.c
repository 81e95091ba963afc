/* Findings in words: what fills a template, and that the catalogues' templates can be filled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/message.h"

#include <stdio.h>
#include <string.h>

static struct fw_finding stuck(void)
{
	return (struct fw_finding){
		.code = FW_CODE_close_wait_stuck,
		.side = FW_SERVER,
		.packet = 1231,
		.count = 1204,
		.evidence_count = 4,
		.evidence = {FW_EVIDENCE_duration, FW_EVIDENCE_bytes, FW_EVIDENCE_times,
			FW_EVIDENCE_flows},
		.value = {INT64_C(1740000000000), 48213, 1, 1234},
		.text = "goo\"d\nb\xff",
	};
}

static void a_message_is_filled_in(void **state)
{
	const struct fw_finding finding = stuck();
	char text[MESSAGE_MAX];
	(void)state;
	message_of(text, &finding);
	assert_memory_equal(text, "the server ", 11);
	assert_non_null(strstr(text, " CLOSE_WAIT for 29.0 min"));
}

/* What TEMPLATE becomes of FINDING. */
#define BECOMES(template, want)                                                                    \
	do {                                                                                       \
		char text[MESSAGE_MAX];                                                            \
		assert_string_equal(message_fill(text, template, &finding), want);                 \
	} while (0)

static void words_stand_for_what_is_known(void **state)
{
	const struct fw_finding finding = stuck();
	(void)state;
	BECOMES("{side} and {peer}", "the server and the client");
	BECOMES("{packet}, {count}", "#1231, 1,204");
	BECOMES("{bytes} in {duration}", "48.2 kB in 29.0 min");
	BECOMES("{times odd step}, {flows flow}", "1 odd step, 1,234 flows");
	BECOMES("{times address}, {flows address}", "1 address, 1,234 addresses");
	BECOMES("{text}", "goo\"d\nb\xff");
	BECOMES("plain", "plain");
	BECOMES("", "");
	BECOMES("{unknown}", "");
	BECOMES("{unknown thing}", "");
	BECOMES("{byte}{bytess}", "");
	BECOMES("open {side", "open {side");
	BECOMES("a } b ] c", "a } b ] c");
}

static void brackets_go_where_evidence_is_missing(void **state)
{
	const struct fw_finding finding = stuck();
	(void)state;
	BECOMES("a[, {bytes} of it]", "a, 48.2 kB of it");
	BECOMES("a[, {lost} lost]", "a");
	BECOMES("a[ {lost} {bytes}] b[ {bytes}]", "a b 48.2 kB");
	BECOMES("[{subject}]x", "x");
	BECOMES("[plain]", "plain");
	BECOMES("a [ open", "a [ open");
}

static void subjects_are_addresses(void **state)
{
	const struct fw_subject port = {
		.has_addr = true, .addr = {{[10] = 0xff, [11] = 0xff, [12] = 10, [15] = 5}, 443}};
	const struct fw_subject host = {
		.has_addr = true, .addr = {{0x20, 0x01, 0x0d, 0xb8, [15] = 1}, 0}};
	struct fw_finding finding = stuck();
	(void)state;
	finding.about = &port;
	BECOMES("{subject}", "10.0.0.5:443");
	finding.about = &host;
	BECOMES("{subject}", "2001:db8::1");
}

static void long_texts_are_cut(void **state)
{
	const struct fw_finding finding = stuck();
	char template[2 * MESSAGE_MAX], text[MESSAGE_MAX];
	(void)state;
	memset(template, 'x', sizeof template - 1);
	memcpy(template + MESSAGE_MAX - 4, "{duration}", 10);
	template[sizeof template - 1] = '\0';
	assert_int_equal(strlen(message_fill(text, template, &finding)), MESSAGE_MAX - 1);
}

/* Whether a finding can have something for the word of LEN bytes at NAME. */
static bool is_known(const char *name, size_t len)
{
	const struct fw_subject about = {.has_addr = true};
	struct fw_finding finding = stuck();
	char text[MESSAGE_MAX];
	finding.about = &about;
	finding.evidence_count = 1;
	for (int evidence = 0; evidence < FW_EVIDENCE_COUNT; evidence++) {
		finding.evidence[0] = (uint8_t)evidence;
		if (message_word(text, &finding, name, len))
			return true;
	}
	return false;
}

/* Each { has its }, each [ its ], neither has another inside, and each word is known. */
static void template_is_good(const char *where, const char *template)
{
	const char *brace = NULL, *bracket = NULL;
	for (const char *at = template; *at; at++) {
		if ((*at == '{' && brace) || (*at == '}' && !brace) || (*at == '[' && bracket) ||
			(*at == ']' && (!bracket || brace)))
			fail_msg("%s: '%s' at '%s'", where, template, at);
		if (*at == '}' && !is_known(brace + 1, (size_t)(at - brace - 1)))
			fail_msg("%s: unknown word at '%s'", where, brace);
		brace = *at == '{' ? at : *at == '}' ? NULL : brace;
		bracket = *at == '[' ? at : *at == ']' ? NULL : bracket;
	}
	if (brace || bracket)
		fail_msg("%s: '%s' is open", where, template);
}

/* TEXT is there, is printable ASCII without double spaces, and ends as it should. */
static void text_is_good(const char *where, const char *text, bool sentence)
{
	const size_t len = strlen(text);
	if (!len)
		fail_msg("%s: a text is empty", where);
	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~' || (text[i] == ' ' && text[i + 1] == ' '))
			fail_msg("%s: '%s' at %zu", where, text, i);
	if (text[0] == ' ' || text[len - 1] == ' ')
		fail_msg("%s: '%s' begins or ends with a space", where, text);
	if (sentence != (text[len - 1] == '.' || text[len - 1] == '?'))
		fail_msg("%s: '%s' ends %s a period", where, text, sentence ? "without" : "with");
}

static void the_catalogue_can_be_read(void **state)
{
	(void)state;
	for (int code = 0; code < FW_CODE_COUNT; code++) {
		const struct fw_page *const page = fw_code_page(code);
		template_is_good(page->code, page->message);
		text_is_good(page->code, page->code, false);
		text_is_good(page->code, page->title, false);
		text_is_good(page->code, page->message, false);
		text_is_good(page->code, page->meaning, true);
		text_is_good(page->code, page->judged, true);
		/* What is only worth knowing may have no cause to look for, and ask for nothing. */
		if (page->severity > FW_INFO || *page->causes)
			text_is_good(page->code, page->causes, true);
		if (page->severity > FW_INFO || *page->next)
			text_is_good(page->code, page->next, true);
		assert_int_equal(strspn(page->code, "abcdefghijklmnopqrstuvwxyz0123456789-"),
			strlen(page->code));
	}
}

static void reasons_can_be_read(void **state)
{
	(void)state;
	for (int reason = 0; reason < FW_REASON_COUNT; reason++) {
		const char *const explanation = fw_reason_explanation(reason);
		text_is_good(explanation, explanation, false);
		text_is_good(explanation, fw_reason_text(reason), false);
		template_is_good(explanation, fw_reason_text(reason));
	}
	for (int evidence = 0; evidence < FW_EVIDENCE_COUNT; evidence++)
		text_is_good(fw_evidence_name(evidence), fw_evidence_text(evidence), false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_filled_in),
		cmocka_unit_test(words_stand_for_what_is_known),
		cmocka_unit_test(brackets_go_where_evidence_is_missing),
		cmocka_unit_test(subjects_are_addresses),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(the_catalogue_can_be_read),
		cmocka_unit_test(reasons_can_be_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
