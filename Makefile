# The short way in. "make" builds tapc and installs what it needs first (as
# root on Debian 12; otherwise it prints the line to run).
#
#   make          build/release/tapc, build/release/tapc-worker
#   make demo     compile, check and time the main cases; one table
#   make check    build with sanitizers and run all tests
#   make bench    time kernels beside naive C and what libraries are there;
#                 ARGS="--shapes mission --layout nlc --json out.json"
#   make bench-gpu  the same on a GPU, or all that is needed to do it elsewhere
#   make install  PREFIX=/usr/local, DESTDIR=
PREFIX ?= /usr/local

.PHONY: all dependencies demo check bench bench-gpu install clean

all: dependencies
	@mkdir -p build
	@cmake --preset release >build/release.log 2>&1 || \
	    { cat build/release.log; exit 1; }
	@cmake --build --preset release --target tapc tapc-worker \
	    >build/release.log 2>&1 || { cat build/release.log; exit 1; }
	@echo "built build/release/tapc"

dependencies:
	@sh scripts/dependencies.sh

demo: all
	@sh demo/demo.sh build/release/tapc

check: dependencies
	@python3 scripts/check.py

bench: all
	@sh bench/bench.sh $(ARGS)

bench-gpu: all
	@sh bench/gpu.sh $(ARGS)

install: all
	@cmake --build --preset release >build/release.log 2>&1 || \
	    { cat build/release.log; exit 1; }
	@DESTDIR="$(DESTDIR)" cmake --install build/release --prefix "$(PREFIX)"

clean:
	rm -rf build
