/* The interior of a loop (lowering.md: "Full"): where no guard below can
 * fail.
 *
 * A guard e >= 0 involves the loop's variable t, lanes, variables of inner
 * loops, parameters and outer variables. Lanes and inner variables are
 * replaced by the end of their range that makes e smallest; what is left is
 * a bound of t. The same walk is done twice: once to collect the bounds,
 * once to copy the body without the guards that gave them. */
#include "loop/loop_interior.h"

#include "base/vector.h"

/* a * t + rest >= 0 for the loop's variable t. */
struct limit {
    int64_t a;
    const struct affine *rest;
};

/* Statements up to which a loop around vectors is cut for their sake, and
 * iterations from which a loop inside vectors is cut itself. */
enum { CUT_LIMIT = 40, LONG_LOOP = 64 };

/* A walk below "loop". "inner" are the loops entered on the way. In the
 * collecting walk the limits are pushed; what handle() answers for a term is
 * the same in both walks. "keeps_lanes": conditions on lanes are left to the
 * vector loop inside. "keeps_long": those on a long loop inside are left to
 * that. */
struct walk {
    struct loop_program *program;
    struct value_context *v;
    struct loop_node *loop;
    VECTOR(const struct loop_node *) inner;
    VECTOR(struct limit) limits;
    bool collect;
    bool keeps_lanes;
    bool keeps_long;
};

/* ---- One condition ------------------------------------------------------- */

/* The bound of an inner loop to put in place of its variable: one without
 * the outer variable, constant if possible. NULL if all have it. */
static const struct affine *choose_bound(
    const struct walk *walk, int n, const struct affine *const *bounds)
{
    const struct affine *best = NULL;

    for (int i = 0; i < n; i++) {
        if (affine_has(bounds[i], walk->loop->variable))
            continue;
        if (!best ||
            (affine_is_constant(bounds[i]) && !affine_is_constant(best)))
            best = bounds[i];
    }
    return best;
}

/* Are the bounds those of a tile of the outer loop: T*t .. T*t + T? */
static bool is_tile(const struct walk *walk, const struct affine *lower,
    const struct affine *upper)
{
    const struct affine *size = affine_subtract(walk->v, upper, lower);

    return affine_is_constant(size) && size->constant > 1 &&
           affine_coefficient(lower, walk->loop->variable) == size->constant;
}

/* The bounds of an inner loop that hold in the interior: those of a tile (the
 * interior is the whole tiles), else those without the outer variable; NULL
 * if there are none. */
static void choose_bounds(const struct walk *walk,
    const struct loop_node *inner, const struct affine **lower,
    const struct affine **upper)
{
    *lower = choose_bound(walk, inner->n_lower, inner->lower);
    *upper = choose_bound(walk, inner->n_upper, inner->upper);
    for (int i = 0; i < inner->n_lower; i++)
        for (int j = 0; j < inner->n_upper; j++)
            if (is_tile(walk, inner->lower[i], inner->upper[j])) {
                *lower = inner->lower[i];
                *upper = inner->upper[j];
                return;
            }
}

/* The last value of an inner loop's variable, given its bounds. Where the
 * loop has other lower bounds its steps need not begin at this one. */
static const struct affine *get_last(const struct walk *walk,
    const struct loop_node *inner, const struct affine *lower,
    const struct affine *upper)
{
    const struct affine *size;

    if (lower && upper && inner->n_lower == 1) {
        size = affine_subtract(walk->v, upper, lower);
        if (affine_is_constant(size) && size->constant > 0)
            return affine_shift(walk->v, lower,
                (size->constant - 1) / inner->step * inner->step);
    }
    return upper ? affine_shift(walk->v, upper, -1) : NULL;
}

/* e with "variable" (coefficient a) replaced by "value". */
static const struct affine *replace(struct value_context *v,
    const struct affine *e, const struct variable *variable,
    const struct affine *value)
{
    struct substitution substitution = {1, &variable, &value};

    return affine_substitute(v, e, &substitution);
}

/* The smallest e gets over the lanes and the inner loops; NULL if that is
 * not an affine form. */
static const struct affine *minimize(
    const struct walk *walk, const struct affine *e)
{
    struct value_context *v = walk->v;
    const struct variable *lane = affine_lane(e);

    if (lane) {
        int64_t a = affine_coefficient(e, lane);
        if (affine_has_in_atom(e, lane))
            return NULL;
        e = replace(
            v, e, lane, affine_constant(v, a > 0 ? 0 : lane->n_lanes - 1));
    }
    for (int i = walk->inner.n - 1; i >= 0; i--) {
        const struct loop_node *inner = walk->inner.at[i];
        int64_t a = affine_coefficient(e, inner->variable);
        const struct affine *first;
        const struct affine *last;

        if (affine_has_in_atom(e, inner->variable))
            return NULL;
        if (a == 0)
            continue;
        if (walk->keeps_long && loop_is_long(inner))
            return NULL;
        choose_bounds(walk, inner, &first, &last);
        last = get_last(walk, inner, first, last);
        if (a > 0 ? !first : !last)
            return NULL;
        e = replace(v, e, inner->variable, a > 0 ? first : last);
    }
    return e;
}

