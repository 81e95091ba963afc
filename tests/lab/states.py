"""How connections open and close: the scenarios about states."""
import contextlib
import socket

from catalogue import close_first, exchange, answer, scenario
from lab import PORT, abort

def close_crossing(lab, where):
	"""Both close at once, and the client's FIN is lost."""
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	lab.lose(where, "server", lambda frame: "F" in frame.flags)
	client.close()
	server.close()
	lab.wait(0.6)


# Closing

@scenario("the client closes first")
def close_by_client(lab):
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	close_first(lab, client, server)


@scenario("the server closes first")
def close_by_server(lab):
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	close_first(lab, server, client)


@scenario("both close at once: the FINs cross, both ends pass CLOSING")
def close_simultaneous(lab):
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	client.close()
	server.close()
	lab.settle()


@scenario("the client shuts down its side; the server goes on sending, then closes")
def half_close(lab):
	client, server = lab.connection()
	exchange(client, server)
	client.shutdown(socket.SHUT_WR)
	lab.settle()
	for _ in range(5):
		server.sendall(b"still here\n" * 100)
		lab.wait(0.03)
	server.close()
	lab.settle()
	while client.recv(10000):
		pass


@scenario("the server closes at once when the client has: its FIN carries the acknowledgment")
def fin_ack_combined(lab):
	client, server = lab.connection()
	exchange(client, server)
	server.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
	client.close()
	server.recv(100)
	server.close()
	lab.settle()


@scenario("the server never closes: it stays in CLOSE_WAIT, the client in FIN_WAIT_2")
def close_wait_leak(lab):
	client, server = lab.connection()
	exchange(client, server)
	client.close()
	lab.settle()
	lab.wait(0.5)


@scenario("the server closes only after the client's kernel has stopped waiting for it", unseen={
	("client", "CLOSED"): "a timer ends FIN_WAIT_2: the RST that answers the FIN comes later"})
def fin_wait_2_timeout(lab):
	lab.sysctl("client", "tcp_fin_timeout", 1)
	client, server = lab.connection()
	exchange(client, server)
	client.close()
	lab.wait(1.5)
	server.close()
	lab.settle()


# Resets

@scenario("nobody listens")
def refused(lab):
	with contextlib.suppress(ConnectionRefusedError):
		lab.connect()
	lab.settle()


@scenario("the client aborts (linger 0)")
def reset_by_client(lab):
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	abort(client)
	lab.settle()


@scenario("the server aborts (linger 0)")
def reset_by_server(lab):
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	abort(server)
	lab.settle()


@scenario("the client closes; the server aborts out of CLOSE_WAIT")
def reset_in_close_wait(lab):
	client, server = lab.connection()
	exchange(client, server)
	client.close()
	lab.settle()
	abort(server)
	lab.settle()


@scenario("the server closes with data that it has not read: RST instead of FIN")
def reset_unread_data(lab):
	client, server = lab.connection()
	client.sendall(b"nobody reads this\n")
	lab.settle()
	server.close()
	lab.settle()


@scenario("the client has closed, the server goes on sending: RST")
def reset_data_after_close(lab):
	client, server = lab.connection()
	exchange(client, server)
	client.close()
	lab.settle()
	server.sendall(b"too late\n")
	lab.settle()


@scenario("the server forgets the connection as in a crash; the client's next data is reset")
def half_open(lab):
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	lab.forget(server)
	client.sendall(b"are you there?\n")
	lab.settle()


@scenario("the client forgets the connection as in a crash; the server's FIN is reset")
def fin_to_nobody(lab):
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	lab.forget(client)
	server.close()
	lab.settle()


@scenario("the listener is closed while a handshake is under way: the client's ACK is reset")
def listener_closed(lab):
	listener = lab.listen()
	client = lab.connect()
	listener.close()
	lab.settle()


@scenario("the client gives up before the answer comes: it resets the SYN,ACK")
def connect_abandoned(lab):
	lab.listen()
	lab.start_connect("client", 40000, "server").close()
	lab.settle()


