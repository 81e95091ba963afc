#!/bin/sh
# Installs those of the Debian packages given that are missing: deps.sh PACKAGE...
#
# Says nothing where all are there. Without root it names them in one line to copy.
command -v dpkg-query >/dev/null || {
	echo "not Debian: these are its names of what is needed: $*"
	exit 0
}

missing=
for package; do
	dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
		missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
	echo "packages are missing, install them with:" >&2
	echo "sudo apt-get install -y --no-install-recommends$missing" >&2
	exit 1
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086 # words
exec apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 $missing </dev/null
