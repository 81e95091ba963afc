/* What findings mean: the catalogue's pages. */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "cli/options.h"

/* The pages of the codes that OPTIONS name, a list of all codes where it names none, on standard
 * output. The exit status: 0 done; 2 where there is no such code or it could not be written. */
int explain(const struct options *options);

#endif
