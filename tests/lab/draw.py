"""Draws what happens: calls on the sockets of both ends, accidents on the path, forgeries."""
import hazard

DIRECTIONS = ("client", "server")
STAGES = ("before", "after")


class Accident:
	"""WHAT happens to the first TIMES segments to a host that are of a KIND, or to each by chance."""

	def __init__(self, chance):
		self.chance = chance
		self.what = chance.choice(("lose", "lose", "lose", "copy", "copy", "delay", "corrupt"))
		self.where, self.to = chance.choice(STAGES), chance.choice(DIRECTIONS)
		self.kind = chance.choice(
			("S", "SA", "A", "A", "F", "F", "F", "R", "data", "any", "any", "chance"))
		self.skip = chance.choice((0, 0, 0, 0, 1, 2, 3))
		self.times = chance.choice((1, 1, 1, 1, 2, 3, 1000))
		self.share = chance.choice((0.1, 0.3))
		self.seconds = chance.choice((0.0001, 0.0005, 0.001, 0.003, 0.007)) if self.what == "copy" \
			else chance.choice((0.001, 0.003, 0.008, 0.03, 0.3))
		self.bit = chance.randrange(1 << 16)

	def fits(self, segment):
		flags = segment.flags.replace("P", "")
		if self.kind in ("S", "SA", "R"):
			return flags == self.kind or self.kind == "R" and "R" in flags
		if self.kind == "A":
			return flags == "A" and not segment.payload
		if self.kind == "F":
			return "F" in flags
		if self.kind == "data":
			return segment.payload > 0
		return self.kind == "any" or self.chance.random() < self.share

	def hits(self, where, segment):
		if where != self.where or segment.to != self.to or self.times <= 0:
			return False
		if not self.fits(segment):
			return False
		self.skip -= 1
		if self.skip >= 0 and self.kind != "chance":
			return False
		self.times -= 1
		return True

	def __str__(self):
		more = f" {self.seconds * 1e3:g} ms" if self.what in ("copy", "delay") else ""
		return f"{self.what}{more} {self.where} to {self.to}: {self.kind} +{self.skip} x{self.times}"


class Forgery:
	"""One forged segment, in the name of who sent the segment number AFTER that passed the tap."""

	KINDS = ("rst exact", "rst exact", "rst inside", "rst outside", "fin exact", "fin ahead",
		"syn", "syn ack", "data exact", "data ahead", "data behind", "ack ahead", "rst ack")

	def __init__(self, chance):
		self.kind = chance.choice(self.KINDS)
		self.to = chance.choice(DIRECTIONS)
		self.after = chance.randrange(1, 9)
		self.delay = chance.choice((0, 0.0005, 0.002, 0.01, 0.05))
		self.options = True
		self.far = chance.randrange(2, 2000)
		self.isn = chance.randrange(1 << 32)
		self.turn = 0

	def of(self, segment, nxt):
		if segment.to != self.to:
			return None
		self.turn += 1
		if self.turn != self.after:
			return None
		word, _, where = self.kind.partition(" ")
		seq = nxt + {"inside": self.far, "ahead": self.far, "behind": -self.far,
			"outside": 1 << 29}.get(where, 0)
		ack, bits, payload = segment.ack, hazard.ACK, b""
		if word == "rst":
			bits = hazard.RST | (hazard.ACK if where == "ack" else 0)
			ack = ack if where == "ack" else 0
		elif word == "fin":
			bits = hazard.FIN | hazard.ACK
		elif word == "syn":
			seq, bits = self.isn, hazard.SYN | (hazard.ACK if where == "ack" else 0)
		elif word == "data":
			bits, payload = hazard.ACK | hazard.PSH, b"?" * 20
		else:
			ack += self.far
		return self.delay, segment.forge(seq, ack, bits, payload, self.options)

	def __str__(self):
		return f"forge {self.kind} {self.far} to {self.to} after {self.after}, {self.delay * 1e3:g} ms" \
			+ ("" if self.options else ", without options")


