/* Compile each case, check it, time it beside naive C, and print a table.
 *
 * Usage: demo TAPC ROOT WORK [QUICK]
 *
 * TAPC is the compiler, ROOT the project's folder, WORK an empty folder.
 * With a fourth word only correctness is looked at, on one round.
 */
#define _DEFAULT_SOURCE
#include "demo.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KERNEL, CLANG, GCC, MOVE, PEAK, N_CANDIDATES };

enum { MAX_ROUNDS = 60, PEAK_STEPS = 1000 };

/* Multiply-adds that wait for nothing; returns how many operations. */
typedef double peak_function(long n, float *result);

/* Moves vectors, as many as given. */
typedef void move_function(
    const void *from, long n_read, void *to, long n_written);

/* A function of up to five tensors. */
typedef int function3(float *, float *, float *);
typedef int function4(float *, float *, float *, float *);
typedef int function5(float *, float *, float *, float *, float *);

/* What is known of a case after all steps. Times in seconds. */
struct result {
    struct demo_cost compile;
    struct demo_cost checked;
    double error;
    double peak; /* operations in a second */
    double minimum[N_CANDIDATES];
    double median[N_CANDIDATES];
    double roof;
};

struct demo {
    const char *tapc;
    const char *root;
    const char *work;
    bool is_quick;
    peak_function *run_peak;
    move_function *move;
    long vector_bytes;
    void *move_from;
    void *move_to;
};

static char *join(const char *a, const char *b, const char *c)
{
    char *text = malloc(strlen(a) + strlen(b) + strlen(c) + 1);
    return strcat(strcat(strcpy(text, a), b), c);
}

/* ---- Building ---------------------------------------------------------- */

/* tapc FILE -D ... -o WORK/case.o -H WORK/case.h, and a shared object. */
static void *build_kernel(
    struct demo *demo, struct demo_case *it, int number, struct result *result)
{
    char name[32];
    const char *words[MAX_WORDS], *object, *library;
    int n = 0;
    snprintf(name, sizeof name, "/case%d", number);
    object = join(demo->work, name, ".o");
    library = join(demo->work, name, ".so");
    words[n++] = demo->tapc;
    words[n++] = "compile";
    words[n++] =
        join(demo->root, "/lang/examples/", join(it->file, ".dsl", ""));
    for (int i = 0; i < 6 && it->defines[i]; i++) {
        words[n++] = "-D";
        words[n++] = it->defines[i];
    }
    words[n++] = "-o";
    words[n++] = object;
    words[n++] = "-H";
    words[n++] = join(demo->work, name, ".h");
    words[n] = NULL;
    if (!demo_run(words, &result->checked))
        return NULL;
    words[n++] = "--no-verify";
    words[n] = NULL;
    if (!demo_run(words, &result->compile) ||
        !demo_run(
            (const char *[]){"cc", "-shared", object, "-o", library, NULL},
            NULL))
        return NULL;
    return demo_load(library, it->kernel);
}

/* Hand-written C with the same constants. */
static void *build_naive(struct demo *demo, const struct demo_case *it,
    int number, const char *compiler)
{
    char name[64];
    const char *words[MAX_WORDS], *library;
    int n = 0;
    snprintf(name, sizeof name, "/naive%d-%s.so", number, compiler);
    library = join(demo->work, name, "");
    words[n++] = compiler;
    words[n++] = "-O3";
    words[n++] = "-march=native";
    words[n++] = "-shared";
    words[n++] = "-fPIC";
    for (int i = 0; i < 6 && it->defines[i]; i++) {
        const char *define = it->defines[i];
        if (!strncmp(define, "pad", 3))
            define = join("PAD", define + 3, "");
        words[n++] = join("-D", define, "");
    }
    words[n++] = join(demo->root, "/demo/naive/", join(it->file, ".c", ""));
    words[n++] = "-o";
    words[n++] = library;
    words[n++] = "-lm";
    words[n] = NULL;
    return demo_run(words, NULL) ? demo_load(library, "naive") : NULL;
}

/* ---- Running ----------------------------------------------------------- */

static void call(void *function, const struct demo_case *it)
{
    const struct demo_tensor *t = it->tensors;
    if (it->n_tensors == 3) {
        function3 *run;
        memcpy(&run, &function, sizeof run);
        run(t[0].at, t[1].at, t[2].at);
    } else if (it->n_tensors == 4) {
        function4 *run;
        memcpy(&run, &function, sizeof run);
        run(t[0].at, t[1].at, t[2].at, t[3].at);
    } else {
        function5 *run;
        memcpy(&run, &function, sizeof run);
        run(t[0].at, t[1].at, t[2].at, t[3].at, t[4].at);
    }
}

