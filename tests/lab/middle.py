"""What the middle of the path does: ICMP errors, MTU, ECN, options, forgeries, damage."""
import contextlib
import struct
import time

import hazard
from catalogue import (any_segment, bulk, close_first, established, exchange, numbered, scenario,
	text)

BLIND = 0x40000000  # so far ahead that no window holds it


# ICMP

def icmp(segment, kind, code, rest=0):
	"""What a router says to the sender of a segment, quoting it."""
	ip = segment.data[14:segment.tcp]
	quoted = segment.data[14:segment.tcp + 20]
	if segment.four:
		body = struct.pack("!BBHI", kind, code, 0, rest) + quoted
		body = body[:2] + struct.pack("!H", hazard.checksum(body)) + body[4:]
		router = ip[12:15] + bytes([254])
		header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 1, 0, 63, 1, 0)
		header += router + ip[12:16]
		header = header[:10] + struct.pack("!H", hazard.checksum(header)) + header[12:]
	else:
		router, target = ip[8:23] + bytes([254]), ip[8:24]
		body = struct.pack("!BBHI", kind, code, 0, rest) + quoted
		pseudo = router + target + struct.pack("!II", len(body), 58)
		body = body[:2] + struct.pack("!H", hazard.checksum(pseudo + body)) + body[4:]
		header = struct.pack("!IHBB", 0x60000000, len(body), 58, 63) + router + target
	ethernet = segment.data[6:12] + segment.data[:6] + segment.data[12:14]
	back = hazard.OTHER[segment.to]
	return hazard.Segment(ethernet + header + body, back, time.time_ns(), "router")


def answered(lab, where, match, kind, code, rest=0, times=1):
	"""Segments to the server are lost there, and a router says so."""
	lab.happen("answer", where, "server", match, times,
		answers=lambda segment: [icmp(segment, kind, code, rest)])


REFUSED_BY_ICMP = {("client", "CLOSED"): "an ICMP error ends the attempt: no segment tells"}


def unreachable(lab, kind, code):
	answered(lab, "after", any_segment, kind, code)
	lab.listen()
	with contextlib.suppress(OSError):
		lab.connect()
	lab.settle()


@scenario("ICMP port unreachable answers the SYN", unseen=REFUSED_BY_ICMP)
def icmp_port_unreachable(lab):
	unreachable(lab, 3, 3)


@scenario("ICMP host unreachable answers the SYN", unseen=REFUSED_BY_ICMP)
def icmp_host_unreachable(lab):
	unreachable(lab, 3, 1)


@scenario("ICMP administratively prohibited answers the SYN", unseen=REFUSED_BY_ICMP)
def icmp_prohibited(lab):
	unreachable(lab, 3, 13)


@scenario("ICMPv6 address unreachable answers the SYN", unseen=REFUSED_BY_ICMP)
def icmp_unreachable_ipv6(lab):
	lab.use_ipv6()
	unreachable(lab, 1, 3)


@scenario("ICMP time exceeded answers the SYN", unseen=REFUSED_BY_ICMP)
def icmp_time_exceeded(lab):
	unreachable(lab, 11, 0)


@scenario("ICMP host unreachable answers data: the connection bears it")
def icmp_unreachable_established(lab):
	client, server = established(lab)
	answered(lab, "after", any_segment, 3, 1, times=2)
	client.sendall(text(300))
	lab.wait(1)
	server.recv(1000)
	close_first(lab, client, server)


def big(size):
	return lambda segment: len(segment.data) - 14 > size


def too_big(lab, where, mtu, *error):
	client, server = established(lab)
	answered(lab, where, big(mtu), *error, mtu, times=100)
	lab.pump(client, server, text(6000))
	close_first(lab, client, server)


@scenario("ICMP fragmentation needed: all that was sent goes again in smaller segments")
def mtu_fragmentation_needed(lab):
	too_big(lab, "after", 700, 3, 4)


@scenario("the same where the router is before the tap: only small segments are seen")
def mtu_fragmentation_needed_before(lab):
	too_big(lab, "before", 700, 3, 4)


@scenario("ICMPv6 packet too big")
def mtu_packet_too_big_ipv6(lab):
	lab.use_ipv6()
	too_big(lab, "after", 1300, 2, 0)


