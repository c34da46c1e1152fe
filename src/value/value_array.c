/* Arrays and their order in memory. */
#include "value/value.h"

void array_set_plain_axes(struct value_context *v, struct array *array)
{
    array->n_axes = array->n_dimensions;
    array->axes = ARENA_ARRAY(v->arena, array->n_dimensions, struct array_axis);
    for (int i = 0; i < array->n_axes; i++)
        array->axes[i].dimension = i;
}

const struct array *array_base(const struct array *array)
{
    return array->kind == ARRAY_VIEW ? array->view_of : array;
}

const struct affine *array_axis_index(struct value_context *v,
    const struct array *array, int axis, const struct affine *const *index)
{
    const struct array_axis *in = &array->axes[axis];

    if (in->block == 0)
        return index[in->dimension];
    return in->is_inner ? affine_modulo(v, index[in->dimension], in->block)
                        : affine_floor(v, index[in->dimension], in->block);
}

const struct affine *array_axis_extent(
    struct value_context *v, const struct array *array, int axis)
{
    const struct array_axis *in = &array->axes[axis];
    const struct affine *extent = array->extents[in->dimension];

    if (in->block == 0)
        return extent;
    if (in->is_inner)
        return affine_constant(v, in->block);
    return affine_floor(v, affine_shift(v, extent, in->block - 1), in->block);
}

int64_t array_constant_bytes(struct value_context *v, const struct array *array)
{
    int64_t bytes = dtype_bits(array->type) / 8;

    for (int i = 0; i < array->n_axes; i++) {
        const struct affine *extent = array_axis_extent(v, array, i);

        if (!affine_is_constant(extent) ||
            __builtin_mul_overflow(bytes, extent->constant, &bytes))
            return -1;
    }
    return bytes;
}

int64_t array_count_bytes(
    struct value_context *v, int n, struct array *const *arrays)
{
    int64_t sum = 0;

    for (int i = 0; i < n; i++) {
        int64_t bytes;

        if (arrays[i]->kind > ARRAY_LOCAL)
            continue;
        bytes = array_constant_bytes(v, arrays[i]);
        if (bytes < 0 || __builtin_add_overflow(sum, bytes, &sum))
            return INT64_MAX;
    }
    return sum;
}

int64_t array_pitch_bytes(struct value_context *v, const struct array *array)
{
    const struct affine *row;

    if (array->kind == ARRAY_PRIVATE || array->is_strided || array->n_axes < 2)
        return 0;
    row = array_axis_extent(v, array, array->n_axes - 1);
    return affine_is_constant(row)
               ? row->constant * (dtype_bits(array->type) / 8)
               : 0;
}
