/* The detectors, group by group, and the asking of them. */
#include "detect.h"

extern const struct detector detect_handshake[], detect_options[], detect_resends[],
	detect_stream[], detect_windows[], detect_close[], detect_resets[], detect_network[];

static const struct detector *const groups[] = {
	detect_handshake,
	detect_options,
	detect_resends,
	detect_stream,
	detect_windows,
	detect_close,
	detect_resets,
	detect_network,
};

#define GROUP_COUNT (sizeof groups / sizeof groups[0])

/* Flags that exclude each other, that need another, or that few set; fields whose flag is
 * missing. */
static bool flags_odd(const struct fw_segment *seg)
{
	const unsigned control = seg->flags & (FW_SYN | FW_FIN | FW_RST);
	if (control & (control - 1) || !(seg->flags & (FW_SYN | FW_RST | FW_ACK)))
		return true;
	return seg->flags & (FW_RESERVED | FW_URG) || seg->urgent ||
		(seg->ack && !(seg->flags & (FW_ACK | FW_RST)));
}

static bool options_odd(const struct fw_options *opt)
{
	return opt->have & (FW_OPT_MALFORMED | FW_OPT_WSCALE_ABOVE) ||
		(opt->have & FW_OPT_MSS && opt->mss < LEAST_MSS);
}

/* Those of SYNs and resets. */
static uint64_t control_occasions(const struct scene *scene)
{
	const unsigned flags = scene->seg->flags;
	if (flags & FW_RST)
		return ON_RST;
	if (!(flags & FW_SYN))
		return ON_FIN;
	return (flags & FW_ACK ? ON_SYN_ACK : ON_SYN) |
		(sender(scene)->has & HAS_ISS ? ON_AGAIN : 0);
}

/* Does it carry an option that its sender was not offered, or that is not seen here to be? Does it
 * have to be signed? */
static bool answers_oddly(const struct scene *scene)
{
	const uint32_t have = scene->seg->opt.have, peer = receiver(scene)->has;
	const uint32_t offered = flow_offers(scene->flow, !scene->side);
	const bool more = (have & FW_OPT_SACK && !(offered & OFFERS_SACK)) ||
		(have & FW_OPT_TIMESTAMPS && !(offered & OFFERS_TIMESTAMPS));
	return (more && peer & HAS_OPTIONS) || (sender(scene)->has | peer) & HAS_SIGNED;
}

/* Do its numbers lie before the latest that its sender has used? */
static bool is_behind(const struct scene *scene)
{
	const struct fw_segment *seg = scene->seg;
	const struct end *snd = sender(scene);
	return (snd->has & HAS_SEGMENT && seq_before(seg->seq, snd->nxt)) ||
		(snd->has & HAS_ACK && seg->flags & FW_ACK && seq_before(seg->ack, snd->ack));
}

static bool was_shut(const struct scene *scene)
{
	const struct trouble *own = flow_trouble(scene->flow, scene->side);
	return own && own->window.shut_packet;
}

/* Of what is out of the usual course. */
static uint64_t odd_occasions(const struct scene *scene)
{
	const bool heard = receiver(scene)->has & HAS_SEGMENT;
	const bool closing = scene->was[0] > FW_ESTABLISHED || scene->was[1] > FW_ESTABLISHED ||
		(sender(scene)->has | receiver(scene)->has) & HAS_FIN;
	return (heard && answers_oddly(scene) ? ON_ANSWER : 0) | (closing ? ON_CLOSING : 0) |
		(scene->j->len > !!(scene->seg->flags & FW_SYN) ? ON_DATA : 0) |
		(is_behind(scene) ? ON_BEHIND : 0) |
		(scene->seg->window && was_shut(scene) ? ON_OPENING : 0);
}

/* Of the states that were left by the segment. */
static uint64_t moves(const struct scene *scene)
{
	uint64_t when = 0;
	for (int side = 0; side < 2; side++)
		if (scene->was[side] != scene->flow->end[side].state)
			when |= ON_STATE(scene->was[side]);
	return when;
}

static uint64_t occasions(const struct scene *scene)
{
	const struct fw_segment *seg = scene->seg;
	return scene->j->facts | moves(scene) | (scene->j->usual ? 0 : odd_occasions(scene)) |
		(seg->flags & (FW_SYN | FW_FIN | FW_RST) ? control_occasions(scene) : 0) |
		(flags_odd(seg) ? ON_FLAGS : 0) | (options_odd(&seg->opt) ? ON_OPTIONS : 0);
}

