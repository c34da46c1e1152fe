/* Calls rows_parallel in several ways; the header is included on the command
 * line. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { N = 3, C = 7, L = 12101, SMALL = 61, N_THREADS = 4 };

/* How often a pool was called. */
static int n_calls;

struct work {
    void (*body)(void *, int64_t, int64_t);
    void *closure;
    int64_t begin;
    int64_t end;
};

static void *do_work(void *argument)
{
    struct work *work = argument;
    work->body(work->closure, work->begin, work->end);
    return NULL;
}

/* A thread for each quarter. */
static void run_threads(void *context, void (*body)(void *, int64_t, int64_t),
    void *closure, int64_t n, int64_t grain)
{
    pthread_t threads[N_THREADS];
    struct work work[N_THREADS];
    (void)context;
    (void)grain;
    n_calls++;
    for (int i = 0; i < N_THREADS; i++) {
        work[i] = (struct work){
            body, closure, n * i / N_THREADS, n * (i + 1) / N_THREADS};
        pthread_create(&threads[i], NULL, do_work, &work[i]);
    }
    for (int i = 0; i < N_THREADS; i++)
        pthread_join(threads[i], NULL);
}

/* One at a time, from the end. */
static void run_backwards(void *context, void (*body)(void *, int64_t, int64_t),
    void *closure, int64_t n, int64_t grain)
{
    (void)context;
    (void)grain;
    n_calls++;
    while (n-- > 0)
        body(closure, n, n + 1);
}

int main(void)
{
    static float x[N * C * L], w[C * 5], want[N * C * L], got[N * C * L];
    struct tapc_parallel threads = {run_threads, NULL};
    struct tapc_parallel backwards = {run_backwards, NULL};
    const struct tapc_parallel *pools[] = {NULL, &threads, &backwards};
    for (int i = 0; i < N * C * L; i++)
        x[i] = (float)(i * 7919 % 1000) / 1000;
    for (int i = 0; i < C * 5; i++)
        w[i] = (float)(i * 104729 % 1000) / 1000 - 0.5f;
    for (int64_t k = 3; k <= 5; k += 2)
        for (int i = 0; i < 3; i++) {
            memset(got, 0xff, sizeof got);
            if (rows(x, w, want, N, C, L, k) ||
                rows_parallel(x, w, got, N, C, L, k, pools[i]) ||
                memcmp(want, got, sizeof got)) {
                fprintf(stderr, "k = %d, pool %d\n", (int)k, i);
                return 1;
            }
        }
    if (n_calls != 4 || rows_parallel(x, w, got, N, C, SMALL, 3, &threads) ||
        n_calls != 4) {
        fprintf(stderr, "a pool was called %d times\n", n_calls);
        return 1;
    }
    return rows_parallel(NULL, w, got, N, C, L, 3, NULL) != 1;
}
