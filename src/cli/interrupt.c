/* Ctrl-C: the run ends early, and reports what it has read. */
#include "cli/interrupt.h"

#include <signal.h>

/* A signal handler can reach nothing but a global. */
static volatile sig_atomic_t caught;

static void remember(int signal)
{
	(void)signal;
	caught = 1;
}

void interrupt_catch(void)
{
	/* No SA_RESTART: a read that waits for a pipe has to return. */
	const struct sigaction action = {.sa_handler = remember, .sa_flags = (int)SA_RESETHAND};
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool interrupted(void)
{
	return caught;
}
