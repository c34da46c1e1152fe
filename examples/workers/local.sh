#!/bin/sh
# local.sh JOBS N: N workers on this machine. They take turns where they would
# disturb each other: a lock lets one measure at a time.
set -eu
. "$(dirname "$0")/rest.sh"
i=1
while [ "$i" -le "$2" ]; do
    $worker --part="$i/$2" <rest.jsonl >"$results-$i.jsonl" &
    i=$((i + 1))
done
wait
