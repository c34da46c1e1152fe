/* Inside verify/: the cases and what the stages share. Not a door. */
#ifndef TAPC_VERIFY_VERIFY_INTERNAL_H
#define TAPC_VERIFY_VERIFY_INTERNAL_H

#include "base/child.h"
#include "base/guarded.h"
#include "base/random.h"
#include "base/vector.h"
#include "loop/loop_memory.h"
#include "verify/verify.h"

/* What the arguments hold. */
enum verify_data {
    VERIFY_INTEGERS, /* small integers: sums are exact */
    VERIFY_REALS,    /* numbers of mixed signs and exponents */
    VERIFY_SPECIALS, /* the same, with infinities, NaN and denormals */
    VERIFY_N_DATA
};

/* One argument in one case. "input" is what it holds before (out arrays too:
 * the first poison), "expected" after, "n_bytes" each; "written" one byte per
 * element, 1 where "expected" counts; both NULL for inputs. "strides" of a
 * strided array, in elements, else NULL. */
struct verify_array {
    const struct array *array;
    struct memory memory;
    int64_t n_bytes;
    int64_t *strides;
    char *input;
    char *expected;
    unsigned char *written;
};

/* One variant under one choice of parameter values ("parameters" as those of
 * its program) and data. "is_sampled": too large to replay; only some elements
 * are known, inputs are mappings that a child can use as they are, and outputs
 * have no "input". "arrays" has an entry for each of the program's
 * arguments and locals, by position. */
struct verify_case {
    const struct verify_variant *variant;
    const int64_t *parameters;
    enum verify_data data;
    bool is_sampled;
    int n_arrays;
    struct verify_array *arrays;
    int64_t workspace_bytes;
};

/* A self-check at work. "arena" and "mappings" are freed at its end. "random"
 * is the state of the generator. */
struct verify_run {
    struct compilation *c;
    const struct verify_request *request;
    struct arena *arena;
    uint64_t random;
    VECTOR(struct verify_case *) cases;
    VECTOR(struct guarded) mappings;
    int64_t mapped_bytes;
    struct verify_report *report;
};

/* A number of 0 .. n-1; always the same sequence. */
int64_t verify_random(struct verify_run *run, int64_t n);

/* verify_sizes.c: parameter values of a program, drawn one choice after the
 * other: allowed, with at most "max_elements" in every array, each once; NULL
 * when none is found. */
struct verify_sizes;
struct verify_sizes *verify_sizes_new(
    struct verify_run *run, const struct loop_program *program);
const int64_t *verify_sizes_next(
    struct verify_sizes *sizes, int64_t max_elements);
/* How many branches the program has that parameters choose: the first choices
 * take one after the other. */
int verify_sizes_count_branches(const struct verify_sizes *sizes);

/* verify_data.c: a case with its inputs filled, or NULL if its arrays have
 * more than "max_elements" elements or memory is short. */
struct verify_case *verify_new_case(struct verify_run *run,
    const struct verify_variant *variant, const int64_t *parameters,
    enum verify_data data, int64_t max_elements, bool is_sampled);
/* Buffers for the interpreter: copies of what is not only read, or of a
 * sampled case the memory itself. */
struct loop_buffer *verify_new_buffers(
    struct verify_run *run, const struct verify_case *one);

/* verify_compare.c: where two arrays differ; NULL or "y[0][3] is 1.0, 2.0 was
 * expected". "got" has the bytes of "expected". */
const char *verify_compare(struct verify_run *run,
    const struct verify_case *one, const struct verify_array *array,
    const char *got, struct arena *arena);
/* "N = 3, L = 17", what is bound in the variant included. */
const char *verify_describe(struct arena *arena, const struct verify_case *one);

/* verify_replay.c: run oracle and program in the interpreter; fills in what
 * is expected. VERIFY_TOO_LONG: nothing was learnt. FAILED after reporting.
 * "n_statements" is reduced by what was executed. */
enum verify_result { VERIFY_AGREES, VERIFY_TOO_LONG, VERIFY_FAILED };
enum verify_result verify_replay(
    struct verify_run *run, struct verify_case *one, int64_t *n_statements);

/* For arrays too large to replay: some elements, from the source order alone.
 * AGREES or TOO_LONG. */
enum verify_result verify_sample(
    struct verify_run *run, struct verify_case *one, int64_t max_statements);

/* verify_child.c: run the object on all cases in a child. False after
 * reporting. */
bool verify_run_object(struct verify_run *run);

/* verify_object.c: the object in this process's memory. */
struct verify_object;

/* Load; NULL with "problem" set. Never freed: the child ends. */
struct verify_object *verify_object_load(
    struct verify_run *run, const char **problem);
/* The function that runs a case: the variant's own body, or the entry where
 * "by_entry"; NULL if it cannot be found. "n_arguments" is that of "call". */
void *verify_object_find(struct verify_object *object,
    const struct verify_variant *variant, bool by_entry);
/* Call it; "arguments" as verify_child.c lays them out, one slot of 8 bytes
 * each, "has_pool" with the pool at the end. The status it returns. */
int verify_object_call(struct verify_object *object, void *function,
    uint64_t *arguments, bool has_pool);

/* verify_buffers.c: zeroed memory, unmapped at the end of the self-check; NULL
 * when memory is short, or much has been mapped. */
char *verify_map(struct verify_run *run, int64_t n_bytes);
/* "n_bytes" to read, ending at an unmapped page: "period" again and again,
 * which takes no more memory than once; whole pages. NULL if that fails. */
char *verify_map_repeated(struct verify_run *run, int64_t n_bytes,
    const char *period, size_t period_bytes);

#endif
