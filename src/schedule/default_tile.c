/* Sums over products of two tensors of which each moves with another loop
 * around the sum (a dense convolution, a product of matrices): tiles of both
 * loops in registers. Each vector loaded serves all rows of the tile, each
 * element in all lanes all its vectors. Which loop is outside, and how much of
 * a long sum is done before the tiles start again, is what caches want. */
#include "schedule/default_panel.h"

#include <stdlib.h>

enum {
    MOST_VECTORS = 6, /* of a tile */
    MOST_ROWS = 16,
    LEAST_TERMS = 16,         /* of a sum, so that a tile pays */
    MOST_UNROLLED = 4,        /* terms that become straight code */
    WAYS = 16,                /* of the second-level cache, at most */
    PARTIAL_BYTES = 26 * 1024 /* partial results, on the stack */
};

/* A tensor that tiles read: "bytes" of it in all tiles, "reach" elements of
 * its last axis; "slides": an index moves with the sum, too. */
struct side {
    const struct array *array;
    int64_t bytes;
    int64_t reach;
    bool slides;
};

/* A loop around the sum's statement, its iterations (0: not known, -1: nobody
 * asked), and whether it is one of the sum. */
struct around {
    struct schedule_node *loop;
    int64_t extent;
    bool is_sum;
};

/* A sum of "n_terms", "sum" being its outermost loop, "lanes" and "row" the
 * loops of the tile; "along" moves with the lanes, "across" with the rows. */
struct tile {
    struct schedule *schedule;
    const struct model_statement *statement;
    struct schedule_node *lanes;
    struct schedule_node *row;
    struct schedule_node *sum;
    int n_loops;
    struct around *loops;
    int64_t n_terms;
    int64_t n_vectors;
    int64_t n_rows;
    struct side along;
    struct side across;
    bool fails;
};

/* How large a tile is, which of its loops is outside, and the cycles of all. */
struct tile_size {
    int64_t n_vectors;
    int64_t n_rows;
    bool is_row_outside;
    double cycles;
};

/* Of the loads' time, what comes on top of the rest: some have to wait. */
#define LOADS_APART 0.25

/* Of the time of lines from the second-level cache, what other work does not
 * hide. */
#define SHOWN 0.75

/* ---- What moves with what ------------------------------------------------ */

/* Does a statement's target stay where it is in the loop: is it one of its
 * sum? */
static bool stays(struct schedule *schedule,
    const struct model_statement *statement, const struct schedule_node *loop)
{
    for (int i = 0; i < statement->target->n_dimensions; i++)
        if (affine_has(
                schedule_in_loops(schedule, statement, statement->index[i]),
                loop->variable))
            return false;
    return true;
}

/* Note the loops around the statement. */
static void note_loops(struct tile *tile)
{
    struct schedule_nodes loops = schedule_loops_around(
        tile->schedule, schedule_leaf_of(tile->schedule, tile->statement));

    tile->n_loops = loops.n;
    tile->loops = ARENA_ARRAY(tile->schedule->c->arena, loops.n, struct around);
    for (int i = 0; i < loops.n; i++)
        tile->loops[i] = (struct around){loops.at[i], -1,
            stays(tile->schedule, tile->statement, loops.at[i])};
}

/* What is known of a loop around the statement. */
static struct around *get_loop(
    const struct tile *tile, const struct schedule_node *loop)
{
    int i = 0;

    while (tile->loops[i].loop != loop)
        i++;
    return &tile->loops[i];
}

/* Is the loop one of the sum? */
static bool is_sum(const struct tile *tile, const struct schedule_node *loop)
{
    return get_loop(tile, loop)->is_sum;
}

/* Iterations of a loop, 0 if they are not known. */
static int64_t get_extent(
    const struct tile *tile, const struct schedule_node *loop)
{
    struct around *around = get_loop(tile, loop);

    if (around->extent < 0)
        around->extent = schedule_largest_extent(tile->schedule, around->loop);
    return around->extent;
}

/* Elements along one axis that the tile's loops, and those of the sum,
 * reach; 1 if it moves with none. */
static int64_t count_reach(const struct tile *tile, const struct affine *form)
{
    int64_t reach = 1;

    for (int i = 0; i < tile->n_loops; i++) {
        const struct schedule_node *loop = tile->loops[i].loop;
        int64_t step = affine_coefficient(form, loop->variable);

        if (step &&
            (loop == tile->lanes || loop == tile->row || tile->loops[i].is_sum))
            reach += llabs(step) * (get_extent(tile, loop) - 1);
    }
    return reach;
}

