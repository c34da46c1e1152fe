/* A case as a .dsl file. */
#include "fuzz.h"

static void print_expression(FILE *out, const struct fuzz_case *fuzz, int at);

static void print_literal(FILE *out, const struct fuzz_expression *expression)
{
    const char *format = expression->is_integer_literal ? "%.0f" : "%.2f";
    if (expression->literal < 0)
        fputs("(", out);
    fprintf(out, format, expression->literal);
    if (expression->literal < 0)
        fputs(")", out);
}

static void print_access(FILE *out, const struct fuzz_case *fuzz, int tensor,
    const struct fuzz_index *index)
{
    fputs(fuzz->tensors[tensor].name, out);
    for (int i = 0; i < fuzz->tensors[tensor].rank; i++) {
        fputs("[", out);
        index_print(out, fuzz, &index[i], false);
        fputs("]", out);
    }
}

static void print_load(FILE *out, const struct fuzz_case *fuzz,
    const struct fuzz_expression *expression)
{
    bool has_else = expression->otherwise >= 0;
    fputs(has_else ? "(" : "", out);
    print_access(out, fuzz, expression->tensor, expression->index);
    if (!has_else)
        return;
    fputs(" else ", out);
    print_expression(out, fuzz, expression->otherwise);
    fputs(")", out);
}

/* "k in K" or "k in 1..K - 1". */
static void print_loop(FILE *out, const struct fuzz_case *fuzz, int symbol)
{
    const struct fuzz_loop *loop = &fuzz->loops[symbol - FUZZ_FIRST_LOOP];
    fprintf(out, "%s in ", loop->name);
    if (loop->lower.n_terms > 0 || loop->lower.constant != 0) {
        affine_print(out, fuzz, &loop->lower);
        fputs("..", out);
    }
    affine_print(out, fuzz, &loop->upper);
}

static void print_loops(FILE *out, const struct fuzz_case *fuzz, int n,
    const int *loops, const struct fuzz_condition *condition)
{
    for (int i = 0; i < n; i++) {
        fputs(i > 0 ? ", " : "", out);
        print_loop(out, fuzz, loops[i]);
    }
    if (condition->is_used) {
        fputs(" if ", out);
        condition_print(out, fuzz, condition);
    }
}

static void print_select(FILE *out, const struct fuzz_case *fuzz,
    const struct fuzz_expression *expression)
{
    int first = expression->n_operands - 2;
    fputs("(", out);
    if (expression->condition.is_used)
        condition_print(out, fuzz, &expression->condition);
    else
        print_expression(out, fuzz, expression->operands[0]);
    fputs(" ? ", out);
    print_expression(out, fuzz, expression->operands[first]);
    fputs(" : ", out);
    print_expression(out, fuzz, expression->operands[first + 1]);
    fputs(")", out);
}

/* "name(a, b)" */
static void print_call(FILE *out, const struct fuzz_case *fuzz,
    const struct fuzz_expression *expression, const char *name)
{
    fprintf(out, "%s(", name);
    for (int i = 0; i < expression->n_operands; i++) {
        fputs(i > 0 ? ", " : "", out);
        print_expression(out, fuzz, expression->operands[i]);
    }
    fputs(")", out);
}

static void print_reduce(FILE *out, const struct fuzz_case *fuzz,
    const struct fuzz_expression *expression)
{
    fprintf(out, "%s(", reduction_name(expression->reduction));
    print_loops(out, fuzz, expression->n_loops, expression->loops,
        &expression->condition);
    fputs(") ", out);
    print_expression(out, fuzz, expression->operands[0]);
}

/* The right operand of "+" may be a bare reduction, which then continues. */
static void print_binary(FILE *out, const struct fuzz_case *fuzz,
    const struct fuzz_expression *expression)
{
    fputs("(", out);
    print_expression(out, fuzz, expression->operands[0]);
    fprintf(out, " %s ", operator_name(expression->operator));
    print_expression(out, fuzz, expression->operands[1]);
    fputs(")", out);
}

static void print_expression(FILE *out, const struct fuzz_case *fuzz, int at)
{
    const struct fuzz_expression *expression = &fuzz->expressions[at];
    switch (expression->kind) {
    case FUZZ_LITERAL:
        print_literal(out, expression);
        return;
    case FUZZ_LOAD:
        print_load(out, fuzz, expression);
        return;
    case FUZZ_SCALAR:
        fputs(fuzz->scalars[expression->scalar].name, out);
        return;
    case FUZZ_INDEX_VALUE:
        fprintf(out, "%s(", dtype_name(expression->type));
        index_print(out, fuzz, &expression->index[0], false);
        fputs(")", out);
        return;
    case FUZZ_TEST:
        fputs("(", out);
        condition_print(out, fuzz, &expression->condition);
        fputs(")", out);
        return;
    case FUZZ_NEGATE:
    case FUZZ_NOT:
        fputs(expression->kind == FUZZ_NEGATE ? "(-" : "(!", out);
        print_expression(out, fuzz, expression->operands[0]);
        fputs(")", out);
        return;
    case FUZZ_BINARY:
        print_binary(out, fuzz, expression);
        return;
    case FUZZ_SELECT:
        print_select(out, fuzz, expression);
        return;
    case FUZZ_CAST:
        print_call(out, fuzz, expression, dtype_name(expression->dtype));
        return;
    case FUZZ_CALL:
        print_call(out, fuzz, expression, function_name(expression->function));
        return;
    case FUZZ_REDUCE:
        fputs("(", out);
        print_reduce(out, fuzz, expression);
        fputs(")", out);
        return;
    }
}

static void indent(FILE *out, int depth)
{
    for (int i = 0; i < depth; i++)
        fputs("    ", out);
}

