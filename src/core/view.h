/* A flow as its users see it. */
#ifndef VIEW_H
#define VIEW_H

#include "analyzer.h"

/* Fills a->view from FLOW: the client first, and nothing but plain values. Valid until the next
 * call. */
const struct fw_flow *view(struct fw_analyzer *a, const struct flow *flow);

/* The same with its transitions, where they are kept. */
const struct fw_flow *view_whole(struct fw_analyzer *a, const struct flow *flow);

/* How it was opened and how it was closed, so far. */
enum fw_opened view_opened(const struct flow *flow);
enum fw_closed view_closed(const struct flow *flow);

#endif