/* Is an index one of the sum, too? */
static bool slides(const struct tile *tile, const struct affine *form)
{
    for (int i = 0; i < tile->n_loops; i++)
        if (tile->loops[i].is_sum &&
            affine_has(form, tile->loops[i].loop->variable))
            return true;
    return false;
}

/* A visit: a tensor that moves with the lanes, or with the rows. */
static void note_load(const struct value *value, void *user)
{
    struct tile *tile = user;
    const struct array *array = value->array;
    int64_t bytes = dtype_bits(value->type) / 8;
    bool along = false;
    bool across = false;
    bool sliding = false;
    int64_t reach = 1;

    if (value->kind != VALUE_LOAD || array->kind == ARRAY_PRIVATE)
        return;
    for (int i = 0; i < array->n_axes; i++) {
        const struct affine *form =
            schedule_in_loops(tile->schedule, tile->statement,
                array_axis_index(
                    tile->schedule->model->values, array, i, value->index));
        bool has_lanes = affine_has(form, tile->lanes->variable);
        bool has_row = affine_has(form, tile->row->variable);

        along = along || has_lanes;
        across = across || has_row;
        sliding = sliding || ((has_lanes || has_row) && slides(tile, form));
        reach = count_reach(tile, form);
        bytes *= reach;
    }
    if (along && across)
        tile->fails = true;
    else if (along)
        tile->along = (struct side){array, bytes, reach, sliding};
    else if (across)
        tile->across = (struct side){array, bytes, reach, sliding};
}

/* Are the loops those of a tile? */
static bool is_tile(struct tile *tile, struct schedule_node *row)
{
    tile->row = row;
    tile->fails = false;
    tile->along.array = tile->across.array = NULL;
    if (is_sum(tile, row))
        return false;
    value_foreach(tile->statement->value, note_load, tile);
    return !tile->fails && tile->along.array && tile->across.array;
}

/* The sum below the lanes, if it is the only one and it is known how long; all
 * that may be would need code. */
static bool find_sum(struct tile *tile)
{
    struct schedule_nodes leaves = schedule_leaves(tile->schedule, tile->lanes);

    tile->statement = NULL;
    for (int i = 0; i < leaves.n; i++) {
        const struct model_statement *statement = leaves.at[i]->statement;

        if (statement->update == MODEL_SET)
            continue;
        if (tile->statement || statement->target->kind != ARRAY_PRIVATE)
            return false;
        tile->statement = statement;
    }
    if (!tile->statement)
        return false;
    note_loops(tile);
    tile->n_terms = 1;
    for (int i = tile->n_loops - 1; tile->loops[i].loop != tile->lanes; i--)
        if (tile->loops[i].is_sum) {
            tile->sum = tile->loops[i].loop;
            tile->n_terms *= get_extent(tile, tile->sum);
        }
    return tile->n_terms >= LEAST_TERMS;
}

/* Find the rows: a loop below the lanes, the innermost one, or the nearest one
 * around them. */
static bool find_row(struct tile *tile)
{
    struct schedule_node *node = tile->lanes;

    while (node->children[0]->kind == SCHEDULE_LOOP &&
           !is_sum(tile, node->children[0]))
        node = node->children[0];
    if (node != tile->lanes)
        return is_tile(tile, node);
    for (node = tile->lanes->parent; node && node->kind == SCHEDULE_LOOP;
         node = node->parent)
        if (is_tile(tile, node))
            return true;
    return false;
}

/* ---- How large ----------------------------------------------------------- */

/* Cycles for one term of a tile. */
static double rate(const struct tile *tile, int64_t n_vectors, int64_t n_rows)
{
    const struct machine *machine = tile->schedule->machine;
    const struct costs *costs = machine->costs;
    const struct costs_ports *ports =
        costs_ports_of(costs, machine->vector_bytes);
    double fmas = (double)(n_vectors * n_rows) / ports->fmas;
    double slots = tile->along.slides ? 1 + costs->load_crossing : 1;
    double loads = ((double)n_vectors * slots + (double)n_rows) / ports->loads;
    double least = fmas > costs->fma_latency ? fmas : costs->fma_latency;

    return (loads > least ? loads : least) + loads * LOADS_APART;
}

/* Cycles for one term of all rows of tiles so wide: rows left over come
 * together inside the lanes, else one by one. */
