"""A path that has accidents by plan: on both sides of a tap that is in the relay itself.

    client - before - tap - after - server, and the same the other way

What a host sends waits for the delay of its side, passes the tap, and waits for the other's.
"""
import heapq
import os
import select
import socket
import struct
import threading
import time

ETH_P_ALL = 3
SOL_PACKET = 263
PACKET_IGNORE_OUTGOING = 23
SO_TIMESTAMPNS = 35
PCAP = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1)
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
FLAGS = "FSRPAU"
OTHER = {"client": "server", "server": "client"}


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
		self.fate, self.corrupt, self.changed, self.rank = "under way", False, False, 0
		self.twin = self.ports = None
		self.tcp, self.flags, self.payload = 0, "", 0
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
		twin = Segment(self.data, self.to, time.time_ns(), origin)
		twin.twin = self
		return twin

	def flip(self, bit):
		"""Damages what the checksum covers, but for what says how long it is and whose."""
		data, size = bytearray(self.data), self.end - self.tcp
		places = [*range(14, 20), *range(20, size), *range(4, 12), *range(14, 20)]
		data[self.tcp + places[bit // 8 % len(places)]] ^= 1 << bit % 8
		self.data, self.corrupt = bytes(data), True

	def rewritten(self, ip, tcp=None):
		"""The frame with another IP header, or TCP segment; lengths and checksums made right."""
		ip, tcp = bytearray(ip), bytes(tcp or self.data[self.tcp:self.end])
		begin = 12 if self.four else 8
		pseudo = bytes(ip[begin:]) + struct.pack("!II", len(tcp), socket.IPPROTO_TCP)
		tcp = tcp[:16] + b"\0\0" + tcp[18:]
		tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
		if self.four:
			struct.pack_into("!H", ip, 2, len(ip) + len(tcp))
			struct.pack_into("!H", ip, 10, 0)
			struct.pack_into("!H", ip, 10, checksum(bytes(ip)))
		else:
			struct.pack_into("!H", ip, 4, len(tcp))
		return self.data[:14] + bytes(ip) + tcp

	def forge(self, seq, ack, bits, payload=b"", options=True, ttl=0):
		"""A segment in the name of this one's sender."""
		keep = self.data[self.tcp + 20:self.tcp + self.header]
		if not options or self.bits & SYN:
			keep = b""
		tcp = struct.pack("!HHIIBBHHH", *self.ports, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF,
			(20 + len(keep)) << 2, bits, 512, 0, 0) + keep + payload
		ip = bytearray(self.data[14:self.tcp])
		if self.four:
			ip[4:6] = os.urandom(2)
		if ttl:
			ip[8 if self.four else 7] = ttl
		return Segment(self.rewritten(ip, tcp), self.to, time.time_ns(), "forged")


class Path(threading.Thread):
	"""Carries frames between the interfaces "client" and "server".

	DELAY: seconds on each side of the tap. PLAN: of a segment, what shall happen to its connection.
	"""

	def __init__(self, delay, plan):
		super().__init__(daemon=True)
		self.outs = {side: self.open(side) for side in OTHER}
		self.ways = {port: OTHER[side] for side, port in self.outs.items()}
		self.delay, self.plan = delay, plan
		self.segments, self.capture = [], []
		self.waiting, self.order = [], 0
		self.last = time.monotonic()
		self.going = True

	@staticmethod
	def open(interface):
		made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
		made.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
		made.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
		made.bind((interface, ETH_P_ALL))
		return made

	def later(self, seconds, step, segment):
		self.order += 1
		heapq.heappush(self.waiting, (time.monotonic() + seconds, self.order, step, segment))

	def accidents(self, where, segment):
		"""What happens there to a segment that a host sent."""
		plan = self.plan(segment) if segment.origin == "host" else None
		return [one for one in plan.accidents if one.hits(where, segment)] if plan else []

	def send(self, segment):
		self.segments.append(segment)
		self.stage("before", segment, self.cross)

	def stage(self, where, segment, then):
		"""What happens to a segment on one side of the tap."""
		delay = self.delay[OTHER[segment.to] if where == "before" else segment.to]
		for accident in self.accidents(where, segment):
			if accident.what in ("lose", "answer"):
				segment.fate = f"lost {where}"
				for answer in accident.answers(segment) if accident.what == "answer" else ():
					self.later(0, self.cross if where == "after" else self.deliver, answer)
				return
			if accident.what == "copy":
				twin = segment.copy(f"copy {where}")
				self.segments.append(twin)
				self.later(delay + accident.seconds, then, twin)
			elif accident.what == "delay":
				delay += accident.seconds
			elif accident.what == "change":
				segment.data, segment.changed = accident.change(segment), True
			elif accident.what == "corrupt" and not segment.corrupt:
				segment.flip(accident.bit)
		self.later(delay, then, segment)

	def see(self, segment):
		segment.passed, segment.seen = time.time_ns(), segment.data
		self.capture.append(segment)
		segment.number = len(self.capture)

	def cross(self, segment):
		self.see(segment)
		for accident in self.accidents("tap", segment):
			twin = segment.copy("mirror")
			if hasattr(accident, "change"):
				twin.data, twin.changed = accident.change(twin), True
			self.segments.append(twin)
			self.later(accident.seconds, self.see, twin)
		plan = self.plan(segment)
		if plan and segment.origin == "host" and not segment.corrupt:
			for delay, forged in plan.forgeries(segment):
				self.segments.append(forged)
				self.later(delay, self.cross, forged)
		self.stage("after", segment, self.deliver)

	def deliver(self, segment):
		"""The receiver may have answered before send() returns."""
		self.last = time.monotonic()
		segment.delivered, segment.fate = time.time_ns(), "delivered"
		try:
			self.outs[segment.to].send(segment.data)
		except OSError:
			segment.delivered, segment.fate = None, "lost at the host"

	def receive(self, port):
		data, extra, _, _ = port.recvmsg(65536, 64)
		sent = time.time_ns()
		for _, kind, value in extra:
			if kind == SO_TIMESTAMPNS and len(value) >= 16:
				seconds, ns = struct.unpack("qq", value[:16])
				sent = seconds * 10**9 + ns
		segment = Segment(data, self.ways[port], sent)
		if segment.tcp:
			self.last = time.monotonic()
			self.send(segment)
		else:
			self.outs[segment.to].send(data)

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

	def stop(self):
		self.going = False
		self.join()

	def save(self, path, only=lambda segment: True):
		with open(path, "wb") as file:
			file.write(PCAP)
			for segment in filter(only, self.capture):
				size = len(segment.seen)
				file.write(struct.pack("<IIII", *divmod(segment.passed, 10**9), size, size))
				file.write(segment.seen)
