"""Healthy connections of all kinds: nothing above info may be said of them."""
import socket

from catalogue import close_first, established, exchange, scenario, text

CLEAN_MSS = 500


def distant(lab, milliseconds):
	"""A round trip of so many milliseconds, a third of it on the server's side of the tap."""
	lab.delay["client"] = milliseconds / 3000
	lab.delay["server"] = milliseconds / 6000


def upload(lab, size=16000):
	lab.mss = CLEAN_MSS
	client, server = lab.connection()
	lab.pump(client, server, text(size))
	close_first(lab, client, server)


def download(lab, size=16000):
	lab.mss = CLEAN_MSS
	client, server = lab.connection()
	client.sendall(b"question\n")
	server.recv(100)
	lab.pump(server, client, text(size))
	close_first(lab, server, client)


def register(transfer, milliseconds):
	def function(lab):
		distant(lab, milliseconds)
		transfer(lab)
	function.__name__ = f"clean_{transfer.__name__}_{milliseconds}ms"
	scenario(f"a clean {transfer.__name__}, round trip {milliseconds} ms")(function)


for each in (upload, download):
	for rtt in (0, 5, 50, 200):
		register(each, rtt)


@scenario("questions and answers of many sizes")
def clean_dialogue(lab):
	client, server = lab.connection()
	for turn in range(10):
		client.sendall(text(30 * turn + 10))
		server.recv(1000)
		server.sendall(text(90 * turn + 10))
		client.recv(1000)
	close_first(lab, client, server)


@scenario("pauses of 0.3 s between the sender's writes")
def clean_pauses(lab):
	client, server = established(lab)
	for _ in range(5):
		client.sendall(text(200))
		lab.wait(0.3)
		server.recv(1000)
	close_first(lab, client, server)


@scenario("twelve short connections, one after another")
def clean_short(lab):
	listener = lab.listen()
	for port in range(40000, 40012):
		client = lab.connect(port)
		server = lab.accept(listener)
		exchange(client, server)
		close_first(lab, client, server)


@scenario("six connections at once")
def clean_parallel(lab):
	listener = lab.listen()
	pairs = []
	for port in range(40000, 40006):
		client = lab.connect(port)
		pairs.append((client, lab.accept(listener)))
	for client, server in pairs:
		exchange(client, server)
	for client, server in pairs:
		close_first(lab, client, server)


@scenario("both ends send at once")
def clean_both_ways(lab):
	client, server = established(lab)
	for _ in range(6):
		client.sendall(text(400))
		server.sendall(text(700))
		lab.wait(0.012)
	lab.settle()
	client.recv(10000)
	server.recv(10000)
	close_first(lab, client, server)


@scenario("no options but the MSS: as old hosts are")
def clean_no_options(lab):
	lab.sysctls(tcp_timestamps=0, tcp_sack=0, tcp_window_scaling=0)
	upload(lab)


@scenario("an upload with ECN, nothing marked")
def clean_ecn(lab):
	lab.sysctls(tcp_ecn=1)
	upload(lab, 8000)


@scenario("an upload in IPv6")
def clean_ipv6(lab):
	lab.use_ipv6()
	upload(lab, 8000)


@scenario("the server reads a little late, the window gets smaller but never closes")
def clean_late_reader(lab):
	lab.mss = CLEAN_MSS
	client, server = lab.connection()
	client.sendall(text(12000))
	lab.settle()
	server.recv(20000)
	close_first(lab, client, server)


@scenario("the server speaks first, as mail servers do")
def clean_banner(lab):
	client, server = lab.connection()
	for _ in range(4):
		server.sendall(b"250 go on\n")
		client.recv(100)
		client.sendall(b"NEXT\n")
		server.recv(100)
	close_first(lab, server, client)


@scenario("the client half-closes, the server answers and closes")
def clean_half_close(lab):
	client, server = lab.connection()
	client.sendall(b"all of it\n")
	client.shutdown(socket.SHUT_WR)
	while server.recv(100):
		pass
	server.sendall(text(2000))
	server.close()
	while client.recv(1000):
		pass
	lab.settle()


@scenario("an idle connection with data after 3 s")
def clean_idle(lab):
	client, server = lab.connection()
	exchange(client, server)
	lab.wait(3)
	exchange(client, server)
	close_first(lab, client, server)
