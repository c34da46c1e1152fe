/* Guards: disjunctions of conjunctions of affine inequalities, kept small by
 * folding what is decided.
 */
#include "base/integer.h"
#include "value/value.h"

const struct guard *guard_false(struct value_context *v)
{
    return ARENA_NEW(v->arena, struct guard);
}

/* The greatest common divisor of the coefficients; 0 of a constant. */
static int64_t content(const struct affine *a)
{
    int64_t shared = 0;

    for (int i = 0; i < a->n_terms; i++)
        shared = integer_common_divisor(shared, a->terms[i].coefficient);
    return shared;
}

/* The same condition "a >= 0" with the smallest coefficients. */
static const struct affine *tighten(
    struct value_context *v, const struct affine *a)
{
    int64_t factor = content(a);
    const struct affine *small;

    if (factor <= 1)
        return a;
    small = affine_constant(v, integer_divide_down(a->constant, factor));
    for (int i = 0; i < a->n_terms; i++)
        small = affine_add(v, small,
            affine_scale(v, affine_variable(v, a->terms[i].variable),
                a->terms[i].coefficient / factor));
    return small;
}

/* The range of a form that has nothing but lanes; false for others. */
static bool bound_lanes(const struct affine *a, int64_t *low, int64_t *high)
{
    *low = *high = a->constant;
    for (int i = 0; i < a->n_terms; i++) {
        const struct variable *variable = a->terms[i].variable;
        int64_t reach;

        if (variable->kind != VARIABLE_LANE ||
            __builtin_mul_overflow(
                a->terms[i].coefficient, variable->n_lanes - 1, &reach) ||
            __builtin_add_overflow(
                reach < 0 ? *low : *high, reach, reach < 0 ? low : high))
            return false;
    }
    return true;
}

/* Have "a" and "factor" times "b" the same terms? "factor" is 1 or -1. */
static bool is_parallel(
    const struct affine *a, const struct affine *b, int factor)
{
    if (a->n_terms != b->n_terms)
        return false;
    for (int i = 0; i < a->n_terms; i++)
        if (a->terms[i].variable != b->terms[i].variable ||
            a->terms[i].coefficient != factor * b->terms[i].coefficient)
            return false;
    return true;
}

/* Add "term >= 0" to a clause unless another implies it. False if the clause
 * is now false. The clause has room. */
static bool add_term(
    struct value_context *v, struct clause *clause, const struct affine *term)
{
    int64_t low;
    int64_t high;
    int64_t sum;

    term = tighten(v, term);
    if (bound_lanes(term, &low, &high)) {
        if (low >= 0 || high < 0)
            return low >= 0;
    }
    for (int i = 0; i < clause->n; i++) {
        const struct affine *other = clause->terms[i];

        if (is_parallel(term, other, 1)) {
            if (term->constant < other->constant)
                clause->terms[i] = term;
            return true;
        }
        if (is_parallel(term, other, -1) &&
            !__builtin_add_overflow(term->constant, other->constant, &sum) &&
            sum < 0)
            return false;
    }
    clause->terms[clause->n++] = term;
    return true;
}

/* A guard of one clause. */
static const struct guard *one_clause(
    struct value_context *v, struct clause clause)
{
    struct guard *guard = ARENA_NEW(v->arena, struct guard);

    if (clause.n == 0)
        return NULL;
    guard->n_clauses = 1;
    guard->clauses = arena_copy(v->arena, &clause, sizeof clause);
    return guard;
}

const struct guard *guard_all(
    struct value_context *v, int n_terms, const struct affine *const *terms)
{
    struct clause clause = {0};

    clause.terms = ARENA_ARRAY(v->arena, n_terms, const struct affine *);
    for (int i = 0; i < n_terms; i++)
        if (!add_term(v, &clause, terms[i]))
            return guard_false(v);
    return one_clause(v, clause);
}

/* Does "a" have every term of "b" (so "a" implies "b")? */
static bool clause_implies(const struct clause *a, const struct clause *b)
{
    for (int i = 0; i < b->n; i++) {
        bool found = false;

        for (int j = 0; j < a->n && !found; j++)
            found = is_parallel(a->terms[j], b->terms[i], 1) &&
                    a->terms[j]->constant <= b->terms[i]->constant;
        if (!found)
            return false;
    }
    return true;
}

/* Append a clause unless one that is there already covers it. */
static void add_clause(
    struct guard *guard, struct clause *clauses, struct clause clause)
{
    for (int i = 0; i < guard->n_clauses; i++)
        if (clause_implies(&clause, &clauses[i]))
            return;
    clauses[guard->n_clauses++] = clause;
}

const struct guard *guard_and(
    struct value_context *v, const struct guard *a, const struct guard *b)
{
    struct guard *both;
    struct clause *clauses;

    if (!a || !b || a == b)
        return a ? a : b;
    both = ARENA_NEW(v->arena, struct guard);
    clauses = ARENA_ARRAY(v->arena, a->n_clauses * b->n_clauses, struct clause);
    for (int i = 0; i < a->n_clauses; i++)
        for (int j = 0; j < b->n_clauses; j++) {
            struct clause clause = {0};
            bool possible = true;

            clause.terms = ARENA_ARRAY(v->arena,
                a->clauses[i].n + b->clauses[j].n, const struct affine *);
            for (int k = 0; k < a->clauses[i].n; k++)
                possible =
                    possible && add_term(v, &clause, a->clauses[i].terms[k]);
            for (int k = 0; k < b->clauses[j].n; k++)
                possible =
                    possible && add_term(v, &clause, b->clauses[j].terms[k]);
            if (possible)
                add_clause(both, clauses, clause);
        }
    both->clauses = clauses;
    return both;
}

