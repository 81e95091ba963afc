/* One input: a source of bytes, the format that makes frames of it, and what is known of it. */
#ifndef INPUT_H
#define INPUT_H

#include "capture/capture.h"
#include "capture/source.h"

struct input {
	struct source source;
	struct capture_file *file;
	const struct format *format; /* NULL where there is nothing to read */
	void *state;                 /* of the format; freed with the input */
	struct filter *filter;       /* the caller's; NULL if there is none */
	size_t batch;                /* frames of this batch, not yet in file->packets */
	bool opened;                 /* the file header is behind */
	bool cooked; /* some frames may have Linux's headers, which tell their direction */
};

/* A file format. Its functions find the bytes at input->source.at and leave off there. */
struct format {
	const char *name;
	const char *unit;      /* what the file is a sequence of, for people */
	uint8_t magics[10][4]; /* the first four bytes; unused rows are 0 */
	bool (*open)(struct input *input);
	/* Up to MAX frames. Fewer where bytes would have to move, 0 only at the end. */
	size_t (*read)(struct input *input, struct fw_frame *frames, size_t max);
};

extern const struct format pcap_format;
extern const struct format pcapng_format;
extern const struct format snoop_format;

/* Opens file->path with a buffer of BLOCK bytes. What fails is in file->error. */
void input_open(struct input *input, struct capture_file *file, size_t block);
void input_close(struct input *input);

/* The next frames, accounted for in file; their numbers are 0. 0 at the end. Frames of the call
 * before die. */
size_t input_read(struct input *input, struct fw_frame *frames, size_t max);

/* For formats. WANT bytes of the unit that begins at source.at? If not, the input is over: quietly
 * if nothing of it is there, else with an error. */
bool input_want(struct input *input, size_t want);

/* For formats. Zeroed state of SIZE bytes, NULL (and an error) for want of memory. */
void *input_state(struct input *input, size_t size);

/* For formats. Ends the input with "packet 17 at byte 1,204", or what it is, and
 * the text. Returns false. */
bool input_fault(struct input *input, const char *text, ...) __attribute__((format(printf, 2, 3)));

/* For formats. Adds to file->linktypes. */
void input_linktype(struct input *input, uint16_t linktype);

/* For formats. Notes of FRAME that it is FW_FRAME_INBOUND or FW_FRAME_OUTBOUND. */
void input_direction(struct input *input, struct fw_frame *frame, enum fw_frame_flag direction);

/* 1204 as "1,204". Returns TEXT. */
const char *grouped(uint64_t value, char text[27]);

#endif
