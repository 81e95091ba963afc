"""The truth about each segment on the path: what it was, and what made its sender send it.

What it was is reckoned from the path, which sees all that leaves a host, whatever the tap missed.
Why it left is what the kernel says: the functions that were under way as the host's interface took
the frame (net:net_dev_start_xmit with a stack trace), the congestion state of its socket, and the
reason of each reset.
"""
import bisect
import collections
import re

STACK = re.compile(r"\[(?P<cpu>\d+)\] \S+ +(?P<time>\d+\.\d+): (?P<what>\w+|<stack trace>):? ?(?P<rest>.*)")
DEPARTURE = re.compile(r"dev=(\w+) .* len=(\d+) data_len")
CONGESTION = re.compile(
	r"family=(\w+) sport=(\d+) dport=(\d+) saddr=(\S+) daddr=(\S+) saddrv6=(\S+) daddrv6=(\S+) "
	r"cong_state=(\d)")
RESET = re.compile(r"src=(\S+) dest=(\S+) state=(\w+) reason=(\w+)")
RECOVERY, LOSS = 3, 4  # tcp_ca_state
NEAR = 5_000_000  # ns between the record of a reset and the frame
AT_ONCE = 300_000  # ns from a socket's entering Loss to what its timer sends
TIMER = "a timer"  # now and then there is no stack, mostly of a timer that found an idle CPU
# What a function on the stack tells of what is sent again; the first that is there
CAUSES = (
	("tcp_simple_retransmit", "path_mtu"), ("tcp_v4_mtu_reduced", "path_mtu"),
	("tcp_v6_mtu_reduced", "path_mtu"), ("tcp_v4_err", "path_mtu"), ("tcp_v6_err", "path_mtu"),
	("tcp_send_loss_probe", "tail_loss_probe"), ("tcp_rack_reo_timeout", "reorder_timer"),
	("tcp_retransmit_timer", "timeout"),
)
RESETTERS = {  # functions on the stack that tell more of a reset than its reason
	"tcp_disconnect", "__tcp_close", "tcp_v4_send_reset", "tcp_v6_send_reset", "tcp_abort",
	"tcp_send_active_reset", "tcp_keepalive_timer", "tcp_write_err", "tcp_retransmit_timer",
	"tcp_rcv_state_process", "tcp_check_req", "tcp_timewait_state_process", "tcp_v4_do_rcv",
	"inet_csk_listen_stop", "tcp_rcv_synsent_state_process",
}
PROBES = (("tcp_keepalive_timer", "keepalive"), ("tcp_probe_timer", "zero_window"),
	("tcp_send_probe0", "zero_window"))


class Departure:
	"""A frame that a host's interface took."""

	def __init__(self, time, length):
		self.time, self.length, self.stack = time, length, []


