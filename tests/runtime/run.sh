#!/bin/sh
# Compile every example for one ISA level, run it on awkward sizes between
# pages without access, and compare with plain loops.
#
#   run.sh TAPC LEVEL [KERNEL...]
#
# LEVEL is x86-64, x86-64-v3, x86-64-v4, all (with the dispatcher), or neon or
# sve (with the cross compiler, under qemu). TAPC_OPTIONS are added to each
# compilation. A file that does not compile is a failure; its kernels are
# replaced by stubs so that the others still run.
set -u
tapc=$1 level=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
examples=$here/../../lang/examples
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
compiler=${CC:-gcc} emulator=
case $level in
all) target= ;;
neon | sve)
    target="--target=aarch64-linux-gnu --isa=$level"
    compiler=aarch64-linux-gnu-gcc
    emulator="qemu-aarch64 -L /usr/aarch64-linux-gnu"
    ;;
*) target=--isa=$level ;;
esac

# Say that "$1" has the kernels of "$2", but as stubs that refuse.
write_stubs() {
    for kernel in $(sed -n 's/^kernel \([a-z0-9_]*\).*/\1/p' "$2"); do
        echo "int $kernel(); long ${kernel}_workspace();" >>"$1.h"
        echo "int $kernel() { return -1; }" >>"$1.c"
        echo "long ${kernel}_workspace() { return 0; }" >>"$1.c"
    done
    $compiler -w -c "$1.c" -o "$1.o"
}

failed=0
for file in "$examples"/*.dsl; do
    name=$work/$(basename "$file" .dsl)
    # shellcheck disable=SC2086
    if ! "$tapc" compile $target ${TAPC_OPTIONS:---no-verify} "$file" \
        -o "$name.o" -H "$name.h" 2>"$name.err"; then
        echo "$(basename "$file") does not compile:"
        head -6 "$name.err"
        failed=1
        write_stubs "$name" "$file"
    fi
done

$compiler -std=c11 -O1 -Wall -Wextra -Werror -I "$work" "$here"/*.c \
    "$work"/*.o -lm -o "$work/harness" || exit 1
# shellcheck disable=SC2086
$emulator "$work/harness" "$@" || failed=1
exit $failed
