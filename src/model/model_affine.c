/* Index expressions and affine conditions of the source. */
#include "model/model_internal.h"

/* Is this the operator of the expression? */
static bool has_operator(
    const struct ast_expression *expression, enum ast_operator wanted)
{
    return expression->operator== wanted;
}

bool model_parameter_value(const struct model_builder *b,
    const struct ast_parameter *parameter, int64_t *value)
{
    *value = parameter->value;
    if (parameter->is_fixed || parameter->kind == AST_PARAMETER_CONSTANT)
        return true;
    for (int i = 0; i < b->n_bindings; i++)
        if (b->bindings[i].parameter == parameter) {
            *value = b->bindings[i].value;
            return true;
        }
    return false;
}

/* Report that an expression is not affine; NULL. */
static const struct affine *refuse(struct model_builder *b,
    const struct ast_expression *expression, const char *why)
{
    diag_error(b->c->diag, expression->range, DIAG_E0205, "%s", why);
    return NULL;
}

/* A parameter: a constant or a variable. */
static const struct affine *read_parameter(
    struct model_builder *b, const struct ast_parameter *parameter)
{
    int64_t value;

    if (model_parameter_value(b, parameter, &value))
        return affine_constant(b->v, value);
    for (int i = 0; i < b->model->n_parameters; i++)
        if (b->model->declared[i] == parameter)
            return affine_variable(b->v, b->model->parameters[i]);
    return NULL;
}

/* The value of a size: read again, so that sizes may be in any order. */
static const struct affine *read_size(
    struct model_builder *b, const struct ast_size *size)
{
    for (int i = 0; i < b->model->kernel->n_sizes; i++)
        if (b->model->kernel->sizes[i] == size && b->model->sizes[i])
            return b->model->sizes[i];
    return model_read_affine(b, size->value);
}

/* What a name stands for. */
static const struct affine *read_name(
    struct model_builder *b, const struct ast_expression *expression)
{
    const struct affine *result = NULL;

    switch (expression->declared.kind) {
    case AST_DECLARED_PARAMETER:
        result = read_parameter(b, expression->declared.parameter);
        break;
    case AST_DECLARED_SIZE:
        return read_size(b, expression->declared.size);
    case AST_DECLARED_LOOP:
        for (int i = 0; i < b->loops.n; i++)
            if (b->loops.at[i].declared == expression->declared.loop)
                result = affine_variable(b->v, b->loops.at[i].node->variable);
        break;
    case AST_DECLARED_TENSOR:
    case AST_DECLARED_SCALAR:
        return refuse(b, expression,
            "an index or bound read from memory is not supported");
    case AST_DECLARED_NONE:
        break;
    }
    if (!result)
        diag_internal(b->c->diag, expression->range,
            "name without a declaration in the model");
    return result;
}

/* Say how to make a factor or divisor constant. */
static void hint_constant(
    struct model_builder *b, const struct ast_expression *expression)
{
    const char *name;

    if (expression->kind != AST_NAME ||
        expression->declared.kind != AST_DECLARED_PARAMETER)
        return;
    name = expression->name->text;
    if (expression->declared.parameter->kind == AST_PARAMETER_SET)
        diag_hint(b->c->diag,
            "Remove the '*' from the values of '%s', or fix it with -D.", name);
    else
        diag_hint(b->c->diag,
            "List the values of the parameter ('%s in {1, 2}') or fix it "
            "('%s = 1', -D %s=1).",
            name, name, name);
}

/* A product: one factor must be constant. */
static const struct affine *read_product(
    struct model_builder *b, const struct ast_expression *expression)
{
    const struct affine *left = model_read_affine(b, expression->operands[0]);
    const struct affine *right =
        left ? model_read_affine(b, expression->operands[1]) : NULL;

    if (!right)
        return NULL;
    if (affine_is_constant(right))
        return affine_scale(b->v, left, right->constant);
    if (affine_is_constant(left))
        return affine_scale(b->v, right, left->constant);
    refuse(
        b, expression, "not affine: one factor of a product must be constant");
    hint_constant(b, expression->operands[0]);
    hint_constant(b, expression->operands[1]);
    return NULL;
}

/* A quotient or remainder: the divisor must be a positive constant. */
static const struct affine *read_quotient(
    struct model_builder *b, const struct ast_expression *expression)
{
    const struct affine *left = model_read_affine(b, expression->operands[0]);
    const struct affine *right =
        left ? model_read_affine(b, expression->operands[1]) : NULL;

    if (!right)
        return NULL;
    if (!affine_is_constant(right)) {
        refuse(b, expression,
            "not affine: the divisor must be a positive constant");
        hint_constant(b, expression->operands[1]);
        return NULL;
    }
    if (right->constant <= 0) {
        diag_error(b->c->diag, expression->operands[1]->range, DIAG_E0205,
            "division by %lld: the divisor of an index must be a positive "
            "constant",
            (long long)right->constant);
        return NULL;
    }
    if (has_operator(expression, AST_DIVIDE))
        return affine_floor(b->v, left, right->constant);
    return affine_modulo(b->v, left, right->constant);
}

