"""Two hosts and the path between them: namespaces, veth pairs, a relay with delay and loss."""
import contextlib
import ctypes
import fcntl
import heapq
import os
import select
import signal
import socket
import struct
import subprocess
import threading
import time

DELAY = 0.005  # seconds from a host to the tap; four of them are a round trip
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
ETH_P_ALL = 3
SOL_PACKET = 263
PACKET_IGNORE_OUTGOING = 23
SIOCETHTOOL = 0x8946
ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO = 0x17, 0x1F, 0x24, 0x2C
SMALL_TABLE = 256  # buckets of each host's socket table: it is read hundreds of times a second
TCPDUMP = "tcpdump -i tap0 -p -n -U --immediate-mode --nano -Z root".split()

libc = ctypes.CDLL(None, use_errno=True)


def call(name, *args):
	"""One system call of libc's; OSError where it fails."""
	if getattr(libc, name)(*args) != 0:
		error = ctypes.get_errno()
		raise OSError(error, f"{name}: {os.strerror(error)}")


def this_namespace():
	return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


@contextlib.contextmanager
def inside(namespace):
	"""What this thread opens or starts in here belongs to the namespace, and stays there."""
	before = this_namespace()
	call("setns", namespace, CLONE_NEWNET)
	try:
		yield
	finally:
		call("setns", before, CLONE_NEWNET)
		os.close(before)


def new_namespace():
	"""A namespace that lives as long as this descriptor and what was opened in it."""
	before = this_namespace()
	call("unshare", CLONE_NEWNET)
	made = this_namespace()
	call("setns", before, CLONE_NEWNET)
	os.close(before)
	return made


def set_sysctl(name, value):
	with open(f"/proc/sys/net/{name}", "w") as file:
		file.write(str(value))


def has_ipv6():
	return os.path.isdir("/proc/sys/net/ipv6")


def ip(commands):
	subprocess.run(["ip", "-batch", "-"], input=commands, text=True, check=True)


def no_offload(interface):
	"""Segments leave as they would on a wire: none over the MTU, all with a checksum."""
	with socket.socket() as any_socket:
		for command in (ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO):
			value = ctypes.create_string_buffer(struct.pack("II", command, 0))
			request = struct.pack("16sP16x", interface.encode(), ctypes.addressof(value))
			fcntl.ioctl(any_socket, SIOCETHTOOL, request)


class Frame:
	"""What the rules of loss need to know of a frame on the path."""

	def __init__(self, data, to, where):
		self.to, self.where, self.flags, self.payload = to, where, "", 0
		kind = struct.unpack_from("!H", data, 12)[0]
		ip4 = kind == 0x0800
		if not ip4 and kind != 0x86DD:
			return
		tcp = 14 + (4 * (data[14] & 15) if ip4 else 40)
		if data[23 if ip4 else 20] != socket.IPPROTO_TCP:
			return
		length = struct.unpack_from("!H", data, 16 if ip4 else 18)[0]
		end = 14 + length if ip4 else 54 + length
		flags = data[tcp + 13]
		self.flags = "".join(letter for bit, letter in enumerate("FSRPAU") if flags >> bit & 1)
		self.payload = end - tcp - 4 * (data[tcp + 12] >> 4)


class Relay(threading.Thread):
	"""Carries frames between the hosts, past the tap in the middle of the way.

	client - [c] - before the tap - [tap0 = tap1] - behind the tap - [s] - server
	"""

	def __init__(self):
		super().__init__(daemon=True)
		port = {name: self.open(name) for name in ("c", "tap0", "tap1", "s")}
		self.ways = {
			port["c"]: (port["tap0"], "server", "before"),
			port["tap1"]: (port["s"], "server", "after"),
			port["s"]: (port["tap1"], "client", "before"),
			port["tap0"]: (port["c"], "client", "after"),
		}
		self.rules = []
		self.last = time.monotonic()
		self.going = True

	@staticmethod
	def open(interface):
		made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
		made.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
		made.bind((interface, ETH_P_ALL))
		return made

	def lost(self, frame):
		return any([rule(frame) for rule in list(self.rules)])

	def run(self):
		waiting, order = [], 0
		while self.going:
			wait = max(0, min(waiting[0][0] - time.monotonic(), 0.05)) if waiting else 0.05
			for port in select.select(list(self.ways), [], [], wait)[0]:
				data = port.recv(65536)
				out, to, where = self.ways[port]
				frame = Frame(data, to, where)
				self.last = time.monotonic() if frame.flags else self.last
				if not self.lost(frame):
					order += 1
					heapq.heappush(waiting, (time.monotonic() + DELAY, order, out, data))
			while waiting and waiting[0][0] <= time.monotonic():
				_, _, out, data = heapq.heappop(waiting)
				out.send(data)
		for port in self.ways:
			port.close()

	def stop(self):
		self.going = False
		self.join()


