/* Bounds the depth of the tree, because all passes walk it recursively. */
#include "parser/parser_build.h"

enum { MOST_LEVELS = 256, MOST_OPERATIONS = 1024 };

static bool check_expression(
    struct compilation *c, const struct ast_expression *expression, int depth);

/* Check loops' bounds. */
static bool check_loops(struct compilation *c, int n_loops,
    struct ast_loop *const *loops, int depth)
{
    for (int i = 0; i < n_loops; i++)
        if (!check_expression(c, loops[i]->lower, depth) ||
            !check_expression(c, loops[i]->upper, depth))
            return false;
    return true;
}

/* Check an expression "depth" levels down; NULL is fine. */
static bool check_expression(
    struct compilation *c, const struct ast_expression *expression, int depth)
{
    if (!expression)
        return true;
    if (depth > MOST_OPERATIONS) {
        diag_error(c->diag, expression->range, DIAG_E0001,
            "an expression is nested deeper than %d operations",
            MOST_OPERATIONS);
        return false;
    }
    if (!check_loops(c, expression->n_loops, expression->loops, depth + 1) ||
        !check_expression(c, expression->condition, depth + 1))
        return false;
    for (int i = 0; i < expression->n_operands; i++)
        if (!check_expression(c, expression->operands[i], depth + 1))
            return false;
    return true;
}

/* Check a statement "depth" levels down. */
static bool check_statement(
    struct compilation *c, const struct ast_statement *statement, int depth)
{
    if (depth > MOST_LEVELS) {
        diag_error(c->diag, statement->range, DIAG_E0001,
            "nested deeper than %d levels", MOST_LEVELS);
        return false;
    }
    if (!check_loops(c, statement->n_loops, statement->loops, 0) ||
        !check_expression(c, statement->condition, 0) ||
        !check_expression(c, statement->target, 0) ||
        !check_expression(c, statement->value, 0))
        return false;
    for (int i = 0; i < statement->n_body; i++)
        if (!check_statement(c, statement->body[i], depth + 1))
            return false;
    return true;
}

/* Check all of a kernel. */
static bool check_kernel(struct compilation *c, const struct ast_kernel *kernel)
{
    for (int i = 0; i < kernel->n_requires; i++)
        if (!check_expression(c, kernel->requires[i], 0))
            return false;
    for (int i = 0; i < kernel->n_sizes; i++)
        if (!check_expression(c, kernel->sizes[i]->value, 0))
            return false;
    for (int i = 0; i < kernel->n_tensors; i++)
        for (int j = 0; j < kernel->tensors[i]->n_dimensions; j++)
            if (!check_expression(c, kernel->tensors[i]->extents[j], 0))
                return false;
    for (int i = 0; i < kernel->n_body; i++)
        if (!check_statement(c, kernel->body[i], 0))
            return false;
    return true;
}

bool parser_limits_check(
    struct compilation *c, const struct ast_program *program)
{
    for (int i = 0; i < program->n_kernels; i++)
        if (!check_kernel(c, program->kernels[i]))
            return false;
    for (int i = 0; i < program->n_schedules; i++)
        if (!check_expression(c, program->schedules[i]->condition, 0))
            return false;
    return true;
}
