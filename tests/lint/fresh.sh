#!/bin/sh
# What is generated is what the GENERATORS, programs, write now; O is where there is room.
fresh=$O/fresh
rm -rf "$fresh"
mkdir -p "$fresh/docs/reference" "$fresh/docs/man" "$fresh/docs/completions"
cp README.md "$fresh"
status=0
for generator in $GENERATORS; do
	"$generator" "$fresh" || status=1
done
for file in README.md $(cd "$fresh" && find docs -type f) $(find docs/*/ -type f); do
	cmp -s "$file" "$fresh/$file" && continue
	echo "$file:1: is not what is generated: make docs" && status=1
done
exit $status
