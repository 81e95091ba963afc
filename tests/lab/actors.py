"""Programs at both ends of many connections: each makes its calls one after another."""
import contextlib
import heapq
import select
import socket
import struct
import time

import net

TCP_REPAIR, TCP_USER_TIMEOUT, IPPROTO_MPTCP = 19, 18, 262
RETRY = 0.003
LINGER = struct.pack("ii", 1, 0)
CALM = (BlockingIOError,)


class Actor:
	"""One program on one socket. A call that would block is made again, for a while."""

	def __init__(self, world, side, port, peer_port, calls, sock=None):
		self.world, self.side, self.port, self.peer_port = world, side, port, peer_port
		self.calls, self.sock, self.tries, self.log = list(calls), sock, 0, []

	def step(self):
		"""Seconds until the next step, or None at the end."""
		if not self.calls:
			return None
		word, *rest = self.calls[0]
		if word == "sleep":
			self.calls.pop(0)
			return rest[0]
		try:
			done = getattr(self, "do_" + word.replace(" ", "_"))(*rest)
		except BlockingIOError:
			done = False
		except (OSError, AttributeError) as why:
			self.log.append(f"{word}: {why}")
			done = True
		self.tries += 1
		if not done and self.tries < (30 if word == "write" else 300):
			return RETRY
		self.tries = 0
		self.calls.pop(0)
		return 0

	def make(self):
		self.sock = self.world.socket(self.side, self.port)

	def do_connect(self):
		if not self.sock or self.sock.fileno() < 0:
			self.make()
		self.log.append(f"connect: {self.sock.connect_ex(self.world.place(self.side, self.peer_port))}")
		return True

	def do_fast_open(self, size):
		self.make()
		if size:
			self.sock.sendto(b"f" * size, socket.MSG_FASTOPEN, self.world.place(self.side, self.peer_port))
			return True
		return self.do_connect()

	def do_connected(self):
		return bool(select.select([], [self.sock], [], 0)[1])

	def do_write(self, size):
		self.sock.send(b"w" * size)
		return True

	def do_urgent(self, size):
		self.sock.send(b"u" * min(size, 100), socket.MSG_OOB)
		return True

	def do_read(self, _):
		with contextlib.suppress(BlockingIOError):
			self.sock.recv(65536)
		return True

	def do_drain(self):
		return not self.sock.recv(65536)

	def do_shutdown(self):
		self.sock.shutdown(socket.SHUT_WR)
		return True

	def do_close(self):
		self.sock.close()
		return True

	def do_abort(self):
		self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
		return self.do_close()

	def do_forget(self):
		self.sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
		return self.do_close()

	def do_again(self):
		if self.sock and self.sock.fileno() >= 0:
			self.sock.close()
		self.sock = None
		return True

	def option(self, level, name, value):
		if not self.sock:
			self.make()
		self.sock.setsockopt(level, name, value)
		return True

	def do_keepalive(self):
		for name, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1), (socket.TCP_KEEPCNT, 2)):
			self.option(socket.IPPROTO_TCP, name, value)
		return self.option(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

	def do_user_timeout(self):
		return self.option(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 500)

	def do_receive_buffer(self):
		return self.option(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

	def do_no_delay(self):
		return self.option(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

	def do_quick_ack(self):
		return self.option(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)

	def do_linger2(self):
		return self.option(socket.IPPROTO_TCP, socket.TCP_LINGER2, -1)


class Listener:
	"""Accepts what comes, as often as its own calls say, and starts a program on it."""

	def __init__(self, world, port, shape, programs):
		self.world, self.port, self.programs = world, port, programs
		self.sock = world.socket("server", port)
		if shape.get("receive buffer"):
			self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
		if shape.get("fast open"):
			self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 8)
		if shape.get("defer"):
			self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1)
		self.sock.listen(shape["backlog"])
		self.accepts, self.closes = shape["accepts"], shape["closes"]
		self.begin = time.monotonic()

	def step(self):
		now = time.monotonic() - self.begin
		if self.closes is not None and now > self.closes:
			self.sock.close()
			return None
		if self.accepts is None or now < self.accepts:
			return 0.01
		with contextlib.suppress(BlockingIOError):
			sock, peer = self.sock.accept()
			sock.setblocking(False)
			self.world.socks.append(sock)
			calls = self.programs.get(peer[1]) or [[]]
			program = calls.pop(0) if len(calls) > 1 else calls[0]
			self.world.start(Actor(self.world, "server", self.port, peer[1], program, sock))
		return 0.002


class World:
	"""The hosts' programs, in one thread."""

	def __init__(self, hosts, family, mptcp):
		self.net, self.family, self.mptcp = hosts, family, mptcp
		self.socks, self.queue, self.order = [], [], 0

	def place(self, side, port):
		other = {"client": "server", "server": "client"}[side]
		return (self.net.address[other][self.family == socket.AF_INET6], port)

	def socket(self, side, port):
		with net.inside(self.net.host[side]):
			sock = socket.socket(self.family, socket.SOCK_STREAM, IPPROTO_MPTCP if self.mptcp else 0)
		sock.setblocking(False)
		sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		sock.bind((self.net.address[side][self.family == socket.AF_INET6], port))
		self.socks.append(sock)
		return sock

	def start(self, actor, delay=0):
		self.order += 1
		heapq.heappush(self.queue, (time.monotonic() + delay, self.order, actor))

	def run(self, seconds):
		end = time.monotonic() + seconds
		while time.monotonic() < end:
			while self.queue and self.queue[0][0] <= time.monotonic():
				actor = heapq.heappop(self.queue)[2]
				wait = actor.step()
				while wait == 0:
					wait = actor.step()
				if wait is not None:
					self.start(actor, wait)
			wait = self.queue[0][0] - time.monotonic() if self.queue else 0.05
			time.sleep(max(0, min(wait, 0.05)))

	def close(self):
		for sock in self.socks:
			if sock.fileno() >= 0:
				sock.close()
