/* The table of flows in the report on a capture. */
#ifndef FLOWTABLE_H
#define FLOWTABLE_H

#include "sink/page.h"
#include "sink/ranking.h"

/* The rows as they stand, with as many columns as the page is wide. */
void flowtable_write(struct page *page, const struct ranking *ranking);

#endif
