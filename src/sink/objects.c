/* The objects of the JSON contract, which every JSON format shares. */
#include "sink/objects.h"

#include "report/communityid.h"
#include "report/words.h"
#include "sink/finding.h"

#include <stdio.h>

enum field_type { TYPE_COUNT, TYPE_RARE, TYPE_OPTION, TYPE_FLAG, TYPE_NS };

/* A row of fields.def or flowfields.def. */
struct field {
	const char *path;
	uint8_t type;
	uint16_t offset;
};

static const struct field end_fields[] = {
#define FIELD(type, member, path, unit, text)                                                      \
	{path, TYPE_##type, offsetof(struct fw_endpoint, member)},
#include "finwait/fields.def"
#undef FIELD
};

static const struct field flow_fields[] = {
#define FIELD(type, member, path, unit, text) {path, TYPE_##type, offsetof(struct fw_flow, member)},
#include "finwait/flowfields.def"
#undef FIELD
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

_Static_assert(COUNT_OF(end_fields) <= FIELD_PLAN_ROWS && COUNT_OF(flow_fields) <= FIELD_PLAN_ROWS,
	"a plan has a row for each field");

/* Length of the object's name in a dotted path, 0 where there is none. */
static size_t object_len(const char *path)
{
	const char *const dot = strchr(path, '.');
	return dot ? (size_t)(dot - path) : 0;
}

static void plan_fields(struct field_plan *plan, const struct field *fields, size_t count)
{
	const char *open = ""; /* path whose object is open */
	plan->count = count;
	for (size_t i = 0; i < count; i++) {
		struct field_row *const row = &plan->row[i];
		const char *const path = fields[i].path;
		const size_t was = object_len(open), is = object_len(path);
		const bool same = was == is && strncmp(open, path, is) == 0;
		const char *const name = is ? path + is + 1 : path;
		row->type = fields[i].type;
		row->offset = fields[i].offset;
		row->len = (uint8_t)(same || !is ? snprintf(row->lead, sizeof row->lead,
							   "%s,\"%s\":", !same ? "}" : "", name)
						 : snprintf(row->lead, sizeof row->lead,
							   "%s,\"%.*s\":{\"%s\":", was ? "}" : "",
							   (int)is, path, name));
		open = path;
	}
	strcpy(plan->tail, object_len(open) ? "}" : "");
}

void flow_plan_init(struct flow_plan *plan)
{
	plan_fields(&plan->end, end_fields, COUNT_OF(end_fields));
	plan_fields(&plan->flow, flow_fields, COUNT_OF(flow_fields));
}

static void flag(struct jsonwriter *json, int64_t value)
{
	const char *const word = value == FW_NONE ? "null" : value ? "true" : "false";
	jw_comma(json);
	jw_raw(json, word, strlen(word));
}

/* All that PLAN tells of OF, after another member. */
static void measured_members(struct jsonwriter *json, const struct field_plan *plan, const void *of)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct field_row *const row = &plan->row[i];
		const void *const value = (const char *)of + row->offset;
		jw_raw(json, row->lead, row->len);
		json->comma = false;
		switch ((enum field_type)row->type) {
		case TYPE_COUNT:
		case TYPE_RARE:
			jw_uint(json, *(const uint64_t *)value);
			break;
		case TYPE_OPTION:
			jw_int(json, *(const int64_t *)value);
			break;
		case TYPE_FLAG:
			flag(json, *(const int64_t *)value);
			break;
		case TYPE_NS:
			jw_seconds(json, *(const int64_t *)value);
		}
	}
	jw_raw(json, plan->tail, strlen(plan->tail));
}

static void endpoint_members(
	struct jsonwriter *json, const struct field_plan *plan, const struct fw_endpoint *end)
{
	jw_key(json, "address");
	jw_address(json, &end->addr);
	jw_key(json, "port");
	jw_uint(json, end->addr.port);
	jw_key(json, "state");
	jw_word(json, fw_state_name(end->state));
	measured_members(json, plan, end);
}