/* A binary operator of indices. */
static const struct affine *read_binary(
    struct model_builder *b, const struct ast_expression *expression)
{
    const struct affine *left;
    const struct affine *right;

    if (has_operator(expression, AST_MULTIPLY))
        return read_product(b, expression);
    if (has_operator(expression, AST_DIVIDE) ||
        has_operator(expression, AST_REMAINDER))
        return read_quotient(b, expression);
    if (!has_operator(expression, AST_ADD) &&
        !has_operator(expression, AST_SUBTRACT))
        return refuse(b, expression, "a condition is not an index");
    left = model_read_affine(b, expression->operands[0]);
    right = left ? model_read_affine(b, expression->operands[1]) : NULL;
    if (!right)
        return NULL;
    return has_operator(expression, AST_ADD)
               ? affine_add(b->v, left, right)
               : affine_subtract(b->v, left, right);
}

/* clamp(i), wrap(i), mirror(i), relative to the extent of the dimension. */
static const struct affine *read_border(
    struct model_builder *b, const struct ast_expression *expression)
{
    const struct affine *of = model_read_affine(b, expression->operands[0]);
    enum variable_kind kind = VARIABLE_MIRROR;

    if (!of)
        return NULL;
    if (!b->border_extent) {
        diag_error(b->c->diag, expression->range, DIAG_E0211,
            "'%s' is only allowed in an index of a tensor",
            ast_function_name(expression->function));
        return NULL;
    }
    if (expression->function == AST_CLAMP)
        kind = VARIABLE_CLAMP;
    if (expression->function == AST_WRAP)
        kind = VARIABLE_WRAP;
    return affine_border(b->v, kind, of, b->border_extent);
}

/* model_read_affine without the check for overflow. */
static const struct affine *read_expression(
    struct model_builder *b, const struct ast_expression *expression)
{
    const struct affine *of;

    switch (expression->kind) {
    case AST_INTEGER:
        return affine_constant(b->v, expression->integer);
    case AST_NAME:
        return read_name(b, expression);
    case AST_UNARY:
        if (!has_operator(expression, AST_NEGATE))
            return refuse(b, expression, "a condition is not an index");
        of = model_read_affine(b, expression->operands[0]);
        return of ? affine_scale(b->v, of, -1) : NULL;
    case AST_BINARY:
        return read_binary(b, expression);
    case AST_BORDER:
        return read_border(b, expression);
    case AST_ACCESS:
        return refuse(b, expression,
            "an index or bound read from memory is not supported");
    case AST_REAL:
    case AST_ELSE:
    case AST_SELECT:
    case AST_CAST:
    case AST_CALL:
    case AST_REDUCTION:
        break;
    }
    return refuse(
        b, expression, "an index must be an affine integer expression");
}

const struct affine *model_read_affine(
    struct model_builder *b, const struct ast_expression *expression)
{
    const struct affine *result = read_expression(b, expression);

    if (!b->v->overflow)
        return result;
    b->v->overflow = false;
    diag_error(
        b->c->diag, expression->range, DIAG_E0103, "this does not fit 64 bits");
    return NULL;
}

/* ---- Conditions -------------------------------------------------------- */

/* left >= right + more, as one guard */
static const struct guard *at_least(struct model_builder *b,
    const struct affine *left, const struct affine *right, int64_t more)
{
    const struct affine *term =
        affine_shift(b->v, affine_subtract(b->v, left, right), -more);

    return guard_all(b->v, 1, &term);
}

/* A comparison of two affine forms. */
static const struct guard *compare(struct model_builder *b,
    enum ast_operator which, const struct affine *left,
    const struct affine *right)
{
    if (which == AST_LESS)
        return at_least(b, right, left, 1);
    if (which == AST_LESS_EQUAL)
        return at_least(b, right, left, 0);
    if (which == AST_GREATER)
        return at_least(b, left, right, 1);
    if (which == AST_GREATER_EQUAL)
        return at_least(b, left, right, 0);
    if (which == AST_EQUAL)
        return guard_and(
            b->v, at_least(b, left, right, 0), at_least(b, right, left, 0));
    return guard_or(
        b->v, at_least(b, left, right, 1), at_least(b, right, left, 1));
}

const struct guard *model_guard_and(
    struct value_context *v, const struct guard *a, const struct guard *b)
{
    int64_t n = a && b ? (int64_t)a->n_clauses * b->n_clauses : 1;

    return n > MODEL_MOST_CLAUSES ? a : guard_and(v, a, b);
}

/* Report a condition with too many alternatives; false. */
static bool refuse_complex(
    struct model_builder *b, const struct ast_expression *expression)
{
    diag_error(b->c->diag, expression->range, DIAG_E0002,
        "the condition has more than %d alternatives", (int)MODEL_MOST_CLAUSES);
    return false;
}