@scenario("the client forgets and connects again: challenge ACK, RST, and the SYN once more")
def client_restarts(lab):
	listener = lab.listen()
	client = lab.connect()
	exchange(client, lab.accept(listener))
	lab.settle()
	lab.forget(client)
	client = lab.connect()
	server = lab.accept(listener)
	exchange(client, server)
	close_first(lab, client, server)


# Loss

@scenario("the first SYN is lost behind the capture point and sent again")
def syn_lost(lab):
	lab.lose("after", "server", lambda frame: frame.flags == "S")
	client, server = lab.connection()
	exchange(client, server)
	close_first(lab, client, server)


@scenario("the first SYN,ACK is lost before the capture point")
def syn_ack_lost(lab):
	lab.lose("before", "client", lambda frame: frame.flags == "SA")
	client, server = lab.connection()
	exchange(client, server)
	close_first(lab, client, server)


@scenario("the ACK that completes the handshake is lost; the client's data stands in for it")
def handshake_ack_lost(lab):
	lab.lose("after", "server", lambda frame: frame.flags == "A")
	listener = lab.listen()
	client = lab.connect()
	client.sendall(b"question\n")
	server = lab.accept(listener)
	answer(client, server)
	close_first(lab, client, server)


@scenario("nobody answers: three SYNs, then the client gives up", unseen={
	("client", "CLOSED"): "a timer ends the attempt: no segment tells"})
def unanswered(lab):
	lab.lose("after", "server", lambda frame: True, 1000)
	lab.sysctl("client", "tcp_syn_retries", 1)
	lab.sysctl("client", "tcp_syn_linear_timeouts", 0)
	with contextlib.suppress(TimeoutError):
		lab.connect()


@scenario("the client's FIN is lost behind the capture point and sent again")
def fin_lost(lab):
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	lab.lose("after", "server", lambda frame: "F" in frame.flags)
	close_first(lab, client, server)


@scenario("the client's FIN is lost before the capture point and sent again")
def fin_lost_before(lab):
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	lab.lose("before", "server", lambda frame: "F" in frame.flags)
	close_first(lab, client, server)


@scenario("the last ACK is lost: the server's FIN comes again and TIME_WAIT answers it")
def last_ack_lost(lab):
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	client.close()
	server.recv(100)
	lab.settle()
	lab.lose("after", "server", lambda frame: frame.flags == "A")
	server.close()
	lab.settle()
	lab.wait(0.6)


@scenario("the FINs cross, and the client's is lost behind the capture point")
def crossing_fin_lost(lab):
	close_crossing(lab, "after")


@scenario("the FINs cross, and the client's is lost before the capture point")
def crossing_fin_lost_before(lab):
	close_crossing(lab, "before")


@scenario("the ACK of the client's FIN is lost behind the capture point")
def fin_ack_lost(lab):
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	lab.lose("after", "client", lambda frame: frame.flags == "A")
	client.close()
	lab.wait(0.6)
	server.close()
	lab.settle()


@scenario("the RST is lost behind the capture point; the client's next data provokes another")
def reset_lost(lab):
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	lab.lose("after", "client", lambda frame: "R" in frame.flags)
	abort(server)
	lab.settle()
	client.sendall(b"still here\n")
	lab.settle()


@scenario("data is lost before the capture point, an ACK behind it")
def data_lost(lab):
	client, server = lab.connection()
	lab.lose("before", "server", lambda frame: frame.payload)
	client.sendall(b"x" * 4000)
	lab.wait(0.5)
	server.recv(10000)
	lab.lose("after", "client", lambda frame: frame.flags == "A")
	client.sendall(b"y" * 100)
	lab.wait(0.5)
	close_first(lab, client, server)


# Waiting

@scenario("an idle connection with keepalives, every one answered")
def keepalive(lab):
	client, server = lab.connection()
	exchange(client, server)
	client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
	client.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
	client.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
	lab.wait(2.5)
	close_first(lab, client, server)


