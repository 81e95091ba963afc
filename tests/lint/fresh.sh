#!/bin/sh
# What is generated is what the programs GENERATORS and MKPCAP write now; in O there is room.
fresh=$O/fresh
status=0
rm -rf "$fresh"
mkdir -p "$fresh/docs/reference" "$fresh/docs/man" "$fresh/docs/completions" "$fresh/pcaps"
cp README.md "$fresh"

# FILE VERB: is it what was written now?
compare() {
	cmp -s "$1" "$fresh/$1" || { echo "$1:1: is not what is generated: make $2" && status=1; }
}

for generator in $GENERATORS; do
	"$generator" "$fresh" || status=1
done
for file in README.md $({ find docs/*/ -type f && cd "$fresh" && find docs -type f; } | sort -u); do
	compare "$file" docs
done

for scenario in tests/scenarios/*.scn; do
	capture=pcaps/$(basename "$scenario" .scn).pcap
	"$MKPCAP" "$scenario" "$fresh/$capture" && compare "$capture" pcaps
done
exit $status
