/* Names of well-known TCP ports. */
#include "finwait.h"

/* A switch, because a port with two names does not compile. */
const char *fw_service_name(uint16_t port)
{
	switch (port) {
#define SERVICE(number, name)                                                                      \
	case number:                                                                               \
		return name;
#include "finwait/services.def"
#undef SERVICE
	default:
		return NULL;
	}
}
