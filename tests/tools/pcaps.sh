#!/bin/sh
# Writes the captures of all scenarios, and their list in pcaps/README.md: pcaps.sh MKPCAP
#
# What a capture shows is the comment at the head of its scenario.
mkpcap=$1
readme=pcaps/README.md
mark='<!-- from tests/scenarios: make pcaps -->'

describe() {
	awk '/^#/ { sub(/^# */, ""); text = text " " $0; next } { exit }
	END { gsub(/  +/, " ", text); gsub(/\|/, "\\|", text); print substr(text, 2) }' "$1"
}

{
	sed "/^$mark\$/q" "$readme"
	printf '\n| Capture | Shows |\n|---|---|\n'
	for scenario in tests/scenarios/*.scn; do
		name=$(basename "$scenario" .scn)
		"$mkpcap" "$scenario" "pcaps/$name.pcap" || exit
		printf '| `%s.pcap` | %s |\n' "$name" "$(describe "$scenario")"
	done
} >"$readme.new" && mv "$readme.new" "$readme"
