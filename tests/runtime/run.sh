#!/bin/sh
# Compile every example for one ISA level, run it on awkward sizes between
# pages without access, and compare with plain loops.
#
#   run.sh TAPC LEVEL [KERNEL...]
#
# With kernels only the files with these are compiled.
# LEVEL is x86-64, x86-64-v3, x86-64-v4, all (with the dispatcher), or with the
# cross compiler and under qemu neon, sve, sve256, sve512 or arm (all of them
# with the dispatcher; run without SVE and with registers of several lengths),
# gpu (the GPU of this machine) or fake-gpu (none: the driver of tests/gpu runs
# what was compiled for TAPC_GPU_ARCH, sm_90, on this processor).
# With TAPC_KEEP=FOLDER nothing is run: the program that would be, and the
# names of its kernels, go there, for another machine.
# TAPC_OPTIONS are added to each compilation. A file that does not compile is a failure; its kernels are
# replaced by stubs so that the others still run.
set -u
tapc=$1 level=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
examples=$here/../../lang/examples
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
compiler=${CC:-gcc} emulator= lengths=0
case $level in
all) target= ;;
neon | sve* | arm)
    isa=$level
    [ "$level" = arm ] && isa=neon,sve,sve256,sve512
    target="--target=aarch64-linux-gnu --isa=$isa"
    compiler=aarch64-linux-gnu-gcc
    emulator="qemu-aarch64 -L /usr/aarch64-linux-gnu"
    case $level in
    arm) lengths=${TAPC_LENGTHS:-0 16 32 64 256} ;;
    sve) lengths=${TAPC_LENGTHS:-16 256} ;;
    sve256) lengths=${TAPC_LENGTHS:-32 64} ;;
    sve512) lengths=${TAPC_LENGTHS:-64 128} ;;
    esac
    ;;
gpu | fake-gpu) target=--gpu-arch=${TAPC_GPU_ARCH:-sm_90} ;;
*) target=--isa=$level ;;
esac
suffix=
[ "${level#fake-}" = gpu ] && suffix=_cuda

# Calls of kernel "$1" are those of its launcher, once it is loaded.
redirect() {
    [ -n "$suffix" ] || return 0
    echo "#define $1(...) ($1_cuda_load() ? -1 : $1_cuda(0, __VA_ARGS__))" \
        >>"$work/redirect.h"
}

# The layouts that the schedules of "$1" have on CPUs, for GPUs: "$2".tapc, and
# the option to use it, unless there are none.
keep_layouts() {
    [ -n "$suffix" ] || return 0
    sed -n '/^schedule .* for cpu {/,/^}/{/^schedule/p;/^ *layout/p;/^}/p;}' \
        "$1" | sed 's/ for cpu / for gpu /' >"$2.tapc"
    grep -q layout "$2.tapc" && echo "--schedule=$2.tapc"
}

# Code of "$1" for GPUs, as the fake driver runs it: "$2".o
translate() {
    llc=$(command -v llc-19 || command -v llc)
    # shellcheck disable=SC2086
    "$tapc" compile $target ${TAPC_OPTIONS:---no-verify} $layouts "$1" \
        --emit=llvm -o "$2.ll" || return 1
    python3 "$here/../gpu/host_kernels.py" "$2.ll" >"$2.host.ll" &&
        "$llc" -O1 -relocation-model=pic -filetype=obj "$2.host.ll" \
            -o "$2.host"
}

# Say that "$1" has the kernels of "$2", but as stubs that refuse.
write_stubs() {
    for kernel in $(sed -n 's/^kernel \([a-z0-9_]*\).*/\1/p' "$2"); do
        echo "int $kernel$suffix(); int ${kernel}_cuda_load();" >>"$1.h"
        echo "long ${kernel}_workspace();" >>"$1.h"
        echo "int $kernel$suffix() { return -1; }" >>"$1.c"
        echo "int ${kernel}_cuda_load() { return 0; }" >>"$1.c"
        echo "long ${kernel}_workspace() { return 0; }" >>"$1.c"
    done
    $compiler -w -c "$1.c" -o "$1.o"
}

# Does "$1" have one of the kernels that follow, if any do?
is_wanted() {
    [ $# = 1 ] && return 0
    file=$1
    shift
    for kernel in "$@"; do
        grep -q "^kernel $kernel(" "$file" && return 0
    done
    return 1
}

failed=0 skipped=
: >"$work/redirect.h"
for file in "$examples"/*.dsl; do
    name=$work/$(basename "$file" .dsl)
    for kernel in $(sed -n 's/^kernel \([a-z0-9_]*\).*/\1/p' "$file"); do
        redirect "$kernel"
    done
    if ! is_wanted "$file" "$@"; then
        write_stubs "$name" "$file"
        continue
    fi
    layouts=$(keep_layouts "$file" "$name")
    # shellcheck disable=SC2086
    if ! "$tapc" compile $target ${TAPC_OPTIONS:---no-verify} $layouts "$file" \
        -o "$name.o" -H "$name.h" 2>"$name.err"; then
        if [ -n "$suffix" ] && grep -q '\[E0413\]' "$name.err"; then
            echo "$(basename "$file"): nothing in it can run at the same time"
            skipped="$skipped $(basename "$file" .dsl)"
        else
            echo "$(basename "$file") does not compile:"
            head -6 "$name.err"
            failed=1
        fi
        write_stubs "$name" "$file"
    elif [ "$level" = fake-gpu ]; then
        translate "$file" "$name" || failed=1
    fi
done

$compiler -std=c11 -O1 -Wall -Wextra -Werror -I "$work" \
    -include "$work/redirect.h" "$here"/*.c "$work"/*.o -lm -ldl \
    -o "$work/harness" || exit 1
if [ "$level" = fake-gpu ]; then
    $compiler -std=c11 -O1 -shared -fPIC "$here/../gpu/fake_cuda.c" \
        -o "$work/libcuda.so.1" -lm -ldl &&
        $compiler -shared "$work"/*.host -L "$work" -l:libcuda.so.1 -lm \
            -o "$work/kernels.so" || exit 1
    LD_LIBRARY_PATH=$work FAKE_KERNELS=$work/kernels.so
    FAKE_CAPABILITY=${target#--gpu-arch=sm_}
    export LD_LIBRARY_PATH FAKE_KERNELS FAKE_CAPABILITY
fi
[ "$level" = gpu ] && export TAPC_DEVICE=copy
# Without kernels all are run; with one to be skipped, all others by name.
if [ -n "$skipped" ] && [ $# = 0 ]; then
    # shellcheck disable=SC2046
    set -- $(sed -n 's/^#define \([a-z0-9_]*\)(.*/\1/p' "$work/redirect.h" |
        grep -vxF "$(echo $skipped | tr ' ' '\n')")
fi
if [ -n "${TAPC_KEEP:-}" ]; then
    cp "$work/harness" "$TAPC_KEEP" && echo "$*" >"$TAPC_KEEP/kernels"
    exit $failed
fi
for length in $lengths; do
    if [ "$length" != 0 ]; then
        QEMU_CPU=max,sve-max-vq=$((length / 16))
        export QEMU_CPU="$QEMU_CPU,sve-default-vector-length=$length"
        echo "vector registers of $length bytes:"
    fi
    # shellcheck disable=SC2086
    $emulator "$work/harness" "$@" || failed=1
done
exit $failed
