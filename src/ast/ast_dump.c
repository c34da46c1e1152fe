/* --emit=ast: the tree, one node a line, indented, with types. */
#include "ast/ast.h"
#include "base/hash.h"

enum { INDENT = 2 };

/* What the node is, without its type and its operands. */
static void dump_node(
    struct text *text, const struct ast_expression *expression)
{
    switch (expression->kind) {
    case AST_INTEGER:
        text_printf(text, "literal %lld", (long long)expression->integer);
        break;
    case AST_REAL:
        text_append(text, "literal ");
        text_append_real(text, expression->real);
        break;
    case AST_NAME:
        text_printf(text, "name %s", expression->name->text);
        break;
    case AST_ACCESS:
        text_printf(text, "access %s", expression->name->text);
        break;
    case AST_ELSE:
        text_append(text, "else");
        break;
    case AST_UNARY:
        text_printf(text, "unary %s", ast_operator_text(expression->operator));
        break;
    case AST_BINARY:
        text_printf(text, "binary %s", ast_operator_text(expression->operator));
        break;
    case AST_SELECT:
        text_append(text, "select");
        break;
    case AST_CAST:
        text_append(text, "cast");
        break;
    case AST_CALL:
        text_printf(text, "call %s", expression->name->text);
        break;
    case AST_BORDER:
        text_printf(text, "border %s", expression->name->text);
        break;
    case AST_REDUCTION:
        text_printf(text, "%s(", expression->name->text);
        ast_print_loops(text, expression->n_loops, expression->loops,
            expression->condition);
        text_append(text, ")");
        break;
    }
}

/* An expression and all below it. */
static void dump_expression(
    struct text *text, const struct ast_expression *expression, int indent)
{
    text_indent(text, indent);
    dump_node(text, expression);
    text_printf(text, " : %s\n", dtype_name(expression->type));
    for (int i = 0; i < expression->n_operands; i++)
        dump_expression(text, expression->operands[i], indent + INDENT);
}

/* A statement and all below it. */
static void dump_statement(
    struct text *text, const struct ast_statement *statement, int indent)
{
    text_indent(text, indent);
    switch (statement->kind) {
    case AST_FOR:
        text_append(text, "for ");
        ast_print_loops(
            text, statement->n_loops, statement->loops, statement->condition);
        break;
    case AST_BLOCK:
        text_append(text, "block");
        break;
    case AST_ASSIGN:
        text_printf(
            text, "assign %s", ast_assignment_text(statement->assignment));
        break;
    case AST_DECLARE:
        text_printf(text, "declare %s %s", dtype_name(statement->scalar->type),
            statement->scalar->name->text);
        break;
    }
    text_append(text, "\n");
    if (statement->target)
        dump_expression(text, statement->target, indent + INDENT);
    if (statement->value)
        dump_expression(text, statement->value, indent + INDENT);
    for (int i = 0; i < statement->n_body; i++)
        dump_statement(text, statement->body[i], indent + INDENT);
}

/* "parameter K in {3, 4, *}". */
static void dump_declared(
    struct text *text, const struct ast_parameter *parameter)
{
    text_printf(text, "  parameter %s", parameter->name->text);
    if (parameter->kind == AST_PARAMETER_SET) {
        text_append(text, " in {");
        for (int i = 0; i < parameter->n_values; i++)
            text_printf(
                text, "%s%lld", i ? ", " : "", (long long)parameter->values[i]);
        if (parameter->is_open)
            text_append(text, parameter->n_values ? ", *" : "*");
        text_append(text, "}");
    }
}

/* The same; a fixed one with its value. */
static void dump_parameter(
    struct text *text, const struct ast_parameter *parameter)
{
    dump_declared(text, parameter);
    if (parameter->is_fixed)
        text_printf(text, " = %lld", (long long)parameter->value);
    text_append(text, "\n");
}

/* "in f32 x[N][C] strided". */
static void dump_tensor(struct text *text, const struct ast_tensor *tensor)
{
    text_printf(text, "  %s %s %s", ast_direction_name(tensor->direction),
        dtype_name(tensor->type), tensor->name->text);
    for (int i = 0; i < tensor->n_dimensions; i++) {
        text_append(text, "[");
        ast_print_expression(text, tensor->extents[i]);
        text_append(text, "]");
    }
    text_append(text, tensor->is_strided ? " strided\n" : "\n");
}

/* What follows the parameters. */
static void dump_rest(struct text *text, const struct ast_kernel *kernel)
{
    for (int i = 0; i < kernel->n_requires; i++) {
        text_append(text, "  require ");
        ast_print_expression(text, kernel->requires[i]);
        text_append(text, "\n");
    }
    for (int i = 0; i < kernel->n_sizes; i++) {
        text_printf(text, "  size %s = ", kernel->sizes[i]->name->text);
        ast_print_expression(text, kernel->sizes[i]->value);
        text_append(text, "\n");
    }
    for (int i = 0; i < kernel->n_tensors; i++)
        dump_tensor(text, kernel->tensors[i]);
    for (int i = 0; i < kernel->n_body; i++)
        dump_statement(text, kernel->body[i], INDENT);
}

/* A kernel. */
static void dump_kernel(struct text *text, const struct ast_kernel *kernel)
{
    text_printf(text, "kernel %s\n", kernel->name->text);
    for (int i = 0; i < kernel->n_parameters; i++)
        dump_parameter(text, kernel->parameters[i]);
    dump_rest(text, kernel);
}

const char *ast_hash_kernel(
    struct arena *arena, const struct ast_kernel *kernel)
{
    struct text text = text_new(arena);

    text_printf(&text, "kernel %s\n", kernel->name->text);
    for (int i = 0; i < kernel->n_parameters; i++) {
        const struct ast_parameter *parameter = kernel->parameters[i];

        dump_declared(&text, parameter);
        text_append(&text,
            parameter->kind == AST_PARAMETER_CONSTANT ? " constant\n" : "\n");
    }
    dump_rest(&text, kernel);
    return hash_text(arena, text.at, text.length);
}

void ast_print(struct text *text, const struct ast_program *program)
{
    for (int i = 0; i < program->n_kernels; i++)
        dump_kernel(text, program->kernels[i]);
    for (int i = 0; i < program->n_schedules; i++)
        ast_print_schedule(text, program->schedules[i]);
}
