/* Short rows: the lanes run over several rows, one after the other.
 *
 *     tile c by 16 as c_tile, c;
 *     fuse c, p as c_p;
 *     vectorize c_p;
 *     unroll c_p by 21;
 *
 * for rows of 21 and vectors of 16: after 16 rows, 21 vectors, a vector begins
 * with a row again, so that the place of every lane in its row is known when
 * compiling (loop_flatten.c, loop_permute.c, loop_blend.c). Every vector is
 * full and stored where the one before ends. It pays where vectors of one row
 * would be a good deal emptier, where stores go past the caches and must
 * fill lines, and where it makes no difference where in its row an element is,
 * but rows begin anywhere in a line. Other rows of about one vector are
 * computed several side by side. */
#include "schedule/schedule_default.h"

#include "base/integer.h"

/* Statements to unroll to at most; lanes of at most so many rows. */
enum { FLAT_STATEMENTS = 640, FLAT_ROWS = 4 };

/* Vectors in flight where their places in rows make no difference, unless rows
 * begin anew after a few more. */
enum { JOINED_JAM = 8, JOINED_MOST = 32, LINE_BYTES = 64 };

/* Rows of one vector to compute side by side. */
enum { JAMMED_ROWS = 8, JAMMED_STATEMENTS = 200 };

/* A loop over rows, the loop along a row directly inside, and the rows in
 * memory of what is accessed. "is_even": what is read is as far apart as it is
 * long; "is_joined": whatever the place in a row, the same is done. */
struct rows {
    struct schedule *schedule;
    struct schedule_node *outer;
    struct schedule_node *inner;
    const struct model_statement *statement;
    int64_t first;
    int64_t extent;
    bool fits;
    bool is_even;
    bool is_joined;
    bool is_streamed;
    int64_t most_pitch;
};

/* How far an access moves in memory with each of the two loops; false where
 * that is not a constant number of elements. */
static bool get_pitches(const struct rows *rows, const struct array *array,
    const struct affine *const *index, int64_t *outer, int64_t *inner)
{
    struct value_context *v = rows->schedule->model->values;
    int64_t stride = 1;

    *outer = *inner = 0;
    if (array->is_strided)
        return false;
    for (int i = array->n_axes - 1; i >= 0; i--) {
        const struct affine *at = schedule_in_loops(rows->schedule,
            rows->statement, array_axis_index(v, array, i, index));
        const struct affine *extent = array_axis_extent(v, array, i);

        if (affine_has_in_atom(at, rows->outer->variable) ||
            affine_has_in_atom(at, rows->inner->variable))
            return false;
        if (!stride && (affine_has(at, rows->outer->variable) ||
                           affine_has(at, rows->inner->variable)))
            return false;
        *outer += stride * affine_coefficient(at, rows->outer->variable);
        *inner += stride * affine_coefficient(at, rows->inner->variable);
        if (!affine_is_constant(extent) || extent->constant > 1 << 20)
            stride = 0;
        else
            stride = stride > 1 << 20 ? 0 : stride * extent->constant;
    }
    return true;
}

/* A visit: a load must be of one element for a whole row, or of neighbours. */
static void check_load(const struct value *value, void *user)
{
    struct rows *rows = user;
    int64_t outer;
    int64_t inner;

    if (value->kind == VALUE_PREDICATE || value->kind == VALUE_INDEX)
        rows->is_joined = false;
    if (value->kind != VALUE_LOAD || value->array->kind == ARRAY_PRIVATE ||
        value->array->n_dimensions == 0)
        return;
    if (!get_pitches(rows, value->array, value->index, &outer, &inner) ||
        (inner != 0 && inner != 1))
        rows->fits = false;
    else if (inner == 1 && outer != rows->extent)
        rows->is_even = false;
    if (inner == 0 && outer != 0)
        rows->is_joined = false;
    if (outer > rows->most_pitch)
        rows->most_pitch = outer;
}

