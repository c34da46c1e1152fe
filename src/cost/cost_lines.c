/* Cache lines: what each level must be sent, from the boxes of elements that
 * loops touch. A loop whose every iteration fits a level gets each line once,
 * what neighbours share stays; else every iteration gets its own again. What
 * fits as a whole is there already: kernels are run again and again. */
#include "cost/cost_internal.h"

/* Elements of an array from "low" to "high" on each axis of memory. */
struct box {
    bool is_read;
    bool is_written;
    int64_t *low;
    int64_t *high;
};

/* The range of every variable: a point for loops around. */
struct lines {
    struct cost_state *state;
    struct box *boxes; /* by array id */
    int64_t *low;
    int64_t *high;
    const struct loop_node *node;
    bool is_streamed;
};

/* Lines read and written; "streamed" past the caches. */
struct traffic {
    double read;
    double written;
    double streamed;
};

/* ---- Ranges ---------------------------------------------------------------
 */

static void find_range(const struct lines *lines, const struct affine *affine,
    int64_t *low, int64_t *high);

/* floor(a / b), b > 0. */
static int64_t divide_floor(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Between 0 and extent - 1. */
static int64_t clamp(int64_t at, int64_t extent)
{
    return at < 0 ? 0 : at >= extent ? extent - 1 : at;
}

/* The range of a variable or an atom. */
static void find_variable_range(const struct lines *lines,
    const struct variable *variable, int64_t *low, int64_t *high)
{
    int64_t extent = 0;

    if (!variable->of) {
        *low = lines->low[variable->id];
        *high = lines->high[variable->id];
        return;
    }
    find_range(lines, variable->of, low, high);
    if (variable->kind == VARIABLE_FLOOR) {
        *low = divide_floor(*low, variable->divisor);
        *high = divide_floor(*high, variable->divisor);
        return;
    }
    extent = affine_evaluate(variable->extent, lines->state->values);
    if (variable->kind == VARIABLE_CLAMP) {
        *low = clamp(*low, extent);
        *high = clamp(*high, extent);
    } else if (*low < 0 || *high >= extent) {
        *low = 0;
        *high = extent - 1;
    }
}

static void find_range(const struct lines *lines, const struct affine *affine,
    int64_t *low, int64_t *high)
{
    int64_t sums[2] = {affine->constant, affine->constant};

    for (int i = 0; i < affine->n_terms; i++) {
        int64_t factor = affine->terms[i].coefficient;
        int64_t ends[2];

        find_variable_range(
            lines, affine->terms[i].variable, &ends[0], &ends[1]);
        sums[0] += factor * ends[factor < 0];
        sums[1] += factor * ends[factor > 0];
    }
    *low = sums[0];
    *high = sums[1];
}

/* ---- Boxes ----------------------------------------------------------------
 */

/* Make the array's box hold an access, as far as it is inside. */
static void add_access(struct lines *lines, const struct array *array,
    const struct affine *const *index, bool is_written)
{
    const struct memory *memory = &lines->state->memories[array->id];
    struct box *box = &lines->boxes[array->id];
    bool is_new = !box->is_read && !box->is_written;

    for (int i = 0; i < memory->n_dimensions; i++) {
        int64_t low;
        int64_t high;

        find_range(lines, index[i], &low, &high);
        low = clamp(low, memory->limits[i]);
        high = clamp(high, memory->limits[i]);
        if (is_new || low < box->low[i])
            box->low[i] = low;
        if (is_new || high > box->high[i])
            box->high[i] = high;
    }
    box->is_read = box->is_read || !is_written;
    box->is_written = box->is_written || is_written;
}

/* A visit: a load. */
static void add_value(const struct value *value, void *user)
{
    struct lines *lines = user;

    if (value->kind == VALUE_LOAD && cost_is_memory(value->array))
        add_access(lines, value->array, value->index, false);
}

/* All accesses of a node, for all iterations of the loops in it. */
static void add_node(struct lines *lines, const struct loop_node *node)
{
    if (node->kind == LOOP_FOR) {
        int64_t n = cost_trip_count(lines->state, node);
        int id = node->variable->id;
        int64_t middle;

        if (n == 0)
            return;
        cost_enter_loop(lines->state, node, n);
        middle = lines->state->values[id];
        lines->low[id] = middle - n / 2 * node->step;
        lines->high[id] = lines->low[id] + (n - 1) * node->step;
    }
    if (node->kind == LOOP_ASSIGN) {
        if (node->lane)
            lines->high[node->lane->id] = node->lane->n_lanes - 1;
        value_foreach(node->value, add_value, lines);
        if (cost_is_memory(node->array))
            add_access(lines, node->array, node->index, true);
        lines->is_streamed = lines->is_streamed || node->is_nontemporal;
    }
    for (int i = 0; i < node->n_children; i++)
        add_node(lines, node->children[i]);
}

/* Lines of a box: whole axes join with those around them. */
static double count_lines(const struct memory *memory, const struct box *box)
{
    double run = memory->element_bytes;
    double n_runs = 1;
    bool is_whole = true;

    for (int i = memory->n_axes - 1; i >= 0; i--) {
        const struct memory_axis *axis = &memory->axes[i];
        int d = axis->dimension;
        int64_t extent = memory->extents[d];
        int64_t n = box->high[d] - box->low[d] + 1;

        if (axis->block && axis->is_inner)
            n = extent = n < axis->block ? n : axis->block;
        else if (axis->block)
            n = (n + axis->block - 1) / axis->block;
        if (is_whole)
            run *= (double)n;
        else
            n_runs *= (double)n;
        is_whole = is_whole && n == extent;
    }
    return n_runs * (run / COSTS_LINE_BYTES +
                        (n_runs > 1 && memory->element_bytes ? 0.5 : 0));
}

/* Is a box the largest of those of an array and its views, of which one stands
 * for all? Notes how all are touched in "all". */
static bool is_largest(const struct lines *lines, int i, struct box *all)
{
    const struct cost_state *state = lines->state;
    const struct array *base = array_base(state->program->arrays[i]);
    double n = count_lines(&state->memories[i], &lines->boxes[i]);

    *all = lines->boxes[i];
    for (int j = 0; j < state->program->n_arrays; j++) {
        const struct box *box = &lines->boxes[j];
        double other;

        if (j == i || array_base(state->program->arrays[j]) != base ||
            (!box->is_read && !box->is_written))
            continue;
        other = count_lines(&state->memories[j], box);
        if (other > n || (other == n && j < i))
            return false;
        all->is_read = all->is_read || box->is_read;
        all->is_written = all->is_written || box->is_written;
    }
    return true;
}

/* The lines of all boxes. */
static struct traffic count_boxes(const struct lines *lines)
{
    struct traffic sum = {0, 0, 0};

    for (int i = 0; i < lines->state->program->n_arrays; i++) {
        struct box box = lines->boxes[i];
        double n;

        if ((!box.is_read && !box.is_written) || !is_largest(lines, i, &box))
            continue;
        n = count_lines(&lines->state->memories[i], &box);
        if (box.is_written && lines->is_streamed && !box.is_read)
            sum.streamed += n;
        else
            *(box.is_written ? &sum.written : &sum.read) += n;
    }
    return sum;
}

/* What some children of a node touch, or the node itself, once. */
static struct traffic find_footprint(
    struct lines *lines, const struct loop_node *node, int first, int last)
{
    for (int i = 0; i < lines->state->program->n_arrays; i++)
        lines->boxes[i].is_read = lines->boxes[i].is_written = false;
    lines->is_streamed = false;
    if (first == last)
        add_node(lines, node);
    for (int i = first; i < last; i++)
        add_node(lines, node->children[i]);
    return count_boxes(lines);
}

/* ---- Levels ---------------------------------------------------------------
 */

/* The share that is gone from a level of so many bytes when all is run again:
 * none of what fits, all of twice as much. */
static double find_missing(const struct traffic *all, int64_t bytes)
{
    double n = all->read + all->written + all->streamed;
    double share = n * COSTS_LINE_BYTES / (double)bytes - 0.9;

    return share < 0 ? 0 : share > 1 ? 1 : share;
}

/* Add "n" times. */
static void add_traffic(
    struct traffic *sum, const struct traffic *traffic, double n)
{
    sum->read += n * traffic->read;
    sum->written += n * traffic->written;
    sum->streamed += n * traffic->streamed;
}

static struct traffic count_misses(
    struct lines *lines, const struct loop_node *node, int64_t bytes);

/* Lines the children of a node must get into a level of so many bytes, runs of
 * statements as one. */
static struct traffic count_child_misses(
    struct lines *lines, const struct loop_node *node, int64_t bytes)
{
    struct traffic sum = {0, 0, 0};

    for (int i = 0; i < node->n_children;) {
        struct traffic part;
        int end = i;

        while (end < node->n_children && cost_is_straight(node->children[end]))
            end++;
        part = end > i ? find_footprint(lines, node, i, end)
                       : count_misses(lines, node->children[end++], bytes);
        add_traffic(&sum, &part, 1);
        i = end;
    }
    return sum;
}

/* Lines a node must get into a level of so many bytes, where nothing of it is
 * there: each once if what one iteration touches stays for the next. */
static struct traffic count_misses(
    struct lines *lines, const struct loop_node *node, int64_t bytes)
{
    struct traffic whole = find_footprint(lines, node, 0, 0);
    struct traffic body = whole;
    struct traffic sum = {0, 0, 0};
    int64_t n = 1;
    double share;

    if (node->kind == LOOP_FOR) {
        n = cost_trip_count(lines->state, node);
        lines->low[node->variable->id] = lines->high[node->variable->id] =
            lines->state->values[node->variable->id];
        if (n > 0)
            body = find_footprint(lines, node, 0, node->n_children);
    }
    share = find_missing(&body, bytes);
    if (share <= 0)
        return whole;
    body = count_child_misses(lines, node, bytes);
    add_traffic(&sum, &whole, 1 - share);
    add_traffic(&sum, &body, share * (double)n);
    return sum;
}

/* Parameters are points, and so are lanes at first. */
static void set_ranges(struct lines *lines)
{
    struct cost_state *state = lines->state;
    int n = state->program->values->n_variables;

    lines->low =
        arena_copy(state->arena, state->values, (size_t)n * sizeof *lines->low);
    lines->high = arena_copy(
        state->arena, state->values, (size_t)n * sizeof *lines->high);
    lines->boxes =
        ARENA_ARRAY(state->arena, state->program->n_arrays, struct box);
    for (int i = 0; i < state->program->n_arrays; i++) {
        int n_dimensions = state->memories[i].n_dimensions;

        lines->boxes[i].low = ARENA_ARRAY(state->arena, n_dimensions, int64_t);
        lines->boxes[i].high = ARENA_ARRAY(state->arena, n_dimensions, int64_t);
    }
}

void cost_lines(struct cost_state *state, struct cost *cost)
{
    static const enum cost_bound bounds[] = {[COSTS_L2] = COST_L2,
        [COSTS_L3] = COST_L3,
        [COSTS_MEMORY] = COST_MEMORY};
    struct lines lines = {.state = state};
    struct traffic all;
    struct traffic inner = {0, 0, 0};

    set_ranges(&lines);
    all = find_footprint(&lines, state->program->body, 0, 0);
    for (int i = COSTS_MEMORY; i > COSTS_L1; i--) {
        const struct costs_level *level = &state->costs->levels[i];
        int64_t bytes = state->costs->levels[i - 1].bytes;
        struct traffic misses =
            count_misses(&lines, state->program->body, bytes);
        double share = find_missing(&all, bytes);
        struct traffic own;
        double cycles;

        misses.read *= share;
        misses.written *= share;
        misses.streamed *= share;
        own = misses;
        add_traffic(&own, &inner, -1);
        cycles = own.read * level->read + own.written * level->write +
                 own.streamed * state->costs->stream;
        inner = misses;
        cost->n_lines[i] = own.read + own.written + own.streamed;
        cost->busy[bounds[i]] = cycles > 0 ? cycles : 0;
        cost->lines += cost->busy[bounds[i]];
    }
}
