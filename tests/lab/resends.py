"""What is sent again, and why: losses, disorder and delay on both sides of the tap."""
import contextlib
import random
import socket

from catalogue import (any_segment, bare_ack, bulk, close_first, data, exchange, numbered, scenario,
	text, MSS)

HOLES = (5, 6, 9, 20, 21, 30, 40)
TCP_USER_TIMEOUT = 18


def holes(lab, where, to="server"):
	lab.lose(where, to, numbered(*HOLES), len(HOLES))
	close_first(lab, *bulk(lab, to=to))


# Losses

@scenario("segments lost before the tap: every hole is filled by a retransmission")
def holes_sack(lab):
	holes(lab, "before")


@scenario("the same without SACK: fast retransmissions")
def holes_no_sack(lab):
	lab.sysctls(tcp_sack=0)
	holes(lab, "before")


@scenario("the same without time stamps")
def holes_no_timestamps(lab):
	lab.sysctls(tcp_timestamps=0)
	holes(lab, "before")


@scenario("the same without SACK and time stamps")
def holes_bare(lab):
	lab.sysctls(tcp_timestamps=0, tcp_sack=0)
	holes(lab, "before")


@scenario("the same in IPv6, where packets have no numbers")
def holes_ipv6(lab):
	lab.use_ipv6()
	holes(lab, "before")


@scenario("segments lost behind the tap: the originals are in the capture")
def holes_after(lab):
	holes(lab, "after")


@scenario("the same without SACK")
def holes_after_no_sack(lab):
	lab.sysctls(tcp_sack=0)
	holes(lab, "after")


def by_chance(lab, seed, where, share):
	"""Losses of data on one side of the tap, the same in each recording as far as may be."""
	chance = random.Random(seed)
	lab.lose(where, "server", lambda frame: frame.payload and chance.random() < share, 1000)
	close_first(lab, *bulk(lab, 80))


@scenario("a tenth of the data lost before the tap")
def loss_before(lab):
	by_chance(lab, 1, "before", 0.1)


@scenario("a tenth of the data lost behind the tap")
def loss_after(lab):
	by_chance(lab, 2, "after", 0.1)


@scenario("a fifth of the data lost before the tap, without SACK: retransmissions are lost too")
def loss_heavy(lab):
	lab.sysctls(tcp_sack=0)
	by_chance(lab, 3, "before", 0.2)


# Disorder

def disorder(lab, where, seconds, which=(4, 11, 12, 22, 35), to="server"):
	lab.happen("delay", where, to, numbered(*which), len(which), seconds=seconds)
	close_first(lab, *bulk(lab, to=to))


@scenario("segments overtaken before the tap by 1 ms: less than any timer")
def disorder_1ms(lab):
	disorder(lab, "before", 0.001)


@scenario("segments overtaken before the tap by 3 ms")
def disorder_3ms(lab):
	disorder(lab, "before", 0.003)


@scenario("segments overtaken before the tap by 12 ms, more than half a round trip")
def disorder_12ms(lab):
	disorder(lab, "before", 0.012)


@scenario("segments overtaken before the tap by 3 ms, without time stamps")
def disorder_no_timestamps(lab):
	lab.sysctls(tcp_timestamps=0)
	disorder(lab, "before", 0.003)


@scenario("segments overtaken before the tap by 3 ms, without SACK and time stamps")
def disorder_bare(lab):
	lab.sysctls(tcp_timestamps=0, tcp_sack=0)
	disorder(lab, "before", 0.003)


@scenario("segments overtaken before the tap by 3 ms; IPv6 packets have no numbers")
def disorder_ipv6(lab):
	lab.use_ipv6()
	disorder(lab, "before", 0.003)


def number_packets(lab, number):
	"""Every packet to the server gets this IP ID, as from a host that numbers otherwise."""
	def change(segment):
		ip = bytearray(segment.data[14:segment.tcp])
		ip[4:6] = number().to_bytes(2, "big")
		return segment.rewritten(ip)
	lab.happen("change", "before", "server", any_segment, 10000, change=change)


