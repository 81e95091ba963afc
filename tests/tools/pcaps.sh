#!/bin/sh
# Writes the captures of all scenarios, and their list in pcaps/README.md: pcaps.sh MKPCAP
#
# What a capture shows is the comment at the head of its scenario. The list is what follows MARK.
mkpcap=$1
readme=pcaps/README.md
mark='<!-- written by make pcaps -->'

describe() {
	awk '/^#/ { sub(/^# */, ""); text = text " " $0; next } { exit }
	END { gsub(/  +/, " ", text); gsub(/[|]/, "\\|", text); print substr(text, 2) }' "$1"
}

list() {
	printf '\n| Capture | Shows |\n|---|---|\n'
	for scenario in tests/scenarios/*.scn; do
		name=$(basename "$scenario" .scn)
		"$mkpcap" "$scenario" "pcaps/$name.pcap" || return
		# shellcheck disable=SC2016 # back quotes of Markdown
		printf '| `%s.pcap` | %s |\n' "$name" "$(describe "$scenario")"
	done
}

grep -qxF "$mark" "$readme" || { echo "$readme: no line '$mark'" >&2 && exit 1; }
awk -v mark="$mark" '{ print } $0 == mark { exit }' "$readme" >"$readme.new" &&
	list >>"$readme.new" &&
	mv "$readme.new" "$readme"
