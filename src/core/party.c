/* What is known of an address that takes part in connections, whichever end of them it is. */
#include "party.h"

#include "analyzer.h"
#include "findings.h"

#define ENOUGH 3  /* connections stuck in CLOSE_WAIT, to be told */
#define MANY   10 /* and to be worse than a warning */

void party_see(struct party *party, const struct flow *flow)
{
	if (!party->first_packet) {
		party->first_packet = flow->first_packet;
		party->first = flow->first;
	}
	party->last = flow->last > party->last ? flow->last : party->last;
}

void party_sample(struct party *party, const struct flow *flow)
{
	if (party->sample_count < FW_FINDING_PACKETS)
		party->sample[party->sample_count++] = flow->id;
}

void party_stuck(struct party *party, int64_t stuck)
{
	party->stuck += stuck != 0;
	party->stuck_longest = stuck > party->stuck_longest ? stuck : party->stuck_longest;
}

struct fw_finding party_finding(
	const struct party *party, enum fw_code code, struct fw_subject *about)
{
	*about = (struct fw_subject){
		.has_addr = true, .addr = party->head.addr, .flow_count = party->sample_count};
	memcpy(about->flows, party->sample, sizeof about->flows);
	return findings_about(code, about, party->first_packet, party->first);
}

void party_tell_leak(struct fw_analyzer *a, const struct party *party)
{
	struct fw_subject about;
	if (party->stuck < ENOUGH)
		return;
	struct fw_finding f = party_finding(party, FW_CODE_close_wait_leak, &about);
	if (party->stuck < MANY)
		f.severity = FW_WARNING;
	finding_give(&f, FW_EVIDENCE_flows, party->stuck);
	finding_give(&f, FW_EVIDENCE_duration, party->stuck_longest);
	findings_tell(a, &f);
}
