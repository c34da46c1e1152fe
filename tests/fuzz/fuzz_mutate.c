/* Would a fault be noticed? A mutant is a case whose .dsl differs from what
 * the oracle computes by one small fault such as compilers make: a tap or a
 * row short, an index off by one, two axes swapped, a condition dropped, a
 * product fused or not. A mutant that compiles and passes has survived. */
#include "fuzz.h"

/* Position of a random element that "is_fit", or -1. */
static int pick_fit(struct fuzz_case *fuzz, int n,
    bool (*is_fit)(const struct fuzz_case *, int))
{
    int start = n > 0 ? random_below(&fuzz->random, n) : 0;
    for (int i = 0; i < n; i++)
        if (is_fit(fuzz, (start + i) % n))
            return (start + i) % n;
    return -1;
}

static bool is_load(const struct fuzz_case *fuzz, int at)
{
    return fuzz->expressions[at].kind == FUZZ_LOAD &&
           fuzz->tensors[fuzz->expressions[at].tensor].rank > 0;
}

static bool is_sum(const struct fuzz_case *fuzz, int at)
{
    return fuzz->expressions[at].kind == FUZZ_BINARY &&
           fuzz->expressions[at].operator<= FUZZ_MULTIPLY;
}

static bool is_wide_load(const struct fuzz_case *fuzz, int at)
{
    return is_load(fuzz, at) &&
           fuzz->tensors[fuzz->expressions[at].tensor].rank > 1;
}

static bool is_reduction(const struct fuzz_case *fuzz, int at)
{
    return fuzz->expressions[at].kind == FUZZ_REDUCE;
}

static bool has_condition(const struct fuzz_case *fuzz, int at)
{
    return fuzz->statements[at].condition.is_used;
}

/* An index one higher or lower. */
static bool shift_index(struct fuzz_case *fuzz)
{
    int at = pick_fit(fuzz, fuzz->n_expressions, is_load);
    if (at < 0)
        return false;
    struct fuzz_expression *load = &fuzz->expressions[at];
    int rank = fuzz->tensors[load->tensor].rank;
    struct fuzz_affine *outer = &load->index[rank - 1].outer;
    outer->constant += random_chance(&fuzz->random, 50) ? 1 : -1;
    return true;
}

static bool swap_axes(struct fuzz_case *fuzz)
{
    int at = pick_fit(fuzz, fuzz->n_expressions, is_wide_load);
    if (at < 0)
        return false;
    struct fuzz_expression *load = &fuzz->expressions[at];
    struct fuzz_index kept = load->index[0];
    load->index[0] = load->index[1];
    load->index[1] = kept;
    return true;
}

static bool change_operator(struct fuzz_case *fuzz)
{
    int at = pick_fit(fuzz, fuzz->n_expressions, is_sum);
    if (at < 0)
        return false;
    enum fuzz_operator *operator= & fuzz->expressions[at].operator;
    *operator= * operator== FUZZ_SUBTRACT ? FUZZ_ADD : FUZZ_SUBTRACT;
    return true;
}

/* The last or the first tap of a reduction is missing. */
static bool drop_tap(struct fuzz_case *fuzz)
{
    int at = pick_fit(fuzz, fuzz->n_expressions, is_reduction);
    if (at < 0)
        return false;
    const struct fuzz_expression *reduce = &fuzz->expressions[at];
    struct fuzz_loop *loop =
        &fuzz->loops[reduce->loops[reduce->n_loops - 1] - FUZZ_FIRST_LOOP];
    if (random_chance(&fuzz->random, 50))
        loop->lower.constant++;
    else
        loop->upper.constant--;
    return true;
}

/* A sum starts with something else than 0. */
static bool change_start(struct fuzz_case *fuzz)
{
    for (int i = 0; i < fuzz->n_statements; i++) {
        struct fuzz_statement *statement = &fuzz->statements[i];
        if (statement->kind == FUZZ_FOR)
            continue;
        int value = build_binary(fuzz, FUZZ_ADD, statement->value,
            build_literal(fuzz, fuzz->expressions[statement->value].type, 1.0));
        if (fuzz->expressions[statement->value].kind == FUZZ_LITERAL ||
            fuzz->is_full)
            continue;
        statement->value = value;
        return true;
    }
    return false;
}

static bool drop_condition(struct fuzz_case *fuzz)
{
    int at = pick_fit(fuzz, fuzz->n_statements, has_condition);
    if (at < 0)
        return false;
    fuzz->statements[at].condition.right.constant++;
    return true;
}

/* Products fused where they may not be, or not fused where they must. */
static bool change_fusing(struct fuzz_case *fuzz)
{
    if (fuzz->fp == FUZZ_REASSOC)
        return false;
    fuzz->fp = fuzz->fp == FUZZ_STRICT ? FUZZ_CONTRACT : FUZZ_STRICT;
    return true;
}

const char *mutation_name(enum fuzz_mutation mutation)
{
    static const char *const names[] = {"index off by one", "axes swapped",
        "wrong sign", "tap dropped", "value one too large",
        "condition off by one", "fused or not"};
    return names[mutation];
}

bool case_mutate(struct fuzz_case *fuzz, enum fuzz_mutation mutation)
{
    static bool (*const mutations[])(struct fuzz_case *) = {shift_index,
        swap_axes, change_operator, drop_tap, change_start, drop_condition,
        change_fusing};
    return mutations[mutation](fuzz);
}
