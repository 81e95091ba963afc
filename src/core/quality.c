/* What is wrong with the capture itself: judged before the traffic, as it explains much of it. */
#include "quality.h"

#include "analyzer.h"
#include "count.h"
#include "findings.h"
#include "measure.h"
#include "view.h"

#define NAME_LEN   11     /* of both */
#define LEAST_TRIP 200000 /* ns; below, hosts take longer than the way */

enum base { NOTHING, CONVERSATIONS, PAYLOAD, HANDSHAKES, FRAMES, SEGMENTS };

static const struct row {
	uint16_t least, permille; /* how often it must have been seen, and in so many segments */
	uint8_t counted, base;    /* what is counted, and of what its share is taken */
	uint8_t worst;            /* what the worst single one is */
	uint16_t bad_share;       /* from here on it is more than worth knowing, in thousandths */
	int64_t bad_worst;        /* or from such a one on */
	uint16_t weakening_share; /* and from here on it explains findings */
} rows[ARTEFACT_COUNT] = {
	[ARTEFACT_capture_losses] = {.counted = FW_EVIDENCE_flows,
		.base = PAYLOAD,
		.bad_share = 1,
		.weakening_share = 10},
	[ARTEFACT_capture_duplicates] = {3, 10, FW_EVIDENCE_segments, SEGMENTS, .worst = 0},
	[ARTEFACT_capture_offload] = {2, 0, FW_EVIDENCE_segments, SEGMENTS, .worst = 0},
	[ARTEFACT_capture_super_packets] = {.counted = FW_EVIDENCE_flows,
		.worst = FW_EVIDENCE_bytes},
	[ARTEFACT_capture_snapped] = {.counted = FW_EVIDENCE_frames, .base = FRAMES},
	[ARTEFACT_capture_one_sided] = {.counted = FW_EVIDENCE_flows,
		.base = CONVERSATIONS,
		.weakening_share = 100},
	[ARTEFACT_capture_clock_back] = {.counted = FW_EVIDENCE_times,
		.worst = FW_EVIDENCE_duration,
		.bad_worst = 10000000},
	[ARTEFACT_capture_paused] = {.counted = FW_EVIDENCE_times, .worst = FW_EVIDENCE_duration},
	[ARTEFACT_capture_midstream] = {.counted = FW_EVIDENCE_flows},
	[ARTEFACT_capture_point] = {.least = 3, .counted = FW_EVIDENCE_flows, .base = HANDSHAKES},
};

static const uint8_t codes[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	FW_CODE_##id,
#include "finwait/anomalies/capture.def"
#undef ANOMALY
};

static int64_t permille(uint64_t part, uint64_t whole)
{
	return whole ? (int64_t)((double)part * 1000 / (double)whole) : 0;
}

static uint64_t whole(const struct fw_analyzer *a, enum base base)
{
	return base == SEGMENTS  ? a->totals.account[FW_ACCOUNT_tcp]
		: base == FRAMES ? a->totals.frames
				 : a->quality.base[base];
}

static bool suffices(const struct fw_analyzer *a, enum artefact artefact)
{
	const struct row *row = &rows[artefact];
	const uint64_t count = a->quality.sign[artefact].count;
	return count && count >= row->least && permille(count, whole(a, SEGMENTS)) >= row->permille;
}

static struct sign *see(
	struct fw_analyzer *a, enum artefact artefact, uint64_t packet, fw_time time)
{
	struct sign *sign = &a->quality.sign[artefact];
	if (sign->shown) {
		sign->count++;
		sign->last_packet = packet;
		return sign;
	}
	if (!sign->count++) {
		sign->first_packet = packet;
		sign->first = time;
	}
	sign->last_packet = packet;
	sign->shown = suffices(a, artefact);
	return sign;
}

static struct sign *see_flow(struct fw_analyzer *a, enum artefact artefact, const struct flow *flow)
{
	struct sign *sign = see(a, artefact, flow->first_packet, flow->first);
	struct fw_subject *about = &sign->about;
	if (about->flow_count < FW_FINDING_PACKETS)
		about->flows[about->flow_count++] = flow->id;
	return sign;
}

