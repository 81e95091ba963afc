/* Events made by hand, and what a sink writes of them. */
#include "sink/made.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define MS 1000000

static struct fw_addr v4(uint8_t last, uint16_t port)
{
	return (struct fw_addr){{[10] = 0xff, [11] = 0xff, [12] = 10, [15] = last}, port};
}

static struct fw_endpoint made_end(struct fw_addr addr, enum fw_state state)
{
	return (struct fw_endpoint){
		.addr = addr,
		.state = state,
		.packets = 5,
		.unique_bytes = 80,
		.data_packets = 1,
		.mss = 1460,
		.window_scale = FW_NONE,
		.rtt_samples = 1,
		.rtt_min = 10 * MS,
		.rtt_mean = 10 * MS + 1,
		.rtt_max = FW_NONE,
	};
}

void made_flow_init(struct made_flow *made, uint64_t id)
{
#define MOVE(packet, side, from, to, basis, stimulus)                                              \
	{                                                                                          \
		packet, MADE_EPOCH + (packet)*10 * MS, FW_##side, FW_##from, FW_##to,              \
			FW_BASIS_##basis, FW_##stimulus, 0, true                                   \
	}
	const struct fw_transition transitions[] = {
		MOVE(1, CLIENT, CLOSED, SYN_SENT, SENT, SND_SYN),
		MOVE(2, SERVER, LISTEN, SYN_RECEIVED, SENT, SND_SYN_ACK),
		MOVE(3, CLIENT, SYN_SENT, ESTABLISHED, ACKNOWLEDGED, RCV_SYN_ACK),
		MOVE(3, SERVER, SYN_RECEIVED, ESTABLISHED, PRESUMED, RCV_ACK_OF_SYN),
		MOVE(6, CLIENT, ESTABLISHED, FIN_WAIT_1, SENT, SND_FIN),
		MOVE(7, SERVER, ESTABLISHED, CLOSE_WAIT, ACKNOWLEDGED, RCV_FIN),
		MOVE(7, SERVER, CLOSE_WAIT, LAST_ACK, SENT, SND_FIN),
		MOVE(8, CLIENT, FIN_WAIT_1, FIN_WAIT_2, ACKNOWLEDGED, RCV_ACK_OF_FIN),
		MOVE(8, CLIENT, FIN_WAIT_2, TIME_WAIT, ACKNOWLEDGED, RCV_FIN),
	};
#undef MOVE
	memcpy(made->transitions, transitions, sizeof transitions);
	made->flow = (struct fw_flow){
		.id = id,
		.incarnation = 1,
		.role_basis = FW_ROLE_SYN,
		.opened = FW_OPENED_HANDSHAKE,
		.closed = FW_CLOSED_FIN,
		.closed_by = FW_BY_CLIENT,
		.first = MADE_EPOCH + 10 * MS,
		.last = MADE_EPOCH + 80 * MS,
		.first_packet = 1,
		.last_packet = 8,
		.end = {made_end(v4(1, 50000), FW_TIME_WAIT), made_end(v4(2, 443), FW_LAST_ACK)},
		.transitions = made->transitions,
		.transition_count = sizeof transitions / sizeof transitions[0],
		.zeek_state = "SF",
		.zeek_history = "ShADadFf",
		.wireshark_completeness = 31,
	};
}

void made_event(const struct made_sink *sink, const struct fw_event *event)
{
	if (sink->wants & 1u << event->type)
		sink->format->event(sink->sink, event);
}

static void tell_segment(const struct made_sink *sink, const struct made_flow *made,
	const struct fw_segment *segment, enum fw_side side)
{
	const uint32_t facts = segment->number == 5 ? FW_FACT_retransmission : 0;
	const struct fw_event event = {
		.type = FW_EVENT_SEGMENT,
		.time = segment->time,
		.flow = &made->flow,
		.segment = segment,
		.side = side,
		.facts = facts,
		.seq_base = 1000,
		.ack_base = 5000,
	};
	made_event(sink, &event);
}

static void tell_transitions(
	const struct made_sink *sink, const struct made_flow *made, uint64_t packet)
{
	for (uint32_t i = 0; i < made->flow.transition_count; i++) {
		const struct fw_transition *const move = &made->transitions[i];
		const struct fw_event event = {.type = FW_EVENT_TRANSITION,
			.time = move->time,
			.flow = &made->flow,
			.transition = move,
			.side = move->side};
		if (move->packet == packet)
			made_event(sink, &event);
	}
}

