/* What the grammar's actions do for kernels and statements. */
#include "parser/parser_build.h"

enum { MOST_SET_VALUES = 64 };

struct source_range parser_build_start(struct parser_context *context)
{
    return (struct source_range){context->source, 0, 0};
}

/* The empty range after another. */
struct source_range parser_build_empty_range(struct source_range after)
{
    after.begin = after.end;
    return after;
}

struct parser_list *parser_list_new(struct parser_context *context)
{
    return ARENA_NEW(context->c->arena, struct parser_list);
}

/* Append a node; a NULL one (after an error) is left out. */
struct parser_list *parser_list_add(
    struct parser_context *context, struct parser_list *list, void *node)
{
    if (node)
        VECTOR_PUSH(context->c->arena, &list->nodes, node);
    return list;
}

/* Append all of "b" to "a". */
struct parser_list *parser_list_join(struct parser_context *context,
    struct parser_list *a, struct parser_list *b)
{
    for (int i = 0; i < b->nodes.n; i++)
        VECTOR_PUSH(context->c->arena, &a->nodes, b->nodes.at[i]);
    return a;
}

void parser_build_extern(struct parser_context *context,
    const struct name *name, struct source_range range)
{
    struct ast_extern *node = ARENA_NEW(context->c->arena, struct ast_extern);
    node->name = name;
    node->range = range;
    VECTOR_PUSH(context->c->arena, &context->externs, node);
}

/* Forget what was collected for a kernel before. */
static void reset_kernel(struct parser_context *context)
{
    context->parameters.n = context->parameters.capacity = 0;
    context->requires.n = context->requires.capacity = 0;
    context->sizes.n = context->sizes.capacity = 0;
    context->tensors.n = context->tensors.capacity = 0;
    context->body.n = context->body.capacity = 0;
}

void parser_build_kernel_begin(struct parser_context *context,
    const struct name *name, struct source_range range)
{
    context->kernel = ARENA_NEW(context->c->arena, struct ast_kernel);
    context->kernel->name = name;
    context->kernel->name_range = range;
    if (context->is_schedules_only)
        diag_error(context->c->diag, range, DIAG_E0102,
            "a kernel in a file of schedules");
    reset_kernel(context);
}

/* The kernel is complete: hand over what was collected. */
void parser_build_kernel_end(
    struct parser_context *context, struct source_range range)
{
    struct ast_kernel *kernel = context->kernel;
    kernel->range = range;
    kernel->n_parameters = context->parameters.n;
    kernel->parameters = context->parameters.at;
    kernel->n_requires = context->requires.n;
    kernel->requires = context->requires.at;
    kernel->n_sizes = context->sizes.n;
    kernel->sizes = context->sizes.at;
    kernel->n_tensors = context->tensors.n;
    kernel->tensors = context->tensors.at;
    kernel->n_body = context->body.n;
    kernel->body = context->body.at;
    VECTOR_PUSH(context->c->arena, &context->kernels, kernel);
    reset_kernel(context);
}

void parser_build_parameter(struct parser_context *context,
    enum ast_parameter_kind kind, const struct name *name, int64_t value,
    struct source_range range)
{
    struct ast_parameter *parameter =
        ARENA_NEW(context->c->arena, struct ast_parameter);
    parameter->name = name;
    parameter->range = range;
    parameter->kind = kind;
    parameter->value = value;
    parameter->is_fixed = kind == AST_PARAMETER_CONSTANT;
    parameter->position = context->parameters.n;
    if (kind == AST_PARAMETER_SET) {
        parameter->n_values = context->values.n;
        parameter->values = context->values.at;
        parameter->is_open = context->is_open;
        context->values.n = context->values.capacity = 0;
        context->is_open = false;
    }
    VECTOR_PUSH(context->c->arena, &context->parameters, parameter);
}

/* A value of a set; one already there is an error. */
void parser_build_set_value(
    struct parser_context *context, int64_t value, struct source_range range)
{
    if (context->values.n == MOST_SET_VALUES)
        parser_syntax_too_many(
            context, range, "values in a set", MOST_SET_VALUES);
    for (int i = 0; i < context->values.n; i++)
        if (context->values.at[i] == value) {
            diag_error(context->c->diag, range, DIAG_E0201,
                "%lld is twice in the set", (long long)value);
            return;
        }
    VECTOR_PUSH(context->c->arena, &context->values, value);
}

