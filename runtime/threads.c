/* A pool on top of OpenMP: the compiler's own, well-tested one. */
#include "tapc_runtime.h"

#include <omp.h>

/* Pieces of a loop per thread: enough that a slow thread can be helped. */
enum { PIECES_PER_THREAD = 4 };

/* Iterations in a piece: at least "grain", at least 1. */
static int64_t piece_size(int64_t n, int64_t grain, int n_threads)
{
    int64_t size = n / ((int64_t)n_threads * PIECES_PER_THREAD);

    if (size < grain)
        size = grain;
    return size > 0 ? size : 1;
}

/* The "run" of the pool; "context" holds the number of threads. */
static void run_openmp(void *context, void (*body)(void *, int64_t, int64_t),
    void *closure, int64_t n, int64_t grain)
{
    int n_threads = (int)(intptr_t)context;
    int64_t size;
    int64_t n_pieces;

    if (n_threads <= 0)
        n_threads = omp_get_max_threads();
    size = piece_size(n, grain, n_threads);
    n_pieces = n / size + (n % size != 0);
    if (n_pieces <= 1 || n_threads == 1) {
        if (n > 0)
            body(closure, 0, n);
        return;
    }
#pragma omp parallel for schedule(dynamic, 1) num_threads(n_threads)
    for (int64_t piece = 0; piece < n_pieces; piece++) {
        int64_t begin = piece * size;

        body(closure, begin, n - begin < size ? n : begin + size);
    }
}

void tapc_runtime_openmp(struct tapc_parallel *pool, int n_threads)
{
    pool->run = run_openmp;
    pool->context = (void *)(intptr_t)n_threads;
}
