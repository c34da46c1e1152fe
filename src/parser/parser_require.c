/* Conditions and extents that are known when compiling: they hold, and
 * conditions on one parameter leave it a value.
 */
#include "parser/parser_check.h"

/* A copy of the expression with the names of one known value replaced. */
static struct ast_expression *substitute(
    struct parser_checker *checker, const struct ast_expression *expression)
{
    struct arena *scratch = checker->c->scratch;
    struct ast_expression *copy =
        arena_copy(scratch, expression, sizeof *expression);
    struct parser_constant value = parser_affine_evaluate(checker, expression);
    if (expression->kind == AST_NAME && value.is_constant &&
        value.least == value.most) {
        long long shown = value.least;
        copy->name = name_of(checker->c->names,
            arena_printf(scratch, shown < 0 ? "(%lld)" : "%lld", shown));
    }
    copy->operands =
        ARENA_ARRAY(scratch, expression->n_operands, struct ast_expression *);
    for (int i = 0; i < expression->n_operands; i++)
        copy->operands[i] = substitute(checker, expression->operands[i]);
    return copy;
}

/* "e" with the names replaced by their values, as text. */
static const char *show_values(
    struct parser_checker *checker, const struct ast_expression *expression)
{
    struct text text = text_new(checker->c->scratch);
    ast_print_expression(&text, substitute(checker, expression));
    return text.at;
}

/* ---- Conditions that are constants -------------------------------------- */

/* A condition that may be known: 1 it holds, 0 it does not, -1 unknown. */
static int evaluate_comparison(
    struct parser_checker *checker, const struct ast_expression *condition)
{
    struct parser_constant a =
        parser_affine_evaluate(checker, condition->operands[0]);
    struct parser_constant b =
        parser_affine_evaluate(checker, condition->operands[1]);
    if (!a.is_constant || !b.is_constant)
        return -1;
    bool never_less = a.least >= b.most, never_greater = a.most <= b.least;
    bool always_less = a.most<b.least, always_greater = a.least> b.most;
    switch (condition->operator) {
    case AST_LESS:
        return always_less ? 1 : never_less ? 0 : -1;
    case AST_LESS_EQUAL:
        return never_greater ? 1 : always_greater ? 0 : -1;
    case AST_GREATER:
        return always_greater ? 1 : never_greater ? 0 : -1;
    case AST_GREATER_EQUAL:
        return never_less ? 1 : always_less ? 0 : -1;
    case AST_EQUAL:
        return always_less || always_greater ? 0 : -1;
    case AST_NOT_EQUAL:
        return always_less || always_greater ? 1 : -1;
    case AST_ADD:
    case AST_SUBTRACT:
    case AST_MULTIPLY:
    case AST_DIVIDE:
    case AST_REMAINDER:
    case AST_AND:
    case AST_OR:
    case AST_NOT:
    case AST_NEGATE:
        break;
    }
    return -1;
}

/* The parts joined by '&&' hold, as far as they are known. */
static bool check_condition(
    struct parser_checker *checker, const struct ast_expression *condition)
{
    struct text text = text_new(checker->c->scratch);
    if (condition->operator== AST_AND)
        return check_condition(checker, condition->operands[0]) &&
               check_condition(checker, condition->operands[1]);
    if (condition->operator>= AST_AND)
        return true;
    if (evaluate_comparison(checker, condition) != 0)
        return true;
    ast_print_expression(&text, condition);
    diag_error(checker->c->diag, condition->range, DIAG_E0209,
        "the condition '%s' does not hold: %s", text.at,
        show_values(checker, condition));
    return false;
}

/* ---- Conditions on one parameter ---------------------------------------- */

/* The values a parameter may have, and the conditions that say so. */
struct limits {
    const struct ast_parameter *parameter;
    int64_t least;
    int64_t most;
    struct source_range least_range;
    struct source_range most_range;
};

/* Limits of one kernel's parameters, by position. */
struct limits_list {
    struct parser_checker *checker;
    struct limits *limits;
};

/* Reverse a comparison: a < b is b > a. */
static enum ast_operator reverse(enum ast_operator operator)
{
    if (operator== AST_LESS)
        return AST_GREATER;
    if (operator== AST_LESS_EQUAL)
        return AST_GREATER_EQUAL;
    if (operator== AST_GREATER)
        return AST_LESS;
    if (operator== AST_GREATER_EQUAL)
        return AST_LESS_EQUAL;
    return operator;
}

