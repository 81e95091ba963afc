/* The objects of the JSON contract, which every JSON format shares. */
#ifndef OBJECTS_H
#define OBJECTS_H

#include "sink/jsonwriter.h"
#include "sink/sink.h"

#define FIELD_PLAN_ROWS 96

/* The rows of a list of fields, each with all that stands before its value. */
struct field_plan {
	struct field_row {
		char lead[60];
		uint8_t len;
		uint8_t type;
		uint16_t offset;
	} row[FIELD_PLAN_ROWS];
	size_t count;
	char tail[4];
};

/* Of fields.def and flowfields.def. */
struct flow_plan {
	struct field_plan end, flow;
};

void flow_plan_init(struct flow_plan *plan);

/* Each of these writes members into an object that the caller opens and closes. */
void flow_members(
	struct jsonwriter *json, const struct flow_plan *plan, const struct fw_flow *flow);
void transition_members(struct jsonwriter *json, const struct fw_flow *flow,
	const struct fw_transition *transition);
void segment_members(struct jsonwriter *json, const struct fw_event *event);
void service_members(struct jsonwriter *json, const struct fw_service *service);
void capture_members(struct jsonwriter *json, const struct sink_capture *capture);
void packets_member(struct jsonwriter *json, const struct fw_totals *totals);
void summary_members(struct jsonwriter *json, const struct fw_totals *totals);

#endif
