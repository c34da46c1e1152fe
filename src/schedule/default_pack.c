/* Long windows along the axis that is contiguous in memory: lanes along it
 * would load most vectors across cache lines, or shift them. Another axis
 * becomes the lanes instead; what a strip of it reads is copied into a small
 * panel, transposed, and there the window slides across lanes as in
 * default_panel.c. Results are transposed on their way out. */
#include "schedule/default_panel.h"
#include "schedule/schedule_place.h"

#include "base/vector.h"

/* Taps from which transposing pays (measured on Sapphire Rapids: with 16 and
 * fewer shifts are ahead on AVX-512, plain loads on AVX2), bytes of panels on
 * the stack. */
enum { LEAST_TAPS = 17, PANEL_BYTES = 26 * 1024 };

/* Rows of a tile below which taps are better cut too; what tiles are multiples
 * of, so that results are stored in whole blocks. */
enum { FEW_ROWS = 64, BLOCK_COLUMNS = 4, MANY_TILES = 3 };

/* Rows a multiple of this apart share few sets of a cache. */
enum { SET_BYTES = 1024 };

/* Rows of which it is not known how many there are: as if there were many, but
 * fewer together, since all taps that some of them may lack need code. */
enum { UNKNOWN_ROWS = 1 << 14, UNKNOWN_JAM = 8 };

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
        const struct affine *form = schedule_in_loops(window->schedule,
            window->statement,
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
    last = schedule_in_loops(window->schedule, window->statement,
        array_axis_index(window->schedule->model->values, array,
            array->n_axes - 1, value->index));
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

/* Bytes per lane of the panels for tiles of rows and taps. */
static int64_t count_bytes(
    const struct packing *packing, int64_t n_rows, int64_t n_taps)
{
    int64_t bytes = 0;

    for (int i = 0; i < packing->panels.n; i++)
        bytes += count_columns(&packing->panels.at[i], n_rows, n_taps) *
                 (dtype_bits(packing->panels.at[i].array->type) / 8);
    return bytes;
}

/* How a window is cut: rows and taps of a tile, buffers for it. */
struct cut {
    int64_t n_rows;
    int64_t n_taps;
    int n_buffers;
};

/* The most rows whose panels fit, in tiles of about the same size; 0 if not
 * even a few. */
static int64_t choose_tile(
    const struct packing *packing, struct cut all, int n_lanes)
{
    int64_t limit = PANEL_BYTES / n_lanes / all.n_buffers;
    int64_t tile = all.n_rows;
    int64_t n_tiles;

    while (tile >= 16 && count_bytes(packing, tile, all.n_taps) > limit)
        tile -= tile % 16 ? tile % 16 : 16;
    if (tile < 16)
        return 0;
    n_tiles = (all.n_rows + tile - 1) / tile;
    tile = (all.n_rows + n_tiles - 1) / n_tiles;
    return n_tiles == 1 ? all.n_rows : (tile + 15) / 16 * 16;
}

/* Rows and taps of a tile whose panels and partial results fit, when all taps
 * together leave room for few rows only. */
static struct cut choose_cut(
    const struct packing *packing, struct cut all, int n_lanes)
{
    int64_t limit = PANEL_BYTES / n_lanes;
    struct cut cut = {choose_tile(packing, all, n_lanes), all.n_taps, 1};
    int64_t size = dtype_bits(packing->window.statement->target->type) / 8;

    if (cut.n_rows >= FEW_ROWS || cut.n_rows == all.n_rows)
        return cut;
    cut.n_taps = limit / size / 16 * 3;
    cut.n_rows = limit / size / 16 * 16;
    if (cut.n_rows > all.n_rows)
        cut.n_rows = all.n_rows;
    while (cut.n_rows >= 16 &&
           count_bytes(packing, cut.n_rows, cut.n_taps) + cut.n_rows * size >
               limit)
        cut.n_rows -= cut.n_rows % 16 ? cut.n_rows % 16 : 16;
    return cut;
}

/* Are the rows of an input so far apart that their lines share few sets of a
 * cache? Then each is best read at once. */
static bool has_aliased_rows(const struct packing *packing)
{
    for (int i = 0; i < packing->panels.n; i++) {
        const struct array *array = packing->panels.at[i].array;
        const struct affine *extent = array_axis_extent(
            packing->window.schedule->model->values, array, array->n_axes - 1);

        if (!affine_is_constant(extent) ||
            extent->constant * (dtype_bits(array->type) / 8) % SET_BYTES == 0)
            return true;
    }
    return false;
}

/* Two buffers for smaller tiles, where there are many of them. */
static struct cut choose_buffers(
    const struct packing *packing, struct cut all, struct cut cut, int n_lanes)
{
    struct cut two = {0, all.n_taps, 2};

    all.n_buffers = 2;
    two.n_rows = choose_tile(packing, all, n_lanes);
    if (cut.n_taps < all.n_taps || two.n_rows < FEW_ROWS ||
        has_aliased_rows(packing) || all.n_rows < MANY_TILES * two.n_rows)
        return cut;
    return two;
}

struct schedule_node *schedule_window_cut_taps(
    struct window *window, int64_t factor)
{
    struct schedule *schedule = window->schedule;
    int n_lanes = window->lanes->n_lanes;
    struct schedule_node *sequence;
    struct schedule_node *tile;

    directive_distribute(schedule, window->row);
    sequence = directive_distribute(schedule, window->lanes);
    for (int i = 0; i < sequence->n_children; i++) {
        struct schedule_node *lanes = sequence->children[i];

        lanes->n_lanes = n_lanes;
        schedule_window_jam_rows(window, lanes->children[0]);
        if (!schedule_is_above(lanes, window->taps))
            continue;
        window->lanes = lanes;
        window->row = lanes->children[0];
    }
    tile = schedule_tile_after(schedule, window->taps, factor);
    schedule_interchange(schedule, window->row);
    schedule_interchange(schedule, window->lanes);
    return tile;
}

/* Copy what iterations of a loop read of panel "i", its lanes side by side; the
 * leaf, NULL after reporting. */
static struct schedule_node *stage_panel(
    const struct packing *packing, struct schedule_node *loop, int i)
{
    const struct window *window = &packing->window;
    const struct panel *panel = &packing->panels.at[i];
    struct ast_directive source = {.range = window->row->range};
    struct directive directive = {
        window->schedule, &source, 0, NULL, "the default"};
    struct schedule_node *copy =
        directive_stage_at(&directive, loop, panel->array);

    if (copy)
        directive_pack_copy(
            window->schedule, copy, panel->dimension, window->lanes->n_lanes);
    return copy;
}

/* The loops and copies. */
static void pack_window(
    struct packing *packing, struct cut all, struct cut cut, int n_lanes)
{
    struct window *window = &packing->window;
    struct schedule *schedule = window->schedule;
    struct schedule_node *strip =
        schedule_tile_after(schedule, window->lanes, n_lanes);
    struct schedule_node *inner = strip;

    if (cut.n_rows < all.n_rows) {
        inner = schedule_tile_after(schedule, window->row, cut.n_rows);
        schedule_interchange(schedule, window->lanes);
    }
    window->row->n_lanes = 1;
    window->lanes->n_lanes = n_lanes;
    schedule_window_jam(window, cut.n_rows, BLOCK_COLUMNS);
    if (all.n_rows == UNKNOWN_ROWS && window->row->jam > UNKNOWN_JAM)
        window->row->jam = UNKNOWN_JAM;
    if (cut.n_taps < all.n_taps)
        strip = inner = schedule_window_cut_taps(window, cut.n_taps);
    else if (inner != strip)
        inner->n_buffers = cut.n_buffers;
    for (int i = 0; i < packing->panels.n; i++)
        stage_panel(packing, packing->panels.at[i].per_row ? inner : strip, i);
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
        const struct affine *form = schedule_in_loops(
            window->schedule, window->statement, value->index[i]);

        has_row = has_row || affine_has(form, window->row->variable);
        has_tap = has_tap || affine_has(form, window->taps->variable);
    }
    if (has_tap && !has_row)
        add_panel(
            packing, array, array->axes[array->n_axes - 1].dimension, 0, 1);
}

