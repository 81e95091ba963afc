/* Community ID v1: one name for a flow that other tools give it too. */
#ifndef COMMUNITYID_H
#define COMMUNITYID_H

#include "finwait.h"

#define COMMUNITYID_MAX 32

/* "1:" and the SHA-1 of the pair of addresses in base 64, seed 0; the same whichever end is A. */
void community_id(char text[COMMUNITYID_MAX], const struct fw_addr *a, const struct fw_addr *b);

#endif
