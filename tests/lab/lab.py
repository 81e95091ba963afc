"""One scenario's hosts, and what its function can do with them."""
import contextlib
import select
import socket
import struct
import time

import departures
import hazard
import kernel
import net
import wire

PORT = 5000
TCP_REPAIR = 19
DELAY = 0.005  # seconds from a host to the tap; four of them are a round trip
QUIET = 0.08  # seconds without a segment: longer than a delayed ACK and half a round trip


class Unavailable(Exception):
	"""The machine lacks what a scenario needs."""


def abort(sock):
	"""Closes with a reset; nothing stays behind that the kernel has to finish later."""
	sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
	sock.close()


class Accident:
	"""WHAT happens to the next TIMES segments to a host that MATCH, at one place of the path."""

	seconds = 0

	def __init__(self, what, where, to, match, times=1, **more):
		self.what, self.where, self.to, self.match, self.left = what, where, to, match, times
		self.__dict__.update(more)

	def hits(self, where, segment):
		hit = self.left > 0 and (where, segment.to) == (self.where, self.to) \
			and bool(segment.flags) and bool(self.match(segment))
		self.left -= hit
		return hit


class Stall(Accident):
	"""Delays all to one moment, SECONDS after it was made; their order stays."""

	def __init__(self, where, to, seconds):
		self.release, self.turn = time.monotonic() + seconds, 0
		super().__init__("delay", where, to, lambda segment: time.monotonic() < self.release, 1000)

	@property
	def seconds(self):
		self.turn += 1
		return max(0, self.release - time.monotonic()) + self.turn * 0.0001


class Plan:
	"""What the path has been told to do."""

	def __init__(self):
		self.accidents, self.forgers = [], []

	def forgeries(self, segment):
		return [made for forger in self.forgers for made in forger(segment)]