/* Segments from HOST show it. */
static void add_host(struct sign *sign, const struct fw_addr *host)
{
	struct fw_addr *known = &sign->about.addr;
	if (sign->hosts)
		return;
	if (!sign->about.has_addr) {
		*known = (struct fw_addr){.port = 0};
		memcpy(known->ip, host->ip, sizeof known->ip);
		sign->about.has_addr = true;
	} else if (memcmp(known->ip, host->ip, sizeof known->ip)) {
		sign->about.has_addr = false;
		sign->hosts = true;
	}
}

static void see_step(
	struct fw_analyzer *a, enum artefact artefact, const struct fw_frame *frame, uint64_t step)
{
	struct sign *sign = see(a, artefact, frame->number, frame->time);
	if (step > (uint64_t)sign->worst)
		sign->worst = step > INT64_MAX ? INT64_MAX : (int64_t)step;
}

static void note_pause(struct quality *quality, fw_time from)
{
	fw_time *pause = quality->pause;
	if (quality->pauses == QUALITY_PAUSES)
		memmove(pause, pause + 1, --quality->pauses * sizeof *pause);
	pause[quality->pauses++] = from;
}

void quality_cut(struct fw_analyzer *a, const struct fw_frame *frame)
{
	see(a, ARTEFACT_capture_snapped, frame->number, frame->time);
}

void quality_time(struct fw_analyzer *a, const struct fw_frame *frame)
{
	const uint64_t time = (uint64_t)frame->time, latest = (uint64_t)a->latest;
	if (a->latest == INT64_MIN)
		return;
	if (frame->time < a->latest) {
		see_step(a, ARTEFACT_capture_clock_back, frame, latest - time);
	} else if (quality_jumps(a->latest, frame->time)) {
		see_step(a, ARTEFACT_capture_paused, frame, time - latest);
		note_pause(&a->quality, a->latest);
	}
}

fw_time quality_watched(const struct fw_analyzer *a, const struct flow *flow)
{
	const struct quality *quality = &a->quality;
	for (int i = 0; i < quality->pauses; i++)
		if (quality->pause[i] >= flow->last && quality->pause[i] < a->now)
			return quality->pause[i];
	return a->now;
}

void quality_segment(struct fw_analyzer *a, const struct fw_segment *seg, const struct judgement *j)
{
	if (j->facts & FW_FACT_duplicate_capture)
		see(a, ARTEFACT_capture_duplicates, seg->number, seg->time);
	if (j->unfinished)
		add_host(see(a, ARTEFACT_capture_offload, seg->number, seg->time), &seg->src);
}

/* Does an end acknowledge what nobody was heard to send? */
static bool is_one_sided(const struct flow *flow)
{
	for (int side = 0; side < 2; side++)
		if (!flow_heard(flow, !side) &&
			flow->end[side].has & (HAS_SMALL_STEPS | HAS_LARGE_STEPS))
			return true;
	return false;
}

static void see_losses(struct fw_analyzer *a, const struct flow *flow)
{
	uint64_t missing = 0;
	const bool begun = view_opened(flow) != FW_OPENED_MIDSTREAM;
	for (int side = 0; side < 2; side++) {
		const uint64_t lost = measure_missing(flow, side);
		if (begun || lost > 1) /* a keepalive stands one octet before the first */
			missing += lost;
		a->quality.base[PAYLOAD] += count_payload_bytes(flow, side);
	}
	a->quality.base[PAYLOAD] += missing;
	if (missing)
		see_flow(a, ARTEFACT_capture_losses, flow)->bytes += missing;
}

/* A segment larger than its receiver's MSS was made, or will be cut up, by a network card. */
static void see_super_packets(struct fw_analyzer *a, const struct flow *flow)
{
	uint32_t most = 0;
	for (int side = 0; side < 2; side++) {
		const uint32_t size = flow->tally[side].segment_max;
		const uint32_t mss = flow->tally[!side].mss;
		most = mss && size > mss && size > most ? size : most;
	}
	if (!most)
		return;
	struct sign *sign = see_flow(a, ARTEFACT_capture_super_packets, flow);
	sign->worst = most > sign->worst ? most : sign->worst;
}

