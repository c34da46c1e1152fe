/* Sums scattered over a row, y[s*p + k] += w[k] * x[p], gathered: for every
 * element of the row the terms that reach it.
 *
 *     for o: y[o] = 0                    for o:
 *     for p, k:                 becomes    y[o] = 0
 *         y[s*p + k] += ...                for k, last first:
 *                                              y[o] += ... with p = (o - k)/s
 *
 * where s divides o - k. The loop o can be lanes, cut by residue if s is
 * not 1, and the element a register. Each element gets its terms in the order
 * of the source: those of one o in the order of p are those of k reversed, or
 * those of k where that was the outer loop. */
#include "schedule/schedule_default.h"

/* Taps and strides up to which this pays: the taps are unrolled. */
enum { MOST_TAPS = 16, MOST_STRIDE = 8 };

/* A statement that scatters: dimension "d" of its target is
 * a * slide + b * tap + rest in the loops "outer" and "inner", of which
 * one is the slide and one the tap. */
struct scatter {
    struct schedule *schedule;
    const struct model_statement *statement;
    struct schedule_node *outer;
    struct schedule_node *inner;
    struct schedule_node *slide;
    struct schedule_node *tap;
    int d;
    int64_t a;
    int64_t b;
    const struct affine *index;
};

/* Find the dimension that both loops move, and no other may be moved by
 * them. */
static bool find_dimension(struct scatter *scatter)
{
    const struct model_statement *statement = scatter->statement;
    const struct variable *outer = scatter->outer->variable;
    const struct variable *inner = scatter->inner->variable;
    int n = 0;

    for (int i = 0; i < statement->target->n_dimensions; i++) {
        const struct affine *form = schedule_in_loops(
            scatter->schedule, scatter->statement, statement->index[i]);

        if (!affine_has(form, outer) && !affine_has(form, inner))
            continue;
        scatter->d = i;
        scatter->index = form;
        n++;
    }
    return n == 1 && affine_coefficient(scatter->index, outer) != 0 &&
           affine_coefficient(scatter->index, inner) != 0 &&
           !affine_has_in_atom(scatter->index, outer) &&
           !affine_has_in_atom(scatter->index, inner);
}

/* Is the loop, with this coefficient, one of few taps side by side? */
static bool is_tap(struct schedule *schedule, const struct schedule_node *loop,
    int64_t coefficient)
{
    int64_t first = 0;
    int64_t last = -1;

    return (coefficient == 1 || coefficient == -1) &&
           schedule_constant_range(schedule, loop, &first, &last) &&
           last > first && last - first < MOST_TAPS;
}

/* Which loop is the slide and which the tap? False if neither suits. */
static bool find_roles(struct scatter *scatter)
{
    int64_t outer =
        affine_coefficient(scatter->index, scatter->outer->variable);
    int64_t inner =
        affine_coefficient(scatter->index, scatter->inner->variable);
    bool is_inner = is_tap(scatter->schedule, scatter->inner, inner);

    if (!is_inner && !is_tap(scatter->schedule, scatter->outer, outer))
        return false;
    scatter->slide = is_inner ? scatter->outer : scatter->inner;
    scatter->tap = is_inner ? scatter->inner : scatter->outer;
    scatter->a = is_inner ? outer : inner;
    scatter->b = is_inner ? inner : outer;
    return scatter->a > 0 && scatter->a <= MOST_STRIDE;
}

/* Does the leaf's statement scatter? */
static bool find_scatter(struct schedule *schedule, struct schedule_node *leaf,
    struct scatter *scatter)
{
    *scatter =
        (struct scatter){.schedule = schedule, .statement = leaf->statement};
    if (leaf->statement->update == MODEL_SET ||
        leaf->statement->target->kind == ARRAY_PRIVATE || !leaf->parent ||
        leaf->parent->kind != SCHEDULE_LOOP || !leaf->parent->parent ||
        leaf->parent->parent->kind != SCHEDULE_LOOP)
        return false;
    scatter->inner = leaf->parent;
    scatter->outer = leaf->parent->parent;
    return find_dimension(scatter) && find_roles(scatter);
}

/* ---- The change ---------------------------------------------------------- */

/* What there was before. */
struct before {
    const struct affine *outer;
    const struct affine *inner;
    const struct variable *outer_variable;
    const struct variable *inner_variable;
    const struct affine **inverse;
};

/* Express iterators by the new loops: the tap by "sign" times the inner
 * one, the slide by what is left of the outer one. */
static void invert(struct scatter *scatter, int64_t sign,
    const struct variable *slide, const struct variable *tap)
{
    struct schedule *schedule = scatter->schedule;
    struct value_context *v = schedule->model->values;
    const struct model_statement *statement = scatter->statement;
    const struct affine *to[2];
    const struct variable *from[2] = {tap, slide};
    struct substitution both = {2, from, to};
    struct substitution only_tap = {1, from, to};
    const struct affine *rest = affine_subtract(v, scatter->index,
        affine_scale(v, affine_variable(v, slide), scatter->a));
    const struct affine **inverse =
        ARENA_ARRAY(v->arena, statement->n_iterators, const struct affine *);

    to[0] = affine_scale(v, affine_variable(v, scatter->inner->variable), sign);
    to[1] = affine_floor(v,
        affine_subtract(v, affine_variable(v, scatter->outer->variable),
            affine_substitute(v, rest, &only_tap)),
        scatter->a);
    for (int i = 0; i < statement->n_iterators; i++)
        inverse[i] =
            affine_substitute(v, schedule->inverse[statement->id][i], &both);
    schedule->inverse[statement->id] = inverse;
}

