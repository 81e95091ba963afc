"""finwait's path against the kernel's: the states that each end went through, in order."""
import json
import subprocess


def kernel_paths(records):
	"""{(local, remote): [(state, whether the wire can't show it)]}"""
	paths = {}
	for record in records:
		if "corrected" not in record and record["to"] != "LISTEN":
			path = paths.setdefault((record["local"], record["remote"]), [])
			path.append((record["to"], "unseen" in record))
	return paths


def path_of(flow, side):
	"""What was withdrawn is taken back; an end without a connection has no path."""
	path = []
	for step in flow["transitions"]:
		if step["side"] == side and step["basis"] == "withdrawn":
			while path and path[-1] != step["to"]:
				path.pop()
		elif step["side"] == side and step["to"] != "LISTEN" and (path or step["to"] != "CLOSED"):
			path.append(step["to"])
	return path


def name(end):
	address, port = end["address"], end["port"]
	return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def finwait_paths(document):
	"""{(local, remote): [state]}"""
	paths = {}
	for flow in sorted(document["flows"], key=lambda flow: flow["id"]):
		for side, other in (("client", "server"), ("server", "client")):
			end = (name(flow[side]), name(flow[other]))
			paths[end] = paths.get(end, []) + path_of(flow, side)
	return paths


def agree(kernel, mine):
	"""Every state that the wire can show is there, in order, and no other."""
	rest = list(mine)
	for state, unseen in kernel:
		if rest and rest[0] == state:
			rest.pop(0)
		elif not unseen:
			return False
	return not rest


def differences(records, finwait, capture):
	"""One text for each end whose paths differ."""
	run = subprocess.run(
		[finwait, "--format", "json", capture], capture_output=True, text=True, timeout=60)
	if run.returncode != 0:
		return [f"finwait: exit {run.returncode}: {run.stderr.strip()}"]
	kernel, mine = kernel_paths(records), finwait_paths(json.loads(run.stdout))
	return [
		f"{end[0]} -> {end[1]}\n"
		+ "    kernel   " + " ".join(f"({s})" if u else s for s, u in kernel.get(end, [])) + "\n"
		+ "    finwait  " + " ".join(mine.get(end, []))
		for end in sorted(set(kernel) | set(mine))
		if not agree(kernel.get(end, []), mine.get(end, []))
	]
