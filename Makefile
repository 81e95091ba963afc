# finwait: build, test, install. `make help` lists the verbs.
CC ?= cc
CFLAGS ?= -O2 -g
SAN ?=

comma := ,
variant := $(if $(SAN),san-$(subst $(comma),-,$(SAN)))$(if $(filter clang%,$(notdir $(CC))),-$(notdir $(CC)))
B := build$(if $(variant),/$(variant))

LIBS := libpcap jansson zlib libzstd liblz4
PKG_CFLAGS := $(shell pkg-config --cflags $(LIBS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(LIBS) 2>/dev/null)

FLAGS := -std=c11 -D_GNU_SOURCE -Iinclude -Isrc -MMD -MP \
	-Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	$(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)

core_objects := $(patsubst %.c,$B/%.o,$(wildcard src/core/*.c))
program_objects := $(patsubst %.c,$B/%.o,$(filter-out src/core/%,$(wildcard src/*/*.c)))
LIB := $B/libfinwait.a

all: $B/finwait

$B/finwait: $(program_objects) $(LIB)
	$(CC) $(FLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(program_objects) $(LIB) $(PKG_LIBS) $(LDLIBS)

$(LIB): $(core_objects)
	@rm -f $@
	$(AR) rcs $@ $(core_objects)

$B/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(PKG_CFLAGS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

-include $(core_objects:.o=.d) $(program_objects:.o=.d)

clean:
	rm -rf build

.PHONY: all clean
