"""What the kernel says of its sockets: the tracepoint of their states, and the socket tables."""
import contextlib
import fcntl
import multiprocessing
import os
import re
import signal
import socket
import struct
import subprocess
import time

from net import call, inside

TRACEFS = "/sys/kernel/tracing"
EVENT = "events/sock/inet_sock_set_state"
SEGMENT_EVENTS = ("tcp/tcp_cong_state_set", "tcp/tcp_send_reset")
DEPARTURE = "events/net/net_dev_start_xmit"
TABLES = ("/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6")
CLONE_NEWNS = 0x00020000
POLL = 0.002  # seconds between two looks at the socket tables
STATES = {
	"SYN_SENT": "SYN_SENT", "SYN_RECV": "SYN_RECEIVED", "NEW_SYN_RECV": "SYN_RECEIVED",
	"ESTABLISHED": "ESTABLISHED", "FIN_WAIT1": "FIN_WAIT_1", "FIN_WAIT2": "FIN_WAIT_2",
	"CLOSING": "CLOSING", "TIME_WAIT": "TIME_WAIT", "CLOSE_WAIT": "CLOSE_WAIT",
	"LAST_ACK": "LAST_ACK", "CLOSE": "CLOSED", "LISTEN": "LISTEN",
}
LIGHT = {3: "SYN_RECEIVED", 5: "FIN_WAIT_2", 6: "TIME_WAIT"}  # need no full socket: not traced
NOTHING = ("CLOSED", "LISTEN")
LINE = re.compile(
	r"\s(?P<time>\d+\.\d+): inet_sock_set_state: family=(?P<family>\w+) protocol=IPPROTO_TCP "
	r"sport=(?P<sport>\d+) dport=(?P<dport>\d+) saddr=(?P<s4>\S+) daddr=(?P<d4>\S+) "
	r"saddrv6=(?P<s6>\S+) daddrv6=(?P<d6>\S+) oldstate=TCP_(?P<old>\w+) newstate=TCP_(?P<new>\w+)")


def mount_tracefs():
	"""Where there is none: in a mount namespace of our own, so that nobody else sees it."""
	if os.path.isdir(f"{TRACEFS}/instances"):
		return
	call("unshare", CLONE_NEWNS)
	subprocess.run(["mount", "--make-rprivate", "/"], check=True)
	subprocess.run(["mount", "-t", "tracefs", "tracefs", TRACEFS], check=True)


def has_event():
	return os.path.isdir(f"{TRACEFS}/{EVENT}")


class Trace:
	"""A trace instance of our own. Its number tells labs on one machine apart."""

	def __init__(self):
		for self.number in range(1, 250):
			self.path = f"{TRACEFS}/instances/finwait-lab-{self.number}"
			os.makedirs(self.path, exist_ok=True)
			self.lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
			if self.claim():
				break
			os.close(self.lock)
		else:
			raise OSError("too many labs at once")
		self.write("trace_clock", "mono")
		self.write("buffer_size_kb", "4096")
		self.write(EVENT + "/enable", "1")
		self.follow_segments()

	def follow_segments(self):
		"""Of each frame that leaves a host: the functions that sent it. Not on every kernel."""
		ours = f'name ~ "lab{self.number}[cs]"'
		wanted = [(f"events/{event}/enable", "1") for event in SEGMENT_EVENTS]
		wanted += [(DEPARTURE + "/filter", ours), (DEPARTURE + "/enable", "1")]
		try:
			with open(f"{self.path}/{DEPARTURE}/trigger") as file:
				if all(line.startswith("#") for line in file):  # none of a lab that was killed
					wanted.insert(0, (DEPARTURE + "/trigger", f"stacktrace if {ours}"))
			for name, value in wanted:
				self.write(name, value)
		except OSError:
			pass

	def claim(self):
		"""A lab that was killed leaves its instance behind, but not its lock."""
		try:
			fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
			return os.fstat(self.lock).st_ino == os.stat(self.path).st_ino
		except OSError:
			return False

	def write(self, name, value):
		with open(f"{self.path}/{name}", "w") as file:
			file.write(value)

	def clear(self):
		self.write("trace", "")

	def read(self):
		"""All that was traced since clear(), a line each."""
		with open(f"{self.path}/trace") as file:
			return file.read().splitlines()

	def close(self):
		with contextlib.suppress(OSError):
			self.write(DEPARTURE + "/trigger", "!stacktrace")
		self.write("events/enable", "0")
		os.rmdir(self.path)
		os.close(self.lock)


def counters(host):
	"""{name: count} of a host's TCP, where it is not 0."""
	found = {}
	with inside(host):
		for name in ("snmp", "netstat"):
			with open(f"/proc/thread-self/net/{name}") as file:
				rows = [line.split() for line in file]
			for names, values in zip(rows[::2], rows[1::2]):
				if names[0] in ("Tcp:", "TcpExt:"):
					found.update(zip(names[1:], map(int, values[1:])))
	settings = ("RtoAlgorithm", "RtoMin", "RtoMax", "MaxConn")
	return {name: count for name, count in found.items() if count and name not in settings}


def read_address(text):
	"""'0100530A:9C40', as /proc/net/tcp has it -> '10.83.0.1:40000'."""
	digits, port = text.split(":")
	words = struct.unpack(f">{len(digits) // 8}I", bytes.fromhex(digits))
	family = socket.AF_INET6 if len(words) > 1 else socket.AF_INET
	return write_address(
		socket.inet_ntop(family, struct.pack(f"={len(words)}I", *words)), int(port, 16))


def write_address(address, port):
	return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def read_all(file):
	"""All of a table, which comes in pages."""
	os.lseek(file, 0, os.SEEK_SET)
	return b"".join(iter(lambda: os.read(file, 1 << 16), b"")).decode()


class Tables:
	"""Both hosts' socket tables, looked at often: requests and TIME_WAIT are nowhere else."""

	def __init__(self, hosts):
		self.files = []
		for namespace in hosts:
			with inside(namespace):
				for name in filter(os.path.exists, TABLES):
					self.files.append(os.open(name, os.O_RDONLY))
		self.ends = {}  # what read_address has read
		self.looks = []  # [first time that this was seen, last time, {(local, remote): state}]

	def read(self):
		seen = {}
		for file in self.files:
			for line in read_all(file).splitlines()[1:]:
				_, local, remote, state, _ = line.split(None, 4)
				end = self.ends.get((local, remote))
				if end is None:
					end = self.ends[(local, remote)] = (read_address(local), read_address(remote))
				seen[end] = int(state, 16)
		return seen

	def look(self):
		"""What moves between two pages may be missed: what is gone is looked for once more."""
		now, seen = time.monotonic(), self.read()
		if self.looks and any(end not in seen for end in self.looks[-1][2]):
			now, seen = time.monotonic(), {**seen, **self.read()}
		if self.looks and self.looks[-1][2] == seen:
			self.looks[-1][1] = now
		else:
			self.looks.append([now, now, seen])

	def of(self, end):
		"""[(first look, last look, state)]: CLOSED if there is nothing, None for full sockets."""
		return [
			(first, last, LIGHT.get(seen[end]) if end in seen else "CLOSED")
			for first, last, seen in self.looks
		]


class Watch:
	"""The socket tables, watched by a process of its own: it is to be quick."""

	def __init__(self, hosts):
		self.stop_it, self.queue = multiprocessing.Event(), multiprocessing.SimpleQueue()
		self.process = multiprocessing.Process(target=self.watch, args=(hosts,), daemon=True)
		self.looks = []

	def watch(self, hosts):
		signal.signal(signal.SIGTERM, signal.SIG_DFL)
		tables = Tables(hosts)
		while not self.stop_it.is_set():
			tables.look()
			time.sleep(POLL)
		tables.look()
		self.queue.put(tables.looks)

	def start(self):
		self.process.start()

	def stop(self):
		if self.process.is_alive() and not self.stop_it.is_set():
			self.stop_it.set()
			self.looks = self.queue.get()
			self.process.join()

	of = Tables.of


class History:
	"""The states of one end: the tracepoint's words, corrected by the socket table."""

	def __init__(self, end, looks):
		self.end, self.looks, self.records = end, looks, []
		self.state, self.full = "CLOSED", False

	def add(self, when, old, new, source, **more):
		local, remote = self.end
		self.records.append({
			"time": when, "local": local, "remote": remote,
			"from": old, "to": new, "source": source, **more})

	def move(self, when, old, new, source):
		if old in NOTHING and self.state not in NOTHING:
			why = "the next connection takes its place"
			self.add(when, self.state, "CLOSED", "table", unseen=why)
		self.add(when, old, new, source)
		self.state = new

	def traced(self, when, old, new):
		if self.state in NOTHING and old not in NOTHING:
			return  # the remains of an earlier lab at these addresses
		light = next((look for look in self.looks if look[1] > when), (0, 0, None))
		self.full = new != "CLOSED"
		if new == "CLOSED" and light[2] in ("FIN_WAIT_2", "TIME_WAIT"):
			self.add(when, old, new, "tracepoint", corrected=f"it goes on as {light[2]}")
			if light[2] != self.state:
				self.move(max(when, light[0]), old, light[2], "table")
		elif new == "SYN_RECEIVED" == self.state:
			self.add(when, old, new, "tracepoint", corrected="only now is there a full socket")
		else:
			self.move(when, old, new, "tracepoint")

	def looked(self, when, state):
		if not self.full and state not in (None, self.state):
			self.move(when, "LISTEN" if state == "SYN_RECEIVED" else self.state, state, "table")


def state_events(lines):
	"""Without those that change nothing, as close() after shutdown()."""
	events = [match.groupdict() for match in map(LINE.search, lines) if match]
	return [event for event in events if event["new"] != event["old"]]


def histories(events, tables):
	"""Every end's records, in order of time. Times are of the monotonic clock, in seconds."""
	traced = {}
	for event in events:
		four = event["family"] == "AF_INET"
		local = write_address(event["s4" if four else "s6"], event["sport"])
		remote = write_address(event["d4" if four else "d6"], event["dport"])
		move = (float(event["time"]), STATES[event["old"]], STATES[event["new"]])
		traced.setdefault((local, remote), []).append(move)
	ends = {end for _, _, seen in tables.looks for end in seen} | set(traced)
	records = []
	for end in sorted(end for end in ends if not end[1].endswith(":0")):  # a listener has no peer
		history = History(end, tables.of(end))
		steps = [(history.traced, step) for step in traced.get(end, [])]
		steps += [(history.looked, (first, state)) for first, _, state in history.looks]
		for take, step in sorted(steps, key=lambda step: step[1][0]):
			take(*step)
		records += history.records
	return sorted(records, key=lambda record: record["time"])
