/* pack x by c 16: after "stage x ...", keep the copy with the dimension that
 * loop c indexes innermost, and make it 16 elements of that dimension at a
 * time: rows become columns on the way in, so that lanes along c read one
 * contiguous vector. */
#include "schedule/schedule_place.h"

#include <string.h>

/* The statement that copies a tensor into its staged copy, NULL if none. */
static struct schedule_node *find_copy(
    struct directive *directive, const struct ast_word *word)
{
    struct schedule *schedule = directive->schedule;
    struct schedule_nodes leaves = schedule_leaves(schedule, schedule->root);

    for (int i = 0; i < leaves.n; i++) {
        const struct model_statement *statement = leaves.at[i]->statement;

        if (statement->is_copy && statement->value->array->name == word->name)
            return leaves.at[i];
    }
    diag_error(schedule->c->diag, word->range, DIAG_E0413,
        "'%s': the tensor is not staged", directive->text);
    diag_hint(schedule->c->diag, "Put a 'stage ... in stack at ...' first.");
    return NULL;
}

/* The dimension of the copy that moves with a loop of this name in the
 * statements that read it; -1 after reporting. */
struct search {
    struct schedule *schedule;
    const struct model_statement *reader;
    const struct array *array;
    const struct name *loop;
    int dimension;
};

/* A visit: a load of the copy whose index moves with the loop. */
static void find_in_load(const struct value *value, void *user)
{
    struct search *search = user;

    if (value->kind != VALUE_LOAD || value->array != search->array)
        return;
    for (int d = 0; d < value->n_index; d++)
        for (int i = 0; i < search->reader->n_iterators; i++)
            if (search->reader->iterators[i]->name == search->loop &&
                affine_has(value->index[d], search->reader->iterators[i]))
                search->dimension = d;
}

/* The dimension, -1 after reporting. */
static int find_dimension(struct directive *directive,
    const struct array *array, const struct ast_word *word)
{
    struct schedule *schedule = directive->schedule;
    struct search search = {schedule, NULL, array, word->name, -1};

    for (int i = 0; i < schedule->model->n_statements; i++) {
        search.reader = schedule->model->statements[i];
        value_foreach(search.reader->value, find_in_load, &search);
    }
    if (search.dimension < 0)
        diag_error(schedule->c->diag, word->range, DIAG_E0401,
            "no index of %s moves with loop '%s'", array->name->text,
            word->name->text);
    return search.dimension;
}

/* All dimensions in order, "last" at the end. */
static void put_last(struct arena *arena, struct array *array, int last)
{
    int n = 0;

    array->axes = ARENA_ARRAY(arena, array->n_dimensions, struct array_axis);
    array->n_axes = array->n_dimensions;
    for (int d = 0; d < array->n_dimensions; d++)
        if (d != last)
            array->axes[n++].dimension = d;
    array->axes[n].dimension = last;
}

/* The loop of the copy over one dimension. */
static struct schedule_node *get_loop(
    struct schedule_node *leaf, int n_dimensions, int dimension)
{
    struct schedule_node *loop = leaf->parent;

    for (int d = n_dimensions - 1; d > dimension; d--)
        loop = loop->parent;
    return loop;
}

/* What a block takes of every row. */
enum { PIECE_BYTES = 16 };

/* Copy as many columns at once as a block has: they are transposed
 * (loop_transpose.c). */
static void jam_columns(struct schedule_node *copy)
{
    const struct array *from = copy->statement->value->array;
    struct schedule_node *loop;

    if (from->n_axes < 2)
        return;
    loop = get_loop(
        copy, from->n_dimensions, from->axes[from->n_axes - 1].dimension);
    if (loop->n_lanes == 1 && loop->jam == 1 && !loop->is_unrolled)
        loop->jam = 8 * PIECE_BYTES / dtype_bits(from->type);
}

struct schedule_node *directive_pack_copy(struct schedule *schedule,
    struct schedule_node *copy, int dimension, int n_lanes)
{
    struct array *array = schedule->model->arrays[copy->statement->target->id];
    struct schedule_node *loop = get_loop(copy, array->n_dimensions, dimension);

    put_last(schedule->c->arena, array, dimension);
    loop->n_lanes = n_lanes;
    jam_columns(copy);
    return loop;
}

bool directive_pack(struct directive *directive)
{
    struct schedule *schedule = directive->schedule;
    struct schedule_node *copy;
    const struct array *array;
    struct schedule_node *loop;
    int dimension;

    copy = find_copy(directive, &directive->words[0]);
    if (!copy)
        return false;
    array = copy->statement->target;
    dimension = find_dimension(directive, array, &directive->words[2]);
    if (dimension < 0)
        return false;
    loop = get_loop(copy, array->n_dimensions, dimension);
    if (!directive_check_mode(directive, loop))
        return false;
    loop = directive_pack_copy(
        schedule, copy, dimension, (int)directive->words[3].integer);
    loop->mode_range = directive->ast->range;
    return true;
}
