/* Long reductions over a window that slides along a row, lanes being another
 * axis (channels): a tile of rows by taps in registers. Every weight loaded
 * serves all rows of the tile, every input as many taps as are jammed, and the
 * accumulators stay where they are for the whole loop over the taps. */
#include "schedule/default_panel.h"

/* Taps from which a loop over them beats straight code, and the most rows of
 * a tile; fewer where it is not known how many there are, or vectors are
 * scalable: LLVM 19 does not tie a multiply-add of SVE to the register of its
 * sum, and copies it where many are live (LLVM 22 does, its change 166926). */
enum { LEAST_TAPS = 17, MOST_ROWS = 16, FEWER_ROWS = 12, SCALABLE_ROWS = 8 };

/* A visit: an input that slides, or a weight that all rows share. */
static void note_load(const struct value *value, void *user)
{
    struct window *window = user;
    bool has_row = false;
    bool has_tap = false;

    if (value->kind != VALUE_LOAD || value->array->kind == ARRAY_PRIVATE)
        return;
    for (int i = 0; i < value->n_index; i++) {
        const struct affine *form = schedule_in_loops(
            window->schedule, window->statement, value->index[i]);
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

bool schedule_window_find_along(
    struct window *window, struct schedule_node *row)
{
    struct schedule_nodes leaves =
        schedule_leaves(window->schedule, window->lanes);

    for (int i = 0; i < leaves.n; i++)
        if (is_window(window, row, leaves.at[i]))
            return true;
    return false;
}

/* Find a window whose row is the innermost loop around everything below the
 * lanes, or the loop directly around them. */
static bool find_window(struct window *window)
{
    struct schedule_node *inner = window->lanes;

    while (inner->children[0]->kind == SCHEDULE_LOOP &&
           inner->children[0]->children[0]->kind != SCHEDULE_STATEMENT)
        inner = inner->children[0];
    if (inner == window->lanes)
        inner = window->lanes->parent;
    return inner && schedule_window_find_along(window, inner);
}

/* Rows of a tile: as many as the registers allow, of a known number of rows
 * those that leave the least to do for a tile that is not full. Tiles are
 * multiples of "width" rows; one that cannot be is a whole tile, moved. */
static int choose_rows(int64_t n_rows, int most, int width)
{
    int64_t least = INT64_MAX;
    int best = most;

    if (n_rows && n_rows <= most && n_rows % width == 0)
        return (int)n_rows;
    for (int i = most; n_rows >= i && i >= most * 2 / 3 && i >= 2; i -= width) {
        int64_t rest = n_rows % i;
        int64_t cost = n_rows - rest + (rest && rest < 8 ? 8 : rest);

        if (rest % width)
            cost = n_rows - rest + i;
        if (cost < least) {
            least = cost;
            best = i;
        }
    }
    return best;
}

/* The most rows of a tile: what registers hold beside the weights of the taps
 * jammed, two inputs and, without fused multiply-adds, a product. Unknown
 * sizes need code for everything that may be, so less of it. */
static int get_most_rows(const struct machine *machine, bool is_known)
{
    int n_registers = machine->n_vector_registers;

    if (machine->has_scalable)
        return SCALABLE_ROWS;
    if (n_registers >= 32)
        return is_known ? MOST_ROWS : FEWER_ROWS;
    return !is_known          ? n_registers / 2
           : machine->has_fma ? n_registers * 3 / 4
                              : n_registers * 5 / 8;
}

void schedule_window_jam(struct window *window, int64_t n_rows, int width)
{
    const struct schedule *schedule = window->schedule;
    int most = get_most_rows(schedule->machine, n_rows > 0);

    most = schedule->point.jam ? schedule->point.jam : most - most % width;
    window->row->jam = choose_rows(n_rows, most < width ? width : most, width);
    window->taps->jam = schedule->machine->n_vector_registers >= 32 ? 3 : 2;
    if (schedule->point.unroll)
        window->taps->jam = schedule->point.unroll;
}

void schedule_window_jam_rows(
    const struct window *window, struct schedule_node *row)
{
    int n_registers = window->schedule->machine->n_vector_registers;

    row->jam = n_registers >= 32 ? MOST_ROWS : n_registers / 2;
}

/* Rows, jammed by now, and lanes in an order, and with copies, that leave what
 * tiles share near. A column of the lanes alone has but a few sets of a cache,
 * so tiles go along all lanes where those fit it: the first one, or, where
 * strips cannot be copied, half the second. */
static void keep_near(struct window *window, int64_t n_rows)
{
    const struct costs_level *levels = window->schedule->machine->costs->levels;

    if (!schedule_window_keep_near(
            window, n_rows, levels[COSTS_L1].bytes * 7 / 8) &&
        !schedule_window_stage_ahead(window, n_rows) &&
        !schedule_window_keep_near(window, n_rows, levels[COSTS_L2].bytes / 2))
        schedule_window_stage_weights(window, n_rows);
}

bool schedule_default_panel(
    struct schedule *schedule, struct schedule_node *lanes)
{
    struct window window = {.schedule = schedule, .lanes = lanes};
    int64_t n_taps;
    int64_t n_rows;

    if (!find_window(&window))
        return false;
    n_taps = schedule_largest_extent(schedule, window.taps);
    n_rows = schedule_largest_extent(schedule, window.row);
    if ((n_taps && n_taps < LEAST_TAPS &&
            schedule->point.strategy != SCHEDULE_PANEL) ||
        !schedule_is_legal_quietly(schedule, SCHEDULE_JAM, window.row))
        return false;
    /* Rows that may be jammed may run inside of anything. */
    if (window.row == lanes->parent)
        schedule_interchange(schedule, window.row);
    schedule_window_cut_dilation(&window);
    n_rows = schedule_largest_extent(schedule, window.row);
    schedule_window_jam(&window, n_rows, 1);
    keep_near(&window, n_rows);
    return true;
}
