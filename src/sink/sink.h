/* Someone to tell: a format that takes the events of a run. */
#ifndef SINK_H
#define SINK_H

#include "finwait.h"
#include "sink/out.h"

/* What somebody noted in a capture. */
struct sink_comment {
	uint64_t packet; /* its number in that file; 0 if it is on the file or an interface */
	const char *text;
};

/* What a capture says of an interface. A text is NULL where it says nothing. */
struct sink_interface {
	const char *name, *description, *filter;
	const char *link_type;
	uint32_t snap_length; /* 0 if there is no limit */
	int64_t ticks_per_second;
	const int64_t *counters; /* a row of counters.def each; FW_NONE if not said */
};

/* One capture, as it is reported. */
struct sink_capture {
	const char *path;
	const char *format;      /* NULL while unknown */
	const char *compression; /* NULL if none */
	const char *const *link_types;
	size_t link_type_count;
	uint64_t packets, bytes;       /* bytes on the wire */
	fw_time first_time, last_time; /* meaningless while packets is 0 */
	const char *error;             /* NULL if none */

	/* What it says of itself. A text is NULL where it says nothing. */
	const char *hardware, *os, *application;
	const struct sink_comment *comments;
	const struct sink_interface *interfaces;
	size_t comment_count, interface_count;
	uint64_t comments_omitted, interfaces_omitted; /* more than are kept */
	uint64_t inbound, outbound;
	int64_t dropped; /* FW_NONE if not said */
};

/* What is known of the run. captures and totals are complete when a sink is closed, not before. */
struct sink_run {
	const struct sink_capture *captures;
	size_t capture_count;
	const struct fw_totals *totals;
	bool flow_selected; /* it is about the flows that reach the sink, not about captures */
	bool events;        /* transitions as they happen */
	bool segments;      /* each segment */
	bool all;           /* every line of each table */
	bool all_segments;  /* every segment of a ladder */
	bool numeric;       /* no names of services */
	bool color;
	bool utf8;
	unsigned width; /* columns */
};

struct sink_format {
	const char *name;
	const char *text; /* what it is, in a few words */
	bool timelines;   /* flows are wanted with their transitions */

	/* Set of 1 << enum fw_event_type that it wants. */
	uint32_t (*wants)(const struct sink_run *run);

	/* RUN and OUT outlive the sink. NULL where memory is short. */
	void *(*open)(const struct sink_run *run, struct out *out);
	void (*event)(void *sink, const struct fw_event *event);

	/* Writes what is left and frees the sink. */
	void (*close)(void *sink);
};

extern const struct sink_format sink_text, sink_json, sink_jsonl;

/* The formats that there are, ended by NULL; the first is the default. */
extern const struct sink_format *const sink_formats[];

/* NULL if there is none of that name. */
const struct sink_format *sink_find(const char *name);

#endif
