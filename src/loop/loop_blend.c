/* Lanes in groups: where the lanes of a vector run over several rows, and
 * every lane's place in its row is known when compiling, a load whose index
 * is a floor of the lane becomes a choice among loads for groups of lanes,
 * each of one element or of neighbours:
 *
 *     w[16*q + floor((lane + 16)/21), k]
 *     lane - 5 >= 0 ? w[16*q + 1, k] : w[16*q, k]
 *
 * Conditions on lanes that always or never hold go. What the lanes a guard
 * excludes would load does not matter. */
#include "loop/loop_scan.h"

#include <string.h>

/* More groups than this are left to a gather. */
enum { MAX_GROUPS = 6, MAX_GROUPED_LANES = 64 };

/* Lanes first .. next group's first - 1 load one element, or neighbours;
 * "index[i]" is what the lane adds to index i in lane "first". */
struct lane_group {
    int first;
    bool is_uniform;
    bool is_contiguous;
    int64_t *index;
};

/* The statement at hand: its lane and which of its lanes may be active. */
struct blend {
    struct loop_program *program;
    struct value_context *v;
    const struct variable *lane;
    int64_t *environment;
    bool is_active[MAX_GROUPED_LANES];
};

/* ---- Forms of the lane --------------------------------------------------- */

/* Is the lane the only variable of the form? */
static bool is_of_lane(const struct affine *form, const struct variable *lane)
{
    for (int i = 0; i < form->n_terms; i++) {
        const struct variable *variable = form->terms[i].variable;

        if (variable == lane)
            continue;
        if (!variable->of || !is_of_lane(variable->of, lane) ||
            (variable->extent && !is_of_lane(variable->extent, lane)))
            return false;
    }
    return true;
}

/* The value of a form of the lane alone in lane "i". */
static int64_t evaluate_at(
    const struct blend *blend, const struct affine *form, int i)
{
    blend->environment[blend->lane->id] = i;
    return affine_evaluate(form, blend->environment);
}

/* The terms with the lane, without the constant, and the others; false if
 * other variables are in an atom with the lane. */
static bool take_apart(const struct blend *blend, const struct affine *form,
    const struct affine **of_lane, const struct affine **rest)
{
    struct value_context *v = blend->v;

    *of_lane = affine_constant(v, 0);
    *rest = form;
    for (int i = 0; i < form->n_terms; i++) {
        struct affine_term term = form->terms[i];
        struct affine one = {0, 1, &term};

        if (!affine_has(&one, blend->lane))
            continue;
        if (!is_of_lane(&one, blend->lane))
            return false;
        *of_lane = affine_add(v, *of_lane,
            affine_scale(
                v, affine_variable(v, term.variable), term.coefficient));
    }
    *rest = affine_subtract(v, form, *of_lane);
    return true;
}

/* ---- Guards -------------------------------------------------------------- */

/* Does the term hold in all lanes ("*all"), in any ("*any")? True if it is
 * not known. */
static void ask_lanes(
    const struct blend *blend, const struct affine *term, bool *all, bool *any)
{
    *all = false;
    *any = true;
    if (!is_of_lane(term, blend->lane))
        return;
    *all = true;
    *any = false;
    for (int i = 0; i < blend->lane->n_lanes; i++) {
        bool holds = evaluate_at(blend, term, i) >= 0;

        *all = *all && holds;
        *any = *any || holds;
    }
}

/* The guard without terms that hold in all lanes and clauses that hold in
 * none. */
static const struct guard *fold_guard(
    const struct blend *blend, const struct guard *guard)
{
    struct value_context *v = blend->v;
    const struct guard *folded = guard_false(v);

    for (int i = 0; guard && i < guard->n_clauses; i++) {
        const struct clause *clause = &guard->clauses[i];
        const struct affine **kept =
            ARENA_ARRAY(v->arena, clause->n, const struct affine *);
        const struct guard *one;
        bool never = false;
        int n = 0;

        for (int j = 0; j < clause->n; j++) {
            bool all;
            bool any;

            ask_lanes(blend, clause->terms[j], &all, &any);
            never = never || !any;
            if (!all)
                kept[n++] = clause->terms[j];
        }
        if (never)
            continue;
        one = guard_all(v, n, kept);
        if (!one)
            return NULL;
        folded = guard_or(v, folded, one);
    }
    return guard ? folded : NULL;
}

