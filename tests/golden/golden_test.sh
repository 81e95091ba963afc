#!/bin/sh
# The program prints what it printed before, for each capture of pcaps/ and in each format.
#
# golden_test.sh --write takes what it prints now for right: read the diff. FINWAIT is the program.
# An exit status other than 0 is part of what is expected, and so is what goes to stderr.
number=0

# CAPTURE FORMAT
output() {
	TZ=UTC "$FINWAIT" --format "$2" "$1" 2>&1 || echo "exit status $?"
}

for capture in pcaps/*.pcap*; do
	for format in text json jsonl; do
		golden=tests/golden/$(basename "$capture").$format
		if [ "$1" = --write ]; then
			output "$capture" "$format" >"$golden"
			continue
		fi
		number=$((number + 1))
		if output "$capture" "$format" | diff -u "$golden" -; then
			echo "ok $number - $capture as $format"
		else
			echo "not ok $number - $capture as $format"
		fi
	done
done

# What is expected of a capture that is gone
for golden in tests/golden/*.text tests/golden/*.json tests/golden/*.jsonl; do
	name=$(basename "$golden")
	[ ! -e "$golden" ] || [ -e "pcaps/${name%.*}" ] && continue
	if [ "$1" = --write ]; then rm "$golden"; else echo "not ok - $golden without a capture"; fi
done
echo "1..$number"
