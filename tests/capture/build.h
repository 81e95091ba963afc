/* Making capture files byte by byte, and reading them back whole. */
#ifndef BUILD_H
#define BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/capture.h"

/* A file in the making. */
struct build {
	bool swapped; /* against the order of this machine */
	size_t len;
	uint8_t data[1 << 16];
};

void put8(struct build *build, uint8_t value);
void put16(struct build *build, uint16_t value);
void put32(struct build *build, uint32_t value);
void put64(struct build *build, uint64_t value);

/* LEN bytes that depend on SEED, so that no two frames are alike. */
void put_bytes(struct build *build, size_t len, uint8_t seed);
void put_padding(struct build *build);

void put_pcap_header(struct build *build, uint32_t magic, uint32_t snaplen, uint32_t network);
void put_pcap_record(
	struct build *build, uint32_t sec, uint32_t frac, uint32_t caplen, uint32_t len);

/* begin_block returns what end_block needs to set the lengths. */
size_t begin_block(struct build *build, uint32_t type);
void end_block(struct build *build, size_t begin);
void put_option(struct build *build, uint16_t code, const void *value, uint16_t len);
void put_text(struct build *build, uint16_t code, const char *text); /* an option too */
void put_section(struct build *build);

/* Resolution is that of if_tsresol; 0 leaves it out, as 0 leaves out the offset. */
void put_interface(struct build *build, uint16_t linktype, uint32_t snaplen, uint8_t resolution,
	int64_t offset);
void put_packet(
	struct build *build, uint32_t interface, uint64_t ticks, uint32_t caplen, uint32_t len);

/* Writes a file to be unlinked; its name goes into PATH. */
void save(const struct build *build, char path[64]);
void save_bytes(const void *bytes, size_t len, char path[64]);

#define READ_MAX 1024

/* A capture as it was read; the bytes of a frame are reduced to a sum, for they die. */
struct reading {
	size_t count;
	struct fw_frame frames[READ_MAX];
	uint32_t sums[READ_MAX];
	struct capture_file files[8];
	size_t file_count;
};

uint32_t sum_of(const uint8_t *bytes, size_t len);

/* Reads in batches of BATCH. */
void read_back(struct reading *reading, const char *const *paths, size_t count, const char *filter,
	size_t batch);

/* Saves, reads and unlinks one file. */
void read_build(struct reading *reading, const struct build *build);

#endif
