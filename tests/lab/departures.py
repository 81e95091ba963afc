"""What was traced of segments: the functions that sent them, congestion states, resets' reasons."""
import bisect
import collections
import re

RECORD = re.compile(
	r"\[(?P<cpu>\d+)\] \S+ +(?P<time>\d+\.\d+): (?P<what>\w+|<stack trace>):? ?(?P<rest>.*)")
DEPARTURE = re.compile(r"dev=(\w+) .* len=(\d+) data_len")
CONGESTION = re.compile(
	r"family=(\w+) sport=(\d+) dport=(\d+) saddr=(\S+) daddr=(\S+) saddrv6=(\S+) "
	r"daddrv6=(\S+) cong_state=(\d)")
RESET = re.compile(r"src=(\S+) dest=(\S+) state=\w+ reason=(\w+)")
NEAR = 5_000_000  # ns between the record of a reset and the frame
SLIP = 100_000  # ns by which it may seem to be after the frame
STALE = 100_000_000  # ns after which no frame comes for the record of a departure any more
SOON = 1_000_000  # ns by which a record may seem to be after its frame: the clocks are compared once


class Departure:
	"""A frame that a host's interface took."""

	def __init__(self, time, length):
		self.time, self.length, self.stack = time, length, []


class Trace:
	"""What was traced of segments. Times in ns of the epoch that begins at EPOCH."""

	def __init__(self, lines, epoch):
		self.epoch = epoch
		self.departures = collections.defaultdict(list)  # by interface
		self.congestion = collections.defaultdict(list)  # by (local, remote): (time, state)
		self.resets = collections.defaultdict(list)  # by (source, target): (time, reason)
		self.latest = {}
		stack = None
		for line in lines:
			if line.startswith(" => "):
				if stack is not None:
					stack.append(line[4:].strip())
				continue
			stack = self.take(RECORD.search(line))

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
			self.resets[(found[1], found[2])].append((time, found[3]))

	def state(self, end, time):
		"""The congestion state of a socket then, and since when."""
		known = self.congestion[end]
		at = bisect.bisect(known, (time, 9))
		return known[at - 1] if at else (0, 0)

	def reason(self, segment):
		"""The reason of a reset: the first record near it that was not yet used."""
		nobody = "[::]:0" if "[" in segment.source else "0.0.0.0:0"  # by a listener
		found = [(time, target) for target in (segment.target, nobody)
			for time, _ in self.resets[(segment.source, target)]
			if segment.sent - NEAR < time < segment.sent + SLIP]
		if not found:
			return None
		time, target = min(found)
		known = self.resets[(segment.source, target)]
		return known.pop([at for at, _ in known].index(time))[1]

	def departure(self, segment, interface):
		"""The record of this frame: of its length, and the first that was not yet used."""
		known = self.departures[interface]
		while known and known[0].time < segment.sent - STALE:
			known.pop(0)
		for at, one in enumerate(known[:20]):
			if one.length == len(segment.data) and one.time < segment.sent + SOON:
				del known[at]
				return one
		return None
