/* Writes the capture that a scenario describes: mkpcap SCENARIO CAPTURE */
#include "scenario.h"

#define MAGIC_NS 0xa1b23c4d

enum { LINKTYPE_ETHERNET = 1 };

static bool write_header(FILE *out)
{
	const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, accuracy, snaplen, linktype;
	} header = {MAGIC_NS, 2, 4, 0, 0, 262144, LINKTYPE_ETHERNET};

	return fwrite(&header, sizeof header, 1, out) == 1;
}

static bool write_frame(FILE *out, const struct scenario_segment *segment)
{
	uint8_t frame[SCENARIO_FRAME_MAX];
	const uint32_t len = (uint32_t)scenario_frame(segment, SCENARIO_PLAIN, frame);
	const uint32_t record[4] = {
		(uint32_t)(segment->time / 1000000000),
		(uint32_t)(segment->time % 1000000000),
		(uint32_t)scenario_kept(segment, len),
		len,
	};

	return fwrite(record, sizeof record, 1, out) == 1 &&
		fwrite(frame, 1, record[2], out) == record[2];
}

static bool write_capture(const char *path, const struct scenario *scenario)
{
	FILE *const out = fopen(path, "w");
	bool good = out && write_header(out);

	for (size_t i = 0; good && i < scenario->segment_count; i++)
		if (!scenario->segments[i].lost)
			good = write_frame(out, &scenario->segments[i]);
	if (out && fclose(out))
		good = false;
	if (!good)
		fprintf(stderr, "%s: %m\n", path);
	return good;
}

int main(int argc, char **argv)
{
	struct scenario *scenario;
	bool good;

	if (argc != 3) {
		fprintf(stderr, "usage: mkpcap SCENARIO CAPTURE\n");
		return 2;
	}
	scenario = scenario_load(argv[1], stderr);
	good = scenario && write_capture(argv[2], scenario);
	scenario_free(scenario);
	return good ? 0 : 2;
}