class Plan:
	"""What happens on the path of one connection."""

	def __init__(self, chance, calm):
		count = 0 if calm else chance.choice((0, 1, 1, 1, 2, 2, 3))
		self.accidents = [Accident(chance) for _ in range(count)]
		forged = not calm and chance.random() < 0.2
		self.forged = [Forgery(chance)] if forged else []
		self.nxt = {}

	def forgeries(self, segment):
		if not "R" in segment.flags:
			old = self.nxt.get(segment.to)
			if old is None or (segment.next - old) & 0xFFFFFFFF < 1 << 31 or "S" in segment.flags:
				self.nxt[segment.to] = segment.next
		made = [forgery.of(segment, self.nxt.get(segment.to, segment.next)) for forgery in self.forged]
		return [one for one in made if one]

	def __str__(self):
		return "; ".join(map(str, self.accidents + self.forged)) or "calm"


def pause(chance):
	return ("sleep", chance.choice((0, 0, 0.001, 0.003, 0.01, 0.05, 0.1, 0.25, 0.5)))


def talk(chance):
	calls = []
	for _ in range(chance.choice((0, 0, 1, 1, 2, 3))):
		calls += [(chance.choice(("write", "write", "write", "read", "urgent")),
			chance.choice((1, 10, 100, 1000, 1500, 1500, 4000))), pause(chance)]
		if chance.random() < 0.5:
			calls += [("read", 0)]
	return calls


def ending(chance):
	end = chance.choice(("close", "close", "close", "shutdown", "drain", "drain", "abort",
		"nothing", "forget", "late"))
	if end == "shutdown":
		return [("shutdown",), pause(chance), ("read", 0), pause(chance), ("write", 10),
			("close",)][:chance.choice((1, 4, 6))]
	if end == "drain":
		return [("drain",), pause(chance), ("close",)]
	if end == "late":
		return [("sleep", chance.choice((0.3, 1, 1.5))), ("write", 10), ("close",)]
	return {"nothing": []}.get(end, [(end,)])


OPTIONS = (("keepalive",), ("user timeout",), ("receive buffer",), ("no delay",), ("quick ack",),
	("linger2",))


def options(chance):
	return [one for one in OPTIONS if chance.random() < 0.08]


def client_calls(chance, fast_open):
	calls = options(chance)
	calls += [("fast open", chance.choice((0, 10, 1000)))] if fast_open and chance.random() < 0.7 \
		else [("connect",)]
	if chance.random() < 0.9:
		calls += [("connected",)]
	calls += [pause(chance)] + talk(chance) + ending(chance)
	if chance.random() < 0.2:
		calls += [("sleep", chance.choice((0, 0.01, 0.3, 1.1))), ("again",)] \
			+ client_calls(chance, fast_open)
	return calls


def server_calls(chance):
	return options(chance) + [pause(chance)] + talk(chance) + ending(chance)


SYSCTLS = (
	("tcp_timestamps", 0, 0.2), ("tcp_sack", 0, 0.15), ("tcp_window_scaling", 0, 0.15),
	("tcp_abort_on_overflow", 1, 0.25), ("tcp_syncookies", 2, 0.1), ("tcp_syncookies", 0, 0.6),
	("tcp_fin_timeout", 1, 0.25),
	("tcp_syn_retries", 1, 0.3), ("tcp_synack_retries", 1, 0.3), ("tcp_retries2", 3, 0.2),
	("tcp_early_retrans", 0, 0.2), ("tcp_ecn", 1, 0.2),
	("tcp_tw_reuse", 1, 0.4), ("tcp_orphan_retries", 2, 0.3),
	("tcp_autocorking", 0, 0.2), ("tcp_syn_linear_timeouts", 0, 0.3),
	("tcp_frto", 0, 0.1), ("tcp_recovery", 0, 0.1),
)


def sysctls(chance):
	return [(name, value) for name, value, share in SYSCTLS if chance.random() < share]
