/* Constructors, the walker, and the spelling of operators. */
#include "ast/ast.h"

/* A new expression of a kind with its range. */
struct ast_expression *ast_expression_new(struct arena *arena,
    enum ast_expression_kind kind, struct source_range range)
{
    struct ast_expression *expression = ARENA_NEW(arena, struct ast_expression);
    expression->kind = kind;
    expression->range = range;
    expression->token_range = range;
    expression->type = DTYPE_NONE;
    expression->function = AST_N_FUNCTIONS;
    return expression;
}

/* A new statement of a kind with its range. */
struct ast_statement *ast_statement_new(struct arena *arena,
    enum ast_statement_kind kind, struct source_range range)
{
    struct ast_statement *statement = ARENA_NEW(arena, struct ast_statement);
    statement->kind = kind;
    statement->range = range;
    return statement;
}

/* Visit the bounds of the loops and the condition of a reduction. */
static bool visit_loops(struct ast_expression *expression,
    bool (*visit)(struct ast_expression *, void *), void *user)
{
    for (int i = 0; i < expression->n_loops; i++) {
        struct ast_loop *loop = expression->loops[i];
        if (loop->lower && !ast_expression_foreach(loop->lower, visit, user))
            return false;
        if (!ast_expression_foreach(loop->upper, visit, user))
            return false;
    }
    return !expression->condition ||
           ast_expression_foreach(expression->condition, visit, user);
}

bool ast_expression_foreach(struct ast_expression *expression,
    bool (*visit)(struct ast_expression *, void *), void *user)
{
    if (!visit(expression, user) || !visit_loops(expression, visit, user))
        return false;
    for (int i = 0; i < expression->n_operands; i++)
        if (!ast_expression_foreach(expression->operands[i], visit, user))
            return false;
    return true;
}

/* Do both reductions run over the same loops? */
static bool is_equal_loops(
    const struct ast_expression *a, const struct ast_expression *b)
{
    if (a->n_loops != b->n_loops || !a->condition != !b->condition)
        return false;
    for (int i = 0; i < a->n_loops; i++) {
        const struct ast_loop *one = a->loops[i], *two = b->loops[i];
        if (one->name != two->name || !one->lower != !two->lower)
            return false;
        if (one->lower && !ast_expression_is_equal(one->lower, two->lower))
            return false;
        if (!ast_expression_is_equal(one->upper, two->upper))
            return false;
    }
    return !a->condition || ast_expression_is_equal(a->condition, b->condition);
}

bool ast_expression_is_equal(
    const struct ast_expression *a, const struct ast_expression *b)
{
    if (a->kind != b->kind || a->n_operands != b->n_operands)
        return false;
    if (a->integer != b->integer || a->name != b->name)
        return false;
    if (a->kind == AST_REAL && (a->real < b->real || a->real > b->real))
        return false;
    if (a->operator!= b->operator)
        return false;
    if (a->kind == AST_CAST && a->type != b->type)
        return false;
    if (!is_equal_loops(a, b))
        return false;
    for (int i = 0; i < a->n_operands; i++)
        if (!ast_expression_is_equal(a->operands[i], b->operands[i]))
            return false;
    return true;
}

const char *ast_operator_text(enum ast_operator operator)
{
    static const char *const texts[] = {"+", "-", "*", "/", "%", "<", "<=", ">",
        ">=", "==", "!=", "&&", "||", "!", "-"};
    return texts[operator];
}

const char *ast_function_name(enum ast_function function)
{
    static const char *const names[] = {
#define FUNCTION(id, name, n_arguments, kind) name,
#include "../lang/functions.def"
#undef FUNCTION
        "?"};
    return names[function];
}

const char *ast_reduction_name(enum ast_reduction reduction)
{
    static const char *const names[] = {"sum", "prod", "min", "max"};
    return names[reduction];
}

const char *ast_assignment_text(enum ast_assignment assignment)
{
    static const char *const texts[] = {"=", "+=", "*=", "min=", "max="};
    return texts[assignment];
}

const char *ast_direction_name(enum ast_direction direction)
{
    static const char *const names[] = {"in", "out", "inout", "local"};
    return names[direction];
}

const char *ast_directive_name(enum ast_directive_kind kind)
{
    static const char *const names[] = {
#define DIRECTIVE(id, name, shape, cpu, gpu) name,
#include "../lang/directives.def"
#undef DIRECTIVE
        "?"};
    return names[kind];
}
