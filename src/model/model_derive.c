/* Copies of a model: for directives that add or change statements, for classes
 * of sizes. */
#include "model/model.h"

/* A copy of a statement with isl objects of its own. */
static struct model_statement *copy_statement(
    struct arena *arena, const struct model_statement *from)
{
    struct model_statement *statement =
        ARENA_NEW(arena, struct model_statement);

    *statement = *from;
    statement->domain = isl_set_copy(from->domain);
    statement->reads = isl_union_map_copy(from->reads);
    statement->write = isl_map_copy(from->write);
    return statement;
}

struct model *model_derive(struct model *model)
{
    struct arena *arena = model->c->arena;
    struct model *copy = ARENA_NEW(arena, struct model);

    *copy = *model;
    copy->derived = NULL;
    copy->context = isl_set_copy(model->context);
    copy->flow = isl_union_map_copy(model->flow);
    copy->anti = isl_union_map_copy(model->anti);
    copy->output = isl_union_map_copy(model->output);
    copy->statements =
        ARENA_ARRAY(arena, model->n_statements, struct model_statement *);
    for (int i = 0; i < model->n_statements; i++)
        copy->statements[i] = copy_statement(arena, model->statements[i]);
    copy->arrays = ARENA_ARRAY(arena, model->n_arrays, struct array *);
    for (int i = 0; i < model->n_arrays; i++)
        copy->arrays[i] = model->arrays[i];
    copy->derived = model->derived;
    model->derived = copy;
    return copy;
}

/* The conditions with one more at the end, where no source is. */
static void add_require(struct model *model, const struct guard *guard)
{
    struct arena *arena = model->c->arena;
    int n = model->n_requires;
    const struct guard **requires =
        ARENA_ARRAY(arena, n + 1, const struct guard *);
    struct source_range *ranges =
        ARENA_ARRAY(arena, n + 1, struct source_range);

    for (int i = 0; i < n; i++) {
        requires[i] = model->requires[i];
        ranges[i] = model->require_ranges[i];
    }
    requires[n] = guard;
    ranges[n] = model->kernel->name_range;
    model->requires = requires;
    model->require_ranges = ranges;
    model->n_requires = n + 1;
    model->n_given++;
}

/* The sizes for which the guard holds too; false after reporting. */
static bool restrict_context(struct model *model, const struct guard *guard)
{
    model_begin_phase(model, "restricting the sizes");
    model->context = isl_set_intersect(
        model->context, model_guard_to_isl(model, guard, NULL));
    add_require(model, guard);
    return model_end_phase(model, model->kernel->name_range);
}

struct model *model_restrict(
    struct model *model, const struct model_condition *condition)
{
    struct model *copy = model_derive(model);

    if (condition->large) {
        copy->large = condition->large;
        copy->large_bytes = condition->bytes;
    }
    return !condition->guard || restrict_context(copy, condition->guard) ? copy
                                                                         : NULL;
}

bool model_condition_is_equal(
    const struct model_condition *a, const struct model_condition *b)
{
    if (a->large != b->large || (a->large && a->bytes != b->bytes))
        return false;
    return a->guard && b->guard ? guard_is_equal(a->guard, b->guard)
                                : a->guard == b->guard;
}

enum model_answer model_ask(struct model *model, const struct guard *guard)
{
    isl_set *holds;
    bool always;
    bool never;

    if (!guard || guard_is_false(guard))
        return guard ? MODEL_NEVER : MODEL_ALWAYS;
    holds = isl_set_intersect(
        isl_set_copy(model->context), model_guard_to_isl(model, guard, NULL));
    never = isl_set_is_empty(holds) != isl_bool_false;
    always =
        !never && isl_set_is_subset(model->context, holds) == isl_bool_true;
    isl_set_free(holds);
    return always ? MODEL_ALWAYS : never ? MODEL_NEVER : MODEL_SOMETIMES;
}

struct model_statement *model_add_statement(
    struct model *model, const struct model_statement *like)
{
    struct arena *arena = model->c->arena;
    int n = model->n_statements;
    struct model_statement **statements =
        ARENA_ARRAY(arena, n + 1, struct model_statement *);
    struct model_statement *statement =
        ARENA_NEW(arena, struct model_statement);

    for (int i = 0; i < n; i++)
        statements[i] = model->statements[i];
    *statement = *like;
    statement->id = n;
    statement->name = name_of(model->c->names, arena_printf(arena, "S%d", n));
    statement->domain = NULL;
    statement->reads = NULL;
    statement->write = NULL;
    statements[n] = statement;
    model->statements = statements;
    model->n_statements = n + 1;
    return statement;
}

struct array *model_add_array(struct model *model, const struct array *like)
{
    struct arena *arena = model->c->arena;
    int n = model->n_arrays;
    struct array **arrays = ARENA_ARRAY(arena, n + 1, struct array *);
    struct array *array = ARENA_NEW(arena, struct array);

    for (int i = 0; i < n; i++)
        arrays[i] = model->arrays[i];
    *array = *like;
    array->id = n;
    arrays[n] = array;
    model->arrays = arrays;
    model->n_arrays = n + 1;
    return array;
}
