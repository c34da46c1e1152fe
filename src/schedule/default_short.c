/* Short rows along another axis than the lanes (a few steps of time, lanes
 * being channels): all of a row is straight code, so that every element is
 * loaded once for all taps that need it and the taps that do not exist cost
 * nothing. Whole vectors, wherever rows begin: a line gets as many stores,
 * which do not follow each other (where taps are few, default_strip.c sees that
 * they do). A row of lanes shorter than a vector is a vector of its own size.
 */
#include "schedule/schedule_default.h"

/* Rows and copies of their statements up to which this pays, fewer where the
 * tiles of default_panel.c can do it; taps from which it does although the
 * strips do not fit the first-level cache. */
enum {
    MOST_ROWS = 32,
    MOST_COPIES = 384,
    FEW_COPIES = 160,
    MANY_TAPS = 6,
    PANEL_TAPS = 9
};

/* What is below the lanes: iterations of its longest nest, taps. */
struct extent {
    struct schedule *schedule;
    int64_t copies;
    int64_t taps;
};

/* Iterations of a statement below the lanes; its taps are those of all loops
 * but the row. */
static void note_statement(struct extent *extent, struct schedule_node *leaf,
    const struct schedule_node *lanes, const struct schedule_node *row)
{
    int64_t taps = 1;
    int64_t rows = schedule_count_values(extent->schedule, row);

    for (struct schedule_node *node = leaf->parent; node && node != lanes;
         node = node->parent)
        if (node->kind == SCHEDULE_LOOP && node != row)
            taps *= schedule_count_values(extent->schedule, node);
    if (taps == 0 || taps > MOST_COPIES)
        taps = MOST_COPIES + 1;
    extent->copies =
        taps * rows > extent->copies ? taps * rows : extent->copies;
    extent->taps = taps > extent->taps ? taps : extent->taps;
}

/* Bytes of all tensors an iteration around the lanes touches, if they have
 * the lanes' extent in each row: an estimate. */
static int64_t estimate_bytes(struct schedule *schedule,
    const struct schedule_node *lanes, const struct schedule_node *row)
{
    int64_t n = schedule_count_values(schedule, lanes);

    return n > 0 ? 2 * n * schedule_count_values(schedule, row) *
                       (int64_t)sizeof(float)
                 : INT64_MAX;
}

/* The loop of the rows: the only one directly inside the lanes that is not
 * part of a sum, else the one directly around them. */
static struct schedule_node *find_row(const struct schedule_node *lanes)
{
    struct schedule_node *inner = lanes->children[0];

    if (inner->kind == SCHEDULE_LOOP &&
        inner->children[0]->kind == SCHEDULE_SEQUENCE)
        return inner;
    if (inner->kind == SCHEDULE_SEQUENCE && lanes->parent &&
        lanes->parent->kind == SCHEDULE_LOOP)
        return lanes->parent;
    return NULL;
}

/* What the loads of a statement are looked at for. */
struct slide {
    struct schedule *schedule;
    const struct model_statement *statement;
    const struct variable *rows;
    const struct variable *lanes;
    bool is_along;
    bool found;
};

/* A visit: an input along which a window slides with the rows. */
static void find_slide(const struct value *value, void *user)
{
    struct slide *slide = user;
    bool slides = false;
    bool has_lanes = false;

    if (value->kind != VALUE_LOAD || value->array->kind == ARRAY_PRIVATE)
        return;
    for (int i = 0; i < value->n_index; i++) {
        const struct affine *form = schedule_in_loops(
            slide->schedule, slide->statement, value->index[i]);

        has_lanes = affine_has(form, slide->lanes);
        slides = slides || (!has_lanes && form->n_terms > 1 &&
                               affine_has(form, slide->rows));
    }
    slide->found = slide->found || (slides && (has_lanes || !slide->is_along));
}

bool schedule_slides(struct schedule *schedule,
    const struct model_statement *statement, const struct schedule_node *rows,
    const struct schedule_node *lanes, bool is_along)
{
    struct slide slide = {
        schedule, statement, rows->variable, lanes->variable, is_along, false};

    value_foreach(statement->value, find_slide, &slide);
    return slide.found;
}

/* Does a window slide along the row in a sum below? */
static bool slides(struct schedule *schedule, struct schedule_node *lanes,
    const struct schedule_node *row)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, lanes);

    for (int i = 0; i < leaves.n; i++)
        if (leaves.at[i]->statement->update != MODEL_SET &&
            schedule_slides(
                schedule, leaves.at[i]->statement, row, lanes, false))
            return true;
    return false;
}

/* Is the loop shorter than a vector? Then how rows lie in lines of the cache
 * is all the same. */
static bool is_narrow(
    struct schedule *schedule, const struct schedule_node *lanes)
{
    int64_t n = schedule_count_values(schedule, lanes);

    return n > 0 && n < lanes->n_lanes;
}

/* Is straight code for all rows small, and better than a loop over them? */
static bool is_worth(struct schedule *schedule, struct schedule_node *lanes,
    const struct schedule_node *row)
{
    struct schedule_nodes leaves = schedule_leaves(schedule, lanes);
    struct extent extent = {schedule, 0, 0};
    int64_t cache = schedule->machine->costs->levels[COSTS_L1].bytes;

    for (int i = 0; i < leaves.n; i++)
        note_statement(&extent, leaves.at[i], lanes, row);
    return extent.taps > 1 &&
           extent.copies <=
               (extent.taps < PANEL_TAPS ? MOST_COPIES : FEW_COPIES) &&
           (extent.taps >= MANY_TAPS ||
               (estimate_bytes(schedule, lanes, row) <= cache &&
                   (is_narrow(schedule, lanes) ||
                       !schedule_is_ragged(schedule, lanes))));
}

bool schedule_default_short(
    struct schedule *schedule, struct schedule_node *lanes)
{
    struct schedule_node *row = find_row(lanes);
    int64_t n = row ? schedule_count_values(schedule, row) : 0;

    if (n < 2 || n > MOST_ROWS || row->n_lanes > 1 ||
        !slides(schedule, lanes, row) || !is_worth(schedule, lanes, row) ||
        !schedule_is_legal_quietly(schedule, SCHEDULE_JAM, row))
        return false;
    /* Rows that may be jammed may run inside of anything. */
    if (row == lanes->parent)
        schedule_interchange(schedule, row);
    schedule_unroll_below(schedule, lanes, MOST_COPIES);
    if (!schedule->point.lane_bytes)
        lanes->n_lanes = schedule_natural_lanes(schedule, lanes);
    schedule_narrow_lanes(schedule, lanes);
    return true;
}
