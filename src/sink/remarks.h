/* What a capture says of itself that a person should know, below its head in the report. */
#ifndef REMARKS_H
#define REMARKS_H

#include "sink/page.h"

/* What it lost, and the first of its comments; nothing where there is nothing to say. */
void remarks_write(struct page *page, const struct sink_capture *capture);

#endif
