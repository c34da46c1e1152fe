/* Lines fetched ahead. A vector loop that walks along the last axis of arrays
 * too large for a cache asks, at the start of its body, for the lines it will
 * get to "prefetch_bytes" later: those it writes when all arrays together do
 * not fit the first cache (the hardware fetches ahead of loads, hardly of
 * stores), and those it reads when they do not fit the second. Of many streams
 * none: they would drive each other out. What is asked for may lie outside: a
 * hint touches nothing. */
#include "loop/loop_scan.h"

#include "base/vector.h"

enum { MOST_READ = 1, MOST_WRITTEN = 1, MOST_LINES = 32 };

/* Accesses that differ by a constant along the last axis. "index" is without
 * the constant and the lane, "last" the largest constant. */
struct stream {
    const struct array *array;
    const struct affine **index;
    int64_t last;
    int n_lanes;
    bool is_written;
};

/* What is gathered of one loop. */
struct gathering {
    struct loop_program *program;
    const struct loop_node *loop;
    const struct variable *lane;
    VECTOR(struct stream) streams;
};

/* Is it an array of the caller with rows of neighbours? */
static bool has_rows(const struct array *array)
{
    bool is_outside = array->kind == ARRAY_IN || array->kind == ARRAY_OUT ||
                      array->kind == ARRAY_INOUT;

    return is_outside && !array->is_strided && array->n_axes > 0 &&
           !array->axes[array->n_axes - 1].block;
}

/* Does the access move by one element with the lane and with the loop, along
 * the last axis and no other? */
static bool is_streaming(const struct gathering *gathering,
    const struct array *array, const struct affine *const *index)
{
    int last = array->axes[array->n_axes - 1].dimension;
    const struct variable *variable = gathering->loop->variable;

    for (int i = 0; i < array->n_dimensions; i++)
        if (i != last && (affine_has(index[i], variable) ||
                             affine_has(index[i], gathering->lane)))
            return false;
    return affine_coefficient(index[last], variable) == 1 &&
           affine_coefficient(index[last], gathering->lane) == 1 &&
           !affine_has_in_atom(index[last], variable) &&
           !affine_has_in_atom(index[last], gathering->lane);
}

/* Add an access to its stream. */
static void add_access(struct gathering *gathering, const struct array *array,
    const struct affine *const *index, bool is_written)
{
    struct value_context *v = gathering->program->values;
    struct stream stream = {
        .array = array, .n_lanes = gathering->lane->n_lanes};
    int last;

    if (!has_rows(array) || !is_streaming(gathering, array, index))
        return;
    last = array->axes[array->n_axes - 1].dimension;
    stream.is_written = is_written;
    stream.last = index[last]->constant;
    stream.index =
        ARENA_ARRAY(v->arena, array->n_dimensions, const struct affine *);
    for (int i = 0; i < array->n_dimensions; i++)
        stream.index[i] = index[i];
    stream.index[last] = affine_shift(v,
        affine_subtract(v, index[last], affine_variable(v, gathering->lane)),
        -stream.last);
    for (int i = 0; i < gathering->streams.n; i++) {
        struct stream *other = &gathering->streams.at[i];
        bool is_same = other->array == array;

        for (int k = 0; is_same && k < array->n_dimensions; k++)
            is_same = affine_is_equal(other->index[k], stream.index[k]);
        if (!is_same)
            continue;
        other->is_written |= is_written;
        if (stream.last > other->last)
            other->last = stream.last;
        return;
    }
    VECTOR_PUSH(v->arena, &gathering->streams, stream);
}

/* A visit: a load. */
static void add_load(const struct value *value, void *user)
{
    if (value->kind == VALUE_LOAD)
        add_access(user, value->array, value->index, false);
}