void schedule_window_stage_weights(struct window *window, int64_t n_rows)
{
    struct packing packing = {.window = *window};
    struct schedule *schedule = window->schedule;
    int n_lanes = window->lanes->n_lanes;
    int64_t extent = schedule_largest_extent(schedule, window->lanes);
    int64_t n_taps = schedule_count_values(schedule, window->taps);

    value_foreach(window->statement->value, find_weights, &packing);
    if (packing.panels.n != 1 || packing.failed || !n_taps || !extent ||
        extent % n_lanes || (n_rows && n_rows < LEAST_ROWS) ||
        window->taps->parent->parent != window->row ||
        n_taps * n_lanes * dtype_bits(packing.panels.at[0].array->type) >
            8 * WEIGHT_BYTES)
        return;
    schedule_own_model(schedule);
    stage_panel(
        &packing, schedule_tile_after(schedule, window->lanes, n_lanes), 0);
}

/* ---- Strips copied ahead --------------------------------------------------
 */

/* Rows of a strip that are copied together. */
enum { COPIED_ROWS = 4 };

/* A visit: an array whose rows are vectors of lanes, however it moves
 * otherwise. */
static void find_rows(const struct value *value, void *user)
{
    struct packing *packing = user;
    struct window *window = &packing->window;
    const struct array *array = value->array;
    int64_t per_row = 0;
    int64_t per_tap = 0;

    if (value->kind != VALUE_LOAD || array->kind == ARRAY_PRIVATE ||
        array->n_dimensions == 0)
        return;
    if (array->kind != ARRAY_IN || array->is_strided || array->n_axes < 2 ||
        find_dimension(window, array, value->index) != CONTIGUOUS)
        packing->failed = true;
    for (int i = 0; i < value->n_index && !packing->failed; i++) {
        const struct affine *form = schedule_in_loops(
            window->schedule, window->statement, value->index[i]);

        per_row += affine_coefficient(form, window->row->variable);
        per_tap += affine_coefficient(form, window->taps->variable);
        packing->failed = affine_has_in_atom(form, window->row->variable) ||
                          affine_has_in_atom(form, window->taps->variable) ||
                          per_row < 0 || per_tap < 0;
    }
    if (!packing->failed)
        add_panel(packing, array, array->axes[array->n_axes - 1].dimension,
            per_row, per_tap);
}

