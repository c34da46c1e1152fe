/* Medians and their intervals, against tables of the sign test. */
#include "base/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* 1 .. n, shuffled, then sorted. */
static void fill(int n, double *samples)
{
    for (int i = 0; i < n; i++)
        samples[i] = 1 + (i * 7) % n;
    sample_sort(n, samples);
}

/* Ranks of the interval for n samples. */
static void check_interval(int n, int low_rank)
{
    double samples[64];
    double low;
    double high;

    fill(n, samples);
    sample_interval(n, samples, &low, &high);
    assert_int_equal((int)low, low_rank);
    assert_int_equal((int)high, n + 1 - low_rank);
}

/* Ranks as printed in tables for 95 %. */
static void test_intervals(void **state)
{
    (void)state;
    check_interval(1, 1);
    check_interval(5, 1);
    check_interval(6, 1);
    check_interval(10, 2);
    check_interval(20, 6);
    check_interval(31, 10);
    check_interval(50, 18);
}

/* Odd and even numbers of samples. */
static void test_median(void **state)
{
    const double odd[] = {1, 2, 9};
    const double even[] = {1, 2, 4, 9};

    (void)state;
    assert_true(sample_median(3, odd) == 2);
    assert_true(sample_median(4, even) == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intervals), cmocka_unit_test(test_median)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
