/* Captures of the lab, against what the kernel recorded of both ends of each connection. */
#include <arpa/inet.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "capture/capture.h"
#include "finwait.h"

enum { RECORDINGS = 512, ENDS = 128, STEPS = 64, NAME = 64, FRAMES = 64 };

/* One end of all connections between two places, and the states that it went through. */
struct path {
	char local[NAME], remote[NAME];
	enum fw_state state[2][STEPS]; /* by enum who */
	bool unseen[STEPS];            /* the wire can't show this state of the kernel's */
	size_t count[2];
};

struct paths {
	struct path end[ENDS];
	size_t count;
};

enum who { KERNEL, FINWAIT };

static struct path *path_of(struct paths *paths, const char *local, const char *remote)
{
	for (size_t i = 0; i < paths->count; i++)
		if (!strcmp(paths->end[i].local, local) && !strcmp(paths->end[i].remote, remote))
			return &paths->end[i];
	assert_true(paths->count < ENDS);
	struct path *const path = &paths->end[paths->count++];
	snprintf(path->local, NAME, "%s", local);
	snprintf(path->remote, NAME, "%s", remote);
	return path;
}

static void add(struct path *path, enum who who, enum fw_state state)
{
	assert_true(path->count[who] < STEPS);
	path->state[who][path->count[who]++] = state;
}

static enum fw_state state_named(const char *name)
{
	for (enum fw_state s = 0; s < FW_STATE_COUNT; s++)
		if (!strcmp(fw_state_name(s), name))
			return s;
	fail_msg("no state is called %s", name);
	return FW_UNKNOWN;
}

/* The kernel's record: an object a line; one that is corrected is followed by what is true. */
static void read_truth(const char *file, struct paths *paths)
{
	FILE *const in = fopen(file, "r");
	json_t *record;

	assert_non_null(in);
	while ((record = json_loadf(in, JSON_DISABLE_EOF_CHECK, NULL))) {
		const char *local, *remote, *to;

		assert_int_equal(json_unpack(record, "{s:s, s:s, s:s}", "local", &local, "remote",
					 &remote, "to", &to),
			0);
		if (!json_object_get(record, "corrected") && state_named(to) != FW_LISTEN) {
			struct path *const path = path_of(paths, local, remote);

			path->unseen[path->count[KERNEL]] = json_object_get(record, "unseen");
			add(path, KERNEL, state_named(to));
		}
		json_decref(record);
	}
	assert_true(feof(in));
	fclose(in);
}

static void name_place(const struct fw_addr *addr, char name[NAME])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	const bool four = !memcmp(addr->ip, mapped, sizeof mapped);
	char text[INET6_ADDRSTRLEN];

	inet_ntop(four ? AF_INET : AF_INET6, addr->ip + (four ? sizeof mapped : 0), text,
		sizeof text);
	snprintf(name, NAME, four ? "%s:%u" : "[%s]:%u", text, addr->port);
}

/* What was withdrawn is taken back; an end without a connection has no path. */
static void take(struct path *path, size_t begin, const struct fw_transition *t)
{
	const enum fw_state *const state = path->state[FINWAIT];
	size_t *const count = &path->count[FINWAIT];

	if (t->basis == FW_BASIS_WITHDRAWN)
		while (*count > begin && state[*count - 1] != t->to)
			--*count;
	else if (t->to != FW_LISTEN && (*count > begin || t->to != FW_CLOSED))
		add(path, FINWAIT, t->to);
}

static void take_flow(const struct fw_event *event, void *user)
{
	const struct fw_flow *const flow = event->flow;
	struct paths *const paths = user;
	struct path *path[2];
	size_t begin[2];
	char name[2][NAME];

	assert_int_equal(flow->transitions_omitted, 0);
	for (unsigned side = 0; side < 2; side++)
		name_place(&flow->end[side].addr, name[side]);
	for (unsigned side = 0; side < 2; side++) {
		path[side] = path_of(paths, name[side], name[!side]);
		begin[side] = path[side]->count[FINWAIT];
	}
	for (uint32_t i = 0; i < flow->transition_count; i++) {
		const struct fw_transition *const t = &flow->transitions[i];

		take(path[t->side], begin[t->side], t);
	}
}

static void analyse(const char *file, struct paths *paths)
{
	const struct fw_config config = {.events = 1 << FW_EVENT_CLOSED, .timelines = true};
	const struct capture_options options = {.paths = &file, .count = 1};
	char error[256];
	struct capture *const capture = capture_open(&options, error);
	struct fw_analyzer *const analyzer = fw_new(&config, take_flow, paths);
	struct fw_frame frames[FRAMES];
	size_t files;

	assert_non_null(capture);
	assert_non_null(analyzer);
	for (size_t n; (n = capture_read(capture, frames, FRAMES));)
		assert_true(fw_feed(analyzer, frames, n));
	fw_finish(analyzer);
	assert_string_equal(capture_files(capture, &files)->error, "");
	fw_free(analyzer);
	capture_close(capture);
}

/* Every state that the wire can show is there, in order, and no other. */
static bool agree(const struct path *path)
{
	size_t j = 0;

	for (size_t i = 0; i < path->count[KERNEL]; i++)
		if (j < path->count[FINWAIT] && path->state[FINWAIT][j] == path->state[KERNEL][i])
			j++;
		else if (!path->unseen[i])
			return false;
	return j == path->count[FINWAIT];
}

static void tell(const struct path *path)
{
	static const char *const names[] = {[KERNEL] = "kernel ", [FINWAIT] = "finwait"};

	print_message("%s -> %s\n", path->local, path->remote);
	for (unsigned who = KERNEL; who <= FINWAIT; who++) {
		print_message("    %s ", names[who]);
		for (size_t i = 0; i < path->count[who]; i++)
			print_message(" %s", fw_state_name(path->state[who][i]));
		print_message("\n");
	}
}

static void finwait_says_what_the_kernel_did(void **state)
{
	const char *const capture = *state;
	struct paths *const paths = calloc(1, sizeof *paths);
	char truth[256];
	bool same = true;

	assert_non_null(paths);
	snprintf(truth, sizeof truth, "%.*s.truth.jsonl", (int)(strlen(capture) - strlen(".pcap")),
		capture);
	read_truth(truth, paths);
	assert_true(paths->count > 0);
	analyse(capture, paths);
	for (size_t i = 0; i < paths->count; i++)
		if (!agree(&paths->end[i])) {
			same = false;
			tell(&paths->end[i]);
		}
	free(paths);
	assert_true(same);
}

/* lab_test [DIRECTORY]: all recordings there, those of pcaps/ unless told. */
int main(int argc, char **argv)
{
	struct CMUnitTest tests[RECORDINGS] = {{0}};
	char pattern[256];
	glob_t found;

	snprintf(pattern, sizeof pattern, "%s/lab_*.pcap", argc > 1 ? argv[1] : "pcaps");
	if (glob(pattern, 0, NULL, &found) || found.gl_pathc > RECORDINGS)
		return 1;
	for (size_t i = 0; i < found.gl_pathc; i++)
		tests[i] = (struct CMUnitTest){
			.name = strrchr(found.gl_pathv[i], '/') + 1,
			.test_func = finwait_says_what_the_kernel_did,
			.initial_state = found.gl_pathv[i],
		};
	const int failed = _cmocka_run_group_tests("lab", tests, found.gl_pathc, NULL, NULL);
	globfree(&found);
	return failed;
}
