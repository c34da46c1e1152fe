/* The demo: real cases compiled, checked, timed.
 *
 * Files: demo.c (the steps and the table), build.c (commands, their time and
 * memory, shared objects), cases.c (the cases and their references in double
 * precision), naive/ (the same as a C programmer writes it).
 */
#ifndef DEMO_DEMO_H
#define DEMO_DEMO_H

#include <stdbool.h>
#include <stddef.h>

enum { MAX_TENSORS = 5, MAX_WORDS = 40 };

/* One tensor of a case: its elements, and whether it is written. */
struct demo_tensor {
    long n;
    bool is_output;
    float *at;
    float *copy; /* before the call */
};

struct demo_case;

/* Compare the tensors after a call with loops in double precision: the
 * largest error as a share of the bound. */
typedef double demo_check(const struct demo_case *it);

/* One row. "file" is the example, "naive" the C beside it, "defines" the
 * constants of both. "n_macs" multiply-adds per call. "is_nlc", "pad",
 * "has_silu" and the extents are for the reference. */
struct demo_case {
    const char *name;
    const char *file;
    const char *kernel;
    const char *naive;
    const char *defines[6];
    long n, c, l, k, pad;
    bool is_nlc;
    bool is_causal;
    int n_tensors;
    struct demo_tensor tensors[MAX_TENSORS];
    double n_macs;
    demo_check *check;
};

extern struct demo_case demo_cases[];
extern const int demo_n_cases;

/* Fill in tensor sizes and n_macs. */
void demo_prepare(struct demo_case *it);

/* Time and memory of a command. */
struct demo_cost {
    double seconds;
    double megabytes;
};

/* Run a command (NULL-ended words). False after saying what failed. */
bool demo_run(const char *const *words, struct demo_cost *cost);

/* A symbol of a shared object, or NULL after saying why. */
void *demo_load(const char *library, const char *symbol);

double demo_now(void);

#endif
