/* Flattened rows: where the lanes run over a fused pair of loops, the index of
 * an access holds floors of the lane:
 *
 *     x[0, floor((q + lane)/21), q + lane - 21*floor((q + lane)/21) + 1]
 *
 * In memory that is one row after the other. An array whose last axes there
 * are joined has the same elements in the same order, and there the floors
 * cancel if its rows are as long as the loop's:
 *
 *     x.0[0, q + lane + 1]      view f32 x.0[1][43008] of x
 *
 * An access becomes one to such a view if that leaves fewer floors of lanes in
 * its index. An element inside the array is inside the view. */
#include "loop/loop_scan.h"

/* A walk: the node at hand. */
struct flatten {
    struct loop_program *program;
    const struct loop_node *node;
};

/* How many atoms with the lane there are in a form. */
static int count_floors(const struct affine *form, const struct variable *lane)
{
    int n = 0;

    for (int i = 0; i < form->n_terms; i++) {
        const struct variable *atom = form->terms[i].variable;

        n += atom->of && affine_has(atom->of, lane);
    }
    return n;
}

/* In memory row after row, whatever the order of its dimensions there? */
static bool can_be_viewed(const struct array *array)
{
    if (array->kind != ARRAY_IN && array->kind != ARRAY_OUT &&
        array->kind != ARRAY_INOUT && array->kind != ARRAY_LOCAL)
        return false;
    if (array->is_strided || array->n_axes != array->n_dimensions)
        return false;
    for (int i = 0; i < array->n_axes; i++)
        if (array->axes[i].block)
            return false;
    return array->n_dimensions > 1;
}

/* The extent of an axis in memory. */
static const struct affine *get_extent(const struct array *array, int axis)
{
    return array->extents[array->axes[axis].dimension];
}

const struct array *loop_join(
    struct loop_program *program, const struct array *array, int first)
{
    struct value_context *v = program->values;
    const struct array *base = array_base(array);
    struct array view = *array;
    struct array *made;
    const struct affine *joined = get_extent(array, first);

    for (int i = first + 1; i < array->n_dimensions; i++)
        joined = affine_scale(v, joined, get_extent(array, i)->constant);
    for (int i = 0; i < program->n_arrays; i++)
        if (program->arrays[i]->view_of == base &&
            program->arrays[i]->n_dimensions == first + 1)
            return program->arrays[i];
    view.kind = ARRAY_VIEW;
    view.view_of = base;
    view.n_dimensions = first + 1;
    view.extents = ARENA_ARRAY(v->arena, first + 1, const struct affine *);
    for (int i = 0; i < first; i++)
        view.extents[i] = get_extent(array, i);
    view.extents[first] = joined;
    made = loop_new_array(program, &view);
    array_set_plain_axes(v, made);
    return made;
}

const struct affine **loop_join_index(struct value_context *v,
    const struct array *array, const struct affine *const *index, int first)
{
    const struct affine **joined =
        ARENA_ARRAY(v->arena, first + 1, const struct affine *);

    for (int i = 0; i <= first; i++)
        joined[i] = index[array->axes[i].dimension];
    for (int i = first + 1; i < array->n_dimensions; i++)
        joined[first] = affine_add(v,
            affine_scale(v, joined[first], get_extent(array, i)->constant),
            index[array->axes[i].dimension]);
    return joined;
}

/* Do the axes lie in memory in the order of the dimensions? */
static bool is_plain(const struct array *array)
{
    for (int i = 0; i < array->n_axes; i++)
        if (array->axes[i].dimension != i)
            return false;
    return true;
}

/* Can an axis, if there is one, be joined with the one before it? */
static bool is_joinable(const struct array *array, int axis)
{
    return axis == array->n_axes ||
           (affine_is_constant(get_extent(array, axis)) &&
               get_extent(array, axis)->constant > 0);
}

/* Floors of the lane in the index of a view. */
static int count_view_floors(const struct flatten *flatten,
    const struct array *array, const struct affine *const *index, int first)
{
    const struct affine **joined =
        loop_join_index(flatten->program->values, array, index, first);
    int n = 0;

    for (int i = 0; i <= first; i++)
        n += count_floors(joined[i], flatten->node->lane);
    return n;
}

/* Find the array and index with the fewest floors of lanes; false if those it
 * has are the best. Where the order of the axes is another than that of the
 * dimensions, a view in their order is better too: what comes after looks at
 * such only. */
static bool flatten_access(const struct flatten *flatten,
    const struct array **array, int *n_index,
    const struct affine *const **index)
{
    const struct array *old = *array;
    int fewest = 0;
    int best = -1;

    if (!can_be_viewed(old))
        return false;
    for (int i = 0; i < *n_index; i++)
        fewest += count_floors((*index)[i], flatten->node->lane);
    for (int first = old->n_dimensions - 1;
         first >= 0 && fewest && is_joinable(old, first + 1); first--) {
        int n = count_view_floors(flatten, old, *index, first);

        if (n > fewest || (n == fewest && (best >= 0 || is_plain(old))))
            continue;
        fewest = n;
        best = first;
    }
    if (best < 0)
        return false;
    *array = loop_join(flatten->program, old, best);
    *n_index = best + 1;
    *index = loop_join_index(flatten->program->values, old, *index, best);
    return true;
}

/* A load from an array that has a better view. */
static const struct value *flatten_load(
    struct value_context *v, const struct value *value, void *user)
{
    const struct array *array = value->array;
    const struct affine *const *index = value->index;
    int n = value->n_index;

    if (value->kind != VALUE_LOAD || !flatten_access(user, &array, &n, &index))
        return value;
    return value_load(v, array, n, index, value->range);
}

/* A visit: a statement with lanes. */
static void flatten_node(struct loop_node *node, void *user)
{
    struct flatten *flatten = user;

    if (node->kind != LOOP_ASSIGN || !node->lane)
        return;
    flatten->node = node;
    flatten_access(flatten, &node->array, &node->n_index, &node->index);
    node->value =
        value_map(flatten->program->values, node->value, flatten_load, flatten);
}

bool loop_flatten(struct compilation *c, struct loop_program *program)
{
    struct flatten flatten = {program, NULL};

    (void)c;
    loop_foreach(program->body, flatten_node, &flatten);
    return true;
}
