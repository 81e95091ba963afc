#!/bin/sh
# Runs one test program and leaves its counts in a file: run.sh RESULT PROGRAM [ARGUMENT...]
#
# Programs speak TAP (cmocka does when asked). A line "skip: why" gives the
# reason of the skipped test after it. A program that ends badly and names no
# test that failed has failed itself, and so has one without any test.
result=$1 log=${1%.result}.log name=$(basename "$1" .result)
shift

CMOCKA_MESSAGE_OUTPUT=TAP "$@" >"$log" 2>&1 </dev/null
status=$?

awk -v status="$status" -v name="$name" '
/^skip: / { why = ": " substr($0, 7); next }
/^(not )?ok .*# SKIP/ { sub(/.*# SKIP */, ""); skips[skipped++] = $0 why; why = ""; next }
/^ok / { passed++ }
/^not ok / { failed++ }
END {
	if (!failed && (status || !(passed + skipped)))
		failed = 1
	print "count", passed + 0, failed + 0, skipped + 0, name
	for (i = 0; i < skipped; i++)
		print "skipped " name ": " skips[i]
}' "$log" >"$result"

read -r _ passed failed skipped _ <"$result"
line="$passed passed"
[ "$failed" = 0 ] || line="$line, $failed FAILED (status $status)"
[ "$skipped" = 0 ] || line="$line, $skipped skipped"
[ "$failed" = 0 ] || line=$(echo "$line: $log" &&
	grep -vE '^(ok |1\.\.)' "$log" | head -n 100 | sed 's/^/        /')
printf '%6s  %-24s %s\n' test "$name" "$line"
