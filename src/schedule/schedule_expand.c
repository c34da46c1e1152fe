/* Private scalars of statements that moved: every iteration of the place has
 * its own, so that the place's iterators become their first indices. */
#include "schedule/schedule_place.h"

#include <string.h>

/* By id of the array: what it became, NULL for all others. "reads" is the
 * union under construction. */
struct expansion {
    const struct schedule_place *place;
    struct array **to;
    isl_union_map *reads;
};

/* An index into an expanded array. */
static const struct affine **expand_index(const struct schedule_place *place,
    int n, const struct affine *const *index)
{
    struct value_context *v = place->schedule->model->values;
    int n_outer = place->around.n;
    const struct affine **expanded =
        ARENA_ARRAY(v->arena, n_outer + n, const struct affine *);

    for (int i = 0; i < n_outer; i++)
        expanded[i] = affine_variable(v, place->outer[i]);
    for (int i = 0; i < n; i++)
        expanded[n_outer + i] = index[i];
    return expanded;
}

/* A load of an expanded array. */
static const struct value *expand_load(
    struct value_context *v, const struct value *value, void *user)
{
    const struct expansion *expansion = user;
    const struct array *to;

    if (value->kind != VALUE_LOAD)
        return value;
    to = expansion->to[value->array->id];
    if (!to)
        return value;
    return value_load(v, to, to->n_dimensions,
        expand_index(expansion->place, value->n_index, value->index),
        value->range);
}

/* { S[outer, own] -> r[i] } to { S[outer, own] -> r[outer, i] }. */
static __isl_give isl_map *expand_access(
    const struct expansion *expansion, __isl_take isl_map *access)
{
    unsigned n_outer = (unsigned)expansion->place->around.n;
    isl_id *name = isl_map_get_tuple_id(access, isl_dim_out);
    isl_map *outer = isl_set_identity(isl_map_domain(isl_map_copy(access)));

    outer = isl_map_project_out(outer, isl_dim_out, n_outer,
        (unsigned)isl_map_dim(outer, isl_dim_out) - n_outer);
    outer = isl_map_reset_tuple_id(outer, isl_dim_out);
    access = isl_map_flat_range_product(outer, access);
    return isl_map_set_tuple_id(access, isl_dim_out, name);
}

/* Add one relation of a statement's reads, expanded if it is to be. */
static isl_stat expand_read(__isl_take isl_map *map, void *user)
{
    struct expansion *expansion = user;
    const struct model *model = expansion->place->schedule->model;
    const char *name = isl_map_get_tuple_name(map, isl_dim_out);
    bool is_expanded = false;

    for (int i = 0; name && i < model->n_arrays; i++)
        is_expanded = is_expanded ||
                      (expansion->to[i] &&
                          !strcmp(name, model_array_name(expansion->to[i])));
    if (is_expanded)
        map = expand_access(expansion, map);
    expansion->reads =
        isl_union_map_union(expansion->reads, isl_union_map_from_map(map));
    return isl_stat_ok;
}

/* Put the expanded arrays in the place of the others in one statement. */
static void expand_statement(
    struct expansion *expansion, struct model_statement *statement)
{
    struct model *model = expansion->place->schedule->model;
    struct array *to = expansion->to[statement->target->id];

    statement->value =
        value_map(model->values, statement->value, expand_load, expansion);
    expansion->reads =
        isl_union_map_empty(isl_union_map_get_space(statement->reads));
    isl_union_map_foreach_map(statement->reads, expand_read, expansion);
    isl_union_map_free(statement->reads);
    statement->reads = expansion->reads;
    if (!to)
        return;
    statement->index = expand_index(
        expansion->place, statement->target->n_dimensions, statement->index);
    statement->target = to;
    statement->write = expand_access(expansion, statement->write);
}

void schedule_expand_private(
    const struct schedule_place *place, struct schedule_nodes leaves)
{
    struct model *model = place->schedule->model;
    struct arena *arena = model->c->arena;
    struct expansion expansion = {
        place, ARENA_ARRAY(arena, model->n_arrays, struct array *), NULL};

    for (int i = 0; i < leaves.n; i++) {
        const struct array *from = leaves.at[i]->statement->target;
        struct array *to;

        if (from->kind != ARRAY_PRIVATE || expansion.to[from->id])
            continue;
        to = arena_copy(arena, from, sizeof *from);
        to->n_dimensions += place->around.n;
        to->n_axes = 0;
        model->arrays[from->id] = to;
        expansion.to[from->id] = to;
    }
    for (int i = 0; i < leaves.n; i++)
        expand_statement(&expansion, leaves.at[i]->statement);
}