/* From SYN to SYN,ACK the way to the server and back was taken, from there to the ACK the way to
 * the client. */
static void see_point(struct fw_analyzer *a, const struct flow *flow)
{
	if (flow->role_basis != FW_ROLE_SYN || flow->answered == SPAN_NONE ||
		flow->opened == SPAN_NONE)
		return;
	const int64_t total = span_ns(flow->opened), answer = span_ns(flow->answered);
	if (total < LEAST_TRIP)
		return;
	a->quality.base[HANDSHAKES]++;
	for (int side = FW_CLIENT; side <= FW_SERVER; side++) {
		const int64_t near = side == FW_CLIENT ? total - answer : answer;
		a->quality.near[side] += near <= total / 10;
	}
}

void quality_flow(struct fw_analyzer *a, const struct flow *flow)
{
	const bool both = flow_heard(flow, 0) && flow_heard(flow, 1), one = is_one_sided(flow);
	a->quality.base[CONVERSATIONS] += both || one;
	if (one)
		see_flow(a, ARTEFACT_capture_one_sided, flow);
	if (!both)
		return;
	see_losses(a, flow);
	see_super_packets(a, flow);
	see_point(a, flow);
	if (view_opened(flow) == FW_OPENED_MIDSTREAM)
		see_flow(a, ARTEFACT_capture_midstream, flow);
}

/* In thousandths. */
static int64_t share_of(const struct fw_analyzer *a, enum artefact artefact)
{
	const struct sign *sign = &a->quality.sign[artefact];
	return permille(sign->bytes ? sign->bytes : sign->count, whole(a, rows[artefact].base));
}

bool quality_weakens(const struct fw_analyzer *a, enum artefact artefact)
{
	const struct sign *sign = &a->quality.sign[artefact];
	return sign->shown && sign->worst >= rows[artefact].bad_worst &&
		share_of(a, artefact) >= rows[artefact].weakening_share;
}

static void give(const struct fw_analyzer *a, enum artefact artefact, struct fw_finding *f)
{
	const struct row *row = &rows[artefact];
	const struct sign *sign = &a->quality.sign[artefact];
	const int64_t share = share_of(a, artefact);
	finding_give(f, row->counted, (int64_t)sign->count);
	if (row->base != NOTHING && share)
		finding_give(f, FW_EVIDENCE_share, share);
	if (sign->bytes)
		finding_give(f, FW_EVIDENCE_bytes, (int64_t)sign->bytes);
	if (sign->worst)
		finding_give(f, row->worst, sign->worst);
	if (share < row->bad_share || sign->worst < row->bad_worst)
		f->severity = FW_INFO;
}

/* Where nine of ten handshakes agree, the capture was taken there. */
static void find_point(struct fw_analyzer *a)
{
	static const char names[][NAME_LEN + 1] = {"the clients", "the servers"};
	struct sign *sign = &a->quality.sign[ARTEFACT_capture_point];
	for (int side = FW_CLIENT; side <= FW_SERVER; side++) {
		const uint64_t near = a->quality.near[side];
		if (near < a->quality.base[HANDSHAKES] - a->quality.base[HANDSHAKES] / 10)
			continue;
		sign->count = near;
		sign->text = names[side];
		sign->shown = suffices(a, ARTEFACT_capture_point);
	}
}

void quality_tell(struct fw_analyzer *a)
{
	find_point(a);
	for (int i = 0; i < ARTEFACT_COUNT; i++) {
		const struct sign *sign = &a->quality.sign[i];
		struct fw_finding finding =
			findings_about(codes[i], &sign->about, sign->first_packet, sign->first);
		finding.last_packet = sign->last_packet;
		if (!sign->shown)
			continue;
		give(a, (enum artefact)i, &finding);
		if (sign->text)
			finding_quote(&finding, (const uint8_t *)sign->text, NAME_LEN);
		findings_tell(a, &finding);
	}
}