/* May a lane be active: does some clause not exclude it? */
static bool may_be_active(
    const struct blend *blend, const struct guard *guard, int lane)
{
    for (int i = 0; guard && i < guard->n_clauses; i++) {
        bool holds = true;

        for (int j = 0; holds && j < guard->clauses[i].n; j++) {
            const struct affine *term = guard->clauses[i].terms[j];

            holds = !is_of_lane(term, blend->lane) ||
                    evaluate_at(blend, term, lane) >= 0;
        }
        if (holds)
            return true;
    }
    return !guard;
}

/* ---- Groups -------------------------------------------------------------- */

/* Can lane "i", whose index is "index", join the group? */
static bool join_group(
    struct lane_group *group, int i, int n_index, const int64_t *index)
{
    int64_t distance = 0;

    for (int k = 0; k < n_index; k++) {
        distance = index[k] - group->index[k];
        if (k < n_index - 1 && distance != 0)
            return false;
    }
    if (distance == 0 && group->is_uniform)
        group->is_contiguous = false;
    else if (distance == i - group->first && group->is_contiguous)
        group->is_uniform = false;
    else
        return false;
    return true;
}

/* What the lane adds to each index in lane "i". */
static int64_t *get_place(const struct blend *blend, int i, int n_index,
    const struct affine *const *of_lane)
{
    int64_t *index = ARENA_ARRAY(blend->v->arena, n_index, int64_t);

    for (int k = 0; k < n_index; k++)
        index[k] = evaluate_at(blend, of_lane[k], i);
    return index;
}

/* A group that begins with lane "i", or before: with the inactive lanes before
 * that would be in the same row, so that groups of several loads agree. */
static struct lane_group begin_group(const struct blend *blend, int i,
    int n_index, const struct affine *const *of_lane)
{
    int64_t *index = get_place(blend, i, n_index, of_lane);
    struct lane_group group = {i, true, true, index};

    while (group.first > 0 && !blend->is_active[group.first - 1]) {
        struct lane_group longer = {group.first - 1, true, true,
            get_place(blend, group.first - 1, n_index, of_lane)};

        if (!join_group(&longer, i, n_index, index))
            break;
        group = longer;
    }
    return group;
}

/* Is lane "i" in the same place as the one behind it? Then the two are of a
 * new group, even if the lane before is a neighbour. */
static bool begins_row(const struct blend *blend, int i, int n_index,
    const struct affine *const *of_lane)
{
    const int64_t *here = get_place(blend, i, n_index, of_lane);
    const int64_t *next;

    if (i + 1 == blend->lane->n_lanes || !blend->is_active[i + 1])
        return false;
    next = get_place(blend, i + 1, n_index, of_lane);
    return memcmp(here, next, (size_t)n_index * sizeof *here) == 0;
}

/* The groups of the active lanes for the forms in "of_lane"; their number, 0
 * if there are too many. */
static int find_groups(const struct blend *blend, int n_index,
    const struct affine *const *of_lane, struct lane_group *groups)
{
    int n = 0;

    for (int i = 0; i < blend->lane->n_lanes; i++) {
        struct lane_group *last = n ? &groups[n - 1] : NULL;

        if (!blend->is_active[i])
            continue;
        if (last && last->is_uniform && last->is_contiguous &&
            begins_row(blend, i, n_index, of_lane))
            last->is_contiguous = false;
        if (last &&
            join_group(last, i, n_index, get_place(blend, i, n_index, of_lane)))
            continue;
        if (n == MAX_GROUPS)
            return 0;
        groups[n++] = begin_group(blend, i, n_index, of_lane);
    }
    return n;
}

/* The index of a group's load, without floors of the lane. */
static const struct affine **get_index(const struct blend *blend,
    const struct lane_group *group, int n_index,
    const struct affine *const *rest)
{
    struct value_context *v = blend->v;
    const struct affine **index =
        ARENA_ARRAY(v->arena, n_index, const struct affine *);

    for (int i = 0; i < n_index; i++)
        index[i] = affine_shift(v, rest[i], group->index[i]);
    if (!group->is_uniform)
        index[n_index - 1] =
            affine_add(v, affine_shift(v, index[n_index - 1], -group->first),
                affine_variable(v, blend->lane));
    return index;
}

