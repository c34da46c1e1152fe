/* Integer expressions of parameters, sizes and loops: are they affine, and
 * what is their value if they are constants.
 */
#include "base/integer.h"
#include "parser/parser_check.h"

/* "e" as text. */
static const char *show(
    struct parser_checker *checker, const struct ast_expression *expression)
{
    struct text text = text_new(checker->c->scratch);
    ast_print_expression(&text, expression);
    return text.at;
}

/* ---- Constants ---------------------------------------------------------- */

static const struct parser_constant not_constant = {false, 0, 0};

/* The range of products of two ranges, or of quotients and remainders by a
 * divisor that is not negative; false on overflow. */
static bool multiply(struct parser_constant a, struct parser_constant b,
    struct parser_constant *result)
{
    int64_t all[4];
    if (__builtin_mul_overflow(a.least, b.least, &all[0]) ||
        __builtin_mul_overflow(a.least, b.most, &all[1]) ||
        __builtin_mul_overflow(a.most, b.least, &all[2]) ||
        __builtin_mul_overflow(a.most, b.most, &all[3]))
        return false;
    *result = (struct parser_constant){true, all[0], all[0]};
    for (int i = 1; i < 4; i++) {
        if (all[i] < result->least)
            result->least = all[i];
        if (all[i] > result->most)
            result->most = all[i];
    }
    return true;
}

/* Quotients; bounds are at the corners, because b > 0. */
static struct parser_constant divide(
    struct parser_constant a, struct parser_constant b)
{
    int64_t least =
        integer_divide_down(a.least, a.least < 0 ? b.least : b.most);
    int64_t most = integer_divide_down(a.most, a.most < 0 ? b.most : b.least);
    return (struct parser_constant){true, least, most};
}

/* Remainders: exact for single values, else 0 .. b - 1. */
static struct parser_constant find_remainder(
    struct parser_constant a, struct parser_constant b)
{
    if (a.least == a.most && b.least == b.most) {
        int64_t value =
            a.least - b.least * integer_divide_down(a.least, b.least);
        return (struct parser_constant){true, value, value};
    }
    return (struct parser_constant){true, 0, b.most - 1};
}

/* The value of a parameter, if it counts as a constant. */
static struct parser_constant evaluate_parameter(
    const struct ast_parameter *parameter)
{
    struct parser_constant result = {true, parameter->value, parameter->value};
    if (parameter->is_fixed)
        return result;
    if (parameter->kind != AST_PARAMETER_SET || parameter->is_open ||
        parameter->n_values == 0)
        return not_constant;
    result.least = result.most = parameter->values[0];
    for (int i = 1; i < parameter->n_values; i++) {
        if (parameter->values[i] < result.least)
            result.least = parameter->values[i];
        if (parameter->values[i] > result.most)
            result.most = parameter->values[i];
    }
    return result;
}

/* The value of a name. */
static struct parser_constant evaluate_name(
    const struct parser_checker *checker, const struct ast_declared *declared)
{
    if (declared->kind == AST_DECLARED_PARAMETER)
        return evaluate_parameter(declared->parameter);
    if (declared->kind == AST_DECLARED_SIZE)
        for (int i = 0; i < checker->sizes.n; i++)
            if (checker->sizes.at[i].size == declared->size)
                return checker->sizes.at[i].constant;
    return not_constant;
}

/* The value of an operation on constants. */
static struct parser_constant evaluate_binary(enum ast_operator operator,
    struct parser_constant a, struct parser_constant b)
{
    struct parser_constant result = {true, 0, 0};
    if (operator== AST_ADD)
        result.is_constant =
            !__builtin_add_overflow(a.least, b.least, &result.least) &&
            !__builtin_add_overflow(a.most, b.most, &result.most);
    else if (operator== AST_SUBTRACT)
        result.is_constant =
            !__builtin_sub_overflow(a.least, b.most, &result.least) &&
            !__builtin_sub_overflow(a.most, b.least, &result.most);
    else if (operator== AST_MULTIPLY)
        result.is_constant = multiply(a, b, &result);
    else if (operator== AST_DIVIDE && b.least> 0)
        result = divide(a, b);
    else if (operator== AST_REMAINDER && b.least> 0)
        result = find_remainder(a, b);
    else
        result.is_constant = false;
    return result;
}