/* Narrow the limits by "parameter operator value". */
static bool narrow(struct limits_list *list,
    const struct ast_parameter *parameter, enum ast_operator operator,
    int64_t value, struct source_range range)
{
    struct limits *limits = &list->limits[parameter->position];
    bool is_upper = operator== AST_LESS || operator== AST_LESS_EQUAL;
    bool is_lower = operator== AST_GREATER || operator== AST_GREATER_EQUAL;
    int64_t most = value - (operator== AST_LESS && value> INT64_MIN);
    int64_t least = value + (operator== AST_GREATER && value<INT64_MAX);
    if ((is_upper || operator== AST_EQUAL) && most < limits->most) {
        limits->most = most;
        limits->most_range = range;
    }
    if ((is_lower || operator== AST_EQUAL) && least > limits->least) {
        limits->least = least;
        limits->least_range = range;
    }
    if (limits->least <= limits->most)
        return true;
    bool is_least = range.begin == limits->least_range.begin;
    diag_error(list->checker->c->diag, range, DIAG_E0209,
        "conditions are contradictory: no '%s' satisfies this",
        parameter->name->text);
    diag_note(list->checker->c->diag,
        is_least ? limits->most_range : limits->least_range,
        "together with this condition");
    return false;
}

/* Use "parameter op constant" and "constant op parameter". */
static bool collect(
    struct limits_list *list, const struct ast_expression *condition)
{
    if (condition->operator== AST_AND)
        return collect(list, condition->operands[0]) &&
               collect(list, condition->operands[1]);
    if (condition->operator>= AST_AND)
        return true;
    for (int side = 0; side < 2; side++) {
        const struct ast_expression *name = condition->operands[side];
        struct parser_constant value = parser_affine_evaluate(
            list->checker, condition->operands[1 - side]);
        if (name->kind != AST_NAME || !value.is_constant ||
            value.least != value.most ||
            name->declared.kind != AST_DECLARED_PARAMETER)
            continue;
        if (!narrow(list, name->declared.parameter,
                side ? reverse(condition->operator) : condition->operator,
                value.least, condition->range))
            return false;
    }
    return true;
}

/* ---- Extents ------------------------------------------------------------ */

/* Report an extent below 0, with the formula of the size it names. */
static void report_extent(struct parser_checker *checker,
    const struct ast_tensor *tensor, const struct ast_expression *extent,
    int64_t value)
{
    const struct ast_expression *formula = extent;
    struct text text = text_new(checker->c->scratch);
    diag_error(checker->c->diag, extent->range, DIAG_E0208,
        "an extent of '%s' is negative: %lld", tensor->name->text,
        (long long)value);
    if (extent->kind == AST_INTEGER || extent->kind == AST_UNARY)
        return;
    if (extent->kind == AST_NAME && extent->declared.kind == AST_DECLARED_SIZE)
        formula = extent->declared.size->value;
    if (formula->kind == AST_NAME)
        return;
    ast_print_expression(&text, formula);
    diag_note(checker->c->diag, formula->range, "%s = %s = %lld", text.at,
        show_values(checker, formula), (long long)value);
}

/* Extents that are constants are at least 0. */
static bool check_extents(
    struct parser_checker *checker, const struct ast_tensor *tensor)
{
    for (int i = 0; i < tensor->n_dimensions; i++) {
        struct parser_constant value =
            parser_affine_evaluate(checker, tensor->extents[i]);
        if (!value.is_constant || value.most >= 0)
            continue;
        report_extent(checker, tensor, tensor->extents[i], value.most);
        return false;
    }
    return true;
}

bool parser_require_check(struct parser_checker *checker)
{
    struct ast_kernel *kernel = checker->kernel;
    struct limits_list list = {checker, NULL};
    list.limits =
        ARENA_ARRAY(checker->c->scratch, kernel->n_parameters, struct limits);
    for (int i = 0; i < kernel->n_parameters; i++)
        list.limits[i] = (struct limits){.least = INT64_MIN, .most = INT64_MAX};
    for (int i = 0; i < kernel->n_requires; i++)
        if (!check_condition(checker, kernel->requires[i]) ||
            !collect(&list, kernel->requires[i]))
            return false;
    for (int i = 0; i < kernel->n_tensors; i++)
        if (!check_extents(checker, kernel->tensors[i]))
            return false;
    return true;
}
