/* The self-check of one kernel: sizes, replay, the object itself.
 *
 * Takes     every variant with its oracle, and the object.
 * Requires  the programs passed loop_verify.
 * Ensures   on a sample of sizes and data, the loops do what the source
 *           order does, touch nothing else, and the object does the same.
 */
#include "verify/verify_internal.h"

enum {
    N_SIZES = 12,           /* choices of parameters of a variant */
    MAX_ELEMENTS = 1 << 17, /* of an array in a case */
    MAX_SAMPLED_ELEMENTS = 1 << 22,
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
        verify_new_case(run, variant, parameters, data, MAX_ELEMENTS);
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

/* Sizes that cannot be replayed: some elements, for the object. */
static void add_sample(struct verify_run *run,
    const struct verify_variant *variant, const int64_t *parameters,
    int64_t n_statements)
{
    struct verify_case *one = verify_new_case(
        run, variant, parameters, VERIFY_REALS, MAX_SAMPLED_ELEMENTS);
    if (run->request->object.size_bytes == 0 || !one)
        return;
    if (verify_sample(run, one, n_statements) == VERIFY_AGREES)
        VECTOR_PUSH(run->arena, &run->cases, one);
}

/* Sizes of one variant too large for the interpreter, if any is allowed. */
static void check_large(struct verify_run *run,
    const struct verify_variant *variant, int64_t n_statements)
{
    const int64_t *choice;
    int n = verify_choose_sizes(
        run, variant->program, MAX_SAMPLED_ELEMENTS, 1, &choice);
    run->report->n_sizes += n;
    if (n > 0)
        add_sample(run, variant, choice, n_statements);
}

/* Replay some sizes of one variant, with "n_statements" to spend. */
static bool check_variant(struct verify_run *run,
    const struct verify_variant *variant, int64_t n_statements)
{
    const int64_t *choices[N_SIZES];
    int n = verify_choose_sizes(
        run, variant->program, n_statements / 32, N_SIZES, choices);
    int n_agree = 0;
    int64_t left = n_statements;
    for (int i = 0; i < n || (n == 1 && i < 3); i++) {
        enum verify_data data = choose_data(i);
        int64_t share = left / 4, rest = share;
        if (!is_data_allowed(run, data))
            continue;
        enum verify_result result =
            check_case(run, variant, choices[n == 1 ? 0 : i], data, &rest);
        if (result == VERIFY_FAILED)
            return false;
        n_agree += result == VERIFY_AGREES;
        left -= share - rest;
    }
    run->report->n_sizes += n;
    if (n_agree == 0)
        check_large(run, variant, n_statements);
    return true;
}

/* All variants, then the object. */
static bool check_all(struct verify_run *run)
{
    const struct verify_request *request = run->request;
    for (int i = 0; i < request->n_variants; i++)
        if (request->variants[i].oracle &&
            !check_variant(run, &request->variants[i],
                MAX_STATEMENTS / request->n_variants))
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
    arena_free(run.arena);
    return ok;
}
