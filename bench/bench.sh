#!/bin/sh
# bench.py under the Python that has the peers' packages, if there is one.
#
#   bench/bench.sh [OPTION...]
here=$(cd "$(dirname "$0")" && pwd)
peers=${TAPC_BENCH_PEERS:-$here/../build/peers}
python=python3
[ -x "$peers/bin/python" ] && python=$peers/bin/python
exec "$python" "$here/bench.py" "$@"