/* Remember a limit; of two that differ by a constant the stricter one. */
static void add_limit(struct walk *walk, int64_t a, const struct affine *rest)
{
    for (int i = 0; i < walk->limits.n; i++) {
        struct limit *limit = &walk->limits.at[i];
        const struct affine *difference =
            affine_subtract(walk->v, rest, limit->rest);

        if (limit->a != a || !affine_is_constant(difference))
            continue;
        if (difference->constant < 0)
            limit->rest = rest;
        return;
    }
    VECTOR_PUSH(walk->v->arena, &walk->limits, ((struct limit){a, rest}));
}

/* The limits as bounds of the variable. */
static struct interior make_interior(const struct walk *walk)
{
    struct value_context *v = walk->v;
    int n = walk->limits.n;
    struct interior interior = {0,
        ARENA_ARRAY(v->arena, n, const struct affine *), 0,
        ARENA_ARRAY(v->arena, n, const struct affine *)};

    for (int i = 0; i < n; i++) {
        int64_t a = walk->limits.at[i].a;
        const struct affine *rest = walk->limits.at[i].rest;

        if (a > 0)
            interior.lower[interior.n_lower++] =
                affine_scale(v, affine_floor(v, rest, a), -1);
        else
            interior.upper[interior.n_upper++] =
                affine_shift(v, affine_floor(v, rest, -a), 1);
    }
    return interior;
}

/* Turn e >= 0 into a bound of the loop's variable: true if it is one (and,
 * when collecting, remember it) or holds always. */
static bool handle(struct walk *walk, const struct affine *e)
{
    struct value_context *v = walk->v;
    const struct variable *t = walk->loop->variable;
    const struct affine *rest;
    int64_t a;

    if (walk->keeps_lanes && affine_lane(e))
        return false;
    e = minimize(walk, e);
    if (!e || affine_has_in_atom(e, t))
        return false;
    a = affine_coefficient(e, t);
    if (a == 0)
        return affine_is_constant(e) && e->constant >= 0;
    rest = replace(v, e, t, affine_constant(v, 0));
    if (walk->collect)
        add_limit(walk, a, rest);
    return true;
}

/* ---- Guards, predicates, border atoms ------------------------------------ */

/* The guard without the terms that hold in the interior. */
static const struct guard *reduce_guard(
    struct walk *walk, const struct guard *guard)
{
    VECTOR(const struct affine *) kept = {0};

    if (!guard || guard->n_clauses != 1)
        return guard;
    for (int i = 0; i < guard->clauses[0].n; i++)
        if (!handle(walk, guard->clauses[0].terms[i]))
            VECTOR_PUSH(walk->v->arena, &kept, guard->clauses[0].terms[i]);
    return guard_all(walk->v, kept.n, kept.at);
}

/* The form without border atoms that do nothing in the interior. */
static const struct affine *reduce_form(
    struct walk *walk, const struct affine *form)
{
    for (int i = 0; i < form->n_terms; i++) {
        const struct variable *atom = form->terms[i].variable;
        const struct affine *room;
        bool low;
        bool high;

        if (!atom->of || atom->kind == VARIABLE_FLOOR)
            continue;
        room = affine_shift(
            walk->v, affine_subtract(walk->v, atom->extent, atom->of), -1);
        low = handle(walk, atom->of);
        high = handle(walk, room);
        if (low && high)
            return reduce_form(walk, replace(walk->v, form, atom, atom->of));
    }
    return form;
}

/* All forms of an index. */
static const struct affine *const *reduce_index(
    struct walk *walk, int n, const struct affine *const *index)
{
    const struct affine **reduced =
        ARENA_ARRAY(walk->v->arena, n, const struct affine *);

    for (int i = 0; i < n; i++)
        reduced[i] = reduce_form(walk, index[i]);
    return reduced;
}

/* One node of a value, its operands done. */
static const struct value *reduce_value(
    struct value_context *v, const struct value *value, void *user)
{
    struct walk *walk = user;
    const struct guard *guard;

    if (value->kind == VALUE_LOAD && value->n_index)
        return value_load(v, value->array, value->n_index,
            reduce_index(walk, value->n_index, value->index), value->range);
    if (value->kind == VALUE_INDEX)
        return value_index(v, reduce_form(walk, value->affine));
    if (value->kind == VALUE_PREDICATE) {
        guard = reduce_guard(walk, value->guard);
        return guard ? value_predicate(v, guard)
                     : value_integer(v, DTYPE_BOOL, 1);
    }
    if (value->kind == VALUE_OPERATION && value->operation == VALUE_SELECT &&
        value->operands[0]->kind == VALUE_INTEGER)
        return value->operands[value->operands[0]->integer ? 1 : 2];
    return value;
}

