/* What the files of the bench share. */
#ifndef TAPC_BENCH_BENCH_INTERNAL_H
#define TAPC_BENCH_BENCH_INTERNAL_H

#include "base/vector.h"
#include "bench/bench.h"

/* ---- bench_prelude.c --------------------------------------------------- */

/* Helper functions and types at the head of naive C. */
void bench_print_prelude(struct text *text);

/* ---- bench_value.c ----------------------------------------------------- */

/* An affine form, a guard and the place of an element as C expressions; they
 * live in the arena of the context. */
const char *bench_affine(
    struct value_context *values, const struct affine *affine);
const char *bench_guard(
    struct value_context *values, const struct guard *guard);
const char *bench_array_name(
    struct value_context *values, const struct array *array);
const char *bench_element(struct value_context *values,
    const struct array *array, const struct affine *const *index);

/* A value as a C expression. What is used twice becomes constants, declared
 * in "text", indented by "indent" spaces, before the expression is used.
 * "next" numbers them. */
const char *bench_value(struct value_context *values, struct text *text,
    int indent, const struct value *value, int *next);

/* The C type an array's elements have in memory, and that of arithmetic. */
const char *bench_memory_type(enum dtype type);
const char *bench_type(enum dtype type);

/* ---- bench_call.c ------------------------------------------------------ */

/* C that includes "header" and calls the compiled kernel: a function "int
 * compiled(void *const *tensors, const int64_t *parameters)". */
void bench_print_call(struct text *text, const struct ast_kernel *kernel,
    const struct loop_program *program, const char *header);

/* The same with the launcher of a GPU: "compiled" (below), "load", "describe"
 * and "count_workspace". */
void bench_print_device_call(struct text *text, const struct ast_kernel *kernel,
    const struct loop_program *program, const char *header);

/* ---- bench_device.c ---------------------------------------------------- */

/* What those do: start the kernel; load it; the driver's words; bytes. */
typedef int bench_device_function(void *stream, void *const *tensors,
    void *workspace, const int64_t *parameters);
struct bench_device_code {
    bench_device_function *run;
    int (*load)(void);
    const char *(*describe)(void);
    int64_t (*count_workspace)(const int64_t *parameters);
};

/* ---- bench_library.c --------------------------------------------------- */

/* Shared objects in a private folder. */
struct bench_folder {
    const char *path;
    VECTOR(const char *) files;
};

/* Make the folder; false after reporting E0004. */
bool bench_folder_new(struct compilation *c, struct bench_folder *folder);
/* Remove it and what was put there. */
void bench_folder_free(struct bench_folder *folder);
/* Path of a new file in it. */
const char *bench_folder_add(
    struct compilation *c, struct bench_folder *folder, const char *name);
bool bench_write_file(
    struct compilation *c, const char *path, struct blob content);

/* Run a command (NULL-ended words). Status of the process, -1 if the program
 * does not exist. Its messages go to "log". */
int bench_run_command(const char *const *words, const char *log);

/* "function" of the shared object at "path"; NULL after reporting. */
typedef int bench_function(void *const *tensors, const int64_t *parameters);
bench_function *bench_load(
    struct compilation *c, const char *path, const char *function);

/* ---- bench_time.c ------------------------------------------------------ */

/* The tensors of one run, in declared order, locals and workspace included;
 * "bytes" of each. */
struct bench_tensors {
    int n;
    void **at;
    size_t *bytes;
};

/* Fresh tensors with the same random inputs every time. NULL "at" after
 * reporting E0210. */
bool bench_tensors_new(struct compilation *c, struct bench_tensors *tensors,
    const struct loop_program *program, const int64_t *parameters);

/* Count the output elements that differ. */
void bench_compare(const struct loop_program *program,
    const struct bench_tensors *want, const struct bench_tensors *got,
    struct bench_candidate *candidate);

/* Run the kernel on the GPU, whose results replace those of "tensors", and time
 * it. False after reporting, where there is no GPU too. */
bool bench_time_device(struct compilation *c,
    const struct bench_request *request, const struct bench_device_code *code,
    const struct bench_tensors *tensors, struct bench_device_report *report);

/* Time all present candidates in turn. */
void bench_time(struct compilation *c, struct bench_report *report,
    bench_function *const *functions, const struct bench_tensors *tensors,
    const int64_t *parameters);

#endif
