/* How far the reading has come, on a terminal, once it takes longer than a second. */
#include "cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define SECOND         INT64_C(1000000000)
#define INTERVAL       (SECOND / 10)
#define CALLS_PER_LOOK 64 /* batches between looks at the clock */
#define BAR            24

static int64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * SECOND + time.tv_nsec;
}

void progress_start(struct progress *progress)
{
	*progress = (struct progress){.terminal = isatty(STDERR_FILENO)};
	if (!progress->terminal)
		return;
	progress->start = now();
	progress->next = progress->start + SECOND;
}

struct sums {
	uint64_t packets, done, size; /* size is 0 where one of the files has none */
};

static struct sums add_up(const struct capture *capture)
{
	size_t count;
	const struct capture_file *const files = capture_files(capture, &count);
	struct sums sums = {0};
	bool sized = true;
	for (size_t i = 0; i < count; i++) {
		sums.packets += files[i].packets;
		sums.done += files[i].file_bytes;
		sums.size += files[i].file_size;
		sized &= files[i].file_size > 0 || files[i].error[0];
	}
	sums.size = sized ? sums.size : 0;
	return sums;
}

static void draw(const struct sums *sums, double elapsed)
{
	static const char bar[] = "########################";
	const double rate = (double)sums->packets / elapsed;
	if (!sums->size || !sums->done) {
		fprintf(stderr, "\r%.1f M packets  %.2f M/s\033[K", (double)sums->packets / 1e6,
			rate / 1e6);
		return;
	}
	const double part = sums->done < sums->size ? (double)sums->done / (double)sums->size : 1;
	const int filled = (int)(part * BAR);
	fprintf(stderr, "\r[%.*s%*s] %3.0f %%  %.1f M packets  %.2f M/s  %.0f s left\033[K", filled,
		bar, BAR - filled, "", part * 100, (double)sums->packets / 1e6, rate / 1e6,
		elapsed * (1 - part) / part);
}

void progress_tick(struct progress *progress, const struct capture *capture)
{
	if (!progress->terminal || progress->calls++ % CALLS_PER_LOOK)
		return;
	const int64_t time = now();
	if (time < progress->next)
		return;
	const struct sums sums = add_up(capture);
	draw(&sums, (double)(time - progress->start) / SECOND);
	progress->shown = true;
	progress->next = time + INTERVAL;
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
}
