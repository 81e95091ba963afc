"""The truth about each segment on the path: what it was, and what made its sender send it.

What it was is reckoned from the path, which sees all that leaves a host, whatever the tap missed.
Why it left is what the kernel says: the functions that were under way as the host's interface took
the frame (net:net_dev_start_xmit with a stack trace), the congestion state of its socket, and the
reason of each reset.
"""
import collections

RECOVERY, LOSS = 3, 4  # tcp_ca_state
AT_ONCE = 300_000  # ns from a socket's entering Loss to what its timer sends
TIMER = "a timer"  # now and then there is no stack, mostly of a timer that found an idle CPU
# What a function on the stack tells of what is sent again; the first that is there
CAUSES = (
	("tcp_simple_retransmit", "path_mtu"), ("tcp_v4_mtu_reduced", "path_mtu"),
	("tcp_v6_mtu_reduced", "path_mtu"), ("tcp_v4_err", "path_mtu"), ("tcp_v6_err", "path_mtu"),
	("tcp_send_loss_probe", "tail_loss_probe"), ("tcp_retransmit_timer", "timeout"),
)
PROBES = (("tcp_keepalive_timer", "keepalive"), ("tcp_probe_timer", "zero_window"),
	("tcp_send_probe0", "zero_window"))
RESETTERS = {  # functions on the stack that tell more of a reset than its reason
	"tcp_disconnect", "__tcp_close", "tcp_v4_send_reset", "tcp_v6_send_reset", "tcp_abort",
	"tcp_send_active_reset", "tcp_keepalive_timer", "tcp_write_err", "tcp_retransmit_timer",
	"tcp_rcv_state_process", "tcp_check_req", "tcp_v4_do_rcv", "tcp_v6_do_rcv",
	"inet_csk_listen_stop",
}


def cause_in(stack, table):
	return next((word for function, word in table if function in stack), None)


class Octets:
	"""Sequence numbers of one direction that something is true of."""

	def __init__(self):
		self.ranges = []

	def add(self, begin, end):
		if begin < end:
			kept = [r for r in self.ranges if r[1] < begin or r[0] > end]
			met = [r for r in self.ranges if not (r[1] < begin or r[0] > end)]
			kept.append((min([begin] + [r[0] for r in met]), max([end] + [r[1] for r in met])))
			self.ranges = sorted(kept)

	def cut(self, at):
		"""Takes out what begins at AT and is without a gap: [(begin, end)]."""
		out = [(at, high) for low, high in self.ranges if low <= at < high]
		self.ranges = [(low, min(high, at) if low < at else high)
			for low, high in self.ranges if low != at]
		return out

	def any(self, begin, end):
		return any(r[0] < end and begin < r[1] for r in self.ranges)

	def all(self, begin, end):
		return any(r[0] <= begin and end <= r[1] for r in self.ranges)

	def within(self, begin, end):
		"""The parts of [begin, end) that are in here."""
		return [(max(begin, low), min(end, high)) for low, high in self.ranges
			if low < end and begin < high]


class Stream:
	"""One direction of one connection: what was sent, what passed the tap, what arrived."""

	def __init__(self, isn):
		self.isn, self.next = isn, 0
		self.sent, self.seen, self.arrived, self.in_syn = Octets(), Octets(), Octets(), Octets()
		self.refused, self.segments = Octets(), []  # what came in vain; what left, in order
		self.sack, self.answered, self.window = False, False, None
		self.passed_top = self.arrived_top = -1

	def number(self, seq):
		return (seq - self.isn + (1 << 31)) % (1 << 32) - (1 << 31)

	def range(self, segment):
		begin = self.number(segment.seq)
		return begin, begin + (segment.next - segment.seq) % (1 << 32)


def options(segment):
	"""{kind: value}"""
	data, found = segment.data[segment.tcp + 20:segment.tcp + segment.header], {}
	while data and data[0] != 0:
		if data[0] == 1:
			data = data[1:]
		elif len(data) < 2 or data[1] < 2:
			break
		else:
			found[data[0]] = data[2:data[1]]
			data = data[data[1]:]
	return found


