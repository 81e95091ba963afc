# finwait: the states of both ends of every TCP connection in a capture
#
#   make              build/finwait and build/libfinwait.a
#   make deps         what building and testing need, from Debian's packages
#   make deps-dev     what linting, fuzzing and measuring need besides
#   make demo         a report on a capture of pcaps/, and one connection's ladder
#   make test         every test whose inputs have changed
#   make golden       rewrite tests/golden from what the program prints now
#   make pcaps        rewrite the captures that scenarios describe
#   make docs         rewrite what is generated from include/finwait/*.def
#   make lint         format, checkers, and the rules of docs/contributing.md
#   make fuzz         each fuzz target for FUZZ_SECONDS=60, with clang
#   make mutants      delete each rule of fsm.def in turn: a test must fail
#   make bench        measure the program; bench-quick does so in seconds
#   make lab          record real connections between network namespaces
#   make install      below DESTDIR and prefix=/usr/local; uninstall undoes it
#   make clean        remove what was built
#
#   SAN=address,undefined  CC=clang  COV=1   a variant in a directory of its own
#   V=1 shows the commands, B=DIR builds elsewhere, T=NAME tests NAME_test alone.
#   Honoured: CC CFLAGS CPPFLAGS LDFLAGS LDLIBS LD OBJCOPY DESTDIR prefix.

CC ?= cc
OBJCOPY ?= objcopy
CFLAGS ?= -O2 -g
prefix ?= /usr/local
B ?= build
FUZZ_SECONDS ?= 60
DEMO ?= pcaps/lab_reset_data_after_close.pcap
DEMO_FLOW ?= 1

# Libraries by their names in pkg-config, and the Debian packages that have them and the rest
LIBS := libpcap jansson zlib libzstd liblz4 nettle
TEST_LIBS := cmocka
PACKAGES := gcc libc6-dev pkg-config libpcap-dev libjansson-dev zlib1g-dev libzstd-dev \
	liblz4-dev nettle-dev libcmocka-dev
PACKAGES_DEV := clang clang-format clang-tidy libclang-rt-14-dev llvm cppcheck shellcheck \
	valgrind gcovr linux-perf tshark tcpdump mandoc iproute2 python3

# A variant is a directory: O is where this one is built
empty :=
space := $(empty) $(empty)
variant := $(if $(SAN),san-$(SAN)) $(if $(COV),cov) $(filter clang%,$(notdir $(CC)))
O := $B$(addprefix /,$(subst $(space),-,$(strip $(variant))))
Q := $(if $V,,@)
say = $(if $V$(findstring s,$(firstword -$(MAKEFLAGS))),,@printf '%6s  %s\n' $1 $(@:$O/%=%))

FLAGS := -std=c11 -D_GNU_SOURCE -Iinclude -Isrc -Itests \
	-Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	$(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all) \
	$(if $(COV),--coverage)

# Directories are the manifest
objects = $(patsubst %.c,$O/%.o,$1)
programs = $(patsubst %.c,$O/%,$1)
core := $(wildcard src/core/*.c)
generators := $(wildcard src/doc/*.c)
tools := $(wildcard tests/tools/*.c tests/bench/*.c)
tests := $(wildcard tests/*/$(or $T,*)_test.c)
scripts := $(wildcard tests/*/$(or $T,*)_test.sh)
fuzz := $(wildcard tests/fuzz/*_fuzz.c)
main := $(filter-out $(core) $(generators),$(wildcard src/*/*.c))
helpers := $(filter-out $(tools) %_test.c %_fuzz.c,$(wildcard tests/*.c tests/*/*.c))

LIB := $O/libfinwait.a
CORE := $O/core.a
PARTS := $O/program.a
HELPERS := $O/helpers.a
FUZZ := $(call programs,$(fuzz))
TESTS := $(call programs,$(tests))
TOOLS := $(call programs,$(tools) $(generators))
MKPCAP := $O/tests/tools/mkpcap
BINARIES := $(FUZZ) $(TESTS) $(TOOLS)

all: $O/finwait $(LIB)

$O/finwait: $(call objects,$(main)) $(LIB) $O/manifest
$(CORE): $(call objects,$(core)) $O/manifest
$(PARTS): $(call objects,$(filter-out src/cli/main.c,$(main))) $O/manifest
$(HELPERS): $(call objects,$(helpers)) $O/manifest
$(BINARIES): $O/%: $O/%.o $(HELPERS) $(PARTS) $(CORE)

