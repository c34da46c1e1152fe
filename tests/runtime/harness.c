/* Sizes, calls, comparison, status codes. */
#define _DEFAULT_SOURCE
#include "harness.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_VALUES = 40, MAX_CASES = 240, MAX_REPORTS = 4 };

/* What to try for an axis that may be vectorised: around every vector length
 * of every target, primes, powers of two and their neighbours. */
static const int axis_sizes[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 19,
    23, 31, 32, 33, 47, 63, 64, 65, 97, 127, 128, 129, 251};

/* The parameters of a row and their values; "order" is where a run is. */
struct choice {
    int n;
    int64_t values[MAX_VALUES];
};

/* Shared with the parent, which names it when the kernel crashes. */
struct progress {
    char text[256];
    int n_calls;
};

struct run {
    const struct row *row;
    struct progress *progress;
    int n_tensors;
    int n_parameters;
    struct choice choices[MAX_PARAMETERS];
    int n_reports;
    uint64_t random;
};

void sum_add(struct sum *sum, double a, double b)
{
    sum->value += a * b;
    sum->magnitude += fabs(a * b);
    sum->n++;
}

double error_gamma(enum type type, int64_t n)
{
    double u = type == F64 ? 0x1p-53 : 0x1p-24;
    return (double)n * u / (1 - (double)n * u);
}

/* Half a unit in the last place of a narrow result. */
static double find_rounding(enum type type, double value)
{
    if (type == F16)
        return fabs(value) * 0x1p-11 + 0x1p-25;
    if (type == BF16)
        return fabs(value) * 0x1p-8;
    return type == F32 ? 0x1p-149 : 0;
}

double *tensor_at(
    const struct tensor *t, int64_t i, int64_t j, int64_t k, int64_t l)
{
    int64_t index[] = {i, j, k, l}, at = 0;
    for (int d = 0; d < t->rank; d++) {
        if (index[d] < 0 || index[d] >= t->extent[d]) {
            fprintf(stderr, "reference leaves %s\n", t->name);
            abort();
        }
        at = at * t->extent[d] + index[d];
    }
    return t->value + at;
}

void sum_store(const struct tensor *t, double *at, struct sum sum)
{
    sum_store_function(t, at, sum, sum.value, 1);
}

void sum_store_function(const struct tensor *t, double *at, struct sum sum,
    double result, double slope)
{
    *at = result;
    t->bound[at - t->value] =
        slope * error_gamma(t->type, sum.n + 1) * sum.magnitude;
    if (result != sum.value) /* the function itself: a few units */
        t->bound[at - t->value] += 0x1p-20 * fabs(result) + 0x1p-130;
}

void tensor_set_bound(struct tensor *t, double bound)
{
    for (int64_t n = 0; n < t->n_elements; n++)
        t->bound[n] = bound;
}

bool tensor_shape(
    struct tensor *t, int rank, int64_t i, int64_t j, int64_t k, int64_t l)
{
    int64_t extent[] = {i, j, k, l};
    bool is_fine = true;
    t->rank = rank;
    for (int d = 0; d < rank; d++) {
        t->extent[d] = extent[d];
        is_fine = is_fine && extent[d] >= 0;
    }
    return is_fine;
}

/* ---- Inputs ------------------------------------------------------------ */

static uint64_t next_random(struct run *run)
{
    uint64_t x = run->random;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    run->random = x;
    return x * 0x2545f4914f6cdd1dULL >> 11;
}

static double draw(struct run *run, const struct tensor *t, enum data data)
{
    double largest = run->row->largest, unit;
    bool is_weight = !strcmp(t->name, "w") || !strcmp(t->name, "h");
    if (data == DATA_SPECIALS && is_weight && next_random(run) % 4 == 0)
        return next_random(run) % 3 ? (double)INFINITY : (double)NAN;
    if (data == DATA_INTEGERS || !type_is_float(t->type)) {
        double value =
            (double)(next_random(run) % (uint64_t)(2 * largest + 1)) - largest;
        return t->type == U8 ? fabs(value) : value;
    }
    unit = (double)(next_random(run) % 0x1000000) / 0x800000 - 1;
    return type_round(t->type, unit);
}

static void fill_inputs(struct run *run, struct tensor *t, enum data data)
{
    for (int i = 0; i < run->n_tensors; i++)
        for (int64_t n = 0; n < t[i].n_elements; n++)
            t[i].value[n] =
                t[i].direction == OUT ? (double)NAN : draw(run, &t[i], data);
}

/* ---- Comparison -------------------------------------------------------- */

static bool report(struct run *run, const char *what)
{
    if (run->n_reports++ < MAX_REPORTS)
        fprintf(stderr, "%s: %s: %s\n", run->row->kernel, run->progress->text,
            what);
    return false;
}

static bool is_equal(const struct run *run, const struct tensor *t,
    enum data data, double got, double want, double bound)
{
    bool is_exact = !type_is_float(t->type) ||
                    (data == DATA_INTEGERS && run->row->is_exact);
    if (isnan(want))
        return isnan(got);
    if (is_exact || isinf(want))
        return got == type_round(t->type, want);
    return fabs(got - want) <= bound + find_rounding(t->type, want);
}

