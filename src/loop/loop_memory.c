/* Sizes and addresses of arrays under given parameter values. */
#include "loop/loop_memory.h"

int64_t *memory_new_values(struct arena *arena,
    const struct loop_program *program, const int64_t *parameters)
{
    int64_t *values =
        ARENA_ARRAY(arena, program->values->n_variables + 1, int64_t);
    for (int i = 0; parameters && i < program->n_parameters; i++)
        values[program->parameters[i]->id] = parameters[i];
    return values;
}

/* a / b rounded up, a >= 0, b > 0. */
static int64_t divide_up(int64_t a, int64_t b)
{
    return a / b + (a % b != 0);
}

/* How many places an axis has. */
static int64_t get_axis_extent(
    const struct memory *memory, const struct memory_axis *axis)
{
    int64_t extent = memory->extents[axis->dimension];
    if (axis->block == 0)
        return extent;
    return axis->is_inner ? axis->block : divide_up(extent, axis->block);
}

/* Strides of axes that lie one in the other; false on overflow. An extent of
 * 0 gives strides of 0 and no element. */
static bool set_dense_strides(struct memory *memory)
{
    int64_t stride = 1;
    for (int i = memory->n_axes - 1; i >= 0; i--) {
        int64_t extent = get_axis_extent(memory, &memory->axes[i]);
        memory->axes[i].stride = stride;
        if (__builtin_mul_overflow(stride, extent, &stride))
            return false;
    }
    memory->n_elements = stride;
    return true;
}

/* The axes of an array in memory, without strides. */
static void copy_axes(struct arena *arena, struct memory *memory)
{
    const struct array *array = memory->array;
    bool is_plain = array->n_axes == 0 || array->is_strided;
    memory->n_axes = is_plain ? array->n_dimensions : array->n_axes;
    memory->axes = ARENA_ARRAY(arena, memory->n_axes, struct memory_axis);
    for (int i = 0; i < memory->n_axes; i++) {
        struct memory_axis *axis = &memory->axes[i];
        axis->dimension = is_plain ? i : array->axes[i].dimension;
        axis->block = is_plain ? 0 : array->axes[i].block;
        axis->is_inner = !is_plain && array->axes[i].is_inner;
    }
}

bool memory_describe(struct arena *arena, struct memory *memory,
    const struct array *array, const int64_t *strides, const int64_t *values)
{
    int n = array->n_dimensions;
    *memory = (struct memory){.array = array, .n_dimensions = n};
    memory->element_bytes = dtype_bits(array->type) / 8;
    memory->extents = ARENA_ARRAY(arena, n, int64_t);
    memory->limits = ARENA_ARRAY(arena, n, int64_t);
    for (int i = 0; i < n; i++) {
        memory->extents[i] = affine_evaluate(array->extents[i], values);
        memory->limits[i] = memory->extents[i];
        if (memory->extents[i] < 0)
            return false;
    }
    copy_axes(arena, memory);
    for (int i = 0; i < memory->n_axes; i++) {
        int64_t block = memory->axes[i].block;
        int64_t *limit = &memory->limits[memory->axes[i].dimension];
        if (block &&
            __builtin_mul_overflow(divide_up(*limit, block), block, limit))
            return false;
    }
    if (array->kind == ARRAY_REGISTER)
        memory->n_elements = array->n_lanes;
    else if (!set_dense_strides(memory))
        return false;
    for (int i = 0; strides && i < n; i++)
        memory->axes[i].stride = strides[i];
    return true;
}

int64_t memory_find(
    const struct memory *memory, const int64_t *index, int *outside)
{
    int64_t offset = 0;
    for (int i = 0; i < memory->n_dimensions; i++)
        if (index[i] < 0 || index[i] >= memory->limits[i]) {
            *outside = i;
            return -1;
        }
    for (int i = 0; i < memory->n_axes; i++) {
        const struct memory_axis *axis = &memory->axes[i];
        int64_t at = index[axis->dimension];
        if (axis->block)
            at = axis->is_inner ? at % axis->block : at / axis->block;
        offset += at * axis->stride;
    }
    if (offset >= 0 && offset < memory->n_elements)
        return offset;
    *outside = -1;
    return -1;
}

int64_t loop_array_elements(const struct loop_program *program,
    const struct array *array, const int64_t *parameters)
{
    struct arena *arena = arena_new();
    struct memory memory;
    int64_t *values = memory_new_values(arena, program, parameters);
    bool fits = memory_describe(arena, &memory, array, NULL, values);
    int64_t n = fits ? memory.n_elements : -1;
    arena_free(arena);
    return n;
}

bool loop_parameters_allowed(
    const struct loop_program *program, const int64_t *parameters)
{
    struct arena *arena = arena_new();
    int64_t *values = memory_new_values(arena, program, parameters);
    bool allowed = true;
    for (int i = 0; i < program->n_requires && allowed; i++)
        allowed = guard_evaluate(program->requires[i], values);
    arena_free(arena);
    return allowed;
}
