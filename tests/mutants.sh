#!/bin/sh
# Deletes each rule of the state machine in turn: a test must notice.
#
# B is where it is built, FLAGS are make's. # Only what includes fsm.def is compiled
# again, against a copy that shadows the real one.
tests='tests/core/fsm_test tests/core/scenario_test'
table=include/finwait/fsm.def
targets=
for test in $tests; do targets="$targets $B/$test"; done

# shellcheck disable=SC2086 # words
${MAKE:-make} --no-print-directory -s -j2 B="$B" CFLAGS=-O0 SAN= COV= $targets || exit 2
affected=$(grep -rlF "$table" "$B" --include='*.d' |
	sed "s|^$B/||;s|[.]d$|.c|" | grep -v '_test[.]c$')

# Kills the mutant in DIRECTORY: is any of the tests broken by it?
killed() {
	for test in $tests; do
		# shellcheck disable=SC2086 # words
		${CC:-cc} $FLAGS -O0 -w -iquote "$1" -o "$1/test" $test.c $affected \
			"$B/helpers.a" "$B/program.a" "$B/core.a" \
			@"$B/libs" @"$B/test-libs" -lm ||
			{ echo "does not build" >&2 && exit 2; }
		timeout 60 "$1/test" >"$1/log" 2>&1 || return 0
	done
	return 1
}

mutant=$B/mutant
mkdir -p "$mutant/finwait"
cp $table "$mutant/finwait/fsm.def"
if killed "$mutant"; then
	echo "the tests fail with all rules there: $mutant/log" >&2
	exit 2
fi

mutants=0 survivors=0
lines=$(sed -n '/^RULE(/=' $table)
for line in $lines; do
	sed "${line}d" $table >"$mutant/finwait/fsm.def"
	mutants=$((mutants + 1))
	killed "$mutant" && continue
	survivors=$((survivors + 1))
	echo "$table:$line: survives: $(sed -n "${line}p" $table)"
done
echo "$mutants mutants, $survivors survived"
[ "$survivors" = 0 ] && [ "$mutants" != 0 ]
