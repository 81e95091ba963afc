/* The captures of a run, as the sinks report them. */
#include "cli/captures.h"

#include <stdio.h>
#include <stdlib.h>

/* In one block: the captures, then the names of the link types of each. */
struct sink_capture *captures_describe(const struct capture *capture, size_t *count)
{
	const struct capture_file *const files = capture_files(capture, count);
	struct sink_capture *const captures = calloc(
		*count ? *count : 1, sizeof *captures + CAPTURE_LINKTYPES * sizeof(const char *));
	if (!captures) {
		*count = 0;
		return NULL;
	}
	const char **names = (const char **)(captures + *count);
	for (size_t i = 0; i < *count; i++, names += CAPTURE_LINKTYPES) {
		const struct capture_file *const file = &files[i];
		for (size_t k = 0; k < file->linktype_count; k++)
			names[k] = capture_linktype_name(file->linktypes[k]);
		captures[i] = (struct sink_capture){
			.path = file->path,
			.format = file->format,
			.compression = file->compression,
			.link_types = names,
			.link_type_count = file->linktype_count,
			.packets = file->packets,
			.bytes = file->bytes,
			.first_time = file->first_time,
			.last_time = file->last_time,
			.error = file->error[0] ? file->error : NULL,
		};
	}
	return captures;
}

bool captures_complain(const struct capture *capture)
{
	size_t count;
	const struct capture_file *const files = capture_files(capture, &count);
	bool good = true;
	for (size_t i = 0; i < count; i++)
		if (files[i].error[0]) {
			fprintf(stderr, "finwait: %s: %s\n", files[i].path, files[i].error);
			good = false;
		}
	return good;
}
