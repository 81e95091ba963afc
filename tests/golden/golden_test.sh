#!/bin/sh
# The program (FINWAIT) prints what it printed before.
#
# CAPTURE.HOW is what it prints of pcaps/CAPTURE; to have another, touch it and run make golden,
# which is golden_test.sh --write: it takes what is printed now for right. Then read the diff.
# Messages and an exit status other than 0 are part of what is expected.
export LC_ALL=C.UTF-8 NO_COLOR=1
unset COLUMNS
number=0

# CAPTURE HOW
output() {
	case $2 in
	text | json) set -- --format "$2" "$1" ;;
	jsonl) set -- --format jsonl --events --segments "$1" ;;
	flow) set -- --flow 1 "$1" ;;
	esac
	"$FINWAIT" "$@" 2>&1 || echo "exit status $?"
}

for golden in tests/golden/*.pcap*.*; do
	capture=$(basename "${golden%.*}")
	how=${golden##*.}
	if [ "$1" = --write ]; then
		output "pcaps/$capture" "$how" >"$golden"
		continue
	fi
	number=$((number + 1))
	if output "pcaps/$capture" "$how" | diff -u "$golden" -; then
		echo "ok $number - $capture $how"
	else
		echo "not ok $number - $capture $how"
	fi
done
[ "$number" = 0 ] || echo "1..$number"
