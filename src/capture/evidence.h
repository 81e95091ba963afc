/* What a pcapng file says of itself: comments, its interfaces, and what it lacks. */
#ifndef EVIDENCE_H
#define EVIDENCE_H

#include "capture/capture.h"
#include "capture/options.h"

/* Packets that one interface has lost, by what has been read. */
struct losses {
	int64_t between; /* said by packets of the ones before them */
	int64_t all;     /* those, or what the interface's statistics say, if that is more */
};

/* An option that is a comment, on the packet of that number or, with 0, on something else. */
void evidence_comment(struct capture_file *file, uint64_t packet, const struct options *options);

/* The options of a section header. */
void evidence_section(struct capture_file *file, struct options options);

/* An interface and its options, from which INTERFACE gets what it does not have yet. */
void evidence_interface(
	struct capture_file *file, struct capture_interface *interface, struct options options);

/* The options of an interface's statistics; INDEX counts the interfaces of all sections. Later
 * statistics replace earlier ones. */
void evidence_statistics(
	struct capture_file *file, uint64_t index, struct losses *losses, struct options options);

/* A packet of the interface says that COUNT were lost before it. */
void evidence_lost(
	struct capture_file *file, uint64_t index, struct losses *losses, uint64_t count);

#endif
