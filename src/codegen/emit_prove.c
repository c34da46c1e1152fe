/* What follows from the bounds of the loops around and the conditions the
 * entry has checked: enough to see that a scalar load of a vector statement
 * is inside its tensor even when no lane is active, that a mask holds in all
 * lanes, or that a loop runs at most once. Saying no is always right; the
 * number of forms looked at is limited.
 */
#include "codegen/emit.h"

enum { PROVE_STEPS = 64, MAX_ATOM_BOUNDS = 3 };

/* Extents from here on stand for "no limit". */
static const int64_t unlimited = (int64_t)1 << 61;

static bool prove(
    const struct emitter *e, const struct affine *affine, int *steps);

/* affine - term + coefficient of term * bound */
static const struct affine *replace_term(const struct emitter *e,
    const struct affine *affine, const struct affine_term *term,
    const struct affine *bound)
{
    struct value_context *v = e->program->values;
    const struct affine *rest = affine_subtract(v, affine,
        affine_scale(v, affine_variable(v, term->variable), term->coefficient));
    return affine_add(v, rest, affine_scale(v, bound, term->coefficient));
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
static bool prove_at_loop(const struct emitter *e, const struct affine *affine,
    const struct affine_term *term, const struct loop_node *loop, int *steps)
{
    struct value_context *v = e->program->values;
    bool rising = term->coefficient > 0;
    int n = rising ? loop->n_lower : loop->n_upper;
    for (int i = 0; i < n; i++) {
        const struct affine *bound =
            rising ? loop->lower[i] : affine_shift(v, loop->upper[i], -1);
        if (prove(e, replace_term(e, affine, term, bound), steps))
            return true;
    }
    return false;
}

/* With the lane at its worst. */
static bool prove_at_lane(const struct emitter *e, const struct affine *affine,
    const struct affine_term *term, int *steps)
{
    int64_t worst = term->coefficient > 0 ? 0 : term->variable->n_lanes - 1;
    const struct affine *bound = affine_constant(e->program->values, worst);
    return prove(e, replace_term(e, affine, term, bound), steps);
}

/* floor(of / d), d times it at least of - d + 1 and at most of; at least 0 if
 * "of" is. */
static bool prove_at_floor(const struct emitter *e, const struct affine *affine,
    const struct affine_term *term, int *steps)
{
    struct value_context *v = e->program->values;
    const struct variable *atom = term->variable;
    if (term->coefficient % atom->divisor == 0) {
        const struct affine *bound =
            term->coefficient > 0 ? affine_shift(v, atom->of, 1 - atom->divisor)
                                  : atom->of;
        const struct affine *rest = affine_subtract(v, affine,
            affine_scale(v, affine_variable(v, atom), term->coefficient));
        bound = affine_scale(v, bound, term->coefficient / atom->divisor);
        if (prove(e, affine_add(v, rest, bound), steps))
            return true;
    }
    return term->coefficient > 0 && prove(e, atom->of, steps) &&
           prove(
               e, replace_term(e, affine, term, affine_constant(v, 0)), steps);
}

/* clamp(of) is at least 0 and, without a limit, at least "of"; then it is
 * "of" if that is at least 0. It is at most extent - 1, as wrap and mirror
 * are. */
static bool prove_at_border(const struct emitter *e,
    const struct affine *affine, const struct affine_term *term, int *steps)
{
    struct value_context *v = e->program->values;
    const struct variable *atom = term->variable;
    bool is_unlimited = atom->kind == VARIABLE_CLAMP &&
                        affine_is_constant(atom->extent) &&
                        atom->extent->constant >= unlimited;
    const struct affine *bounds[MAX_ATOM_BOUNDS];
    int n = 0;
    if (term->coefficient > 0)
        bounds[n++] = affine_constant(v, 0);
    else
        bounds[n++] = affine_shift(v, atom->extent, -1);
    if (is_unlimited && (term->coefficient > 0 || prove(e, atom->of, steps)))
        bounds[n++] = atom->of;
    for (int i = 0; i < n; i++)
        if (prove(e, replace_term(e, affine, term, bounds[i]), steps))
            return true;
    return false;
}

/* The loop around whose variable it is, or NULL. */
static const struct loop_node *find_loop(
    const struct emitter *e, const struct variable *variable)
{
    for (int i = e->loops.n - 1; i >= 0; i--)
        if (e->loops.at[i]->variable == variable)
            return e->loops.at[i];
    return NULL;
}

/* How late a variable is to be replaced: lanes first, then inner loops, their
 * bounds may hold outer ones and atoms; -1 for a parameter. */
static int get_rank(const struct emitter *e, const struct variable *variable)
{
    if (variable->kind == VARIABLE_LANE)
        return 1 << 20;
    if (variable->kind == VARIABLE_LOOP)
        return find_loop(e, variable) ? 1000 + e->depths[variable->id] : -1;
    return variable->of ? 0 : -1;
}

/* The term to be replaced next, or NULL. */
static const struct affine_term *pick_term(
    const struct emitter *e, const struct affine *affine)
{
    const struct affine_term *best = NULL;
    int best_rank = -1;
    for (int i = 0; i < affine->n_terms; i++) {
        int rank = get_rank(e, affine->terms[i].variable);
        if (rank <= best_rank)
            continue;
        best = &affine->terms[i];
        best_rank = rank;
    }
    return best;
}

/* Is the form >= 0? Takes one step; false too when none is left. */
static bool prove(
    const struct emitter *e, const struct affine *affine, int *steps)
{
    if (--*steps < 0 || e->program->values->overflow)
        return false;
    if (affine_is_constant(affine))
        return affine->constant >= 0;
    if (follows_from_fact(e, affine))
        return true;
    const struct affine_term *term = pick_term(e, affine);
    if (!term)
        return false;
    switch (term->variable->kind) {
    case VARIABLE_LOOP:
        return prove_at_loop(
            e, affine, term, find_loop(e, term->variable), steps);
    case VARIABLE_LANE:
        return prove_at_lane(e, affine, term, steps);
    case VARIABLE_FLOOR:
        return prove_at_floor(e, affine, term, steps);
    case VARIABLE_CLAMP:
    case VARIABLE_WRAP:
    case VARIABLE_MIRROR:
        return prove_at_border(e, affine, term, steps);
    case VARIABLE_PARAMETER:
    case VARIABLE_ITERATOR:
        break;
    }
    return false;
}

bool emit_prove(const struct emitter *e, const struct affine *affine)
{
    struct value_context *v = e->program->values;
    int steps = PROVE_STEPS;
    bool overflow = v->overflow;
    v->overflow = false;
    bool result = prove(e, affine, &steps) && !v->overflow;
    v->overflow = overflow;
    return result;
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

bool emit_prove_once(const struct emitter *e, const struct loop_node *loop)
{
    struct value_context *v = e->program->values;
    for (int i = 0; i < loop->n_lower; i++)
        for (int k = 0; k < loop->n_upper; k++) {
            const struct affine *room = affine_shift(v,
                affine_subtract(v, loop->lower[i], loop->upper[k]), loop->step);
            if (emit_prove(e, room))
                return true;
        }
    return false;
}
