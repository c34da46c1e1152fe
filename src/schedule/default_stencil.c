/* Stencils, lanes along the inner axis: statements that read neighbours of a
 * row too. Several rows at a time load each of them once. */
#include "schedule/schedule_default.h"

#include "base/vector.h"

/* Rows at a time. */
enum { ROWS = 4 };

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

/* Are two loads the same but for the row, where they differ by a constant? */
static bool is_neighbour(struct schedule *schedule,
    const struct model_statement *statement, const struct schedule_node *rows,
    const struct value *a, const struct value *b)
{
    struct value_context *v = schedule->model->values;
    bool found = false;

    if (a->array != b->array)
        return false;
    for (int i = 0; i < a->n_index; i++) {
        const struct affine *form =
            schedule_in_loops(schedule, statement, a->index[i]);
        const struct affine *distance =
            affine_subtract(v, a->index[i], b->index[i]);

        if (!affine_is_constant(distance))
            return false;
        if (distance->constant == 0)
            continue;
        if (affine_coefficient(form, rows->variable) != 1)
            return false;
        found = true;
    }
    return found;
}

/* Does a statement below the lanes read several rows at one place? */
static bool reads_rows(struct schedule *schedule, struct schedule_node *lanes)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, lanes);

    for (int i = 0; i < leaves.n; i++) {
        const struct model_statement *statement = leaves.at[i]->statement;
        struct loads loads = {schedule->c->arena, {0}};

        value_foreach(statement->value, note_load, &loads);
        for (int a = 0; a < loads.at.n; a++)
            for (int b = 0; b < a; b++)
                if (is_neighbour(schedule, statement, lanes->parent,
                        loads.at.at[a], loads.at.at[b]))
                    return true;
    }
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