static double rate_rows(
    const struct tile *tile, const struct tile_size *size, int64_t n_vectors)
{
    int64_t left = tile->n_rows % size->n_rows;
    double cycles = (double)(tile->n_rows / size->n_rows) *
                    rate(tile, n_vectors, size->n_rows);

    if (!left)
        return cycles;
    return cycles + (size->is_row_outside
                            ? (double)left * rate(tile, n_vectors, 1)
                            : rate(tile, n_vectors, left));
}

/* The same for all tiles: vectors left over come together. */
static double rate_all(const struct tile *tile, const struct tile_size *size)
{
    int64_t left = tile->n_vectors % size->n_vectors;
    double cycles = (double)(tile->n_vectors / size->n_vectors) *
                    rate_rows(tile, size, size->n_vectors);

    return left ? cycles + rate_rows(tile, size, left) : cycles;
}

/* Cycles for lines of so many bytes from the cache that holds "home" bytes. */
static double move(const struct tile *tile, double bytes, int64_t home)
{
    const struct costs *costs = tile->schedule->machine->costs;
    double near = costs->levels[COSTS_L2].read;
    double read = costs->levels[costs_level_of(costs, home)].read;
    double shown = read < near ? 0 : read - near + near * SHOWN;

    return bytes / COSTS_LINE_BYTES * shown;
}

/* Cycles until everything that tiles read is there: of the outer loop's tensor
 * a part stays for all tiles of the inner one, whose tensor passes by. */
static double move_all(const struct tile *tile, const struct tile_size *size)
{
    const struct side *inner =
        size->is_row_outside ? &tile->along : &tile->across;
    const struct side *outer =
        size->is_row_outside ? &tile->across : &tile->along;
    double n_vectors = (double)tile->n_vectors / size->n_vectors;
    double n_rows = (double)tile->n_rows / size->n_rows;
    double n_outer = size->is_row_outside ? n_rows : n_vectors;
    double n_inner = size->is_row_outside ? n_vectors : n_rows;
    int64_t part = (int64_t)((double)outer->bytes / n_outer) +
                   (int64_t)((double)inner->bytes / n_inner);

    return move(tile, (double)inner->bytes * n_outer, inner->bytes) +
           move(tile, (double)outer->bytes * n_inner, part);
}

/* The better one of the best and a tile of this size, if registers hold it. */
static void try_size(
    const struct tile *tile, struct tile_size *best, struct tile_size size)
{
    int n_registers = tile->schedule->machine->n_vector_registers;
    int64_t needed = size.n_vectors * size.n_rows + size.n_vectors + 1;

    if (needed >= n_registers || size.n_vectors > tile->n_vectors ||
        size.n_rows > tile->n_rows)
        return;
    size.cycles =
        rate_all(tile, &size) * (double)tile->n_terms + move_all(tile, &size);
    if (!best->n_rows || size.cycles < best->cycles)
        *best = size;
}

/* Is a number what the point wants, if it wants one? */
static bool is_wanted(int number, int wanted)
{
    return wanted == 0 || number == wanted;
}

/* The best size of tiles, with the lanes outside if they must be; the point may
 * say how many rows, and how many vectors of each. */
static struct tile_size choose_size(const struct tile *tile)
{
    const struct schedule_point *point = &tile->schedule->point;
    struct tile_size best = {0};
    bool may_swap = !schedule_is_above(tile->lanes, tile->row) ||
                    tile->row == tile->lanes->children[0];

    for (int v = 2; v <= MOST_VECTORS; v++)
        for (int r = 2; r <= MOST_ROWS; r++)
            for (int i = 0; i < 1 + may_swap; i++)
                if (is_wanted(r, point->jam) && is_wanted(v, point->unroll))
                    try_size(tile, &best, (struct tile_size){v, r, i == 1, 0});
    return best;
}

/* ---- Loops --------------------------------------------------------------- */

/* Bring the rows next to the lanes, outside or inside: they may be jammed, and
 * lanes may run in lockstep, so either may run inside of anything. */
static void arrange(struct tile *tile, bool is_row_outside)
{
    struct schedule *schedule = tile->schedule;
    struct schedule_node *lanes = tile->lanes;
    struct schedule_node *row = tile->row;

    if (schedule_is_above(lanes, row)) {
        if (is_row_outside)
            schedule_interchange(schedule, lanes);
        return;
    }
    while (row->children[0] != lanes)
        schedule_interchange(schedule, row);
    if (!is_row_outside)
        schedule_interchange(schedule, row);
}

/* Terms become straight code up to a few, but for those that slide along the
 * rows: elements they share would need registers. */
