/* A finding as a JSON object. */
#include "sink/finding.h"

#include "report/codes.h"
#include "report/message.h"
#include "report/words.h"

static void packet_array(struct jsonwriter *json, const uint64_t *packets, size_t count)
{
	jw_open(json, '[');
	for (size_t i = 0; i < count; i++)
		jw_uint(json, packets[i]);
	jw_close(json, ']');
}

static void evidence_object(struct jsonwriter *json, const struct fw_finding *finding)
{
	jw_key(json, "evidence");
	jw_open(json, '{');
	jw_key(json, "packets");
	packet_array(json, finding->packets, finding->packet_count);
	for (int i = 0; i < finding->evidence_count; i++) {
		const enum fw_evidence evidence = finding->evidence[i];
		jw_name(json, fw_evidence_name(evidence));
		if (fw_evidence_unit(evidence) == FW_UNIT_NS)
			jw_seconds(json, finding->value[i]);
		else
			jw_int(json, finding->value[i]);
	}
	if (finding->text[0]) {
		jw_key(json, "text");
		jw_string(json, finding->text);
	}
	jw_close(json, '}');
}

static void reasons_array(struct jsonwriter *json, const struct fw_finding *finding,
	const uint8_t *reasons, size_t count)
{
	char text[MESSAGE_MAX];
	jw_open(json, '[');
	for (size_t i = 0; i < count; i++) {
		jw_open(json, '{');
		jw_key(json, "explanation");
		jw_string(json, fw_reason_explanation(reasons[i]));
		jw_key(json, "why");
		jw_string(json, message_reason(text, finding, reasons[i]));
		jw_close(json, '}');
	}
	jw_close(json, ']');
}

static void subject_members(struct jsonwriter *json, const struct fw_subject *about)
{
	if (about->has_addr) {
		jw_key(json, "address");
		jw_address(json, &about->addr);
		jw_key(json, "port");
		jw_int(json, about->addr.port ? about->addr.port : FW_NONE);
	}
	jw_key(json, "flows");
	packet_array(json, about->flows, about->flow_count);
}

/* What is for information only because of ARTEFACT. */
static void weakened_array(struct jsonwriter *json, enum fw_code artefact)
{
	jw_open(json, '[');
	for (int code = 0; code < FW_CODE_COUNT; code++)
		if (codes_weakened(code, artefact))
			jw_word(json, fw_code_name(code));
	jw_close(json, ']');
}

static void occurrence_members(
	struct jsonwriter *json, const struct fw_finding *finding, const struct fw_flow *flow)
{
	jw_key(json, "packet");
	jw_int(json, finding->packet ? (int64_t)finding->packet : FW_NONE);
	jw_key(json, "time");
	jw_time(json, finding->time);
	if (flow) {
		jw_key(json, "offset");
		jw_seconds(json, words_between(flow->first, finding->time));
		jw_key(json, "side");
		jw_string(json, finding->sided ? words_side(finding->side) : NULL);
	}
	jw_key(json, "count");
	jw_uint(json, finding->count);
	jw_key(json, "last_packet");
	jw_int(json, finding->last_packet ? (int64_t)finding->last_packet : FW_NONE);
}

void finding_members(
	struct jsonwriter *json, const struct fw_finding *finding, const struct fw_flow *flow)
{
	char text[MESSAGE_MAX];
	jw_key(json, "code");
	jw_word(json, fw_code_name(finding->code));
	jw_key(json, "severity");
	jw_word(json, fw_severity_name(finding->severity));
	occurrence_members(json, finding, flow);
	if (finding->about)
		subject_members(json, finding->about);
	jw_key(json, "message");
	jw_string(json, message_of(text, finding));
	evidence_object(json, finding);
	jw_key(json, "rejected");
	reasons_array(json, finding, finding->rejected, finding->rejected_count);
	jw_key(json, "possible");
	reasons_array(json, finding, finding->possible, finding->possible_count);
	jw_key(json, "lowered_by");
	jw_string(json,
		finding->lowered_by == FW_CODE_COUNT ? NULL : fw_code_name(finding->lowered_by));
	if (fw_code_page(finding->code)->scope == FW_SCOPE_CAPTURE) {
		jw_key(json, "weakens");
		weakened_array(json, finding->code);
	}
}