class Kernel:
	"""What was traced of segments. Times in ns of the epoch that begins at EPOCH."""

	def __init__(self, lines, epoch):
		self.epoch = epoch
		self.departures = collections.defaultdict(list)  # by interface
		self.congestion = collections.defaultdict(list)  # by (local, remote): (time, state)
		self.resets = collections.defaultdict(list)  # by (source, target): [time, reason]
		self.latest = {}
		stack = None
		for line in lines:
			if line.startswith(" => "):
				if stack is not None:
					stack.append(line[4:].strip())
				continue
			stack = self.take(STACK.search(line))

	def take(self, match):
		"""One record; where it heads a stack, the list for it."""
		if not match:
			return None
		time = round(float(match["time"]) * 1e6) * 1000 + self.epoch
		if match["what"] == "<stack trace>":
			return self.latest[match["cpu"]].stack if match["cpu"] in self.latest else None
		take = getattr(self, "take_" + match["what"], None)
		if take:
			take(match["cpu"], time, match["rest"])
		return None

	def take_net_dev_start_xmit(self, cpu, time, rest):
		interface, length = DEPARTURE.search(rest).groups()
		self.latest[cpu] = Departure(time, int(length))
		self.departures[interface].append(self.latest[cpu])

	def take_tcp_cong_state_set(self, _, time, rest):
		family, sport, dport, s4, d4, s6, d6, state = CONGESTION.search(rest).groups()
		end = (f"{s4}:{sport}", f"{d4}:{dport}") if family == "AF_INET" else \
			(f"[{s6}]:{sport}", f"[{d6}]:{dport}")
		self.congestion[end].append((time, int(state)))

	def take_tcp_send_reset(self, _, time, rest):
		found = RESET.search(rest)
		if found:
			self.resets[(found[1], found[2])].append([time, found[4]])

	def state(self, end, time):
		"""The congestion state of a socket then, and since when."""
		known = self.congestion[end]
		at = bisect.bisect(known, (time, 9))
		return known[at - 1] if at else (0, 0)

	def reason(self, segment):
		"""The reason of a reset, each used once."""
		nobody = "[::]:0" if "[" in segment.source else "0.0.0.0:0"  # by a listener
		known = self.resets[(segment.source, segment.target)] \
			or self.resets[(segment.source, nobody)]
		near = min(known, key=lambda one: abs(one[0] - segment.sent), default=None)
		if not near or abs(near[0] - segment.sent) > NEAR:
			return None
		known.remove(near)
		return near[1]

	def departure(self, segment, interface):
		"""The record of this frame: of its length, and the first that was not yet used."""
		known = self.departures[interface]
		while known and known[0].time < segment.sent - 100_000_000:
			known.pop(0)
		for at, one in enumerate(known[:20]):
			if one.length == len(segment.data) and one.time < segment.sent + 1_000_000:
				del known[at]
				return one
		return None


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
		self.sack, self.answered, self.top = False, False, -1

	def range(self, segment):
		begin = (segment.seq - self.isn + (1 << 31)) % (1 << 32) - (1 << 31)
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

	def __init__(self, kernel, net):
		self.kernel, self.net = kernel, net
		self.streams, self.facts = {}, {}

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
			step(segment, number)
		return self.facts

	def stream(self, segment):
		"""Where it belongs; a SYN with another number begins a connection."""
		key = (segment.source, segment.target)
		stream = getattr(segment, "stream", None) or self.streams.get(key)
		if not stream or (segment.origin == "host" and "S" in segment.flags
				and segment.seq != stream.isn and not hasattr(segment, "stream")):
			stream = self.streams[key] = Stream(segment.seq)
		segment.stream = stream
		return stream

	def leaves(self, segment, _):
		facts, stream = self.facts[segment], self.stream(segment)
		begin, end = stream.range(segment)
		departure = self.kernel.departure(segment, self.net.interface[self.net.side(segment.source)])
		stack = (departure.stack or [TIMER]) if departure else []
		if "R" in segment.flags:
			facts["reset"] = self.kernel.reason(segment)
			facts["by"] = [word for word in stack if word in RESETTERS]
			return
		if "S" in segment.flags:
			stream.sack = 4 in options(segment)
		crossed = segment.flags == "SA" and begin == 0 and not stream.answered
		stream.answered |= "A" in segment.flags
		if begin == end and begin == stream.next - 1 and segment.flags == "A":
			facts["probe"] = self.probe(segment, stack)
		elif stream.sent.any(begin, end) and not crossed:
			facts["retransmission"] = True
			facts["kind"] = self.kind(segment, stream, stack)
			if stream.arrived.all(begin, end):
				facts["spurious_when_sent"] = True
			segment.again = stream.sent.within(begin, end)
		elif "tcp_send_loss_probe" in stack:
			facts["kind"] = "tail_loss_probe"
		if "S" in segment.flags:
			stream.in_syn.add(begin, end)
		stream.sent.add(begin, end)
		stream.next = max(stream.next, end)
		if not segment.delivered and facts.get("spurious_when_sent"):
			facts["spurious"] = True

	def kind(self, segment, stream, stack):
		"""What made it leave once more."""
		if "S" in segment.flags:
			return "syn_ack" if "A" in segment.flags else "syn"
		cause = next((word for function, word in CAUSES if function in stack), None)
		if cause == "path_mtu" or cause == "tail_loss_probe" or cause == "timeout":
			return cause
		end = (segment.source, segment.target)
		since, state = self.kernel.state(end, segment.sent)
		if stack == [TIMER] and state == LOSS and segment.sent - since < AT_ONCE:
			return "timeout"
		if stack == [TIMER] and state not in (LOSS, RECOVERY):
			return "tail_loss_probe"
		if stream.in_syn.any(*stream.range(segment)):
			return "fast_open"
		if state == LOSS:
			return "slow_start"
		peer = self.streams.get(end[::-1])
		sack = stream.sack and peer is not None and peer.sack
		if state == RECOVERY:
			return cause or ("sack" if sack else "fast")
		return cause or "unknown"

	def probe(self, segment, stack):
		word = next((word for function, word in PROBES if function in stack), None)
		if word:
			return word
		peer = self.streams.get((segment.target, segment.source))
		return "zero_window" if getattr(peer, "window", 1) == 0 else "keepalive"

	def passes(self, segment, number):
		facts, stream = self.facts[segment], self.stream(segment)
		if segment.origin == "host":
			if number < stream.top:
				facts["late"] = True
			stream.top = max(stream.top, number)
			if not all(stream.seen.all(*part) for part in getattr(segment, "again", ())):
				facts["unseen_original"] = True
				if not stream.seen.any(stream.range(segment)[0], 1 << 32):
					facts["unheard_of"] = True
		if segment.origin == "host" or segment.origin.startswith("copy"):
			stream.seen.add(*stream.range(segment))

	def arrives(self, segment, number):
		facts, stream = self.facts[segment], self.stream(segment)
		if segment.origin == "forged" or segment.corrupt:
			return
		begin, end = stream.range(segment)
		if number < getattr(stream, "arrived_top", -1):
			facts["late_at_receiver"] = True
		stream.arrived_top = max(getattr(stream, "arrived_top", -1), number)
		if "A" in segment.flags:
			stream.window = int.from_bytes(segment.data[segment.tcp + 14:segment.tcp + 16], "big")
		if facts.get("retransmission") and stream.arrived.all(begin, end):
			facts["spurious"] = True
		stream.arrived.add(begin, end)


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


def records(path, kernel, net):
	"""Of all segments, in the order in which they came to the path."""
	facts = Account(kernel, net).run(path.segments)
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
	differ = [f"{name} {total[name]}, recorded {mine}" for name, mine in pairs if total[name] != mine]
	return "; ".join(differ) or None
