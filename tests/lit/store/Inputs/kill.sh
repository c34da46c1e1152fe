#!/bin/sh
# kill.sh WORKER: of the jobs in jobs.jsonl some are done, by workers of which
# one is killed while it waits and one in the middle of a job.
set -eu
mkfifo slow
"$1" --part=1/2 <jobs.jsonl >results-a.jsonl &
first=$!
"$1" --part=2/2 <slow >results-b.jsonl &
second=$!
exec 3>slow
head -n 2 jobs.jsonl >&3
while [ ! -s results-b.jsonl ]; do sleep 0.05; done
kill -KILL $second
wait $first
tail -n 1 jobs.jsonl | sed 's/"round_ns": [0-9]*/"round_ns": 500000000/' |
    "$1" >results-c.jsonl &
third=$!
sleep 0.5
kill -KILL $third
wait $second $third || true
