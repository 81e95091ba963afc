"""The scenarios by name, and what many of them need.

Each function is one scenario, named as its capture is. lab.connection() gives the client's and the
server's socket, lab.wait() lets SECONDS pass, lab.settle() waits until the path is empty;
lab.lose() and lab.happen() make the path lose, copy, delay and change.
"""
SCENARIOS = {}


def scenario(shows, unseen=None):
	"""Registers a scenario. UNSEEN: {(side, state): why the wire can't show it}."""
	def register(function):
		function.shows, function.unseen = shows, unseen or {}
		SCENARIOS[function.__name__] = function
		return function
	return register


def answer(client, server):
	server.recv(100)
	server.sendall(b"answer\n" * 20)
	left = 140
	while left:
		left -= len(client.recv(left))


def exchange(client, server):
	client.sendall(b"question\n")
	answer(client, server)


def established(lab, **options):
	"""Both sockets of a connection that has had its first exchange."""
	client, server = lab.connection(**options)
	exchange(client, server)
	lab.settle()
	return client, server


def close_first(lab, first, second):
	first.close()
	second.recv(100)
	lab.settle()
	second.close()
	lab.settle()


def text(size):
	"""SIZE octets, no two places alike."""
	return b"".join(b"%07d\n" % line for line in range(size // 8 + 1))[:size]


def numbered(*wanted):
	"""A match for the first sending of these data segments; the first is 1."""
	seen = []

	def match(segment):
		if not segment.payload or segment.seq in seen:
			return False
		seen.append(segment.seq)
		return len(seen) in wanted
	return match


def data(segment):
	return segment.payload


def any_segment(_):
	return True


def bare_ack(segment):
	return segment.flags == "A" and not segment.payload


MSS = 140  # small, so that recordings of many segments are


def bulk(lab, segments=50, to="server", **options):
	"""One end sends, the other reads as it comes. The client's socket, and the server's."""
	lab.mss = MSS
	client, server = lab.connection(**options)
	ends = (client, server) if to == "server" else (server, client)
	lab.pump(*ends, text(segments * MSS))
	lab.settle()
	return client, server