/* Bytes that exist, all zero. */
static void *allocate_bytes(double n)
{
    size_t bytes = ((size_t)n + 127) / 64 * 64;
    return memset(aligned_alloc(64, bytes), 0, bytes);
}

static void allocate(struct demo_case *it)
{
    for (int i = 0; i < it->n_tensors; i++) {
        struct demo_tensor *t = &it->tensors[i];
        size_t bytes = ((size_t)t->n * sizeof(float) + 127) / 64 * 64;
        t->at = aligned_alloc(64, bytes);
        t->copy = malloc(bytes);
        for (long j = 0; j < t->n; j++)
            t->at[j] = (float)rand() / (float)RAND_MAX - 0.5f;
        memcpy(t->copy, t->at, (size_t)t->n * sizeof(float));
    }
}

static void release(struct demo_case *it)
{
    for (int i = 0; i < it->n_tensors; i++) {
        free(it->tensors[i].at);
        free(it->tensors[i].copy);
    }
}

/* One call on the original inputs; the largest error as a share of the
 * bound. */
static double check(struct demo_case *it, void *function)
{
    for (int i = 0; i < it->n_tensors; i++) {
        struct demo_tensor *t = &it->tensors[i];
        memcpy(t->at, t->copy, (size_t)t->n * sizeof(float));
        if (i == it->n_tensors - 1)
            memset(t->at, 0xff, (size_t)t->n * sizeof(float));
    }
    call(function, it);
    return it->check(it);
}

static double count_bytes_read(const struct demo_case *it)
{
    double bytes = 0;
    for (int i = 0; i < it->n_tensors - 1; i++)
        bytes += (double)it->tensors[i].n * sizeof(float);
    return bytes;
}

static double count_bytes_written(const struct demo_case *it)
{
    double bytes = 0;
    for (int i = 0; i < it->n_tensors; i++)
        if (it->tensors[i].is_output)
            bytes += (double)it->tensors[i].n * sizeof(float);
    return bytes;
}

/* One call of a candidate; MOVE reads and writes as many bytes as the kernel
 * does, PEAK is a fixed number of multiply-adds. */
static void run_candidate(struct demo *demo, const struct demo_case *it,
    void *const *functions, int which)
{
    float ignored;
    if (which == PEAK)
        demo->run_peak(PEAK_STEPS, &ignored);
    else if (which == MOVE)
        demo->move(demo->move_from,
            (long)count_bytes_read(it) / demo->vector_bytes, demo->move_to,
            (long)count_bytes_written(it) / demo->vector_bytes);
    else
        call(functions[which], it);
    __asm__ volatile("" ::: "memory");
}

