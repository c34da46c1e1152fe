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
#include "loop/loop_lanes.h"

#include <string.h>

/* More groups than this are left to a gather. */
enum { MAX_GROUPS = 6 };

/* Lanes first .. next group's first - 1 load one element, or neighbours;
 * "index[i]" is what the lane adds to index i in lane "first". */
struct lane_group {
    int first;
    bool is_uniform;
    bool is_contiguous;
    int64_t *index;
};

/* ---- Guards -------------------------------------------------------------- */

/* Does the term hold in all lanes ("*all"), in any ("*any")? True if it is
 * not known. */
static void ask_lanes(
    const struct lanes *lanes, const struct affine *term, bool *all, bool *any)
{
    *all = false;
    *any = true;
    if (!lanes_is_alone(term, lanes->lane))
        return;
    *all = true;
    *any = false;
    for (int i = 0; i < lanes->lane->n_lanes; i++) {
        bool holds = lanes_evaluate(lanes, term, i) >= 0;

        *all = *all && holds;
        *any = *any || holds;
    }
}

/* The guard without terms that hold in all lanes and clauses that hold in
 * none. */
static const struct guard *fold_guard(
    const struct lanes *lanes, const struct guard *guard)
{
    struct value_context *v = lanes->v;
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

            ask_lanes(lanes, clause->terms[j], &all, &any);
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
static int64_t *get_place(const struct lanes *lanes, int i, int n_index,
    const struct affine *const *of_lane)
{
    int64_t *index = ARENA_ARRAY(lanes->v->arena, n_index, int64_t);

    for (int k = 0; k < n_index; k++)
        index[k] = lanes_evaluate(lanes, of_lane[k], i);
    return index;
}

/* A group that begins with lane "i", or before: with the inactive lanes before
 * that would be in the same row, so that groups of several loads agree. */
static struct lane_group begin_group(const struct lanes *lanes, int i,
    int n_index, const struct affine *const *of_lane)
{
    int64_t *index = get_place(lanes, i, n_index, of_lane);
    struct lane_group group = {i, true, true, index};

    while (group.first > 0 && !lanes->is_active[group.first - 1]) {
        struct lane_group longer = {group.first - 1, true, true,
            get_place(lanes, group.first - 1, n_index, of_lane)};

        if (!join_group(&longer, i, n_index, index))
            break;
        group = longer;
    }
    return group;
}

/* Is lane "i" in the same place as the one behind it? Then the two are of a
 * new group, even if the lane before is a neighbour. */
static bool begins_row(const struct lanes *lanes, int i, int n_index,
    const struct affine *const *of_lane)
{
    const int64_t *here = get_place(lanes, i, n_index, of_lane);
    const int64_t *next;

    if (i + 1 == lanes->lane->n_lanes || !lanes->is_active[i + 1])
        return false;
    next = get_place(lanes, i + 1, n_index, of_lane);
    return memcmp(here, next, (size_t)n_index * sizeof *here) == 0;
}

/* The groups of the active lanes for the forms in "of_lane"; their number, 0
 * if there are too many. */
static int find_groups(const struct lanes *lanes, int n_index,
    const struct affine *const *of_lane, struct lane_group *groups)
{
    int n = 0;

    for (int i = 0; i < lanes->lane->n_lanes; i++) {
        struct lane_group *last = n ? &groups[n - 1] : NULL;

        if (!lanes->is_active[i])
            continue;
        if (last && last->is_uniform && last->is_contiguous &&
            begins_row(lanes, i, n_index, of_lane))
            last->is_contiguous = false;
        if (last &&
            join_group(last, i, n_index, get_place(lanes, i, n_index, of_lane)))
            continue;
        if (n == MAX_GROUPS)
            return 0;
        groups[n++] = begin_group(lanes, i, n_index, of_lane);
    }
    return n;
}

/* The index of a group's load, without floors of the lane. */
static const struct affine **get_index(const struct lanes *lanes,
    const struct lane_group *group, int n_index,
    const struct affine *const *rest)
{
    struct value_context *v = lanes->v;
    const struct affine **index =
        ARENA_ARRAY(v->arena, n_index, const struct affine *);

    for (int i = 0; i < n_index; i++)
        index[i] = affine_shift(v, rest[i], group->index[i]);
    if (!group->is_uniform)
        index[n_index - 1] =
            affine_add(v, affine_shift(v, index[n_index - 1], -group->first),
                affine_variable(v, lanes->lane));
    return index;
}

/* Take all indices apart; false if there is no floor of the lane among them,
 * or one with other variables. */
static bool split_index(const struct lanes *lanes, int n_index,
    const struct affine *const *index, const struct affine **of_lane,
    const struct affine **rest)
{
    bool has_floor = false;

    for (int i = 0; i < n_index; i++) {
        has_floor = has_floor || affine_has_in_atom(index[i], lanes->lane);
        if (!lanes_take_apart(lanes, index[i], &of_lane[i], &rest[i]))
            return false;
    }
    return has_floor;
}

/* ---- Statements ---------------------------------------------------------- */

/* A load as a choice among loads of groups. */
static const struct value *blend_load(
    struct value_context *v, const struct value *load, void *user)
{
    const struct lanes *lanes = user;
    int n = load->n_index;
    const struct affine **of_lane =
        ARENA_ARRAY(v->arena, n, const struct affine *);
    const struct affine **rest =
        ARENA_ARRAY(v->arena, n, const struct affine *);
    struct lane_group groups[MAX_GROUPS];
    const struct value *result = NULL;
    int n_groups;

    if (load->kind != VALUE_LOAD ||
        !split_index(lanes, n, load->index, of_lane, rest))
        return load;
    n_groups = find_groups(lanes, n, of_lane, groups);
    for (int i = 0; i < n_groups; i++) {
        const struct value *one = value_load(v, load->array, n,
            get_index(lanes, &groups[i], n, rest), load->range);
        const struct affine *behind =
            affine_shift(v, affine_variable(v, lanes->lane), -groups[i].first);

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
static void blend_store(const struct lanes *lanes, struct loop_node *node)
{
    struct value_context *v = lanes->v;
    int n = node->n_index;
    const struct affine **of_lane =
        ARENA_ARRAY(v->arena, n, const struct affine *);
    const struct affine **rest =
        ARENA_ARRAY(v->arena, n, const struct affine *);
    struct lane_group groups[MAX_GROUPS];

    if (split_index(lanes, n, node->index, of_lane, rest) &&
        find_groups(lanes, n, of_lane, groups) == 1 && !groups[0].is_uniform)
        node->index = get_index(lanes, &groups[0], n, rest);
}

/* A visit: a statement with lanes. */
static void blend_node(struct loop_node *node, void *user)
{
    struct lanes *lanes = user;

    if (!lanes_set(lanes, node))
        return;
    node->guard = fold_guard(lanes, node->guard);
    blend_store(lanes, node);
    node->value = value_map(lanes->v, node->value, blend_value, lanes);
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
    struct lanes lanes;

    (void)c;
    lanes_start(&lanes, program);
    loop_foreach(program->body, blend_node, &lanes);
    loop_foreach(program->body, drop_dead, NULL);
    return true;
}
