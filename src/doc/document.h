/* The files that generators write, below a directory that they are given. */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* DIR/PATH, open for writing; its directory is there. Ends the program where that fails. */
static inline FILE *document_open(const char *dir, const char *path)
{
	char name[1024];
	snprintf(name, sizeof name, "%s/%s", dir, path);
	FILE *const file = fopen(name, "w");
	if (!file) {
		fprintf(stderr, "%s: %s\n", name, strerror(errno));
		exit(EXIT_FAILURE);
	}
	return file;
}

static inline void document_close(FILE *file)
{
	if (fclose(file)) {
		perror("writing");
		exit(EXIT_FAILURE);
	}
}

/* The directory on the command line; ends the program where there is none. */
static inline const char *document_dir(int argc, char **argv)
{
	if (argc == 2)
		return argv[1];
	fprintf(stderr, "usage: %s DIR\n", argv[0]);
	exit(EXIT_FAILURE);
}

#endif