/* Take all indices apart; false if there is no floor of the lane among them,
 * or one with other variables. */
static bool split_index(const struct blend *blend, int n_index,
    const struct affine *const *index, const struct affine **of_lane,
    const struct affine **rest)
{
    bool has_floor = false;

    for (int i = 0; i < n_index; i++) {
        has_floor = has_floor || affine_has_in_atom(index[i], blend->lane);
        if (!take_apart(blend, index[i], &of_lane[i], &rest[i]))
            return false;
    }
    return has_floor;
}

/* ---- Statements ---------------------------------------------------------- */

/* A load as a choice among loads of groups. */
static const struct value *blend_load(
    struct value_context *v, const struct value *load, void *user)
{
    const struct blend *blend = user;
    int n = load->n_index;
    const struct affine **of_lane =
        ARENA_ARRAY(v->arena, n, const struct affine *);
    const struct affine **rest =
        ARENA_ARRAY(v->arena, n, const struct affine *);
    struct lane_group groups[MAX_GROUPS];
    const struct value *result = NULL;
    int n_groups;

    if (load->kind != VALUE_LOAD ||
        !split_index(blend, n, load->index, of_lane, rest))
        return load;
    n_groups = find_groups(blend, n, of_lane, groups);
    for (int i = 0; i < n_groups; i++) {
        const struct value *one = value_load(v, load->array, n,
            get_index(blend, &groups[i], n, rest), load->range);
        const struct affine *behind =
            affine_shift(v, affine_variable(v, blend->lane), -groups[i].first);

        result = result ? value_operation3(v, VALUE_SELECT,
                              value_predicate(v, guard_all(v, 1, &behind)), one,
                              result)
                        : one;
    }
    return result ? result : load;
}

/* Predicates folded, then loads. */
static const struct value *blend_value(
    struct value_context *v, const struct value *value, void *user)
{
    const struct guard *guard;

    if (value->kind != VALUE_PREDICATE)
        return blend_load(v, value, user);
    guard = fold_guard(user, value->guard);
    if (!guard)
        return value_integer(v, DTYPE_BOOL, 1);
    return guard_is_false(guard) ? value_integer(v, DTYPE_BOOL, 0)
                                 : value_predicate(v, guard);
}

/* The index of a store, if it is one group. */
static void blend_store(const struct blend *blend, struct loop_node *node)
{
    struct value_context *v = blend->v;
    int n = node->n_index;
    const struct affine **of_lane =
        ARENA_ARRAY(v->arena, n, const struct affine *);
    const struct affine **rest =
        ARENA_ARRAY(v->arena, n, const struct affine *);
    struct lane_group groups[MAX_GROUPS];

    if (split_index(blend, n, node->index, of_lane, rest) &&
        find_groups(blend, n, of_lane, groups) == 1 && !groups[0].is_uniform)
        node->index = get_index(blend, &groups[0], n, rest);
}

/* A visit: a statement with lanes. */
static void blend_node(struct loop_node *node, void *user)
{
    struct blend *blend = user;

    if (node->kind != LOOP_ASSIGN || !node->lane ||
        node->lane->n_lanes > MAX_GROUPED_LANES)
        return;
    blend->lane = node->lane;
    node->guard = fold_guard(blend, node->guard);
    for (int i = 0; i < node->lane->n_lanes; i++)
        blend->is_active[i] = may_be_active(blend, node->guard, i);
    if (node->reduce == MODEL_SET)
        blend_store(blend, node);
    node->value = value_map(blend->v, node->value, blend_value, blend);
}

/* A visit, parents first: drop the statements that never run. */
static void drop_dead(struct loop_node *node, void *user)
{
    int n = 0;

    (void)user;
    for (int i = 0; i < node->n_children; i++) {
        struct loop_node *child = node->children[i];

        if (child->kind != LOOP_ASSIGN || !child->guard ||
            !guard_is_false(child->guard))
            node->children[n++] = child;
    }
    node->n_children = n;
}

bool loop_blend(struct compilation *c, struct loop_program *program)
{
    struct value_context *v = program->values;
    struct blend blend = {.program = program, .v = v};

    blend.environment = ARENA_ARRAY(c->arena, v->n_variables, int64_t);
    loop_foreach(program->body, blend_node, &blend);
    loop_foreach(program->body, drop_dead, NULL);
    return true;
}
