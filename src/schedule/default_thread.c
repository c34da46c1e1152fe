/* What one thread of a GPU does: the loop along which most accesses are
 * contiguous is innermost among those mapped, so that neighbouring threads
 * access neighbouring elements, each as many as one access of VECTOR_BYTES has
 * where rows are multiples of that; a few steps of a loop along which windows
 * slide; short loops inside unrolled. */
#include "schedule/schedule_default.h"

#include "base/vector.h"

/* Steps of a sliding window in a thread, and elements and taps in all, so that
 * sums, window and weights mostly fit 64 registers, unless there are many taps;
 * copies of statements in it at most, without steps and with; threads that are
 * too few to fill a GPU, and how many blocks do; groups of a row of which the
 * first and last may be in parts, rows of a thread that begin alike. */
enum {
    MOST_STEPS = 4,
    MOST_ELEMENTS = 16,
    MOST_TAPS = 128,
    MOST_COPIES = 512,
    FEW_COPIES = 256,
    FEW_THREADS = 32768,
    MANY_THREADS = 256,
    LEAST_THREADS = 32,
    BLOCKS = 128,
    MANY_TAPS = 12,
    MANY_GROUPS = 32,
    ALIKE_ROWS = 2
};

/* The part under arrangement: the loops that are mapped, outermost first, and
 * the one whose iterations lie side by side in memory, or NULL. */
struct part {
    struct schedule *schedule;
    struct schedule_nodes loops;
    struct schedule_node *lanes;
};

/* ---- The order of loops -------------------------------------------------- */

/* The loop along which most accesses are contiguous, NULL if none is. */
static struct schedule_node *find_lanes(const struct part *part)
{
    struct schedule_node *best = NULL;
    int most = 0;

    for (int i = 0; i < part->loops.n; i++) {
        int score = schedule_score_lanes(part->schedule, part->loops.at[i]);

        if (score >= most && score > 0) {
            best = part->loops.at[i];
            most = score;
        }
    }
    return best;
}

/* Put the lanes inside all other loops that are mapped. */
static void sink_lanes(struct part *part)
{
    struct schedule *schedule = part->schedule;
    int n = part->loops.n;
    int at = 0;

    while (part->loops.at[at] != part->lanes)
        at++;
    for (; at + 1 < n; at++) {
        schedule_interchange(schedule, part->loops.at[at]);
        part->loops.at[at] = part->loops.at[at + 1];
        part->loops.at[at + 1] = part->lanes;
    }
}

/* ---- Elements of a thread ------------------------------------------------ */

/* The iterations of all mapped loops, 0 if they are not known. */
static int64_t count_work(const struct part *part)
{
    int64_t n = 1;

    for (int i = 0; i < part->loops.n && n; i++) {
        int64_t extent =
            schedule_largest_extent(part->schedule, part->loops.at[i]);

        n = extent && n > INT64_MAX / extent ? INT64_MAX : n * extent;
    }
    return n;
}

/* The row that the lanes store into: how long it is; NULL if they do not move
 * along one. */
static const struct affine *get_row(const struct part *part)
{
    struct schedule *schedule = part->schedule;
    struct value_context *v = schedule->model->values;
    struct schedule_nodes leaves = schedule_leaves(schedule, part->lanes);

    for (int i = 0; i < leaves.n; i++) {
        const struct model_statement *statement = leaves.at[i]->statement;
        const struct array *array = statement->target;
        int last = array->n_axes - 1;

        if (array->kind == ARRAY_PRIVATE || array->is_strided || last < 0 ||
            array->axes[last].block)
            continue;
        if (affine_has(schedule_in_loops(schedule, statement,
                           statement->index[array->axes[last].dimension]),
                part->lanes->variable))
            return array_axis_extent(v, array, last);
    }
    return NULL;
}

/* Elements at a time, those of an access or what the point wants. */
static int count_lanes(const struct part *part)
{
    struct schedule *schedule = part->schedule;
    int wanted = schedule->point.lane_bytes;
    int n = schedule_natural_lanes(schedule, part->lanes);

    n = wanted ? n * wanted / schedule->machine->vector_bytes : n;
    return n > 1 ? n : 1;
}

/* Elements at a time: a power of two that divides the row, or as many as an
 * access has where rows begin anywhere but most groups are whole ones. Where
 * its length is not known, rows that are multiples of a whole access are a
 * class of sizes. */
