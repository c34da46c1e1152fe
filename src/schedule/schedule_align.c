/* Groups of elements that begin where memory's do. Where rows are no multiple
 * of a group, as those of 2047 elements, groups of a thread counted from the
 * row's beginning would not be aligned. With R elements before the row,
 *
 *     p  ->  floor((p + R % n)/n), (p + R % n) % n
 *
 * counts them from the last multiple of n before it: the first and the last
 * group of a row are not whole, all others can be accessed as one. Iterations
 * of loops that are mapped may be grouped in any way. */
#include "schedule/schedule_default.h"

/* The elements in memory before the row that a statement stores into, in
 * variables of loops, if it moves along the row by one element with each
 * iteration; else NULL. */
static const struct affine *find_row(struct schedule *schedule,
    const struct schedule_node *loop, const struct model_statement *statement)
{
    struct value_context *v = schedule->model->values;
    const struct array *array = statement->target;
    const struct affine *place = affine_constant(v, 0);

    if (array->kind == ARRAY_PRIVATE || array->is_strided || array->n_axes == 0)
        return NULL;
    for (int i = 0; i < array->n_axes; i++) {
        const struct affine *extent = array_axis_extent(v, array, i);

        if (array->axes[i].block || (i > 0 && !affine_is_constant(extent)))
            return NULL;
        if (i > 0)
            place = affine_scale(v, place, extent->constant);
        place = affine_add(v, place,
            schedule_in_loops(schedule, statement,
                statement->index[array->axes[i].dimension]));
    }
    place = affine_subtract(v, place, affine_variable(v, loop->variable));
    return affine_has(place, loop->variable) ? NULL : place;
}

/* Is the form the same for all iterations of this loop and of those inside? */
static bool is_fixed(struct schedule *schedule, struct schedule_node *loop,
    const struct affine *form)
{
    struct schedule_nodes loops = {0};

    schedule_collect_loops(schedule, loop, &loops);
    for (int i = 0; i < loops.n; i++)
        if (affine_has(form, loops.at[i]->variable))
            return false;
    return true;
}

/* R % n of the first row that is stored into, NULL if that is 0 or not
 * known. */
static const struct affine *find_rest(
    struct schedule *schedule, struct schedule_node *loop, int n)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, loop);

    for (int i = 0; i < leaves.n; i++) {
        const struct affine *row =
            find_row(schedule, loop, leaves.at[i]->statement);

        if (!row)
            continue;
        row = affine_modulo(schedule->model->values, row, n);
        if (is_fixed(schedule, loop, row))
            return affine_is_constant(row) && row->constant == 0 ? NULL : row;
    }
    return NULL;
}

bool schedule_begins_anywhere(
    struct schedule *schedule, struct schedule_node *loop, int n)
{
    return find_rest(schedule, loop, n) != NULL;
}

bool schedule_begins_apart(struct schedule *schedule,
    struct schedule_node *loop, const struct schedule_node *rows, int n)
{
    const struct affine *rest = find_rest(schedule, loop, n);

    return rest && affine_has(rest, rows->variable);
}

/* A form of the variables of loops around "loop", in the iterators of a
 * statement in it. */
static const struct affine *in_iterators(struct schedule *schedule,
    const struct schedule_node *loop, const struct model_statement *statement,
    const struct affine *form)
{
    struct value_context *v = schedule->model->values;

    for (const struct schedule_node *up = loop->parent; up; up = up->parent)
        if (up->kind == SCHEDULE_LOOP) {
            struct substitution substitution = {
                1, &up->variable, &up->coordinates[statement->id]};

            form = affine_substitute(v, form, &substitution);
        }
    return form;
}

void schedule_align_groups(
    struct schedule *schedule, struct schedule_node *loop, int n)
{
    struct value_context *v = schedule->model->values;
    struct schedule_nodes leaves = schedule_leaves(schedule, loop);
    const struct affine *rest = find_rest(schedule, loop, n);
    const struct affine *moved;
    struct substitution substitution = {1, &loop->variable, &moved};

    if (!rest)
        return;
    moved = affine_subtract(v, affine_variable(v, loop->variable), rest);
    for (int i = 0; i < leaves.n; i++) {
        const struct model_statement *statement = leaves.at[i]->statement;
        const struct affine **inverse = schedule->inverse[statement->id];

        loop->coordinates[statement->id] =
            affine_add(v, loop->coordinates[statement->id],
                in_iterators(schedule, loop, statement, rest));
        for (int j = 0; j < statement->n_iterators; j++)
            inverse[j] = affine_substitute(v, inverse[j], &substitution);
    }
}
