/* Windows over two axes, lanes along the inner one: several short rows of
 * outputs share the rows of inputs they need, which are loaded and shifted
 * once. Where the memory is what everything waits for, single rows are better:
 * fewer streams; long rows have enough to do in one. */
#include "schedule/schedule_default.h"

/* Vectors of outputs at a time, in all; rows; taps up to which all of them
 * become straight code. */
enum { VECTORS = 8, ROWS = 3, MOST_TAPS = 32 };

/* Does a window slide along the rows in a sum below the lanes? */
static bool slides(struct schedule *schedule, struct schedule_node *lanes)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, lanes);

    for (int i = 0; i < leaves.n; i++) {
        const struct model_statement *statement = leaves.at[i]->statement;

        if (statement->update != MODEL_SET &&
            statement->target->kind == ARRAY_PRIVATE &&
            schedule_slides(schedule, statement, lanes->parent, lanes, true))
            return true;
    }
    return false;
}

/* Taps of the longest sum below the lanes, 0 if that is not known. */
static int64_t count_taps(
    struct schedule *schedule, struct schedule_node *lanes)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, lanes);
    int64_t most = 0;

    for (int i = 0; i < leaves.n; i++) {
        int64_t taps = 1;

        for (struct schedule_node *node = leaves.at[i]->parent; node != lanes;
             node = node->parent)
            if (node->kind == SCHEDULE_LOOP && taps <= MOST_TAPS)
                taps *= schedule_count_values(schedule, node);
        most = taps > most ? taps : most;
    }
    return most;
}

int64_t schedule_count_bytes(const struct schedule *schedule)
{
    return array_count_bytes(schedule->model->values, schedule->model->n_arrays,
        schedule->model->arrays);
}

bool schedule_is_compute_bound(const struct schedule *schedule, int64_t taps)
{
    const struct costs *costs = schedule->machine->costs;
    const struct costs_level *level =
        &costs->levels[costs_level_of(costs, schedule_count_bytes(schedule))];
    double lines = schedule->machine->vector_bytes / (double)COSTS_LINE_BYTES;

    return (double)taps > lines * (level->read + level->write);
}

/* How many rows to do at a time. */
static int choose_rows(struct schedule *schedule, struct schedule_node *lanes)
{
    int64_t n = schedule_count_values(schedule, lanes) + lanes->n_lanes - 1;
    int64_t n_vectors = n / lanes->n_lanes;
    int64_t rows = n_vectors ? VECTORS / n_vectors : 0;

    rows = rows < ROWS ? rows : ROWS;
    rows = schedule->point.jam ? schedule->point.jam : rows;
    return schedule_count_values(schedule, lanes->parent) >= 2 * rows
               ? (int)rows
               : 0;
}

bool schedule_default_rows(
    struct schedule *schedule, struct schedule_node *lanes)
{
    struct schedule_node *rows = lanes->parent;
    int64_t taps;
    int n_rows;

    if (!rows || rows->kind != SCHEDULE_LOOP || rows->n_lanes > 1 ||
        schedule->machine->n_vector_registers < 4 * VECTORS)
        return false;
    n_rows = choose_rows(schedule, lanes);
    taps = count_taps(schedule, lanes);
    if (n_rows < 2 || taps > MOST_TAPS || !slides(schedule, lanes) ||
        !schedule_is_compute_bound(schedule, taps) ||
        !schedule_is_legal_quietly(schedule, SCHEDULE_JAM, rows))
        return false;
    /* Unrolling asks whether loops may be interleaved with the rows. */
    rows->jam = n_rows;
    schedule_unroll_below(schedule, lanes, MOST_TAPS);
    if (schedule_has_inner_loop(lanes))
        rows->jam = 1;
    return rows->jam > 1;
}