/* The whole right side: without the outer parentheses where it is a sum, so
 * that both spellings are tried. */
static void print_right_side(FILE *out, const struct fuzz_case *fuzz, int at)
{
    const struct fuzz_expression *expression = &fuzz->expressions[at];
    if (expression->kind == FUZZ_REDUCE) {
        print_reduce(out, fuzz, expression);
        return;
    }
    if (expression->kind != FUZZ_BINARY) {
        print_expression(out, fuzz, at);
        return;
    }
    int right = expression->operands[1];
    print_expression(out, fuzz, expression->operands[0]);
    fprintf(out, " %s ", operator_name(expression->operator));
    if (expression->operator== FUZZ_ADD && fuzz->expressions[right].kind ==
        FUZZ_REDUCE)
        print_reduce(out, fuzz, &fuzz->expressions[right]);
    else
        print_expression(out, fuzz, right);
}

static void print_assign(FILE *out, const struct fuzz_case *fuzz,
    const struct fuzz_statement *statement)
{
    static const char *const words[] = {"=", "+=", "*=", "min=", "max="};
    if (statement->tensor >= 0)
        print_access(out, fuzz, statement->tensor, statement->index);
    else
        fputs(fuzz->scalars[statement->scalar].name, out);
    fprintf(out, " %s ", words[statement->assignment]);
    print_right_side(out, fuzz, statement->value);
    fputs(";\n", out);
}

static void print_statement(
    FILE *out, const struct fuzz_case *fuzz, int at, int depth)
{
    const struct fuzz_statement *statement = &fuzz->statements[at];
    if (statement->is_deleted)
        return;
    indent(out, depth);
    if (statement->kind == FUZZ_ASSIGN) {
        print_assign(out, fuzz, statement);
        return;
    }
    if (statement->kind == FUZZ_DECLARE) {
        const struct fuzz_scalar *scalar = &fuzz->scalars[statement->scalar];
        fprintf(out, "%s %s = ", dtype_name(scalar->dtype), scalar->name);
        print_right_side(out, fuzz, statement->value);
        fputs(";\n", out);
        return;
    }
    fputs("for ", out);
    print_loops(
        out, fuzz, statement->n_loops, statement->loops, &statement->condition);
    int n_children = 0;
    for (int i = 0; i < statement->n_children; i++)
        n_children += !fuzz->statements[statement->children[i]].is_deleted;
    bool is_block = n_children != 1;
    fputs(is_block ? " {\n" : "\n", out);
    for (int i = 0; i < statement->n_children; i++)
        print_statement(out, fuzz, statement->children[i], depth + 1);
    if (is_block) {
        indent(out, depth);
        fputs("}\n", out);
    }
}

static void print_parameter(FILE *out, const struct fuzz_parameter *parameter)
{
    fputs(parameter->name, out);
    if (parameter->kind == FUZZ_CONSTANT)
        fprintf(out, " = %d", parameter->default_value);
    if (parameter->kind != FUZZ_SET)
        return;
    fputs(" in {", out);
    for (int i = 0; i < parameter->n_values; i++)
        fprintf(out, "%s%d", i > 0 ? ", " : "", parameter->values[i]);
    fputs(parameter->is_open ? ", *}" : "}", out);
}

static void print_tensor(
    FILE *out, const struct fuzz_case *fuzz, const struct fuzz_tensor *tensor)
{
    static const char *const words[] = {"in", "out", "inout", "local"};
    fprintf(out, "    %s %s %s", words[tensor->direction],
        dtype_name(tensor->dtype), tensor->name);
    for (int i = 0; i < tensor->rank; i++) {
        fputs("[", out);
        index_print(out, fuzz, &tensor->extents[i], false);
        fputs("]", out);
    }
    fputs(tensor->is_strided ? " strided;\n" : ";\n", out);
}

static void print_schedule(
    FILE *out, const struct fuzz_case *fuzz, const char *name)
{
    if (fuzz->n_directives == 0)
        return;
    fprintf(out, "\nschedule %s for %s {\n", name, fuzz->schedule_target);
    for (int i = 0; i < fuzz->n_directives; i++)
        fprintf(out, "    %s;\n", fuzz->directives[i].text);
    fputs("}\n", out);
}

void dsl_print(
    FILE *out, const struct fuzz_case *fuzz, const char *name, bool scheduled)
{
    fprintf(
        out, "// seed %llu\nkernel %s(", (unsigned long long)fuzz->seed, name);
    for (int i = 0; i < fuzz->n_parameters; i++) {
        fputs(i > 0 ? ", " : "", out);
        print_parameter(out, &fuzz->parameters[i]);
    }
    fputs(")\n", out);
    for (int i = 0; i < fuzz->n_requires; i++) {
        fputs(i == 0 ? "    require " : ", ", out);
        condition_print(out, fuzz, &fuzz->requires[i]);
    }
    fputs(fuzz->n_requires > 0 ? "\n{\n" : "{\n", out);
    for (int i = 0; i < fuzz->n_sizes; i++) {
        fprintf(out, "    size %s = ", fuzz->sizes[i].name);
        index_print(out, fuzz, &fuzz->sizes[i].value, false);
        fputs(";\n", out);
    }
    for (int i = 0; i < fuzz->n_tensors; i++)
        if (!fuzz->tensors[i].is_deleted)
            print_tensor(out, fuzz, &fuzz->tensors[i]);
    fputs("\n", out);
    for (int i = 0; i < fuzz->n_roots; i++)
        print_statement(out, fuzz, fuzz->roots[i], 1);
    fputs("}\n", out);
    if (scheduled)
        print_schedule(out, fuzz, name);
}