@scenario("segments overtaken before the tap by 3 ms, all IP IDs 0, no time stamps")
def disorder_id_zero(lab):
	lab.sysctls(tcp_timestamps=0)
	number_packets(lab, lambda: 0)
	disorder(lab, "before", 0.003)


@scenario("segments overtaken before the tap by 3 ms, IP IDs random, no time stamps")
def disorder_id_random(lab):
	lab.sysctls(tcp_timestamps=0)
	chance = random.Random(4)
	number_packets(lab, lambda: chance.randrange(1 << 16))
	disorder(lab, "before", 0.003)


@scenario("disorder and loss before the tap")
def disorder_and_loss(lab):
	lab.lose("before", "server", numbered(8, 25, 26), 3)
	disorder(lab, "before", 0.004)


@scenario("a segment overtaken by 40 ms before the tap: its retransmission is seen first")
def disorder_behind_retransmission(lab):
	disorder(lab, "before", 0.040, (15,))


@scenario("ACKs overtaken before the tap")
def disorder_of_acks(lab):
	turn = [0]

	def third(segment):
		turn[0] += bare_ack(segment)
		return bare_ack(segment) and turn[0] % 5 == 3
	lab.happen("delay", "before", "client", third, 5, seconds=0.003)
	close_first(lab, *bulk(lab))


# The same elsewhere: where the tap is, and how far the hosts are from each other

PLACES = {  # seconds from the client to the tap, and from the tap to the server
	"near_sender": (0.0002, 0.01), "near_receiver": (0.01, 0.0002), "far": (0.02, 0.03),
	"local": (0, 0),
}


def elsewhere(name, shows, accidents, *rest, **named):
	def function(lab):
		lab.delay["client"], lab.delay["server"] = PLACES[name]
		accidents(lab, *rest, **named)
	function.__name__ = f"{accidents.__name__}_{name}"
	scenario(shows)(function)


elsewhere("near_sender", "losses before a tap that is next to the sender", holes, "before")
elsewhere("near_receiver", "losses before a tap that is next to the receiver", holes, "before")
elsewhere("far", "losses before the tap, round trip 100 ms", holes, "before")
elsewhere("local", "losses before the tap, round trip below 1 ms", holes, "before")
elsewhere("near_sender", "disorder of 4 ms before a tap next to the sender",
	disorder, "before", 0.004)
elsewhere("near_receiver", "disorder of 4 ms before a tap next to the receiver",
	disorder, "before", 0.004)
elsewhere("far", "disorder of 20 ms before the tap, round trip 100 ms", disorder, "before", 0.02)
elsewhere("local", "disorder of 0.2 ms before the tap, round trip below 1 ms",
	disorder, "before", 0.0002)


@scenario("losses before the tap, the server sends")
def holes_download(lab):
	holes(lab, "before", "client")


@scenario("disorder of 3 ms before the tap, the server sends")
def disorder_download(lab):
	disorder(lab, "before", 0.003, to="client")


# Everything together

def mixed(lab, seed, **settings):
	"""Losses, copies and disorder on both sides of the tap, both ends send."""
	lab.sysctls(**settings)
	chance = random.Random(seed)

	def often(share):
		return lambda segment: "S" not in segment.flags and chance.random() < share
	for side in ("client", "server"):
		for where in ("before", "after"):
			lab.lose(where, side, often(0.03), 1000)
			lab.happen("copy", where, side, often(0.02), 1000, seconds=0.002)
			for seconds in (0.001, 0.004, 0.015):
				lab.happen("delay", where, side, often(0.02), 1000, seconds=seconds)
	client, server = bulk(lab, 32)
	lab.pump(server, client, text(32 * MSS))
	close_first(lab, client, server)


