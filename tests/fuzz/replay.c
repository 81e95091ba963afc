/* Feeds the files of a corpus to a fuzz target, where no fuzzer is linked: X_fuzz DIRECTORY */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Exactly as much memory as there is data, so that a sanitizer sees a read beyond its end. */
static bool feed(FILE *file)
{
	fseek(file, 0, SEEK_END);
	long size = ftell(file);
	rewind(file);
	uint8_t *data = size < 0 ? NULL : malloc(size ? (size_t)size : 1);
	bool read = data && fread(data, 1, (size_t)size, file) == (size_t)size;
	if (read)
		LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return read;
}

static bool feed_path(const char *directory, const char *name)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", directory, name);
	FILE *file = fopen(path, "rb");
	if (!file)
		return false;
	bool fed = feed(file);
	fclose(file);
	return fed;
}

int main(int argc, char **argv)
{
	DIR *directory = argc == 2 ? opendir(argv[1]) : NULL;
	if (!directory) {
		printf("not ok 1 - no corpus: %s DIRECTORY\n", argv[0]);
		return 1;
	}
	size_t fed = 0;
	for (struct dirent *entry; (entry = readdir(directory));) {
		if (entry->d_name[0] == '.')
			continue;
		if (!feed_path(argv[1], entry->d_name))
			printf("not ok - %s can't be read\n", entry->d_name);
		fed++;
	}
	closedir(directory);
	printf("%s 1 - %zu files of %s\n", fed ? "ok" : "not ok", fed, argv[1]);
	return !fed;
}
