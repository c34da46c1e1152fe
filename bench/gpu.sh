#!/bin/sh
# The GPU table, in one command: compile its kernels and the examples' tests into
# build/gpu-bench, and, where there is a GPU and PyTorch, run both. Options go to
# gpu_run.py (--json FILE, --only WORD, --compile, --seconds N).
#
# Elsewhere take bench/ and build/gpu-bench to a machine with a GPU and run there
#     python3 bench/gpu_run.py build/gpu-bench
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
folder=$root/build/gpu-bench
python3 "$here/gpu_build.py" "${TAPC:-$root/build/release/tapc}" "$folder" \
    --gpu-arch "${TAPC_GPU_ARCH:-sm_90}"
if [ ! -e /dev/nvidiactl ]; then
    echo "no GPU here; on a machine with one:"
    echo "    python3 bench/gpu_run.py build/gpu-bench"
    exit 0
fi
exec python3 "$here/gpu_run.py" "$folder" "$@"
