/* The self-check of one kernel: sizes, replay, the object itself.
 *
 * Takes     every variant with its oracle, and the object.
 * Requires  the programs passed loop_verify.
 * Ensures   on a sample of sizes and data, the loops do what the source
 *           order does, touch nothing else, and the object does the same.
 */
#include "loop/loop_sample.h"
#include "verify/verify_internal.h"

enum {
    N_SIZES = 16, /* choices of parameters of a variant, one more for each of
                     its branches */
    MAX_ELEMENTS = 1 << 17, /* of an array in a case */
    MAX_SAMPLED_ELEMENTS = 1 << 25,
    FEW_SIZES = 4,           /* replayed of a variant with parameters */
    MAX_STATEMENTS = 1200000 /* executed for one kernel, all variants */
};

/* The data of size number "i": reals first, and each kind again and again. */
static enum verify_data choose_data(int i)
{
    static const enum verify_data order[] = {
        VERIFY_REALS, VERIFY_SPECIALS, VERIFY_INTEGERS};
    return order[i % 3];
}

/* Replay one case; those that agree are kept for the object. */
static enum verify_result check_case(struct verify_run *run,
    const struct verify_variant *variant, const int64_t *parameters,
    enum verify_data data, int64_t *n_statements)
{
    struct verify_case *one =
        verify_new_case(run, variant, parameters, data, MAX_ELEMENTS, false);
    if (!one)
        return VERIFY_TOO_LONG;
    enum verify_result result = verify_replay(run, one, n_statements);
    if (result == VERIFY_AGREES) {
        VECTOR_PUSH(run->arena, &run->cases, one);
        run->report->n_replayed++;
    }
    return result;
}

/* Is this data of use? Order of sums and infinities do not go together. */
static bool is_data_allowed(const struct verify_run *run, enum verify_data data)
{
    return run->c->options.fp != FP_REASSOC || data != VERIFY_SPECIALS;
}

/* Is an argument read and written? */
static bool has_inout(const struct loop_program *program)
{
    for (int i = 0; i < program->n_arrays; i++)
        if (program->arrays[i]->kind == ARRAY_INOUT)
            return true;
    return false;
}

/* Sizes too large for the interpreter, if any is allowed: some elements, for
 * the object. */
static void check_large(struct verify_run *run,
    const struct verify_variant *variant, int64_t n_statements)
{
    const int64_t *parameters = verify_sizes_next(
        verify_sizes_new(run, variant->program), MAX_SAMPLED_ELEMENTS);
    if (run->request->object.size_bytes == 0)
        return;
    run->report->why_not_run = "the smallest sizes it allows are too large";
    if (!parameters)
        return;
    if (!loop_sample_is_pure(variant->oracle) || has_inout(variant->oracle)) {
        run->report->why_not_run =
            "too large, and a sample does not do where results are read back";
        return;
    }
    run->report->why_not_run = "too large even for a sample";
    struct verify_case *one = verify_new_case(
        run, variant, parameters, VERIFY_REALS, MAX_SAMPLED_ELEMENTS, true);
    run->report->n_sizes++;
    if (one && verify_sample(run, one, n_statements) == VERIFY_AGREES)
        VECTOR_PUSH(run->arena, &run->cases, one);
}

/* Replay some sizes of one variant, with "n_statements" to spend. A program
 * without parameters is run with different data. */
static bool check_variant(struct verify_run *run,
    const struct verify_variant *variant, int64_t n_statements)
{
    struct verify_sizes *sizes = verify_sizes_new(run, variant->program);
    bool is_fixed = variant->program->n_parameters == 0;
    const int64_t *parameters = NULL;
    int n_agree = 0;
    int64_t left = n_statements, max_elements = n_statements / 16;
    int n = is_fixed ? 3 : N_SIZES + verify_sizes_count_branches(sizes);
    for (int i = 0; i < n; i++) {
        int64_t share = left / (is_fixed ? 2 : 4), rest = share;
        if (!is_fixed || i == 0)
            parameters = verify_sizes_next(sizes, max_elements);
        if (!parameters)
            break;
        if (!is_data_allowed(run, choose_data(i)))
            continue;
        enum verify_result result =
            check_case(run, variant, parameters, choose_data(i), &rest);
        if (result == VERIFY_FAILED)
            return false;
        if (result == VERIFY_TOO_LONG)
            max_elements /= 2;
        run->report->n_sizes++;
        n_agree += result == VERIFY_AGREES;
        left -= share - rest;
        if (is_fixed && result == VERIFY_TOO_LONG)
            break;
    }
    run->report->n_short += n_agree < (is_fixed ? 1 : FEW_SIZES);
    if (n_agree == 0)
        check_large(run, variant, n_statements);
    return true;
}

/* Why nothing was run, when it was not even tried or no level can be. */
static const char *explain_not_run(const struct verify_run *run)
{
    const struct verify_request *request = run->request;
    bool can_run = false;
    if (request->n_variants && request->variants[0].machine->gpu)
        return "it is for GPUs";
    if (request->object.size_bytes == 0)
        return "this machine is of another architecture";
    for (int i = 0; i < request->n_variants; i++)
        can_run = can_run || codegen_can_run(request->variants[i].machine);
    if (!can_run)
        return "this processor has none of its levels";
    if (run->cases.n > 0)
        return "memory is short";
    return run->report->why_not_run;
}

/* All variants, the best level first, then the object. */
static bool check_all(struct verify_run *run)
{
    const struct verify_request *request = run->request;
    int64_t max_statements =
        request->max_statements ? request->max_statements : MAX_STATEMENTS;
    for (int i = request->n_variants - 1; i >= 0; i--)
        if (request->variants[i].oracle &&
            !check_variant(run, &request->variants[i],
                max_statements / request->n_variants))
            return false;
    return request->object.size_bytes == 0 || run->cases.n == 0 ||
           verify_run_object(run);
}

bool verify_kernel(struct compilation *c, const struct verify_request *request,
    struct verify_report *report)
{
    struct verify_run run = {.c = c,
        .request = request,
        .arena = arena_new(),
        .random = UINT64_C(0x9e3779b97f4a7c15),
        .report = report};
    *report = (struct verify_report){0};
    bool ok = check_all(&run);
    report->why_not_run = report->n_run ? NULL : explain_not_run(&run);
    for (int i = 0; i < run.mappings.n; i++)
        guarded_unmap(&run.mappings.at[i]);
    arena_free(run.arena);
    return ok;
}