def black_hole(lab, where):
	client, server = established(lab)
	lab.lose(where, "server", big(700), 1000)
	with contextlib.suppress(TimeoutError):
		lab.pump(client, server, text(5000))
	return client, server


@scenario("big packets vanish behind the tap; the kernel probes a smaller MTU after timeouts")
def mtu_black_hole(lab):
	lab.sysctls(tcp_mtu_probing=1, tcp_base_mss=512, tcp_retries1=2)
	close_first(lab, *black_hole(lab, "after"))


@scenario("big packets vanish behind the tap, and nobody finds out")
def mtu_black_hole_stays(lab):
	client, server = established(lab)
	lab.lose("after", "server", big(700), 1000)
	client.sendall(text(5000))
	lab.wait(4)


# ECN

def mark(segment):
	"""Congestion Experienced, where the sender can be told."""
	ip = bytearray(segment.data[14:segment.tcp])
	if segment.four and ip[1] & 3:
		ip[1] |= 3
	elif not segment.four and ip[1] >> 4 & 3:
		ip[1] |= 0x30
	return segment.rewritten(ip)


def bleach(segment):
	ip = bytearray(segment.data[14:segment.tcp])
	ip[1] &= 0xFC
	return segment.rewritten(ip)


@scenario("ECN is negotiated, three segments are marked before the tap")
def ecn_marked(lab):
	lab.sysctls(tcp_ecn=1)
	lab.happen("change", "before", "server", numbered(12, 13, 30), 3, change=mark)
	close_first(lab, *bulk(lab))


@scenario("ECN is negotiated, segments are marked behind the tap: only the echo is seen")
def ecn_marked_after(lab):
	lab.sysctls(tcp_ecn=1)
	lab.happen("change", "after", "server", numbered(12, 13, 30), 3, change=mark)
	close_first(lab, *bulk(lab))


@scenario("AccECN is negotiated, three segments are marked before the tap")
def ecn_accurate(lab):
	lab.sysctls(tcp_ecn=3)
	lab.happen("change", "before", "server", numbered(12, 13, 30), 3, change=mark)
	close_first(lab, *bulk(lab))


@scenario("SYNs that ask for ECN are lost behind the tap: the next one does not ask")
def ecn_syn_lost(lab):
	lab.sysctls(tcp_ecn=1)
	lab.lose("after", "server", lambda segment: "S" in segment.flags and segment.bits & 0xC0, 9)
	client, server = lab.connection()
	exchange(client, server)
	close_first(lab, client, server)


@scenario("the middle clears all ECN bits of IP behind the tap")
def ecn_bleached(lab):
	lab.sysctls(tcp_ecn=1)
	lab.happen("change", "after", "server", any_segment, 1000, change=bleach)
	close_first(lab, *bulk(lab, 20))


# Options. Both halves: a tap on either side of the middle, merged into one capture.

def with_options(segment, change):
	"""CHANGE makes of each option (kind, value) of a SYN another one, or None."""
	tcp = bytearray(segment.data[segment.tcp:segment.end])
	if not "S" in segment.flags:
		return bytes(tcp)
	at, kept = 20, b""
	while at < segment.header and tcp[at] != 0:
		size = 1 if tcp[at] == 1 else tcp[at + 1]
		option = bytes(tcp[at:at + size])
		kept += option if size == 1 else change(option) or b"\1" * size
		at += size
	tcp[20:segment.header] = kept.ljust(segment.header - 20, b"\0")
	return bytes(tcp)


def strip(*kinds):
	return lambda option: None if option[0] in kinds else option


def clamp(mss):
	return lambda option: struct.pack("!BBH", 2, 4, mss) if option[0] == 2 else option


def keep(option):
	return option


def through(lab, option, both_halves):
	"""All segments pass a router that changes the options of SYNs."""
	def routed(segment):
		ip = bytearray(segment.data[14:segment.tcp])
		ip[8 if segment.four else 7] -= 1
		return segment.rewritten(ip, with_options(segment, option))
	for side in ("client", "server"):
		if both_halves:
			lab.happen("copy", "tap", side, any_segment, 1000, seconds=0.0005, change=routed)
		lab.happen("change", "after", side, any_segment, 1000, change=routed)


