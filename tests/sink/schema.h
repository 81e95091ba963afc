/* A validator for as much of JSON Schema as finwait's own schema uses. */
#ifndef SCHEMA_H
#define SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* docs/reference/finwait.schema.json; ends the test program where it can't be read. */
json_t *schema_load(void);

/* Whether VALUE is what RULES ask for, whose $ref are looked up in ROOT. Where it is not, FAULT
 * says why and at which member. A member that the schema does not know is a fault: here, though
 * not for users, to whom more members may come. */
bool schema_accepts(
	const json_t *root, const json_t *rules, const json_t *value, char *fault, size_t room);

#endif
