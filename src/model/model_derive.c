/* Copies of a model for directives that add or change statements. */
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