/* Member by member: most of a finding is room that few use. */
static void blank(struct fw_finding *finding, const struct scene *scene)
{
	finding->lowered_by = FW_CODE_COUNT;
	finding->sided = true;
	finding->side = (enum fw_side)scene->side;
	finding->packet = scene->quote ? scene->quote->number
		: scene->seg           ? scene->seg->number
				       : scene->flow->last_packet;
	finding->time = scene->quote || scene->seg ? scene->now : scene->flow->last;
	finding->count = 1;
	finding->packet_count = finding->evidence_count = 0;
	finding->rejected_count = finding->possible_count = 0;
	finding->text[0] = '\0';
	finding->about = NULL;
}

/* Most answers are no, and leave what is blank as it was. */
static void ask(const struct scene *scene, const struct detector *detector, struct found *found)
{
	struct fw_finding *finding = &found->item[found->count];
	finding->code = detector->code;
	finding->severity = detector->severity;
	if (!detector->detect(scene, finding))
		return;
	if (++found->count < FOUND_MAX)
		blank(finding + 1, scene);
}

void panel_init(struct panel *panel)
{
	for (size_t g = 0; g < GROUP_COUNT; g++)
		for (const struct detector *d = groups[g]; d->detect; d++) {
			const uint32_t i = panel->count++;
			panel->each[i] = d;
			panel->wanted |= d->when;
			for (uint64_t left = d->when; left; left &= left - 1)
				panel->asked[__builtin_ctzll(left)][i / 64] |= UINT64_C(1)
					<< i % 64;
		}
}

static void ask_all(const struct scene *scene, uint64_t when, struct found *found)
{
	const struct panel *panel = &scene->analyzer->panel;
	uint64_t asked[PANEL_WORDS] = {0};
	if (found->count == FOUND_MAX || !(when & panel->wanted))
		return;
	for (uint64_t left = when & panel->wanted; left; left &= left - 1) {
		const uint64_t *wanted = panel->asked[__builtin_ctzll(left)];
		for (int w = 0; w < PANEL_WORDS; w++)
			asked[w] |= wanted[w];
	}
	blank(&found->item[found->count], scene);
	for (uint32_t w = 0; w < PANEL_WORDS; w++)
		for (uint64_t left = asked[w]; left && found->count < FOUND_MAX; left &= left - 1)
			ask(scene, panel->each[64 * w + (uint32_t)__builtin_ctzll(left)], found);
}

void detect(const struct scene *scene, struct found *found)
{
	ask_all(scene, occasions(scene), found);
}

void detect_leaving(struct scene *scene, struct found *found)
{
	const uint64_t memory = scene->flow->trouble ? ON_MEMORY : 0;
	for (int i = 0; i < 2; i++) {
		scene->side = i ^ scene->flow->client;
		ask_all(scene, memory | ON_STATE(scene->was[scene->side]), found);
	}
}

void detect_quoted(const struct scene *scene, struct found *found)
{
	found->count = 0;
	ask_all(scene, ON_QUOTE, found);
}

void finding_give(struct fw_finding *finding, enum fw_evidence evidence, int64_t value)
{
	if (finding->evidence_count == FW_FINDING_EVIDENCE)
		return;
	finding->evidence[finding->evidence_count] = (uint8_t)evidence;
	finding->value[finding->evidence_count++] = value;
}

void finding_cite(struct fw_finding *finding, uint64_t packet)
{
	if (packet && finding->packet_count < FW_FINDING_PACKETS)
		finding->packets[finding->packet_count++] = packet;
}

void finding_reject(struct fw_finding *finding, enum fw_reason reason)
{
	if (finding->rejected_count < FW_FINDING_REASONS)
		finding->rejected[finding->rejected_count++] = (uint8_t)reason;
}

void finding_allow(struct fw_finding *finding, enum fw_reason reason)
{
	if (finding->possible_count < FW_FINDING_REASONS)
		finding->possible[finding->possible_count++] = (uint8_t)reason;
}

void finding_quote(struct fw_finding *finding, const uint8_t *bytes, size_t len)
{
	const size_t room = sizeof finding->text - 1;
	memset(finding->text, 0, sizeof finding->text);
	memcpy(finding->text, bytes, len < room ? len : room);
}

int64_t finding_value(const struct fw_finding *finding, enum fw_evidence evidence, int64_t least)
{
	for (int i = 0; i < finding->evidence_count; i++)
		if (finding->evidence[i] == evidence && finding->value[i] > least)
			return finding->value[i];
	return least;
}
