/* Literals: they take the type of their operand, and their value must exist
 * in it.
 */
#include "parser/parser_check.h"

#include <math.h>

/* The largest finite value and the smallest positive one of a float type. */
struct float_limits {
    double most;
    double least;
};

/* Limits of a float type. A value that rounds to one of them is inside. */
static struct float_limits get_limits(enum dtype type)
{
    if (type == DTYPE_F16)
        return (struct float_limits){65519.99, 0x1p-25};
    if (type == DTYPE_BF16)
        return (struct float_limits){0x1.FEFFFFp127, 0x1p-134};
    if (type == DTYPE_F32)
        return (struct float_limits){0x1.FFFFFEFFFFFFFp127, 0x1p-150};
    return (struct float_limits){HUGE_VAL, 0};
}

/* Report a literal that the type cannot hold. */
static bool refuse(struct parser_checker *checker,
    const struct ast_expression *literal, enum dtype type, const char *why)
{
    struct source_range range = literal->range;
    int length = (int)(range.end - range.begin);
    diag_error(checker->c->diag, range, DIAG_E0103, "%.*s %s %s",
        length > 40 ? 40 : length, range.source->text + range.begin, why,
        dtype_name(type));
    return false;
}

/* Does the value exist in the float type? */
static bool check_float(struct parser_checker *checker,
    const struct ast_expression *literal, enum dtype type)
{
    struct float_limits limits = get_limits(type);
    if (literal->real > limits.most)
        return refuse(checker, literal, type, "is infinite in");
    if (literal->real > 0 && literal->real <= limits.least)
        return refuse(checker, literal, type, "is 0 in");
    return true;
}

/* Does the value, or with "is_negated" its negative, exist in the type? */
static bool check_literal(struct parser_checker *checker,
    const struct ast_expression *literal, enum dtype type, bool is_negated)
{
    if (dtype_is_float(type))
        return check_float(checker, literal, type);
    if (literal->kind == AST_REAL) {
        if (type == DTYPE_INDEX)
            return refuse(checker, literal, type, "is not an integer, as");
        diag_error(checker->c->diag, literal->range, DIAG_E0203,
            "a number with a point where the type is %s", dtype_name(type));
        return false;
    }
    if (type == DTYPE_INDEX)
        return true;
    bool is_unsigned = dtype_get_class(type) == DTYPE_UNSIGNED;
    int64_t most = (INT64_C(1) << (dtype_bits(type) - !is_unsigned)) - 1;
    if (is_negated)
        most = is_unsigned ? 0 : most + 1;
    return literal->integer <= most ||
           refuse(checker, literal, type, "does not fit");
}

static bool set_type(struct parser_checker *checker,
    struct ast_expression *expression, enum dtype type, bool is_negated);

/* Set the type of the operands that are of the type of the whole. */
static bool set_operands(struct parser_checker *checker,
    struct ast_expression *expression, enum dtype type)
{
    bool is_negation = expression->kind == AST_UNARY;
    for (int i = expression->kind == AST_SELECT; i < expression->n_operands;
         i++)
        if (!set_type(checker, expression->operands[i], type, is_negation))
            return false;
    return true;
}

/* A float function of integer literals whose context is an integer. */
static bool check_call(struct parser_checker *checker,
    const struct ast_expression *call, enum dtype type)
{
    bool is_value = call->function == AST_MIN || call->function == AST_MAX ||
                    call->function == AST_ABS || call->function == AST_RELU;
    if (dtype_is_float(type) || (is_value && type != DTYPE_INDEX))
        return true;
    diag_error(checker->c->diag, call->range, DIAG_E0206,
        "'%s' cannot be of type %s", call->name->text, dtype_name(type));
    return false;
}

/* Give a literal expression its type, and all literals in it. */
static bool set_type(struct parser_checker *checker,
    struct ast_expression *expression, enum dtype type, bool is_negated)
{
    if (expression->type != DTYPE_NONE)
        return true;
    expression->type = type;
    if (expression->kind == AST_INTEGER || expression->kind == AST_REAL)
        return check_literal(checker, expression, type, is_negated);
    if (expression->kind == AST_CALL && !check_call(checker, expression, type))
        return false;
    if (!set_operands(checker, expression, type))
        return false;
    bool is_division =
        expression->kind == AST_BINARY &&
        (expression->operator== AST_DIVIDE || expression->operator==
            AST_REMAINDER);
    return !is_division || parser_literal_check_divisor(checker, expression);
}

bool parser_literal_set_type(struct parser_checker *checker,
    struct ast_expression *expression, enum dtype type)
{
    return set_type(checker, expression, dtype_arithmetic(type), false);
}

bool parser_literal_check_store(struct parser_checker *checker,
    const struct ast_expression *expression, enum dtype stored)
{
    const struct ast_expression *literal = expression;
    bool is_negated =
        expression->kind == AST_UNARY && expression->operator== AST_NEGATE;
    if (is_negated)
        literal = expression->operands[0];
    if (literal->kind != AST_INTEGER && literal->kind != AST_REAL)
        return true;
    return check_literal(checker, literal, stored, is_negated);
}

bool parser_literal_check_divisor(
    struct parser_checker *checker, const struct ast_expression *division)
{
    const struct ast_expression *divisor = division->operands[1];
    const struct ast_expression *inner = divisor;
    const char *sign = ast_operator_text(division->operator);
    if (dtype_is_float(division->type) || division->type == DTYPE_INDEX) {
        if (division->operator!= AST_REMAINDER || division->type == DTYPE_INDEX)
            return true;
        diag_error(checker->c->diag, division->token_range, DIAG_E0203,
            "'%%' needs integers, the operands are %s",
            dtype_name(division->type));
        return false;
    }
    while (inner->kind == AST_CAST && dtype_is_integer(inner->type))
        inner = inner->operands[0];
    struct parser_constant value = parser_affine_evaluate(checker, inner);
    if (value.is_constant && (value.least > 0 || value.most < 0))
        return true;
    diag_error(checker->c->diag, divisor->range, DIAG_E0206,
        "'%s' of integers needs a constant divisor that is not 0", sign);
    return false;
}
