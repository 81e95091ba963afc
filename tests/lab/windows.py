"""Windows, keepalives, and connections that wait."""
import contextlib
import socket

from catalogue import any_segment, close_first, exchange, scenario, text, MSS

TCP_USER_TIMEOUT = 18


def fill(client, size):
	"""Sends as much of SIZE as the socket takes."""
	client.setblocking(False)
	with contextlib.suppress(BlockingIOError):
		client.send(text(size))
	client.settimeout(5)


def read_slowly(lab, server, step, seconds):
	while server.recv(step):
		lab.wait(seconds)


@scenario("the server stops reading for 1.5 s: zero window, probes, then all goes on")
def zero_window_opens(lab):
	client, server = lab.connection(receive_buffer=4096)
	fill(client, 12000)
	lab.wait(1.5)
	server.settimeout(0.5)
	with contextlib.suppress(TimeoutError):
		read_slowly(lab, server, 4000, 0)
	close_first(lab, client, server)


@scenario("the server never reads again: probes that back off")
def zero_window_stays(lab):
	client, _ = lab.connection(receive_buffer=4096)
	fill(client, 12000)
	lab.wait(3)


@scenario("the window is closed, and then nobody answers the probes: the client gives up", unseen={
	("client", "CLOSED"): "a timer ends it: no segment tells"})
def zero_window_silence(lab):
	lab.sysctl("client", "tcp_retries2", 3)
	client, _ = lab.connection(receive_buffer=4096)
	fill(client, 12000)
	lab.wait(0.5)
	lab.lose("after", "server", any_segment, 1000)
	lab.wait(6)


@scenario("the update of a closed window is lost behind the tap: only a probe finds it open")
def window_update_lost(lab):
	client, server = lab.connection(receive_buffer=4096)
	fill(client, 12000)
	lab.wait(0.1)
	lab.lose("after", "client", any_segment, 1)
	server.settimeout(1)
	with contextlib.suppress(TimeoutError):
		read_slowly(lab, server, 4000, 0)
	close_first(lab, client, server)


@scenario("a small receive buffer and a reader who takes 200 octets each 10 ms")
def slow_reader(lab):
	lab.mss = MSS
	client, server = lab.connection(receive_buffer=4096)
	fill(client, 8000)
	client.close()
	read_slowly(lab, server, 200, 0.01)
	server.close()


@scenario("the smallest receive buffer, full-sized segments: windows below one segment")
def window_below_mss(lab):
	client, server = lab.connection(receive_buffer=1)
	fill(client, 6000)
	client.shutdown(socket.SHUT_WR)
	read_slowly(lab, server, 300, 0.03)
	close_first(lab, server, client)


@scenario("the sender writes an octet at a time without Nagle: many tiny segments")
def tiny_segments(lab):
	client, server = lab.connection()
	client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
	for octet in text(40):
		client.send(bytes([octet]))
		lab.wait(0.002)
	lab.settle()
	server.recv(100)
	close_first(lab, client, server)


@scenario("the server's buffer is made smaller while it is full: the window shrinks")
def window_shrinks(lab):
	lab.sysctl("server", "tcp_shrink_window", 1)
	client, server = lab.connection(receive_buffer=16000)
	fill(client, 4000)
	lab.settle()
	server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2000)
	client.sendall(text(1000))
	lab.settle()
	server.settimeout(0.5)
	with contextlib.suppress(TimeoutError):
		read_slowly(lab, server, 4000, 0)
	close_first(lab, client, server)


def keep_alive(sock, count):
	sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
	for name, value in (("KEEPIDLE", 1), ("KEEPINTVL", 1), ("KEEPCNT", count)):
		sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, "TCP_" + name), value)


def silent_peer(lab, where):
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	keep_alive(client, 2)
	lab.lose(where, "client", any_segment, 1000)
	lab.wait(3.6)


@scenario("keepalives are answered, but the answers are lost behind the tap: reset after two")
def keepalive_unanswered(lab):
	silent_peer(lab, "after")


@scenario("the answers to keepalives are lost before the tap: reset after two")
def keepalive_silence(lab):
	silent_peer(lab, "before")


@scenario("the server forgets the connection: a keepalive is answered with a reset")
def keepalive_to_nobody(lab):
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	lab.forget(server)
	keep_alive(client, 3)
	lab.wait(1.3)


@scenario("the server keeps the connection alive; the client's data comes between")
def keepalive_of_server(lab):
	client, server = lab.connection()
	keep_alive(server, 3)
	exchange(client, server)
	lab.wait(1.5)
	exchange(client, server)
	lab.wait(1.5)
	close_first(lab, client, server)


@scenario("the window is closed and TCP_USER_TIMEOUT 1 s ends it", unseen={
	("client", "CLOSED"): "a timer ends it: no segment tells"})
def user_timeout_zero_window(lab):
	client, _ = lab.connection(receive_buffer=4096)
	client.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 1000)
	fill(client, 12000)
	lab.wait(3)


@scenario("the client closes, the server stays in CLOSE_WAIT for 4 s, then closes")
def close_wait_held(lab):
	client, server = lab.connection()
	exchange(client, server)
	client.close()
	lab.wait(4)
	server.close()
	lab.settle()


@scenario("the client has shut down its side, the server sends on for 2 s: no fault")
def half_close_long(lab):
	lab.mss = MSS
	client, server = lab.connection()
	client.sendall(b"everything\n")
	client.shutdown(socket.SHUT_WR)
	server.recv(100)
	for _ in range(4):
		server.sendall(text(500))
		lab.wait(0.5)
	server.close()
	while client.recv(1000):
		pass
	lab.settle()
