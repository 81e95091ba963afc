/* Writes the JSON Schema of what finwait writes, from the catalogues. */
#include <jansson.h>

#include "doc/document.h"
#include "finwait.h"

#define TIME_PATTERN "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{9}Z$"

static json_t *of_type(const char *type, const char *text)
{
	return text ? json_pack("{s:s, s:s}", "type", type, "description", text)
		    : json_pack("{s:s}", "type", type);
}

static json_t *nullable(const char *type, const char *text)
{
	return json_pack("{s:[s,s], s:s}", "type", type, "null", "description", text);
}

static json_t *count(const char *text)
{
	json_t *const schema = of_type("integer", text);
	json_object_set_new(schema, "minimum", json_integer(0));
	return schema;
}

static json_t *time_or(const char *also, const char *text)
{
	json_t *const schema = also ? nullable("string", text) : of_type("string", text);
	json_object_set_new(schema, "pattern", json_string(TIME_PATTERN));
	return schema;
}

static json_t *ref(const char *name)
{
	char path[64];
	snprintf(path, sizeof path, "#/$defs/%s", name);
	return json_pack("{s:s}", "$ref", path);
}

static json_t *array_of(json_t *items, const char *text)
{
	return json_pack("{s:s, s:s, s:o}", "type", "array", "description", text, "items", items);
}

static json_t *object(const char *text)
{
	return json_pack("{s:s, s:s, s:{}, s:[]}", "type", "object", "description", text,
		"properties", "required");
}

/* A member that is there at times. */
static void may(json_t *object, const char *name, json_t *schema)
{
	json_object_set_new(json_object_get(object, "properties"), name, schema);
}

/* A member that is always there. */
static void must(json_t *object, const char *name, json_t *schema)
{
	may(object, name, schema);
	json_array_append_new(json_object_get(object, "required"), json_string(name));
}

/* One of the words of a catalogue; null is one of them where NAME returns NULL. */
#define WORDS(name, count, text)                                                                   \
	json_t *const words = json_array();                                                        \
	for (int i = 0; i < (int)(count); i++) {                                                   \
		const char *const word = name(i);                                                  \
		json_array_append_new(words, word ? json_string(word) : json_null());              \
	}                                                                                          \
	return json_pack("{s:s, s:o}", "description", text, "enum", words)

static json_t *state(const char *text)
{
	WORDS(fw_state_name, FW_STATE_COUNT, text);
}

static json_t *basis(void)
{
	WORDS(fw_basis_name, FW_BASIS_COUNT, "how it is known");
}

static json_t *stimulus(void)
{
	WORDS(fw_stimulus_name, FW_STIMULUS_COUNT, "what moved the end");
}

static json_t *fact(void)
{
	WORDS(fw_fact_name, FW_FACT_COUNT, "what is true of the segment");
}

static json_t *role_basis(void)
{
	WORDS(fw_role_basis_name, FW_ROLE_COUNT, "why the client is taken for the client");
}

static json_t *opened(void)
{
	WORDS(fw_opened_name, FW_OPENED_COUNT, "how the connection was opened");
}

static json_t *closed(void)
{
	WORDS(fw_closed_name, FW_CLOSED_COUNT, "how it was closed");
}

static json_t *closed_by(void)
{
	WORDS(fw_closed_by_name, FW_BY_COUNT, "who closed it first");
}

static json_t *code(void)
{
	WORDS(fw_code_name, FW_CODE_COUNT, "what was found: finwait explain CODE");
}

static json_t *lowered_by(void)
{
	json_t *const words = json_array();
	for (int i = 0; i < FW_CODE_COUNT; i++)
		if (fw_code_page(i)->scope == FW_SCOPE_CAPTURE)
			json_array_append_new(words, json_string(fw_code_name(i)));
	json_array_append_new(words, json_null());
	return json_pack("{s:s, s:o}", "description",
		"the artefact of the capture that explains it, so that it is information only",
		"enum", words);
}

