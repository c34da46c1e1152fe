/* Windows that slide along rows far apart in memory (time, channels being the
 * lanes): what one iteration along the rows reads is read again by the next
 * few, if it is still near. Where all tensors stay in the second-level cache
 * anyway, the lanes are cut into strips that are so narrow that everything
 * under the window, the weights and the outputs stay in the first; a few rows
 * at a time keep the load ports from being the limit. Where lines come from
 * further away, whole rows are walked, since hardware that fetches ahead would
 * bring much of what is beside a strip in vain; if they do not stay near, more
 * rows at a time share each line instead. A window over two axes (an image)
 * does tiles of both: two lines of the image at a time, which share most of
 * what they read.
 *
 * A vector that is not a line is stored together with its neighbours: a line of
 * the first cache is written to once if its stores follow each other. */
#include "schedule/schedule_default.h"

#include "base/integer.h"

/* Rows at a time: of few taps that stay near, where vectors are whole lines, of
 * others that do, of those that do not. The narrowest strip worth its rows'
 * beginnings. */
enum {
    FEW_ROWS = 3,
    MORE_ROWS = 4,
    FEW_TAPS = 4,
    FAR_ROWS = 6,
    LEAST_STRIP_BYTES = 1024
};

/* Vectors of a row stored one after the other: of rows that do not begin at
 * lines, fewer where registers are few and taps are not, and rows at a time
 * then; parts of a line. */
enum {
    RAGGED_VECTORS = 4,
    RAGGED_FEWER = 2,
    RAGGED_ROWS = 2,
    RAGGED_REGISTERS = 32,
    MOST_PARTS = 2
};

/* Tiles of an image: its lines, "rows" along each of few taps or of more; taps
 * that become straight code; lines for one core. */
enum {
    IMAGE_LINES = 2,
    IMAGE_FEW_ROWS = 2,
    IMAGE_MORE_ROWS = 4,
    IMAGE_FEW_TAPS = 9,
    IMAGE_MOST_TAPS = 32,
    IMAGE_SHARED_TAPS = 16,
    IMAGE_SHARE = 8
};

/* One nest. "lines": the loop around the rows where the window slides along it
 * too, else NULL, and how many of its iterations are done at a time. "bytes":
 * what should stay near, for each lane; "shares": all rows read some vectors,
 * weights. */
struct strip {
    struct schedule *schedule;
    struct schedule_node *lanes;
    struct schedule_node *rows;
    struct schedule_node *lines;
    const struct schedule_node *leaf;
    int64_t n_lanes;
    int64_t n_rows;
    int64_t n_taps;
    int n_lines;
    int jam;
    int64_t bytes;
    bool shares;
    bool failed;
};

/* How many elements an access moves when a loop does one step; failed is set
 * where that is not known. */
static int64_t find_step(struct strip *strip, const struct array *array,
    const struct affine *const *index, const struct variable *variable)
{
    struct value_context *v = strip->schedule->model->values;
    int64_t stride = 1;
    int64_t step = 0;

    for (int i = array->n_axes - 1; i >= 0; i--) {
        const struct affine *extent = array_axis_extent(v, array, i);
        const struct affine *form = schedule_in_loops(strip->schedule,
            strip->leaf->statement, array_axis_index(v, array, i, index));
        int64_t coefficient = affine_coefficient(form, variable);

        if (array->axes[i].block || affine_has_in_atom(form, variable) ||
            (coefficient && !stride))
            strip->failed = true;
        step += coefficient * stride;
        stride *= affine_is_constant(extent) ? extent->constant : 0;
    }
    return step < 0 ? -step : step;
}

/* Rows of an array that the tile's window covers: all of those between the
 * first and the last; of taps that are as far apart as all rows together, each
 * its own. Taps along the lanes stay in the row. */
static int64_t count_rows(struct strip *strip, const struct array *array,
    const struct affine *const *index)
{
    int64_t step = find_step(strip, array, index, strip->rows->variable);
    int64_t span = step * (strip->jam - 1);
    int64_t unit = step;
    int64_t n = 1;
    int64_t n_more = 0;

    if (strip->lines && find_step(strip, array, index, strip->lines->variable))
        n_more = strip->n_lines - 1;
    for (const struct schedule_node *node = strip->leaf->parent;
         node != strip->lanes; node = node->parent) {
        int64_t extent;
        int64_t tap;

        if (node->kind != SCHEDULE_LOOP)
            continue;
        extent = schedule_count_values(strip->schedule, node);
        tap = find_step(strip, array, index, node->variable);
        if (tap < strip->n_lanes)
            continue;
        if (!step || (strip->n_rows && tap >= step * strip->n_rows)) {
            n *= extent + n_more;
            n_more = 0;
        } else {
            span += tap * (extent - 1);
            unit = integer_common_divisor(unit, tap);
        }
    }
    strip->shares = strip->shares || !step;
    return unit ? n * (n_more + 1) * (span / unit + 1) : n;
}

