/* What the samples say. */
#include "base/sample.h"
#include "trial/trial.h"

struct trial_time trial_time_of(
    struct arena *arena, const struct trial_result *result, int object)
{
    int n = result->n_rounds;
    double *sorted = arena_copy(
        arena, result->samples_ns[object], (size_t)n * sizeof *sorted);

    if (n == 0)
        return (struct trial_time){0};
    sample_sort(n, sorted);
    return (struct trial_time){
        sample_median(n, sorted), sorted[n / 4], sorted[n - 1 - n / 4]};
}

struct trial_ratio trial_ratio_of(struct arena *arena,
    const struct trial_result *result, int object, int other)
{
    int n = result->n_rounds;
    double *ratios = ARENA_ARRAY(arena, n, double);
    struct trial_ratio ratio = {1, 1, 1};

    for (int i = 0; i < n; i++)
        ratios[i] =
            result->samples_ns[object][i] / result->samples_ns[other][i];
    if (n == 0)
        return ratio;
    sample_sort(n, ratios);
    ratio.median = sample_median(n, ratios);
    sample_interval(n, ratios, &ratio.low, &ratio.high);
    return ratio;
}
