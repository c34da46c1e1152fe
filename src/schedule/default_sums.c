/* Sums over what lies side by side in memory, as of gradients of weights, where
 * their order is free: a block for each element, whose threads share out the
 * terms and sum up what they have (loop_reduce.c). What else is done for the
 * element is done by the same block, so that what both read comes from memory
 * once. */
#include "schedule/schedule_default.h"

#include "base/vector.h"

/* Terms worth a block, threads of one at most, copies in a thread; iterations
 * of a loop that is unrolled. */
enum {
    MANY_TERMS = 64,
    MOST_THREADS = 256,
    WARP_THREADS = 32,
    MOST_COPIES = 256,
    SHORT = 32
};

/* ---- Which loops --------------------------------------------------------- */

bool schedule_is_sum_loop(struct schedule *schedule, struct schedule_node *loop)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, loop);
    int64_t n = schedule_largest_extent(schedule, loop);
    bool found = false;

    for (int i = 0; i < leaves.n; i++)
        found |= schedule_is_reorderable(schedule, leaves.at[i]->statement);
    return found && (n == 0 || n >= MANY_TERMS) &&
           !schedule_is_legal_quietly(schedule, SCHEDULE_PARALLEL, loop) &&
           schedule_is_legal_quietly(schedule, SCHEDULE_REDUCE, loop);
}

/* Are all loops below short, so that they can be unrolled? */
static bool is_short_below(
    struct schedule *schedule, struct schedule_node *node)
{
    for (int i = 0; i < node->n_children; i++) {
        struct schedule_node *child = node->children[i];
        int64_t n = child->kind == SCHEDULE_LOOP
                        ? schedule_largest_extent(schedule, child)
                        : 1;

        if (n < 1 || n > SHORT || !is_short_below(schedule, child))
            return false;
    }
    return true;
}

bool schedule_is_along(struct schedule *schedule, struct schedule_node *loop)
{
    int64_t n = schedule_largest_extent(schedule, loop);

    return (n == 0 || n >= MANY_TERMS) &&
           schedule_score_lanes(schedule, loop) > 0;
}

/* Is a loop around or inside this one better for threads: independent, and
 * along memory too? */
static bool has_better(struct schedule *schedule,
    const struct schedule_nodes *loops, const struct schedule_node *loop)
{
    for (int i = 0; i < loops->n; i++) {
        struct schedule_node *other = loops->at[i];

        if (other != loop &&
            (schedule_is_above(other, loop) ||
                schedule_is_above(loop, other)) &&
            schedule_is_along(schedule, other) &&
            schedule_is_legal_quietly(schedule, SCHEDULE_PARALLEL, other))
            return true;
    }
    return false;
}

/* The loop of a nest over the terms of sums that suits best as lanes, NULL if
 * there is none. */
static struct schedule_node *find_terms(
    struct schedule *schedule, struct schedule_node *node)
{
    struct schedule_nodes loops = {0};
    struct schedule_node *best = NULL;
    int most = 0;

    schedule_collect_loops(schedule, node, &loops);
    for (int i = 0; i < loops.n; i++) {
        int score = schedule_score_lanes(schedule, loops.at[i]);

        if (score > most && is_short_below(schedule, loops.at[i]) &&
            schedule_is_sum_loop(schedule, loops.at[i]) &&
            !has_better(schedule, &loops, loops.at[i])) {
            best = loops.at[i];
            most = score;
        }
    }
    return best;
}

/* ---- Threads ------------------------------------------------------------- */

/* How many elements a thread can load at a time along a loop. */
struct width {
    struct schedule *schedule;
    const struct model_statement *statement;
    const struct variable *variable;
    int n;
};

/* A visit: a row that moves with the loop must be a multiple. */
static void limit_width(const struct value *value, void *user)
{
    struct width *width = user;
    struct value_context *v = width->schedule->model->values;
    const struct array *array = value->array;
    int n = width->n;
    const struct affine *row;

    if (value->kind != VALUE_LOAD || array->kind == ARRAY_PRIVATE ||
        array->n_axes == 0 ||
        !affine_has(schedule_in_loops(width->schedule, width->statement,
                        value->index[array->axes[array->n_axes - 1].dimension]),
            width->variable))
        return;
    row = array_axis_extent(v, array, array->n_axes - 1);
    if (n > 128 / dtype_bits(array->type))
        n = 128 / dtype_bits(array->type);
    while (n > 1 && affine_is_constant(row) && row->constant % n)
        n /= 2;
    if (!affine_is_constant(row) && n > 1 &&
        !schedule_knows(width->schedule,
            affine_subtract(
                v, affine_scale(v, affine_floor(v, row, n), n), row)))
        n = 1;
    width->n = array->is_strided ? 1 : n;
}

/* Elements at a time along a loop. */
static int choose_width(struct schedule *schedule, struct schedule_node *loop)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, loop);
    struct width width = {schedule, NULL, loop->variable, 16};

    for (int i = 0; i < leaves.n; i++) {
        width.statement = leaves.at[i]->statement;
        value_foreach(width.statement->value, limit_width, &width);
    }
    return width.n;
}

/* Let the threads of a block run a loop, tile by tile. */
static void share_out(struct schedule *schedule, struct schedule_node *loop)
{
    int width = choose_width(schedule, loop);
    int64_t extent = schedule_largest_extent(schedule, loop);
    int64_t n = extent ? (extent + width - 1) / width : MOST_THREADS;

    n = (n + WARP_THREADS - 1) / WARP_THREADS * WARP_THREADS;
    n = n < MOST_THREADS ? n : MOST_THREADS;
    n = schedule->point.threads ? schedule->point.threads : n;
    schedule_unroll_below(schedule, loop, MOST_COPIES / width);
    schedule_tile_after(schedule, loop, n * width);
    loop->n_lanes = width;
    loop->is_thread = true;
    if (n > schedule->n_threads)
        schedule->n_threads = (int)n;
}

/* Is it a long loop without sums, that threads can run? */
static bool is_other_loop(struct schedule *schedule, struct schedule_node *node)
{
    int64_t n;

    if (node->kind != SCHEDULE_LOOP)
        return false;
    n = schedule_largest_extent(schedule, node);
    return (n == 0 || n >= MANY_TERMS) && is_short_below(schedule, node) &&
           schedule_is_legal_quietly(schedule, SCHEDULE_PARALLEL, node);
}

/* What a block does for its element: sums, and what else there is. */
static void share_nests(struct schedule *schedule, struct schedule_node *node)
{
    struct schedule_node *terms = find_terms(schedule, node);

    if (node == terms || (!terms && is_other_loop(schedule, node))) {
        share_out(schedule, node);
        return;
    }
    for (int i = 0; i < node->n_children; i++)
        share_nests(schedule, node->children[i]);
}

bool schedule_has_sums(struct schedule *schedule, struct schedule_node *node)
{
    return find_terms(schedule, node) != NULL;
}

bool schedule_default_sums(struct schedule *schedule,
    struct schedule_nodes loops, struct schedule_node *rest)
{
    if (!schedule_has_sums(schedule, rest))
        return false;
    for (int i = 0; i < loops.n; i++)
        if (schedule_is_along(schedule, loops.at[i]))
            return false;
    for (int i = 0; i < loops.n; i++)
        loops.at[i]->is_block = true;
    share_nests(schedule, rest);
    return true;
}