/* Note an access: vectors count. */
static void add_access(struct strip *strip, const struct array *array,
    const struct affine *const *index)
{
    int64_t lanes;

    if (array->kind == ARRAY_PRIVATE || array->n_dimensions == 0)
        return;
    strip->failed = strip->failed || array->is_strided;
    if (strip->failed)
        return;
    lanes = find_step(strip, array, index, strip->lanes->variable);
    strip->failed = strip->failed || lanes > 1;
    if (lanes == 1)
        strip->bytes +=
            count_rows(strip, array, index) * (dtype_bits(array->type) / 8);
}

/* A visit: a load. */
static void add_load(const struct value *value, void *user)
{
    if (value->kind == VALUE_LOAD)
        add_access(user, value->array, value->index);
}

/* Bytes that should stay near for each lane, with so many rows at a time; 0 if
 * that is not known. */
static int64_t count_near(struct strip *strip, int jam)
{
    struct schedule_nodes leaves =
        schedule_leaves(strip->schedule, strip->lanes);

    strip->jam = jam;
    strip->bytes = 0;
    for (int i = 0; i < leaves.n; i++) {
        const struct model_statement *statement = leaves.at[i]->statement;

        strip->leaf = leaves.at[i];
        add_access(strip, statement->target, statement->index);
        value_foreach(statement->value, add_load, strip);
    }
    return strip->failed ? 0 : strip->bytes;
}

/* Does a window slide along the loop in a sum below the lanes? Notes its
 * taps. */
static bool slides(struct strip *strip, const struct schedule_node *along)
{
    struct schedule *schedule = strip->schedule;
    struct schedule_nodes leaves = schedule_leaves(schedule, strip->lanes);

    for (int i = 0; i < leaves.n; i++) {
        const struct model_statement *statement = leaves.at[i]->statement;

        if (statement->update == MODEL_SET ||
            !schedule_slides(schedule, statement, along, strip->lanes, false))
            continue;
        strip->n_taps = 1;
        for (struct schedule_node *node = leaves.at[i]->parent;
             node != strip->lanes; node = node->parent)
            if (node->kind == SCHEDULE_LOOP)
                strip->n_taps *= schedule_count_values(schedule, node);
        return true;
    }
    return false;
}

/* Lanes of a strip of which everything stays near with so many rows at a time,
 * all of them if it does; whole vectors, as many as are jammed, of strips that
 * are alike. */
static int64_t choose_strip(struct strip *strip, int jam, int64_t near)
{
    int64_t n = strip->n_lanes;
    int vector = strip->lanes->n_lanes * strip->lanes->jam;
    int64_t least = (strip->lines ? 4 * COSTS_LINE_BYTES : LEAST_STRIP_BYTES) *
                    strip->lanes->n_lanes /
                    strip->schedule->machine->vector_bytes;
    int64_t width = n;

    count_near(strip, jam);
    for (int64_t parts = 2; width * strip->bytes > near && width > least;
         parts++)
        width = ((n + parts - 1) / parts + vector - 1) / vector * vector;
    return width > least || n < least ? width : least;
}

/* Do all tensors stay in the second-level cache, or do the taps take longer
 * than lines from further away? */
static bool stays_or_computes(const struct strip *strip)
{
    const struct schedule *schedule = strip->schedule;
    const struct costs *costs = schedule->machine->costs;

    return costs_level_of(costs, schedule_count_bytes(schedule)) <= COSTS_L2 ||
           schedule_is_compute_bound(schedule, strip->n_taps);
}

/* Cut the lanes into strips and walk the rows in each: they may be jammed, so
 * they may run inside of anything. */
static void cut_lanes(struct strip *strip, int64_t width)
{
    schedule_tile_after(strip->schedule, strip->lanes, width);
    schedule_interchange(strip->schedule, strip->rows);
}

/* So many rows at a time, if there are. */
static void jam_rows(struct strip *strip, int jam)
{
    bool is_fewer = strip->n_rows && strip->n_rows < jam;

    strip->rows->jam = is_fewer ? (int)strip->n_rows : jam;
}

/* The loop around the rows if the window slides along it too and its lines do
 * not stay near by themselves from one to the next; NULL else. */
static struct schedule_node *find_lines(struct strip *strip)
{
    struct schedule *schedule = strip->schedule;
    struct schedule_node *lines = strip->rows->parent;
    int64_t cache = schedule->machine->costs->levels[COSTS_L1].bytes;
    int64_t bytes;

    if (!strip->n_rows || !lines || lines->kind != SCHEDULE_LOOP ||
        lines->n_lanes > 1 ||
        schedule_count_values(schedule, lines) < 2 * IMAGE_LINES ||
        !slides(strip, lines) ||
        schedule_is_spread(schedule, lines, strip->lanes, IMAGE_LINES) ||
        strip->n_taps > IMAGE_MOST_TAPS)
        return NULL;
    bytes = count_near(strip, (int)strip->n_rows) * strip->n_lanes;
    return bytes > cache / 2 &&
                   schedule_is_legal_quietly(schedule, SCHEDULE_JAM, lines)
               ? lines
               : NULL;
}

