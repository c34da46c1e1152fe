/* Lines fetched ahead. A vector loop that walks along the last axis of arrays
 * too large for a cache asks, at the start of its body, for the lines it will
 * get to "prefetch_bytes" later: those it writes when all arrays together do
 * not fit the first cache (the hardware fetches ahead of loads, hardly of
 * stores), and those it reads when they do not fit the second. Of many streams
 * none, nor beside many: they would drive each other out.
 *
 * A sum that steps through whole rows of an array that does not fit the second
 * cache, a vector or a few of each (the weights of a dense convolution), asks
 * for those it gets to some hundred cycles later: no hardware sees a stream
 * where each step is in another page.
 *
 * What is asked for may lie outside: a hint touches nothing. */
#include "loop/loop_scan.h"

#include "base/vector.h"

#include <stdlib.h>

enum { MOST_READ = 1, MOST_BESIDE = 6, MOST_WRITTEN = 1, MOST_LINES = 32 };

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

/* Put hints in front of what is in a loop. */
static void put_first(
    struct arena *arena, struct loop_node *loop, struct loop_node *hints)
{
    for (int i = 0; i < loop->n_children; i++)
        loop_add(arena, hints, loop->children[i]);
    loop->n_children = hints->n_children;
    loop->children = hints->children;
}

/* How far ahead lines are asked for: as the schedule says, else the machine. */
static int64_t get_distance(const struct loop_program *program)
{
    return program->prefetch_bytes ? program->prefetch_bytes
                                   : program->machine->costs->prefetch_bytes;
}

/* The hints of a loop, in front of what is in it. */
static void add_hints(
    const struct gathering *gathering, struct loop_node *loop, bool has_reads)
{
    struct arena *arena = gathering->program->values->arena;
    struct loop_node *body = loop_node_new(arena, LOOP_SEQUENCE, loop->range);
    int64_t bytes = get_distance(gathering->program);

    if (count_streams(gathering, true) > MOST_WRITTEN ||
        count_streams(gathering, false) > MOST_BESIDE)
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
    put_first(arena, loop, body);
}

/* ---- Rows a sum steps through -------------------------------------------- */

/* Cycles ahead: most of what a line of the third cache takes. Iterations up to
 * which a loop is over by then. Bytes from which a step is not to the next line
 * or two, which hardware fetches. The most vectors of a step. */
enum { AHEAD_CYCLES = 200, FEW_STEPS = 8, FAR_BYTES = 256, MOST_STEPS = 8 };

/* Iterations of a loop, INT64_MAX if they are not known. */
static int64_t count_steps(const struct loop_node *loop)
{
    if (loop->n_lower != 1 || loop->n_upper != 1 ||
        !affine_is_constant(loop->lower[0]) ||
        !affine_is_constant(loop->upper[0]))
        return INT64_MAX;
    return (loop->upper[0]->constant - loop->lower[0]->constant + loop->step -
               1) /
           loop->step;
}

/* Elements from one iteration of the loop to the next, 0 where the access does
 * not step through rows of vectors, or that is not known. */
static int64_t find_step(const struct gathering *gathering,
    const struct array *array, const struct affine *const *index)
{
    struct value_context *v = gathering->program->values;
    const struct variable *variable = gathering->loop->variable;
    int64_t pitch = 1;
    int64_t step = 0;

    for (int i = array->n_axes - 1; i >= 0; i--) {
        const struct affine *form = array_axis_index(v, array, i, index);
        const struct affine *extent = array_axis_extent(v, array, i);
        bool is_last = i == array->n_axes - 1;

        if (affine_has_in_atom(form, variable) ||
            affine_has_in_atom(form, gathering->lane) ||
            affine_coefficient(form, gathering->lane) != is_last ||
            (is_last && affine_has(form, variable)))
            return 0;
        step += affine_coefficient(form, variable) * pitch;
        pitch *= affine_is_constant(extent) ? extent->constant : 0;
    }
    return step * gathering->loop->step;
}

/* Does one of the streams ask for the line at "index"? */
static bool has_line(const struct gathering *gathering,
    const struct array *array, const struct affine *const *index)
{
    int last = array->axes[array->n_axes - 1].dimension;
    int64_t bytes = dtype_bits(array->type) / 8;

    for (int i = 0; i < gathering->streams.n; i++) {
        const struct stream *other = &gathering->streams.at[i];
        bool is_same = other->array == array;

        for (int k = 0; is_same && k < array->n_dimensions; k++) {
            const struct affine *apart = affine_subtract(
                gathering->program->values, index[k], other->index[k]);

            is_same =
                affine_is_constant(apart) &&
                (k == last ? llabs(apart->constant) * bytes < COSTS_LINE_BYTES
                           : apart->constant == 0);
        }
        if (is_same)
            return true;
    }
    return false;
}

