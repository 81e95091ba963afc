/* The objects of the JSON contract, which every JSON format shares. */
#include "sink/objects.h"

#include "sink/communityid.h"

#include <stdio.h>

enum field_type { TYPE_COUNT, TYPE_OPTION, TYPE_NS };

static const struct {
	const char *path;
	uint8_t type;
	uint16_t offset;
} fields[] = {
#define FIELD(type, member, path, unit, text)                                                      \
	{path, TYPE_##type, offsetof(struct fw_endpoint, member)},
#include "finwait/fields.def"
#undef FIELD
};

#define FIELD_COUNT (sizeof fields / sizeof fields[0])

_Static_assert(FIELD_COUNT <= sizeof((struct endpoint_plan *)0)->row / sizeof(struct endpoint_row),
	"the plan has a row for each field");

static const char *const side_names[] = {[FW_CLIENT] = "client", [FW_SERVER] = "server"};

/* Length of the object's name in a dotted path, 0 where there is none. */
static size_t object_len(const char *path)
{
	const char *const dot = strchr(path, '.');
	return dot ? (size_t)(dot - path) : 0;
}

void endpoint_plan_init(struct endpoint_plan *plan)
{
	const char *open = ""; /* path whose object is open */
	plan->count = FIELD_COUNT;
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		struct endpoint_row *const row = &plan->row[i];
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

static void endpoint_members(
	struct json *json, const struct endpoint_plan *plan, const struct fw_endpoint *end)
{
	json_key(json, "address");
	json_address(json, &end->addr);
	json_key(json, "port");
	json_uint(json, end->addr.port);
	json_key(json, "state");
	json_word(json, fw_state_name(end->state));
	for (size_t i = 0; i < plan->count; i++) {
		const struct endpoint_row *const row = &plan->row[i];
		const void *const value = (const char *)end + row->offset;
		json_raw(json, row->lead, row->len);
		json->comma = false;
		if (row->type == TYPE_COUNT)
			json_uint(json, *(const uint64_t *)value);
		else if (row->type == TYPE_NS)
			json_seconds(json, *(const int64_t *)value);
		else
			json_int(json, *(const int64_t *)value);
	}
	json_raw(json, plan->tail, strlen(plan->tail));
}

void transition_members(
	struct json *json, const struct fw_flow *flow, const struct fw_transition *transition)
{
	json_key(json, "packet");
	json_uint(json, transition->packet);
	json_key(json, "time");
	json_time(json, transition->time);
	json_key(json, "offset");
	json_seconds(json, transition->time - flow->first);
	json_key(json, "side");
	json_word(json, side_names[transition->side]);
	json_key(json, "from");
	json_word(json, fw_state_name(transition->from));
	json_key(json, "to");
	json_word(json, fw_state_name(transition->to));
	json_key(json, "basis");
	json_word(json, fw_basis_name(transition->basis));
	json_key(json, "stimulus");
	json_word(json, fw_stimulus_name(transition->stimulus));
	json_key(json, "call");
	json_word(json, fw_transition_call(transition));
	json_key(json, "rfc");
	json_word(json, fw_transition_rfc(transition));
}

static void timeline_members(struct json *json, const struct fw_flow *flow)
{
	json_key(json, "transitions");
	json_open(json, '[');
	for (uint32_t i = 0; i < flow->transition_count; i++) {
		json_open(json, '{');
		transition_members(json, flow, &flow->transitions[i]);
		json_close(json, '}');
	}
	json_close(json, ']');
	if (flow->transitions_omitted) {
		json_key(json, "transitions_omitted");
		json_uint(json, flow->transitions_omitted);
	}
	json_key(json, "anomalies");
	json_open(json, '[');
	json_close(json, ']');
}

static void identity_members(struct json *json, const struct fw_flow *flow)
{
	char name[COMMUNITYID_MAX];
	community_id(name, &flow->end[FW_CLIENT].addr, &flow->end[FW_SERVER].addr);
	json_key(json, "id");
	json_uint(json, flow->id);
	json_key(json, "community_id");
	json_word(json, name);
	json_key(json, "incarnation");
	json_uint(json, flow->incarnation);
	if (flow->tunnel) {
		json_key(json, "tunnel");
		json_uint(json, flow->tunnel);
	}
	json_key(json, "role_basis");
	json_word(json, fw_role_basis_name(flow->role_basis));
}

static void life_members(struct json *json, const struct fw_flow *flow)
{
	json_key(json, "opened");
	json_word(json, fw_opened_name(flow->opened));
	json_key(json, "closed");
	json_word(json, fw_closed_name(flow->closed));
	json_key(json, "closed_by");
	json_string(json, fw_closed_by_name(flow->closed_by));
	json_key(json, "first_packet");
	json_uint(json, flow->first_packet);
	json_key(json, "last_packet");
	json_uint(json, flow->last_packet);
	json_key(json, "first_time");
	json_time(json, flow->first);
	json_key(json, "last_time");
	json_time(json, flow->last);
	json_key(json, "duration");
	json_seconds(json, flow->last - flow->first);
}

static void peers_members(struct json *json, const struct fw_flow *flow)
{
	json_key(json, "also_known_as");
	json_open(json, '{');
	json_key(json, "zeek");
	json_open(json, '{');
	json_key(json, "conn_state");
	json_string(json, flow->zeek_state);
	json_key(json, "history");
	json_string(json, flow->zeek_history);
	json_close(json, '}');
	json_key(json, "wireshark");
	json_open(json, '{');
	json_key(json, "completeness");
	json_uint(json, flow->wireshark_completeness);
	json_close(json, '}');
	json_close(json, '}');
}

void flow_members(struct json *json, const struct endpoint_plan *plan, const struct fw_flow *flow)
{
	identity_members(json, flow);
	for (int side = FW_CLIENT; side <= FW_SERVER; side++) {
		json_name(json, side_names[side]);
		json_open(json, '{');
		endpoint_members(json, plan, &flow->end[side]);
		json_close(json, '}');
	}
	life_members(json, flow);
	timeline_members(json, flow);
	peers_members(json, flow);
}

/* "SA", "PA", "FA": the order that packet lists use. */
static void flags_string(struct json *json, uint16_t flags)
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
	json_word(json, text);
}

static void facts_array(struct json *json, uint32_t facts)
{
	json_open(json, '[');
	for (int bit = 0; bit < FW_FACT_COUNT; bit++)
		if (facts & 1u << bit)
			json_word(json, fw_fact_name(bit));
	json_close(json, ']');
}

void segment_members(struct json *json, const struct fw_event *event)
{
	const struct fw_segment *const segment = event->segment;
	json_key(json, "packet");
	json_uint(json, segment->number);
	json_key(json, "flow");
	json_uint(json, event->flow->id);
	json_key(json, "side");
	json_word(json, side_names[event->side]);
	json_key(json, "flags");
	flags_string(json, segment->flags);
	json_key(json, "seq");
	json_uint(json, segment->seq - event->seq_base);
	json_key(json, "ack");
	json_uint(json, segment->flags & FW_ACK ? segment->ack - event->ack_base : 0);
	json_key(json, "len");
	json_uint(json, segment->payload_len);
	json_key(json, "window");
	json_uint(json, segment->window);
	json_key(json, "facts");
	facts_array(json, event->facts);
	json_key(json, "client_state");
	json_word(json, fw_state_name(event->flow->end[FW_CLIENT].state));
	json_key(json, "server_state");
	json_word(json, fw_state_name(event->flow->end[FW_SERVER].state));
}

static void span_members(struct json *json, const struct sink_capture *capture)
{
	const fw_time times[] = {capture->first_time, capture->last_time};
	static const char *const names[] = {"first_time", "last_time"};
	for (int i = 0; i < 2; i++) {
		json_name(json, names[i]);
		if (capture->packets)
			json_time(json, times[i]);
		else
			json_null(json);
	}
}

void capture_members(struct json *json, const struct sink_capture *capture)
{
	json_key(json, "path");
	json_string(json, capture->path);
	json_key(json, "format");
	json_string(json, capture->format);
	json_key(json, "compression");
	json_string(json, capture->compression);
	json_key(json, "link_types");
	json_open(json, '[');
	for (size_t i = 0; i < capture->link_type_count; i++)
		json_string(json, capture->link_types[i]);
	json_close(json, ']');
	json_key(json, "packets");
	json_uint(json, capture->packets);
	json_key(json, "bytes");
	json_uint(json, capture->bytes);
	span_members(json, capture);
	json_key(json, "error");
	json_string(json, capture->error);
}

void packets_members(struct json *json, const struct fw_totals *totals)
{
	json_key(json, "total");
	json_uint(json, totals->frames);
	for (int i = 0; i < FW_ACCOUNT_COUNT; i++) {
		json_name(json, fw_account_name(i));
		json_uint(json, totals->account[i]);
	}
}

void summary_members(struct json *json, const struct fw_totals *totals)
{
	json_key(json, "flows");
	json_uint(json, totals->flows);
	json_key(json, "by_opened");
	json_open(json, '{');
	for (int i = 0; i <= FW_OPENED_ATTEMPT; i++) {
		json_name(json, fw_opened_name(i));
		json_uint(json, totals->opened[i]);
	}
	json_close(json, '}');
	json_key(json, "by_closed");
	json_open(json, '{');
	for (int i = 0; i <= FW_CLOSED_UNANSWERED; i++) {
		json_name(json, fw_closed_name(i));
		json_uint(json, totals->closed[i]);
	}
	json_close(json, '}');
	json_key(json, "by_anomaly");
	json_open(json, '{');
	json_close(json, '}');
}