void transition_members(
	struct jsonwriter *json, const struct fw_flow *flow, const struct fw_transition *transition)
{
	jw_key(json, "packet");
	jw_uint(json, transition->packet);
	jw_key(json, "time");
	jw_time(json, transition->time);
	jw_key(json, "offset");
	jw_seconds(json, words_between(flow->first, transition->time));
	jw_key(json, "side");
	jw_word(json, words_side(transition->side));
	jw_key(json, "from");
	jw_word(json, fw_state_name(transition->from));
	jw_key(json, "to");
	jw_word(json, fw_state_name(transition->to));
	jw_key(json, "basis");
	jw_word(json, fw_basis_name(transition->basis));
	jw_key(json, "stimulus");
	jw_word(json, fw_stimulus_name(transition->stimulus));
	jw_key(json, "call");
	jw_word(json, fw_transition_call(transition));
	jw_key(json, "rfc");
	jw_word(json, fw_transition_rfc(transition));
}

static void timeline_members(struct jsonwriter *json, const struct fw_flow *flow)
{
	jw_key(json, "transitions");
	jw_open(json, '[');
	for (uint32_t i = 0; i < flow->transition_count; i++) {
		jw_open(json, '{');
		transition_members(json, flow, &flow->transitions[i]);
		jw_close(json, '}');
	}
	jw_close(json, ']');
	if (flow->transitions_omitted) {
		jw_key(json, "transitions_omitted");
		jw_uint(json, flow->transitions_omitted);
	}
	jw_key(json, "anomalies");
	jw_open(json, '[');
	for (uint32_t i = 0; i < flow->anomaly_count; i++) {
		jw_open(json, '{');
		finding_members(json, &flow->anomalies[i], flow);
		jw_close(json, '}');
	}
	jw_close(json, ']');
}

static void identity_members(struct jsonwriter *json, const struct fw_flow *flow)
{
	char name[COMMUNITYID_MAX];
	community_id(name, &flow->end[FW_CLIENT].addr, &flow->end[FW_SERVER].addr);
	jw_key(json, "id");
	jw_uint(json, flow->id);
	jw_key(json, "community_id");
	jw_word(json, name);
	jw_key(json, "incarnation");
	jw_uint(json, flow->incarnation);
	if (flow->tunnel) {
		jw_key(json, "tunnel");
		jw_uint(json, flow->tunnel);
	}
	jw_key(json, "role_basis");
	jw_word(json, fw_role_basis_name(flow->role_basis));
}

static void life_members(struct jsonwriter *json, const struct fw_flow *flow)
{
	jw_key(json, "opened");
	jw_word(json, fw_opened_name(flow->opened));
	jw_key(json, "closed");
	jw_word(json, fw_closed_name(flow->closed));
	jw_key(json, "closed_by");
	jw_string(json, fw_closed_by_name(flow->closed_by));
	jw_key(json, "first_packet");
	jw_uint(json, flow->first_packet);
	jw_key(json, "last_packet");
	jw_uint(json, flow->last_packet);
	jw_key(json, "first_time");
	jw_time(json, flow->first);
	jw_key(json, "last_time");
	jw_time(json, flow->last);
	jw_key(json, "duration");
	jw_seconds(json, words_between(flow->first, flow->last));
}

static void peers_members(struct jsonwriter *json, const struct fw_flow *flow)
{
	jw_key(json, "also_known_as");
	jw_open(json, '{');
	jw_key(json, "zeek");
	jw_open(json, '{');
	jw_key(json, "conn_state");
	jw_string(json, flow->zeek_state);
	jw_key(json, "history");
	jw_string(json, flow->zeek_history);
	jw_close(json, '}');
	jw_key(json, "wireshark");
	jw_open(json, '{');
	jw_key(json, "completeness");
	jw_uint(json, flow->wireshark_completeness);
	jw_close(json, '}');
	jw_close(json, '}');
}

void flow_members(struct jsonwriter *json, const struct flow_plan *plan, const struct fw_flow *flow)
{
	identity_members(json, flow);
	for (int side = FW_CLIENT; side <= FW_SERVER; side++) {
		jw_name(json, words_side(side));
		jw_open(json, '{');
		endpoint_members(json, &plan->end, &flow->end[side]);
		jw_close(json, '}');
	}
	life_members(json, flow);
	measured_members(json, &plan->flow, flow);
	timeline_members(json, flow);
	peers_members(json, flow);
}