/* A statement's accesses; what it stores must be one row after the other. */
static void check_statement(
    struct rows *rows, const struct model_statement *statement)
{
    const struct array *target = statement->target;
    int64_t outer;
    int64_t inner;

    rows->statement = statement;
    value_foreach(statement->value, check_load, rows);
    if (target->kind == ARRAY_PRIVATE)
        return;
    if (target->n_dimensions == 0 || statement->update != MODEL_SET ||
        !get_pitches(rows, target, statement->index, &outer, &inner) ||
        inner != 1 || outer != rows->extent)
        rows->fits = false;
    if (target->kind == ARRAY_OUT &&
        array_constant_bytes(rows->schedule->model->values, target) >=
            rows->schedule->machine->costs->stream_bytes)
        rows->is_streamed = true;
}

/* How many statements one vector takes, 0 if loops are left inside. */
static int64_t count_statements(struct rows *rows)
{
    struct schedule *schedule = rows->schedule;
    struct schedule_nodes leaves = schedule_leaves(schedule, rows->inner);
    int64_t total = 0;

    for (int i = 0; i < leaves.n; i++) {
        struct schedule_nodes around =
            schedule_loops_around(schedule, leaves.at[i]);
        int64_t copies = 1;

        for (int j = 0; j < around.n; j++) {
            if (!schedule_is_above(rows->inner, around.at[j]) ||
                around.at[j] == rows->inner)
                continue;
            if (!around.at[j]->is_unrolled)
                return 0;
            copies *= schedule_largest_extent(schedule, around.at[j]);
        }
        total += copies < FLAT_STATEMENTS ? copies : FLAT_STATEMENTS;
    }
    return total;
}

/* Are the rows that a vector is in within two vectors in memory, so that every
 * load is one permutation of these? */
static bool are_permuted(const struct rows *rows, int n_lanes)
{
    int64_t n_rows = (n_lanes - 1) / rows->extent + 2;

    return rows->most_pitch * n_rows <= 2 * n_lanes;
}

/* Are the rows one long row, the parts of which begin anywhere in a line? */
static bool is_joined(const struct rows *rows)
{
    const struct schedule_node *leaf = rows->inner->children[0];

    return rows->is_even && rows->is_joined &&
           leaf->kind == SCHEDULE_STATEMENT &&
           rows->extent * (dtype_bits(leaf->statement->target->type) / 8) %
                   LINE_BYTES !=
               0;
}

/* Does it pay? Several rows fit into one vector, vectors along a row would be
 * more than a sixth emptier, the stores go past the caches and rows are not
 * whole lines, or rows could as well be one. */
static bool is_worthwhile(const struct rows *rows, int n_lanes)
{
    int64_t n_vectors = (rows->extent + n_lanes - 1) / n_lanes;
    int64_t n_wasted = n_vectors * n_lanes - rows->extent;

    if (!n_wasted || !rows->schedule->machine->has_mask_registers)
        return false;
    if (5 * rows->extent <= 2 * n_lanes && are_permuted(rows, n_lanes))
        return true;
    if (n_lanes > rows->extent * FLAT_ROWS)
        return false;
    if (rows->is_streamed)
        return true;
    if (is_joined(rows))
        return true;
    return rows->is_even && (rows->schedule->point.strategy == SCHEDULE_FLAT ||
                                (2 * rows->extent < 5 * n_lanes &&
                                    6 * n_wasted > n_vectors * n_lanes));
}

/* Look at everything; false if lanes over several rows cannot be. */
static bool check_rows(struct rows *rows)
{
    struct schedule *schedule = rows->schedule;
    struct schedule_nodes leaves = schedule_leaves(schedule, rows->inner);
    int64_t last;

    if (!schedule_constant_range(schedule, rows->inner, &rows->first, &last) ||
        last <= rows->first)
        return false;
    rows->extent = last - rows->first + 1;
    for (int i = 0; i < leaves.n; i++)
        check_statement(rows, leaves.at[i]->statement);
    return rows->fits &&
           schedule_is_legal_quietly(schedule, SCHEDULE_PARALLEL, rows->outer);
}

