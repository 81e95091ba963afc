"""A path that has accidents by plan: on both sides of a tap that is in the relay itself.

    client - before - tap - after - server, and the same the other way

What a host sends waits for the delay of its side, passes the tap, and waits for the other's.
"""
import heapq
import os
import select
import socket
import struct
import time

from net import Relay

SO_TIMESTAMPNS = 35
PCAP = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1)
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
FLAGS = "FSRPAU"


def checksum(data):
	words = struct.unpack(f"!{len(data) // 2}H", data) if len(data) % 2 == 0 else \
		struct.unpack(f"!{len(data) // 2 + 1}H", data + b"\0")
	total = sum(words)
	total = (total & 0xFFFF) + (total >> 16)
	return ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF


class Segment:
	"""A TCP segment on the path, and what became of it. Times in ns of the epoch."""

	def __init__(self, data, to, sent, origin="host"):
		self.data, self.to, self.sent, self.origin = data, to, sent, origin
		self.number = self.passed = self.delivered = None
		self.fate, self.corrupt, self.rank = "under way", False, 0
		self.tcp = 0
		kind = struct.unpack_from("!H", data, 12)[0]
		if kind not in (0x0800, 0x86DD):
			return
		four = kind == 0x0800
		if data[23 if four else 20] != socket.IPPROTO_TCP:
			return
		self.four, self.tcp = four, 14 + (4 * (data[14] & 15) if four else 40)
		self.end = 14 + struct.unpack_from("!H", data, 16)[0] if four else \
			54 + struct.unpack_from("!H", data, 18)[0]
		sport, dport, self.seq, self.ack, offset, bits = struct.unpack_from(
			"!HHIIBB", data, self.tcp)
		self.bits, self.header = bits, 4 * (offset >> 4)
		self.flags = "".join(letter for bit, letter in enumerate(FLAGS) if bits >> bit & 1)
		self.payload = self.end - self.tcp - self.header
		family, at = (socket.AF_INET, 26) if four else (socket.AF_INET6, 22)
		size = 4 if four else 16
		places = [socket.inet_ntop(family, data[at + i * size:at + (i + 1) * size]) for i in (0, 1)]
		self.source, self.target = [
			f"{a}:{p}" if four else f"[{a}]:{p}" for a, p in zip(places, (sport, dport))]
		self.ports = (sport, dport)

	@property
	def next(self):
		return (self.seq + self.payload + ("S" in self.flags) + ("F" in self.flags)) & 0xFFFFFFFF

	def copy(self, origin):
		return Segment(self.data, self.to, time.time_ns(), origin)

	def flip(self, bit):
		"""Damages what the checksum covers, but for what says how long it is and whose."""
		data, size = bytearray(self.data), self.end - self.tcp
		places = [*range(14, 20), *range(20, size), *range(4, 12), *range(14, 20)]
		data[self.tcp + places[bit // 8 % len(places)]] ^= 1 << bit % 8
		self.data, self.corrupt = bytes(data), True

	def forge(self, seq, ack, bits, payload=b"", options=True):
		"""A segment in the name of this one's sender."""
		begin = 26 if self.four else 22
		keep = self.data[self.tcp + 20:self.tcp + self.header]
		if not options or self.bits & SYN:
			keep = b""
		tcp = struct.pack("!HHIIBBHHH", *self.ports, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF,
			(20 + len(keep)) << 2, bits, 512, 0, 0) + keep + payload
		ip = bytearray(self.data[14:self.tcp])
		pseudo = self.data[begin:self.tcp] + struct.pack("!II", len(tcp), socket.IPPROTO_TCP)
		tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
		if self.four:
			struct.pack_into("!HH", ip, 2, len(ip) + len(tcp), int.from_bytes(os.urandom(2), "big"))
			struct.pack_into("!H", ip, 10, 0)
			struct.pack_into("!H", ip, 10, checksum(bytes(ip)))
		else:
			struct.pack_into("!H", ip, 4, len(tcp))
		return Segment(self.data[:14] + bytes(ip) + tcp, self.to, time.time_ns(), "forged")


class Path(Relay):
	"""DELAY: seconds on each side. PLANS: {(client's port, server's port): what shall happen}."""

	def __init__(self, delay, plans):
		super().__init__()
		for port in self.ways:
			port.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
		self.outs = {to: out for out, to, where in
			[(port, {"server": "client", "client": "server"}[to], where)
				for port, (_, to, where) in self.ways.items()] if where == "before"}
		self.delay, self.plans = delay, plans
		self.segments, self.capture = [], []
		self.waiting, self.order = [], 0

	def later(self, seconds, step, segment):
		self.order += 1
		heapq.heappush(self.waiting, (time.monotonic() + seconds, self.order, step, segment))

	def plan(self, segment):
		return self.plans.get(segment.ports) or self.plans.get(segment.ports[::-1])

	def send(self, segment):
		self.segments.append(segment)
		self.stage("before", segment, self.cross)

	def stage(self, where, segment, then):
		"""What happens to a segment on one side of the tap."""
		other = {"client": "server", "server": "client"}[segment.to]
		delay = self.delay[other if where == "before" else segment.to]
		plan = self.plan(segment)
		for accident in plan.accidents if plan and segment.origin == "host" else ():
			if not accident.hits(where, segment):
				continue
			if accident.what == "lose":
				segment.fate = f"lost {where}"
				return
			if accident.what == "copy":
				twin = segment.copy(f"copy {where}")
				self.segments.append(twin)
				self.later(delay + accident.seconds, then, twin)
			elif accident.what == "delay":
				delay += accident.seconds
			elif accident.what == "corrupt" and not segment.corrupt:
				segment.flip(accident.bit)
		self.later(delay, then, segment)

	def cross(self, segment):
		segment.passed, segment.seen = time.time_ns(), segment.data
		self.capture.append(segment)
		segment.number = len(self.capture)
		plan = self.plan(segment)
		if plan and segment.origin == "host" and not segment.corrupt:
			for delay, forged in plan.forgeries(segment):
				self.segments.append(forged)
				self.later(delay, self.cross, forged)
		self.stage("after", segment, self.deliver)

	def deliver(self, segment):
		self.outs[segment.to].send(segment.data)
		segment.delivered, segment.fate = time.time_ns(), "delivered"

	def receive(self, port):
		data, extra, _, _ = port.recvmsg(65536, 64)
		sent = time.time_ns()
		for _, kind, value in extra:
			if kind == SO_TIMESTAMPNS and len(value) >= 16:
				seconds, ns = struct.unpack("qq", value[:16])
				sent = seconds * 10**9 + ns
		_, to, where = self.ways[port]
		if where != "before":
			return
		segment = Segment(data, to, sent)
		if segment.tcp:
			self.last = time.monotonic()
			self.send(segment)
		else:
			self.outs[to].send(data)

	def run(self):
		while self.going:
			wait = max(0, min(self.waiting[0][0] - time.monotonic(), 0.05)) if self.waiting else 0.05
			for port in select.select(list(self.ways), [], [], wait)[0]:
				self.receive(port)
			while self.waiting and self.waiting[0][0] <= time.monotonic():
				_, _, step, segment = heapq.heappop(self.waiting)
				step(segment)
		for port in self.ways:
			port.close()

	def save(self, path, only=lambda segment: True):
		with open(path, "wb") as file:
			file.write(PCAP)
			for segment in filter(only, self.capture):
				size = len(segment.seen)
				file.write(struct.pack("<IIII", *divmod(segment.passed, 10**9), size, size))
				file.write(segment.seen)
