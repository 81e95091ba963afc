/* A finding in a ladder, below the segment that shows it. */
#ifndef MARK_H
#define MARK_H

#include "sink/page.h"

void mark_write(struct page *page, const struct fw_finding *finding);

#endif
