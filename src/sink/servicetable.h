/* The services that were seen, in the report on a capture. */
#ifndef SERVICETABLE_H
#define SERVICETABLE_H

#include "sink/page.h"

struct servicetable {
	struct fw_service *rows;
	size_t count, room;
};

/* Where memory is short SERVICE is not kept. */
void servicetable_add(struct servicetable *table, const struct fw_service *service);
void servicetable_free(struct servicetable *table);

/* Those that turned most away first; nothing where there is but one. */
void servicetable_write(struct servicetable *table, struct page *page);

#endif
