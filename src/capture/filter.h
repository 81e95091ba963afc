/* A pcap-filter(7) expression, applied to frames of any link type. */
#ifndef FILTER_H
#define FILTER_H

#include "finwait.h"

struct filter;

/* NULL, and libpcap's message in ERROR, where EXPRESSION makes no sense on any link type. */
struct filter *filter_new(const char *expression, char error[256]);
void filter_free(struct filter *filter);

/* What libpcap has against the expression on frames of LINKTYPE, "" if nothing. */
const char *filter_problem(struct filter *filter, uint16_t linktype);

/* False too for all frames of a link type that the expression cannot be compiled for. */
bool filter_match(struct filter *filter, const struct fw_frame *frame);

#endif
