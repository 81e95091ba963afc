#!/bin/sh
# Dependencies point one way: cli -> {capture, sink} -> finwait.h <- core.
#
# A row: the folder, and what its files may include. Tests may include anything.
find include src -name '*.[ch]' -o -name '*.def' | sort | xargs awk '
function row(folder, ours, theirs) { may[folder] = "^(" ours ")$"; system_[folder] = theirs }
BEGIN {
	api = "finwait[.]h|finwait/([a-z]+/)?[a-z]+[.](def|h)"
	std = "<(limits|std(align|arg|bool|def|int|lib)|string)[.]h>"
	row("include",      api, std)
	row("src/core",     api "|(core/)?[a-z0-9_]+[.](h|def)", std)
	row("src/capture",  api "|capture/.*|core/(bytes|seqno)[.]h", "<[^j].*>")
	row("src/report",   api "|report/.*", "<.*>")
	row("src/sink",     api "|report/.*|sink/.*", "<.*>")
	row("src/cli",      api "|cli/.*|capture/capture[.]h|report/.*|sink/.*", "<.*>")
	row("src/doc",      api "|doc/.*|cli/.*|report/.*|sink/.*", "<.*>")
	# Libraries, and the only folders that see them
	only["pcap"] = "src/capture"
	only["(zlib|zstd|lz4.*)"] = "src/capture"
	only["jansson"] = "src/(sink|cli|check|doc)"
	only["nettle/.*"] = "src/report"
}
FNR == 1 {
	folder = FILENAME
	sub(/^include\/.*/, "include", folder)
	if (folder ~ /^src/)
		sub(/\/[^\/]*$/, "", folder)
}
/^[ \t]*#[ \t]*include/ {
	name = $0
	sub(/^[^"<]*/, "", name)
	sub(/[^">]*$/, "", name)
	bad = 0
	if (name ~ /^</) {
		bad = name !~ "^" system_[folder] "$"
		for (library in only)
			bad = bad || (name ~ "^<" library "[.]h>$" &&
				      folder !~ "^" only[library] "$")
	} else {
		gsub(/"/, "", name)
		bad = name !~ may[folder]
	}
	if (bad) {
		print FILENAME ":" FNR ": " folder " may not include " name
		failed = 1
	}
	# One format knows nothing of another: only the table of sinks sees them
	if (folder == "src/sink" && name ~ /^sink\/(text|json|jsonl|csv|zeek|html)[.]h$/) {
		own = FILENAME; sub(/^src\//, "", own); sub(/c$/, "h", own)
		if (own != name && FILENAME != "src/sink/sink.c") {
			print FILENAME ":" FNR ": one format may not include another: " name
			failed = 1
		}
	}
}
END { exit failed }'
