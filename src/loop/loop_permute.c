/* Several rows in one vector: a load of lanes that are in more than two rows,
 * each lane's place known when compiling, is a permutation of what lies
 * between the first and the last of its elements in memory: one vector or
 * two, loaded once for all such loads of a straight run of statements.
 *
 *     a[4*t + floor(lane/4), k]        rows of 3
 *     permute<k, k, k, k, k + 3, ...>(a.1),  a.1 = a.0[12*t + lane]
 *
 * Rows must be of constant length. Every element between two others of an
 * array is inside it; where some lanes depend on sizes known at run time,
 * only what is inside is loaded. */
#include "loop/loop_lanes.h"

#include "base/vector.h"

/* Loads of lanes in so many rows are permutations; of fewer, choices
 * (loop_blend.c). */
enum { LEAST_ROWS = 3 };

/* A load in memory order: element "offset[i]" of "view" in lane i (or -1: the
 * lane is off), counted from "index". */
struct places {
    const struct array *array;
    int first;
    const struct affine **index;
    int64_t least;
    int64_t most;
    int64_t offset[LANES_MOST];
};

/* Loads that share what they permute: elements "least" .. "most" after
 * "index" of dimensions from "first" on of an array, joined. "registers" hold
 * them. "is_cut": only what is inside may be loaded. */
struct block_of_rows {
    const struct array *array;
    int first;
    const struct affine **index;
    int64_t least;
    int64_t most;
    bool is_cut;
    const struct array *registers[2];
};

/* A run under rewriting. */
struct permuting {
    struct lanes lanes;
    struct loop_node *into;
    bool is_cut;
    VECTOR(struct block_of_rows) blocks;
};

/* ---- Places -------------------------------------------------------------- */

/* The first dimension whose index has the lane. */
static int find_first(const struct value *load, const struct variable *lane)
{
    int i = 0;

    while (i < load->n_index && !affine_has(load->index[i], lane))
        i++;
    return i;
}

/* Is the array one that nobody writes, in memory in the order of its
 * dimensions, its rows from dimension "first" on of constant length? */
static bool has_rows(const struct array *array, int first)
{
    if (array_base(array)->kind != ARRAY_IN || array->is_strided ||
        array->n_axes != array->n_dimensions || first >= array->n_dimensions)
        return false;
    for (int i = 0; i < array->n_axes; i++)
        if (array->axes[i].block || array->axes[i].dimension != i)
            return false;
    for (int i = first + 1; i < array->n_dimensions; i++)
        if (!affine_is_constant(array->extents[i]) ||
            array->extents[i]->constant < 1)
            return false;
    return true;
}

/* In how many rows the lanes are: runs of lanes in one place, or in
 * neighbouring ones. */
static int count_rows(const struct permuting *run, const struct places *places)
{
    bool is_uniform = false;
    bool is_contiguous = false;
    int before = -1;
    int n = 0;

    for (int i = 0; i < run->lanes.lane->n_lanes; i++) {
        int64_t move;

        if (!run->lanes.is_active[i])
            continue;
        move = before < 0 ? -1 : places->offset[i] - places->offset[before];
        is_uniform = is_uniform && move == 0;
        is_contiguous = is_contiguous && move == i - before;
        if (!is_uniform && !is_contiguous) {
            n++;
            is_uniform = is_contiguous = true;
        }
        before = i;
    }
    return n;
}

/* Where the active lanes of a load are; false if it is not to be permuted. */
static bool get_places(const struct permuting *run, const struct value *load,
    struct places *places)
{
    struct value_context *v = run->lanes.v;
    const struct variable *lane = run->lanes.lane;
    const struct affine *of_lane;

    if (load->kind != VALUE_LOAD || load->array->kind == ARRAY_REGISTER)
        return false;
    places->array = load->array;
    places->first = find_first(load, lane);
    if (!has_rows(load->array, places->first))
        return false;
    places->index = loop_join_index(v, load->array, load->index, places->first);
    if (!affine_has_in_atom(places->index[places->first], lane) ||
        !lanes_take_apart(&run->lanes, places->index[places->first], &of_lane,
            &places->index[places->first]))
        return false;
    places->least = INT64_MAX;
    places->most = INT64_MIN;
    for (int i = 0; i < lane->n_lanes; i++) {
        int64_t at = lanes_evaluate(&run->lanes, of_lane, i) +
                     places->index[places->first]->constant;

        places->offset[i] = at;
        if (!run->lanes.is_active[i])
            continue;
        places->least = at < places->least ? at : places->least;
        places->most = at > places->most ? at : places->most;
    }
    places->index[places->first] = affine_shift(v, places->index[places->first],
        -places->index[places->first]->constant);
    return places->least <= places->most &&
           places->most - places->least < 2 * (int64_t)lane->n_lanes &&
           count_rows(run, places) >= LEAST_ROWS;
}

/* ---- Blocks -------------------------------------------------------------- */

/* The block a load belongs to, NULL if there is none with room for it. */
static struct block_of_rows *find_block(
    const struct permuting *run, const struct places *places)
{
    int64_t n = run->lanes.lane->n_lanes;

    for (int i = 0; i < run->blocks.n; i++) {
        struct block_of_rows *block = &run->blocks.at[i];
        bool is_same =
            block->array == places->array && block->first == places->first;

        for (int k = 0; is_same && k <= places->first; k++)
            is_same = affine_is_equal(block->index[k], places->index[k]);
        if (is_same && places->most - block->least < 2 * n &&
            block->most - places->least < 2 * n)
            return block;
    }
    return NULL;
}

/* A visit: a load that is to be permuted. */
static void collect_load(const struct value *value, void *user)
{
    struct permuting *run = user;
    struct places places;
    struct block_of_rows *block;

    if (!get_places(run, value, &places))
        return;
    block = find_block(run, &places);
    if (!block) {
        struct block_of_rows made = {places.array, places.first, places.index,
            places.least, places.most, false, {NULL, NULL}};

        VECTOR_PUSH(run->lanes.v->arena, &run->blocks, made);
        block = &run->blocks.at[run->blocks.n - 1];
    }
    block->least = places.least < block->least ? places.least : block->least;
    block->most = places.most > block->most ? places.most : block->most;
    block->is_cut = block->is_cut || run->is_cut;
}

/* Does the guard say more than which lanes there are? */
static bool has_more(const struct guard *guard, const struct variable *lane)
{
    for (int i = 0; guard && i < guard->n_clauses; i++)
        for (int j = 0; j < guard->clauses[i].n; j++)
            if (!lanes_is_alone(guard->clauses[i].terms[j], lane))
                return true;
    return false;
}

/* A visit: is there a condition? */
static void note_predicate(const struct value *value, void *user)
{
    if (value->kind == VALUE_PREDICATE)
        *(bool *)user = true;
}

/* Turn to a statement all of whose loads happen in its active lanes; false if
 * it is another one. */
static bool set_statement(struct permuting *run, const struct loop_node *node)
{
    bool conditional = false;

    if (!lanes_set(&run->lanes, node))
        return false;
    value_foreach(node->value, note_predicate, &conditional);
    run->is_cut = has_more(node->guard, node->lane);
    return !conditional;
}

/* ---- Rewriting ----------------------------------------------------------- */

/* One of the two vectors of a block, loaded ahead of the statement at hand. */
static const struct value *load_half(
    struct permuting *run, struct block_of_rows *block, int half)
{
    struct value_context *v = run->lanes.v;
    const struct variable *lane = run->lanes.lane;
    const struct array *view =
        block->first < block->array->n_dimensions - 1
            ? loop_join(run->lanes.program, block->array, block->first)
            : block->array;
    int64_t begin = block->least + (int64_t)half * lane->n_lanes;
    const struct affine **index = arena_copy(
        v->arena, block->index, (size_t)(block->first + 1) * sizeof *index);
    const struct affine *at = affine_shift(v, index[block->first], begin);
    const struct affine *terms[3];
    struct array *array;

    if (!block->registers[half]) {
        index[block->first] = affine_add(v, at, affine_variable(v, lane));
        array = loop_value_register(run->lanes.program, run->into,
            value_load(v, block->array, 0, NULL, block->array->range), lane,
            value_load(v, view, block->first + 1, index, view->range));
        terms[0] = affine_shift(v,
            affine_scale(v, affine_variable(v, lane), -1), block->most - begin);
        terms[1] = index[block->first];
        terms[2] = affine_shift(v,
            affine_subtract(
                v, view->extents[block->first], index[block->first]),
            -1);
        run->into->children[run->into->n_children - 1]->guard =
            guard_all(v, block->is_cut ? 3 : 1, terms);
        block->registers[half] = array;
    }
    return value_load(v, block->registers[half], 0, NULL, view->range);
}

/* A load becomes a permutation of its block. */
static const struct value *permute_load(
    struct value_context *v, const struct value *load, void *user)
{
    struct permuting *run = user;
    int n = run->lanes.lane->n_lanes;
    struct places places;
    struct block_of_rows *block;
    const struct value *low;
    const struct value *high;
    int *lanes;

    if (!get_places(run, load, &places))
        return load;
    block = find_block(run, &places);
    if (!block)
        return load;
    low = load_half(run, block, 0);
    high = block->most - block->least < n ? low : load_half(run, block, 1);
    lanes = ARENA_ARRAY(v->arena, n, int);
    for (int i = 0; i < n; i++)
        lanes[i] = run->lanes.is_active[i]
                       ? (int)(places.offset[i] - block->least)
                       : -1;
    return value_permute(v, low, high, n, lanes);
}

/* Rewrite children first .. last-1 of "node", appending to "into". */
static void rewrite_run(struct loop_program *program, struct loop_node *into,
    const struct loop_node *node, int first, int last, void *user)
{
    struct permuting run = {.into = into};
    struct value_context *v = program->values;

    (void)user;
    lanes_start(&run.lanes, program);
    for (int i = first; i < last; i++)
        if (set_statement(&run, node->children[i]))
            value_foreach(node->children[i]->value, collect_load, &run);
    for (int i = first; i < last; i++) {
        struct loop_node *child = node->children[i];

        if (run.blocks.n && set_statement(&run, child)) {
            const struct value *value =
                value_map(v, child->value, permute_load, &run);

            child = arena_copy(v->arena, child, sizeof *child);
            child->value = value;
        }
        loop_add(v->arena, into, child);
    }
}

bool loop_permute(struct compilation *c, struct loop_program *program)
{
    (void)c;
    if (program->machine && program->machine->has_mask_registers)
        program->body =
            loop_rewrite_runs(program, program->body, rewrite_run, NULL);
    return true;
}
