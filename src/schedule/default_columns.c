/* Sums of columns, as of gradients of weights where channels are last, where
 * their order is free: there are as many sums as a row has elements, too few
 * for a GPU if each is a thread's. A block has some neighbouring columns, for
 * which its threads share out the rows too:
 *
 *     for c, n, p { db[c] += dy[n][p][c] }
 *
 *     for c by 32 block
 *       for p by 4 of 128 thread, c by 4 of 32 thread
 *         for n, p by 128, p of 4, c of 4 { ... }
 *
 * They sum up what they have in a fixed order (loop_reduce.c). */
#include "schedule/schedule_default.h"

#include "base/vector.h"
#include "schedule/directive.h"

/* Columns of a block; elements of a row and rows of a thread, rows of a block
 * at a time; rows that are worth it, and columns that are enough as they are.
 */
enum {
    COLUMNS = 32,
    MOST_LANES = 4,
    ROWS = 4,
    BLOCK_ROWS = 128,
    MANY_ROWS = 256,
    MANY_COLUMNS = 65536,
    MOST_COPIES = 256
};

/* The loop over rows below a node: of most iterations among those that only
 * sums depend on; NULL if there is none. */
static struct schedule_node *find_rows(
    struct schedule *schedule, struct schedule_node *node)
{
    struct schedule_nodes loops = {0};
    struct schedule_node *best = NULL;
    int64_t most = 0;

    schedule_collect_loops(schedule, node, &loops);
    for (int i = 0; i < loops.n; i++) {
        int64_t n = schedule_largest_extent(schedule, loops.at[i]);

        if (n > most && n >= MANY_ROWS &&
            schedule_is_sum_loop(schedule, loops.at[i])) {
            best = loops.at[i];
            most = n;
        }
    }
    return best;
}

/* Are there only loops between the two, directly inside each other? */
static bool is_chain(
    const struct schedule_node *above, const struct schedule_node *node)
{
    while (node != above && node->parent->kind == SCHEDULE_LOOP)
        node = node->parent;
    return node == above;
}

/* The nest of columns "lanes", by the threads of a block. */
static void share_nest(struct schedule *schedule, struct schedule_node *lanes)
{
    struct schedule_node *rows = find_rows(schedule, lanes->children[0]);
    const struct schedule_node *top = lanes->parent;
    int n = schedule_natural_lanes(schedule, lanes);

    n = n < MOST_LANES ? n : MOST_LANES;
    lanes->is_thread = true;
    if (rows && is_chain(lanes, rows)) {
        schedule_tile_after(schedule, rows, BLOCK_ROWS);
        rows->jam = ROWS;
        rows->is_thread = true;
        while (rows->parent != top)
            schedule_interchange(schedule, rows->parent);
    }
    schedule_unroll_below(schedule, lanes, MOST_COPIES / (rows ? ROWS * n : n));
    lanes->n_lanes = n;
}

/* The loop along memory, if all loops together have few iterations; else
 * NULL. */
static struct schedule_node *find_lanes(
    struct schedule *schedule, const struct schedule_nodes *loops)
{
    struct schedule_node *lanes = NULL;
    int64_t n = 1;

    for (int i = 0; i < loops->n && n <= MANY_COLUMNS; i++) {
        int64_t extent = schedule_largest_extent(schedule, loops->at[i]);

        n *= extent ? extent : MANY_COLUMNS + 1;
        if (schedule_is_along(schedule, loops->at[i]))
            lanes = loops->at[i];
    }
    return n > MANY_COLUMNS ? NULL : lanes;
}

bool schedule_default_columns(struct schedule *schedule,
    struct schedule_nodes loops, struct schedule_node *rest)
{
    struct schedule_node *lanes = find_lanes(schedule, &loops);
    struct schedule_node *rows = find_rows(schedule, rest);
    struct schedule_node *tile;
    int64_t extent = lanes ? schedule_largest_extent(schedule, lanes) : 0;

    if (!lanes || !rows || lanes != loops.at[loops.n - 1] || extent % COLUMNS)
        return false;
    for (int i = 0; i < loops.n; i++)
        loops.at[i]->is_block = loops.at[i] != lanes;
    tile = schedule_tile_after(schedule, lanes, COLUMNS);
    tile->is_block = true;
    if (lanes->children[0]->kind == SCHEDULE_SEQUENCE) {
        struct schedule_node *sequence = directive_distribute(schedule, lanes);

        for (int i = 0; i < sequence->n_children; i++)
            share_nest(schedule, sequence->children[i]);
    } else {
        share_nest(schedule, lanes);
    }
    if (COLUMNS / MOST_LANES * (BLOCK_ROWS / ROWS) > schedule->n_threads)
        schedule->n_threads = COLUMNS / MOST_LANES * (BLOCK_ROWS / ROWS);
    return true;
}
