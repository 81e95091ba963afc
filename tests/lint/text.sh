#!/bin/sh
# Plain things about every file: white space, width, paths of somebody's machine, the top level.
files=$(git ls-files -co --exclude-standard 2>/dev/null) ||
	files=$(find . -type f | sed 's|^\./||')
text=$(for file in $files; do [ -f "$file" ] && echo "$file"; done |
	grep -Ev '[.](pcap|pcapng|gz|zst|lz4)$|^tests/(fuzz/corpus|golden)/')
machine='(^|[^a-z.])/(work|home|root|Users)/'

# MESSAGE: complains about each line that it is given, which begins with file:line:
bad() {
	sed "s|^\([^:]*:[0-9]*\):.*|\1: $1|"
}

# shellcheck disable=SC2086 # words
complaints() {
	grep -nE '[[:blank:]]+$' $text /dev/null | bad 'white space at the end'
	grep -nE "$machine" $text /dev/null | grep -v '^tests/lint/text.sh:' |
		bad 'a path of one machine'
	grep -nE 'TO''DO|FIX''ME' $text /dev/null | bad 'unfinished'
	for file in $(echo "$text" | grep -E '[.](c|h|sh)$'); do
		expand "$file" | LC_ALL=C.UTF-8 grep -nE '.{101}' | sed "s|^|$file:|"
	done | bad 'more than 100 columns'
	echo "$files" | sed 's|/.*||' | sort -u |
		grep -vxE '[.].*|src|include|pcaps|tests|docs|Makefile|README[.]md|LICENSE' |
		sed 's|$|:1: does not belong at the top level|'
}

! complaints | grep .