/* A visit: a load that steps through rows of an array that is far. */
static void add_step(const struct value *value, void *user)
{
    struct gathering *gathering = user;
    struct value_context *v = gathering->program->values;
    const struct costs *costs = gathering->program->machine->costs;
    const struct array *array = value->array;
    struct stream stream = {.array = array};
    const struct affine **index;
    int last;

    if (value->kind != VALUE_LOAD || array->kind != ARRAY_IN ||
        !has_rows(array) ||
        array_constant_bytes(v, array) <= costs->levels[COSTS_L2].bytes ||
        find_step(gathering, array, value->index) *
                (dtype_bits(array->type) / 8) <
            FAR_BYTES)
        return;
    last = array->axes[array->n_axes - 1].dimension;
    index = ARENA_ARRAY(v->arena, array->n_dimensions, const struct affine *);
    for (int i = 0; i < array->n_dimensions; i++)
        index[i] = value->index[i];
    index[last] =
        affine_subtract(v, index[last], affine_variable(v, gathering->lane));
    stream.index = index;
    if (!has_line(gathering, array, index))
        VECTOR_PUSH(v->arena, &gathering->streams, stream);
}

/* The loads of a body that step through rows; how many vector statements there
 * are. */
static int gather_steps(
    struct gathering *gathering, const struct loop_node *node)
{
    int n = 0;

    for (int i = 0; i < node->n_children; i++) {
        const struct loop_node *child = node->children[i];

        n += gather_steps(gathering, child);
        if (child->kind != LOOP_ASSIGN || !child->lane)
            continue;
        gathering->lane = child->lane;
        value_foreach(child->value, add_step, gathering);
        n++;
    }
    return n;
}

/* Ask for what a stream gets to "ahead" of the loop's variable. */
static void add_ahead(const struct gathering *gathering, struct loop_node *into,
    const struct stream *stream, int64_t ahead)
{
    struct value_context *v = gathering->program->values;
    struct loop_node *node =
        loop_node_new(v->arena, LOOP_PREFETCH, gathering->loop->range);
    const struct affine **index = ARENA_ARRAY(
        v->arena, stream->array->n_dimensions, const struct affine *);

    for (int i = 0; i < stream->array->n_dimensions; i++)
        index[i] = affine_shift(v, stream->index[i],
            ahead * affine_coefficient(
                        stream->index[i], gathering->loop->variable));
    node->array = stream->array;
    node->n_index = stream->array->n_dimensions;
    node->index = index;
    loop_add(v->arena, into, node);
}

/* Hints in the innermost loop for rows that it steps through, or, if it is
 * short, the loop around it. */
static void hint_steps(struct loop_program *program, struct loop_node *loop,
    const struct loop_node *outer)
{
    struct arena *arena = program->values->arena;
    struct loop_node *body = loop_node_new(arena, LOOP_SEQUENCE, loop->range);
    int64_t n = count_steps(loop);
    bool is_short = n <= FEW_STEPS && outer;
    struct gathering gathering = {
        .program = program, .loop = is_short ? outer : loop};
    int64_t cycles = gather_steps(&gathering, loop) * (is_short ? n : 1) / 2;
    int64_t ahead = (AHEAD_CYCLES / (cycles + 1) + 1) * gathering.loop->step;

    if (!gathering.streams.n || gathering.streams.n > MOST_STEPS ||
        count_steps(gathering.loop) <= FEW_STEPS)
        return;
    for (int i = 0; i < gathering.streams.n; i++)
        add_ahead(&gathering, body, &gathering.streams.at[i], ahead);
    put_first(arena, loop, body);
}

/* ---- The whole ----------------------------------------------------------- */

/* Which hints: none for streams, of those written, all. */
enum hints { STEPS, WRITTEN, READ };

/* Hints in the innermost loops below "node", in which "outer" is the innermost
 * one; is there a loop in it? */
static bool visit(struct loop_program *program, struct loop_node *node,
    const struct loop_node *outer, enum hints hints)
{
    struct gathering gathering = {.program = program, .loop = node};
    bool is_loop = node->kind == LOOP_FOR;
    bool has_loop = false;

    for (int i = 0; i < node->n_children; i++)
        has_loop |=
            visit(program, node->children[i], is_loop ? node : outer, hints);
    if (!is_loop || has_loop)
        return has_loop || is_loop;
    if (hints != STEPS && node->n_lanes > 1 && gather(&gathering, node))
        add_hints(&gathering, node, hints == READ);
    hint_steps(program, node, outer);
    return true;
}

bool loop_prefetch(struct compilation *c, struct loop_program *program)
{
    const struct costs *costs = program->machine->costs;
    int64_t bytes = loop_count_bytes(program);

    (void)c;
    if (get_distance(program) == 0 || bytes <= costs->levels[COSTS_L1].bytes)
        return true;
    visit(program, program->body, NULL,
        bytes >= costs->stream_bytes            ? STEPS
        : bytes > costs->levels[COSTS_L2].bytes ? READ
                                                : WRITTEN);
    return true;
}
