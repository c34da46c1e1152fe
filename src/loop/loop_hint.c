/* Hints for the next tile. A loop whose iterations are strips of some lanes of
 * a tile of rows walks through memory with a stride of whole rows, which no
 * hardware foresees, and comes to each row once for every strip. Where
 * the strips together are whole rows, the rows of the next tile are one piece
 * of memory: while this tile is computed, the lines of that piece are asked for
 * in order, a few at a time. */
#include "loop/loop_hint.h"

#include "base/vector.h"

enum { MOST_LINES = 40 };

/* Rows of an array: "index" with the first row that the next iteration of the
 * loop around adds to those of this one; "n_lines" to ask for in each step. */
struct hint {
    const struct array *array;
    const struct affine **index;
    bool is_written;
    int64_t most;
    int64_t n_lines;
};

struct loop_hints {
    struct loop_program *program;
    const struct loop_nodes *around;
    const struct loop_node *outer;
    const struct loop_node *loop;
    int64_t n_strips;
    int64_t n_steps;
    int n_parts;
    VECTOR(struct hint) hints;
};

/* The rows of an access; false if the strips it is part of are not whole rows
 * of an array in plain order. */
static bool has_strips(const struct loop_hints *hints,
    const struct array *array, const struct affine *const *index,
    const struct variable *lane)
{
    int last = array->n_dimensions - 1;
    const struct affine *extent;
    const struct affine *column;

    if ((array->kind != ARRAY_IN && array->kind != ARRAY_OUT) ||
        array->is_strided || array->n_axes < 2 ||
        array->n_axes != array->n_dimensions || !lane)
        return false;
    last = array->axes[array->n_axes - 1].dimension;
    extent = array->extents[last];
    column = index[last];
    for (int i = 0; i < array->n_axes; i++)
        if (array->axes[i].block)
            return false;
    return affine_is_constant(extent) &&
           extent->constant == hints->n_strips * lane->n_lanes &&
           column->n_terms == 2 && column->constant == 0 &&
           affine_coefficient(column, hints->loop->variable) == lane->n_lanes &&
           affine_coefficient(column, lane) == 1;
}

/* Note the rows an access comes to. */
static void add_access(struct loop_hints *hints, const struct array *array,
    const struct affine *const *index, const struct variable *lane,
    bool is_written)
{
    struct value_context *v = hints->program->values;
    const struct loop_node *outer = hints->outer;
    int64_t at = outer->lower[0]->constant;
    struct hint hint = {.array = array, .is_written = is_written};
    struct loop_extremes first;
    struct loop_extremes second;
    const struct affine *row;
    int64_t n_rows;
    int64_t n_bytes;
    int axis;
    int last;

    if (!has_strips(hints, array, index, lane))
        return;
    axis = array->axes[array->n_axes - 2].dimension;
    last = array->axes[array->n_axes - 1].dimension;
    row = index[axis];
    if (!loop_survey_form(v, hints->around, row, outer->variable, at, &first) ||
        !loop_survey_form(
            v, hints->around, row, outer->variable, at + outer->step, &second))
        return;
    n_rows = second.most - first.most;
    hint.most = first.most;
    n_bytes =
        n_rows * array->extents[last]->constant * (dtype_bits(array->type) / 8);
    hint.n_lines =
        (n_bytes / COSTS_LINE_BYTES - 1) / (hints->n_strips * hints->n_steps) +
        1;
    if (n_rows < 1 || hint.n_lines > MOST_LINES)
        return;
    hint.index = arena_copy(
        v->arena, index, (size_t)array->n_dimensions * sizeof *index);
    hint.index[axis] = affine_shift(v,
        affine_scale(v,
            affine_shift(v, affine_variable(v, outer->variable), -at), n_rows),
        first.most + 1);
    for (int i = 0; i < hints->hints.n; i++) {
        struct hint *other = &hints->hints.at[i];

        if (other->array != array)
            continue;
        if (hint.most > other->most)
            *other = hint;
        return;
    }
    VECTOR_PUSH(v->arena, &hints->hints, hint);
}

/* A visit: a load. */
struct visit {
    struct loop_hints *hints;
    const struct variable *lane;
};

/* Note a load. */
static void add_load(const struct value *value, void *user)
{
    struct visit *visit = user;

    if (value->kind == VALUE_LOAD && value->n_index > 0)
        add_access(
            visit->hints, value->array, value->index, visit->lane, false);
}

/* All accesses at and below a node. */
static void gather(struct loop_hints *hints, struct loop_nodes *around,
    const struct loop_node *node)
{
    struct visit visit = {hints, node->lane};

    if (node->kind == LOOP_ASSIGN) {
        value_foreach(node->value, add_load, &visit);
        if (node->n_index > 0)
            add_access(hints, node->array, node->index, node->lane, true);
    }
    if (node->kind == LOOP_FOR)
        VECTOR_PUSH(hints->program->values->arena, around, node);
    for (int i = 0; i < node->n_children; i++)
        gather(hints, around, node->children[i]);
    around->n -= node->kind == LOOP_FOR;
}

struct loop_hints *loop_find_hints(struct loop_program *program,
    struct loop_nodes *around, struct loop_node *loop, int64_t n_steps,
    int n_parts)
{
    struct arena *arena = program->values->arena;
    struct loop_hints *hints = ARENA_NEW(arena, struct loop_hints);
    int64_t level = program->machine->costs->levels[COSTS_L2].bytes;
    int64_t bytes = loop_count_bytes(program);

    hints->program = program;
    hints->around = around;
    hints->loop = loop;
    hints->n_steps = n_steps;
    hints->n_parts = n_parts;
    if (!around->n || bytes < level || bytes == INT64_MAX ||
        !affine_is_constant(loop->lower[0]) ||
        !affine_is_constant(loop->upper[0]) || loop->lower[0]->constant)
        return hints;
    hints->outer = around->at[around->n - 1];
    hints->n_strips = loop->upper[0]->constant;
    if (affine_is_constant(hints->outer->lower[0]))
        gather(hints, around, loop);
    return hints;
}

void loop_add_hints(const struct loop_hints *hints, struct loop_node *into,
    const struct affine *step, int part)
{
    struct value_context *v = hints->program->values;
    const struct affine *place = affine_add(v, step,
        affine_scale(
            v, affine_variable(v, hints->loop->variable), hints->n_steps));

    for (int i = 0; i < hints->hints.n; i++) {
        const struct hint *hint = &hints->hints.at[i];
        const struct array *array = hint->array;
        int last = array->axes[array->n_axes - 1].dimension;
        int64_t line = COSTS_LINE_BYTES * 8 / dtype_bits(array->type);
        int64_t end = hint->n_lines * (part + 1) / hints->n_parts;

        for (int64_t k = hint->n_lines * part / hints->n_parts; k < end; k++) {
            struct loop_node *node =
                loop_node_new(v->arena, LOOP_PREFETCH, into->range);
            const struct affine **index = arena_copy(v->arena, hint->index,
                (size_t)array->n_dimensions * sizeof *index);

            index[last] = affine_scale(v,
                affine_shift(v, affine_scale(v, place, hint->n_lines), k),
                line);
            node->array = array;
            node->n_index = array->n_dimensions;
            node->index = index;
            node->is_written = hint->is_written;
            loop_add(v->arena, into, node);
        }
    }
}