static bool compare(struct run *run, struct tensor *t, enum data data)
{
    char what[200];
    for (int i = 0; i < run->n_tensors; i++) {
        int64_t damage = tensor_find_damage(&t[i]);
        if (damage >= 0 || damage < -1) {
            snprintf(what, sizeof what, "%s: byte %lld was overwritten",
                t[i].name, (long long)damage);
            return report(run, what);
        }
        for (int64_t n = 0; n < t[i].n_elements && t[i].direction; n++) {
            double got = tensor_read(&t[i], n);
            if (is_equal(run, &t[i], data, got, t[i].value[n], t[i].bound[n]))
                continue;
            snprintf(what, sizeof what,
                "%s element %lld is %.9g, not %.9g (+- %.2g)", t[i].name,
                (long long)n, got, t[i].value[n], t[i].bound[n]);
            return report(run, what);
        }
    }
    return true;
}

/* ---- One choice of parameters ------------------------------------------ */

static void set_progress(struct run *run, const int64_t *p, const char *what)
{
    char *at = run->progress->text;
    size_t left = sizeof run->progress->text, n;
    n = (size_t)snprintf(at, left, "%s", what);
    for (int i = 0; i < run->n_parameters; i++)
        n += (size_t)snprintf(at + n, left - n, " %lld", (long long)p[i]);
}

static void free_tensors(struct run *run, struct tensor *t)
{
    for (int i = 0; i < run->n_tensors; i++)
        tensor_free(&t[i]);
}

/* Run once with the buffers against one end of their pages. */
static void run_placed(
    struct run *run, const int64_t *p, enum data data, bool at_end, int variant)
{
    static const char *const names[] = {"integers", "reals", "specials"};
    struct tensor t[MAX_TENSORS];
    char what[80];
    int status;
    memcpy(t, run->row->tensors, sizeof t);
    run->row->shape(t, p);
    for (int i = 0; i < run->n_tensors; i++)
        tensor_allocate(&t[i], at_end, variant + i);
    fill_inputs(run, t, data);
    for (int i = 0; i < run->n_tensors; i++)
        tensor_write(&t[i]);
    run->row->reference(t, p);
    snprintf(what, sizeof what, "%s, %s of page:", names[data],
        at_end ? "end" : "start");
    set_progress(run, p, what);
    run->progress->n_calls++;
    device_enter(t, run->n_tensors);
    status = run->row->call(t, p);
    if (!device_leave(t, run->n_tensors))
        report(run, "bytes around a tensor were overwritten");
    if (status) {
        snprintf(what, sizeof what, "status %d, not 0", status);
        report(run, what);
    } else
        compare(run, t, data);
    free_tensors(run, t);
}

static void run_refused(struct run *run, const int64_t *p)
{
    struct tensor t[MAX_TENSORS];
    static double nothing[64];
    char what[80];
    int status;
    memcpy(t, run->row->tensors, sizeof t);
    for (int i = 0; i < run->n_tensors; i++) {
        t[i].at = &nothing[8 * i];
        t[i].value = &nothing[8 * i];
    }
    set_progress(run, p, "to be refused:");
    status = run->row->call(t, p);
    if (status != 2) {
        snprintf(what, sizeof what, "status %d, not 2 (size)", status);
        report(run, what);
    }
}

static void run_case(struct run *run, const int64_t *p, int number)
{
    struct tensor t[MAX_TENSORS];
    memcpy(t, run->row->tensors, sizeof t);
    if (!run->row->shape(t, p)) {
        run_refused(run, p);
        return;
    }
    for (int data = 0; data < N_DATA; data++)
        if (data != DATA_SPECIALS || run->row->has_taps)
            for (int at_end = 0; at_end < 2; at_end++)
                run_placed(run, p, (enum data)data, at_end, number + data);
}

/* ---- Status codes ------------------------------------------------------ */

static void expect_status(struct run *run, struct tensor *t, const int64_t *p,
    int want, const char *what)
{
    char text[160];
    int status = run->row->call(t, p);
    if (status == want)
        return;
    snprintf(
        text, sizeof text, "%s gives status %d, not %d", what, status, want);
    report(run, text);
}

/* Each pointer in turn null, not aligned, the same as another's. */
static void check_pointers(struct run *run, struct tensor *t, const int64_t *p)
{
    for (int i = 0; i < run->n_tensors; i++) {
        void *at = t[i].at;
        if (!t[i].rank || !t[i].n_elements)
            continue;
        set_progress(run, p, t[i].name);
        t[i].at = NULL;
        expect_status(run, t, p, 1, "a null pointer");
        t[i].at = (char *)at + 1;
        if (type_bytes(t[i].type) > 1)
            expect_status(run, t, p, 4, "a pointer not aligned");
        for (int j = 0; j < run->n_tensors; j++) {
            if (j == i || !t[j].rank || !t[j].n_elements ||
                !(t[i].direction || t[j].direction) ||
                !strcmp(t[j].layout, "strided"))
                continue;
            t[i].at = t[j].at;
            expect_status(run, t, p, 3, "an overlap");
        }
        t[i].at = at;
    }
}