@scenario("the server does not read: the client probes the closed window, and closes meanwhile")
def zero_window(lab):
	client, server = lab.connection(receive_buffer=4096)
	client.setblocking(False)
	with contextlib.suppress(BlockingIOError):
		client.send(b"z" * 12000)
	lab.wait(0.8)
	client.close()
	lab.wait(0.5)
	while server.recv(1000):
		lab.wait(0.005)
	server.close()
	lab.settle()


# Opening

@scenario("the first connection asks for a Fast Open cookie, the second has data in its SYN")
def fast_open(lab):
	lab.sysctl("client", "tcp_fastopen", 1)
	lab.sysctl("server", "tcp_fastopen", 2)
	listener = lab.listen(fast_open=True)
	for port in (40000, 40001):
		client = lab.socket("client", port)
		client.setblocking(True)
		client.sendto(b"hello\n", socket.MSG_FASTOPEN, lab.place("server"))
		server = lab.accept(listener)
		server.recv(100)
		server.sendall(b"welcome\n")
		client.recv(100)
		close_first(lab, client, server)


def open_fast(lab):
	"""A Fast Open without cookies. The server's socket, and the client's with its data sent."""
	lab.sysctl("client", "tcp_fastopen", 1 | 4)
	lab.sysctl("server", "tcp_fastopen", 2 | 0x200)
	listener = lab.listen(fast_open=True)
	client = lab.socket("client", 40000)
	client.setblocking(True)
	client.sendto(b"hello\n", socket.MSG_FASTOPEN, lab.place("server"))
	server = lab.accept(listener)
	server.recv(100)
	return client, server


@scenario("Fast Open: the server answers and closes before the handshake is complete")
def fast_open_close(lab):
	client, server = open_fast(lab)
	server.sendall(b"goodbye\n" * 10)
	close_first(lab, server, client)


@scenario("Fast Open: the SYN,ACK is lost before the capture point, the server's data is not")
def fast_open_syn_ack_lost(lab):
	lab.lose("before", "client", lambda frame: "S" in frame.flags)
	client, server = open_fast(lab)
	server.sendall(b"welcome\n")
	lab.settle()
	client.recv(1000)
	close_first(lab, client, server)


@scenario("both ends connect at once, nobody listens: the SYNs cross")
def open_simultaneous(lab):
	client = lab.start_connect("client", 40000, "server")
	server = lab.start_connect("server", PORT, "client", 40000)
	lab.settle()
	exchange(client, server)
	close_first(lab, client, server)


@scenario("the client comes back from the same port while the server is in TIME_WAIT")
def port_reuse(lab):
	listener = lab.listen()
	for _ in range(2):
		client = lab.connect()
		server = lab.accept(listener)
		exchange(client, server)
		close_first(lab, server, client)
		lab.wait(1.1)


def overfill(lab):
	"""The listener, and the client whose connection does not fit its backlog any more."""
	listener = lab.listen(backlog=2)
	for pair in ((40000, 40001), (40002, 40003)):
		for port in pair:
			last = lab.start_connect("client", port, "server")
		lab.settle()
	return listener, last


@scenario("nobody accepts: the last client is ESTABLISHED, the server repeats its SYN,ACK")
def backlog_full(lab):
	overfill(lab)
	# With the answer in the capture nobody could tell whether it was ignored as the first ACK was
	lab.lose("before", "server", lambda frame: True, 1000)
	lab.wait(1.2)


@scenario("the program accepts late: until then the last client's ACK and data are ignored")
def accept_late(lab):
	listener, last = overfill(lab)
	last.sendall(b"hello\n")
	lab.wait(1.2)
	for _ in range(3):
		abort(lab.accept(listener))
	server = lab.accept(listener)
	server.recv(100)
	close_first(lab, last, server)


@scenario("nobody accepts, and the kernel was told to reset what does not fit the backlog")
def backlog_reset(lab):
	lab.sysctl("server", "tcp_abort_on_overflow", 1)
	overfill(lab)


@scenario("IPv6, closed by the client")
def ipv6(lab):
	lab.use_ipv6()
	close_by_client(lab)
