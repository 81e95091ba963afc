#!/bin/sh
# clang-format agrees.
find include src tests -name '*.[ch]' | sort | xargs clang-format --dry-run -Werror
