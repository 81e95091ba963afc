#!/bin/sh
# No function has 60 lines or more between its braces.
find include src tests -name '*.[ch]' | sort | xargs awk '
/^{/ { open = FNR }
/^}/ && open {
	if (FNR - open - 1 >= 60) {
		print FILENAME ":" open ": function of " FNR - open - 1 " lines"
		failed = 1
	}
	open = 0
}
FNR == 1 { open = 0 }
END { exit failed }'