static double time_calls(struct demo *demo, const struct demo_case *it,
    void *const *functions, int which, long n)
{
    double start;
    run_candidate(demo, it, functions, which); /* what the others left cold */
    start = demo_now();
    for (long i = 0; i < n; i++)
        run_candidate(demo, it, functions, which);
    return (demo_now() - start) / (double)n;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* All candidates in turn, round after round. */
static void time_case(struct demo *demo, const struct demo_case *it,
    void *const *functions, struct result *result)
{
    static double times[N_CANDIDATES][MAX_ROUNDS];
    long n[N_CANDIDATES];
    double round_time = 0;
    int n_rounds;
    for (int i = 0; i < N_CANDIDATES; i++) {
        double one;
        for (n[i] = 1;; n[i] *= 2) {
            one = time_calls(demo, it, functions, i, n[i]);
            if (one * (double)n[i] > 4e-4)
                break;
        }
        round_time += one * (double)n[i];
    }
    n_rounds = (int)(3 / round_time);
    n_rounds = n_rounds > MAX_ROUNDS ? MAX_ROUNDS : n_rounds;
    n_rounds = demo->is_quick ? 1 : n_rounds < 9 ? 9 : n_rounds;
    for (int round = 0; round < n_rounds; round++)
        for (int i = 0; i < N_CANDIDATES; i++)
            times[i][round] = time_calls(demo, it, functions, i, n[i]);
    for (int i = 0; i < N_CANDIDATES; i++) {
        qsort(times[i], (size_t)n_rounds, sizeof(double), compare);
        result->minimum[i] = times[i][0];
        result->median[i] = times[i][n_rounds / 2];
    }
}

/* The yardsticks, for this machine. */
static bool load_roof(struct demo *demo)
{
    const char *library = join(demo->work, "/roof.so", "");
    void *peak, *move, *bytes;
    long (*vector_bytes)(void);
    if (!demo_run((const char *[]){"clang-19", "-O3", "-march=native",
                      "-fno-builtin", "-mprefer-vector-width=512", "-shared",
                      "-fPIC", join(demo->root, "/demo/naive/roof.c", ""), "-o",
                      library, NULL},
            NULL))
        return false;
    peak = demo_load(library, "roof_run");
    move = demo_load(library, "roof_move");
    bytes = demo_load(library, "roof_vector_bytes");
    if (!peak || !move || !bytes)
        return false;
    memcpy(&demo->run_peak, &peak, sizeof peak);
    memcpy(&demo->move, &move, sizeof move);
    memcpy(&vector_bytes, &bytes, sizeof bytes);
    demo->vector_bytes = vector_bytes();
    return true;
}

/* ---- The table --------------------------------------------------------- */

static const char *format_time(double seconds, char *text, size_t size)
{
    if (seconds < 1e-3)
        snprintf(text, size, "%.3f us", 1e6 * seconds);
    else
        snprintf(text, size, "%.3f ms", 1e3 * seconds);
    return text;
}

static void print_row(const struct demo_case *it, const struct result *result)
{
    char minimum[32], median[32];
    double t = result->minimum[KERNEL];
    printf("%-33s %10s %10s %7.1f %7.1f %5.0f%% %7.2f %7.2f %7.2f %7.2f\n",
        it->name, format_time(t, minimum, sizeof minimum),
        format_time(result->median[KERNEL], median, sizeof median),
        2e-9 * it->n_macs / t,
        1e-9 * (count_bytes_read(it) + count_bytes_written(it)) / t,
        100 * result->roof / t, result->minimum[CLANG] / t,
        result->median[CLANG] / result->median[KERNEL],
        result->minimum[GCC] / t, result->error);
}

static void print_table(const struct result *results)
{
    double log_sum = 0, worst = (double)INFINITY, peak = 0;
    for (int i = 0; i < demo_n_cases; i++)
        peak = fmax(peak, results[i].peak);
    printf("\npeak %.0f GFLOP/s (multiply-add, one thread); the roof of a row "
           "is the slower of\nthat peak and reading and writing as many bytes, "
           "measured in the same rounds\n\n",
        1e-9 * peak);
    printf("%-33s %10s %10s %7s %7s %6s %15s %7s %7s\n", "", "", "", "", "",
        "share", "times clang-19", "times", "error /");
    printf("%-33s %10s %10s %7s %7s %6s %7s %7s %7s %7s\n", "case", "minimum",
        "median", "GFLOP/s", "GB/s", "of roof", "minimum", "median", "gcc",
        "bound");
    for (int i = 0; i < demo_n_cases; i++) {
        double ratio = results[i].minimum[CLANG] / results[i].minimum[KERNEL];
        print_row(&demo_cases[i], &results[i]);
        log_sum += log(ratio);
        worst = fmin(worst, ratio);
    }
    printf("\nnaive C by clang-19 -O3 -march=native takes %.2f times as long "
           "(geometric mean),\n%.2f times in the worst row\n",
        exp(log_sum / demo_n_cases), worst);
}

/* ---- One case ---------------------------------------------------------- */

static bool run_case(
    struct demo *demo, struct demo_case *it, int number, struct result *result)
{
    void *functions[N_CANDIDATES] = {0};
    float ignored;
    demo_prepare(it);
    functions[KERNEL] = build_kernel(demo, it, number, result);
    functions[CLANG] = build_naive(demo, it, number, "clang-19");
    functions[GCC] = build_naive(demo, it, number, "gcc");
    if (!functions[KERNEL] || !functions[CLANG] || !functions[GCC])
        return false;
    allocate(it);
    demo->move_from = allocate_bytes(count_bytes_read(it));
    demo->move_to = allocate_bytes(count_bytes_written(it));
    result->error = check(it, functions[KERNEL]);
    time_case(demo, it, functions, result);
    result->peak = demo->run_peak(PEAK_STEPS, &ignored) / result->minimum[PEAK];
    result->roof = fmax(2 * it->n_macs / result->peak, result->minimum[MOVE]);
    free(demo->move_from);
    free(demo->move_to);
    release(it);
    printf("%-33s compiled in %.3f s with %3.0f MB; checked in %.2f s; %s\n",
        it->name, result->compile.seconds, result->compile.megabytes,
        result->checked.seconds, result->error <= 1 ? "right" : "WRONG");
    return result->error <= 1;
}

int main(int argc, char **argv)
{
    static struct result results[32];
    struct demo demo = {0};
    bool is_fine = true;
    if (argc < 4) {
        fprintf(stderr, "usage: demo TAPC ROOT WORK [QUICK]\n");
        return 2;
    }
    demo.tapc = argv[1];
    demo.root = argv[2];
    demo.work = argv[3];
    demo.is_quick = argc > 4;
    if (!load_roof(&demo))
        return 1;
    for (int i = 0; i < demo_n_cases; i++)
        is_fine &= run_case(&demo, &demo_cases[i], i, &results[i]);
    if (is_fine)
        print_table(results);
    return !is_fine;
}
