/* Writes the capture that a scenario describes: mkpcap [-u] SCENARIO CAPTURE (-u: microseconds, not ns). */
#include <stdlib.h>
#include <string.h>

#include "scenario.h"

enum { LINKTYPE_ETHERNET = 1 };

static bool write_header(FILE *out, bool micro)
{
	const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, accuracy, snaplen, linktype;
	} header = {micro ? 0xa1b2c3d4 : 0xa1b23c4d, 2, 4, 0, 0, 262144, LINKTYPE_ETHERNET};

	return fwrite(&header, sizeof header, 1, out) == 1;
}

static bool write_frame(FILE *out, bool micro, const struct scenario_segment *segment)
{
	uint8_t frame[SCENARIO_FRAME_MAX];
	const uint32_t len = (uint32_t)scenario_frame(segment, SCENARIO_PLAIN, frame);
	const uint32_t fraction = (uint32_t)(segment->time % 1000000000);
	const uint32_t record[4] = {
		(uint32_t)(segment->time / 1000000000),
		micro ? fraction / 1000 : fraction,
		len,
		len,
	};

	return fwrite(record, sizeof record, 1, out) == 1 && fwrite(frame, 1, len, out) == len;
}

static bool write_capture(const char *path, bool micro, const struct scenario *scenario)
{
	FILE *const out = fopen(path, "w");
	bool good = out && write_header(out, micro);

	for (size_t i = 0; good && i < scenario->segment_count; i++)
		if (!scenario->segments[i].lost)
			good = write_frame(out, micro, &scenario->segments[i]);
	if (out && fclose(out))
		good = false;
	if (!good)
		fprintf(stderr, "%s: %m\n", path);
	return good;
}

int main(int argc, char **argv)
{
	const bool micro = argc > 1 && strcmp(argv[1], "-u") == 0;
	struct scenario *scenario;
	bool good;

	if (argc != 3 + micro) {
		fprintf(stderr, "usage: mkpcap [-u] SCENARIO CAPTURE\n");
		return 2;
	}
	scenario = scenario_load(argv[1 + micro], stderr);
	good = scenario && write_capture(argv[2 + micro], micro, scenario);
	scenario_free(scenario);
	return good ? 0 : 2;
}
