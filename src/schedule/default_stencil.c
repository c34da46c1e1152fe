/* Stencils, lanes along the inner axis: statements that read neighbours of a
 * row too. Several rows at a time load each of them once. */
#include "schedule/schedule_default.h"

#include "base/vector.h"

/* Rows at a time; of their loads one in so many must be another one's. */
enum { ROWS = 4, SHARE = 5 };

/* The loads of a statement. */
struct loads {
    struct arena *arena;
    VECTOR(const struct value *) at;
};

/* A visit: note a load. */
static void note_load(const struct value *value, void *user)
{
    struct loads *loads = user;

    if (value->kind == VALUE_LOAD && value->array->kind != ARRAY_PRIVATE)
        VECTOR_PUSH(loads->arena, &loads->at, value);
}

/* How many rows behind one load another one is that is the same otherwise; 0 if
 * that is not known, or if it is not behind. */
static int64_t get_distance(struct schedule *schedule,
    const struct model_statement *statement, const struct schedule_node *rows,
    const struct value *a, const struct value *b)
{
    struct value_context *v = schedule->model->values;
    int64_t n_rows = 0;

    if (a->array != b->array)
        return 0;
    for (int i = 0; i < a->n_index; i++) {
        const struct affine *form =
            schedule_in_loops(schedule, statement, a->index[i]);
        const struct affine *distance =
            affine_subtract(v, a->index[i], b->index[i]);

        if (!affine_is_constant(distance))
            return 0;
        if (distance->constant == 0)
            continue;
        if (affine_coefficient(form, rows->variable) != 1)
            return 0;
        n_rows = distance->constant;
    }
    return n_rows > 0 ? n_rows : 0;
}

/* Is so much of what a statement reads for several rows the same that the rest
 * is worth its many streams? */
static bool shares_rows(struct schedule *schedule,
    const struct model_statement *statement, const struct schedule_node *rows)
{
    struct loads loads = {schedule->c->arena, {0}};
    int64_t n_shared = 0;

    value_foreach(statement->value, note_load, &loads);
    for (int a = 0; a < loads.at.n; a++) {
        int64_t nearest = ROWS;

        for (int b = 0; b < loads.at.n; b++) {
            int64_t n = get_distance(
                schedule, statement, rows, loads.at.at[a], loads.at.at[b]);

            nearest = n && n < nearest ? n : nearest;
        }
        n_shared += ROWS - nearest;
    }
    return n_shared > 0 && n_shared * SHARE >= loads.at.n * ROWS;
}

/* Does a statement below the lanes read several rows at one place? */
static bool reads_rows(struct schedule *schedule, struct schedule_node *lanes)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, lanes);

    for (int i = 0; i < leaves.n; i++)
        if (shares_rows(schedule, leaves.at[i]->statement, lanes->parent))
            return true;
    return false;
}

bool schedule_default_stencil(
    struct schedule *schedule, struct schedule_node *lanes)
{
    struct schedule_node *rows = lanes->parent;
    int64_t n;

    if (!rows || rows->kind != SCHEDULE_LOOP || rows->n_lanes > 1 ||
        lanes->children[0]->kind != SCHEDULE_STATEMENT ||
        schedule->machine->n_vector_registers < 8 * ROWS)
        return false;
    n = schedule_count_values(schedule, rows);
    if (n > 0 && n < 2 * ROWS)
        return false;
    if (!reads_rows(schedule, lanes) ||
        !schedule_is_legal_quietly(schedule, SCHEDULE_JAM, rows))
        return false;
    rows->jam = schedule->point.jam ? schedule->point.jam : ROWS;
    return true;
}
