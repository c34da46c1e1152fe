/* Flattened rows: where the lanes run over a fused pair of loops, the index of
 * an access holds floors of the lane:
 *
 *     x[0, floor((q + lane)/21), q + lane - 21*floor((q + lane)/21) + 1]
 *
 * In memory that is one row after the other. An array whose last dimensions
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

/* In memory, in the order of its dimensions, each next to the one before? */
static bool can_be_viewed(const struct array *array)
{
    if (array->kind != ARRAY_IN && array->kind != ARRAY_OUT &&
        array->kind != ARRAY_INOUT && array->kind != ARRAY_LOCAL)
        return false;
    if (array->is_strided || array->n_axes != array->n_dimensions)
        return false;
    for (int i = 0; i < array->n_axes; i++)
        if (array->axes[i].block || array->axes[i].dimension != i)
            return false;
    return array->n_dimensions > 1;
}

const struct array *loop_join(
    struct loop_program *program, const struct array *array, int first)
{
    struct value_context *v = program->values;
    struct array view = *array;
    struct array *made;
    const struct affine *joined = array->extents[first];

    for (int i = first + 1; i < array->n_dimensions; i++)
        joined = affine_scale(v, joined, array->extents[i]->constant);
    for (int i = 0; i < program->n_arrays; i++)
        if (program->arrays[i]->view_of == array &&
            program->arrays[i]->n_dimensions == first + 1)
            return program->arrays[i];
    view.kind = ARRAY_VIEW;
    view.view_of = array;
    view.n_dimensions = first + 1;
    view.extents = arena_copy(
        v->arena, array->extents, (size_t)(first + 1) * sizeof *view.extents);
    view.extents[first] = joined;
    made = loop_new_array(program, &view);
    array_set_plain_axes(v, made);
    return made;
}

const struct affine **loop_join_index(struct value_context *v,
    const struct array *array, const struct affine *const *index, int first)
{
    const struct affine **joined =
        arena_copy(v->arena, index, (size_t)(first + 1) * sizeof *joined);

    for (int i = first + 1; i < array->n_dimensions; i++)
        joined[first] = affine_add(v,
            affine_scale(v, joined[first], array->extents[i]->constant),
            index[i]);
    return joined;
}

/* Find the array and index with the fewest floors of lanes; false if those it
 * has are the best. */
static bool flatten_access(const struct flatten *flatten,
    const struct array **array, int *n_index,
    const struct affine *const **index)
{
    struct value_context *v = flatten->program->values;
    const struct array *old = *array;
    const struct affine *const *old_index = *index;
    int fewest = 0;
    bool found = false;

    if (!can_be_viewed(old))
        return false;
    for (int i = 0; i < *n_index; i++)
        fewest += count_floors(old_index[i], flatten->node->lane);
    for (int first = old->n_dimensions - 2; first >= 0 && fewest; first--) {
        const struct affine **joined;
        int n = 0;

        if (!affine_is_constant(old->extents[first + 1]) ||
            old->extents[first + 1]->constant < 1)
            break;
        joined = loop_join_index(v, old, old_index, first);
        for (int i = 0; i <= first; i++)
            n += count_floors(joined[i], flatten->node->lane);
        if (n >= fewest)
            continue;
        fewest = n;
        *array = loop_join(flatten->program, old, first);
        *n_index = first + 1;
        *index = joined;
        found = true;
    }
    return found;
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
