/* Long reductions over a window that slides along a row, lanes being another
 * axis (channels): a tile of rows by taps in registers. Every weight loaded
 * serves all rows of the tile, every input as many taps as are jammed, and the
 * accumulators stay where they are for the whole loop over the taps. */
#include "schedule/schedule_default.h"

#include "base/vector.h"

/* Taps from which a loop over them beats straight code, and the most rows of
 * a tile. */
enum { LEAST_TAPS = 9, MOST_ROWS = 16 };

/* The loops of a window: "lanes", the "row" along which it slides, inside
 * them, and the innermost loop over its taps. */
struct window {
    struct schedule *schedule;
    struct schedule_node *lanes;
    struct schedule_node *row;
    struct schedule_node *taps;
    const struct model_statement *statement;
    bool slides;
    bool shares;
};

/* The form in loop variables. */
static const struct affine *in_loops(
    const struct window *window, const struct affine *form)
{
    struct schedule *schedule = window->schedule;
    const struct model_statement *statement = window->statement;
    struct substitution iterators = {statement->n_iterators,
        statement->iterators, schedule->inverse[statement->id]};

    return affine_substitute(schedule->model->values, form, &iterators);
}

/* A visit: an input that slides, or a weight that all rows share. */
static void note_load(const struct value *value, void *user)
{
    struct window *window = user;
    bool has_row = false;
    bool has_tap = false;

    if (value->kind != VALUE_LOAD || value->array->kind == ARRAY_PRIVATE)
        return;
    for (int i = 0; i < value->n_index; i++) {
        const struct affine *form = in_loops(window, value->index[i]);
        bool row = affine_has(form, window->row->variable);
        bool tap = affine_has(form, window->taps->variable);

        window->slides = window->slides || (row && tap);
        has_row = has_row || row;
        has_tap = has_tap || tap;
    }
    window->shares = window->shares || (has_tap && !has_row);
}

/* Does a window slide along "row", in the reduction of "leaf"? */
static bool is_window(struct window *window, struct schedule_node *row,
    const struct schedule_node *leaf)
{
    window->row = row;
    window->taps = leaf->parent;
    window->statement = leaf->statement;
    window->slides = window->shares = false;
    if (leaf->statement->update == MODEL_SET ||
        leaf->statement->target->kind != ARRAY_PRIVATE ||
        leaf->parent->kind != SCHEDULE_LOOP || leaf->parent == row ||
        leaf->parent == window->lanes || row->kind != SCHEDULE_LOOP)
        return false;
    value_foreach(leaf->statement->value, note_load, window);
    return window->slides && window->shares;
}

/* Find a window whose row is the innermost loop around everything below the
 * lanes, or the loop directly around them. */
static bool find_window(struct window *window)
{
    struct schedule_nodes leaves =
        schedule_leaves(window->schedule, window->lanes);
    struct schedule_node *inner = window->lanes;

    while (inner->children[0]->kind == SCHEDULE_LOOP &&
           inner->children[0]->children[0]->kind != SCHEDULE_STATEMENT)
        inner = inner->children[0];
    for (int i = 0; i < leaves.n; i++) {
        if (inner != window->lanes)
            if (is_window(window, inner, leaves.at[i]))
                return true;
        if (inner == window->lanes && window->lanes->parent)
            if (is_window(window, window->lanes->parent, leaves.at[i]))
                return true;
    }
    return false;
}

/* Rows of a tile: as many as the registers allow, of a known number of rows
 * those that leave the least to do for a tile that is not full. */
static int choose_rows(const struct window *window, int most)
{
    int64_t first = 0;
    int64_t last = -1;
    int64_t least = INT64_MAX;
    int best = most;

    if (!schedule_constant_range(window->schedule, window->row, &first, &last))
        return most;
    last -= first - 1;
    if (last <= most)
        return last > 1 ? (int)last : 1;
    for (int i = most; i >= most - most / 3 && i >= 2; i--) {
        int64_t rest = last % i;
        int64_t cost = last - rest + (rest && rest < 8 ? 8 : rest);

        if (cost < least) {
            least = cost;
            best = i;
        }
    }
    return best;
}

/* Put the lanes around the row. */
static bool arrange_loops(struct window *window)
{
    struct schedule *schedule = window->schedule;

    if (window->row != window->lanes->parent)
        return true;
    schedule_interchange(schedule, window->row);
    if (schedule_is_legal_quietly(schedule, SCHEDULE_ORDER, NULL))
        return true;
    schedule_interchange(schedule, window->lanes);
    return false;
}

bool schedule_default_panel(
    struct schedule *schedule, struct schedule_node *lanes)
{
    struct window window = {.schedule = schedule, .lanes = lanes};
    int n_registers = schedule->machine->n_vector_registers;
    int taps = n_registers >= 32 ? 3 : 1;
    int most = n_registers >= 32 ? MOST_ROWS : n_registers * 3 / 4;
    int64_t first = 0;
    int64_t last = -1;

    if (!find_window(&window) ||
        (schedule_constant_range(schedule, window.taps, &first, &last) &&
            last - first + 1 < LEAST_TAPS) ||
        !schedule_is_legal_quietly(schedule, SCHEDULE_JAM, window.row) ||
        !arrange_loops(&window))
        return false;
    window.row->jam = choose_rows(&window, most);
    window.taps->jam = taps;
    return true;
}
