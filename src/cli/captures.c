/* The captures of a run, as the sinks report them. */
#include "cli/captures.h"

#include <stdio.h>
#include <stdlib.h>

/* What the description of one capture refers to. */
struct details {
	const char *link_types[CAPTURE_LINKTYPES];
	char link_names[CAPTURE_LINKTYPES][CAPTURE_LINKTYPE_NAME];
	char interface_links[CAPTURE_INTERFACES][CAPTURE_LINKTYPE_NAME];
	struct sink_interface interfaces[CAPTURE_INTERFACES];
	struct sink_comment comments[CAPTURE_COMMENTS];
};

static const char *said(const char *text)
{
	return text[0] ? text : NULL;
}

static size_t least(uint64_t count, size_t kept)
{
	return count < kept ? (size_t)count : kept;
}

static void describe_interface(
	struct sink_interface *to, const struct capture_interface *interface, char *link_name)
{
	*to = (struct sink_interface){
		.name = said(interface->name),
		.description = said(interface->description),
		.filter = said(interface->filter),
		.link_type = capture_linktype_name(interface->linktype, link_name),
		.snap_length = interface->snaplen,
		.ticks_per_second = interface->ticks_per_second,
		.counters = interface->counters,
	};
}

/* What the file says of itself. */
static void describe_evidence(
	struct sink_capture *to, const struct capture_file *file, struct details *details)
{
	to->comment_count = least(file->comment_count, CAPTURE_COMMENTS);
	to->comments_omitted = file->comment_count - to->comment_count;
	to->comments = details->comments;
	for (size_t i = 0; i < to->comment_count; i++)
		details->comments[i] =
			(struct sink_comment){file->comments[i].packet, file->comments[i].text};
	to->interface_count = least(file->interface_count, CAPTURE_INTERFACES);
	to->interfaces_omitted = file->interface_count - to->interface_count;
	to->interfaces = details->interfaces;
	for (size_t i = 0; i < to->interface_count; i++)
		describe_interface(
			&details->interfaces[i], &file->interfaces[i], details->interface_links[i]);
	to->hardware = said(file->hardware);
	to->os = said(file->os);
	to->application = said(file->application);
	to->inbound = file->inbound;
	to->outbound = file->outbound;
	to->dropped = file->dropped;
}

static void describe(
	struct sink_capture *to, const struct capture_file *file, struct details *details)
{
	for (size_t i = 0; i < file->linktype_count; i++)
		details->link_types[i] =
			capture_linktype_name(file->linktypes[i], details->link_names[i]);
	*to = (struct sink_capture){
		.path = file->path,
		.format = file->format,
		.compression = file->compression,
		.link_types = details->link_types,
		.link_type_count = file->linktype_count,
		.packets = file->packets,
		.bytes = file->bytes,
		.first_time = file->first_time,
		.last_time = file->last_time,
		.error = said(file->error),
	};
	describe_evidence(to, file, details);
}

/* In one block: the captures, then the details of each. */
struct sink_capture *captures_describe(const struct capture *capture, size_t *count)
{
	const struct capture_file *const files = capture_files(capture, count);
	struct sink_capture *const captures =
		calloc(*count ? *count : 1, sizeof *captures + sizeof(struct details));
	if (!captures) {
		*count = 0;
		return NULL;
	}
	struct details *const details = (struct details *)(captures + *count);
	for (size_t i = 0; i < *count; i++)
		describe(&captures[i], &files[i], &details[i]);
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
