#!/bin/sh
# gpu.sh TAPC: compile every example that is not inherently sequential for a
# GPU; the self-check runs blocks and threads in the interpreter.
tapc=$1
status=0
for file in "$(dirname "$0")"/../../lang/examples/*.dsl; do
    case $file in
    */seidel_2d.dsl) continue ;;
    esac
    for mode in contract reassoc; do
        "$tapc" compile --gpu-arch=sm_80 --fp=$mode --emit=ptx "$file" \
            -o /dev/null || status=1
    done
done
exit $status
