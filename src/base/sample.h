/* Times that were measured: the clock, and what can be said of samples without
 * assuming a distribution. */
#ifndef TAPC_BASE_SAMPLE_H
#define TAPC_BASE_SAMPLE_H

#include <stdint.h>

/* A clock that never goes back; where it starts means nothing. */
int64_t sample_clock_ns(void);

/* Sort, rising. */
void sample_sort(int n, double *samples);

/* Of sorted samples, at least one: the median; the range that holds the true
 * median in at least 95 of 100 cases, whatever the distribution, all of the
 * range for fewer than 6 samples. */
double sample_median(int n, const double *sorted);
void sample_interval(int n, const double *sorted, double *low, double *high);

#endif
