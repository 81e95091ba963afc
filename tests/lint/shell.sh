#!/bin/sh
# The scripts pass shellcheck.
find src tests .ci -name '*.sh' -o -path .ci/run | sort | xargs shellcheck -f gcc -e SC1091,SC2016
