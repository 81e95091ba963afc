/* A pcap-filter(7) expression: libpcap compiles it once for each link type that turns up. */
#include "capture/filter.h"

#include <pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/linktype.h"

#define LINKTYPES   (UINT16_MAX + 1)
#define WHOLE_FRAME 262144 /* a filter returns how much to keep: anything but 0 */

struct program {
	struct bpf_program code;
	char problem[128]; /* "" if it could be compiled */
};

struct filter {
	char *expression;
	struct program *programs[LINKTYPES]; /* those not asked for yet are NULL */
};

static const struct program *compile(struct filter *filter, uint16_t linktype)
{
	struct program *const program = calloc(1, sizeof *program);
	pcap_t *const dead = pcap_open_dead(linktype_dlt(linktype), WHOLE_FRAME);

	filter->programs[linktype] = program;
	if (program && !dead)
		snprintf(program->problem, sizeof program->problem, "not enough memory");
	else if (program &&
		pcap_compile(dead, &program->code, filter->expression, 1, PCAP_NETMASK_UNKNOWN) < 0)
		snprintf(program->problem, sizeof program->problem, "%s", pcap_geterr(dead));
	if (dead)
		pcap_close(dead);
	return program;
}

static const struct program *program_of(struct filter *filter, uint16_t linktype)
{
	if (filter->programs[linktype])
		return filter->programs[linktype];
	return compile(filter, linktype);
}

const char *filter_problem(struct filter *filter, uint16_t linktype)
{
	const struct program *const program = program_of(filter, linktype);

	return program ? program->problem : "not enough memory";
}

bool filter_match(struct filter *filter, const struct fw_frame *frame)
{
	const struct program *const program = program_of(filter, frame->linktype);
	const struct pcap_pkthdr header = {.caplen = frame->len, .len = frame->wire_len};

	return program && !program->problem[0] &&
		pcap_offline_filter(&program->code, &header, frame->data);
}

/* Some primitives exist on some link types only. One that can be compiled for none of these is
 * wrong; what libpcap says for Ethernet is what a person can use. */
static bool makes_sense(struct filter *filter, char error[256])
{
	static const int dlts[] = {DLT_EN10MB, DLT_IEEE802_11_RADIO, DLT_LINUX_SLL2, DLT_RAW,
		DLT_PPP, DLT_SUNATM, DLT_MTP2, DLT_PFLOG, DLT_ERF};

	for (size_t i = 0; i < sizeof dlts / sizeof *dlts; i++)
		if (!filter_problem(filter, linktype_normal((uint32_t)dlts[i]))[0])
			return true;
	snprintf(error, 256, "%s", filter_problem(filter, DLT_EN10MB));
	return false;
}

struct filter *filter_new(const char *expression, char error[256])
{
	struct filter *const filter = calloc(1, sizeof *filter);

	snprintf(error, 256, "not enough memory");
	if (!filter)
		return NULL;
	filter->expression = strdup(expression);
	if (filter->expression && makes_sense(filter, error))
		return filter;
	filter_free(filter);
	return NULL;
}

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	for (size_t i = 0; i < LINKTYPES; i++) {
		if (!filter->programs[i])
			continue;
		pcap_freecode(&filter->programs[i]->code);
		free(filter->programs[i]);
	}
	free(filter->expression);
	free(filter);
}