struct parser_constant parser_affine_evaluate(
    const struct parser_checker *checker,
    const struct ast_expression *expression)
{
    struct parser_constant a, b;
    if (expression->kind == AST_INTEGER)
        return (struct parser_constant){
            true, expression->integer, expression->integer};
    if (expression->kind == AST_NAME)
        return evaluate_name(checker, &expression->declared);
    if (expression->kind != AST_UNARY && expression->kind != AST_BINARY)
        return not_constant;
    a = parser_affine_evaluate(checker, expression->operands[0]);
    if (!a.is_constant)
        return not_constant;
    if (expression->kind == AST_UNARY)
        return expression->operator== AST_NEGATE
                   ? evaluate_binary(
                         AST_SUBTRACT, (struct parser_constant){true, 0, 0}, a)
                   : not_constant;
    b = parser_affine_evaluate(checker, expression->operands[1]);
    return b.is_constant ? evaluate_binary(expression->operator, a, b)
                         : not_constant;
}

/* ---- Affine or not ------------------------------------------------------ */

/* Report that something cannot be part of an affine expression. */
static bool refuse(struct parser_checker *checker,
    const struct ast_expression *expression, const char *what)
{
    diag_error(checker->c->diag, expression->range, DIAG_E0205,
        "%s must be an affine integer expression, '%s' is not one", what,
        show(checker, expression));
    return false;
}

/* Report a value that is only known when the kernel runs. */
static bool refuse_data(struct parser_checker *checker,
    const struct ast_expression *expression, const char *what)
{
    struct diag *diag = checker->c->diag;
    diag_error(diag, expression->range, DIAG_E0205,
        "%s read from memory ('%s') is not supported, it must be an affine "
        "integer expression",
        what, show(checker, expression));
    if (expression->kind == AST_NAME && expression->tensor &&
        expression->tensor->n_dimensions == 0)
        diag_hint(diag, "Make '%s' a parameter of the kernel.",
            expression->name->text);
    return false;
}

/* Say how a parameter becomes a constant. */
static void hint_constant(
    struct parser_checker *checker, const struct ast_expression *expression)
{
    if (expression->kind != AST_NAME ||
        expression->declared.kind != AST_DECLARED_PARAMETER)
        return;
    const struct ast_parameter *parameter = expression->declared.parameter;
    const char *name = parameter->name->text;
    if (parameter->kind == AST_PARAMETER_SET)
        diag_hint(checker->c->diag,
            "The general body for the '*' has no constant '%s': leave the '*' "
            "out, or fix it with -D %s=VALUE.",
            name, name);
    else
        diag_hint(checker->c->diag,
            "Fix '%s' (%s = 1, or -D %s=1) or list its values "
            "(%s in {1, 2}).",
            name, name, name, name);
}

/* A product needs a constant factor. */
static bool check_product(
    struct parser_checker *checker, const struct ast_expression *expression)
{
    const struct ast_expression *a = expression->operands[0];
    const struct ast_expression *b = expression->operands[1];
    if (parser_affine_evaluate(checker, a).is_constant ||
        parser_affine_evaluate(checker, b).is_constant)
        return true;
    diag_error(checker->c->diag, expression->token_range, DIAG_E0205,
        "'%s' is not affine: no factor is a constant or a fixed parameter",
        show(checker, expression));
    bool is_second =
        b->kind == AST_NAME && b->declared.kind == AST_DECLARED_PARAMETER;
    hint_constant(checker, is_second ? b : a);
    return false;
}

