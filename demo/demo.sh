#!/bin/sh
# The main job on real cases: compile, check, time, compare.
#
#   demo/demo.sh TAPC [quick]
set -eu
tapc=$1
shift
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
${CC:-cc} -std=c11 -O2 -Wall -Wextra "$root"/demo/*.c -lm -o "$work/demo"
"$work/demo" "$tapc" "$root" "$work" "$@"
if python3 -c 'import torch' 2>/dev/null; then
    echo
    python3 "$root/demo/peer_torch.py"
fi
