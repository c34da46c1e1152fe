/* Thread pools for the *_parallel entries of compiled kernels.
 *
 * Optional: a kernel needs no library, and takes any pool whose "run" calls
 * body(closure, begin, end) for pieces that cover 0 .. n-1 once each, on any
 * threads, and returns when all are done. "grain" is the least number of
 * iterations worth handing to a thread.
 *
 *     struct tapc_parallel pool;
 *
 *     tapc_runtime_openmp(&pool, 0);
 *     status = dwconv1d_parallel(x, w, b, y, N, C, L, &pool);
 */
#ifndef TAPC_RUNTIME_H
#define TAPC_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

/* As in every generated header. */
/* clang-format off */
#ifndef TAPC_ABI
#define TAPC_ABI 1
enum tapc_status { TAPC_E_NULL = 1, TAPC_E_SIZE, TAPC_E_ALIAS, TAPC_E_ALIGN,
    TAPC_E_DEVICE };
#ifdef __cplusplus
#define TAPC_RESTRICT __restrict
#else
#define TAPC_RESTRICT restrict
#endif
struct tapc_parallel {
    void (*run)(void *context, void (*body)(void *, int64_t, int64_t),
        void *closure, int64_t n, int64_t grain);
    void *context;
};
#endif
/* clang-format on */

#ifdef __cplusplus
extern "C" {
#endif

/* Fill "pool" with the threads of OpenMP: at most "n_threads" of them, or,
 * when that is 0, as many as OpenMP takes by itself (OMP_NUM_THREADS). There
 * is nothing to free. Several threads may use the pool at once. */
void tapc_runtime_openmp(struct tapc_parallel *pool, int n_threads);

/* What a status of a kernel means: a static string, never NULL. */
const char *tapc_runtime_status(int status);

#ifdef __cplusplus
}
#endif

#endif
