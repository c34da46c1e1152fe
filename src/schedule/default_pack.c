/* Long windows along the axis that is contiguous in memory: lanes along it
 * would load most vectors across cache lines, or shift them. Another axis
 * becomes the lanes instead; what a strip of it reads is copied into a small
 * panel, transposed, and there the window slides across lanes as in
 * default_panel.c. Results are transposed on their way out. */
#include "schedule/default_panel.h"
#include "schedule/schedule_place.h"

#include "base/vector.h"

/* Taps from which transposing pays, bytes of panels on the stack. */
enum { LEAST_TAPS = 15, PANEL_BYTES = 26 * 1024 };

/* An array read through a panel: its dimension that moves with the lanes, how
 * many elements of the last one an iteration of the row loop's tile reads. */
struct panel {
    const struct array *array;
    int dimension;
    int64_t per_row;
    int64_t per_tap;
};

/* The search for what can be packed. */
struct packing {
    struct window window;
    VECTOR(struct panel) panels;
    bool failed;
};

/* How an access moves with the lanes: not at all, along the last axis, or
 * along another dimension, which is returned; -2 if it cannot be packed. */
enum { UNIFORM = -3, CONTIGUOUS = -1, HOPELESS = -2 };

static int find_dimension(const struct window *window,
    const struct array *array, const struct affine *const *index)
{
    const struct variable *lanes = window->lanes->variable;
    int found = UNIFORM;

    for (int i = 0; i < array->n_axes; i++) {
        const struct affine *form = window_form(window,
            array_axis_index(window->schedule->model->values, array, i, index));

        if (!affine_has(form, lanes))
            continue;
        if (found != UNIFORM || affine_has_in_atom(form, lanes) ||
            affine_coefficient(form, lanes) != 1 || array->is_strided)
            return HOPELESS;
        found = i == array->n_axes - 1 ? CONTIGUOUS : array->axes[i].dimension;
    }
    return found;
}

/* Remember that an array is packed. */
static void add_panel(struct packing *packing, const struct array *array,
    int dimension, int64_t per_row, int64_t per_tap)
{
    struct arena *arena = packing->window.schedule->c->arena;
    struct panel panel = {array, dimension, per_row, per_tap};

    for (int i = 0; i < packing->panels.n; i++)
        if (packing->panels.at[i].array == array) {
            packing->failed = packing->failed ||
                              packing->panels.at[i].dimension != dimension ||
                              packing->panels.at[i].per_row != per_row ||
                              packing->panels.at[i].per_tap != per_tap;
            return;
        }
    VECTOR_PUSH(arena, &packing->panels, panel);
}

/* A visit: a load that lanes along the other axis can do, or that needs a
 * panel. */
static void check_load(const struct value *value, void *user)
{
    struct packing *packing = user;
    struct window *window = &packing->window;
    const struct array *array = value->array;
    const struct affine *last;
    int64_t per_row;
    int64_t per_tap;
    int dimension;

    if (value->kind != VALUE_LOAD || array->kind == ARRAY_PRIVATE ||
        array->n_dimensions == 0)
        return;
    dimension = find_dimension(window, array, value->index);
    if (dimension == UNIFORM || dimension == CONTIGUOUS)
        return;
    last = window_form(window, array_axis_index(window->schedule->model->values,
                                   array, array->n_axes - 1, value->index));
    per_row = affine_coefficient(last, window->row->variable);
    per_tap = affine_coefficient(last, window->taps->variable);
    if (dimension == HOPELESS || array->kind != ARRAY_IN ||
        window->statement->update == MODEL_SET || per_row < 0 || per_tap < 1 ||
        affine_has_in_atom(last, window->row->variable) ||
        affine_has_in_atom(last, window->taps->variable))
        packing->failed = true;
    else
        add_panel(packing, array, dimension, per_row, per_tap);
}

/* Can all statements below run with the other lanes, panels given? */
static bool find_panels(struct packing *packing)
{
    struct window *window = &packing->window;
    const struct model_statement *reduction = window->statement;
    struct schedule_nodes leaves =
        schedule_leaves(window->schedule, window->lanes);

    for (int i = 0; i < leaves.n && !packing->failed; i++) {
        const struct model_statement *statement = leaves.at[i]->statement;
        const struct array *target = statement->target;

        window->statement = statement;
        value_foreach(statement->value, check_load, packing);
        if (target->kind != ARRAY_PRIVATE &&
            (find_dimension(window, target, statement->index) < CONTIGUOUS ||
                statement->update != MODEL_SET))
            packing->failed = true;
    }
    window->statement = reduction;
    return !packing->failed && packing->panels.n > 0;
}

/* Elements of the last axis that a tile of rows reads of one array. */
static int64_t count_columns(
    const struct panel *panel, int64_t n_rows, int64_t n_taps)
{
    return panel->per_row * (n_rows - 1) + panel->per_tap * (n_taps - 1) + 1;
}

/* The most rows whose panels fit, in tiles of about the same size; 0 if not
 * even a few. */
static int64_t choose_tile(
    const struct packing *packing, int64_t n_rows, int64_t n_taps, int n_lanes)
{
    int64_t limit = PANEL_BYTES / n_lanes;
    int64_t tile = n_rows;
    int64_t n_tiles;

    for (; tile >= 16; tile -= tile % 16 ? tile % 16 : 16) {
        int64_t bytes = 0;

        for (int i = 0; i < packing->panels.n; i++)
            bytes += count_columns(&packing->panels.at[i], tile, n_taps) *
                     (dtype_bits(packing->panels.at[i].array->type) / 8);
        if (bytes <= limit)
            break;
    }
    if (tile < 16)
        return 0;
    n_tiles = (n_rows + tile - 1) / tile;
    tile = (n_rows + n_tiles - 1) / n_tiles;
    return n_tiles == 1 ? n_rows : (tile + 15) / 16 * 16;
}

