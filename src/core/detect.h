/* What of a segment, or of a flow that leaves, is worth a person's attention.
 *
 * Predicates are pure: they see the flow before the segment is counted, its states after. One of
 * them, detect_ID, belongs to each row of anomalies.def about flows.
 */
#ifndef DETECT_H
#define DETECT_H

#include "analyzer.h"

/* Occasions, for the column when of anomalies.def: a fact of the segment, or one of these. */
#define ON(fact)   ((uint64_t)FW_FACT_##fact)
#define ON_BEHIND  (UINT64_C(1) << 32) /* its sender has sent or acknowledged more before */
#define ON_ANSWER  (UINT64_C(1) << 33) /* with an option that the peer didn't offer */
#define ON_DATA    (UINT64_C(1) << 34) /* with data or FIN, out of the usual course: see judge.h */
#define ON_CLOSING (UINT64_C(1) << 35) /* when one of the ends is past ESTABLISHED */
#define ON_OPENING (UINT64_C(1) << 47) /* a window that was closed opens */
#define ON_FLAGS   (UINT64_C(1) << 38) /* a segment with strange or rare flags or fields */
#define ON_OPTIONS (UINT64_C(1) << 39) /* a segment whose options are wrong, or strange */
#define ON_SYN     (UINT64_C(1) << 40) /* a SYN without ACK */
#define ON_SYN_ACK (UINT64_C(1) << 41) /* a SYN,ACK */
#define ON_AGAIN   (UINT64_C(1) << 42) /* either, of an end that has sent one */
#define ON_RST     (UINT64_C(1) << 43) /* a reset */
#define ON_FIN     (UINT64_C(1) << 44) /* a FIN without either */
#define ON_MEMORY  (UINT64_C(1) << 45) /* the flow leaves, and there is something to remember */
#define ON_QUOTE   (UINT64_C(1) << 46) /* an ICMP error quotes a segment: asked of its sender */
#define ON_TRAFFIC (UINT64_C(1) << 36) /* none of the flow: see traffic.c */
#define ON_CAPTURE (UINT64_C(1) << 37) /* nor this: see quality.c */

/* An end leaves this state by a segment, with scene->was, or together with its flow, without a
 * segment: asked of each end then. */
#define ON_LEFT(state)  ON_STATE(FW_##state)
#define ON_STATE(state) (UINT64_C(1) << 48 << (state))
_Static_assert(48 + FW_STATE_COUNT <= 64, "each state is an occasion");

/* ns; what is timed in ticks is not told below */
#define LEAST_TOLD 1000000

#define LEAST_MSS 536 /* RFC 9293 3.7.1: what every host takes */

struct scene {
	const struct fw_analyzer *analyzer;
	const struct flow *flow;
	const struct fw_segment *seg; /* NULL when the flow leaves or is quoted, like j */
	const struct judgement *j;
	const struct fw_quote *quote; /* NULL but when it is quoted */
	fw_time now;
	fw_time watched; /* when the flow leaves, until when it was watched */
	int side; /* who sent the segment; when the flow leaves, the end that is asked about */
	bool quote_own; /* the end can have sent what is quoted */
	bool finished;  /* it leaves because the capture is over */
	uint8_t was[2]; /* states before the segment */
};

/* Says whether there is a finding, and fills in FINDING, which has code, severity, side, packet and
 * time already: it may be made milder than its row, or of the other side. Who says no leaves it
 * untouched, but for the severity. */
typedef bool detect_fn(const struct scene *scene, struct fw_finding *finding);

struct detector {
	uint64_t when;
	detect_fn *detect;
	uint8_t code, severity;
};

#define FOUND_MAX 24

struct found {
	int count;
	struct fw_finding item[FOUND_MAX]; /* side is the number of the end */
};

/* Asks all that is to be asked of SCENE. */
void detect(const struct scene *scene, struct found *found);
void detect_leaving(struct scene *scene, struct found *found);
void detect_quoted(const struct scene *scene, struct found *found);

static inline int64_t limit(const struct scene *scene, enum fw_threshold threshold)
{
	return scene->analyzer->config.threshold[threshold];
}

static inline bool is_syn(const struct fw_segment *seg)
{
	return (seg->flags & (FW_SYN | FW_ACK | FW_RST)) == FW_SYN;
}

static inline bool is_syn_ack(const struct fw_segment *seg)
{
	return (seg->flags & (FW_SYN | FW_ACK | FW_RST)) == (FW_SYN | FW_ACK);
}

/* The end that the scene is about, and its peer. */
static inline const struct end *sender(const struct scene *scene)
{
	return &scene->flow->end[scene->side];
}

static inline const struct end *receiver(const struct scene *scene)
{
	return &scene->flow->end[!scene->side];
}

/* Up to here it is known what was not said: a capture that was interrupted tells nothing more. */
static inline fw_time watched(const struct scene *scene)
{
	return scene->seg ? scene->now : scene->watched;
}

/* Nanoseconds from the tick THEN, of the flow's life, up to there. */
static inline int64_t silence(const struct scene *scene, uint32_t then)
{
	const struct flow *flow = scene->flow;
	return since(then, flow->last) + elapsed(flow->last, watched(scene));
}

/* Has this end moved from FROM to TO by the segment? */
static inline bool moved(const struct scene *scene, int side, enum fw_state from, enum fw_state to)
{
	return scene->was[side] == from && scene->flow->end[side].state == to;
}

/* It is PACKET, of TIME, that shows it first. */
static inline void finding_begin(struct fw_finding *finding, uint64_t packet, fw_time time)
{
	finding->packet = packet;
	finding->time = time;
}

/* What FINDING rests on; of more than there is room for the first count. */
void finding_give(struct fw_finding *finding, enum fw_evidence evidence, int64_t value);
void finding_cite(struct fw_finding *finding, uint64_t packet);
void finding_reject(struct fw_finding *finding, enum fw_reason reason);
void finding_allow(struct fw_finding *finding, enum fw_reason reason);

/* The value of EVIDENCE if FINDING has it and it is above LEAST, else LEAST. */
int64_t finding_value(const struct fw_finding *finding, enum fw_evidence evidence, int64_t least);

/* Foreign bytes, cut to the room that there is. */
void finding_quote(struct fw_finding *finding, const uint8_t *bytes, size_t len);

#endif