/* Are there two clauses of one term each of which one always holds? */
static bool has_complement(const struct guard *guard)
{
    for (int i = 0; i < guard->n_clauses; i++)
        for (int j = 0; j < i; j++) {
            const struct clause *a = &guard->clauses[i];
            const struct clause *b = &guard->clauses[j];
            int64_t sum;

            if (a->n == 1 && b->n == 1 &&
                is_parallel(a->terms[0], b->terms[0], -1) &&
                !__builtin_add_overflow(
                    a->terms[0]->constant, b->terms[0]->constant, &sum) &&
                sum >= -1)
                return true;
        }
    return false;
}

const struct guard *guard_or(
    struct value_context *v, const struct guard *a, const struct guard *b)
{
    struct guard *either;
    struct clause *clauses;

    if (!a || !b)
        return NULL;
    if (a->n_clauses == 0 || b->n_clauses == 0)
        return a->n_clauses ? a : b;
    either = ARENA_NEW(v->arena, struct guard);
    clauses = ARENA_ARRAY(v->arena, a->n_clauses + b->n_clauses, struct clause);
    for (int i = 0; i < a->n_clauses; i++)
        add_clause(either, clauses, a->clauses[i]);
    for (int i = 0; i < b->n_clauses; i++)
        add_clause(either, clauses, b->clauses[i]);
    either->clauses = clauses;
    return has_complement(either) ? NULL : either;
}

/* Any term of the clause fails. */
static const struct guard *negate_clause(
    struct value_context *v, const struct clause *clause)
{
    const struct guard *result = guard_false(v);

    for (int i = 0; i < clause->n; i++) {
        const struct affine *term =
            affine_shift(v, affine_scale(v, clause->terms[i], -1), -1);

        result = guard_or(v, result, guard_all(v, 1, &term));
    }
    return result;
}

const struct guard *guard_not(struct value_context *v, const struct guard *a)
{
    const struct guard *result = NULL;

    if (!a)
        return guard_false(v);
    for (int i = 0; i < a->n_clauses; i++)
        result = guard_and(v, result, negate_clause(v, &a->clauses[i]));
    return result;
}

bool guard_can_negate(const struct guard *a)
{
    int64_t n = 1;

    for (int i = 0; a && i < a->n_clauses && n <= 64; i++)
        n *= a->clauses[i].n;
    return n <= 64;
}

const struct guard *guard_substitute(struct value_context *v,
    const struct guard *a, const struct substitution *substitution)
{
    const struct guard *result;

    if (!a)
        return NULL;
    result = guard_false(v);
    for (int i = 0; i < a->n_clauses; i++) {
        const struct clause *clause = &a->clauses[i];
        const struct affine **terms =
            ARENA_ARRAY(v->arena, clause->n, const struct affine *);

        for (int j = 0; j < clause->n; j++)
            terms[j] = affine_substitute(v, clause->terms[j], substitution);
        result = guard_or(v, result, guard_all(v, clause->n, terms));
    }
    return result;
}

bool guard_is_false(const struct guard *a)
{
    return a && a->n_clauses == 0;
}

bool guard_is_equal(const struct guard *a, const struct guard *b)
{
    if (a == b)
        return true;
    if (!a || !b || a->n_clauses != b->n_clauses)
        return false;
    for (int i = 0; i < a->n_clauses; i++) {
        if (a->clauses[i].n != b->clauses[i].n)
            return false;
        for (int j = 0; j < a->clauses[i].n; j++)
            if (!affine_is_equal(
                    a->clauses[i].terms[j], b->clauses[i].terms[j]))
                return false;
    }
    return true;
}

bool guard_has(const struct guard *a, const struct variable *variable)
{
    for (int i = 0; a && i < a->n_clauses; i++)
        for (int j = 0; j < a->clauses[i].n; j++)
            if (affine_has(a->clauses[i].terms[j], variable))
                return true;
    return false;
}

bool guard_evaluate(const struct guard *a, const int64_t *values)
{
    for (int i = 0; a && i < a->n_clauses; i++) {
        bool holds = true;

        for (int j = 0; j < a->clauses[i].n && holds; j++)
            holds = affine_evaluate(a->clauses[i].terms[j], values) >= 0;
        if (holds)
            return true;
    }
    return !a;
}

void guard_print(struct text *text, const struct guard *a)
{
    if (!a || a->n_clauses == 0)
        text_append(text, a ? "false" : "true");
    for (int i = 0; a && i < a->n_clauses; i++) {
        bool in_brackets = a->n_clauses > 1 && a->clauses[i].n > 1;

        text_append(text, i ? " || " : "");
        text_append(text, in_brackets ? "(" : "");
        for (int j = 0; j < a->clauses[i].n; j++) {
            text_append(text, j ? " && " : "");
            affine_print(text, a->clauses[i].terms[j]);
            text_append(text, " >= 0");
        }
        text_append(text, in_brackets ? ")" : "");
    }
}