/* A negative parameter and, if a tensor then has more than 2^63 bytes, large
 * ones. */
static void check_sizes(struct run *run, const int64_t *typical)
{
    struct tensor t[MAX_TENSORS];
    int64_t p[MAX_PARAMETERS];
    bool is_too_large = false;
    for (int i = 0; i < run->n_parameters; i++) {
        memcpy(p, typical, sizeof p);
        p[i] = -1;
        memcpy(t, run->row->tensors, sizeof t);
        if (!run->row->shape(t, p))
            run_refused(run, p);
        memcpy(p, typical, sizeof p);
        p[i] = (int64_t)1 << 61;
        memcpy(t, run->row->tensors, sizeof t);
        run->row->shape(t, p);
        is_too_large = false;
        for (int j = 0; j < run->n_tensors; j++)
            is_too_large |= t[j].rank > 1 && tensor_is_huge(&t[j]);
        if (is_too_large)
            run_refused(run, p);
    }
}

static void check_status_codes(struct run *run)
{
    const int64_t *p = run->row->typical;
    struct tensor t[MAX_TENSORS];
    memcpy(t, run->row->tensors, sizeof t);
    if (!run->row->shape(t, p)) {
        report(run, "the typical parameters are refused");
        return;
    }
    for (int i = 0; i < run->n_tensors; i++)
        tensor_allocate(&t[i], false, 0);
    fill_inputs(run, t, DATA_INTEGERS);
    check_pointers(run, t, p);
    free_tensors(run, t);
    check_sizes(run, p);
}

/* ---- All choices ------------------------------------------------------- */

/* Read "0,1,4..6" or "axis" at "at"; returns what follows. */
static const char *read_choice(const char *at, struct choice *choice)
{
    choice->n = 0;
    if (!strncmp(at, "axis", 4)) {
        for (size_t i = 0; i < sizeof axis_sizes / sizeof *axis_sizes; i++)
            choice->values[choice->n++] = axis_sizes[i];
        return at + 4;
    }
    for (;;) {
        int64_t first = strtol(at, (char **)&at, 10), last = first;
        if (!strncmp(at, "..", 2))
            last = strtol(at + 2, (char **)&at, 10);
        for (; first <= last; first++)
            choice->values[choice->n++] = first;
        if (*at != ',')
            return at;
        at++;
    }
}

static void read_parameters(struct run *run)
{
    const char *at = run->row->parameters;
    while (*at) {
        at = strchr(at, ' ') + 1; /* over the name */
        at = read_choice(at, &run->choices[run->n_parameters++]);
        at += *at == ' ';
    }
}

/* The "number"-th point of the product of all choices. */
static void pick(const struct run *run, int64_t number, int64_t *p)
{
    for (int i = run->n_parameters - 1; i >= 0; i--) {
        p[i] = run->choices[i].values[number % run->choices[i].n];
        number /= run->choices[i].n;
    }
}

/* All points, or MAX_CASES spread over them. */
static void run_all(struct run *run)
{
    int64_t total = 1, p[MAX_PARAMETERS] = {0};
    read_parameters(run);
    for (int i = 0; i < run->n_parameters; i++)
        total *= run->choices[i].n;
    for (int64_t n = 0; n < total && n < MAX_CASES; n++) {
        /* A prime step visits each point once unless it divides the total. */
        pick(run, total <= MAX_CASES ? n : n * 7919 % total, p);
        run_case(run, p, (int)n);
    }
    check_status_codes(run);
}

/* In a child: a kernel that crashes costs its own row only. */
static bool run_row(const struct row *row, struct progress *progress)
{
    struct run run = {
        .row = row, .progress = progress, .random = 88172645463325252ULL};
    int status = 0;
    pid_t child;
    memset(progress, 0, sizeof *progress);
    while (run.n_tensors < MAX_TENSORS && row->tensors[run.n_tensors].name)
        run.n_tensors++;
    fflush(stdout);
    child = fork();
    if (child == 0) {
        run_all(&run);
        _exit(run.n_reports != 0);
    }
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        fprintf(stderr, "%s: %s: signal %d\n", row->kernel, progress->text,
            WTERMSIG(status));
    printf("%-24s %6d calls  %s\n", row->kernel, progress->n_calls,
        status ? "FAILED" : "fine");
    return status == 0;
}

/* Usage: harness [KERNEL...] */
int main(int argc, char **argv)
{
    int n_failed = 0, n_run = 0;
    struct progress *progress = mmap(NULL, sizeof *progress,
        PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (progress == MAP_FAILED)
        return 3;
    for (int i = 0; i < runtime_n_rows; i++) {
        bool is_wanted = argc == 1;
        for (int a = 1; a < argc; a++)
            is_wanted |= !strcmp(argv[a], runtime_rows[i].kernel);
        if (!is_wanted)
            continue;
        n_run++;
        n_failed += !run_row(&runtime_rows[i], progress);
    }
    printf("%d kernels, %d failed\n", n_run, n_failed);
    return n_failed || !n_run;
}