@scenario("losses, copies and disorder on both sides of the tap")
def mixed_usual(lab):
	mixed(lab, 11)


@scenario("losses, copies and disorder on both sides of the tap, without time stamps")
def mixed_no_timestamps(lab):
	mixed(lab, 12, tcp_timestamps=0)


@scenario("losses, copies and disorder on both sides of the tap, without SACK and time stamps")
def mixed_bare(lab):
	mixed(lab, 13, tcp_timestamps=0, tcp_sack=0)


@scenario("losses, copies and disorder on both sides of the tap, in IPv6")
def mixed_ipv6(lab):
	lab.use_ipv6()
	mixed(lab, 14)


@scenario("losses, copies and disorder on both sides of the tap, round trip 100 ms")
def mixed_far(lab):
	lab.delay["client"], lab.delay["server"] = PLACES["far"]
	mixed(lab, 15)


# Sent again for nothing

@scenario("segments overtaken behind the tap: fast retransmissions in vain, DSACK tells")
def spurious_fast(lab):
	disorder(lab, "after", 0.060, (15, 30))


@scenario("the same without SACK: only time stamps tell")
def spurious_fast_no_sack(lab):
	lab.sysctls(tcp_sack=0)
	disorder(lab, "after", 0.060, (15, 30))


@scenario("the same without time stamps: only DSACK tells")
def spurious_fast_no_timestamps(lab):
	lab.sysctls(tcp_timestamps=0)
	disorder(lab, "after", 0.060, (15, 30))


def stall(lab, where, to, seconds=0.6):
	"""For so long nothing gets through to a host, then all does, in order."""
	client, server = bulk(lab, 16)
	lab.stall(where, to, seconds)
	client.sendall(text(12 * MSS))
	lab.wait(seconds + 0.5)
	server.recv(10000)
	close_first(lab, client, server)


@scenario("all stands still for 0.6 s behind the tap: a timeout in vain (F-RTO, Eifel)")
def spurious_timeout(lab):
	stall(lab, "after", "server")


@scenario("the same without SACK")
def spurious_timeout_no_sack(lab):
	lab.sysctls(tcp_sack=0)
	stall(lab, "after", "server")


@scenario("the same without time stamps")
def spurious_timeout_no_timestamps(lab):
	lab.sysctls(tcp_timestamps=0)
	stall(lab, "after", "server")


@scenario("all stands still for 0.6 s before the tap")
def spurious_timeout_before(lab):
	stall(lab, "before", "server")


@scenario("the ACKs stand still for 0.6 s before the tap")
def acks_late_before(lab):
	stall(lab, "before", "client")


@scenario("the ACKs stand still for 0.6 s behind the tap")
def acks_late_after(lab):
	stall(lab, "after", "client")


@scenario("twelve segments stand still behind the tap, the probe does not: recovery in vain")
def spurious_recovery(lab):
	client, server = bulk(lab, 16)
	late = lab.happen("delay", "after", "server", any_segment, 12, seconds=0.6)
	client.sendall(text(12 * MSS - 200))
	lab.wait(0.02)
	late.left = 0
	lab.wait(1)
	server.recv(10000)
	close_first(lab, client, server)


def lose_acks(lab, where):
	client, server = bulk(lab, 16)
	deaf = lab.lose(where, "client", bare_ack, 1000)
	lab.pump(client, server, text(6 * MSS))
	lab.wait(0.5)
	deaf.left = 0
	lab.wait(1)
	close_first(lab, client, server)


@scenario("the ACKs are lost before the tap: data is sent again in vain")
def acks_lost_before(lab):
	lose_acks(lab, "before")


@scenario("the ACKs are lost behind the tap: data is sent again in vain, as the capture shows")
def acks_lost_after(lab):
	lose_acks(lab, "after")


# The kinds, one at a time

def tail(lab, where, times, seconds):
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	lab.lose(where, "server", data, times)
	client.sendall(text(300))
	lab.wait(seconds)
	server.recv(1000)
	close_first(lab, client, server)


