/* Legality once more, of the whole schedule as it stands and by another path
 * than the directives': every statement gets its time as one vector (places
 * in sequences and coordinates of loops, outermost first), and no dependence
 * may lead backwards or stand still in it. Part of the self-check. */
#include "schedule/schedule.h"

#include <stdlib.h>

/* How many loops and sequences are around a leaf at most. */
static int get_depth(struct schedule *schedule)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, schedule->root);
    int most = 0;

    for (int i = 0; i < leaves.n; i++) {
        int depth = 0;

        for (struct schedule_node *up = leaves.at[i]->parent; up;
             up = up->parent)
            depth++;
        most = depth > most ? depth : most;
    }
    return most;
}

/* One component of the time of a statement: under "node", towards "leaf". */
static const struct affine *get_component(struct schedule *schedule,
    const struct schedule_node *node, const struct schedule_node *leaf)
{
    struct value_context *v = schedule->model->values;

    if (node->kind == SCHEDULE_LOOP)
        return node->coordinates[leaf->statement->id];
    for (int i = 0; i < node->n_children; i++)
        if (schedule_is_above(node->children[i], leaf))
            return affine_constant(v, i);
    return affine_constant(v, 0);
}

/* { S[...] -> [time] }, "depth" components, padded with 0. */
static __isl_give isl_map *get_time(struct schedule *schedule,
    const struct model_statement *statement, int depth)
{
    struct model *model = schedule->model;
    struct schedule_node *leaf = schedule_leaf_of(schedule, statement);
    const struct affine **components =
        ARENA_ARRAY(model->c->arena, depth + 1, const struct affine *);
    isl_map *time = NULL;
    int n = 0;

    for (struct schedule_node *up = leaf->parent; up; up = up->parent)
        n++;
    for (struct schedule_node *up = leaf->parent; up; up = up->parent)
        components[--n] = get_component(schedule, up, leaf);
    for (int i = 0; i <= depth; i++) {
        const struct affine *component =
            components[i] ? components[i] : affine_constant(model->values, 0);
        isl_map *one = isl_map_from_pw_aff(
            model_affine_to_isl(model, component, statement));

        time = time ? isl_map_flat_range_product(time, one) : one;
    }
    return time;
}

/* The state of the check. */
struct recheck {
    struct schedule *schedule;
    int depth;
    bool failed;
};

static const struct model_statement *get_statement(
    struct model *model, isl_map *map, enum isl_dim_type side)
{
    const char *name = isl_map_get_tuple_name(map, side);

    return model->statements[name ? strtol(name + 1, NULL, 10) : 0];
}

/* No pair of one dependence may be out of order; takes the map. */
static isl_stat recheck_map(__isl_take isl_map *map, void *user)
{
    struct recheck *recheck = user;
    struct schedule *schedule = recheck->schedule;
    struct model *model = schedule->model;
    const struct model_statement *first = get_statement(model, map, isl_dim_in);
    const struct model_statement *second =
        get_statement(model, map, isl_dim_out);
    isl_map *late;

    if (first == second && schedule_is_reorderable(schedule, first)) {
        isl_map_free(map);
        return isl_stat_ok;
    }
    map = isl_map_apply_domain(map, get_time(schedule, first, recheck->depth));
    map = isl_map_apply_range(map, get_time(schedule, second, recheck->depth));
    late = isl_map_lex_ge(isl_space_range(isl_map_get_space(map)));
    map = isl_map_intersect(map, late);
    if (isl_map_is_empty(map) != isl_bool_true)
        recheck->failed = true;
    isl_map_free(map);
    return recheck->failed ? isl_stat_error : isl_stat_ok;
}

bool schedule_recheck(struct schedule *schedule)
{
    struct model *model = schedule->model;
    struct recheck recheck = {schedule, get_depth(schedule), false};

    model_begin_phase(model, "the self-check of the schedule");
    isl_union_map_foreach_map(model->flow, recheck_map, &recheck);
    isl_union_map_foreach_map(model->anti, recheck_map, &recheck);
    isl_union_map_foreach_map(model->output, recheck_map, &recheck);
    if (!model_end_phase(model, model->kernel->name_range))
        return false;
    if (recheck.failed)
        diag_error(model->c->diag, model->kernel->name_range, DIAG_E0601,
            "self-check failed: the schedule of '%s' for %s reverses a "
            "dependence",
            model->kernel->name->text, schedule->machine->level);
    return !recheck.failed;
}