static int choose_lanes(const struct part *part, int64_t work)
{
    struct schedule *schedule = part->schedule;
    struct value_context *v = schedule->model->values;
    const struct affine *row = get_row(part);
    bool is_wanted = schedule->point.lane_bytes > 0;
    int n = count_lanes(part);

    if (!row)
        return 1;
    if (!affine_is_constant(row))
        return n > 1 && schedule_knows(schedule,
                            affine_subtract(v,
                                affine_scale(v, affine_floor(v, row, n), n),
                                row))
                   ? n
                   : 1;
    if (row->constant % n && row->constant >= n * MANY_GROUPS &&
        (is_wanted || !work || work / n >= FEW_THREADS) &&
        schedule_begins_anywhere(schedule, part->lanes, n))
        return n;
    while (n > 1 && (row->constant % n ||
                        (!is_wanted && work && work / n < FEW_THREADS)))
        n /= 2;
    return n;
}

/* Does a window of a sum below slide along the loop? */
static bool slides(const struct part *part, const struct schedule_node *rows)
{
    struct schedule *schedule = part->schedule;
    struct schedule_nodes leaves = schedule_leaves(schedule, part->lanes);

    for (int i = 0; i < leaves.n; i++)
        if (leaves.at[i]->statement->update != MODEL_SET &&
            schedule_slides(
                schedule, leaves.at[i]->statement, rows, part->lanes, false))
            return true;
    return false;
}

/* How often the statement of a thread that runs most does so for one element;
 * 0 if that is not known. */
static int64_t count_taps(const struct part *part)
{
    struct schedule *schedule = part->schedule;
    struct schedule_nodes leaves = schedule_leaves(schedule, part->lanes);
    int64_t most = 1;

    for (int i = 0; i < leaves.n; i++) {
        int64_t n = 1;

        for (struct schedule_node *up = leaves.at[i]->parent;
             up != part->lanes && n < INT32_MAX; up = up->parent)
            if (up->kind == SCHEDULE_LOOP)
                n *= schedule_largest_extent(schedule, up);
        if (n == 0)
            return 0;
        most = n > most ? n : most;
    }
    return most;
}

/* Steps of a thread along a window: what the point wants, or as many as
 * registers and the number of threads allow. */
static int count_steps(const struct part *part, int n_lanes, int64_t work)
{
    int n = MOST_ELEMENTS / n_lanes;
    int64_t taps = count_taps(part);

    if (part->schedule->point.jam)
        return part->schedule->point.jam;
    n = n < MOST_STEPS ? n : MOST_STEPS;
    while (n > 1 && taps * n * n_lanes > MOST_TAPS &&
           (taps < MANY_TAPS || taps * n * n_lanes > MOST_COPIES))
        n /= 2;
    return taps == 0 || (work && work / n_lanes < n * FEW_THREADS) ? 1 : n;
}

/* Give a thread a few steps along a loop where it can keep what it loaded for
 * one of them for the next; how many. */
static int choose_steps(const struct part *part, int n_lanes, int64_t work)
{
    struct schedule *schedule = part->schedule;
    int n = count_steps(part, n_lanes, work);

    if (n < 2)
        return 1;
    for (int i = 0; i < part->loops.n; i++) {
        struct schedule_node *loop = part->loops.at[i];
        int64_t extent = schedule_largest_extent(schedule, loop);

        if (loop == part->lanes || (extent && extent < 2 * n) ||
            !slides(part, loop) ||
            !schedule_is_legal_quietly(schedule, SCHEDULE_JAM, loop))
            continue;
        loop->jam = n;
        return n;
    }
    return 1;
}

/* Looks for loads that move with the lanes and not with "rows": weights. */
struct weights {
    struct schedule *schedule;
    const struct model_statement *statement;
    const struct schedule_node *lanes;
    const struct schedule_node *rows;
    bool found;
};

/* A visit: is it one? */
static void find_weights(const struct value *value, void *user)
{
    struct weights *weights = user;
    bool moves = false;

    if (value->kind != VALUE_LOAD || value->array->kind == ARRAY_PRIVATE)
        return;
    for (int i = 0; i < value->n_index; i++) {
        const struct affine *index = schedule_in_loops(
            weights->schedule, weights->statement, value->index[i]);

        if (affine_has(index, weights->rows->variable))
            return;
        moves |= affine_has(index, weights->lanes->variable);
    }
    weights->found |= moves;
}