$(TESTS): libs = @$O/test-libs
$O/tests/core/analyzer_test: libs += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free
$(FUZZ): libs = $(if $(findstring fuzzer,$(SAN)),-fsanitize=fuzzer)
$O/finwait $(BINARIES):
	$(call say,link)
	$Q$(CC) $(FLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(libs) $(LDLIBS) @$O/libs -lm

$(CORE) $(PARTS) $(HELPERS):
	@mkdir -p $(@D)
	@rm -f $@
	$Q$(AR) rcs $@ $(filter %.o,$^)

# Who links the library sees what finwait.h declares and nothing else. Tests see all of the core.
$(LIB): $(CORE)
	@rm -f $@
	$Q$(LD) -r -o $O/finwait.o --whole-archive $<
	$Q$(OBJCOPY) --wildcard --keep-global-symbol='fw_*' $O/finwait.o
	$Q$(AR) rcs $@ $O/finwait.o

$O/%.o: %.c $O/flags
	@mkdir -p $(@D)
	$(call say,cc)
	$Q$(CC) $(FLAGS) @$O/cflags -MMD -MP $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

-include $(patsubst %.c,$O/%.d,$(core) $(main) $(helpers) $(tests) $(fuzz) $(tools) $(generators))

# What is compiled depends on the flags it is compiled with. pkg-config runs here, not when
# this file is read: in `make deps test` it is deps that brings it.
$O/flags: FORCE | $(filter deps deps-dev,$(MAKECMDGOALS))
	@mkdir -p $O
	@command -v pkg-config >$@.new || { echo 'no pkg-config: try make deps' >&2; exit 1; }
	@pkg-config --cflags $(LIBS) >$O/cflags
	@pkg-config --libs $(LIBS) >$O/libs
	@pkg-config --libs $(TEST_LIBS) >$O/test-libs
	@echo '$(subst ','\'',$(CC) $(FLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(LDLIBS))' | \
		cat - $O/cflags $O/libs >$@.new
	$(replace)

# A file that is gone must leave the archives too
$O/manifest: FORCE
	@mkdir -p $O
	@echo $(core) $(main) $(helpers) >$@.new
	$(replace)

replace = @if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
FORCE:

deps:
	@sh src/packaging/deps.sh $(PACKAGES)

deps-dev: | $(filter deps,$(MAKECMDGOALS))
	@sh src/packaging/deps.sh $(PACKAGES) $(PACKAGES_DEV)

demo: $O/finwait
	@echo '$$ finwait $(DEMO)'
	@$O/finwait $(DEMO)
	@echo '$$ finwait $(DEMO) --flow $(DEMO_FLOW)'
	@$O/finwait $(DEMO) --flow $(DEMO_FLOW)

# A test program leaves its counts beside it, and `test` adds them up. Those of the core need
# nothing else; others may run the program, named in the environment.
DATA := $(wildcard pcaps/* tests/scenarios/* tests/golden/*)
REPLAYS := $(if $T,,$(FUZZ:%=%.result))
RESULTS := $(TESTS:%=%.result) $(scripts:%.sh=$O/%.result)
run = @FINWAIT=$(abspath $O)/finwait O=$(abspath $O) sh tests/run.sh $@

test: $(RESULTS) $(REPLAYS)
	@sh tests/total.sh $^

$(filter-out $O/tests/core/%,$(RESULTS)): $O/finwait
$(RESULTS) $(REPLAYS): tests/run.sh $(DATA)
$(TESTS:%=%.result): %.result: %
	$(run) $(abspath $<)
$(scripts:%.sh=$O/%.result): $O/%.result: %.sh
	@mkdir -p $(@D)
	$(run) sh $<
.SECONDEXPANSION:
$(REPLAYS): $O/tests/fuzz/%_fuzz.result: $O/tests/fuzz/%_fuzz $$(wildcard tests/fuzz/corpus/%/*)
	$(run) $(abspath $<) tests/fuzz/corpus/$*

# The same programs as the replays, but in a variant that has the fuzzer
fuzz: | $(filter deps deps-dev,$(MAKECMDGOALS))
	@$(MAKE) --no-print-directory CC=clang SAN=fuzzer-no-link,address,undefined \
		$(patsubst tests/fuzz/%.c,%.run,$(fuzz))

%_fuzz.run: $O/tests/fuzz/%_fuzz
	@mkdir -p $O/corpus/$*
	$(call say,fuzz)
	$Q$< -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix=$O/corpus/ $O/corpus/$* tests/fuzz/corpus/$* >$O/$*.fuzz.log 2>&1 || \
		{ tail -n 60 $O/$*.fuzz.log; exit 1; }
	@sed -n 's/^stat::number_of_executed_units: */        runs: /p' $O/$*.fuzz.log

mutants: | $(filter deps deps-dev,$(MAKECMDGOALS))
	@MAKE='$(MAKE)' CC='$(CC)' FLAGS='$(FLAGS)' B=$O/mutants sh tests/mutants.sh

# Each script is a check of its own: lint-length runs tests/lint/length.sh
LINTS := $(patsubst tests/lint/%.sh,lint-%,$(filter-out %_test.sh,$(wildcard tests/lint/*.sh)))

lint: $(LINTS)
lint-symbols: $(LIB) $(CORE)
lint-fresh: $(call programs,$(generators)) $(MKPCAP)
$(LINTS): lint-%: | $(filter deps deps-dev,$(MAKECMDGOALS))
	$(call say,lint)
	$QGENERATORS='$(call programs,$(generators))' MKPCAP=$(MKPCAP) LIB=$(LIB) CORE=$(CORE) O=$O CC='$(CC)' \
		sh tests/lint/$*.sh

# What is installed: FILE:DIRECTORY
version := $(shell sed -n 's/.*FW_VERSION "\(.*\)"/\1/p' include/finwait.h)
share := $(prefix)/share
INSTALLED := $O/finwait:$(prefix)/bin $(LIB):$(prefix)/lib $O/finwait.pc:$(prefix)/lib/pkgconfig \
	include/finwait.h:$(prefix)/include \
	$(patsubst %,%:$(prefix)/include/finwait,$(wildcard include/finwait/*)) \
	$(patsubst %,%:$(share)/man/man1,$(wildcard docs/man/*.1)) \
	$(patsubst %,%:$(share)/bash-completion/completions,$(wildcard docs/completions/*.bash)) \
	$(patsubst %,%:$(share)/zsh/site-functions,$(wildcard docs/completions/_finwait)) \
	$(patsubst %,%:$(share)/fish/vendor_completions.d,$(wildcard docs/completions/*.fish))

$O/finwait.pc: src/packaging/finwait.pc.in include/finwait.h FORCE
	@sed 's|@prefix@|$(prefix)|;s|@version@|$(version)|' $< >$@

install: all $O/finwait.pc
	$Qfor pair in $(INSTALLED); do \
		to=$(DESTDIR)$${pair#*:}; mode=644; [ $${pair%%:*} != $O/finwait ] || mode=755; \
		mkdir -p $$to && install -m $$mode $${pair%%:*} $$to/ || exit 1; \
	done

uninstall:
	$Qfor pair in $(INSTALLED); do \
		file=$${pair%%:*}; rm -f $(DESTDIR)$${pair#*:}/$${file##*/}; \
	done
	$Qrmdir $(DESTDIR)$(prefix)/include/finwait 2>/dev/null || true

clean:
	rm -rf $B

help:
	@sed -n '1,/^$$/s/^# \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

golden: $O/finwait
	@FINWAIT=$O/finwait sh tests/golden/golden_test.sh --write

pcaps: $(MKPCAP)
	@sh tests/tools/pcaps.sh $<

# A generator writes what it has to say below the directory that it is given
docs: $(call programs,$(generators))
	@mkdir -p docs/reference docs/man docs/completions
	$Qfor generator in $^; do $$generator . || exit 1; done

bench bench-quick: $O/finwait $(TOOLS)
	@FINWAIT=$O/finwait O=$O tests/bench/run $(@:bench%=%)

lab: $O/finwait
	@command -v python3 >/dev/null || { echo 'lab skipped: no python3'; exit 0; }; \
		tests/lab/run --finwait $O/finwait

.PHONY: all deps deps-dev demo test golden pcaps docs lint $(LINTS) fuzz mutants bench bench-quick lab \
	install uninstall clean help FORCE
.DELETE_ON_ERROR:
.SECONDARY:
