"""finwait's word against the kernel's, as far as the wire can tell: paths, and senders' states."""
import bisect
import collections
import json
import subprocess

from compare import name

NOTHING = ("CLOSED", "LISTEN", "UNKNOWN")
BEFORE_FIN = {"FIN_WAIT_1": ("ESTABLISHED", "SYN_RECEIVED"), "LAST_ACK": ("CLOSE_WAIT",)}
LIGHT = ("LISTEN", "SYN_RECEIVED", "FIN_WAIT_2", "TIME_WAIT")
NEAR = 5_000_000  # ns: a step that comes within this of a segment may be that segment's
BLINK = 2_000_000  # ns: a state that lasts less need not be told
LOOK = {"tracepoint": 400_000, "table": 12_000_000, "derived": 400_000}


class Truth:
	"""{end: [(time, state, source)]}, an END being (local, remote)."""

	def __init__(self, records, segments):
		self.steps = collections.defaultdict(list)
		self.segments = segments
		self.stateless = set()
		for record in records:
			if "corrected" not in record:
				end = (record["local"], record["remote"])
				self.steps[end].append((record["ns"], record["to"], record["source"]))
		self.captured = collections.defaultdict(list)
		for s in segments:
			if s.number and s.sent:
				self.captured[(s.source, s.target)].append(s.sent)
			if s.number and s.delivered:
				self.captured[(s.target, s.source)].append(s.delivered)
		self.answers = collections.defaultdict(list)
		for s in segments:
			if s.number and s.flags.startswith("SA"):
				self.answers[(s.source, s.target)].append(s.sent)
		for times in self.captured.values():
			times.sort()
		self.first, self.last = {}, {}
		for s in segments:
			if s.number:
				key = frozenset((s.source, s.target))
				self.first.setdefault(key, s.passed)
				self.last[key] = s.passed

	def path(self, end):
		"""[(state, whether the wire need not show it)]"""
		steps = [step for step in self.steps.get(end, []) if step[1] not in ("LISTEN", "UNKNOWN")]
		key, times, out = frozenset(end), self.captured[end], []
		for i, (when, state, source) in enumerate(steps):
			ended = steps[i + 1][0] if i + 1 < len(steps) else self.last[key] + 10**10
			slack = NEAR + (LOOK[source] if source == "table" else 0)
			j = bisect.bisect(times, when)
			seen = any(abs(times[k] - when) <= slack for k in (j - 1, j) if 0 <= k < len(times))
			late = LOOK["table"] if i + 1 < len(steps) and steps[i + 1][2] == "table" else 0
			brief = ended - when < BLINK + late and state in ("FIN_WAIT_2", "CLOSED")
			if state == "SYN_RECEIVED" and source == "derived":
				seen = any(when - 10**6 <= t < ended for t in self.answers[end])
			out.append((state, brief or ended < self.first[key] or not seen))
		return out

	def at(self, end, when):
		"""The states that it may have been in at that time."""
		states, steps = set(), self.steps.get(end, [])
		state = "CLOSED"
		before = [step for step in steps if step[0] <= when]
		if before:
			state = before[-1][1]
		states.add(state)
		for i, (time, to, source) in enumerate(steps):
			if abs(time - when) <= LOOK[source]:
				states |= {to, steps[i - 1][1] if i else "CLOSED"}
		return states

	def unheard(self):
		"""{(end, number)}: lost behind the tap, and the addressee says nothing after it."""
		spoke, lost = set(), set()
		for s in sorted((s for s in self.segments if s.number), key=lambda s: -s.number):
			if (s.fate != "delivered" or s.corrupt) and (s.target, s.source) not in spoke:
				lost.add(((s.target, s.source), s.number))
			if s.origin == "host":
				spoke.add((s.source, s.target))
		return lost


	def unanswered(self):
		"""{(end, number)}: forged in its name, or to it, and it says nothing afterwards."""
		spoke, forged = set(), set()
		for s in sorted((s for s in self.segments if s.number), key=lambda s: -s.number):
			if s.origin == "forged":
				forged |= {(end, s.number) for end in ((s.source, s.target), (s.target, s.source))
					if end not in spoke}
			if s.origin == "host":
				spoke.add((s.source, s.target))
		return forged


def excused(segment, about_sender, state, truth):
	if segment is None or segment.fate != "delivered" or segment.corrupt:
		return True
	if about_sender and segment.origin != "host":
		return True
	end = (segment.target, segment.source)
	return state == "ESTABLISHED" and "SYN_RECEIVED" in truth.at(end, segment.delivered + 300_000)


def finwait_paths(document, truth):
	paths, needless = collections.defaultdict(list), collections.defaultdict(list)
	by_number = {s.number: s for s in truth.segments if s.number}
	lost = truth.unheard() | truth.unanswered()
	for flow in sorted(document["flows"], key=lambda flow: flow["id"]):
		place = {side: name(flow[side]) for side in ("client", "server")}
		for side, other in (("client", "server"), ("server", "client")):
			end, path = (place[side], place[other]), []
			for step in flow["transitions"]:
				if step["side"] != side:
					continue
				if step["basis"] == "withdrawn":
					back = []
					while path and path[-1][0] != step["to"]:
						back.append(path.pop())
					s = by_number.get(back[-1][1]) if back else None
					if back and not excused(s, s and s.source == end[0], back[-1][0], truth):
						needless[end].append(f"{back[-1][0]} of {back[-1][1]} withdrawn at {step['packet']}")
				elif step["to"] not in ("LISTEN", "UNKNOWN"):
					path.append((step["to"], step["packet"], step["basis"]))
			while path and (end, path[-1][1]) in lost and (path[-1][2] == "presumed" or
					by_number[path[-1][1]].origin == "forged"):
				path.pop()
			kept = [s for i, (s, n, _) in enumerate(path) if not (
				s == "FIN_WAIT_2" and i + 1 < len(path) and path[i + 1][1] == n)]
			if kept[-2:] == ["TIME_WAIT", "CLOSED"] and path[-1][2] != "presumed":
				kept = kept[:-1]
			paths[end] += [] if kept == ["CLOSED"] else kept
	return paths, needless


def fits(kernel, mine, strict):
	"""Is MINE what is left of KERNEL without some states, only those that need not show if STRICT?"""
	ways = {0}
	for state, unseen in kernel:
		ways = {i + 1 for i in ways if i < len(mine) and mine[i] == state} | {
			i for i in ways if unseen or not strict}
	return len(mine) in ways


def verdict(kernel, mine):
	return "exact" if fits(kernel, mine, True) else "sound" if fits(kernel, mine, False) else "wrong"


def states(truth, lines, ends):
	"""{end: [text of each sender's state that is wrong]}, and how many were looked at"""
	wrong, count = collections.defaultdict(list), 0
	said = {}
	for line in lines:
		if line.get("type") == "segment":
			said[line["packet"]] = line
	fin = set()
	for s in sorted((s for s in truth.segments if s.number), key=lambda s: s.number):
		end = (s.source, s.target)
		if s.origin != "host" or s.corrupt and s.fate != "delivered" or end in truth.stateless:
			continue
		if "S" in s.flags:
			fin.discard(end)
		if "F" in s.flags:
			fin.add(end)
		line = said.get(s.number)
		if line is None and s.corrupt:
			continue
		if line is None:
			wrong[end].append(f"{s.number}: not reported")
			continue
		mine, true = line[line["side"] + "_state"], truth.at(end, s.sent)
		count += 1
		right = mine in true or "R" in s.flags and mine == "CLOSED" and true & set(LIGHT)
		right = right or "LISTEN" in true and mine == "CLOSED"
		right = right or end not in fin and any(mine in BEFORE_FIN.get(t, ()) for t in true)
		if not right:
			wrong[end].append(f"{s.number} {s.flags}: kernel {'|'.join(sorted(true))} finwait {mine}")
	return wrong, count


def run(finwait, *arguments):
	return subprocess.run([finwait, *arguments], capture_output=True, text=True, timeout=60).stdout


def judge(finwait, capture, truth):
	"""{end: (verdict, kernel's path, finwait's, [other complaints])} and the number of states"""
	document = json.loads(run(finwait, "--format", "json", capture))
	lines = map(json.loads, run(finwait, "--format", "jsonl", "--segments", capture).splitlines())
	mine, needless = finwait_paths(document, truth)
	wrong, count = states(truth, lines, mine)
	out = {}
	seen = {end for end in truth.steps if frozenset(end) in truth.first}
	for end in sorted(seen | {end for end in mine if mine[end]}):
		if end in truth.stateless or end[1].endswith(":0"):
			continue
		kernel = truth.path(end) if end in seen else []
		out[end] = (verdict(kernel, mine.get(end, [])), kernel, mine.get(end, []),
			needless.get(end, []) + wrong.get(end, []))
	return out, count
