"""Two hosts and what joins them: namespaces, veth pairs, addresses."""
import contextlib
import ctypes
import fcntl
import os
import socket
import struct
import subprocess

CLONE_NEWNET = 0x40000000
SIOCETHTOOL = 0x8946
ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO = 0x17, 0x1F, 0x24, 0x2C
SMALL_TABLE = 256  # buckets of each host's socket table: it is read hundreds of times a second

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


LINKS = """
link add client type veth peer name {name[client]} address 02:00:00:00:00:01 netns {at[client]}
link add server type veth peer name {name[server]} address 02:00:00:00:00:02 netns {at[server]}
link set client up
link set server up
"""
HOST = """
link set lo up
link set {name} up
address add {mine[0]}/24 dev {name}
neighbour add {peer[0]} lladdr {peer_mac} dev {name} nud permanent
"""
HOST_IPV6 = """
address add {mine[1]}/64 dev {name} nodad
neighbour add {peer[1]} lladdr {peer_mac} dev {name} nud permanent
"""


class Net:
	"""The namespaces of one scenario. Nameless: they go with the process at the latest.

	RELAY makes the thread that carries frames between the interfaces "client" and "server".
	"""

	def __init__(self, number, relay):
		self.interface = {"client": f"lab{number}c", "server": f"lab{number}s"}
		self.address = {
			"client": (f"10.83.{number}.1", f"fd83:{number}::1"),
			"server": (f"10.83.{number}.2", f"fd83:{number}::2"),
		}
		self.middle = new_namespace()
		with inside(self.middle):
			self.prepare_middle()
			self.host = {"client": new_namespace(), "server": new_namespace()}
			paths = {name: f"/proc/{os.getpid()}/fd/{fd}" for name, fd in self.host.items()}
			ip(LINKS.format(at=paths, name=self.interface))
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
		interface = self.interface[name]
		with inside(self.host[name]):
			no_offload(interface)
			if has_ipv6():
				set_sysctl("ipv6/conf/all/disable_ipv6", 0)
			ip((HOST + HOST_IPV6 * has_ipv6()).format(
				name=interface, mine=self.address[name],
				peer=self.address[peer], peer_mac=peer_mac))

	def side(self, place):
		"""Whose 'ADDRESS:PORT' this is, or None."""
		address = place.rpartition(":")[0].strip("[]")
		return next((side for side, mine in self.address.items() if address in mine), None)

	def close(self):
		self.relay.stop()
		for namespace in (self.middle, *self.host.values()):
			os.close(namespace)
