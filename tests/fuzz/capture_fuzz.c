/* Any bytes as a capture file: reading ends, frames are readable and numbered in order. */
#include <sys/mman.h>
#include <unistd.h>

#include "capture/capture.h"
#include "fuzz/fuzz.h"

enum { BATCH = 64, FRAMES_MAX = 100000 };

static void read_all(struct capture *capture)
{
	struct fw_frame frames[BATCH];
	uint64_t number = 0;
	size_t count;

	while (number < FRAMES_MAX && (count = capture_read(capture, frames, BATCH)) > 0) {
		REQUIRE(count <= BATCH);
		for (size_t i = 0; i < count; i++) {
			REQUIRE(frames[i].number == ++number);
			REQUIRE(frames[i].len <= frames[i].wire_len);
			touch(frames[i].data, frames[i].len);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int fd = memfd_create("capture", 0);
	char path[64], error[256];
	const char *const paths[] = {path};
	const struct capture_options options = {.paths = paths, .count = 1};
	struct capture *capture;
	size_t count;

	REQUIRE(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	capture = capture_open(&options, error);
	if (capture) {
		read_all(capture);
		REQUIRE(capture_files(capture, &count) && count == 1);
		capture_close(capture);
	}
	close(fd);
	return 0;
}
