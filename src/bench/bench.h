/* tapc bench: time a compiled kernel beside the same loops as naive C.
 *
 * Files: bench.c (the steps), bench_naive.c (loop IR as C text),
 * bench_value.c (values as C expressions), bench_prelude.c (the helpers that
 * text uses), bench_call.c (C that calls the kernel), bench_library.c
 * (compilers, shared objects), bench_time.c (buffers, comparison, interleaved
 * timing), bench_device.c (a GPU's memory and times), bench_print.c (table,
 * JSON).
 */
#ifndef TAPC_BENCH_BENCH_H
#define TAPC_BENCH_BENCH_H

#include "base/blob.h"
#include "loop/loop.h"

/* What to time. "naive" is the loop IR of the source order for the layouts in
 * force; "parameters" a value for each of its parameters (normally all are
 * fixed and there are none). "object" and "header" are what the compiler
 * made for "kernel", the header as text. "entry" is the ast_parameters the
 * entry still takes, in order: those of "naive" are.
 * "n_rounds" rounds (0: 40), in which every candidate runs in turn. */
struct bench_request {
    const struct ast_kernel *kernel;
    const struct loop_program *naive;
    const int64_t *parameters;
    struct blob object;
    struct blob header;
    int n_rounds;
};

/* One candidate. "command" is how it was compiled. "is_present" is false
 * when its compiler is not installed. "n_different" counts output elements
 * whose bits differ from those of the kernel. */
struct bench_candidate {
    const char *name;
    const char *command;
    bool is_present;
    double minimum_ns;
    double median_ns;
    int64_t n_different;
    double largest_difference;
    int64_t n_iterations;
};

enum { BENCH_KERNEL, BENCH_CLANG, BENCH_GCC, BENCH_N_CANDIDATES };

/* What came out. "shape" is "N = 1, C = 64". */
struct bench_report {
    const char *kernel;
    const char *shape;
    int n_rounds;
    struct bench_candidate candidates[BENCH_N_CANDIDATES];
};

/* What is timed on a GPU: the kernel, a copy of as many bytes, and one of
 * hardly any. */
enum { BENCH_ON_DEVICE, BENCH_COPY, BENCH_START, BENCH_N_WORKS };

/* What came out on a GPU, called "device": nanoseconds of one call, with cold
 * caches and in a row with others. "n_bytes": of all tensors the kernel reads
 * or writes. "n_different" elements of the output differ from the naive loops.
 */
struct bench_device_report {
    const char *kernel;
    const char *shape;
    const char *device;
    int n_rounds;
    int64_t n_bytes;
    double cold_ns[BENCH_N_WORKS];
    double warm_ns[BENCH_N_WORKS];
    int64_t n_different;
    double largest_difference;
};

/* Compile, check and time. False after reporting: no compiler at all, or a
 * result that differs from the naive loops (E0601). */
bool bench_kernel(struct compilation *c, const struct bench_request *request,
    struct bench_report *report);

/* The same for an object with a launcher, on the first GPU there is. False
 * after reporting: also where there is none (E0502). Functions a GPU computes
 * approximately may give other bits than the naive loops. */
bool bench_device(struct compilation *c, const struct bench_request *request,
    struct bench_device_report *report);
void bench_print_device(struct text *text, int n_reports,
    const struct bench_device_report *reports);
void bench_print_device_json(struct text *text, int n_reports,
    const struct bench_device_report *reports);

/* A table for people, and a superset of google-benchmark's JSON. */
void bench_print(
    struct text *text, int n_reports, const struct bench_report *reports);
void bench_print_json(
    struct text *text, int n_reports, const struct bench_report *reports);

/* The naive C of a program: a function "int naive(void *const *tensors,
 * const int64_t *parameters)" whose tensors are the arguments and locals in
 * declared order (a scalar argument: its address). False after reporting a
 * program with vectors. */
bool bench_naive_print(struct compilation *c, struct text *text,
    const struct loop_program *program);

#endif