bool schedule_window_keep_near(
    struct window *window, int64_t n_rows, int64_t cache)
{
    struct packing packing = {.window = *window};
    struct schedule *schedule = window->schedule;
    int64_t extent = schedule_largest_extent(schedule, window->lanes);
    int64_t n_taps = schedule_count_values(schedule, window->taps);
    int64_t tile = window->row->jam;

    value_foreach(window->statement->value, find_rows, &packing);
    if (packing.failed || !n_taps || extent < 2 * window->lanes->n_lanes ||
        n_rows < 2 * tile || window->row->parent != window->lanes ||
        count_bytes(&packing, tile, n_taps) * extent > cache ||
        count_bytes(&packing, n_rows, n_taps) * extent <= cache)
        return false;
    schedule_tile_after(schedule, window->row, tile);
    schedule_interchange(schedule, window->lanes);
    return true;
}

/* Do the strips of tiles of so many rows, two of each, fit the stack, and whole
 * rows of inputs and results, of this tile and the next, the second-level
 * cache? Rows share its sets unevenly: not all of it is counted on. */
static bool fits_ahead(
    const struct packing *packing, int64_t tile, int64_t n_taps)
{
    const struct window *window = &packing->window;
    const struct costs *costs = window->schedule->machine->costs;
    int64_t extent = schedule_largest_extent(window->schedule, window->lanes);

    return 2 * count_bytes(packing, tile, n_taps) * window->lanes->n_lanes <=
               PANEL_BYTES &&
           count_bytes(packing, 4 * tile, n_taps) * extent <=
               costs->levels[COSTS_L2].bytes * 2 / 5;
}

