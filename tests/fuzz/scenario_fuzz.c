/* Any text as a scenario: what parses is run. Expectations may fail; nothing else may. */
#include <stdlib.h>

#include "fuzz/fuzz.h"
#include "scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *const nowhere = fopen("/dev/null", "w");
	struct scenario *scenario;

	REQUIRE(nowhere);
	scenario = scenario_parse("fuzz", (const char *)data, size, nowhere);
	for (unsigned v = 0; scenario && v < SCENARIO_VARIANTS; v++)
		scenario_run(scenario, (enum scenario_variant)v, NULL, nowhere);
	scenario_free(scenario);
	fclose(nowhere);
	return 0;
}
