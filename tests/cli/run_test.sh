#!/bin/sh
# The program as it is run: exit statuses, pipes, several formats at once, faulty files.
#
# FINWAIT is the program.
set -u
LC_ALL=C
export LC_ALL
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
for capture in pcaps/*.pcap; do break; done
number=0

# NAME COMMAND...: the command succeeds
check() {
	name=$1
	shift
	number=$((number + 1))
	if "$@" >"$dir/log" 2>&1; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		sed 's/^/# /' "$dir/log"
	fi
}

# STATUS ARGUMENT...: finwait ends so, its output in out and err
ends() {
	want=$1
	shift
	"$FINWAIT" "$@" >"$dir/out" 2>"$dir/err" </dev/null
	got=$?
	[ "$got" = "$want" ] || { echo "status $got, not $want"; cat "$dir/err"; return 1; }
}

no_arguments() { ends 2 && grep -q '^usage: ' "$dir/err" && [ ! -s "$dir/out" ]; }
unknown_option() {
	ends 2 --nonsense x && [ "$(wc -l <"$dir/err")" = 1 ] &&
		grep -q -- --nonsense "$dir/err"
}
help_fits() { ends 0 -h && [ "$(wc -l <"$dir/out")" -le 34 ] && ! grep -q '.\{81\}' "$dir/out"; }
version() { ends 0 --version && grep -q '^finwait [0-9]' "$dir/out"; }
report() { ends 0 "$capture" && [ ! -s "$dir/err" ] && grep -q ' connection' "$dir/out"; }
missing_file() {
	ends 2 "$dir/none" "$capture" && grep -q "^finwait: $dir/none: " "$dir/err" &&
		grep -q ' connection' "$dir/out"
}

cut_file() {
	head -c 300 "$capture" >"$dir/cut"
	ends 2 --format json "$dir/cut" && [ "$(wc -l <"$dir/err")" = 1 ] &&
		grep -q "^finwait: $dir/cut: " "$dir/err" && grep -q '"error":"' "$dir/out"
}

bad_filter() { ends 2 -f 'no such filter' "$capture" && [ -s "$dir/err" ]; }
good_filter() { ends 0 -f 'udp port 9' --format json "$capture" && grep -q '"tcp":0,' "$dir/out"; }

several_formats() {
	ends 0 --format json -o "$dir/a" --format jsonl -o "$dir/b" --format text "$capture" &&
		grep -q '^{"schema"' "$dir/a" && grep -q '^{"type":"summary"' "$dir/b" &&
		grep -q ' connection' "$dir/out"
}

standard_input() {
	"$FINWAIT" --format json "$capture" | sed 's/"path":"[^"]*"//' >"$dir/a"
	"$FINWAIT" --format json - <"$capture" | sed 's/"path":"[^"]*"//' >"$dir/b"
	cmp "$dir/a" "$dir/b"
}

same_bytes() {
	"$FINWAIT" --format jsonl --segments --events "$capture" >"$dir/a"
	"$FINWAIT" --format jsonl --segments --events "$capture" >"$dir/b"
	cmp "$dir/a" "$dir/b" && [ -s "$dir/a" ]
}

closed_pipe() {
	{
		"$FINWAIT" --format jsonl --segments "$capture" "$capture" 2>"$dir/err"
		echo $? >"$dir/status"
	} | true
	[ "$(cat "$dir/status")" = 0 ] && [ ! -s "$dir/err" ]
}

full_disk() {
	[ -e /dev/full ] || return 0
	"$FINWAIT" --format json "$capture" >/dev/full 2>"$dir/err"
	[ $? = 2 ] && grep -q '^finwait: standard output: ' "$dir/err"
}

unwritable_output() {
	ends 2 --format json -o "$dir/no/file" "$capture" &&
		grep -q "^finwait: $dir/no/file: " "$dir/err"
}

output_is_input() {
	cp "$capture" "$dir/input" && ends 2 -o "$dir/input" "$dir/input" &&
		cmp "$capture" "$dir/input"
}

ladder() {
	ends 0 --flow 1 "$capture" && grep -q '^flow 1 ' "$dir/out" &&
		grep -q 'SYN_SENT' "$dir/out"
}
no_such_flow() { ends 0 --flow 99999 "$capture" && grep -q '^no such flow' "$dir/out"; }

one_flow_of_json() {
	ends 0 --format jsonl --segments --flow 1 "$capture" &&
		[ "$(grep -c '"type":"flow"' "$dir/out")" = 1 ] &&
		grep -q '"type":"segment"' "$dir/out" &&
		! grep '"type":"segment"' "$dir/out" | grep -qv '"flow":1,'
}

# What a finding means
explains() {
	ends 0 explain close-wait-stuck --close-wait-limit 3min &&
		grep -q '^close-wait-stuck  warning$' "$dir/out" &&
		grep -q -- '--close-wait-limit is 3 min' "$dir/out" &&
		! grep -q '.\{81\}' "$dir/out"
}
explains_all() { ends 0 explain && grep -q '^ warning   close-wait-stuck  ' "$dir/out"; }
explains_json() {
	ends 0 explain close-wait-stuck capture-point --format json &&
		[ "$(grep -c '^{"code":"' "$dir/out")" = 2 ]
}
explains_nothing() {
	ends 2 explain CLOSE_WAIT && [ ! -s "$dir/out" ] &&
		grep -q "'CLOSE_WAIT'; is it close-wait-stuck" "$dir/err"
}
file_like_a_command() {
	program=$(realpath "$FINWAIT") && cp "$capture" "$dir/explain" && cd "$dir" &&
		"$program" ./explain | grep -q ' connection'
	status=$?
	cd "$OLDPWD" && return $status
}

# A finding at or above --fail-on makes the status 1; a fault makes it 2 all the same
leak=pcaps/lab_close_wait_leak.pcap
sick="--close-wait-limit 1ms --severity close-wait-stuck=warning"
# shellcheck disable=SC2086 # words
fails_on() {
	ends 0 $leak $sick && ends 1 $leak $sick --fail-on warning &&
		ends 1 $leak $sick --fail-on info --flow 1 &&
		ends 0 $leak $sick --fail-on critical &&
		ends 0 $leak $sick --fail-on warning --flow 2 &&
		ends 0 $leak $sick --fail-on warning --ignore close-wait-stuck &&
		ends 1 $leak --fail-on critical --severity close-wait-stuck=critical \
			--close-wait-limit 1ms &&
		ends 2 $leak $sick --fail-on warning "$dir/none"
}

# A pipe falls silent: what came is told by then, and Ctrl-C ends the run with a report
interrupt() {
	mkfifo "$dir/pipe"
	"$FINWAIT" --format jsonl --events - <"$dir/pipe" >"$dir/out" 2>"$dir/err" &
	program=$!
	{ cat "$capture"; sleep 10; } >"$dir/pipe" &
	writer=$!
	sleep 0.5
	told=$(grep -c '"type":"transition"' "$dir/out")
	# A shell lets what it starts in the background ignore SIGINT; SIGTERM is taken alike.
	kill -TERM $program
	wait $program
	status=$?
	kill $writer 2>/dev/null
	[ $status = 0 ] && [ "$told" -gt 0 ] && grep '"summary"' "$dir/out" | grep -qv '"total":0,'
}

# Ctrl-C while there is always more to read
interrupt_busy() {
	tail -c +25 "$capture" >"$dir/records"
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		cat "$dir/records" "$dir/records" >"$dir/twice" && mv "$dir/twice" "$dir/records"
	done
	mkfifo "$dir/busy"
	"$FINWAIT" --format jsonl --segments -o /dev/null --format text - <"$dir/busy" \
		>"$dir/out" 2>"$dir/err" &
	program=$!
	{ head -c 24 "$capture"; while cat "$dir/records"; do :; done; } >"$dir/busy" 2>/dev/null &
	sleep 0.5
	kill -TERM $program
	{ sleep 5; kill -KILL $program; } 2>/dev/null &
	watchdog=$!
	wait $program
	status=$?
	kill $watchdog 2>/dev/null
	[ $status != 137 ] && grep -q ' connection' "$dir/out"
}

for name in no_arguments unknown_option help_fits version report missing_file cut_file \
	bad_filter good_filter several_formats standard_input same_bytes closed_pipe full_disk \
	unwritable_output output_is_input ladder no_such_flow one_flow_of_json explains \
	explains_all explains_json explains_nothing file_like_a_command fails_on interrupt \
	interrupt_busy; do
	check $name $name
done
echo "1..$number"