/* && and || of conditions. */
static bool read_logical(struct model_builder *b,
    const struct ast_expression *expression, const struct guard **guard)
{
    const struct guard *left;
    const struct guard *right;

    if (!model_read_condition(b, expression->operands[0], &left) ||
        !model_read_condition(b, expression->operands[1], &right))
        return false;
    *guard = has_operator(expression, AST_AND) ? guard_and(b->v, left, right)
                                               : guard_or(b->v, left, right);
    return true;
}

/* Does the operator compare, or combine conditions? */
static bool is_condition(const struct ast_expression *expression)
{
    return !has_operator(expression, AST_ADD) &&
           !has_operator(expression, AST_SUBTRACT) &&
           !has_operator(expression, AST_MULTIPLY) &&
           !has_operator(expression, AST_DIVIDE) &&
           !has_operator(expression, AST_REMAINDER);
}

/* model_read_condition without the check for alternatives. */
static bool read_condition(struct model_builder *b,
    const struct ast_expression *expression, const struct guard **guard)
{
    const struct affine *left;
    const struct affine *right;

    if (expression->kind == AST_UNARY && has_operator(expression, AST_NOT)) {
        if (!model_read_condition(b, expression->operands[0], guard))
            return false;
        if (!guard_can_negate(*guard))
            return refuse_complex(b, expression);
        *guard = guard_not(b->v, *guard);
        return true;
    }
    if (expression->kind != AST_BINARY || !is_condition(expression)) {
        refuse(b, expression, "expected an affine condition");
        return false;
    }
    if (has_operator(expression, AST_AND) || has_operator(expression, AST_OR))
        return read_logical(b, expression, guard);
    left = model_read_affine(b, expression->operands[0]);
    right = left ? model_read_affine(b, expression->operands[1]) : NULL;
    if (!right)
        return false;
    *guard = compare(b, expression->operator, left, right);
    return true;
}

bool model_read_condition(struct model_builder *b,
    const struct ast_expression *expression, const struct guard **guard)
{
    if (!read_condition(b, expression, guard))
        return false;
    if (!*guard || (*guard)->n_clauses <= MODEL_MOST_CLAUSES)
        return true;
    diag_error(b->c->diag, expression->range, DIAG_E0002,
        "the condition has more than %d alternatives", (int)MODEL_MOST_CLAUSES);
    return false;
}

bool model_ask_condition(struct model *model, int n_bindings,
    const struct model_binding *bindings,
    const struct ast_expression *condition, const struct guard **guard,
    enum model_answer *answer)
{
    struct model_builder b = {.c = model->c,
        .model = model,
        .v = model->values,
        .n_bindings = n_bindings,
        .bindings = bindings};
    bool ok;

    model_begin_phase(model, "the sizes of a schedule");
    ok = model_read_condition(&b, condition, guard);
    if (ok)
        *answer = model_ask(model, *guard);
    return model_end_phase(model, condition->range) && ok;
}

/* ---- With numbers ------------------------------------------------------ */

/* How tightly the operator of an expression binds. */
static int binding(const struct ast_expression *expression)
{
    if (expression->kind == AST_UNARY)
        return 3;
    if (expression->kind != AST_BINARY)
        return 4;
    if (has_operator(expression, AST_MULTIPLY) ||
        has_operator(expression, AST_DIVIDE) ||
        has_operator(expression, AST_REMAINDER))
        return 2;
    return has_operator(expression, AST_ADD) ||
                   has_operator(expression, AST_SUBTRACT)
               ? 1
               : 0;
}

/* Append an operand, in parentheses where it binds less tightly. */
static void print_operand(struct model_builder *b, struct text *text,
    const struct ast_expression *operand, int least)
{
    bool in_brackets = binding(operand) < least;

    text_append(text, in_brackets ? "(" : "");
    model_print_numbers(b, text, operand);
    text_append(text, in_brackets ? ")" : "");
}

/* Append a name's number, or the name where it has none. */
static void print_name(struct model_builder *b, struct text *text,
    const struct ast_expression *expression)
{
    const struct affine *value = NULL;

    if (expression->declared.kind == AST_DECLARED_PARAMETER)
        value = read_parameter(b, expression->declared.parameter);
    else if (expression->declared.kind == AST_DECLARED_SIZE)
        value = read_size(b, expression->declared.size);
    if (value && affine_is_constant(value))
        affine_print(text, value);
    else
        text_append(text, expression->name->text);
}

void model_print_numbers(struct model_builder *b, struct text *text,
    const struct ast_expression *expression)
{
    int least = binding(expression);

    if (expression->kind == AST_NAME) {
        print_name(b, text, expression);
    } else if (expression->kind == AST_UNARY) {
        text_append(text, ast_operator_text(expression->operator));
        print_operand(b, text, expression->operands[0], least);
    } else if (expression->kind == AST_BINARY) {
        print_operand(b, text, expression->operands[0], least);
        text_printf(text, least == 2 ? "%s" : " %s ",
            ast_operator_text(expression->operator));
        print_operand(b, text, expression->operands[1], least + 1);
    } else {
        ast_print_expression(text, expression);
    }
}
