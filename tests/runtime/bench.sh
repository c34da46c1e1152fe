#!/bin/sh
# Compile every example with the parameters of its "bench:" line and compare
# it, bit for bit, with naive C made from its source order.
#
#   bench.sh TAPC
set -u
tapc=$1
here=$(cd "$(dirname "$0")" && pwd)
failed=0
for file in "$here"/../../lang/examples/*.dsl; do
    options=$(sed -n 's,^// bench: ,,p' "$file")
    # shellcheck disable=SC2086
    if ! "$tapc" bench --no-verify "$file" $options; then
        echo "$(basename "$file"): FAILED"
        failed=1
    fi
done
exit $failed
