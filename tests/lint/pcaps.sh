#!/bin/sh
# Every capture is described in pcaps/README.md, and everything described is there.
status=0
for capture in pcaps/*.pcap*; do
	[ -e "$capture" ] || continue
	grep -qF "$(basename "$capture")" pcaps/README.md ||
		{ echo "$capture:1: not in pcaps/README.md" && status=1; }
done
for name in $(grep -oE '`[A-Za-z0-9_.-]+[.]pcap(ng)?([.](gz|zst|lz4))?`' \
	pcaps/README.md 2>/dev/null | tr -d '`' | sort -u); do
	[ -e "pcaps/$name" ] || { echo "pcaps/README.md:1: $name is not there" && status=1; }
done
exit $status
