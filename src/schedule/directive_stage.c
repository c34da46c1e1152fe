/* stage x in registers at p, p vectorised: a register window along the lanes.
 * stage x in stack at c: copy what the statements inside loop c read of x
 * once per iteration of c, and read it from there; "in registers" is the same
 * copy, and stays in registers where unrolling makes its indices known. The
 * copy's loops are called x_0, x_1, ... by dimension, for later directives. */
#include "schedule/schedule_place.h"

#include <string.h>

/* The argument or local a word names. */
static const struct array *find_tensor(
    struct directive *directive, const struct ast_word *word)
{
    struct model *model = directive->schedule->model;

    for (int i = 0; i < model->n_arrays; i++)
        if (model->arrays[i]->kind != ARRAY_PRIVATE &&
            model->arrays[i]->n_dimensions > 0 &&
            model->arrays[i]->name == word->name)
            return model->arrays[i];
    diag_error(directive->schedule->c->diag, word->range, DIAG_E0401,
        "no tensor '%s' in kernel '%s'", word->name->text,
        model->kernel->name->text);
    return NULL;
}

/* What the kernel itself writes would have to be copied after the write. */
static bool check_not_written(
    struct directive *directive, const struct array *array)
{
    if (array->kind == ARRAY_IN && !array->is_strided)
        return true;
    diag_error(directive->schedule->c->diag, directive->ast->range, DIAG_E0413,
        "'%s': only an 'in' tensor that is not strided can be "
        "staged",
        directive->text);
    diag_note(directive->schedule->c->diag, array->range, "%s is declared here",
        array->name->text);
    return false;
}

/* The private array that holds the copy. */
static struct array *make_copy(
    struct schedule *schedule, const struct array *from)
{
    struct compilation *c = schedule->c;
    struct array *copy = model_add_array(schedule->model, from);

    copy->kind = ARRAY_PRIVATE;
    copy->is_strided = false;
    copy->extents = NULL;
    copy->n_axes = 0;
    copy->axes = NULL;
    copy->name = name_of(
        c->names, arena_printf(c->arena, "%s_staged", from->name->text));
    return copy;
}

/* A statement's loads of the one array become loads of the other. */
struct redirection {
    const struct array *from;
    const struct array *to;
};

/* A load of the tensor becomes one of the copy. */
static const struct value *redirect_load(
    struct value_context *v, const struct value *value, void *user)
{
    const struct redirection *redirection = user;

    if (value->kind != VALUE_LOAD || value->array != redirection->from)
        return value;
    return value_load(
        v, redirection->to, value->n_index, value->index, value->range);
}

/* The statements below the place read the copy, except the one that makes it.
 */
static void redirect_reads(struct schedule_place *place, const struct array *to,
    const struct model_statement *except)
{
    struct schedule *schedule = place->schedule;
    struct schedule_nodes leaves = schedule_leaves(schedule, place->loop);
    struct redirection redirection = {place->array, to};

    for (int i = 0; i < leaves.n; i++) {
        struct model_statement *statement = leaves.at[i]->statement;
        if (statement != except)
            statement->value = value_map(schedule->model->values,
                statement->value, redirect_load, &redirection);
    }
}

/* copy[i...] = x[i...] for the elements needed at the place; the statement's
 * leaf. */
static struct schedule_node *add_copy(
    struct schedule_place *place, struct array *copy, struct source_range range)
{
    struct schedule *schedule = place->schedule;
    struct value_context *v = schedule->model->values;
    int n = place->array->n_dimensions;
    const struct name **names = ARENA_ARRAY(v->arena, n, const struct name *);
    struct model_statement like = {.range = range, .target_range = range};
    struct model_statement *statement;
    struct schedule_node *node;
    const struct affine **index =
        ARENA_ARRAY(v->arena, n, const struct affine *);
    isl_map *written;

    for (int i = 0; i < n; i++)
        names[i] = name_of(v->names,
            arena_printf(v->arena, "%s_%d", place->array->name->text, i));
    node = schedule_place_statement(place, &like, n, names,
        isl_map_reset_tuple_id(isl_map_copy(place->needed), isl_dim_out),
        &statement);
    for (int i = 0; i < n; i++)
        index[i] =
            affine_variable(v, statement->iterators[place->around.n + i]);
    statement->target = copy;
    statement->index = index;
    statement->value = value_load(v, place->array, n, index, range);
    statement->update = MODEL_SET;
    statement->is_copy = true;
    written =
        isl_map_project_out(isl_set_identity(isl_set_copy(statement->domain)),
            isl_dim_out, 0, (unsigned)place->around.n);
    written = isl_map_set_tuple_name(
        written, isl_dim_out, model_array_name(place->array));
    schedule_place_order(place, statement, written);
    statement->reads = isl_union_map_from_map(isl_map_copy(written));
    statement->write =
        isl_map_set_tuple_name(written, isl_dim_out, model_array_name(copy));
    schedule_place_insert(place, node);
    redirect_reads(place, copy, statement);
    return schedule_leaf_of(schedule, statement);
}

struct schedule_node *directive_stage_at(struct directive *directive,
    struct schedule_node *loop, const struct array *array)
{
    struct schedule *schedule = directive->schedule;
    struct source_range range = directive->ast->range;
    struct schedule_place place;
    struct schedule_node *leaf = NULL;

    model_begin_phase(schedule->model, "staging");
    if (schedule_place_find(directive, loop, array, &place))
        leaf = add_copy(&place, make_copy(schedule, array), range);
    schedule_place_free(&place);
    return model_end_phase(schedule->model, range) ? leaf : NULL;
}

/* The memory a word names; only the stack and registers on a CPU. */
static bool check_memory(
    struct directive *directive, const struct ast_word *word)
{
    if (strcmp(word->name->text, "shared") || directive->schedule->machine->gpu)
        return true;
    diag_error(directive->schedule->c->diag, word->range, DIAG_E0502,
        "shared memory is a GPU's; the target is %s",
        directive->schedule->machine->level);
    return false;
}

/* In registers at a vectorised loop: a window along the lanes. Every vector of
 * the row is loaded once, loads between two of them are shifts
 * (loop_window.c). False if no such loop is named. */
static bool stage_window(struct directive *directive, const struct array *array)
{
    struct schedule *schedule = directive->schedule;
    struct schedule_nodes loops =
        schedule_find_loops(schedule, directive->words[4].name->text);

    for (int i = 0; i < loops.n; i++)
        if (loops.at[i]->n_lanes > 1)
            schedule->in_registers[array->id] = true;
    return schedule->in_registers[array->id];
}

bool directive_stage(struct directive *directive)
{
    struct schedule *schedule = directive->schedule;
    const struct array *array;
    struct schedule_nodes loops;

    schedule_own_model(schedule);
    array = find_tensor(directive, &directive->words[0]);
    if (!array || !check_not_written(directive, array) ||
        !check_memory(directive, &directive->words[2]))
        return false;
    if (directive_is_word(directive, 2, "registers") &&
        directive->words[4].kind == AST_WORD_NAME &&
        stage_window(directive, array))
        return true;
    loops = directive_find_loops(directive, &directive->words[4]);
    for (int i = 0; i < loops.n; i++)
        if (!directive_stage_at(directive, loops.at[i], array))
            return false;
    return loops.n > 0 && directive_check_loops(directive, false);
}
