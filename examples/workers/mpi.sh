#!/bin/sh
# mpi.sh JOBS [MPIRUN...]: a worker on each rank, its part of the jobs; the
# folder is one that all ranks see:
#     mpi.sh jobs.jsonl mpirun -n 16 --map-by node
#     mpi.sh jobs.jsonl srun -n 16
set -eu
. "$(dirname "$0")/rest.sh"
shift
export worker results
"$@" sh -c '
    rank=${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-$SLURM_PROCID}}
    size=${OMPI_COMM_WORLD_SIZE:-${PMI_SIZE:-$SLURM_NTASKS}}
    exec $worker --part=$((rank + 1))/$size <rest.jsonl >$results-$rank.jsonl'
