/* Captures in, frames out: files of every format, plain or compressed, several merged by time. */
#ifndef CAPTURE_H
#define CAPTURE_H

#include "finwait.h"

/* What is kept for one file; of what there is more, it is counted. */
#define CAPTURE_LINKTYPES  16
#define CAPTURE_INTERFACES 32
#define CAPTURE_COMMENTS   64
#define CAPTURE_TEXT       256 /* bytes of one text, whole characters if it is UTF-8 */

#define CAPTURE_LINKTYPE_NAME sizeof "LINKTYPE_65535"

struct capture_options {
	const char *const *paths; /* "-" is standard input; the caller's until capture_close */
	size_t count;
	const char *filter; /* pcap-filter(7) expression or NULL */
};

enum capture_counter {
#define COUNTER(id, isb, text) CAPTURE_##id,
#include "finwait/counters.def"
#undef COUNTER
	CAPTURE_COUNTERS
};

/* Any bytes but zeros, as they stand in the file; "" where it does not say. */
typedef char capture_text[CAPTURE_TEXT + 1];

struct capture_comment {
	uint64_t packet; /* its number in the file, 0 if it is on the file or an interface */
	capture_text text;
};

/* An interface, as a pcapng file describes it. */
struct capture_interface {
	capture_text name, description, filter;
	uint16_t linktype;
	uint32_t snaplen; /* bytes; 0 if there is no limit */
	int64_t ticks_per_second;
	int64_t counters[CAPTURE_COUNTERS]; /* by enum capture_counter; FW_NONE if not said */
};

/* What is known of one input once it has been read; grows while it is. */
struct capture_file {
	const char *path;
	const char *format;      /* "pcap", "pcapng"; NULL while unknown */
	const char *compression; /* "gzip", "zstd", "lz4"; NULL if none */
	uint16_t linktypes[CAPTURE_LINKTYPES];
	size_t linktype_count;
	uint64_t packets;
	uint64_t bytes;                /* on the wire */
	fw_time first_time, last_time; /* smallest and largest; meaningless while packets is 0 */
	uint64_t file_bytes;           /* read so far, before decompression */
	uint64_t file_size;            /* 0 where it has none (pipes) */
	char error[256];               /* "" or one line: what, at which byte and packet */

	/* What the file says of itself. */
	int64_t dropped;            /* packets that it lacks; FW_NONE if not said */
	uint64_t inbound, outbound; /* packets said to be received and sent by the capturing host */
	capture_text hardware, os, application;
	uint64_t interface_count, comment_count; /* those not kept among them */
	struct capture_interface interfaces[CAPTURE_INTERFACES];
	struct capture_comment comments[CAPTURE_COMMENTS];
};

struct capture;

/* Opens all of OPTIONS. NULL, and one line in ERROR, where nothing can be read at all because of
 * the filter or of memory; a file that can't be opened is an error of its capture_file. */
struct capture *capture_open(const struct capture_options *options, char error[256]);

/* Up to MAX frames into FRAMES, in order of time over all files (in the order of the file where
 * there is but one), numbered from 1; often fewer than MAX. The filter's rejects are among them,
 * with FW_FRAME_FILTERED. 0 at the end. Their bytes are valid until the next call. */
size_t capture_read(struct capture *capture, struct fw_frame *frames, size_t max);

/* One per path, in the order given. Owned by the capture. */
const struct capture_file *capture_files(const struct capture *capture, size_t *count);

void capture_close(struct capture *capture);

/* "EN10MB" for 1 and so on: libpcap's name of a LINKTYPE_ value, static; "LINKTYPE_n", in TEXT, for
 * those that have none. */
const char *capture_linktype_name(uint16_t linktype, char text[CAPTURE_LINKTYPE_NAME]);

#endif
