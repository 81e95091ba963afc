#!/bin/sh
# What is generated is what the GENERATORS and MKPCAP, programs, write now; O is where there is room.
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
for file in README.md $(cd "$fresh" && find docs -type f) $(find docs/*/ -type f); do
	compare "$file" docs
done

for scenario in tests/scenarios/*.scn; do
	capture=pcaps/$(basename "$scenario" .scn).pcap
	"$MKPCAP" "$scenario" "$fresh/$capture" && compare "$capture" pcaps
done
exit $status