/* "SA", "PA", "FA": the order that packet lists use. */
static void flags_string(struct jsonwriter *json, uint16_t flags)
{
	static const struct {
		uint16_t flag;
		char letter;
	} letters[] = {
		{FW_SYN, 'S'},
		{FW_FIN, 'F'},
		{FW_RST, 'R'},
		{FW_PSH, 'P'},
		{FW_ACK, 'A'},
		{FW_URG, 'U'},
		{FW_ECE, 'E'},
		{FW_CWR, 'C'},
		{FW_AE, 'N'},
	};
	char text[10], *at = text;
	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
		if (flags & letters[i].flag)
			*at++ = letters[i].letter;
	*at = '\0';
	jw_word(json, text);
}

static void facts_array(struct jsonwriter *json, uint32_t facts)
{
	jw_open(json, '[');
	for (int bit = 0; bit < FW_FACT_COUNT; bit++)
		if (facts & 1u << bit)
			jw_word(json, fw_fact_name(bit));
	jw_close(json, ']');
}

void segment_members(struct jsonwriter *json, const struct fw_event *event)
{
	const struct fw_segment *const segment = event->segment;
	jw_key(json, "packet");
	jw_uint(json, segment->number);
	jw_key(json, "flow");
	jw_uint(json, event->flow->id);
	jw_key(json, "side");
	jw_word(json, words_side(event->side));
	jw_key(json, "flags");
	flags_string(json, segment->flags);
	jw_key(json, "seq");
	jw_uint(json, segment->seq - event->seq_base);
	jw_key(json, "ack");
	jw_uint(json, segment->flags & FW_ACK ? segment->ack - event->ack_base : 0);
	jw_key(json, "len");
	jw_uint(json, segment->payload_len);
	jw_key(json, "window");
	jw_uint(json, segment->window);
	jw_key(json, "facts");
	facts_array(json, event->facts);
	if (event->reveals) {
		jw_key(json, "reveals");
		jw_uint(json, event->reveals);
	}
	jw_key(json, "client_state");
	jw_word(json, fw_state_name(event->flow->end[FW_CLIENT].state));
	jw_key(json, "server_state");
	jw_word(json, fw_state_name(event->flow->end[FW_SERVER].state));
}

void service_members(struct jsonwriter *json, const struct fw_service *service)
{
	const struct {
		const char *name;
		uint64_t value;
	} counts[] = {
		{"accepted", service->accepted},
		{"refused", service->refused},
		{"unanswered", service->unanswered},
		{"incomplete", service->incomplete},
		{"unasked", service->unasked},
		{"first_packet", service->first_packet},
	};
	jw_key(json, "address");
	jw_address(json, &service->addr);
	jw_key(json, "port");
	jw_uint(json, service->addr.port);
	jw_key(json, "name");
	jw_string(json, fw_service_name(service->addr.port));
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		jw_name(json, counts[i].name);
		jw_uint(json, counts[i].value);
	}
	jw_key(json, "handshake");
	jw_open(json, '{');
	jw_key(json, "samples");
	jw_uint(json, service->handshakes);
	jw_key(json, "min");
	jw_seconds(json, service->handshake_min);
	jw_key(json, "mean");
	jw_seconds(json, service->handshake_mean);
	jw_key(json, "max");
	jw_seconds(json, service->handshake_max);
	jw_close(json, '}');
	jw_key(json, "first_time");
	jw_time(json, service->first);
	jw_key(json, "last_time");
	jw_time(json, service->last);
}

static void span_members(struct jsonwriter *json, const struct sink_capture *capture)
{
	const fw_time times[] = {capture->first_time, capture->last_time};
	static const char *const names[] = {"first_time", "last_time"};
	for (int i = 0; i < 2; i++) {
		jw_name(json, names[i]);
		if (capture->packets)
			jw_time(json, times[i]);
		else
			jw_null(json);
	}
}

static void interface_members(struct jsonwriter *json, const struct sink_interface *interface)
{
	static const char *const names[] = {
#define COUNTER(id, isb, text) #id,
#include "finwait/counters.def"
#undef COUNTER
	};
	jw_key(json, "name");
	jw_string(json, interface->name);
	jw_key(json, "description");
	jw_string(json, interface->description);
	jw_key(json, "link_type");
	jw_string(json, interface->link_type);
	jw_key(json, "snap_length");
	jw_int(json, interface->snap_length ? interface->snap_length : FW_NONE);
	jw_key(json, "filter");
	jw_string(json, interface->filter);
	jw_key(json, "ticks_per_second");
	jw_int(json, interface->ticks_per_second);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		jw_name(json, names[i]);
		jw_int(json, interface->counters[i]);
	}
}

