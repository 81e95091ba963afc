#!/bin/sh
# Every header compiles alone.
status=0
for header in $(find include src tests -name '*.h' | sort); do
	echo "#include \"$header\"" |
		${CC:-cc} -std=c11 -D_GNU_SOURCE -I. -Iinclude -Isrc -Itests -Wall -Wextra -Werror \
			-fsyntax-only -x c - ||
		{ echo "$header:1: does not compile alone" && status=1; }
done
exit $status