/* A tile loop around "loop", called after it. */
static struct schedule_node *add_tile(
    struct schedule *schedule, struct schedule_node *loop, int64_t factor)
{
    const struct name *name = name_of(schedule->c->names,
        arena_printf(schedule->c->arena, "%s_tile", loop->name->text));

    return schedule_tile(schedule, loop, factor, name);
}

/* The loops and copies. False only after reporting. */
static bool pack_window(
    struct packing *packing, int64_t n_rows, int64_t tile, int n_lanes)
{
    struct window *window = &packing->window;
    struct schedule *schedule = window->schedule;
    struct ast_directive source = {.range = window->row->range};
    struct directive directive = {schedule, &source, 0, NULL, "the default"};
    struct schedule_node *strip = add_tile(schedule, window->lanes, n_lanes);
    struct schedule_node *inner = strip;

    if (tile < n_rows) {
        inner = add_tile(schedule, window->row, tile);
        schedule_interchange(schedule, window->lanes);
    }
    window->row->n_lanes = 1;
    window->lanes->n_lanes = n_lanes;
    for (int i = 0; i < packing->panels.n; i++) {
        const struct panel *panel = &packing->panels.at[i];
        struct schedule_node *copy = directive_stage_at(
            &directive, panel->per_row ? inner : strip, panel->array);

        if (!copy)
            return false;
        directive_pack_copy(schedule, copy, panel->dimension, n_lanes);
    }
    return true;
}

/* ---- Weights --------------------------------------------------------------
 */

/* Bytes of weights to copy, and the rows from which that pays. */
enum { WEIGHT_BYTES = 16 * 1024, LEAST_ROWS = 48 };

/* A visit: an array of vectors that all rows share, one per tap. */
static void find_weights(const struct value *value, void *user)
{
    struct packing *packing = user;
    struct window *window = &packing->window;
    const struct array *array = value->array;
    bool has_row = false;
    bool has_tap = false;

    if (value->kind != VALUE_LOAD || array->kind != ARRAY_IN ||
        array->n_dimensions < 2 ||
        find_dimension(window, array, value->index) != CONTIGUOUS)
        return;
    for (int i = 0; i < value->n_index; i++) {
        const struct affine *form = window_form(window, value->index[i]);

        has_row = has_row || affine_has(form, window->row->variable);
        has_tap = has_tap || affine_has(form, window->taps->variable);
    }
    if (has_tap && !has_row)
        add_panel(
            packing, array, array->axes[array->n_axes - 1].dimension, 0, 1);
}

void window_stage_weights(struct window *window, int64_t n_rows)
{
    struct packing packing = {.window = *window};
    struct schedule *schedule = window->schedule;
    int n_lanes = window->lanes->n_lanes;
    int64_t extent = schedule_largest_extent(schedule, window->lanes);
    int64_t n_taps = schedule_largest_extent(schedule, window->taps);
    struct ast_directive source = {.range = window->row->range};
    struct directive directive = {schedule, &source, 0, NULL, "the default"};
    struct schedule_node *strip;

    value_foreach(window->statement->value, find_weights, &packing);
    if (packing.panels.n != 1 || packing.failed || !n_taps || !extent ||
        extent % n_lanes || (n_rows && n_rows < LEAST_ROWS) ||
        window->taps->parent->parent != window->row ||
        n_taps * n_lanes * dtype_bits(packing.panels.at[0].array->type) >
            8 * WEIGHT_BYTES)
        return;
    schedule_own_model(schedule);
    strip = add_tile(schedule, window->lanes, n_lanes);
    strip = directive_stage_at(&directive, strip, packing.panels.at[0].array);
    if (strip)
        directive_pack_copy(
            schedule, strip, packing.panels.at[0].dimension, n_lanes);
}

/* ---- The whole ------------------------------------------------------------
 */

bool schedule_default_pack(struct schedule *schedule, struct schedule_node *row)
{
    struct packing packing = {.window = {.schedule = schedule}};
    struct window *window = &packing.window;
    int n_lanes = schedule_natural_lanes(schedule, row);
    int64_t n_rows;
    int64_t n_taps;
    int64_t tile;

    window->lanes = row->parent;
    if (!row->parent || row->parent->kind != SCHEDULE_LOOP ||
        !window_find_along(window, row))
        return false;
    n_rows = schedule_largest_extent(schedule, row);
    n_taps = schedule_largest_extent(schedule, window->taps);
    if (n_rows < 16 || n_taps < LEAST_TAPS ||
        schedule_largest_extent(schedule, window->lanes) < n_lanes ||
        !find_panels(&packing) ||
        !schedule_is_legal_quietly(schedule, SCHEDULE_VECTOR, window->lanes) ||
        !schedule_is_legal_quietly(schedule, SCHEDULE_PARALLEL, row) ||
        !schedule_is_legal_quietly(schedule, SCHEDULE_JAM, row))
        return false;
    tile = choose_tile(&packing, n_rows, n_taps, n_lanes);
    if (!tile)
        return false;
    schedule_own_model(schedule);
    pack_window(&packing, n_rows, tile, n_lanes);
    window_jam(window, tile, 4);
    return true;
}
