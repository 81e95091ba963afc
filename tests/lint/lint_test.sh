#!/bin/sh
# Every lint check finds a fault that is put before it, and leaves a clean tree alone.
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
tree=$(mktemp -d) || exit 1
trap 'rm -rf "$tree"' EXIT
number=0

result() { # STATUS NAME
	number=$((number + 1))
	if [ "$1" = 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; fi
}

skip() { # WHY NAME
	number=$((number + 1))
	echo "skip: $1"
	echo "ok $number # SKIP $2"
}

# A tree in which nothing is wrong
clean() {
	rm -rf "${tree:?}"/*
	mkdir -p "$tree/include" "$tree/src/core" "$tree/src/capture" "$tree/src/sink" \
		"$tree/src/cli" "$tree/tests" "$tree/pcaps"
	cp "$top/.clang-format" "$top/.clang-tidy" "$tree"
	printf '#include <stdint.h>\n\nint fw_one(void);\n' >"$tree/include/finwait.h"
	printf '#include "finwait.h"\n\nint fw_one(void)\n{\n\treturn 1;\n}\n' \
		>"$tree/src/core/one.c"
	printf '#!/bin/sh\necho one\n' >"$tree/tests/one.sh"
	printf '`one.pcap` shows one thing.\n' >"$tree/pcaps/README.md"
	: >"$tree/pcaps/one.pcap"
}

# Runs CHECK in the tree
check() {
	(cd "$tree" && {
		[ "$1" != symbols ] ||
			{ ${CC:-cc} -Iinclude -c -o .one.o src/core/one.c && ar rcs .one.a .one.o; }
		CORE=.one.a LIB=.one.a sh "$here/$1.sh" >.log 2>&1
	})
}

# CHECK, FILE, and the lines with a fault that are added to it: complained of as FILE:LINE
finds() {
	clean
	if ! check "$1"; then
		sed 's/^/# /' "$tree/.log"
		result 1 "$1 lets a clean tree pass"
		return
	fi
	mkdir -p "$(dirname "$tree/$2")"
	printf '%b' "$3" >>"$tree/$2"
	! check "$1" && grep -qE "$4" "$tree/.log"
	result $? "$1 finds $5"
}

finds layers src/core/one.c '#include <stdio.h>\n' '^src/core/one.c:7:' 'I/O in the core'
finds layers src/core/one.c '#include "sink/text.h"\n' '^src/core/one.c:7:' 'the core looking up'
finds layers src/sink/text.c '#include <pcap.h>\n' '^src/sink/text.c:1:' 'libpcap in a sink'
finds layers src/capture/a.c '#include <jansson.h>\n' '^src/capture/a.c:1:' 'jansson in capture'
finds layers src/sink/text.c '#include "sink/json.h"\n' '^src/sink/text.c:1:' 'a format in a format'
finds layers src/sink/text.c '#include "core/flow.h"\n' '^src/sink/text.c:1:' 'the core in a sink'
finds layers src/capture/a.c '#include "cli/options.h"\n' '^src/capture/a.c:1:' 'options in capture'
finds length src/core/one.c "int f(void)\n{\n$(yes '\t;\n' | head -n 60 | tr -d '\n')}\n" \
	'^src/core/one.c:8:' 'a long function'
finds headers src/core/two.h 'uint8_t two(void);\n' '^src/core/two.h:1:' 'a missing include'
finds symbols src/core/one.c 'int puts(const char *);\nvoid g(void)\n{\n\tputs("");\n}\n' \
	'may not use puts' 'I/O in the library'
finds symbols src/core/one.c 'int count = 1;\n' 'may not keep globals' 'a global'
finds symbols src/core/one.c 'static int count;\nint next(void)\n{\n\treturn count++;\n}\n' \
	'may not keep globals' 'a static variable'
finds symbols src/core/one.c 'int next(void)\n{\n\treturn 1;\n}\n' \
	'next is not public' 'a name without fw_'
finds text src/core/one.c 'int a; \n' '^src/core/one.c:7:' 'white space at the end'
finds text src/core/one.c "/* /home""/me */\n" '^src/core/one.c:7:' 'a path of one machine'
finds text src/core/one.c "/* TO""DO */\n" '^src/core/one.c:7:' 'unfinished work'
finds text src/core/one.c "/*$(printf '%0100d' 0)*/\n" '^src/core/one.c:7:' 'a long line'
finds text notes.txt 'me\n' '^notes.txt:1:' 'a stray file at the top'
finds pcaps pcaps/two.pcap 'x' '^pcaps/two.pcap:1:' 'a capture without a word about it'
finds pcaps pcaps/README.md '`three.pcap`\n' '^pcaps/README.md:1:' 'a word without its capture'

dev() { # TOOL and the arguments of finds
	tool=$1
	shift
	if command -v "$tool" >/dev/null; then finds "$@"; else skip "no $tool" "$1"; fi
}
dev clang-format format src/core/one.c 'int  a;\n' '^src/core/one.c:7:' 'a second blank'
dev clang-tidy tidy src/core/one.c 'int g(int a)\n{\n\treturn a == a;\n}\n' \
	'src/core/one.c:9:' 'a tautology'
dev shellcheck shell tests/one.sh 'echo $1\n' '^tests/one.sh:3:' 'a missing quote'
echo "1..$number"