class Account:
	"""Goes through all that happened on the path in order of time, and writes down what is true."""

	def __init__(self, trace, net):
		self.trace, self.net = trace, net
		self.streams = {}  # the latest of each pair of places
		self.of = {}  # the stream of each segment
		self.again = {}  # of each retransmission, the parts that were sent before
		self.facts = {}

	def arrived(self, segment):
		"""The receiver has all of it. Of a SYN only its answer tells: a full listener drops it."""
		peer = self.streams.get((segment.target, segment.source))
		heard = segment.flags != "S" or peer is not None and peer.answered
		stream = self.of[segment]
		return heard and stream.arrived.all(*stream.range(segment))

	def run(self, segments):
		moments = []
		for number, segment in enumerate(segments):
			self.facts[segment] = {}
			if segment.origin == "host":
				moments.append((segment.sent, number, self.leaves, segment))
			if segment.passed:
				moments.append((segment.passed, number, self.passes, segment))
			if segment.delivered:
				moments.append((segment.delivered, number, self.arrives, segment))
		for _, number, step, segment in sorted(moments, key=lambda moment: moment[:2]):
			step(segment, number, self.facts[segment], self.stream(segment))
		for segment in self.again:
			facts = self.facts[segment]
			facts["needless"] = facts.get("spurious") or \
				segment.flags != "S" and self.needless(segment)
		return self.facts

	def needless(self, segment):
		"""All of it came from earlier sendings, be it later."""
		stream, came = self.of[segment], Octets()
		for earlier in stream.segments[:stream.segments.index(segment)]:
			if earlier.delivered and not earlier.corrupt:
				came.add(*stream.range(earlier))
		octets = stream.range(segment)
		return came.all(*octets) and not stream.refused.any(*octets)

	def stream(self, segment):
		"""Where it belongs; a host's SYN with another number begins a connection."""
		if segment in self.of:
			return self.of[segment]
		key = (segment.source, segment.target)
		stream = self.streams.get(key)
		begins = segment.origin == "host" and "S" in segment.flags
		if not stream or begins and segment.seq != stream.isn:
			stream = self.streams[key] = Stream(segment.seq)
		self.of[segment] = stream
		return stream

	def stack(self, segment):
		"""The functions that sent it; empty where nothing is known."""
		one = self.trace.departure(segment, self.net.interface[self.net.side(segment.source)])
		return (one.stack or [TIMER]) if one else []

	def leaves(self, segment, _, facts, stream):
		begin, end = stream.range(segment)
		stack = self.stack(segment)
		if "R" in segment.flags:
			facts["reset"] = self.trace.reason(segment)
			facts["by"] = [word for word in stack if word in RESETTERS]
			return
		crossed = segment.flags == "SA" and begin == 0 and not stream.answered
		if begin == end == stream.next - 1 and segment.flags == "A":
			facts["probe"] = self.probe(segment, stack)
		elif stream.sent.any(begin, end) and not crossed:
			facts["retransmission"] = True
			facts["kind"] = self.kind(segment, stream, stack)
			self.again[segment] = stream.sent.within(begin, end)
			if self.arrived(segment):
				facts["spurious_when_sent"] = True
				facts["spurious"] = not segment.delivered
		elif "tcp_send_loss_probe" in stack:
			facts["kind"] = "tail_loss_probe"
		self.remember(segment, stream, begin, end)

	def remember(self, segment, stream, begin, end):
		if "S" in segment.flags:
			stream.sack = 4 in options(segment)
			stream.in_syn.add(begin, end)
		stream.sent.add(begin, end)
		stream.segments.append(segment)
		stream.next = max(stream.next, end)
		peer = self.streams.get((segment.target, segment.source))
		if "A" in segment.flags:
			stream.answered = True
			if peer:  # what is there and yet not acknowledged was not accepted
				for part in peer.arrived.cut(peer.number(segment.ack)):
					peer.refused.add(*part)

	def kind(self, segment, stream, stack):
		"""What made it leave once more."""
		if "S" in segment.flags:
			return "syn_ack" if "A" in segment.flags else "syn"
		end = (segment.source, segment.target)
		since, state = self.trace.state(end, segment.sent)
		if stack == [TIMER]:
			stack = self.guess(segment.sent - since, state)
		cause = cause_in(stack, CAUSES)
		if cause:
			return cause
		if stream.in_syn.any(*stream.range(segment)):
			return "fast_open"
		if state == RECOVERY:
			peer = self.streams.get(end[::-1])
			sack = "sack" if stream.sack and peer and peer.sack else "fast"
			return "reorder_timer" if "tcp_rack_reo_timeout" in stack else sack
		return "slow_start" if state == LOSS else "unknown"

	@staticmethod
	def guess(age, state):
		"""What a timer without a stack did: probes are sent neither in Recovery nor in Loss."""
		if state == LOSS and age < AT_ONCE:
			return ["tcp_retransmit_timer"]
		return [] if state in (LOSS, RECOVERY) else ["tcp_send_loss_probe"]

	def probe(self, segment, stack):
		peer = self.streams.get((segment.target, segment.source))
		closed = peer is not None and peer.window == 0
		return cause_in(stack, PROBES) or ("zero_window" if closed else "keepalive")

	def passes(self, segment, number, facts, stream):
		if segment.origin == "host":
			if number < stream.passed_top:
				facts["late"] = True
			stream.passed_top = max(stream.passed_top, number)
			if not all(stream.seen.all(*part) for part in self.again.get(segment, ())):
				facts["unseen_original"] = True
				facts["unheard_of"] = not stream.seen.any(stream.range(segment)[0], 1 << 32)
		if segment.origin == "host" or segment.origin.startswith("copy"):
			stream.seen.add(*stream.range(segment))

	def arrives(self, segment, number, facts, stream):
		if segment.origin == "forged" or segment.corrupt:
			return
		if number < stream.arrived_top:
			facts["late_at_receiver"] = True
		stream.arrived_top = max(stream.arrived_top, number)
		if "A" in segment.flags:
			stream.window = int.from_bytes(segment.data[segment.tcp + 14:segment.tcp + 16], "big")
		if facts.get("retransmission") and self.arrived(segment):
			facts["spurious"] = True
		stream.arrived.add(*stream.range(segment))


