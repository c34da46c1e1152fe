/* Tensors, comparison, and timing in turn. */
#include "base/sample.h"
#include "bench/bench_internal.h"

#include <math.h>
#include <string.h>

enum { ALIGNMENT = 64, DEFAULT_ROUNDS = 40 };

/* ---- Tensors ----------------------------------------------------------- */

bool bench_tensors_new(struct compilation *c, struct bench_tensors *tensors,
    const struct loop_program *program, const int64_t *parameters)
{
    uint64_t state = 88172645463325252ULL;
    tensors->n = program->n_arrays;
    tensors->at = ARENA_ARRAY(c->arena, tensors->n, void *);
    tensors->bytes = ARENA_ARRAY(c->arena, tensors->n, size_t);
    for (int i = 0; i < program->n_arrays; i++) {
        const struct array *array = program->arrays[i];
        int64_t n;
        char *at;
        if (array->kind == ARRAY_REGISTER || array->kind == ARRAY_STACK)
            continue;
        n = loop_array_elements(program, array, parameters);
        if (n < 0 || n > INT64_MAX / 64) {
            diag_error(c->diag, array->range, DIAG_E0210,
                "'%s' is too large to be timed", array->name->text);
            return false;
        }
        tensors->bytes[i] = (size_t)n * (size_t)dtype_bits(array->type) / 8;
        at = arena_alloc(c->arena, tensors->bytes[i] + ALIGNMENT);
        at += ALIGNMENT - (uintptr_t)at % ALIGNMENT;
        tensors->at[i] = at;
        if (array->kind == ARRAY_IN || array->kind == ARRAY_INOUT)
            scalar_fill(at, array->type, n, &state);
    }
    return true;
}

/* ---- Comparison -------------------------------------------------------- */

/* Difference of two elements: 0 when equal, of NaN and NaN too. */
static double find_difference(struct scalar a, struct scalar b, enum dtype type)
{
    if (!dtype_is_float(type))
        return fabs((double)(a.integer - b.integer));
    if (a.real == b.real || (isnan(a.real) && isnan(b.real)))
        return 0;
    return isnan(a.real - b.real) ? (double)INFINITY : fabs(a.real - b.real);
}

void bench_compare(const struct loop_program *program,
    const struct bench_tensors *want, const struct bench_tensors *got,
    struct bench_candidate *candidate)
{
    for (int i = 0; i < program->n_arrays; i++) {
        const struct array *array = program->arrays[i];
        size_t bytes = (size_t)dtype_bits(array->type) / 8;
        if (array->kind != ARRAY_OUT && array->kind != ARRAY_INOUT)
            continue;
        for (size_t at = 0; at < want->bytes[i]; at += bytes) {
            double difference = find_difference(
                scalar_read((char *)want->at[i] + at, array->type),
                scalar_read((char *)got->at[i] + at, array->type), array->type);
            candidate->n_different += difference != 0;
            if (difference > candidate->largest_difference)
                candidate->largest_difference = difference;
        }
    }
}

/* ---- Timing ------------------------------------------------------------ */

/* Nanoseconds per call, the mean of "n" calls in a row. */
static double time_calls(bench_function *function, int64_t n,
    const struct bench_tensors *tensors, const int64_t *parameters)
{
    int64_t start_ns = sample_clock_ns();
    for (int64_t i = 0; i < n; i++)
        function(tensors->at, parameters);
    return (double)(sample_clock_ns() - start_ns) / (double)n;
}

/* How many calls take about half a millisecond. */
static int64_t choose_iterations(bench_function *function,
    const struct bench_tensors *tensors, const int64_t *parameters)
{
    int64_t n = 1;
    while (n < (int64_t)1 << 30 &&
           time_calls(function, n, tensors, parameters) * (double)n < 5e5)
        n *= 2;
    return n;
}

void bench_time(struct compilation *c, struct bench_report *report,
    bench_function *const *functions, const struct bench_tensors *tensors,
    const int64_t *parameters)
{
    int n_rounds = report->n_rounds > 0 ? report->n_rounds : DEFAULT_ROUNDS;
    double *times =
        ARENA_ARRAY(c->arena, n_rounds * BENCH_N_CANDIDATES, double);
    report->n_rounds = n_rounds;
    for (int i = 0; i < BENCH_N_CANDIDATES; i++)
        if (functions[i])
            report->candidates[i].n_iterations =
                choose_iterations(functions[i], tensors, parameters);
    for (int round = 0; round < n_rounds; round++)
        for (int i = 0; i < BENCH_N_CANDIDATES; i++)
            if (functions[i])
                times[i * n_rounds + round] = time_calls(functions[i],
                    report->candidates[i].n_iterations, tensors, parameters);
    for (int i = 0; i < BENCH_N_CANDIDATES; i++) {
        double *own = times + i * n_rounds;
        sample_sort(n_rounds, own);
        report->candidates[i].minimum_ns = own[0];
        report->candidates[i].median_ns = sample_median(n_rounds, own);
    }
}
