#!/bin/sh
# tapc bench on every example whose first lines hold a "bench:" line with the
# parameters to time it with.
set -eu
tapc=$1
cd "$(dirname "$0")/.."
for file in lang/examples/*.dsl; do
    options=$(sed -n 's,^// bench: ,,p' "$file")
    [ -n "$options" ] || continue
    # shellcheck disable=SC2086
    "$tapc" bench "$file" $options
done
