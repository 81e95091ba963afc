/* Events made by hand, and what a sink writes of them. */
#ifndef MADE_H
#define MADE_H

#include "sink/sink.h"

#define MADE_EPOCH 1767225600000000000 /* 2026-01-01T00:00:00Z */

/* A connection that was opened, carried 80 bytes and was closed by its client; numbered ID. */
struct made_flow {
	struct fw_flow flow;
	struct fw_transition transitions[9];
};

void made_flow_init(struct made_flow *made, uint64_t id);

/* A sink that is told what it wants to hear. */
struct made_sink {
	const struct sink_format *format;
	uint32_t wants;
	void *sink;
};

void made_event(const struct made_sink *sink, const struct fw_event *event);

/* What the sink FORMAT writes: opened for RUN, told by TELL, closed. The caller frees it. */
char *made_output(const struct sink_format *format, const struct sink_run *run,
	void (*tell)(const struct made_sink *sink));

/* Tells SINK of each segment and transition of MADE, and of its end. */
void made_tell(const struct made_sink *sink, const struct made_flow *made);

/* The server did not close for 29 minutes and lost 48,213 bytes: found in packet 7, COUNT times. A
 * text of hostile bytes goes with it. */
struct fw_finding made_finding(uint64_t count);

/* Five SYN floods of 10.0.0.2:443, told as findings of many flows, and a capture that lost packets,
 * told of the capture. */
void made_tell_findings(const struct made_sink *sink);

/* Two services: 10.0.0.2:443, and 10.0.0.9:5432, which often does not answer. */
void made_tell_services(const struct made_sink *sink);

/* A run over one capture of nine packets and one flow. */
struct sink_run made_run(void);

#endif
