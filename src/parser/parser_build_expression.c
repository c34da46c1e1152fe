/* What the grammar's actions do for expressions. */
#include "parser/parser_build.h"

struct ast_expression **parser_build_expressions(
    struct parser_context *context, const struct parser_list *list)
{
    struct ast_expression **copy =
        ARENA_ARRAY(context->c->arena, list->nodes.n, struct ast_expression *);
    for (int i = 0; i < list->nodes.n; i++)
        copy[i] = list->nodes.at[i];
    return copy;
}

struct ast_loop **parser_build_loops(
    struct parser_context *context, const struct parser_list *list)
{
    struct ast_loop **copy =
        ARENA_ARRAY(context->c->arena, list->nodes.n, struct ast_loop *);
    for (int i = 0; i < list->nodes.n; i++)
        copy[i] = list->nodes.at[i];
    return copy;
}

/* A node with up to three operands (NULL ends them) that covers them. */
static struct ast_expression *build(struct parser_context *context,
    enum ast_expression_kind kind, struct source_range range,
    struct ast_expression *a, struct ast_expression *b,
    struct ast_expression *third)
{
    struct ast_expression *all[] = {a, b, third, NULL};
    struct ast_expression *expression =
        ast_expression_new(context->c->arena, kind, range);
    while (all[expression->n_operands])
        expression->n_operands++;
    expression->operands = ARENA_ARRAY(
        context->c->arena, expression->n_operands, struct ast_expression *);
    for (int i = 0; i < expression->n_operands; i++) {
        expression->operands[i] = all[i];
        expression->range = source_join(expression->range, all[i]->range);
    }
    return expression;
}

struct ast_expression *parser_build_integer(
    struct parser_context *context, int64_t value, struct source_range range)
{
    struct ast_expression *expression =
        ast_expression_new(context->c->arena, AST_INTEGER, range);
    expression->integer = value;
    expression->real = (double)value;
    return expression;
}

struct ast_expression *parser_build_real(
    struct parser_context *context, double value, struct source_range range)
{
    struct ast_expression *expression =
        ast_expression_new(context->c->arena, AST_REAL, range);
    expression->real = value;
    return expression;
}

struct ast_expression *parser_build_name(struct parser_context *context,
    const struct name *name, struct source_range range)
{
    struct ast_expression *expression =
        ast_expression_new(context->c->arena, AST_NAME, range);
    expression->name = name;
    return expression;
}

struct ast_expression *parser_build_access(struct parser_context *context,
    const struct name *name, const struct parser_list *indices,
    struct source_range range)
{
    struct ast_expression *expression =
        ast_expression_new(context->c->arena, AST_ACCESS, range);
    expression->name = name;
    expression->token_range.end = range.begin + (uint32_t)name->length;
    expression->n_operands = indices->nodes.n;
    expression->operands = parser_build_expressions(context, indices);
    return expression;
}

struct ast_expression *parser_build_call(struct parser_context *context,
    const struct name *name, struct source_range name_range,
    const struct parser_list *arguments, struct source_range range)
{
    struct ast_expression *expression =
        ast_expression_new(context->c->arena, AST_CALL, range);
    expression->name = name;
    expression->token_range = name_range;
    expression->n_operands = arguments->nodes.n;
    expression->operands = parser_build_expressions(context, arguments);
    return expression;
}

struct ast_expression *parser_build_cast(struct parser_context *context,
    enum dtype type, struct source_range type_range,
    struct ast_expression *operand, struct source_range range)
{
    struct ast_expression *expression =
        build(context, AST_CAST, range, operand, NULL, NULL);
    expression->type = type;
    expression->token_range = type_range;
    return expression;
}

struct ast_expression *parser_build_unary(struct parser_context *context,
    enum ast_operator operator, struct ast_expression * operand,
    struct source_range operator_range)
{
    struct ast_expression *expression =
        build(context, AST_UNARY, operator_range, operand, NULL, NULL);
    expression->operator= operator;
    expression->token_range = operator_range;
    return expression;
}

struct ast_expression *parser_build_binary(struct parser_context *context,
    enum ast_operator operator, struct ast_expression * left,
    struct ast_expression *right, struct source_range operator_range)
{
    struct ast_expression *expression =
        build(context, AST_BINARY, left->range, left, right, NULL);
    expression->operator= operator;
    expression->token_range = operator_range;
    return expression;
}

struct ast_expression *parser_build_select(struct parser_context *context,
    struct ast_expression *condition, struct ast_expression *yes,
    struct ast_expression *no, struct source_range operator_range)
{
    struct ast_expression *expression =
        build(context, AST_SELECT, condition->range, condition, yes, no);
    expression->token_range = operator_range;
    return expression;
}

struct ast_expression *parser_build_else(struct parser_context *context,
    struct ast_expression *access, struct ast_expression *otherwise,
    struct source_range else_range)
{
    struct ast_expression *expression =
        build(context, AST_ELSE, access->range, access, otherwise, NULL);
    expression->token_range = else_range;
    return expression;
}

/* "name" is looked up by parser_resolve. */
struct ast_expression *parser_build_reduction(struct parser_context *context,
    const struct name *name, struct source_range name_range,
    const struct parser_list *loops, struct ast_expression *condition,
    struct ast_expression *body, struct source_range range)
{
    struct ast_expression *expression =
        build(context, AST_REDUCTION, range, body, NULL, NULL);
    expression->name = name;
    expression->token_range = name_range;
    expression->n_loops = loops->nodes.n;
    expression->loops = parser_build_loops(context, loops);
    expression->condition = condition;
    return expression;
}