/* Are there weights of the lanes that are the same for all rows? */
static bool has_weights(const struct part *part, struct schedule_node *rows)
{
    struct schedule *schedule = part->schedule;
    struct schedule_nodes leaves = schedule_leaves(schedule, part->lanes);
    struct weights weights = {schedule, NULL, part->lanes, rows, false};

    for (int i = 0; i < leaves.n; i++) {
        weights.statement = leaves.at[i]->statement;
        value_foreach(weights.statement->value, find_weights, &weights);
    }
    return weights.found;
}

/* Where rows begin anywhere, the elements of a group differ from row to row,
 * and so do their weights. Along loops whose rows all begin alike a thread does
 * a few, and loads the weights once. How many. */
static int share_rows(const struct part *part, int n_lanes, int64_t work)
{
    struct schedule *schedule = part->schedule;

    if (work && work / n_lanes < ALIKE_ROWS * FEW_THREADS)
        return 1;
    for (int i = part->loops.n - 1; i >= 0; i--) {
        struct schedule_node *rows = part->loops.at[i];
        int64_t extent = schedule_largest_extent(schedule, rows);

        if (rows == part->lanes || (extent && extent < 2 * ALIKE_ROWS) ||
            !has_weights(part, rows) ||
            schedule_begins_apart(schedule, part->lanes, rows, n_lanes) ||
            !schedule_is_legal_quietly(schedule, SCHEDULE_JAM, rows))
            continue;
        rows->jam = ALIKE_ROWS;
        return ALIKE_ROWS;
    }
    return 1;
}

/* Does a window slide along one of the loops? */
static bool slides_along(const struct part *part)
{
    for (int i = 0; i < part->loops.n; i++)
        if (part->loops.at[i] != part->lanes && slides(part, part->loops.at[i]))
            return true;
    return false;
}

/* What a thread does along the lanes. Of long windows fewer elements at a time
 * and more steps: each step needs but one row that the one before has not, and
 * the weights once for all. */
static int arrange_lanes(struct part *part)
{
    struct schedule *schedule = part->schedule;
    int64_t work = count_work(part);
    int n = choose_lanes(part, work);
    bool is_long = !schedule->point.lane_bytes && slides_along(part) &&
                   count_taps(part) >= MANY_TAPS;
    int n_steps;

    while (is_long && n > MOST_ELEMENTS / MOST_STEPS)
        n /= 2;
    n_steps = schedule_begins_anywhere(schedule, part->lanes, n)
                  ? share_rows(part, n, work)
                  : choose_steps(part, n, work);

    if (n > 1 && schedule_is_legal_quietly(schedule, SCHEDULE_JAM, part->lanes))
        part->lanes->n_lanes = n;
    return n * n_steps;
}

/* Has a thread several steps? */
static bool has_steps(const struct part *part)
{
    for (int i = 0; i < part->loops.n; i++)
        if (part->loops.at[i]->jam > 1)
            return true;
    return false;
}

/* ---- All of it ----------------------------------------------------------- */

/* Threads of a block: what the point wants, or fewer where there would not be a
 * block for every multiprocessor. */
static void choose_threads(const struct part *part, int n_elements)
{
    struct schedule *schedule = part->schedule;
    int64_t work = count_work(part);
    int n = MANY_THREADS;

    while (work && n > LEAST_THREADS && work / n_elements / n < BLOCKS)
        n /= 2;
    n = schedule->point.threads ? schedule->point.threads : n;
    if (n > schedule->n_threads)
        schedule->n_threads = n;
}

void schedule_default_thread(
    struct schedule *schedule, struct schedule_nodes loops)
{
    struct part part = {schedule, loops, NULL};
    int n_elements = 1;
    int n_copies;

    part.lanes = find_lanes(&part);
    if (part.lanes) {
        sink_lanes(&part);
        n_elements = arrange_lanes(&part);
    }
    choose_threads(&part, n_elements);
    n_copies = has_steps(&part) ? MOST_COPIES : FEW_COPIES;
    if (schedule->point.unroll)
        n_copies = schedule->point.unroll;
    schedule_unroll_below(
        schedule, part.loops.at[loops.n - 1], n_copies / n_elements);
    for (int i = 0; i < part.loops.n; i++)
        part.loops.at[i]->is_thread = true;
}
