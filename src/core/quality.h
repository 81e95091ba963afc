/* What is wrong with the capture itself: judged before the traffic, as it explains much of it. */
#ifndef QUALITY_H
#define QUALITY_H

#include "finwait.h"

struct fw_analyzer;
struct flow;
struct judgement;

enum artefact {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	ARTEFACT_##id,
#include "finwait/anomalies/capture.def"
#undef ANOMALY
	ARTEFACT_COUNT
};

/* What was seen of an artefact. */
struct sign {
	uint64_t count; /* segments or connections */
	uint64_t bytes; /* in all, where it is about bytes */
	int64_t worst;  /* the largest single one */
	uint64_t first_packet, last_packet;
	fw_time first;
	struct fw_subject about; /* some connections; the one host, if there is one */
	bool hosts;              /* there are several */
	const char *text;        /* NULL if none */
	bool shown;              /* often enough, at one time, to be told */
};

#define QUALITY_PAUSES 8

struct quality {
	struct sign sign[ARTEFACT_COUNT];
	uint64_t base[4];              /* what shares are of, by enum base */
	uint64_t near[2];              /* handshakes that say so of the client, of the server */
	fw_time pause[QUALITY_PAUSES]; /* when the latest began in which nothing was captured */
	int pauses;
};

/* Is TIME before LATEST, or so long after it that the capture was interrupted? */
static inline bool quality_jumps(fw_time latest, fw_time time)
{
	return (uint64_t)time - (uint64_t)latest > UINT64_C(3600000000000);
}

/* FRAME is earlier than one before it, or comes after a pause. */
void quality_time(struct fw_analyzer *a, const struct fw_frame *frame);

/* FRAME is cut. */
void quality_cut(struct fw_analyzer *a, const struct fw_frame *frame);

/* SEG was judged: copies, checksums. */
void quality_segment(
	struct fw_analyzer *a, const struct fw_segment *seg, const struct judgement *j);

/* FLOW leaves. */
void quality_flow(struct fw_analyzer *a, const struct flow *flow);

/* Has the capture shown so much of ARTEFACT that it explains findings? */
bool quality_weakens(const struct fw_analyzer *a, enum artefact artefact);

/* Until when what FLOW did would have been captured. */
fw_time quality_watched(const struct fw_analyzer *a, const struct flow *flow);

/* The capture is over: tells what was found. */
void quality_tell(struct fw_analyzer *a);

#endif
