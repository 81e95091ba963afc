#!/bin/sh
# Adds up the results of test programs: total.sh RESULT...
#
# The last line is the total. What failed leaves no result, and so runs again.
cat "$@" </dev/null | awk '
/^skipped / { print }
/^count / { passed += $2; failed += $3; skipped += $4; if ($3) bad = bad " " $5 }
END {
	if (bad)
		print "failed:" bad
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed > 0
}' && exit
for result; do
	grep -q '^count [0-9]* 0 ' "$result" || rm -f "$result"
done
exit 1