/* The vector statements of a body; false if there are loops in it. */
static bool gather(struct gathering *gathering, const struct loop_node *node)
{
    for (int i = 0; i < node->n_children; i++) {
        const struct loop_node *child = node->children[i];

        if (child->kind == LOOP_FOR || !gather(gathering, child))
            return false;
        if (child->kind != LOOP_ASSIGN || !child->lane)
            continue;
        gathering->lane = child->lane;
        value_foreach(child->value, add_load, gathering);
        if (!child->is_nontemporal)
            add_access(gathering, child->array, child->index, true);
    }
    return true;
}

/* Ask for the lines one iteration of a stream goes through, "ahead" elements
 * further on. */
static void add_stream(const struct gathering *gathering,
    struct loop_node *into, const struct stream *stream, int64_t ahead)
{
    struct value_context *v = gathering->program->values;
    const struct array *array = stream->array;
    int last = array->axes[array->n_axes - 1].dimension;
    int64_t line = COSTS_LINE_BYTES / (dtype_bits(array->type) / 8);
    int64_t step = gathering->loop->step;
    int64_t first = stream->last + stream->n_lanes - step + ahead;

    for (int64_t i = 0; i < step; i += line) {
        struct loop_node *node =
            loop_node_new(v->arena, LOOP_PREFETCH, gathering->loop->range);
        const struct affine **index =
            ARENA_ARRAY(v->arena, array->n_dimensions, const struct affine *);

        for (int k = 0; k < array->n_dimensions; k++)
            index[k] = stream->index[k];
        index[last] = affine_shift(v, index[last], first + i);
        node->array = array;
        node->n_index = array->n_dimensions;
        node->index = index;
        node->is_written = stream->is_written;
        loop_add(v->arena, into, node);
    }
}

/* How many streams are written, or only read. */
static int count_streams(const struct gathering *gathering, bool is_written)
{
    int n = 0;

    for (int i = 0; i < gathering->streams.n; i++)
        n += gathering->streams.at[i].is_written == is_written;
    return n;
}

/* The hints of a loop, in front of what is in it. */
static void add_hints(
    const struct gathering *gathering, struct loop_node *loop, bool has_reads)
{
    struct arena *arena = gathering->program->values->arena;
    struct loop_node *body = loop_node_new(arena, LOOP_SEQUENCE, loop->range);
    int64_t bytes = gathering->program->machine->costs->prefetch_bytes;

    if (count_streams(gathering, true) > MOST_WRITTEN)
        return;
    has_reads &= count_streams(gathering, false) <= MOST_READ;
    for (int i = 0; i < gathering->streams.n; i++) {
        const struct stream *stream = &gathering->streams.at[i];

        if (stream->is_written || has_reads)
            add_stream(gathering, body, stream,
                bytes / (dtype_bits(stream->array->type) / 8));
    }
    if (body->n_children == 0 || body->n_children > MOST_LINES)
        return;
    for (int i = 0; i < loop->n_children; i++)
        loop_add(arena, body, loop->children[i]);
    loop->n_children = body->n_children;
    loop->children = body->children;
}

/* Hints in the innermost loops below "node"; is there a loop in it? */
static bool visit(
    struct loop_program *program, struct loop_node *node, bool has_reads)
{
    struct gathering gathering = {.program = program, .loop = node};
    bool has_loop = false;

    for (int i = 0; i < node->n_children; i++)
        has_loop |= visit(program, node->children[i], has_reads);
    if (node->kind == LOOP_FOR && !has_loop && gather(&gathering, node))
        add_hints(&gathering, node, has_reads);
    return has_loop || node->kind == LOOP_FOR;
}

bool loop_prefetch(struct compilation *c, struct loop_program *program)
{
    const struct costs *costs = program->machine->costs;
    int64_t bytes = loop_count_bytes(program);

    (void)c;
    if (costs->prefetch_bytes == 0 || bytes <= costs->levels[COSTS_L1].bytes ||
        bytes >= costs->stream_bytes)
        return true;
    visit(program, program->body, bytes > costs->levels[COSTS_L2].bytes);
    return true;
}
