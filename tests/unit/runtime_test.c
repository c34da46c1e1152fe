/* The pool of libtapc_runtime: every iteration once, nested and empty too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <tapc_runtime.h>

enum { MAX_ITERATIONS = 5000 };

/* How often each iteration ran; pieces do not overlap, so there is no race
 * unless the pool is wrong. */
struct visits {
    unsigned char n[MAX_ITERATIONS + 1];
};

/* The body handed to the pool. */
static void visit(void *closure, int64_t begin, int64_t end)
{
    struct visits *visits = closure;

    for (int64_t i = begin; i < end; i++)
        visits->n[i]++;
}

/* Every iteration runs exactly once, for any size, grain and threads. */
static void test_covers(void **state)
{
    static const int64_t sizes[] = {0, 1, 2, 7, 64, 997, MAX_ITERATIONS};
    static const int64_t grains[] = {0, 1, 3, 100, 1000000};
    struct visits *visits = malloc(sizeof *visits);

    (void)state;
    assert_non_null(visits);
    for (int n_threads = 0; n_threads < 6; n_threads++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            for (size_t j = 0; j < sizeof grains / sizeof *grains; j++) {
                struct tapc_parallel pool;

                memset(visits, 0, sizeof *visits);
                tapc_runtime_openmp(&pool, n_threads);
                pool.run(pool.context, visit, visits, sizes[i], grains[j]);
                for (int64_t k = 0; k <= MAX_ITERATIONS; k++)
                    assert_int_equal(visits->n[k], k < sizes[i]);
            }
    free(visits);
}

/* Every status has its own text. */
static void test_status(void **state)
{
    (void)state;
    for (int i = 0; i <= 5; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(
                tapc_runtime_status(i), tapc_runtime_status(j));
    assert_string_equal(tapc_runtime_status(-7), "unknown status");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_covers),
        cmocka_unit_test(test_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