static void interfaces_members(struct jsonwriter *json, const struct sink_capture *capture)
{
	jw_key(json, "interfaces");
	jw_open(json, '[');
	for (size_t i = 0; i < capture->interface_count; i++) {
		jw_open(json, '{');
		interface_members(json, &capture->interfaces[i]);
		jw_close(json, '}');
	}
	jw_close(json, ']');
	if (capture->interfaces_omitted) {
		jw_key(json, "interfaces_omitted");
		jw_uint(json, capture->interfaces_omitted);
	}
}

static void comments_members(struct jsonwriter *json, const struct sink_capture *capture)
{
	jw_key(json, "comments");
	jw_open(json, '[');
	for (size_t i = 0; i < capture->comment_count; i++) {
		const struct sink_comment *const comment = &capture->comments[i];
		jw_open(json, '{');
		jw_key(json, "packet");
		jw_int(json, comment->packet ? (int64_t)comment->packet : FW_NONE);
		jw_key(json, "text");
		jw_string(json, comment->text);
		jw_close(json, '}');
	}
	jw_close(json, ']');
	if (capture->comments_omitted) {
		jw_key(json, "comments_omitted");
		jw_uint(json, capture->comments_omitted);
	}
}

/* What it says of itself. */
static void evidence_members(struct jsonwriter *json, const struct sink_capture *capture)
{
	jw_key(json, "dropped");
	jw_int(json, capture->dropped);
	jw_key(json, "inbound");
	jw_uint(json, capture->inbound);
	jw_key(json, "outbound");
	jw_uint(json, capture->outbound);
	jw_key(json, "hardware");
	jw_string(json, capture->hardware);
	jw_key(json, "os");
	jw_string(json, capture->os);
	jw_key(json, "application");
	jw_string(json, capture->application);
	interfaces_members(json, capture);
	comments_members(json, capture);
}

void capture_members(struct jsonwriter *json, const struct sink_capture *capture)
{
	jw_key(json, "path");
	jw_string(json, capture->path);
	jw_key(json, "format");
	jw_string(json, capture->format);
	jw_key(json, "compression");
	jw_string(json, capture->compression);
	jw_key(json, "link_types");
	jw_open(json, '[');
	for (size_t i = 0; i < capture->link_type_count; i++)
		jw_string(json, capture->link_types[i]);
	jw_close(json, ']');
	jw_key(json, "packets");
	jw_uint(json, capture->packets);
	jw_key(json, "bytes");
	jw_uint(json, capture->bytes);
	span_members(json, capture);
	jw_key(json, "error");
	jw_string(json, capture->error);
	evidence_members(json, capture);
}

void packets_member(struct jsonwriter *json, const struct fw_totals *totals)
{
	jw_key(json, "packets");
	jw_open(json, '{');
	jw_key(json, "total");
	jw_uint(json, totals->frames);
	for (int i = 0; i < FW_ACCOUNT_COUNT; i++) {
		jw_name(json, fw_account_name(i));
		jw_uint(json, totals->account[i]);
	}
	jw_close(json, '}');
}

void summary_members(struct jsonwriter *json, const struct fw_totals *totals)
{
	jw_key(json, "flows");
	jw_uint(json, totals->flows);
	jw_key(json, "services_omitted");
	jw_uint(json, totals->services_omitted);
	jw_key(json, "by_opened");
	jw_open(json, '{');
	for (int i = 0; i < FW_OPENED_COUNT; i++) {
		jw_name(json, fw_opened_name(i));
		jw_uint(json, totals->opened[i]);
	}
	jw_close(json, '}');
	jw_key(json, "by_closed");
	jw_open(json, '{');
	for (int i = 0; i < FW_CLOSED_COUNT; i++) {
		jw_name(json, fw_closed_name(i));
		jw_uint(json, totals->closed[i]);
	}
	jw_close(json, '}');
	jw_key(json, "by_anomaly");
	jw_open(json, '{');
	for (int i = 0; i < FW_CODE_COUNT; i++)
		if (totals->found[i]) {
			jw_name(json, fw_code_name(i));
			jw_uint(json, totals->found[i]);
		}
	jw_close(json, '}');
}
