/* Runs COMMAND with its output thrown away and prints what it spent: seconds of processor and of
 * wall, peak memory in KiB, exit status.
 *
 * A program of its own because a process starts with the peak of the one that it was forked from:
 * a measuring script would hide anything smaller than its interpreter.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void run(char **command)
{
	int null = open("/dev/null", O_WRONLY);
	dup2(null, STDOUT_FILENO);
	execvp(command[0], command);
	perror(command[0]);
	_exit(127);
}

int main(int argc, char **argv)
{
	struct rusage used;
	int status;

	if (argc < 2) {
		fprintf(stderr, "usage: spend COMMAND [ARGUMENT...]\n");
		return 2;
	}
	double start = now();
	pid_t child = fork();
	if (child == 0)
		run(argv + 1);
	if (child < 0 || wait4(child, &status, 0, &used) < 0) {
		perror("spend");
		return 2;
	}
	printf("%.6f %.6f %ld %d\n", seconds(used.ru_utime) + seconds(used.ru_stime), now() - start,
		used.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 0;
}
