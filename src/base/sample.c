#include "base/sample.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

int64_t sample_clock_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* For qsort: rising. */
static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

void sample_sort(int n, double *samples)
{
    qsort(samples, (size_t)n, sizeof *samples, compare);
}

double sample_median(int n, const double *sorted)
{
    return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

void sample_interval(int n, const double *sorted, double *low, double *high)
{
    double tail = pow(0.5, n); /* fewer than "at" + 1 of n below the median */
    double term = tail;
    int at = 0;

    while (
        at + 1 < n / 2 && tail + (term = term * (n - at) / (at + 1)) <= 0.025) {
        tail += term;
        at++;
    }
    *low = sorted[at];
    *high = sorted[n - 1 - at];
}