@scenario("one last segment lost behind the tap: a tail loss probe repeats it")
def probe_of_tail(lab):
	tail(lab, "after", 1, 0.4)


@scenario("one last segment lost before the tap: all that is seen is the tail loss probe")
def probe_of_tail_before(lab):
	tail(lab, "before", 1, 0.4)


@scenario("the last segment and the probe lost behind the tap: a timeout")
def timeout_of_tail(lab):
	tail(lab, "after", 2, 0.8)


@scenario("the last segment and the probe lost before the tap: a timeout")
def timeout_of_tail_before(lab):
	tail(lab, "before", 2, 0.8)


@scenario("the last segment lost four times behind the tap: timeouts that back off")
def timeout_backoff(lab):
	tail(lab, "after", 4, 2.6)


@scenario("without tail loss probes: a lost last segment waits for the timeout")
def timeout_without_probe(lab):
	lab.sysctls(tcp_early_retrans=0)
	tail(lab, "after", 1, 0.6)


@scenario("a whole window lost behind the tap: the tail loss probe is new data")
def probe_with_new_data(lab):
	lab.lose("after", "server", numbered(*range(1, 11)), 10)
	close_first(lab, *bulk(lab, 16))


@scenario("a whole window lost behind the tap, no probes: a timeout, then slow start")
def timeout_then_slow_start(lab):
	lab.sysctls(tcp_early_retrans=0)
	lab.lose("after", "server", numbered(*range(1, 11)), 10)
	close_first(lab, *bulk(lab, 16))


@scenario("the first of three segments lost behind the tap: RACK's timer fills the hole")
def reorder_timer(lab):
	lab.mss = MSS
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	lab.lose("after", "server", data)
	client.sendall(text(3 * MSS - 40))
	lab.wait(0.3)
	server.recv(2000)
	close_first(lab, client, server)


@scenario("one segment of many lost behind the tap, without SACK: three duplicate ACKs")
def fast_retransmission(lab):
	lab.sysctls(tcp_sack=0)
	lab.lose("after", "server", numbered(20))
	close_first(lab, *bulk(lab))


@scenario("one segment of many lost behind the tap, and what is sent in its place")
def retransmission_lost(lab):
	left = [2]

	def twentieth(segment, seen=[]):
		if segment.payload and segment.seq not in seen:
			seen.append(segment.seq)
		hit = len(seen) >= 20 and segment.payload and segment.seq == seen[19] and left[0] > 0
		left[0] -= bool(hit)
		return hit
	lab.lose("after", "server", twentieth, 2)
	close_first(lab, *bulk(lab))


def give_up(lab, prepare):
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	prepare(client)
	lab.lose("after", "server", any_segment, 1000)
	client.sendall(text(300))
	with contextlib.suppress(OSError):
		client.recv(10)
	lab.settle()


TIMED_OUT = {("client", "CLOSED"): "a timer ends it: no segment tells"}


@scenario("everything lost behind the tap: timeouts until the kernel gives up", unseen=TIMED_OUT)
def timeout_to_the_end(lab):
	lab.sysctl("client", "tcp_retries2", 3)
	give_up(lab, lambda client: None)


@scenario("everything lost behind the tap, TCP_USER_TIMEOUT 1 s", unseen=TIMED_OUT)
def user_timeout(lab):
	give_up(lab, lambda client: client.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 1000))


@scenario("the last data and the FIN lost together before the tap")
def data_and_fin_lost(lab):
	client, server = lab.connection()
	exchange(client, server)
	lab.settle()
	lab.lose("before", "server", any_segment, 2)
	client.sendall(text(300))
	close_first(lab, client, server)


@scenario("the ACK of the FIN is lost before the tap: the FIN comes again for nothing")
def fin_again_in_vain(lab):
	client, server = bulk(lab, 4)
	lab.lose("before", "client", bare_ack)
	client.close()
	lab.wait(0.6)
	close_first(lab, client, server)