/* ---- Bounds of inner loops ------------------------------------------------
 */

/* The bounds without those "best" makes superfluous in the interior ("sign" 1
 * for lower, -1 for upper bounds). */
static int reduce_bounds(struct walk *walk, int n,
    const struct affine *const *bounds, int sign, const struct affine *best,
    const struct affine **reduced)
{
    int kept = 0;

    for (int i = 0; i < n; i++) {
        const struct affine *slack;

        if (best && bounds[i] != best) {
            slack = affine_scale(
                walk->v, affine_subtract(walk->v, best, bounds[i]), sign);
            if (handle(walk, slack))
                continue;
        }
        reduced[kept++] = bounds[i];
    }
    return kept;
}

/* ---- The walk -------------------------------------------------------------
 */

static void walk_node(
    struct walk *walk, struct loop_node *into, struct loop_node *node);

/* The children of a node, in order. */
static void walk_children(
    struct walk *walk, struct loop_node *into, struct loop_node *node)
{
    for (int i = 0; i < node->n_children; i++)
        walk_node(walk, into, node->children[i]);
}

/* The bounds of an inner loop. */
static void walk_for(
    struct walk *walk, struct loop_node *copy, const struct loop_node *node)
{
    struct arena *arena = walk->v->arena;
    const struct affine **lower =
        ARENA_ARRAY(arena, node->n_lower, const struct affine *);
    const struct affine **upper =
        ARENA_ARRAY(arena, node->n_upper, const struct affine *);
    const struct affine *first;
    const struct affine *end;

    if (walk->keeps_long && loop_is_long(node))
        return;
    choose_bounds(walk, node, &first, &end);
    copy->n_lower =
        reduce_bounds(walk, node->n_lower, node->lower, 1, first, lower);
    copy->n_upper =
        reduce_bounds(walk, node->n_upper, node->upper, -1, end, upper);
    copy->lower = lower;
    copy->upper = upper;
}

/* One node and what is below; its copy is appended to "into" unless that is
 * NULL. */
static void walk_node(
    struct walk *walk, struct loop_node *into, struct loop_node *node)
{
    struct arena *arena = walk->v->arena;
    struct loop_node *copy = ARENA_NEW(arena, struct loop_node);

    *copy = *node;
    copy->children = NULL;
    copy->n_children = 0;
    if (node->kind == LOOP_FOR) {
        walk_for(walk, copy, node);
        VECTOR_PUSH(arena, &walk->inner, node);
    }
    if (node->kind == LOOP_IF || node->kind == LOOP_ASSIGN)
        copy->guard = reduce_guard(walk, node->guard);
    if (node->kind == LOOP_ASSIGN) {
        copy->index = reduce_index(walk, node->n_index, node->index);
        copy->value = value_map(walk->v, node->value, reduce_value, walk);
    }
    walk_children(walk, copy, node);
    if (node->kind == LOOP_FOR)
        walk->inner.n--;
    if (into)
        loop_add(arena, into, copy);
}

/* A long body around vector loops is not copied for conditions on lanes. */
static bool leaves_lanes(const struct loop_node *loop)
{
    return loop->n_lanes < 2 && loop_count_statements(loop) > CUT_LIMIT;
}

bool loop_is_long(const struct loop_node *loop)
{
    int64_t first = INT64_MAX;
    int64_t end = INT64_MIN;

    for (int i = 0; i < loop->n_lower; i++)
        if (affine_is_constant(loop->lower[i]) &&
            loop->lower[i]->constant < first)
            first = loop->lower[i]->constant;
    for (int i = 0; i < loop->n_upper; i++)
        if (affine_is_constant(loop->upper[i]) &&
            loop->upper[i]->constant > end)
            end = loop->upper[i]->constant;
    return loop->mode == LOOP_SERIAL && loop->n_lanes < 2 && loop->step == 1 &&
           first < end && end - first >= LONG_LOOP;
}

struct interior loop_find_interior(
    struct loop_program *program, struct loop_node *loop)
{
    struct walk walk = {.program = program,
        .v = program->values,
        .loop = loop,
        .collect = true};

    walk.keeps_lanes = leaves_lanes(loop);
    walk.keeps_long = loop->n_lanes > 1 && loop->jam > 1;
    walk_children(&walk, NULL, loop);
    return make_interior(&walk);
}

void loop_copy_interior(struct loop_program *program, struct loop_node *into,
    struct loop_node *loop)
{
    struct walk walk = {.program = program, .v = program->values, .loop = loop};

    walk.keeps_lanes = leaves_lanes(loop);
    walk.keeps_long = loop->n_lanes > 1 && loop->jam > 1;
    walk_children(&walk, into, loop);
}