/* The rows of a tile: tiles of about the same size, as large as fit; 0 if there
 * is no need for any, because all inputs fit the second-level cache. */
static int64_t choose_ahead(
    const struct packing *packing, int64_t n_rows, int64_t n_taps)
{
    const struct schedule *schedule = packing->window.schedule;
    int64_t total = 0;
    int64_t most = 16;
    int64_t n_tiles;

    for (int i = 0; i < packing->panels.n && total >= 0; i++) {
        int64_t bytes = array_constant_bytes(
            schedule->model->values, packing->panels.at[i].array);

        total = bytes < 0 ? -1 : total + bytes;
    }
    if (total < schedule->machine->costs->levels[COSTS_L2].bytes)
        return 0;
    while (most < n_rows && fits_ahead(packing, most + 16, n_taps))
        most += 16;
    n_tiles = (n_rows + most - 1) / most;
    return most < 32 ? 0 : ((n_rows + n_tiles - 1) / n_tiles + 15) / 16 * 16;
}

bool schedule_window_stage_ahead(struct window *window, int64_t n_rows)
{
    struct packing packing = {.window = *window};
    struct schedule *schedule = window->schedule;
    int n_lanes = window->lanes->n_lanes;
    int64_t extent = schedule_largest_extent(schedule, window->lanes);
    int64_t n_taps = schedule_count_values(schedule, window->taps);
    struct schedule_node *strip;
    int64_t tile;

    value_foreach(window->statement->value, find_rows, &packing);
    if (packing.failed || !n_taps || !n_rows || extent < 4 * n_lanes ||
        extent % n_lanes || window->taps->parent->parent != window->row ||
        window->row->parent != window->lanes)
        return false;
    tile = choose_ahead(&packing, n_rows, n_taps);
    if (!tile)
        return false;
    schedule_own_model(schedule);
    strip = schedule_tile_after(schedule, window->lanes, n_lanes);
    if (tile < n_rows) {
        schedule_tile_after(schedule, window->row, tile);
        schedule_interchange(schedule, window->lanes);
        schedule_interchange(schedule, strip);
    }
    strip->n_buffers = 2;
    for (int i = 0; i < packing.panels.n; i++) {
        struct schedule_node *copy = stage_panel(&packing, strip, i);

        if (copy && copy->parent->n_lanes == 1)
            copy->parent->jam = COPIED_ROWS;
    }
    return true;
}

/* ---- The whole ------------------------------------------------------------
 */

/* The iterator of the reduction that is a loop's coordinate, -1 if none is. */
static int find_iterator(
    const struct window *window, const struct schedule_node *loop)
{
    const struct model_statement *statement = window->statement;
    const struct affine *form = loop->coordinates[statement->id];

    for (int i = 0; i < statement->n_iterators; i++)
        if (affine_is_equal(
                form, affine_variable(window->schedule->model->values,
                          statement->iterators[i])))
            return i;
    return -1;
}

/* The values of one or two iterators, i < j (j < 0: of i alone). */
static __isl_give isl_set *get_values(const struct window *window, int i, int j)
{
    isl_set *set = isl_set_copy(window->statement->domain);

    for (int d = window->statement->n_iterators - 1; d >= 0; d--)
        if (d != i && d != j)
            set = isl_set_project_out(set, isl_dim_set, (unsigned)d, 1);
    return isl_set_reset_tuple_id(set);
}