def record(segment, facts, begin):
	"""One line of NAME.wire.jsonl; times in us since the first segment left."""
	def since(time):
		return time and (time - begin) // 1000
	line = {
		"packet": segment.number, "from": segment.source, "flags": segment.flags,
		"seq": segment.seq, "length": segment.payload,
		"sent": since(segment.sent), "passed": since(segment.passed),
		"arrived": since(segment.delivered),
		"origin": segment.origin if segment.origin != "host" else None,
		"fate": segment.fate if segment.fate != "delivered" else None,
		"copy_of": segment.twin.number if segment.twin else None,
		"changed": segment.changed, "corrupt": segment.corrupt,
	}
	line.update(facts)
	return {key: value for key, value in line.items()
		if value is not None and value is not False or key == "packet"}


def records(path, trace, net):
	"""Of all segments, in the order in which they came to the path."""
	facts = Account(trace, net).run(path.segments)
	begin = path.segments[0].sent if path.segments else 0
	return [record(segment, facts[segment], begin) for segment in path.segments]


def check(segments, counted):
	"""Where the record of segments and the hosts' own counters differ: a text, or None."""
	total = collections.Counter()
	for host in counted:
		total.update(host["counters"])
	kinds = collections.Counter(line["kind"] for line in segments if line.get("retransmission"))
	again = sum(kinds.values())
	fast = kinds["sack"] + kinds["fast"] + kinds["reorder_timer"]
	probes = sum(line.get("kind") == "tail_loss_probe" for line in segments)
	pairs = (("RetransSegs", again), ("TCPFastRetrans", fast), ("TCPLossProbes", probes),
		("TCPSlowStartRetrans", kinds["slow_start"] + kinds["fast_open"] + kinds["path_mtu"]),
		("OutRsts", sum("R" in line["flags"] and "origin" not in line for line in segments)))
	differ = [
		f"{name} {total[name]}, recorded {mine}" for name, mine in pairs if total[name] != mine]
	return "; ".join(differ) or None