static json_t *severity(void)
{
	WORDS(fw_severity_name, FW_SEVERITY_COUNT, "how bad it is");
}

static json_t *side(void)
{
	return json_pack("{s:[s,s]}", "enum", "client", "server");
}

/* The object that the row PATH belongs to, made where it is not there; *NAME is the rest of
 * PATH. */
static json_t *parent_of(json_t *endpoint, const char *path, const char **name)
{
	char parent[64];
	const char *const dot = strchr(path, '.');
	*name = dot ? dot + 1 : path;
	if (!dot)
		return endpoint;
	snprintf(parent, sizeof parent, "%.*s", (int)(dot - path), path);
	json_t *const there = json_object_get(json_object_get(endpoint, "properties"), parent);
	if (there)
		return there;
	json_t *const made = object("measurements that belong together");
	must(endpoint, parent, made);
	return made;
}

#define SCHEMA_COUNT(text)  count(text)
#define SCHEMA_RARE(text)   count(text)
#define SCHEMA_FLAG(text)   nullable("boolean", text)
#define SCHEMA_OPTION(text) nullable("integer", text)
#define SCHEMA_NS(text)     nullable("number", text)

static json_t *endpoint(void)
{
	json_t *const schema = object("one end of a connection");
	const char *name;
	must(schema, "address", of_type("string", "IPv4 or IPv6 address"));
	must(schema, "port", count("TCP port"));
	must(schema, "state", state("where the end stands when the flow leaves"));
#define FIELD(type, member, path, unit, text)                                                      \
	json_t *const member = parent_of(schema, path, &name);                                     \
	must(member, name, SCHEMA_##type(text " (" #unit ")"));
#include "finwait/fields.def"
#undef FIELD
	return schema;
}

static json_t *transition(void)
{
	json_t *const schema = object("one move of one end");
	must(schema, "packet", count("that told; of a timer, the last before it"));
	must(schema, "time", time_or(NULL, "RFC 3339, UTC"));
	must(schema, "offset", of_type("number", "seconds from the flow's first packet"));
	must(schema, "side", side());
	must(schema, "from", state("the state before"));
	must(schema, "to", state("the state after"));
	must(schema, "basis", basis());
	must(schema, "stimulus", stimulus());
	must(schema, "call", of_type("string", "the socket call that it betrays, or empty"));
	must(schema, "rfc", of_type("string", "RFC and section that ask for it, or empty"));
	may(schema, "flow", count("jsonl: the flow's id"));
	return schema;
}

/* What a finding rests on. A time is in seconds, a share in thousandths. */
static json_t *evidence_of_finding(void)
{
	static const struct {
		const char *type, *name;
	} units[] = {
		[FW_UNIT_COUNT] = {"integer", "NUMBER"},
		[FW_UNIT_BYTES] = {"integer", "BYTES"},
		[FW_UNIT_NS] = {"number", "SECONDS"},
		[FW_UNIT_PACKET] = {"integer", "NUMBER OF A PACKET"},
		[FW_UNIT_PERMILLE] = {"integer", "THOUSANDTHS"},
	};
	json_t *const schema = object("what it rests on");
	must(schema, "packets", array_of(count("its number"), "others than the one that shows it"));
	for (int i = 0; i < FW_EVIDENCE_COUNT; i++) {
		char text[256];
		snprintf(text, sizeof text, "%s (%s)", fw_evidence_text(i),
			units[fw_evidence_unit(i)].name);
		may(schema, fw_evidence_name(i), nullable(units[fw_evidence_unit(i)].type, text));
	}
	may(schema, "text", of_type("string", "foreign text, as it was found"));
	return schema;
}

static json_t *reasons(const char *text)
{
	json_t *const reason = object("another explanation");
	must(reason, "explanation", of_type("string", "what else it could be"));
	must(reason, "why", of_type("string", "what speaks for it, or against it"));
	return array_of(reason, text);
}

static json_t *finding(void)
{
	json_t *const schema =
		object("a judgement, with what it rests on: of a connection, of many, "
		       "or of the capture");
	must(schema, "code", code());
	must(schema, "severity", severity());
	must(schema, "packet", nullable("integer", "the first that shows it"));
	must(schema, "time", time_or(NULL, "of that packet"));
	may(schema, "offset", of_type("number", "of a connection: seconds from its first packet"));
	may(schema, "side",
		json_pack("{s:s, s:[s,s,n]}", "description", "of a connection: the end it is about",
			"enum", "client", "server"));
	must(schema, "count", count("how often it was found"));
	must(schema, "last_packet", nullable("integer", "the last that shows it"));
	may(schema, "address", of_type("string", "of many connections: what they have in common"));
	may(schema, "port", nullable("integer", "likewise"));
	may(schema, "flows", array_of(count("a flow's id"), "some of them"));
	must(schema, "message", of_type("string", "all of it in a sentence"));
	must(schema, "evidence", evidence_of_finding());
	must(schema, "rejected", reasons("explanations that do not hold, and why"));
	must(schema, "possible", reasons("explanations that may hold as well, and why"));
	must(schema, "lowered_by", lowered_by());
	may(schema, "weakens",
		array_of(code(),
			"of the capture: findings that are information only because of it"));
	may(schema, "flow", count("jsonl: the flow's id"));
	return schema;
}

static json_t *also_known_as(void)
{
	json_t *const schema = object("the words of other tools for the same");
	json_t *const zeek = object("Zeek's conn.log");
	json_t *const wireshark = object("Wireshark");
	must(zeek, "conn_state", nullable("string", "conn_state"));
	must(zeek, "history", of_type("string", "history"));
	must(wireshark, "completeness", count("tcp.completeness"));
	must(schema, "zeek", zeek);
	must(schema, "wireshark", wireshark);
	return schema;
}

static json_t *flow(void)
{
	json_t *const schema = object("one connection, one incarnation of its addresses and ports");
	const char *name;
	must(schema, "id", count("flows are counted from 1, as they are found to begin"));
	must(schema, "community_id", json_pack("{s:s, s:s}", "type", "string", "pattern", "^1:"));
	must(schema, "incarnation", count("which connection of these addresses and ports, from 1"));
	may(schema, "tunnel", count("identifier of the innermost tunnel"));
	must(schema, "role_basis", role_basis());
	must(schema, "client", ref("endpoint"));
	must(schema, "server", ref("endpoint"));
	must(schema, "opened", opened());
	must(schema, "closed", closed());
	must(schema, "closed_by", closed_by());
	must(schema, "first_packet", count("number of its first packet"));
	must(schema, "last_packet", count("number of its last packet"));
	must(schema, "first_time", time_or(NULL, "time of its first packet"));
	must(schema, "last_time", time_or(NULL, "time of its last packet"));
	must(schema, "duration", of_type("number", "seconds from the first to the last"));
#define FIELD(type, member, path, unit, text)                                                      \
	json_t *const member = parent_of(schema, path, &name);                                     \
	must(member, name, SCHEMA_##type(text " (" #unit ")"));
#include "finwait/flowfields.def"
#undef FIELD
	must(schema, "transitions",
		array_of(ref("transition"), "every move of either end, in order"));
	may(schema, "transitions_omitted", count("moves that there was no room to keep"));
	must(schema, "anomalies",
		array_of(ref("finding"), "what deserves attention, each code once for each end"));
	must(schema, "also_known_as", also_known_as());
	return schema;
}

static json_t *segment(void)
{
	json_t *const schema = object("one TCP segment, after which both ends are in these states");
	must(schema, "packet", count("its number"));
	must(schema, "flow", count("the flow's id"));
	must(schema, "side", side());
	must(schema, "flags",
		json_pack("{s:s, s:s}", "type", "string", "pattern", "^[SFRPAUECN]*$"));
	must(schema, "seq", count("relative sequence number"));
	must(schema, "ack", count("relative acknowledgment number, 0 without ACK"));
	must(schema, "len", count("bytes of payload on the wire"));
	must(schema, "window", count("as sent, not scaled"));
	must(schema, "facts", array_of(fact(), "all that are true"));
	may(schema, "reveals",
		count("the packet that it shows to have been sent again needlessly"));
	must(schema, "client_state", state("of the client"));
	must(schema, "server_state", state("of the server"));
	return schema;
}

static json_t *handshake(void)
{
	json_t *const schema = object("times of the handshakes that are wholly in the capture");
	must(schema, "samples", count("how many"));
	must(schema, "min", nullable("number", "seconds, the shortest"));
	must(schema, "mean", nullable("number", "seconds, their mean"));
	must(schema, "max", nullable("number", "seconds, the longest"));
	return schema;
}

static json_t *service(void)
{
	json_t *const schema = object("an address and port to which others were seen to connect");
	must(schema, "address", of_type("string", "IPv4 or IPv6 address"));
	must(schema, "port", count("TCP port"));
	must(schema, "name", nullable("string", "of the service that mostly has the port"));
	must(schema, "accepted", count("connections that were established: somebody listens"));
	must(schema, "refused", count("by a reset: nobody listens"));
	must(schema, "unanswered", count("nothing came"));
	must(schema, "incomplete", count("answered, and not completed or aborted by who asked"));
	must(schema, "unasked", count("answers, though nobody was seen to ask"));
	must(schema, "handshake", handshake());
	must(schema, "first_packet", count("number of the first packet of them"));
	must(schema, "first_time", time_or(NULL, "of the first of them"));
	must(schema, "last_time", time_or(NULL, "of the last"));
	return schema;
}

static json_t *interface(void)
{
	json_t *const schema = object("what a capture says of an interface");
	must(schema, "name", nullable("string", "such as eth0"));
	must(schema, "description", nullable("string", "in words"));
	must(schema, "link_type", of_type("string", "libpcap's name"));
	must(schema, "snap_length", nullable("integer", "bytes kept of a frame; null if all"));
	must(schema, "filter", nullable("string", "what was captured, as in pcap-filter(7)"));
	must(schema, "ticks_per_second", count("the resolution of its clock"));
#define COUNTER(id, isb, text)                                                                     \
	must(schema, #id, nullable("integer", "packets " text "; null where it does not say"));
#include "finwait/counters.def"
#undef COUNTER
	return schema;
}

static json_t *comment(void)
{
	json_t *const schema = object("what somebody noted in a capture");
	must(schema, "packet",
		nullable("integer",
			"the packet's number in this file; null if it is on the file "
			"or an interface"));
	must(schema, "text", of_type("string", "its first 256 bytes"));
	return schema;
}

/* What a capture says of itself. */
static void evidence(json_t *schema)
{
	must(schema, "dropped",
		nullable("integer",
			"packets that by its own account it lost; null where it does "
			"not say"));
	must(schema, "inbound", count("packets said to be received by the capturing host"));
	must(schema, "outbound", count("packets said to be sent by it"));
	must(schema, "hardware", nullable("string", "of the capturing host"));
	must(schema, "os", nullable("string", "of the capturing host"));
	must(schema, "application", nullable("string", "that wrote it"));
	must(schema, "interfaces", array_of(interface(), "in the order of the file"));
	may(schema, "interfaces_omitted", count("more than are listed"));
	must(schema, "comments", array_of(comment(), "in the order of the file"));
	may(schema, "comments_omitted", count("more than are listed"));
}

static json_t *capture(void)
{
	json_t *const schema = object("one file");
	must(schema, "path", of_type("string", "as given"));
	must(schema, "format", nullable("string", "pcap or pcapng; null where it is neither"));
	must(schema, "compression", nullable("string", "gzip, zstd or lz4"));
	must(schema, "link_types", array_of(of_type("string", NULL), "libpcap's names"));
	must(schema, "packets", count("frames read"));
	must(schema, "bytes", count("their bytes on the wire"));
	must(schema, "first_time", time_or("null", "the earliest"));
	must(schema, "last_time", time_or("null", "the latest"));
	must(schema, "error", nullable("string", "why it could not be read to its end"));
	evidence(schema);
	return schema;
}

static json_t *packets(void)
{
	json_t *const schema =
		object("frames, each under exactly one name; the names add up to total");
	must(schema, "total", count("frames read"));
#define ACCOUNT(id, name, text) must(schema, #id, count(text));
#include "finwait/accounts.def"
#undef ACCOUNT
	return schema;
}

static json_t *summary(void)
{
	json_t *const schema = object("totals of the run");
	json_t *const by_opened = object("flows by how they were opened");
	json_t *const by_closed = object("flows by how they were closed");
	for (int i = 0; i < FW_OPENED_COUNT; i++)
		must(by_opened, fw_opened_name(i), count("flows"));
	for (int i = 0; i < FW_CLOSED_COUNT; i++)
		must(by_closed, fw_closed_name(i), count("flows"));
	must(schema, "flows", count("connections"));
	must(schema, "services_omitted", count("times that one had no place among services"));
	must(schema, "by_opened", by_opened);
	must(schema, "by_closed", by_closed);
	must(schema, "by_anomaly",
		json_pack("{s:s, s:o}", "type", "object", "additionalProperties",
			count("anomalies of that code")));
	may(schema, "schema", json_pack("{s:[s]}", "enum", "finwait/1"));
	may(schema, "version", of_type("string", "jsonl: the program's version"));
	may(schema, "packets", ref("packets"));
	return schema;
}

static json_t *definitions(void)
{
	static const struct {
		const char *name;
		json_t *(*make)(void);
	} rows[] = {
		{"capture", capture},
		{"packets", packets},
		{"flow", flow},
		{"endpoint", endpoint},
		{"transition", transition},
		{"segment", segment},
		{"finding", finding},
		{"service", service},
		{"summary", summary},
	};
	json_t *const schema = json_object();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		json_object_set_new(schema, rows[i].name, rows[i].make());
	json_object_set_new(schema, "anomaly", ref("finding"));
	json_object_set_new(schema, "quality", ref("finding"));
	return schema;
}

static json_t *document(void)
{
	json_t *const schema =
		object("What finwait --format json writes. Each line of --format jsonl "
		       "is one of $defs, named by its member type.");
	json_object_set_new(
		schema, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
	json_object_set_new(schema, "title", json_string("finwait/1"));
	must(schema, "schema", json_pack("{s:[s]}", "enum", "finwait/1"));
	must(schema, "version", of_type("string", "the program's version"));
	must(schema, "captures", array_of(ref("capture"), "in the order given"));
	must(schema, "packets", ref("packets"));
	must(schema, "quality", array_of(ref("finding"), "what the capture itself lacks"));
	must(schema, "flows", array_of(ref("flow"), "by the time that they left, then by id"));
	must(schema, "services", array_of(ref("service"), "by the first that left"));
	must(schema, "findings", array_of(ref("finding"), "what concerns many flows"));
	must(schema, "summary", ref("summary"));
	json_object_set_new(schema, "$defs", definitions());
	return schema;
}

int main(int argc, char **argv)
{
	FILE *const file =
		document_open(document_dir(argc, argv), "docs/reference/finwait.schema.json");
	json_t *const schema = document();
	json_dumpf(schema, file, JSON_INDENT(2));
	fputc('\n', file);
	json_decref(schema);
	document_close(file);
	return EXIT_SUCCESS;
}
