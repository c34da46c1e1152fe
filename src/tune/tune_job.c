/* What a trial needs to know of a compiled kernel: its arguments. */
#include "tune/tune_internal.h"

#include <string.h>

enum { MAX_BLOCKED = 8 };

/* The array of an argument. */
static const struct array *find_array(
    const struct loop_program *program, const struct ast_tensor *tensor)
{
    for (int i = 0; i < program->n_arrays; i++)
        if (program->arrays[i]->position == tensor->position &&
            (program->arrays[i]->kind == ARRAY_IN ||
                program->arrays[i]->kind == ARRAY_OUT ||
                program->arrays[i]->kind == ARRAY_INOUT))
            return program->arrays[i];
    return NULL;
}

/* Extent of an axis in memory; all are constants. */
static int64_t get_extent(
    const struct loop_program *program, const struct array *array, int axis)
{
    return array_axis_extent(program->values, array, axis)->constant;
}

/* Elements from one to the next along an axis. */
static int64_t get_stride(
    const struct loop_program *program, const struct array *array, int axis)
{
    int64_t stride = 1;

    for (int i = axis + 1; i < array->n_axes; i++)
        stride *= get_extent(program, array, i);
    return stride;
}

/* The dimensions stored in blocks. */
static void add_blocks(struct tune *tune, const struct loop_program *program,
    const struct array *array, struct trial_argument *argument)
{
    struct trial_blocks *blocks =
        ARENA_ARRAY(tune->c->arena, array->n_axes, struct trial_blocks);

    for (int i = 0; i < array->n_axes; i++)
        for (int j = 0; j < array->n_axes; j++) {
            const struct array_axis *outer = &array->axes[i];
            const struct array_axis *inner = &array->axes[j];

            if (outer->block == 0 || outer->is_inner || !inner->is_inner ||
                outer->dimension != inner->dimension)
                continue;
            blocks[argument->n_blocks++] = (struct trial_blocks){
                get_stride(program, array, i), get_extent(program, array, i),
                get_stride(program, array, j), outer->block,
                array->extents[outer->dimension]->constant};
        }
    argument->blocks = blocks;
}

/* An array as an argument. False after reporting that it is too large. */
static bool set_array(struct tune *tune, const struct ast_tensor *tensor,
    struct trial_argument *argument)
{
    static const enum trial_argument_kind kinds[] = {[ARRAY_IN] = TRIAL_IN,
        [ARRAY_OUT] = TRIAL_OUT,
        [ARRAY_INOUT] = TRIAL_INOUT};
    const struct loop_program *program = tune->variant->program;
    const struct array *array = find_array(program, tensor);

    argument->kind = kinds[array->kind];
    argument->type = array->type;
    argument->n_elements = loop_array_elements(program, array, NULL);
    if (argument->n_elements < 0 || argument->n_elements > INT64_MAX / 64) {
        diag_error(tune->c->diag, tensor->range, DIAG_E0210,
            "'%s' is too large to be measured", tensor->name->text);
        return false;
    }
    add_blocks(tune, program, array, argument);
    return true;
}

/* The strides of a tensor handed over without gaps. */
static void set_strides(struct tune *tune, const struct ast_tensor *tensor,
    struct trial_argument *argument)
{
    const struct array *array = find_array(tune->variant->program, tensor);
    int64_t *strides =
        ARENA_ARRAY(tune->c->arena, tensor->n_dimensions, int64_t);
    int64_t stride = 1;

    for (int i = tensor->n_dimensions; i-- > 0;) {
        strides[i] = stride;
        stride *= array->extents[i]->constant;
    }
    argument->kind = TRIAL_STRIDES;
    argument->n_numbers = tensor->n_dimensions;
    argument->numbers = strides;
}

/* One argument of the entry. */
static bool set_argument(struct tune *tune, const struct verify_slot *slot,
    struct trial_argument *argument)
{
    switch (slot->kind) {
    case VERIFY_SLOT_ARRAY:
        return set_array(tune, slot->tensor, argument);
    case VERIFY_SLOT_SCALAR:
        argument->kind = TRIAL_SCALAR;
        argument->type = slot->tensor->type;
        return true;
    case VERIFY_SLOT_STRIDES:
        set_strides(tune, slot->tensor, argument);
        return true;
    case VERIFY_SLOT_WORKSPACE:
        argument->kind = TRIAL_WORKSPACE;
        return true;
    case VERIFY_SLOT_PARAMETER:
        argument->kind = TRIAL_PARAMETER;
        argument->value = slot->parameter->value;
        return true;
    }
    return false;
}

bool tune_job_new(struct tune *tune)
{
    const struct ast_kernel *kernel = tune->kernel->kernel;
    struct arena *arena = tune->c->arena;
    int n_most = 2 * kernel->n_tensors + kernel->n_parameters + 1;
    struct verify_slot *slots = ARENA_ARRAY(arena, n_most, struct verify_slot);
    int n = verify_list_slots(kernel, slots);
    struct trial_argument *arguments =
        ARENA_ARRAY(arena, n, struct trial_argument);

    for (int i = 0; i < n; i++)
        if (!set_argument(tune, &slots[i], &arguments[i]))
            return false;
    tune->job = (struct trial_job){.symbol = kernel->name->text,
        .n_arguments = n,
        .arguments = arguments,
        .is_cold = tune->options->search.is_cold};
    if (tune->c->options.fp == FP_REASSOC)
        tune->job.tolerance = 1e-3;
    return true;
}
