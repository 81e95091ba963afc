/* One run: captures in, events to the sinks. */
#include "cli/run.h"

#include "capture/capture.h"
#include "cli/captures.h"
#include "cli/interrupt.h"
#include "cli/listeners.h"
#include "cli/progress.h"
#include "cli/terminal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#define BATCH 128

enum { STATUS_DONE = 0, STATUS_FOUND = 1, STATUS_FAULT = 2 };

struct session {
	const struct selection *selection;
	enum fw_severity fail_on;
	bool found; /* as bad as fail_on, or worse */
	struct listeners listeners;
};

/* What many flows show is nothing of those that were selected; what the capture lacks concerns
 * them too. */
static bool is_wanted(const struct session *session, const struct fw_event *event)
{
	if (event->flow)
		return selection_has(session->selection, event->flow);
	return !selection_is_set(session->selection) ||
		(event->finding && fw_code_page(event->finding->code)->scope == FW_SCOPE_CAPTURE);
}

/* When a flow leaves, all that weakens its findings is known. */
static bool is_bad(const struct session *session, const struct fw_event *event)
{
	if (event->type == FW_EVENT_FINDING)
		return event->finding->severity >= session->fail_on &&
			!selection_is_set(session->selection);
	if (event->type == FW_EVENT_CLOSED)
		for (uint32_t i = 0; i < event->flow->anomaly_count; i++)
			if (event->flow->anomalies[i].severity >= session->fail_on)
				return true;
	return false;
}

static void tell(const struct fw_event *event, void *user)
{
	struct session *const session = user;
	if (!is_wanted(session, event))
		return;
	session->found = session->found || is_bad(session, event);
	listeners_tell(&session->listeners, event);
}

static bool complain(const char *what)
{
	fprintf(stderr, "finwait: %s\n", what);
	return false;
}

static struct sink_run describe_run(const struct options *options, const struct fw_totals *nothing)
{
	return (struct sink_run){
		.totals = nothing,
		.flow_selected = selection_is_set(&options->selection),
		.events = options->events,
		.segments = options->segments,
		.all = options->all,
		.all_segments = options->all_segments,
		.numeric = options->numeric,
		.color = terminal_color(options->color),
		.utf8 = terminal_utf8(),
		.width = terminal_width(),
	};
}

static uint32_t wanted_to_fail(enum fw_severity fail_on)
{
	return fail_on == FW_SEVERITY_COUNT ? 0 : 1u << FW_EVENT_CLOSED | 1u << FW_EVENT_FINDING;
}

static struct fw_analyzer *new_analyzer(const struct options *options, struct session *session)
{
	struct fw_config config = {
		.time_wait = options->time_wait,
		.events = session->listeners.wants | wanted_to_fail(options->fail_on),
		.only_flow = options->selection.id,
		.timelines = session->listeners.timelines,
		.key_vlan = options->key_vlan,
	};
	memcpy(config.threshold, options->limits, sizeof config.threshold);
	memcpy(config.severity, options->severity, sizeof config.severity);
	/* Nothing in the output depends on the key; without a random one a capture could be made
	 * to collide. */
	if (getrandom(config.hash_key, sizeof config.hash_key, 0) != sizeof config.hash_key)
		return NULL;
	return fw_new(&config, tell, session);
}

static bool feed(
	struct fw_analyzer *analyzer, struct capture *capture, const struct listeners *listeners)
{
	struct fw_frame frames[BATCH];
	struct progress progress;
	bool good = true;
	progress_start(&progress);
	for (size_t n; good && !interrupted() && !listeners_deaf(listeners);) {
		n = capture_read(capture, frames, BATCH);
		if (n == 0)
			break;
		good = fw_feed(analyzer, frames, n);
		/* The source had no more at hand: who listens need not wait for it. */
		if (n < BATCH)
			listeners_flush(listeners);
		progress_tick(&progress, capture);
	}
	progress_end(&progress);
	good &= fw_finish(analyzer);
	return good || complain("out of memory: what was read so far is reported");
}

/* Reads all of CAPTURE and lets each sink write its end. */
static bool report(const struct options *options, struct session *session, struct capture *capture,
	struct sink_run *facts)
{
	struct fw_analyzer *const analyzer = new_analyzer(options, session);
	bool good = analyzer || complain("no memory, or no random numbers, to begin with");
	if (analyzer) {
		facts->totals = fw_totals(analyzer);
		good = feed(analyzer, capture, &session->listeners);
	}
	struct sink_capture *const captures = captures_describe(capture, &facts->capture_count);
	facts->captures = captures;
	good &= listeners_close(&session->listeners);
	free(captures);
	fw_free(analyzer);
	return good;
}

int run(const struct options *options)
{
	char error[256] = "";
	const struct capture_options inputs = {
		options->paths, options->path_count, options->filter};
	struct capture *const capture = capture_open(&inputs, error);
	if (!capture) {
		complain(error);
		return STATUS_FAULT;
	}
	const struct fw_totals nothing = {0};
	struct sink_run facts = describe_run(options, &nothing);
	struct session session = {.selection = &options->selection, .fail_on = options->fail_on};
	signal(SIGPIPE, SIG_IGN);
	interrupt_catch();
	bool good = listeners_open(&session.listeners, options, &facts);
	good = good ? report(options, &session, capture, &facts)
		    : (listeners_close(&session.listeners), false);
	good &= captures_complain(capture);
	capture_close(capture);
	return !good ? STATUS_FAULT : session.found ? STATUS_FOUND : STATUS_DONE;
}
