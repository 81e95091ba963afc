/* The flows that are most worth a look, the worst first, out of any number. */
#include "sink/ranking.h"
#include "report/words.h"

#include <stdlib.h>

#define ROWS_FIRST 64

void ranking_init(struct ranking *ranking, size_t limit)
{
	*ranking = (struct ranking){.limit = limit};
}

void ranking_free(struct ranking *ranking)
{
	free(ranking->rows);
}

/* How bad a finding is: one that is only worth knowing is none. */
static int gravity(const struct ranked *row)
{
	return row->found == FW_CODE_COUNT ? FW_INFO : (int)row->severity;
}

/* How bad an end is: what failed, then what hangs half closed, then the rest. */
static int badness(const struct ranked *row)
{
	static const int of_closed[] = {
		[FW_CLOSED_UNANSWERED] = 4,
		[FW_CLOSED_REFUSED] = 3,
		[FW_CLOSED_RESET] = 5,
		[FW_CLOSED_OPEN] = 1,
		[FW_CLOSED_FIN] = 0,
	};
	const bool waits = row->state[0] == FW_CLOSE_WAIT || row->state[1] == FW_CLOSE_WAIT;
	return row->closed == FW_CLOSED_OPEN && waits ? 2 : of_closed[row->closed];
}

/* Less than zero where A is worse; never zero for two flows. */
static int compare(const void *a, const void *b)
{
	const struct ranked *const x = a, *const y = b;
	const int grave = gravity(y) - gravity(x), bad = badness(y) - badness(x);
	if (grave || bad)
		return grave ? grave : bad;
	if (x->resent != y->resent)
		return x->resent > y->resent ? -1 : 1;
	return x->id < y->id ? -1 : 1;
}

static void swap(struct ranked *a, struct ranked *b)
{
	const struct ranked other = *a;
	*a = *b;
	*b = other;
}

/* The rows are a heap, the least bad on top, so that it is at hand when a worse one comes. */
static void rise(struct ranked *rows, size_t i)
{
	for (; i > 0 && compare(&rows[(i - 1) / 2], &rows[i]) < 0; i = (i - 1) / 2)
		swap(&rows[(i - 1) / 2], &rows[i]);
}

static void fall(struct ranked *rows, size_t count)
{
	size_t i = 0;
	for (size_t child; (child = 2 * i + 1) < count; i = child) {
		if (child + 1 < count && compare(&rows[child], &rows[child + 1]) < 0)
			child++;
		if (compare(&rows[i], &rows[child]) >= 0)
			return;
		swap(&rows[i], &rows[child]);
	}
}

static bool grow(struct ranking *ranking)
{
	if (ranking->count < ranking->room)
		return true;
	const size_t room = ranking->room ? ranking->room * 2 : ROWS_FIRST;
	struct ranked *const rows = realloc(ranking->rows, room * sizeof *rows);
	if (!rows)
		return false;
	ranking->rows = rows;
	ranking->room = room;
	return true;
}

static void find_worst(struct ranked *row, const struct fw_flow *flow)
{
	row->found = FW_CODE_COUNT;
	for (uint32_t i = 0; i < flow->anomaly_count; i++) {
		const struct fw_finding *const finding = &flow->anomalies[i];
		if (row->found != FW_CODE_COUNT && finding->severity <= row->severity)
			continue;
		row->found = finding->code;
		row->severity = finding->severity;
	}
}

void ranking_add(struct ranking *ranking, const struct fw_flow *flow)
{
	const struct fw_endpoint *const end = flow->end;
	struct ranked row = {
		.id = flow->id,
		.addr = {end[0].addr, end[1].addr},
		.state = {end[0].state, end[1].state},
		.opened = flow->opened,
		.closed = flow->closed,
		.closed_by = flow->closed_by,
		.duration = words_between(flow->first, flow->last),
		.packets = end[0].packets + end[1].packets,
		.bytes = end[0].unique_bytes + end[1].unique_bytes,
		.resent = end[0].retransmitted_packets + end[1].retransmitted_packets,
	};
	find_worst(&row, flow);
	ranking->seen++;
	if (ranking->count < ranking->limit) {
		if (!grow(ranking))
			return;
		ranking->rows[ranking->count] = row;
		rise(ranking->rows, ranking->count++);
	} else if (compare(&row, &ranking->rows[0]) < 0) {
		ranking->rows[0] = row;
		fall(ranking->rows, ranking->count);
	}
}

void ranking_sort(struct ranking *ranking)
{
	if (ranking->count)
		qsort(ranking->rows, ranking->count, sizeof *ranking->rows, compare);
}
