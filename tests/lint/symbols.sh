#!/bin/sh
# The core, CORE, needs nothing but memory and a compiler's own arithmetic: no I/O, no clock. And it
# keeps no globals. The library, LIB, is the core with none but the public names to be seen.
nm -A "$CORE" | awk '
$NF == "_GLOBAL_OFFSET_TABLE_" { next }
NF == 3 && $2 == "U" { file = $1; sub(/:$/, "", file); needs[$3] = file }
NF == 3 && $2 ~ /^[A-TV-Z]$/ { has[$3] = 1 }
END {
	runtime = "_*(stack_chk_fail|u?divti3|asan|ubsan|sanitizer|gcov|llvm|mem(cpy|set|move)_chk)"
	for (symbol in needs)
		if (!(symbol in has) && symbol !~ /^(malloc|calloc|realloc|free|mem[a-z]+)$/ &&
		    symbol !~ "^" runtime) {
			print needs[symbol] ":1: the core may not use " symbol
			failed = 1
		}
	exit failed
}' || exit 1

# A constant with addresses in it is in .data.rel.ro; .data and .bss are what can change
objdump -h "$CORE" | awk '
/file format/ { file = $1; sub(/:$/, "", file) }
$2 ~ /^[.](data|bss)([.][a-z_]+[.][0-9]+)?$/ && $2 !~ /rel/ && $3 !~ /^0+$/ {
	print file ":1: the core may not keep globals: " $2 " has 0x" $3 " bytes"
	failed = 1
}
END { exit failed }' || exit 1

nm -g --defined-only "$LIB" | awk -v library="$LIB" '
NF == 3 && $3 !~ /^(fw_|_*(asan|odr_asan|ubsan|sanitizer|gcov|llvm))/ {
	print library ":1: " $3 " is not public: its name is not fw_"
	failed = 1
}
END { exit failed }'