void made_tell(const struct made_sink *sink, const struct made_flow *made)
{
	static const struct {
		enum fw_side side;
		uint16_t flags;
		uint32_t len;
	} segments[] = {
		{FW_CLIENT, FW_SYN, 0},
		{FW_SERVER, FW_SYN | FW_ACK, 0},
		{FW_CLIENT, FW_ACK, 0},
		{FW_CLIENT, FW_PSH | FW_ACK, 80},
		{FW_CLIENT, FW_PSH | FW_ACK, 80},
		{FW_CLIENT, FW_FIN | FW_ACK, 0},
		{FW_SERVER, FW_FIN | FW_ACK, 0},
		{FW_CLIENT, FW_ACK, 0},
	};
	struct fw_event event = {.type = FW_EVENT_OPENED, .flow = &made->flow};
	made_event(sink, &event);
	for (uint64_t i = 0; i < sizeof segments / sizeof segments[0]; i++) {
		const struct fw_segment segment = {
			.number = i + 1,
			.time = MADE_EPOCH + ((fw_time)i + 1) * 10 * MS,
			.seq = 1001,
			.ack = 5001,
			.payload_len = segments[i].len,
			.flags = segments[i].flags,
			.window = 64240,
			.opt = {.have = segments[i].flags & FW_SYN ? FW_OPT_MSS : 0, .mss = 1460},
		};
		tell_segment(sink, made, &segment, segments[i].side);
		tell_transitions(sink, made, i + 1);
	}
	event.type = FW_EVENT_CLOSED;
	made_event(sink, &event);
}

struct fw_finding made_finding(uint64_t count)
{
	return (struct fw_finding){
		.code = FW_CODE_close_wait_stuck,
		.severity = FW_WARNING,
		.lowered_by = FW_CODE_COUNT,
		.sided = true,
		.side = FW_SERVER,
		.packet = 7,
		.time = MADE_EPOCH + 70 * MS,
		.last_packet = 8,
		.count = count,
		.packets = {6},
		.packet_count = 1,
		.evidence_count = 2,
		.evidence = {FW_EVIDENCE_duration, FW_EVIDENCE_lost},
		.value = {INT64_C(1740000) * MS, 48213},
		.rejected_count = 1,
		.rejected = {FW_REASON_not_lost_fin_acknowledged},
		.text = "\033[2J\"\n\xff",
	};
}

void made_tell_services(const struct made_sink *sink)
{
	const struct fw_service services[] = {
		{.addr = v4(2, 443),
			.accepted = 1790,
			.handshakes = 1700,
			.handshake_min = 1000000,
			.handshake_mean = 2500000,
			.handshake_max = 9000000,
			.first = MADE_EPOCH,
			.last = MADE_EPOCH},
		{.addr = v4(9, 5432),
			.accepted = 4,
			.unanswered = 57,
			.handshake_min = FW_NONE,
			.handshake_mean = FW_NONE,
			.handshake_max = FW_NONE},
	};
	for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
		const struct fw_event event = {.type = FW_EVENT_SERVICE, .service = &services[i]};
		made_event(sink, &event);
	}
}

void made_tell_findings(const struct made_sink *sink)
{
	const struct fw_subject about = {
		.has_addr = true, .addr = v4(2, 443), .flow_count = 2, .flows = {3, 4}};
	struct fw_finding finding = made_finding(1);
	const struct fw_event event = {.type = FW_EVENT_FINDING, .finding = &finding};
	finding.sided = false;
	finding.about = &about;
	finding.code = FW_CODE_syn_flood;
	finding.severity = FW_CRITICAL;
	for (int i = 0; i < 5; i++)
		made_event(sink, &event);
	finding.about = NULL;
	finding.packet = 0;
	finding.code = FW_CODE_capture_losses;
	finding.severity = FW_WARNING;
	made_event(sink, &event);
}

struct sink_run made_run(void)
{
	static const char *const link_types[] = {"EN10MB"};
	static const struct sink_capture capture = {
		.path = "hostile\"\n\xff.pcap",
		.format = "pcap",
		.link_types = link_types,
		.link_type_count = 1,
		.packets = 9,
		.bytes = 700,
		.first_time = MADE_EPOCH,
		.last_time = MADE_EPOCH + 90 * MS,
	};
	static const struct fw_totals totals = {
		.frames = 9,
		.account = {[FW_ACCOUNT_tcp] = 8, [FW_ACCOUNT_not_ip] = 1},
		.flows = 1,
		.opened = {[FW_OPENED_HANDSHAKE] = 1},
		.closed = {[FW_CLOSED_FIN] = 1},
	};
	return (struct sink_run){
		.captures = &capture, .capture_count = 1, .totals = &totals, .width = 80};
}

char *made_output(const struct sink_format *format, const struct sink_run *run,
	void (*tell)(const struct made_sink *sink))
{
	struct out *const out = malloc(sizeof *out);
	const int fd = memfd_create("output", MFD_CLOEXEC);
	out_init(out, fd);
	const struct made_sink made = {format, format->wants(run), format->open(run, out)};
	tell(&made);
	format->close(made.sink);
	out_flush(out);
	const off_t len = lseek(fd, 0, SEEK_END);
	char *const text = calloc(1, (size_t)len + 1);
	if (pread(fd, text, (size_t)len, 0) != len)
		abort();
	close(fd);
	free(out);
	return text;
}