def routed(lab, option, both_halves=True):
	through(lab, option, both_halves)
	close_first(lab, *bulk(lab, 6))


@scenario("taps on both sides of a router that does nothing: each segment twice, TTL one less")
def both_halves(lab):
	routed(lab, keep)


@scenario("taps on both sides of a middle that strips SACK and time stamps of SYNs")
def options_stripped(lab):
	routed(lab, strip(4, 8))


@scenario("taps on both sides of a middle that strips the window scale of SYNs")
def scale_stripped(lab):
	routed(lab, strip(3))


@scenario("taps on both sides of a middle that lowers the MSS of SYNs to 120")
def mss_clamped(lab):
	routed(lab, clamp(120))


@scenario("a middle behind the tap strips SACK and time stamps: only the answer tells")
def options_stripped_behind(lab):
	routed(lab, strip(4, 8), both_halves=False)


@scenario("the window scale is stripped of the SYN,ACK only: the ends disagree")
def scale_stripped_one_way(lab):
	def changed(segment):
		return segment.rewritten(segment.data[14:segment.tcp], with_options(segment, strip(3)))
	lab.happen("change", "after", "client", lambda segment: segment.flags == "SA", change=changed)
	close_first(lab, *bulk(lab, 20))


# Forgeries

def forged(lab, to, **how):
	"""An answer to a question passes, and something forged follows: HOW is what forge() takes."""
	client, server = established(lab)

	def make(segment):
		return segment.forge(segment.next + how.get("ahead", 0), segment.ack, how["bits"],
			how.get("payload", b""), how.get("options", False), how.get("ttl", 0))
	lab.forge(to, lambda segment: segment.payload, make)
	return client, server


def go_on(lab, client, server):
	server.settimeout(0.5)
	with contextlib.suppress(OSError):
		exchange(client, server)
		lab.settle()
		exchange(client, server)
	lab.settle()
	with contextlib.suppress(OSError):
		server.sendall(b"are you there?\n")
	lab.settle()
	for sock in (client, server):
		with contextlib.suppress(OSError):
			sock.recv(1000)
	with contextlib.suppress(OSError):
		close_first(lab, client, server)
	lab.settle()


@scenario("a forged RST at exactly the next number, with another TTL; the client goes on talking")
def forged_reset_exact(lab):
	go_on(lab, *forged(lab, "server", bits=0x04, ttl=241))


@scenario("a forged RST inside the window: challenged, nothing happens")
def forged_reset_inside(lab):
	go_on(lab, *forged(lab, "server", bits=0x04, ahead=1000, ttl=241))


@scenario("a forged RST outside of the window: ignored")
def forged_reset_outside(lab):
	go_on(lab, *forged(lab, "server", bits=0x04, ahead=BLIND, ttl=241))


@scenario("a forged RST,ACK to the client at exactly the next number, the TTL right")
def forged_reset_to_client(lab):
	go_on(lab, *forged(lab, "client", bits=0x14))


@scenario("forged data before the real data, with other octets: an overlap that differs", unseen={
	("client", "FIN_WAIT_1"): "its FIN can't leave: what is before it is never acknowledged"})
def forged_data(lab):
	client, server = forged(lab, "server", bits=0x18, payload=b"forgery!!", ttl=60, options=True)
	go_on(lab, client, server)


@scenario("a forged RST ends the client's TIME_WAIT (assassination)")
def forged_reset_in_time_wait(lab):
	client, server = established(lab)
	lab.forge("client", lambda segment: "F" in segment.flags,
		lambda segment: segment.forge(segment.next, 0, 0x04, options=False), 0.03)
	close_first(lab, client, server)
	lab.wait(0.1)


@scenario("a forged SYN inside of a connection: challenged")
def forged_syn(lab):
	go_on(lab, *forged(lab, "server", bits=0x02, ahead=5000, ttl=99))


# Damage

def damaged(lab, where):
	lab.happen("corrupt", where, "server", numbered(5, 9), 2, bit=64 * 8 + 3)
	close_first(lab, *bulk(lab, 20))


@scenario("two segments are damaged before the tap: bad checksums, and retransmissions")
def damaged_before(lab):
	damaged(lab, "before")


@scenario("two segments are damaged behind the tap: retransmissions without a reason in sight")
def damaged_after(lab):
	damaged(lab, "after")
