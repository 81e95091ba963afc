# finwait: the states of both ends of every TCP connection in a capture
#
#   make              build/finwait and build/libfinwait.a
#   make deps         what building and testing need, from Debian's packages
#   make deps-dev     what linting, fuzzing and measuring need besides
#   make demo         a report on a capture of pcaps/, and one connection's ladder
#   make test         every test whose inputs have changed
#   make golden       rewrite tests/golden from what the program prints now
#   make docs         rewrite what is generated from include/finwait/*.def
#   make lint         format, checkers, and the rules that docs/contributing.md states
#   make fuzz         each fuzz target for FUZZ_SECONDS=60, with clang
#   make mutants      delete each rule of fsm.def in turn: a test must fail
#   make bench        measure the program (bench-quick: in seconds)
#   make lab          record real connections between network namespaces
#   make install      to DESTDIR and prefix=/usr/local (uninstall: the same list)
#   make clean        remove build/
#
#   SAN=address,undefined  CC=clang  COV=1   a variant in a directory of its own
#   V=1 shows the commands, B=DIR builds elsewhere, T=NAME tests NAME_test alone.
#   Honoured: CC CFLAGS CPPFLAGS LDFLAGS LDLIBS DESTDIR prefix.

# The user's
CC ?= cc
CFLAGS ?= -O2 -g
prefix ?= /usr/local
B ?= build
FUZZ_SECONDS ?= 60

# Libraries by their pkg-config names; the packages of Debian that have them, and what else it takes
LIBS := libpcap jansson zlib libzstd liblz4 nettle
TEST_LIBS := cmocka
PACKAGES := gcc libc6-dev pkg-config libpcap-dev libjansson-dev zlib1g-dev libzstd-dev liblz4-dev nettle-dev libcmocka-dev
PACKAGES_DEV := clang clang-format clang-tidy libclang-rt-14-dev llvm cppcheck valgrind linux-perf tshark tcpdump mandoc \
	iproute2 shellcheck gcovr

# Variants have directories of their own: O is where this one is built
empty :=
space := $(empty) $(empty)
comma := ,
variant := $(subst $(space),-,$(strip $(if $(SAN),san-$(SAN)) $(if $(COV),cov) $(if $(filter clang%,$(notdir $(CC))),$(notdir $(CC)))))
O := $B$(addprefix /,$(variant))
Q := $(if $(V),,@)

FLAGS := -std=c11 -D_GNU_SOURCE -Iinclude -Isrc -Itests \
	-Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	$(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all) $(if $(COV),--coverage)

# Directories are the manifest
objects = $(patsubst %.c,$O/%.o,$1)
core := $(wildcard src/core/*.c)
program := $(filter-out src/core/% src/doc/%,$(wildcard src/*/*.c))
tests := $(wildcard tests/*/$(or $T,*)_test.c)
fuzz := $(wildcard tests/fuzz/*_fuzz.c)
bench := $(wildcard tests/bench/*_bench.c)
helpers := $(filter-out %_test.c %_fuzz.c %_bench.c,$(wildcard tests/*.c tests/*/*.c))
sources := $(core) $(program) $(tests) $(fuzz) $(bench) $(helpers) $(wildcard src/doc/*.c)

LIB := $O/libfinwait.a
PARTS := $O/program.a
HELPERS := $O/tests/helpers.a

all: $O/finwait $(LIB)

$O/finwait: $(call objects,$(program)) $(LIB)
$(LIB): $(call objects,$(core))
$(PARTS): $(call objects,$(filter-out src/cli/main.c,$(program)))
$(HELPERS): $(call objects,$(helpers))
$(tests:%.c=$O/%): $O/%: $O/%.o $(HELPERS) $(PARTS) $(LIB)
$(bench:%.c=$O/%): $O/%: $O/%.o $(HELPERS) $(PARTS) $(LIB)

$O/finwait $(bench:%.c=$O/%):
	$(call say,link)
	$Q$(CC) $(FLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) @$O/libs

$(tests:%.c=$O/%):
	$(call say,link)
	$Q$(CC) $(FLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) @$O/libs @$O/test-libs

$(LIB) $(PARTS) $(HELPERS):
	@mkdir -p $(@D)
	@rm -f $@
	$Q$(AR) rcs $@ $^

$O/%.o: %.c $O/flags
	@mkdir -p $(@D)
	$(call say,cc)
	$Q$(CC) $(FLAGS) @$O/cflags -MMD -MP $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

-include $(patsubst %.o,%.d,$(call objects,$(sources)))

say = $(if $V,,@printf '%6s  %s\n' $1 $(@:$O/%=%))

# Everything compiled depends on the flags. pkg-config runs here and not before: `make deps test` may bring it
$O/flags: FORCE | $(filter deps deps-dev,$(MAKECMDGOALS))
	@mkdir -p $O
	@command -v pkg-config >/dev/null || { echo 'pkg-config is not there: try make deps' >&2; exit 1; }
	@pkg-config --cflags $(LIBS) >$O/cflags
	@pkg-config --libs $(LIBS) >$O/libs
	@pkg-config --libs $(TEST_LIBS) >$O/test-libs 2>/dev/null || true
	@echo '$(subst ','\'',$(CC) $(FLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(LDLIBS))' | cat - $O/cflags $O/libs >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

FORCE:

# A test program leaves its results beside it; `test` adds them up
data := $(wildcard pcaps/* tests/scenarios/* tests/golden/*)
results := $(tests:%.c=$O/%.result)

test: $(results)
	@sh tests/total.sh $^

$(filter-out $O/tests/core/%,$(results)): $O/finwait
$(results): %.result: % $(data) tests/run.sh
	@FINWAIT=$O/finwait sh tests/run.sh $(abspath $<) $@

help:
	@sed -n '1,/^$$/s/^# \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

clean:
	rm -rf $B

.PHONY: all test help clean FORCE
.DELETE_ON_ERROR:
.SECONDARY:
