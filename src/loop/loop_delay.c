/* Blocks of columns stored one iteration later. Results that are transposed on
 * their way out would all be shuffled and stored at the end of an iteration,
 * when there is nothing else to do: the next iteration waits for room behind
 * the stores. Instead they are kept on the stack, whole vectors, and transposed
 * a few columns at a time between parts of the next iteration. */
#include "loop/loop_delay.h"

#include "base/vector.h"

/* Rows a multiple of this apart share few sets. */
enum { SET_BYTES = 1024 };

/* Columns of one block of the host: "node" stores them from "buffer", at
 * places "first" and on, in the iteration they are of. */
struct delayed {
    const struct loop_node *from;
    struct loop_node *node;
};

struct loop_delay {
    struct loop_program *program;
    const struct loop_node *host;
    struct array *buffer;
    const struct affine *turn;
    VECTOR(struct delayed) blocks;
};

/* A visit: does a node touch an array other than in blocks behind "inner"? */
struct search {
    const struct array *array;
    int n;
};

/* Count a load of the array. */
static void count_load(const struct value *value, void *user)
{
    struct search *search = user;

    search->n += value->kind == VALUE_LOAD && value->array == search->array;
}

/* Count the statements that touch the array. */
static void count_uses(struct loop_node *node, void *user)
{
    struct search *search = user;

    if (node->kind != LOOP_ASSIGN)
        return;
    search->n += node->array == search->array;
    value_foreach(node->value, count_load, search);
}

/* Is it a block that stores columns of an output? */
static bool is_block(const struct loop_node *node)
{
    return node->kind == LOOP_TRANSPOSE && node->array->kind == ARRAY_OUT &&
           node->children[0]->array == node->array;
}

/* Do only the blocks behind "inner" touch an array in the host? */
static bool is_only_stored(
    const struct loop_node *host, int inner, const struct array *array)
{
    struct search search = {array, 0};

    for (int i = 0; i < host->n_children; i++) {
        loop_foreach(host->children[i], count_uses, &search);
        if (i > inner && is_block(host->children[i]) &&
            host->children[i]->array == array)
            search.n -= host->children[i]->n_children;
    }
    return search.n == 0;
}

/* Is there room on the stack for twice "n" columns like those of a block? */
static bool has_room(
    const struct loop_program *program, const struct loop_node *block, int n)
{
    int64_t column = block->children[0]->lane->n_lanes *
                     (dtype_bits(block->array->type) / 8);

    return 2 * n * column <= loop_count_room(program);
}

/* An array on the stack for twice "n" columns like those of a block. */
static struct array *make_buffer(
    struct loop_program *program, const struct loop_node *block, int n)
{
    struct value_context *v = program->values;
    const struct array model = {.kind = ARRAY_STACK,
        .name = block->array->name,
        .range = block->array->range,
        .type = block->array->type,
        .position = -1};
    struct array *buffer = loop_new_array(program, &model);
    const struct affine **extents =
        ARENA_ARRAY(v->arena, 2, const struct affine *);

    extents[0] = affine_constant(v, 2 * n);
    extents[1] = affine_constant(v, block->children[0]->lane->n_lanes);
    buffer->n_dimensions = 2;
    buffer->extents = extents;
    array_set_plain_axes(v, buffer);
    return buffer;
}

/* Where the columns of one iteration begin: iterations take turns. That would
 * not be needed but for the index not being constant: those that are become
 * registers in LLVM, of which there are too few. */
static const struct affine *get_turn(
    struct value_context *v, const struct loop_node *host, int n)
{
    const struct affine *place = affine_floor(v,
        affine_subtract(v, affine_variable(v, host->variable), host->lower[0]),
        host->step);

    return affine_scale(v, affine_modulo(v, place, 2), n);
}

/* The index of a column in the buffer. */
static const struct affine **get_index(
    const struct loop_delay *delay, int column, const struct variable *lane)
{
    struct value_context *v = delay->program->values;
    const struct affine **index =
        ARENA_ARRAY(v->arena, 2, const struct affine *);

    index[0] = affine_shift(v, delay->turn, column);
    index[1] = affine_variable(v, lane);
    return index;
}

/* Do the rows of an array lie so that their lines share few sets of a cache?
 * A line would be gone before the next columns of its row come. */
static bool is_aliased(struct value_context *v, const struct array *array)
{
    const struct affine *extent =
        array_axis_extent(v, array, array->n_axes - 1);

    return !affine_is_constant(extent) ||
           extent->constant * (dtype_bits(array->type) / 8) % SET_BYTES == 0;
}

/* Note a block, in pieces as narrow as can be; its first column is number
 * "first" of the buffer. */
static void add_block(
    struct loop_delay *delay, const struct loop_node *block, int first)
{
    struct value_context *v = delay->program->values;
    int width = loop_get_block_width(delay->program, block->children[0]);

    for (int i = 0; i < block->n_children; i++) {
        struct loop_node *column =
            arena_copy(v->arena, block->children[i], sizeof *column);
        struct delayed delayed = {block, NULL};

        column->value = value_load(v, delay->buffer, 2,
            get_index(delay, first + i, column->lane), column->range);
        if (i % width == 0) {
            delayed.node =
                loop_node_new(v->arena, LOOP_TRANSPOSE, block->range);
            delayed.node->array = block->array;
            VECTOR_PUSH(v->arena, &delay->blocks, delayed);
        }
        loop_add(v->arena, delay->blocks.at[delay->blocks.n - 1].node, column);
    }
}

struct loop_delay *loop_find_delay(
    struct loop_program *program, const struct loop_node *host, int inner)
{
    struct loop_delay *delay =
        ARENA_NEW(program->values->arena, struct loop_delay);
    const struct loop_node *first = NULL;
    int n = 0;

    delay->program = program;
    delay->host = host;
    for (int i = inner + 1; i < host->n_children; i++) {
        const struct loop_node *block = host->children[i];

        if (!is_block(block))
            continue;
        if (!is_only_stored(host, inner, block->array) ||
            (first && (block->array != first->array ||
                          block->children[0]->lane->n_lanes !=
                              first->children[0]->lane->n_lanes)))
            return NULL;
        first = first ? first : block;
        n += block->n_children;
    }
    if (!first || is_aliased(program->values, first->array) ||
        !has_room(program, first, n))
        return NULL;
    delay->buffer = make_buffer(program, first, n);
    delay->turn = get_turn(program->values, host, n);
    n = 0;
    for (int i = inner + 1; i < host->n_children; i++)
        if (is_block(host->children[i])) {
            add_block(delay, host->children[i], n);
            n += host->children[i]->n_children;
        }
    return delay;
}

bool loop_add_kept(const struct loop_delay *delay, struct loop_node *into,
    const struct loop_node *node)
{
    struct arena *arena;
    int column = 0;
    bool found = false;

    for (int i = 0; delay && i < delay->blocks.n && !found; i++) {
        found = delay->blocks.at[i].from == node;
        column += found ? 0 : delay->blocks.at[i].node->n_children;
    }
    if (!found)
        return false;
    arena = delay->program->values->arena;
    for (int i = 0; i < node->n_children; i++) {
        struct loop_node *kept =
            arena_copy(arena, node->children[i], sizeof *kept);

        kept->array = delay->buffer;
        kept->n_index = 2;
        kept->index = get_index(delay, column + i, kept->lane);
        loop_add(arena, into, kept);
    }
    return true;
}

/* Append block "i", of the iteration in which the host's variable is "at". */
static void add_stores(const struct loop_delay *delay, struct loop_node *into,
    int i, const struct affine *at)
{
    struct substitution substitution = {1, &delay->host->variable, &at};

    loop_add(delay->program->values->arena, into,
        loop_copy(
            delay->program, delay->blocks.at[i].node, &substitution, NULL));
}

void loop_add_delayed(const struct loop_delay *delay, struct loop_node *into,
    int part, int n_parts)
{
    struct value_context *v;
    const struct affine *before;
    const struct affine *term;
    struct loop_node *node;
    int n = delay ? delay->blocks.n : 0;
    int end = n * (part + 1) / n_parts;

    if (n * part / n_parts == end)
        return;
    v = delay->program->values;
    before = affine_shift(
        v, affine_variable(v, delay->host->variable), -delay->host->step);
    term = affine_subtract(v, before, delay->host->lower[0]);
    node = loop_node_new(v->arena, LOOP_IF, delay->host->range);
    node->guard = guard_all(v, 1, &term);
    loop_add(v->arena, into, node);
    for (int i = n * part / n_parts; i < end; i++)
        add_stores(delay, node, i, before);
}

void loop_add_last(const struct loop_delay *delay, struct loop_node *into,
    const struct affine *n_steps)
{
    struct value_context *v;
    const struct affine *at;

    if (!delay)
        return;
    v = delay->program->values;
    at = affine_add(v, delay->host->lower[0],
        affine_scale(v, affine_shift(v, n_steps, -1), delay->host->step));
    for (int i = 0; i < delay->blocks.n; i++)
        add_stores(delay, into, i, at);
}