/* Rows and lines at a time, strips where everything would not stay near. False,
 * with nothing changed, where taps remain a loop. */
static bool arrange_image(struct strip *strip, int64_t near)
{
    struct schedule *schedule = strip->schedule;
    struct schedule_node *lines = strip->lines;
    int64_t width;

    strip->n_lines = lines->jam = IMAGE_LINES;
    strip->rows->jam =
        strip->n_taps > IMAGE_FEW_TAPS ? IMAGE_MORE_ROWS : IMAGE_FEW_ROWS;
    schedule_unroll_below(schedule, strip->lanes, IMAGE_MOST_TAPS);
    if (schedule_has_inner_loop(strip->lanes)) {
        lines->jam = strip->rows->jam = 1;
        return false;
    }
    width = choose_strip(strip, strip->rows->jam, near);
    if (width < strip->n_lanes && stays_or_computes(strip))
        cut_lanes(strip, width);
    if (strip->n_taps <= IMAGE_SHARED_TAPS &&
        schedule_is_legal_quietly(schedule, SCHEDULE_PARALLEL, lines))
        schedule_tile_after(schedule, lines, IMAGE_SHARE);
    return true;
}

bool schedule_is_ragged(struct schedule *schedule, struct schedule_node *lanes)
{
    struct value_context *v = schedule->model->values;
    struct schedule_nodes leaves = schedule_leaves(schedule, lanes);

    for (int i = 0; i < leaves.n; i++) {
        const struct array *target = leaves.at[i]->statement->target;

        if (target->kind != ARRAY_PRIVATE &&
            array_pitch_bytes(v, target) % COSTS_LINE_BYTES)
            return true;
    }
    return false;
}

/* Several vectors of few rows at a time. Whole vectors: as many stores, and
 * fewer of anything else. */
static void arrange_ragged(struct strip *strip, int64_t near)
{
    struct schedule *schedule = strip->schedule;
    bool is_few = strip->n_taps <= FEW_TAPS;
    int jam = is_few ? RAGGED_ROWS : MORE_ROWS;
    int64_t width;

    if (!schedule->point.lane_bytes)
        strip->lanes->n_lanes = schedule_natural_lanes(schedule, strip->lanes);
    strip->lanes->jam =
        is_few || schedule->machine->n_vector_registers >= RAGGED_REGISTERS
            ? RAGGED_VECTORS
            : RAGGED_FEWER;
    width = choose_strip(strip, jam, near);
    if (width < strip->n_lanes && stays_or_computes(strip))
        cut_lanes(strip, width);
    jam_rows(strip, jam);
}

/* Rows at a time, and strips where they pay. */
static void arrange(struct strip *strip, int64_t near)
{
    struct schedule *schedule = strip->schedule;
    int n_parts = COSTS_LINE_BYTES / schedule->machine->vector_bytes;
    int jam = n_parts <= 1 && strip->n_taps <= FEW_TAPS ? FEW_ROWS : MORE_ROWS;
    int64_t width = choose_strip(strip, jam, near);

    if (width == strip->n_lanes || stays_or_computes(strip)) {
        strip->lanes->jam = n_parts < 1            ? 1
                            : n_parts > MOST_PARTS ? MOST_PARTS
                                                   : n_parts;
        if (width < strip->n_lanes)
            cut_lanes(strip, width);
    } else {
        jam = schedule_is_spread(schedule, strip->rows, strip->lanes, FAR_ROWS)
                  ? FEW_ROWS
                  : FAR_ROWS;
    }
    jam_rows(strip, schedule->point.jam ? schedule->point.jam : jam);
}

bool schedule_default_strip(
    struct schedule *schedule, struct schedule_node *lanes)
{
    struct strip strip = {.schedule = schedule,
        .lanes = lanes,
        .rows = lanes->parent,
        .n_lanes = schedule_count_values(schedule, lanes)};
    int64_t cache = schedule->machine->costs->levels[COSTS_L1].bytes;
    int64_t bytes;

    if (!strip.rows || strip.rows->kind != SCHEDULE_LOOP ||
        strip.rows->n_lanes > 1 || !strip.n_lanes ||
        !slides(&strip, strip.rows) ||
        !schedule_is_legal_quietly(schedule, SCHEDULE_JAM, strip.rows))
        return false;
    strip.n_rows = schedule_count_values(schedule, strip.rows);
    bytes = count_near(&strip, 2 * FEW_ROWS);
    if (strip.n_rows == 1 || !bytes || !strip.shares)
        return false;
    strip.lines = find_lines(&strip);
    if (strip.lines)
        return arrange_image(&strip, cache * 3 / 4);
    if (schedule_has_inner_loop(lanes) ||
        schedule_count_bytes(schedule) <= cache ||
        (bytes * strip.n_lanes <= cache / 4 &&
            !schedule_is_ragged(schedule, lanes)))
        return false;
    if (schedule_is_ragged(schedule, lanes))
        arrange_ragged(&strip, cache * 3 / 4);
    else
        arrange(&strip, cache * 3 / 4);
    return true;
}
