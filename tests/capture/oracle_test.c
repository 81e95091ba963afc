/* The reader against libpcap, frame by frame: on captures of all variants that both read, and on
 * any file named on the command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <pcap.h>

#include "capture/build.h"
#include "capture/linktype.h"

/* Ours and libpcap's, side by side. */
struct pair {
	struct capture *capture;
	pcap_t *pcap;
	bool pcapng;
	uint64_t count;
	bool less; /* libpcap gives up before we do */
	char difference[160];
};

/* What comparing one file has come to. */
struct outcome {
	const char *verdict;
	uint64_t count;
	char why[160];
};

/* libpcap takes the seconds and the fraction (times 1 or 1,000) of classic pcap for signed. */
static bool same_time(const struct pair *pair, fw_time time, const struct pcap_pkthdr *header)
{
	const fw_time wrap = INT64_C(1) << 32;
	const int64_t seconds =
		pair->pcapng ? header->ts.tv_sec : (int64_t)(uint32_t)header->ts.tv_sec;
	const fw_time more = time - (seconds * 1000000000 + header->ts.tv_usec);

	if (pair->pcapng || header->ts.tv_usec >= 0)
		return more == 0;
	return more == wrap || more == wrap * 1000;
}

/* A frame as libpcap would have it: it cuts those of classic pcap to the snap length of the file,
 * where we keep what is there. */
static bool same(const struct pair *pair, const struct fw_frame *frame, const uint8_t *data,
	const struct pcap_pkthdr *header)
{
	const uint32_t snaplen = (uint32_t)pcap_snapshot(pair->pcap);
	const uint32_t len = pair->pcapng || frame->len < snaplen ? frame->len : snaplen;
	const uint32_t wire_len = header->len < frame->len ? frame->len : header->len;

	return len == header->caplen && frame->wire_len == wire_len &&
		same_time(pair, frame->time, header) &&
		pcap_datalink(pair->pcap) == linktype_dlt(frame->linktype) &&
		memcmp(frame->data, data, len) == 0;
}

static bool compare_frame(struct pair *pair, const struct fw_frame *frame)
{
	struct pcap_pkthdr *header;
	const uint8_t *data;

	if (pcap_next_ex(pair->pcap, &header, &data) != 1) {
		pair->less = true;
		snprintf(pair->difference, sizeof pair->difference, "libpcap ends before %ju: %s",
			(uintmax_t)frame->number, pcap_geterr(pair->pcap));
		return false;
	}
	pair->count++;
	if (same(pair, frame, data, header))
		return true;
	snprintf(pair->difference, sizeof pair->difference,
		"frame %ju: %u/%u bytes at %jd ns, libpcap %u/%u at %jd s %jd ns",
		(uintmax_t)frame->number, frame->len, frame->wire_len, (intmax_t)frame->time,
		header->caplen, header->len, (intmax_t)header->ts.tv_sec,
		(intmax_t)header->ts.tv_usec);
	return false;
}

static void compare_all(struct pair *pair)
{
	struct fw_frame frames[64];
	struct pcap_pkthdr *header;
	const uint8_t *data;
	size_t n;

	while ((n = capture_read(pair->capture, frames, 64)))
		for (size_t i = 0; i < n; i++)
			if (!compare_frame(pair, &frames[i]))
				return;
	if (pcap_next_ex(pair->pcap, &header, &data) == 1)
		snprintf(pair->difference, sizeof pair->difference, "libpcap has more than %ju",
			(uintmax_t)pair->count);
}

static const char *verdict_of(const struct pair *pair)
{
	if (!pair->pcap)
		return "refused by libpcap";
	if (pair->less)
		return "libpcap has less";
	return pair->difference[0] ? "DIFFERENT" : "same";
}

static struct outcome compare(const char *path)
{
	const struct capture_options options = {.paths = &path, .count = 1};
	char error[256], pcap_error[PCAP_ERRBUF_SIZE];
	struct pair pair = {.capture = capture_open(&options, error)};
	const struct capture_file *file;
	struct outcome outcome;
	size_t count;

	assert_non_null(pair.capture);
	file = capture_files(pair.capture, &count);
	pair.pcapng = file->format && strcmp(file->format, "pcapng") == 0;
	pair.pcap = pcap_open_offline_with_tstamp_precision(
		path, PCAP_TSTAMP_PRECISION_NANO, pcap_error);
	if (pair.pcap)
		compare_all(&pair);
	outcome = (struct outcome){.verdict = verdict_of(&pair), .count = pair.count};
	snprintf(outcome.why, sizeof outcome.why, "%.150s",
		pair.pcap ? pair.difference : pcap_error);
	if (pair.pcap)
		pcap_close(pair.pcap);
	capture_close(pair.capture);
	return outcome;
}