/* The outer loop becomes that over the elements, the inner one that over the
 * taps; false, with nothing changed, where that is not legal. */
static bool change(struct scatter *scatter)
{
    struct schedule *schedule = scatter->schedule;
    struct value_context *v = schedule->model->values;
    int id = scatter->statement->id;
    struct before before = {scatter->outer->coordinates[id],
        scatter->inner->coordinates[id], scatter->outer->variable,
        scatter->inner->variable, schedule->inverse[id]};
    const struct variable *slide = scatter->slide->variable;
    const struct variable *tap = scatter->tap->variable;
    int64_t sign = scatter->tap == scatter->outer ? 1 : scatter->b > 0 ? -1 : 1;

    scatter->inner->coordinates[id] =
        affine_scale(v, scatter->tap->coordinates[id], sign);
    scatter->outer->coordinates[id] = scatter->statement->index[scatter->d];
    scatter->outer->variable =
        variable_new(v, VARIABLE_LOOP, scatter->outer->name);
    scatter->inner->variable =
        variable_new(v, VARIABLE_LOOP, scatter->inner->name);
    invert(scatter, sign, slide, tap);
    if (schedule_is_legal_quietly(schedule, SCHEDULE_ORDER, NULL))
        return true;
    scatter->outer->coordinates[id] = before.outer;
    scatter->inner->coordinates[id] = before.inner;
    scatter->outer->variable = before.outer_variable;
    scatter->inner->variable = before.inner_variable;
    schedule->inverse[id] = before.inverse;
    return false;
}

/* ---- The start ---------------------------------------------------------- */

/* Has the user named the loops of the nest? */
static bool is_fixed(const struct schedule_node *leaf)
{
    while (leaf && !leaf->is_fixed)
        leaf = leaf->parent;
    return leaf != NULL;
}

/* Looks for loads of a statement's target other than of the element that is
 * updated. */
struct load_search {
    const struct model_statement *statement;
    bool is_found;
};

/* A visit: such a load. */
static void find_load(const struct value *value, void *user)
{
    struct load_search *search = user;
    const struct model_statement *statement = search->statement;

    if (value->kind != VALUE_LOAD || value->array != statement->target)
        return;
    for (int i = 0; i < value->n_index; i++)
        if (statement->update == MODEL_SET ||
            !affine_is_equal(value->index[i], statement->index[i]))
            search->is_found = true;
}

/* Does the statement read elements of its target that it does not write
 * there and then? */
static bool reads_others(const struct model_statement *statement)
{
    struct load_search search = {statement, false};

    value_foreach(statement->value, find_load, &search);
    return search.is_found;
}

/* Is the loop one that sets the row's elements one by one, from other
 * arrays? */
static bool is_start(
    const struct scatter *scatter, const struct schedule_node *loop)
{
    const struct model_statement *start;

    if (loop->kind != SCHEDULE_LOOP || is_fixed(loop) ||
        loop->children[0]->kind != SCHEDULE_STATEMENT)
        return false;
    start = loop->children[0]->statement;
    if (start->target != scatter->statement->target ||
        start->update != MODEL_SET)
        return false;
    for (int i = 0; i < start->target->n_dimensions; i++) {
        const struct affine *form =
            schedule_in_loops(scatter->schedule, start, start->index[i]);
        const struct affine *want =
            i == scatter->d
                ? affine_variable(
                      scatter->schedule->model->values, loop->variable)
                : schedule_in_loops(scatter->schedule, scatter->statement,
                      scatter->statement->index[i]);

        if (!affine_is_equal(form, want))
            return false;
    }
    return !reads_others(start) && !reads_others(scatter->statement);
}

/* Join the loop that sets the elements, if it comes directly before. */
static void join_start(struct scatter *scatter)
{
    struct schedule_node *sequence = scatter->outer->parent;

    if (!sequence || sequence->kind != SCHEDULE_SEQUENCE)
        return;
    for (int i = 0; i + 1 < sequence->n_children; i++)
        if (sequence->children[i + 1] == scatter->outer &&
            is_start(scatter, sequence->children[i])) {
            schedule_join(scatter->schedule, sequence, i);
            return;
        }
}

void schedule_default_gather(struct schedule *schedule)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, schedule->root);
    struct scatter scatter;

    for (int i = 0; i < leaves.n; i++)
        if (!is_fixed(leaves.at[i]) &&
            find_scatter(schedule, leaves.at[i], &scatter) && change(&scatter))
            join_start(&scatter);
}