class Lab:
	"""The hosts "client" and "server", the path between them, and everybody who watches."""

	def __init__(self, number):
		self.family = socket.AF_INET
		self.sockets = []
		self.mss = 0
		self.plan, self.delay = Plan(), {"client": DELAY, "server": DELAY}
		self.net = net.Net(number, lambda: hazard.Path(self.delay, lambda segment: self.plan))
		for side in self.net.host:
			with contextlib.suppress(Unavailable):
				self.sysctl(side, "tcp_congestion_control", "cubic")
		self.tables = kernel.Watch(self.net.host.values())
		self.tables.start()

	def close(self):
		for sock in self.sockets:
			if sock.fileno() >= 0:
				abort(sock)
		self.tables.stop()
		self.net.close()

	def address(self, side):
		return self.net.address[side][self.family == socket.AF_INET6]

	def place(self, side, port=PORT):
		return (self.address(side), port)

	def use_ipv6(self):
		if not net.has_ipv6():
			raise Unavailable("no IPv6")
		self.family = socket.AF_INET6

	def keep(self, sock):
		sock.settimeout(5)
		self.sockets.append(sock)
		return sock

	def socket(self, side, port):
		with net.inside(self.net.host[side]):
			sock = self.keep(socket.socket(self.family, socket.SOCK_STREAM))
		sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		if self.mss:
			sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, self.mss)
		sock.bind(self.place(side, port))
		return sock

	def listen(self, backlog=8, receive_buffer=0, fast_open=False):
		listener = self.socket("server", PORT)
		if receive_buffer:
			listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
		if fast_open:
			listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 8)
		listener.listen(backlog)
		return listener

	def connect(self, port=40000):
		"""A client's socket once it is connected."""
		client = self.socket("client", port)
		client.connect(self.place("server"))
		return client

	def start_connect(self, side, port, peer, peer_port=PORT):
		"""The same, but not waiting for it."""
		sock = self.socket(side, port)
		sock.setblocking(False)
		sock.connect_ex(self.place(peer, peer_port))
		sock.settimeout(5)
		return sock

	def accept(self, listener):
		return self.keep(listener.accept()[0])

	def connection(self, **options):
		"""The client's and the server's socket of a connection."""
		listener = self.listen(**options)
		client = self.connect()
		return client, self.accept(listener)

	def forget(self, sock):
		"""Its state is gone and nothing is sent."""
		sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
		sock.close()

	def sysctl(self, side, name, value):
		with net.inside(self.net.host[side]):
			try:
				net.set_sysctl(f"ipv4/{name}", value)
			except OSError:
				raise Unavailable(f"no {name} {value}") from None

	def happen(self, what, where, to, match, times=1, **more):
		"""WHAT happens to the next TIMES segments to the host TO that MATCH, WHERE it is said.

		lose, copy and delay by SECONDS, change(segment) and answer with answers(segment) are done
		"before" or "after" the tap; "copy" at the "tap" is the capture's own. .left = 0 ends it.
		"""
		self.plan.accidents.append(Accident(what, where, to, match, times, **more))
		return self.plan.accidents[-1]

	def sysctls(self, **values):
		for side in self.net.host:
			for name, value in values.items():
				self.sysctl(side, name, value)

	def lose(self, where, to, match, times=1):
		return self.happen("lose", where, to, match, times)

	def stall(self, where, to, seconds):
		"""For so long nothing gets through to a host; then all comes, in order."""
		self.plan.accidents.append(Stall(where, to, seconds))

	def forge(self, to, match, make, seconds=0):
		"""When a segment to TO that MATCHes has passed, the tap sees one that MAKE makes of it."""
		left = [1]

		def forger(segment):
			if not left[0] or segment.to != to or not match(segment):
				return []
			left[0] = 0
			return [(seconds, make(segment))]
		self.plan.forgers.append(forger)

	def wait(self, seconds):
		time.sleep(seconds)

	def pump(self, source, sink, data):
		"""SOURCE's program sends DATA, that of SINK reads it as it comes."""
		source.setblocking(False)
		sink.setblocking(False)
		left, missing = memoryview(data), len(data)
		while missing:
			readable, writable, _ = select.select([sink], [source] * bool(left), [], 10)
			if not readable and not writable:
				raise TimeoutError("nothing moves any more")
			if writable:
				left = left[source.send(left):]
			if readable:
				missing -= len(sink.recv(65536))
		source.settimeout(5)
		sink.settimeout(5)

	def settle(self):
		"""Waits until no segment is under way."""
		begin = time.monotonic()
		while self.net.relay.waiting or time.monotonic() < max(begin, self.net.relay.last) + QUIET:
			time.sleep(0.005)


def stamp(monotonic, epoch):
	"""Seconds of a clock that began at EPOCH ns -> RFC 3339 with nine digits."""
	seconds, ns = divmod(round(monotonic * 1e6) * 1000 + epoch, 10**9)
	return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{ns:09}Z"


def truth(lab, lines, unseen):
	"""What the kernel said of states, and what the scenario says that the wire can't show."""
	epoch = since_epoch()
	records = kernel.histories(kernel.state_events(lines), lab.tables)
	ours = [(lab.net.side(record["local"]), record) for record in records]
	for side, record in ours:
		record["time"] = stamp(record["time"], epoch)
		if (side, record["to"]) in unseen:
			record["unseen"] = unseen[(side, record["to"])]
	return [record for side, record in ours if side]


def since_epoch():
	"""ns from the epoch to the beginning of the monotonic clock."""
	return time.clock_gettime_ns(time.CLOCK_REALTIME) - time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def counters(lab):
	"""One record for each host: what it has counted, but for zeros."""
	return [
		{"host": side, "counters": kernel.counters(host)} for side, host in lab.net.host.items()]


def record(function, trace, capture):
	"""Runs one scenario; the kernel's records of its states, and those of segments and counters."""
	trace.clear()
	lab = Lab(trace.number)
	try:
		function(lab)
		lab.settle()
		counted = counters(lab)
		lines = trace.read()
		lab.tables.stop()
		lab.net.relay.stop()
		lab.net.relay.save(capture)
		segments = wire.records(lab.net.relay, departures.Trace(lines, since_epoch()), lab.net)
		why = wire.check(segments, counted)
		if why:
			print(f"{function.__name__}: the hosts counted otherwise: {why}")
		return truth(lab, lines, function.unseen), segments + counted
	finally:
		lab.close()