static void assert_same(const struct build *build, uint64_t count)
{
	struct outcome outcome;
	char path[64];

	save(build, path);
	outcome = compare(path);
	unlink(path);
	assert_string_equal(outcome.why, "");
	assert_string_equal(outcome.verdict, "same");
	assert_int_equal(outcome.count, count);
}

#define PACKETS 40

/* Lengths of all remainders by 4, none, snapped, and longer than on the wire. */
static uint32_t caplen_of(uint32_t i)
{
	return i * 13 % 97;
}

static uint32_t len_of(uint32_t i)
{
	return i % 5 ? caplen_of(i) : caplen_of(i) + 1400;
}

static void classic_variants(void **state)
{
	static const uint32_t magics[] = {0xa1b2c3d4, 0xa1b23c4d};
	static const uint32_t networks[] = {1, 0, 12, 14, 101, 113, 276, 100, 0x24000001};
	enum { MAGICS = 2, NETWORKS = sizeof networks / sizeof *networks };

	(void)state;
	for (unsigned v = 0; v < 2 * MAGICS * NETWORKS; v++) {
		struct build b = {.swapped = v % 2};

		if (networks[v / 2 / MAGICS] == 14)
			continue; /* libpcap takes it for the 14 of this system */
		put_pcap_header(&b, magics[v / 2 % MAGICS], 65535, networks[v / 2 / MAGICS]);
		for (uint32_t i = 0; i < PACKETS; i++)
			put_pcap_record(&b, 1700000000 + i, i * 1009, caplen_of(i), len_of(i));
		assert_same(&b, PACKETS);
	}
}

static void classic_modified(void **state)
{
	(void)state;
	for (unsigned swapped = 0; swapped < 2; swapped++) {
		struct build b = {.swapped = swapped};

		put_pcap_header(&b, 0xa1b2cd34, 65535, 1);
		for (uint32_t i = 0; i < PACKETS; i++) {
			put32(&b, i);
			put32(&b, 999999);
			put32(&b, caplen_of(i));
			put32(&b, len_of(i));
			put64(&b, 0x0102030405060708);
			put_bytes(&b, caplen_of(i), (uint8_t)i);
		}
		assert_same(&b, PACKETS);
	}
}

/* The lengths changed places in version 2.3. */
static void classic_versions(void **state)
{
	(void)state;
	for (uint16_t minor = 0; minor <= 4; minor++) {
		struct build b = {0};

		put_pcap_header(&b, 0xa1b2c3d4, 65535, 1);
		memcpy(b.data + 6, &minor, sizeof minor);
		for (uint32_t i = 0; i < PACKETS; i++) {
			const bool wrong = minor < 3 || (minor == 3 && i % 2);

			put32(&b, i);
			put32(&b, 0);
			put32(&b, wrong ? caplen_of(i) + 9 : caplen_of(i));
			put32(&b, wrong ? caplen_of(i) : caplen_of(i) + 9);
			put_bytes(&b, caplen_of(i), (uint8_t)i);
		}
		assert_same(&b, PACKETS);
	}
}

/* Longer than the file's snap length, times past 2038, fractions past a second. */
static void classic_oddities(void **state)
{
	struct build b = {0};

	(void)state;
	put_pcap_header(&b, 0xa1b2c3d4, 68, 1);
	put_pcap_record(&b, 1, 0, 60, 60);
	put_pcap_record(&b, 2, 999999, 200, 1500);
	put_pcap_record(&b, 0x80000001, 5, 60, 60);
	put_pcap_record(&b, UINT32_MAX, 1000001, 60, 60);
	put_pcap_record(&b, 3, 0, 60, 40);
	put_pcap_record(&b, 4, UINT32_MAX, 60, 60);
	assert_same(&b, 6);
}

static void pcapng_clocks(void **state)
{
	static const uint8_t resolutions[] = {0, 1, 3, 6, 9, 12, 19, 0x80 | 1, 0x80 | 8, 0x80 | 20,
		0x9e, 0x80 | 0, 0x80 | 31, 0x80 | 33};
	static const int64_t offsets[] = {0, 3600, -86400};

	(void)state;
	for (unsigned v = 0; v < 2 * 3 * sizeof resolutions; v++) {
		struct build b = {.swapped = v % 2};

		put_section(&b);
		put_interface(&b, 1, 0, resolutions[v / 6], offsets[v / 2 % 3]);
		for (uint32_t i = 0; i < PACKETS; i++)
			put_packet(&b, 0, 5000000 + UINT64_C(0x123456789) * i % 3000000000,
				caplen_of(i), len_of(i));
		assert_same(&b, PACKETS);
	}
}

