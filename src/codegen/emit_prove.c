/* What follows from the bounds of the loops around: enough to know that a
 * scalar load of a vector statement is inside its tensor even when no lane
 * is active, so that it needs no test of its own. Saying no is always right.
 */
#include "codegen/emit.h"

enum { PROVE_DEPTH = 12 };

static bool prove(
    const struct emitter *e, const struct affine *affine, int depth);

/* The form with one variable replaced. */
static const struct affine *replace(const struct emitter *e,
    const struct affine *affine, const struct variable *from,
    const struct affine *to)
{
    struct substitution substitution = {1, &from, &to};
    return affine_substitute(e->program->values, affine, &substitution);
}

/* Is affine - fact a constant >= 0 for some fact known? */
static bool follows_from_fact(
    const struct emitter *e, const struct affine *affine)
{
    struct value_context *v = e->program->values;
    for (int i = 0; i < e->facts.n; i++) {
        const struct affine *rest = affine_subtract(v, affine, e->facts.at[i]);
        if (affine_is_constant(rest) && rest->constant >= 0)
            return true;
    }
    return false;
}

/* With the variable of "loop" at whichever of its bounds is worst. */
static bool prove_at_bounds(const struct emitter *e,
    const struct affine *affine, const struct loop_node *loop, int depth)
{
    struct value_context *v = e->program->values;
    bool rising = affine_coefficient(affine, loop->variable) > 0;
    int n = rising ? loop->n_lower : loop->n_upper;
    for (int i = 0; i < n; i++) {
        const struct affine *bound =
            rising ? loop->lower[i] : affine_shift(v, loop->upper[i], -1);
        if (prove(e, replace(e, affine, loop->variable, bound), depth - 1))
            return true;
    }
    return false;
}

/* The innermost loop around whose variable occurs outside atoms, if it does
 * not occur inside one; else NULL. */
static const struct loop_node *find_loop(
    const struct emitter *e, const struct affine *affine)
{
    for (int i = e->loops.n - 1; i >= 0; i--) {
        const struct variable *variable = e->loops.at[i]->variable;
        if (affine_has_in_atom(affine, variable))
            return NULL;
        if (affine_coefficient(affine, variable) != 0)
            return e->loops.at[i];
    }
    return NULL;
}

static bool prove(
    const struct emitter *e, const struct affine *affine, int depth)
{
    if (affine_is_constant(affine))
        return affine->constant >= 0;
    if (depth == 0)
        return false;
    if (follows_from_fact(e, affine))
        return true;
    const struct loop_node *loop = find_loop(e, affine);
    return loop && prove_at_bounds(e, affine, loop, depth);
}

bool emit_prove(const struct emitter *e, const struct affine *affine)
{
    return prove(e, affine, PROVE_DEPTH);
}

bool emit_prove_inside(const struct emitter *e, const struct array *array,
    const struct affine *const *index)
{
    struct value_context *v = e->program->values;
    for (int i = 0; i < array->n_dimensions; i++) {
        const struct affine *above = affine_shift(
            v, affine_subtract(v, array->extents[i], index[i]), -1);
        if (!emit_prove(e, index[i]) || !emit_prove(e, above))
            return false;
    }
    return true;
}
