"""One scenario's hosts, and what its function can do with them."""
import os
import socket
import struct
import time

import kernel
import net

PORT = 5000
TCP_REPAIR = 19
QUIET = 0.08  # seconds without a segment: longer than a delayed ACK and half a round trip


class Unavailable(Exception):
	"""The machine lacks what a scenario needs."""


def abort(sock):
	"""Closes with a reset; nothing stays behind that the kernel has to finish later."""
	sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
	sock.close()


class Lab:
	"""The hosts "client" and "server", the path between them, and everybody who watches."""

	def __init__(self, number, capture):
		self.family = socket.AF_INET
		self.sockets = []
		self.net = net.Net(number)
		self.tables = kernel.Tables(self.net.host.values())
		self.tables.start()
		self.tap = net.Tap(self.net, capture)

	def close(self):
		for sock in self.sockets:
			if sock.fileno() >= 0:
				abort(sock)
		self.tap.close()
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
			except FileNotFoundError:
				raise Unavailable(f"no {name}") from None

	def lose(self, where, to, match, times=1):
		"""The next TIMES segments to the host TO that MATCH are lost, before or after the tap."""
		left = [times]

		def rule(frame):
			there = (frame.where, frame.to) == (where, to)
			hit = left[0] > 0 and there and bool(frame.flags) and bool(match(frame))
			left[0] -= hit
			return hit
		self.net.relay.rules.append(rule)

	def wait(self, seconds):
		time.sleep(seconds)

	def settle(self):
		"""Waits until no segment is under way."""
		begin = time.monotonic()
		while time.monotonic() < max(begin, self.net.relay.last) + QUIET:
			time.sleep(0.005)


def stamp(monotonic, epoch):
	"""Seconds of a clock that began at EPOCH ns -> RFC 3339 with nine digits."""
	seconds, ns = divmod(round(monotonic * 1e6) * 1000 + epoch, 10**9)
	return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{ns:09}Z"


def truth(lab, trace, unseen):
	"""What the kernel said until now, and what the scenario says that the wire can't show."""
	lab.tables.stop()
	epoch = time.clock_gettime_ns(time.CLOCK_REALTIME) - time.clock_gettime_ns(time.CLOCK_MONOTONIC)
	records = kernel.histories(trace.read(), lab.tables)
	ours = [(lab.net.side(record["local"]), record) for record in records]
	for side, record in ours:
		record["time"] = stamp(record["time"], epoch)
		if (side, record["to"]) in unseen:
			record["unseen"] = unseen[(side, record["to"])]
	return [record for side, record in ours if side]


def record(function, trace, capture):
	"""Runs one scenario under tcpdump; the kernel's records of it."""
	trace.clear()
	lab = Lab(trace.number, capture)
	try:
		function(lab)
		lab.settle()
		lab.tap.close()
		return truth(lab, trace, function.unseen)
	finally:
		lab.close()