static void unroll_terms(struct tile *tile)
{
    struct schedule_node *inner =
        schedule_leaf_of(tile->schedule, tile->statement)->parent;
    int64_t n = schedule_count_values(tile->schedule, inner);

    if (n && n <= MOST_UNROLLED && is_sum(tile, inner) && !tile->across.slides)
        inner->is_unrolled = true;
}

/* Bytes that a part of the lanes' tensor takes of the second-level cache:
 * rows of it that lie a multiple of much apart share few sets. */
static int64_t count_footprint(
    const struct tile *tile, const struct tile_size *size)
{
    const struct side *side = &tile->along;
    int64_t element = dtype_bits(side->array->type) / 8;
    int64_t way = tile->schedule->machine->costs->levels[COSTS_L2].bytes / WAYS;
    int64_t width = size->n_vectors * tile->schedule->machine->vector_bytes;
    int64_t pitch = side->reach * element;
    int64_t grain = pitch & -pitch;

    grain = grain > way ? way : grain;
    return side->bytes / pitch * (width > grain ? width : grain);
}

/* How many iterations of the sum's outer loop to do before the tiles start
 * again, 0: all of them. */
static int64_t choose_cut(const struct tile *tile, const struct tile_size *size)
{
    int64_t limit = tile->schedule->machine->costs->levels[COSTS_L2].bytes / 2;
    int64_t footprint = count_footprint(tile, size);
    int64_t n = schedule_count_values(tile->schedule, tile->sum);
    int64_t n_parts = (footprint + limit - 1) / limit;

    if (size->is_row_outside || n_parts < 2 || n < 2 * n_parts ||
        tile->row->children[0]->kind != SCHEDULE_SEQUENCE ||
        tile->sum->parent != tile->row->children[0] ||
        tile->row->parent != tile->lanes)
        return 0;
    return (n + n_parts - 1) / n_parts;
}

/* Rows in tiles whose partial results fit on the stack, and in them the sum in
 * parts around lanes and rows. */
static void cut_sum(
    struct tile *tile, const struct tile_size *size, int64_t n_terms)
{
    struct schedule *schedule = tile->schedule;
    struct window window = {.schedule = schedule,
        .lanes = tile->lanes,
        .row = tile->row,
        .taps = tile->sum,
        .statement = tile->statement};
    int64_t row_bytes = size->n_vectors * schedule->machine->vector_bytes;
    int64_t n_rows = PARTIAL_BYTES / row_bytes / size->n_rows * size->n_rows;

    if (n_rows < tile->n_rows) {
        schedule_tile_after(schedule, tile->row, n_rows);
        schedule_interchange(schedule, tile->lanes);
    }
    schedule_window_cut_taps(&window, n_terms);
    tile->lanes = window.lanes;
    tile->row = window.row;
}

/* Tiles of the outer loop as a loop of their own, which cores can share, where
 * all of them are whole. */
static void strip_outer(const struct tile *tile, const struct tile_size *size)
{
    struct schedule_node *outer =
        size->is_row_outside ? tile->row : tile->lanes;
    int64_t n = size->is_row_outside ? size->n_rows
                                     : size->n_vectors * tile->lanes->n_lanes;
    int64_t extent = schedule_count_values(tile->schedule, outer);

    if (extent && extent % n == 0)
        schedule_tile_after(tile->schedule, outer, n);
}

bool schedule_default_tile(
    struct schedule *schedule, struct schedule_node *lanes)
{
    struct tile tile = {.schedule = schedule, .lanes = lanes};
    struct tile_size size;
    int64_t cut;

    if (!find_sum(&tile) || !find_row(&tile))
        return false;
    tile.n_vectors =
        (get_extent(&tile, lanes) + lanes->n_lanes - 1) / lanes->n_lanes;
    tile.n_rows = get_extent(&tile, tile.row);
    size = choose_size(&tile);
    if (!size.n_rows ||
        !schedule_is_legal_quietly(schedule, SCHEDULE_JAM, tile.row))
        return false;
    arrange(&tile, size.is_row_outside);
    unroll_terms(&tile);
    cut = choose_cut(&tile, &size);
    if (cut) {
        schedule_tile_after(
            schedule, tile.lanes, size.n_vectors * lanes->n_lanes);
        cut_sum(&tile, &size, cut);
    } else {
        strip_outer(&tile, &size);
    }
    tile.lanes->jam = (int)size.n_vectors;
    tile.row->jam = (int)size.n_rows;
    return true;
}
