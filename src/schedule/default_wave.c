/* Nests of two loops in which every iteration waits for the one before, and
 * rows for the rows before (Gauss and Seidel's method): several rows at a time
 * as a wave, each a few steps behind the one above it, so that what they do
 * overlaps.
 *
 *     for i: for j: S(i, j)     becomes
 *     for i by 4: for j: for r in 4: S(4*i + r, j - 2*r) */
#include "schedule/schedule_default.h"

/* Rows in a wave, the largest distance between them. */
enum { ROWS = 4, MOST_BEHIND = 2 };

/* What there was before. */
struct before {
    struct schedule_node *outer;
    struct schedule_node *inner;
    const struct affine *outer_coordinate;
    const struct affine *inner_coordinate;
    const struct variable *outer_variable;
    const struct variable *inner_variable;
    const struct affine **inverse;
};

/* Iterators in terms of the new loops. */
static void invert(struct schedule *schedule, const struct before *before,
    const struct variable *tile, int64_t behind)
{
    struct value_context *v = schedule->model->values;
    const struct model_statement *statement =
        before->inner->children[0]->statement;
    const struct affine *row = affine_variable(v, before->outer->variable);
    const struct variable *from[] = {
        before->outer_variable, before->inner_variable};
    const struct affine *to[] = {
        affine_add(v, affine_scale(v, affine_variable(v, tile), ROWS), row),
        affine_subtract(v, affine_variable(v, before->inner->variable),
            affine_scale(v, row, behind))};
    struct substitution substitution = {2, from, to};
    const struct affine **inverse =
        ARENA_ARRAY(v->arena, statement->n_iterators, const struct affine *);

    for (int i = 0; i < statement->n_iterators; i++)
        inverse[i] = affine_substitute(v, before->inverse[i], &substitution);
    schedule->inverse[statement->id] = inverse;
}

/* Make the wave: the tile loop around both, the rows innermost. */
static struct schedule_node *make_wave(
    struct schedule *schedule, const struct before *before, int64_t behind)
{
    struct value_context *v = schedule->model->values;
    struct schedule_node *outer = before->outer;
    struct schedule_node *inner = before->inner;
    int id = inner->children[0]->statement->id;
    const struct affine *row = affine_modulo(v, before->outer_coordinate, ROWS);
    struct schedule_node *tile = schedule_tile_after(schedule, outer, ROWS);

    outer->variable = variable_new(v, VARIABLE_LOOP, outer->name);
    inner->variable = variable_new(v, VARIABLE_LOOP, inner->name);
    outer->coordinates[id] = row;
    inner->coordinates[id] =
        affine_add(v, before->inner_coordinate, affine_scale(v, row, behind));
    invert(schedule, before, tile->variable, behind);
    schedule_interchange(schedule, outer);
    return tile;
}

/* As it was. */
static void undo(struct schedule *schedule, const struct before *before,
    struct schedule_node *tile)
{
    struct schedule_node *outer = before->outer;
    int id = outer->children[0]->statement->id;

    schedule_interchange(schedule, before->inner);
    schedule_node_replace(schedule, tile, outer);
    outer->variable = before->outer_variable;
    before->inner->variable = before->inner_variable;
    outer->coordinates[id] = before->outer_coordinate;
    before->inner->coordinates[id] = before->inner_coordinate;
    schedule->inverse[id] = before->inverse;
}

/* Two loops, one directly in the other, around one statement? */
static bool find_nest(struct schedule *schedule, struct schedule_node *leaf,
    struct before *before)
{
    struct schedule_node *inner = leaf->parent;
    int id = leaf->statement->id;

    if (!inner || inner->kind != SCHEDULE_LOOP || !inner->parent ||
        inner->parent->kind != SCHEDULE_LOOP || inner->is_unrolled ||
        leaf->statement->target->kind == ARRAY_PRIVATE ||
        leaf->statement->update != MODEL_SET)
        return false;
    *before = (struct before){inner->parent, inner,
        inner->parent->coordinates[id], inner->coordinates[id],
        inner->parent->variable, inner->variable, schedule->inverse[id]};
    return true;
}

void schedule_default_wave(
    struct schedule *schedule, struct schedule_node *nest)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, nest);
    struct before before;

    if (leaves.n != 1 || !find_nest(schedule, leaves.at[0], &before) ||
        schedule_is_legal_quietly(schedule, SCHEDULE_PARALLEL, before.inner))
        return;
    for (int64_t behind = 1; behind <= MOST_BEHIND; behind++) {
        struct schedule_node *tile = make_wave(schedule, &before, behind);

        if (schedule_is_legal_quietly(schedule, SCHEDULE_ORDER, NULL) &&
            schedule_is_legal_quietly(
                schedule, SCHEDULE_PARALLEL, before.outer)) {
            before.outer->is_unrolled = true;
            return;
        }
        undo(schedule, &before, tile);
    }
}