/* A divisor must be a positive constant. */
static bool check_divisor(
    struct parser_checker *checker, const struct ast_expression *expression)
{
    const struct ast_expression *divisor = expression->operands[1];
    struct parser_constant value = parser_affine_evaluate(checker, divisor);
    const char *text = show(checker, divisor);
    if (!value.is_constant) {
        diag_error(checker->c->diag, expression->token_range, DIAG_E0205,
            "'%s' is not affine: it divides by '%s', which is not a constant",
            show(checker, expression), text);
        hint_constant(checker, divisor);
        return false;
    }
    if (value.least > 0)
        return true;
    if (divisor->kind == AST_INTEGER)
        diag_error(checker->c->diag, divisor->range, DIAG_E0205,
            "division by %s, expected a constant of at least 1", text);
    else
        diag_error(checker->c->diag, divisor->range, DIAG_E0205,
            "division by '%s', which is %lld, expected a constant of at "
            "least 1",
            text, (long long)value.least);
    return false;
}

/* Check a name. */
static bool check_name(struct parser_checker *checker,
    struct ast_expression *expression, const char *what)
{
    switch (expression->declared.kind) {
    case AST_DECLARED_PARAMETER:
    case AST_DECLARED_SIZE:
    case AST_DECLARED_LOOP:
        return true;
    case AST_DECLARED_TENSOR:
    case AST_DECLARED_SCALAR:
        return refuse_data(checker, expression, what);
    case AST_DECLARED_NONE:
        break;
    }
    return false;
}

/* Check an operation. */
static bool check_operation(struct parser_checker *checker,
    struct ast_expression *expression, const char *what)
{
    if (expression->operator>= AST_LESS && expression->operator!= AST_NEGATE)
        return refuse(checker, expression, what);
    for (int i = 0; i < expression->n_operands; i++)
        if (!parser_affine_check(checker, expression->operands[i], what))
            return false;
    if (expression->operator== AST_MULTIPLY)
        return check_product(checker, expression);
    if (expression->operator== AST_DIVIDE || expression->operator==
        AST_REMAINDER)
        return check_divisor(checker, expression);
    return true;
}

bool parser_affine_check(struct parser_checker *checker,
    struct ast_expression *expression, const char *what)
{
    expression->type = DTYPE_INDEX;
    switch (expression->kind) {
    case AST_INTEGER:
        return true;
    case AST_NAME:
        return check_name(checker, expression, what);
    case AST_UNARY:
    case AST_BINARY:
        return check_operation(checker, expression, what);
    case AST_ACCESS:
        if (expression->declared.kind == AST_DECLARED_NONE)
            return false;
        return refuse_data(checker, expression, what);
    case AST_BORDER:
        diag_error(checker->c->diag, expression->range, DIAG_E0211,
            "'%s' stands only for a whole index of a tensor",
            expression->name->text);
        return false;
    case AST_REAL:
    case AST_ELSE:
    case AST_SELECT:
    case AST_CAST:
    case AST_CALL:
    case AST_REDUCTION:
        if (expression->kind == AST_CALL &&
            expression->function == AST_N_FUNCTIONS)
            return false;
        return refuse(checker, expression, what);
    }
    return false;
}

bool parser_affine_check_condition(
    struct parser_checker *checker, struct ast_expression *condition)
{
    bool is_operation =
        condition->kind == AST_BINARY || condition->kind == AST_UNARY;
    enum ast_operator operator= condition->operator;
    condition->type = DTYPE_BOOL;
    if (!is_operation || operator<AST_LESS || operator== AST_NEGATE) {
        diag_error(checker->c->diag, condition->range, DIAG_E0205,
            "a condition compares affine integer expressions, '%s' does not",
            show(checker, condition));
        return false;
    }
    for (int i = 0; i < condition->n_operands; i++)
        if (operator>= AST_AND ? !parser_affine_check_condition(
                                     checker, condition->operands[i])
                               : !parser_affine_check(checker,
                                     condition->operands[i], "a condition"))
            return false;
    return true;
}