/* The "*" of a set. */
void parser_build_set_open(struct parser_context *context)
{
    context->is_open = true;
}

void parser_build_require(
    struct parser_context *context, struct ast_expression *condition)
{
    VECTOR_PUSH(context->c->arena, &context->requires, condition);
}

void parser_build_size(struct parser_context *context, const struct name *name,
    struct ast_expression *value, struct source_range range)
{
    struct ast_size *size = ARENA_NEW(context->c->arena, struct ast_size);
    size->name = name;
    size->range = range;
    size->value = value;
    VECTOR_PUSH(context->c->arena, &context->sizes, size);
}

/* Direction and type of the tensors that follow. */
void parser_build_tensors(struct parser_context *context,
    enum ast_direction direction, enum dtype type)
{
    context->direction = direction;
    context->type = type;
}

void parser_build_tensor(struct parser_context *context,
    const struct name *name, const struct parser_list *extents, bool is_strided,
    struct source_range range)
{
    struct ast_tensor *tensor = ARENA_NEW(context->c->arena, struct ast_tensor);
    tensor->name = name;
    tensor->range = range;
    tensor->direction = context->direction;
    tensor->type = context->type;
    tensor->n_dimensions = extents ? extents->nodes.n : 0;
    if (extents)
        tensor->extents = parser_build_expressions(context, extents);
    tensor->is_strided = is_strided;
    tensor->position = context->tensors.n;
    VECTOR_PUSH(context->c->arena, &context->tensors, tensor);
}

/* A statement of the kernel's body. */
void parser_build_kernel_statement(
    struct parser_context *context, struct ast_statement *statement)
{
    if (statement)
        VECTOR_PUSH(context->c->arena, &context->body, statement);
}

/* The statements of a list as an array. */
static struct ast_statement **copy_statements(
    struct parser_context *context, const struct parser_list *list)
{
    struct ast_statement **copy =
        ARENA_ARRAY(context->c->arena, list->nodes.n, struct ast_statement *);
    for (int i = 0; i < list->nodes.n; i++)
        copy[i] = list->nodes.at[i];
    return copy;
}

struct ast_statement *parser_build_for(struct parser_context *context,
    const struct parser_list *loops, struct ast_expression *condition,
    struct ast_statement *body, struct source_range range)
{
    struct ast_statement *statement =
        ast_statement_new(context->c->arena, AST_FOR, range);
    statement->n_loops = loops->nodes.n;
    statement->loops = parser_build_loops(context, loops);
    statement->condition = condition;
    statement->n_body = body ? 1 : 0;
    statement->body = ARENA_NEW(context->c->arena, struct ast_statement *);
    statement->body[0] = body;
    return statement;
}

struct ast_statement *parser_build_block(struct parser_context *context,
    const struct parser_list *statements, struct source_range range)
{
    struct ast_statement *statement =
        ast_statement_new(context->c->arena, AST_BLOCK, range);
    statement->n_body = statements->nodes.n;
    statement->body = copy_statements(context, statements);
    return statement;
}

struct ast_statement *parser_build_declare(struct parser_context *context,
    enum dtype type, const struct name *name, struct source_range name_range,
    struct ast_expression *value, struct source_range range)
{
    struct ast_statement *statement =
        ast_statement_new(context->c->arena, AST_DECLARE, range);
    statement->scalar = ARENA_NEW(context->c->arena, struct ast_scalar);
    statement->scalar->name = name;
    statement->scalar->range = name_range;
    statement->scalar->type = type;
    statement->value = value;
    return statement;
}

struct ast_statement *parser_build_assign(struct parser_context *context,
    struct ast_expression *target, enum ast_assignment assignment,
    struct ast_expression *value, struct source_range range)
{
    struct ast_statement *statement =
        ast_statement_new(context->c->arena, AST_ASSIGN, range);
    statement->target = target;
    statement->assignment = assignment;
    statement->value = value;
    return statement;
}

struct ast_loop *parser_build_loop(struct parser_context *context,
    const struct name *name, struct ast_expression *lower,
    struct ast_expression *upper, struct source_range range)
{
    struct ast_loop *loop = ARENA_NEW(context->c->arena, struct ast_loop);
    loop->name = name;
    loop->range = range;
    loop->lower = lower;
    loop->upper = upper;
    return loop;
}