@scenario("the FIN is lost twice behind the tap: probe, then timeout")
def fin_lost_twice(lab):
	client, server = bulk(lab, 4)
	lab.lose("after", "server", lambda segment: "F" in segment.flags, 2)
	client.close()
	lab.wait(1)
	close_first(lab, client, server)


@scenario("the SYN is lost three times before the tap")
def syn_lost_thrice(lab):
	lab.lose("before", "server", any_segment, 3)
	client, server = lab.connection()
	exchange(client, server)
	close_first(lab, client, server)


@scenario("the SYN,ACK is lost behind the tap, and the repeated one")
def syn_ack_lost_twice(lab):
	lab.lose("after", "client", any_segment, 2)
	client, server = lab.connection()
	exchange(client, server)
	close_first(lab, client, server)


# Copies

def copies(lab, where, seconds):
	lab.happen("copy", where, "server", numbered(3, 8, 9, 20), 4, seconds=seconds)
	lab.happen("copy", where, "client", bare_ack, 3, seconds=seconds)
	close_first(lab, *bulk(lab, 24))


@scenario("the network copies segments before the tap, at once")
def copies_before(lab):
	copies(lab, "before", 0.0001)


@scenario("the network copies segments before the tap, 4 ms later")
def copies_before_late(lab):
	copies(lab, "before", 0.004)


@scenario("the network copies segments behind the tap: DSACKs without a retransmission")
def copies_after(lab):
	copies(lab, "after", 0.001)


@scenario("the capture has all segments twice, as from a mirror of both directions of a port")
def mirrored(lab):
	for side in ("client", "server"):
		lab.happen("copy", "tap", side, any_segment, 10000)
	close_first(lab, *bulk(lab, 12))


# Fast Open

def fast_open(lab, size=600):
	"""A Fast Open without cookies; the client's socket."""
	lab.sysctl("client", "tcp_fastopen", 1 | 4)
	client = lab.socket("client", 40000)
	client.setblocking(True)
	client.sendto(text(size), socket.MSG_FASTOPEN, lab.place("server"))
	return client


def after_fast_open(lab, listener, client):
	server = lab.accept(listener)
	server.recv(1000)
	exchange(client, server)
	close_first(lab, client, server)


@scenario("Fast Open where the server takes no data in a SYN: it is sent again")
def fast_open_refused(lab):
	lab.sysctl("server", "tcp_fastopen", 0)
	listener = lab.listen()
	after_fast_open(lab, listener, fast_open(lab))


@scenario("Fast Open without the cookie that the server wants: its data is ignored and sent again")
def fast_open_without_cookie(lab):
	lab.sysctl("server", "tcp_fastopen", 2)
	listener = lab.listen(fast_open=True)
	after_fast_open(lab, listener, fast_open(lab))


@scenario("Fast Open: the server takes the data in the SYN and answers at once: no fault")
def fast_open_accepted(lab):
	lab.sysctl("server", "tcp_fastopen", 2 | 0x200)
	listener = lab.listen(fast_open=True)
	after_fast_open(lab, listener, fast_open(lab))


@scenario("Fast Open: SYNs with data are lost, a bare SYN comes through")
def fast_open_black_hole(lab):
	lab.sysctl("server", "tcp_fastopen", 2 | 0x200)
	listener = lab.listen(fast_open=True)
	lab.lose("after", "server", lambda segment: segment.payload and "S" in segment.flags, 9)
	after_fast_open(lab, listener, fast_open(lab))


@scenario("Fast Open: the SYN,ACK is lost behind the tap")
def fast_open_answer_lost(lab):
	lab.sysctl("server", "tcp_fastopen", 2 | 0x200)
	listener = lab.listen(fast_open=True)
	lab.lose("after", "client", lambda segment: "S" in segment.flags)
	after_fast_open(lab, listener, fast_open(lab))