LINKS = """
link add c type veth peer name eth0 address 02:00:00:00:00:01 netns {client}
link add s type veth peer name eth0 address 02:00:00:00:00:02 netns {server}
link add tap0 type veth peer name tap1
link set c up
link set s up
link set tap0 up
link set tap1 up
"""
HOST = """
link set lo up
link set eth0 up
address add {mine[0]}/24 dev eth0
neighbour add {peer[0]} lladdr {peer_mac} dev eth0 nud permanent
"""
HOST_IPV6 = """
address add {mine[1]}/64 dev eth0 nodad
neighbour add {peer[1]} lladdr {peer_mac} dev eth0 nud permanent
"""


class Net:
	"""The namespaces of one scenario. Nameless: they go with the process at the latest."""

	def __init__(self, number, relay=Relay):
		self.address = {
			"client": (f"10.83.{number}.1", f"fd83:{number}::1"),
			"server": (f"10.83.{number}.2", f"fd83:{number}::2"),
		}
		self.middle = new_namespace()
		with inside(self.middle):
			self.prepare_middle()
			self.host = {"client": new_namespace(), "server": new_namespace()}
			paths = {name: f"/proc/{os.getpid()}/fd/{fd}" for name, fd in self.host.items()}
			ip(LINKS.format(**paths))
			self.relay = relay()
		self.prepare_host("client", "server", "02:00:00:00:00:02")
		self.prepare_host("server", "client", "02:00:00:00:00:01")
		self.relay.start()

	@staticmethod
	def prepare_middle():
		if has_ipv6():
			set_sysctl("ipv6/conf/all/disable_ipv6", 1)
			set_sysctl("ipv6/conf/default/disable_ipv6", 1)
		with contextlib.suppress(FileNotFoundError):  # before Linux 6.1 all share one table
			set_sysctl("ipv4/tcp_child_ehash_entries", SMALL_TABLE)

	def prepare_host(self, name, peer, peer_mac):
		with inside(self.host[name]):
			no_offload("eth0")
			if has_ipv6():
				set_sysctl("ipv6/conf/all/disable_ipv6", 0)
			ip((HOST + HOST_IPV6 * has_ipv6()).format(
				mine=self.address[name], peer=self.address[peer], peer_mac=peer_mac))

	def side(self, place):
		"""Whose 'ADDRESS:PORT' this is, or None."""
		address = place.rpartition(":")[0].strip("[]")
		return next((side for side, mine in self.address.items() if address in mine), None)

	def close(self):
		self.relay.stop()
		for namespace in (self.middle, *self.host.values()):
			os.close(namespace)


class Tap:
	"""tcpdump in the middle of the path."""

	def __init__(self, net, path):
		with inside(net.middle):
			self.process = subprocess.Popen(
				[*TCPDUMP, "-w", path, "tcp"],
				stderr=subprocess.PIPE, text=True, preexec_fn=die_with_parent)
		said = self.process.stderr.readline()
		while said and "listening on" not in said:
			said = self.process.stderr.readline()
		if not said:
			raise OSError("tcpdump did not start")

	def close(self):
		self.process.terminate()
		self.process.wait()
		self.process.stderr.close()


def die_with_parent():
	call("prctl", PR_SET_PDEATHSIG, signal.SIGTERM)
