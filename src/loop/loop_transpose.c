/* Blocks whose rows become columns. Consecutive statements that each load (or
 * store) one vector whose lanes lie in different rows of an array,
 *
 *     t[l, lane] = x[c + lane, l]
 *     t[l + 1, lane] = x[c + lane, l + 1] ...
 *
 * touch 16 bytes of every row together: as many of them as that takes, or a
 * multiple, become a TRANSPOSE. */
#include "loop/loop_scan.h"

enum { PIECE_BYTES = 16, MOST_COLUMNS = 16 };

/* The access of a statement whose lanes lie in different rows, if it has one:
 * its target, or the load that is its value. */
struct column {
    const struct array *array;
    const struct affine *const *index;
    const struct variable *lane;
};

/* Do the lanes move an axis other than the last, one row at a time, and the
 * last not at all? */
static bool is_column(struct value_context *v, const struct column *column)
{
    const struct array *array = column->array;
    bool moves = false;

    if (array->kind == ARRAY_REGISTER || array->is_strided ||
        array->n_axes < 2 || array->axes[array->n_axes - 1].block)
        return false;
    for (int i = 0; i < array->n_axes; i++) {
        const struct affine *index =
            array_axis_index(v, array, i, column->index);

        if (affine_has_in_atom(index, column->lane))
            return false;
        if (affine_coefficient(index, column->lane) == 0)
            continue;
        if (moves || i == array->n_axes - 1)
            return false;
        moves = true;
    }
    return moves;
}

/* How many elements of a row a block takes at least. */
static int get_width(const struct array *array)
{
    return 8 * PIECE_BYTES / dtype_bits(array->type);
}

/* The column a statement accesses; false if it accesses none. */
static bool find_column(struct value_context *v, const struct loop_node *node,
    struct column *column)
{
    const struct value *value = node->value;

    if (node->kind != LOOP_ASSIGN || !node->lane || node->guard ||
        node->reduce != MODEL_SET || node->is_nontemporal)
        return false;
    *column = (struct column){node->array, node->index, node->lane};
    if (is_column(v, column))
        return true;
    if (value->kind != VALUE_LOAD || value->array == node->array)
        return false;
    *column = (struct column){value->array, value->index, node->lane};
    return is_column(v, column);
}

int loop_get_block_width(
    struct loop_program *program, const struct loop_node *node)
{
    struct column column;

    if (node->kind != LOOP_ASSIGN ||
        !find_column(program->values, node, &column))
        return 0;
    return get_width(column.array);
}

/* Does "next" touch the element "distance" after that of "column" in every
 * row? */
static bool follows(struct value_context *v, const struct column *column,
    const struct column *next, int distance)
{
    const struct array *array = column->array;

    if (next->array != array)
        return false;
    for (int i = 0; i < array->n_axes; i++) {
        const struct affine *difference =
            affine_subtract(v, array_axis_index(v, array, i, next->index),
                array_axis_index(v, array, i, column->index));

        if (!affine_is_constant(difference) ||
            difference->constant != (i == array->n_axes - 1 ? distance : 0))
            return false;
    }
    return true;
}

/* A visit: does a value load the array that is accessed by rows? */
struct use {
    const struct array *array;
    bool found;
};

/* Note a load of the array. */
static void find_use(const struct value *value, void *user)
{
    struct use *use = user;

    if (value->kind == VALUE_LOAD && value->array == use->array)
        use->found = true;
}

/* Does the statement touch the array in no other way than as the target (or
 * not as the target)? */
static bool is_only_use(const struct loop_node *node, const struct array *array)
{
    struct use use = {array, false};

    if (node->array != array)
        return true;
    value_foreach(node->value, find_use, &use);
    return !use.found;
}

bool loop_is_transposed(struct loop_program *program,
    const struct loop_node *node, int first, int n, const struct array **array)
{
    struct value_context *v = program->values;
    struct column column;
    struct column next;
    int width;

    if (first + n > node->n_children ||
        !find_column(v, node->children[first], &column))
        return false;
    *array = column.array;
    width = get_width(column.array);
    if (width < 2 || n % width || n > MOST_COLUMNS || !n ||
        column.lane->n_lanes % width || column.lane->n_lanes > 64)
        return false;
    for (int i = 0; i < n; i++) {
        const struct loop_node *child = node->children[first + i];

        if (!find_column(v, child, &next) || !follows(v, &column, &next, i) ||
            (child->array == column.array) !=
                (node->children[first]->array == column.array) ||
            !is_only_use(child, column.array))
            return false;
    }
    return true;
}

/* As many statements from "first" on, before "last", as a block may hold, 0 if
 * they are none. */
static int find_block(struct loop_program *program,
    const struct loop_node *node, int first, int last,
    const struct array **array)
{
    struct column column;
    int width;
    int n;

    if (!find_column(program->values, node->children[first], &column))
        return 0;
    width = get_width(column.array);
    n = last - first < MOST_COLUMNS ? last - first : MOST_COLUMNS;
    for (n -= n % width; n > 0; n -= width)
        if (loop_is_transposed(program, node, first, n, array))
            return n;
    return 0;
}

/* Statements first .. last-1 of "node", in blocks where they are. */
static void rewrite_run(struct loop_program *program, struct loop_node *into,
    const struct loop_node *node, int first, int last, void *user)
{
    struct arena *arena = program->values->arena;

    (void)user;
    while (first < last) {
        const struct array *array = NULL;
        int n = find_block(program, node, first, last, &array);
        struct loop_node *block = into;

        if (n) {
            block = loop_node_new(
                arena, LOOP_TRANSPOSE, node->children[first]->range);
            block->array = array;
            loop_add(arena, into, block);
        }
        for (int i = 0; i < (block == into ? 1 : n); i++)
            loop_add(arena, block, node->children[first++]);
    }
}

bool loop_transpose(struct compilation *c, struct loop_program *program)
{
    (void)c;
    program->body =
        loop_rewrite_runs(program, program->body, rewrite_run, NULL);
    return true;
}