/* Has every row all taps? */
static bool has_all_taps(const struct window *window)
{
    int row = find_iterator(window, window->row);
    int tap = find_iterator(window, window->taps);
    isl_set *both;
    isl_set *each;
    bool equal;

    if (row < 0 || tap < row)
        return false;
    both = get_values(window, row, tap);
    each = isl_set_flat_product(
        get_values(window, row, -1), get_values(window, tap, -1));
    equal = isl_set_is_equal(both, each) == isl_bool_true;
    isl_set_free(both);
    isl_set_free(each);
    return equal;
}

/* Is the nest of the usual form: lanes, rows, and in them a sequence one part
 * of which is the loop over the taps? */
static bool is_simple(const struct window *window)
{
    return window->row->children[0]->kind == SCHEDULE_SEQUENCE &&
           window->taps->parent == window->row->children[0] &&
           window->taps->children[0]->kind == SCHEDULE_STATEMENT;
}

/* Are the sizes of all loops inside the rows known, so that those of what they
 * read are? */
static bool has_known_loops(const struct window *window)
{
    for (const struct schedule_node *node = window->taps; node != window->row;
         node = node->parent)
        if (node->kind == SCHEDULE_LOOP &&
            (!schedule_count_values(window->schedule, node) ||
                !schedule_has_fixed_range(window->schedule, node)))
            return false;
    return true;
}

/* Are there enough lanes for a vector, and is no input shorter than the window?
 * The parts of it that tiles need would have no common form. Asks for both
 * where sizes are not known. */
static bool has_sizes(
    const struct packing *packing, int n_lanes, int64_t n_taps)
{
    const struct window *window = &packing->window;
    struct value_context *v = window->schedule->model->values;
    int64_t n = schedule_largest_extent(window->schedule, window->lanes);
    const struct guard *guard = NULL;

    if (n && n < n_lanes)
        return false;
    for (int i = 0; i < packing->panels.n; i++) {
        const struct panel *panel = &packing->panels.at[i];
        const struct array *array = panel->array;
        const struct affine *terms[2] = {
            affine_shift(v, array->extents[panel->dimension], -n_lanes),
            affine_shift(
                v, array_axis_extent(v, array, array->n_axes - 1), -n_taps)};

        guard = guard_and(v, guard, guard_all(v, 2, terms));
    }
    return schedule_is_sure(
        window->schedule, (struct model_condition){.guard = guard});
}

bool schedule_default_pack(struct schedule *schedule, struct schedule_node *row)
{
    struct packing packing = {.window = {.schedule = schedule}};
    struct window *window = &packing.window;
    int n_lanes = schedule_natural_lanes(schedule, row);
    struct cut all;
    struct cut cut;

    window->lanes = row->parent;
    if (!row->parent || row->parent->kind != SCHEDULE_LOOP ||
        !schedule_window_find_along(window, row))
        return false;
    all.n_rows = schedule_largest_extent(schedule, row);
    if (!all.n_rows)
        all.n_rows = UNKNOWN_ROWS;
    all.n_taps = schedule_count_values(schedule, window->taps);
    if (all.n_rows < 16 || all.n_taps < LEAST_TAPS || !find_panels(&packing) ||
        !has_sizes(&packing, n_lanes, all.n_taps) ||
        !schedule_is_legal_quietly(schedule, SCHEDULE_VECTOR, window->lanes) ||
        !schedule_is_legal_quietly(schedule, SCHEDULE_PARALLEL, row))
        return false;
    if (!has_known_loops(window))
        return false;
    all.n_buffers = 1;
    cut = choose_cut(&packing, all, n_lanes);
    cut = choose_buffers(&packing, all, cut, n_lanes);
    if (cut.n_rows < 16 ||
        (cut.n_taps < all.n_taps &&
            (!is_simple(window) ||
                (all.n_rows == UNKNOWN_ROWS && !has_all_taps(window)))))
        return false;
    schedule_own_model(schedule);
    pack_window(&packing, all, cut, n_lanes);
    return true;
}
