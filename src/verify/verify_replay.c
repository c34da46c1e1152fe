/* Loop IR against the source order, both in the interpreter. */
#include "verify/verify_internal.h"

#include <string.h>

/* Steps the object may take for a sample of its results. */
static const double max_steps = 0x1p30;

/* Report that a case went wrong. */
static void report(struct verify_run *run, const struct verify_case *one,
    const char *who, const char *what)
{
    const struct ast_kernel *kernel = run->request->kernel;
    diag_error(run->c->diag, kernel->name_range, DIAG_E0601,
        "self-check of '%s' for %s: %s, with %s", kernel->name->text,
        one->variant->machine->level, what,
        verify_describe(run->c->arena, one));
    diag_note(run->c->diag, kernel->name_range,
        "%s; this is a fault of the compiler, nothing was written", who);
}

/* Run one of the two programs; NULL buffers after reporting or when it takes
 * too long ("result" says which). */
static struct loop_buffer *run_program(struct verify_run *run,
    const struct verify_case *one, const struct loop_program *program,
    const char *who, int64_t *n_statements, enum verify_result *result)
{
    struct loop_counts counts = {0};
    struct loop_buffer *buffers = verify_new_buffers(run, one);
    const char *problem = loop_interpret(run->c, program, one->parameters,
        buffers, *n_statements > 0 ? *n_statements : 1, &counts);
    *n_statements -= counts.n_statements;
    *result = VERIFY_AGREES;
    if (!problem)
        return buffers;
    *result = VERIFY_TOO_LONG;
    if (strcmp(problem, "too long") != 0) {
        report(run, one, who, problem);
        *result = VERIFY_FAILED;
    }
    return NULL;
}

/* What the source order leaves in the arguments is what is expected. */
static void keep_expected(
    struct verify_case *one, const struct loop_buffer *buffers)
{
    for (int i = 0; i < one->n_arrays; i++) {
        struct verify_array *array = &one->arrays[i];
        size_t n_elements = (size_t)array->memory.n_elements;
        if (!array->written)
            continue;
        memcpy(array->expected, buffers[i].data, (size_t)array->n_bytes);
        if (buffers[i].written)
            memcpy(array->written, buffers[i].written, n_elements);
        else
            memset(array->written, 1, n_elements);
    }
}

/* The first difference, or NULL. */
static const char *compare_all(struct verify_run *run,
    const struct verify_case *one, const struct loop_buffer *buffers)
{
    for (int i = 0; i < one->n_arrays; i++) {
        const char *difference = buffers[i].data
                                     ? verify_compare(run, one, &one->arrays[i],
                                           buffers[i].data, run->c->arena)
                                     : NULL;
        if (difference)
            return difference;
    }
    return NULL;
}

enum verify_result verify_replay(
    struct verify_run *run, struct verify_case *one, int64_t *n_statements)
{
    enum verify_result result;
    struct loop_buffer *buffers = run_program(run, one, one->variant->oracle,
        "found when running the source order", n_statements, &result);
    if (!buffers)
        return result;
    keep_expected(one, buffers);
    buffers = run_program(run, one, one->variant->program,
        "found when replaying the loops", n_statements, &result);
    if (!buffers)
        return result;
    const char *difference = compare_all(run, one, buffers);
    if (!difference)
        return VERIFY_AGREES;
    report(run, one, "found when replaying the loops", difference);
    return VERIFY_FAILED;
}

/* The best of some bounds, under the values of variables. */
static int64_t evaluate_bounds(
    int n, const struct affine **bounds, const int64_t *values, int sign)
{
    int64_t best = affine_evaluate(bounds[0], values);
    for (int i = 1; i < n; i++) {
        int64_t other = affine_evaluate(bounds[i], values);
        if (sign > 0 ? other > best : other < best)
            best = other;
    }
    return best;
}

/* About how many steps a node takes, bounds being those in the middle of the
 * loops around it. */
static double estimate_steps(const struct loop_node *node, int64_t *values)
{
    double n = 1, n_inner = 1;
    if (node->kind == LOOP_FOR) {
        int64_t begin = evaluate_bounds(node->n_lower, node->lower, values, 1);
        int64_t end = evaluate_bounds(node->n_upper, node->upper, values, -1);
        n = end > begin ? (double)(end - begin) / (double)node->step : 0;
        values[node->variable->id] = begin + (end - begin) / 2;
    }
    for (int i = 0; i < node->n_children && n > 0; i++)
        n_inner += estimate_steps(node->children[i], values);
    return n * n_inner;
}

enum verify_result verify_sample(
    struct verify_run *run, struct verify_case *one, int64_t max_statements)
{
    static const int n_samples[] = {24, 12, 8, 6, 4};
    const struct loop_program *oracle = one->variant->oracle;
    int64_t *values = memory_new_values(run->arena, oracle, one->parameters);
    if (estimate_steps(oracle->body, values) > max_steps)
        return VERIFY_TOO_LONG;
    struct loop_buffer *buffers = verify_new_buffers(run, one);
    for (size_t i = 0; i < sizeof n_samples / sizeof *n_samples; i++)
        if (!loop_interpret_sample(run->c, oracle, one->parameters, buffers,
                max_statements, n_samples[i]))
            return VERIFY_AGREES;
    return VERIFY_TOO_LONG;
}
