#!/bin/sh
# The library as others use it: its public names and no more, from C and from C++.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
library=$O/libfinwait.a
number=0

result() { # STATUS NAME
	number=$((number + 1))
	if [ "$1" = 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; fi
}

declared() {
	cat include/finwait.h include/finwait/words.h | grep -v typedef |
		grep -oE '[ *]fw_[a-z_]+\(' | tr -d ' *(' | sort -u
}

defined() {
	nm -g --defined-only "$library" | awk 'NF == 3 && $3 !~ /^_/ { print $3 }' | sort -u
}

declared >"$dir/declared"
defined >"$dir/defined"
[ -s "$dir/declared" ] && diff "$dir/declared" "$dir/defined" | sed 's/^/# /'
cmp -s "$dir/declared" "$dir/defined"
result $? 'the library defines what the headers declare, and no more'

cat >"$dir/user.cpp" <<'END'
#include <finwait.h>

static void tell(const fw_event *event, void *)
{
	static_cast<void>(fw_state_name(event->flow->end[FW_CLIENT].state));
}

int main()
{
	fw_config config{};
	config.events = 1u << FW_EVENT_CLOSED;
	fw_analyzer *const analyzer = fw_new(&config, tell, nullptr);
	const bool good = analyzer && fw_feed(analyzer, nullptr, 0) && fw_finish(analyzer);
	fw_free(analyzer);
	return good && fw_version() ? 0 : 1;
}
END
if command -v g++ >/dev/null; then
	g++ -std=c++11 -Wall -Wextra -Wpedantic -Werror -Iinclude \
		-c -o "$dir/user.o" "$dir/user.cpp" &&
		nm -u "$dir/user.o" | awk '/fw_/ { print $2 }' | sort >"$dir/used" &&
		[ "$(wc -l <"$dir/used")" = 6 ] && [ -z "$(comm -23 "$dir/used" "$dir/defined")" ]
	result $? 'C++ uses the header, and finds the names'
else
	number=$((number + 1))
	echo "skip: no g++"
	echo "ok $number # SKIP C++ uses the header, and finds the names"
fi
echo "1..$number"
