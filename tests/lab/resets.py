"""Resets, one cause at a time."""
import contextlib
import ctypes
import socket
import struct

from catalogue import any_segment, close_first, established, exchange, scenario, text
from lab import abort
from net import call

TCP_LINGER2 = 8


@scenario("nobody listens, and the client tries three times")
def refused_thrice(lab):
	for port in (40000, 40001, 40002):
		with contextlib.suppress(ConnectionRefusedError):
			lab.connect(port)
		lab.wait(0.1)


@scenario("nobody listens (IPv6)")
def refused_ipv6(lab):
	lab.use_ipv6()
	with contextlib.suppress(ConnectionRefusedError):
		lab.connect()


@scenario("the client closes with data that it has not read")
def reset_unread_by_client(lab):
	client, server = established(lab)
	server.sendall(text(1000))
	lab.settle()
	client.close()
	lab.settle()


@scenario("the client closes in the middle of a download: data of the server is under way")
def reset_in_download(lab):
	client, server = established(lab)
	server.setblocking(False)
	server.send(text(20000))
	lab.wait(0.012)
	client.recv(1000)
	client.close()
	lab.settle()


@scenario("the client has closed, the server sends two segments: a reset for each")
def reset_data_after_close_twice(lab):
	client, server = established(lab)
	client.close()
	lab.settle()
	server.sendall(b"too late\n")
	with contextlib.suppress(OSError):
		server.sendall(b"still too late\n")
	lab.settle()


@scenario("the same where the kernel keeps a full socket for FIN_WAIT_2")
def reset_data_to_orphan(lab):
	lab.sysctl("client", "tcp_fin_timeout", 120)
	client, server = established(lab)
	client.close()
	lab.settle()
	server.sendall(b"too late\n")
	lab.settle()


@scenario("the server closes (not shutdown) while the client goes on sending")
def reset_upload_after_close(lab):
	client, server = established(lab)
	server.close()
	lab.settle()
	client.sendall(text(300))
	lab.settle()


@scenario("linger 0 with data that was not yet sent")
def reset_linger_with_data(lab):
	client, server = established(lab, receive_buffer=4096)
	client.setblocking(False)
	client.send(text(20000))
	lab.settle()
	abort(client)
	lab.settle()


@scenario("TCP_LINGER2 below 0: close() in FIN_WAIT_2 resets")
def reset_linger2(lab):
	client, _ = established(lab)
	client.setsockopt(socket.IPPROTO_TCP, TCP_LINGER2, -1)
	client.shutdown(socket.SHUT_WR)
	lab.settle()
	client.close()
	lab.settle()


@scenario("the client disconnects its socket while its data is not yet acknowledged")
def reset_disconnect(lab):
	client, _ = established(lab)
	client.sendall(text(500))
	nobody = struct.pack("H14x", socket.AF_UNSPEC)
	call("connect", client.fileno(), ctypes.c_char_p(nobody), len(nobody))
	lab.settle()


@scenario("the listener closes while a connection waits to be accepted")
def reset_never_accepted(lab):
	listener = lab.listen()
	client = lab.connect()
	client.sendall(b"question\n")
	lab.settle()
	listener.close()
	lab.settle()


@scenario("both programs abort at once: the resets cross")
def reset_crossing(lab):
	client, server = established(lab)
	abort(client)
	abort(server)
	lab.settle()


@scenario("reset and connected again from the same port at once")
def reset_and_again(lab):
	listener = lab.listen()
	for _ in range(3):
		client = lab.connect()
		server = lab.accept(listener)
		exchange(client, server)
		lab.settle()
		abort(client)
		lab.settle()


@scenario("the server restarts: half-open, reset by the client's data, connected anew")
def server_restarts(lab):
	listener = lab.listen()
	client = lab.connect()
	server = lab.accept(listener)
	exchange(client, server)
	lab.settle()
	lab.forget(server)
	client.sendall(b"are you there?\n")
	lab.settle()
	client.close()
	client = lab.connect(40001)
	server = lab.accept(listener)
	exchange(client, server)
	close_first(lab, client, server)


@scenario("the server reboots: nobody listens any more, the client's data is reset")
def server_gone(lab):
	listener = lab.listen()
	client = lab.connect()
	server = lab.accept(listener)
	exchange(client, server)
	lab.settle()
	lab.forget(server)
	listener.close()
	client.sendall(b"are you there?\n")
	lab.settle()


@scenario("a SYN,ACK that acknowledges what was never sent: the client resets it, then connects")
def reset_wrong_syn_ack(lab):
	lab.forge("client", lambda segment: segment.flags == "SA",
		lambda segment: segment.forge(segment.seq + 99, segment.ack + 1000, 0x12, options=False))
	lab.happen("delay", "after", "client", lambda segment: segment.flags == "SA", 1, seconds=0.01)
	client, server = lab.connection()
	exchange(client, server)
	close_first(lab, client, server)


@scenario("SYN cookies: the server has no state until the last ACK")
def syn_cookies(lab):
	lab.sysctl("server", "tcp_syncookies", 2)
	client, server = lab.connection()
	exchange(client, server)
	close_first(lab, client, server)


@scenario("a backlog of one, five clients, nobody accepts: SYNs are ignored and repeated")
def backlog_full_syns(lab):
	lab.sysctl("server", "tcp_syncookies", 0)
	lab.listen(backlog=0)
	for port in range(40000, 40005):
		lab.start_connect("client", port, "server")
		lab.wait(0.03)
	lab.wait(2.5)


@scenario("the RST itself is lost before the tap: the server talks on and is reset again")
def reset_lost_before(lab):
	client, server = established(lab)
	lab.lose("before", "server", any_segment, 1)
	abort(client)
	lab.settle()
	server.sendall(text(200))
	lab.settle()


@scenario("the client asks and closes at once: the server's answer meets nobody", unseen={
	("client", "FIN_WAIT_2"): "for a moment: what acknowledges the FIN is what the RST answers"})
def reset_reply_to_closed(lab):
	client, server = established(lab)
	client.sendall(b"question\n")
	client.close()
	lab.wait(0.015)
	server.recv(100)
	server.sendall(b"answer\n")
	server.close()
	lab.settle()


@scenario("the backlog is full and the server resets what does not fit: the client's data is lost")
def reset_by_full_backlog(lab):
	lab.sysctl("server", "tcp_abort_on_overflow", 1)
	lab.listen(backlog=2)
	for pair in ((40000, 40001), (40002, 40003)):
		late = [lab.start_connect("client", port, "server") for port in pair]
		lab.settle()
	with contextlib.suppress(OSError):
		late[-1].sendall(b"question\n")
	lab.settle()