static void put_obsolete_packet(struct build *build, uint16_t interface, uint32_t len)
{
	const size_t begin = begin_block(build, 2);

	put16(build, interface);
	put16(build, 7); /* dropped */
	put32(build, 0x5e4f2);
	put32(build, len * 77);
	put32(build, len);
	put32(build, len + 3);
	put_bytes(build, len, (uint8_t)len);
	end_block(build, begin);
}

static void put_simple_packet(struct build *build, uint32_t caplen, uint32_t len)
{
	const size_t begin = begin_block(build, 3);

	put32(build, len);
	put_bytes(build, caplen, (uint8_t)len);
	end_block(build, begin);
}

/* Blocks that hold no packet, among them one that nobody knows and one with nothing in it. */
static void put_other_blocks(struct build *build)
{
	static const uint32_t types[] = {4, 5, 10, 0xbad, 0x40000bad, 0x12345678};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		const size_t begin = begin_block(build, types[i]);

		put_bytes(build, i * 12, 1);
		end_block(build, begin);
	}
}

static void pcapng_blocks(void **state)
{
	(void)state;
	for (unsigned swapped = 0; swapped < 2; swapped++) {
		struct build b = {.swapped = swapped};

		put_section(&b);
		put_interface(&b, 1, 128, 6, 0);
		put_interface(&b, 1, 128, 9, 5);
		put_other_blocks(&b);
		for (uint32_t i = 0; i < PACKETS; i++) {
			put_packet(
				&b, i % 2, UINT64_C(1700000000000000) + i, caplen_of(i), len_of(i));
			put_obsolete_packet(&b, i % 2, caplen_of(i));
			put_simple_packet(&b, 128, 1000 + i);
			put_simple_packet(&b, i, i);
			put_other_blocks(&b);
		}
		assert_same(&b, 4 * PACKETS);
	}
}

static void pcapng_options(void **state)
{
	const uint32_t flags = 0x80;
	struct build b = {0};
	size_t begin;

	(void)state;
	put_section(&b);
	begin = begin_block(&b, 1);
	put32(&b, 1);
	put32(&b, 0);
	put_option(&b, 2, "eth0", 4);
	put_option(&b, 9, "\x09", 1);
	put_option(&b, 1, "a comment of 27 characters.", 27);
	put_option(&b, 0, "", 0);
	end_block(&b, begin);
	begin = begin_block(&b, 6);
	put32(&b, 0);
	put64(&b, 1);
	put32(&b, 5);
	put32(&b, 5);
	put_bytes(&b, 5, 5);
	put_padding(&b);
	put_option(&b, 1, "here", 4);
	put_option(&b, 2, &flags, 4);
	put_option(&b, 0, "", 0);
	end_block(&b, begin);
	put_packet(&b, 0, 12, 60, 60);
	assert_same(&b, 2);
}

static void pcapng_sections(void **state)
{
	struct build b = {0};

	(void)state;
	for (unsigned section = 0; section < 4; section++) {
		put_section(&b);
		for (unsigned i = 0; i <= section; i++)
			put_interface(&b, 1, 0, (uint8_t)(3 + 3 * i), section);
		for (uint32_t i = 0; i < PACKETS; i++)
			put_packet(&b, i % (section + 1), i, caplen_of(i), len_of(i));
	}
	assert_same(&b, 4 * PACKETS);
}

/* Cut anywhere, both give what came before. */
static void cut_short(void **state)
{
	struct build whole = {0};

	(void)state;
	put_pcap_header(&whole, 0xa1b2c3d4, 65535, 1);
	for (uint32_t i = 0; i < 4; i++)
		put_pcap_record(&whole, i, i, 10, 10);
	for (size_t len = 24; len <= whole.len; len++) {
		struct build cut = whole;

		cut.len = len;
		assert_same(&cut, (int64_t)(len - 24) / 26);
	}
}

static int compare_files(char **paths)
{
	int failed = 0;

	for (; *paths; paths++) {
		const struct outcome outcome = compare(*paths);

		printf("%s\t%ju\t%s\t%s\n", outcome.verdict, (uintmax_t)outcome.count, *paths,
			outcome.why);
		failed |= strcmp(outcome.verdict, "DIFFERENT") == 0;
	}
	return failed;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classic_variants),
		cmocka_unit_test(classic_modified),
		cmocka_unit_test(classic_versions),
		cmocka_unit_test(classic_oddities),
		cmocka_unit_test(pcapng_clocks),
		cmocka_unit_test(pcapng_blocks),
		cmocka_unit_test(pcapng_options),
		cmocka_unit_test(pcapng_sections),
		cmocka_unit_test(cut_short),
	};

	if (argc > 1)
		return compare_files(argv + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
