/* The yardstick of speed: libpcap reading FILE through a 256 KiB buffer, doing nothing with it. */
#include <pcap.h>
#include <stdio.h>

#define BUFFER_SIZE (256 << 10)

static void ignore(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
	(void)user;
	(void)header;
	(void)bytes;
}

int main(int argc, char **argv)
{
	static char buffer[BUFFER_SIZE];
	char error[PCAP_ERRBUF_SIZE];

	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
	if (!file || setvbuf(file, buffer, _IOFBF, sizeof buffer)) {
		fprintf(stderr, "usage: pcaploop FILE\n");
		return 2;
	}
	pcap_t *capture = pcap_fopen_offline(file, error);
	if (!capture) {
		fprintf(stderr, "pcaploop: %s\n", error);
		return 2;
	}
	int end = pcap_loop(capture, -1, ignore, NULL);
	if (end < 0)
		fprintf(stderr, "pcaploop: %s\n", pcap_geterr(capture));
	pcap_close(capture);
	return end < 0 ? 2 : 0;
}
