/* Which outputs are written past the caches: those far larger than any cache,
 * which saves reading them first, a third of the traffic of a copy. Whole
 * cache lines only, so rows must be a multiple of 16 bytes, or be stored one
 * after the other by whole vectors. */
#include "schedule/schedule.h"

/* What every row must be a multiple of; the vectors from which such outputs
 * are a class of sizes of their own. */
enum { PIECE_BYTES = 16, CLASS_VECTOR_BYTES = 32 };

/* The form as e - n*floor(e/n) = 0, that is, -(e mod n) >= 0. */
static const struct affine *is_multiple(
    struct value_context *v, const struct affine *e, int64_t n)
{
    return affine_subtract(v, affine_scale(v, affine_floor(v, e, n), n), e);
}

/* Is the output worth it, in all sizes of the schedule's class? */
static bool is_worth(struct schedule *schedule, const struct array *array)
{
    struct value_context *v = schedule->model->values;
    int64_t lanes = PIECE_BYTES / (dtype_bits(array->type) / 8);
    struct model_condition condition = {
        .bytes = schedule->machine->costs->stream_bytes};
    const struct affine *rest;

    if (array->kind != ARRAY_OUT || array->is_strided || array->n_axes == 0 ||
        schedule->point.stores == SCHEDULE_STORES_CACHED)
        return false;
    rest =
        is_multiple(v, array_axis_extent(v, array, array->n_axes - 1), lanes);
    if (!schedule->is_gapless || !schedule->is_gapless[array->id])
        condition.guard = guard_all(v, 1, &rest);
    if (schedule->point.stores != SCHEDULE_STORES_STREAMED)
        condition.large = array;
    return schedule_is_sure(schedule, condition);
}

/* A visit: a loop that is the user's. */
static void find_fixed(struct schedule_node *node, void *user)
{
    bool *is_fixed = user;

    *is_fixed = *is_fixed || node->is_fixed;
}

/* May sizes that are not known be asked for? Not where the user said what
 * runs, not for several outputs: each would double the bodies; and not for what
 * is packed, which is long and has much to do for each output. */
static bool may_ask(struct schedule *schedule)
{
    bool is_fixed = false;
    int n_outputs = 0;

    for (int i = 0; i < schedule->model->n_arrays; i++)
        n_outputs += schedule->model->arrays[i]->kind == ARRAY_OUT;
    if (n_outputs > 1)
        return false;
    schedule_foreach(schedule->root, find_fixed, &is_fixed);
    return !is_fixed && schedule->applied != SCHEDULE_PACK &&
           schedule->c->options.optimize_level > 0 &&
           schedule->machine->vector_bytes >= CLASS_VECTOR_BYTES;
}

void schedule_choose_streams(struct schedule *schedule)
{
    schedule->is_streamed =
        ARENA_ARRAY(schedule->c->arena, schedule->model->n_arrays, bool);
    if (schedule->model->n_parameters > 0 && !may_ask(schedule))
        return;
    for (int i = 0; i < schedule->model->n_arrays; i++)
        schedule->is_streamed[i] =
            is_worth(schedule, schedule->model->arrays[i]);
}