/* After how many rows a vector begins with a row again, or how many there are
 * if that is fewer. */
static int64_t count_rows(const struct rows *rows, int n_lanes)
{
    int64_t n_rows = n_lanes / integer_common_divisor(rows->extent, n_lanes);
    int64_t n = schedule_count_values(rows->schedule, rows->outer);

    return n > 0 && n < n_rows ? n : n_rows;
}

/* Tiles of "n_rows" rows, and one loop over the places in each. What is stored
 * there are whole vectors. */
static void fuse_rows(const struct rows *rows, int64_t n_rows)
{
    struct compilation *c = rows->schedule->c;
    struct schedule_nodes leaves = schedule_leaves(rows->schedule, rows->inner);
    const char *outer = rows->outer->name->text;
    const char *inner = rows->inner->name->text;

    if (!rows->schedule->is_gapless)
        rows->schedule->is_gapless =
            ARENA_ARRAY(c->arena, rows->schedule->model->n_arrays, bool);
    for (int i = 0; i < leaves.n; i++)
        rows->schedule->is_gapless[leaves.at[i]->statement->target->id] = true;
    schedule_tile_after(rows->schedule, rows->outer, n_rows);
    schedule_fuse(rows->schedule, rows->outer, rows->first, rows->extent,
        name_of(c->names, arena_printf(c->arena, "%s_%s", outer, inner)));
}

/* Rows of one vector, or hardly more, stay vectors of their own: several are
 * computed side by side, which share their masks, and no chain of sums waits
 * for itself. False if rows are longer. */
static bool jam_rows(const struct rows *rows, int n_lanes, int64_t n_statements)
{
    struct schedule *schedule = rows->schedule;
    int64_t n_vectors = (rows->extent + n_lanes - 1) / n_lanes;
    int64_t n_rows = schedule_largest_extent(schedule, rows->outer);

    if (!schedule->machine->has_mask_registers || rows->is_streamed ||
        4 * rows->extent > 5 * n_lanes || !n_statements ||
        (n_rows && n_rows < JAMMED_ROWS) ||
        n_vectors * n_statements * JAMMED_ROWS > JAMMED_STATEMENTS)
        return false;
    schedule_tile_after(schedule, rows->outer, JAMMED_ROWS);
    rows->outer->jam = JAMMED_ROWS;
    return true;
}

bool schedule_default_flat(
    struct schedule *schedule, struct schedule_node *lanes)
{
    struct rows rows = {.schedule = schedule,
        .outer = lanes->parent,
        .inner = lanes,
        .fits = true,
        .is_even = true,
        .is_joined = true};
    int n_lanes = lanes->n_lanes;
    int64_t n_rows;
    int64_t n_vectors;
    int64_t n_statements;

    if (!lanes->parent || lanes->parent->kind != SCHEDULE_LOOP ||
        !check_rows(&rows))
        return false;
    if (rows.is_streamed)
        n_lanes = schedule_natural_lanes(schedule, lanes);
    n_statements = count_statements(&rows);
    if (!is_worthwhile(&rows, n_lanes))
        return jam_rows(&rows, n_lanes, n_statements);
    n_rows = count_rows(&rows, n_lanes);
    n_vectors = (n_rows * rows.extent + n_lanes - 1) / n_lanes;
    if (!n_statements || n_rows < 2 ||
        n_vectors * n_statements > FLAT_STATEMENTS)
        return false;
    fuse_rows(&rows, n_rows);
    rows.outer->n_lanes = n_lanes;
    rows.outer->jam = is_joined(&rows) && n_vectors > JOINED_MOST
                          ? JOINED_JAM
                          : (int)n_vectors;
    return true;
}
