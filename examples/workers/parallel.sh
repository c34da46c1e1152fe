#!/bin/sh
# parallel.sh JOBS [OPTION...]: a worker for each job, where GNU parallel says:
#     parallel.sh jobs.jsonl --sshlogin 1/pi5,1/server
# A machine needs the program tapc-worker and nothing else.
set -eu
. "$(dirname "$0")/rest.sh"
shift
parallel --pipe -N1 --line-buffer "$@" "$worker" <rest.jsonl >"$results.jsonl"
