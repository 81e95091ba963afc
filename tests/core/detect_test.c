/* Detectors keep to what they promise: who says no leaves the finding as it was, and who says yes
 * names a packet and its time. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/analyzer.h"
#include "core/detect.h"
#include "scenario.h"

enum { FRAMES_MAX = 4096 };

/* By their place in the panel. */
static const struct detector *judges[FW_CODE_COUNT];
static unsigned asked[FW_CODE_COUNT];
static fw_time times[FRAMES_MAX + 1]; /* by number */

static bool is_untouched(const struct fw_finding *now, const struct fw_finding *before)
{
	return now->code == before->code && now->lowered_by == before->lowered_by &&
		now->sided == before->sided && now->side == before->side &&
		now->packet == before->packet && now->time == before->time &&
		now->count == before->count && !now->packet_count && !now->evidence_count &&
		!now->rejected_count && !now->possible_count && !now->text[0] && !now->about;
}

static bool ask_and_compare(
	enum fw_code code, const struct scene *scene, struct fw_finding *finding)
{
	const struct fw_finding before = *finding;
	asked[code]++;
	if (judges[code]->detect(scene, finding)) {
		if (finding->packet > FRAMES_MAX || finding->time != times[finding->packet])
			fail_msg("%s gives packet %d another time", fw_code_name(code),
				(int)finding->packet);
		return true;
	}
	if (!is_untouched(finding, &before))
		fail_msg("%s says no and leaves something behind", fw_code_name(code));
	return false;
}

#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	static bool ask_##id(const struct scene *scene, struct fw_finding *finding)                \
	{                                                                                          \
		return ask_and_compare(FW_CODE_##id, scene, finding);                              \
	}
#include "finwait/anomalies.def"
#undef ANOMALY

static detect_fn *const asking[] = {
#define ANOMALY(id, code, severity, when, title, rfc, message, meaning, judged, causes, next)      \
	ask_##id,
#include "finwait/anomalies.def"
#undef ANOMALY
};

/* Each detector of PANEL gives way to one that compares; they are kept in STAND_INS. */
static void stand_in(struct panel *panel, struct detector stand_ins[FW_CODE_COUNT])
{
	for (uint32_t i = 0; i < panel->count; i++) {
		const uint8_t code = panel->each[i]->code;

		judges[code] = panel->each[i];
		stand_ins[code] = *judges[code];
		stand_ins[code].detect = asking[code];
		panel->each[i] = &stand_ins[code];
	}
}

static void ignore(const struct fw_event *event, void *user)
{
	(void)event, (void)user;
}

static void play(const char *path)
{
	static const struct fw_config config = {.events = 1u << FW_EVENT_CLOSED};
	static uint8_t bytes[SCENARIO_FRAME_MAX];
	struct detector stand_ins[FW_CODE_COUNT];
	struct scenario *const scenario = scenario_load(path, stderr);
	struct fw_analyzer *const analyzer = fw_new(&config, ignore, NULL);

	assert_non_null(scenario);
	assert_non_null(analyzer);
	stand_in(&analyzer->panel, stand_ins);
	assert_in_range(scenario->segment_count, 0, FRAMES_MAX);
	for (size_t i = 0; i < scenario->segment_count; i++) {
		const struct scenario_segment *const segment = &scenario->segments[i];
		const uint32_t len = (uint32_t)scenario_frame(segment, SCENARIO_PLAIN, bytes);
		const struct fw_frame frame = {
			.number = i + 1,
			.time = segment->time,
			.data = bytes,
			.len = (uint32_t)scenario_kept(segment, len),
			.wire_len = len,
			.linktype = 1, /* Ethernet */
		};

		times[i + 1] = segment->time;
		if (!segment->lost)
			assert_true(fw_feed(analyzer, &frame, 1));
	}
	assert_true(fw_finish(analyzer));
	fw_free(analyzer);
	scenario_free(scenario);
}

static void findings_are_whole_or_none(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(glob("tests/scenarios/*.scn", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++)
		play(files.gl_pathv[i]);
	globfree(&files);
	for (int code = 0; code < FW_CODE_COUNT; code++)
		if (judges[code] && !asked[code])
			fail_msg("%s was never asked", fw_code_name((enum fw_code)code));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_are_whole_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
