/* Types of what a kernel computes, bottom up. A node made of literals only
 * stays DTYPE_NONE until it meets an operand with a type.
 */
#include "parser/parser_check.h"

/* Report two types that do not go together at "range". */
static bool refuse_mix(struct parser_checker *checker,
    struct source_range range, const char *what, enum dtype a, enum dtype b)
{
    struct diag *diag = checker->c->diag;
    bool is_index = a == DTYPE_INDEX || b == DTYPE_INDEX;
    diag_error(diag, range, DIAG_E0203, "%s are %s and %s, which do not mix",
        what, dtype_name(a), dtype_name(b));
    if (a == DTYPE_BOOL || b == DTYPE_BOOL)
        diag_hint(diag, "Write condition ? a : b to compute with it.");
    else if (is_index)
        diag_hint(diag, "An index used as a value needs a cast: %s(...).",
            dtype_name(a == DTYPE_INDEX ? b : a));
    else
        diag_hint(diag, "Convert one of them: %s(...).", dtype_name(a));
    return false;
}

/* The common arithmetic type of two checked operands, which literals take.
 * DTYPE_NONE if both are literals. */
static bool unify(struct parser_checker *checker, struct ast_expression *a,
    struct ast_expression *b, struct source_range range, const char *what,
    enum dtype *type)
{
    enum dtype one = dtype_arithmetic(a->type);
    enum dtype two = dtype_arithmetic(b->type);
    *type = one == DTYPE_NONE ? two : one;
    if (one == two)
        return true;
    if (one == DTYPE_NONE && two != DTYPE_BOOL)
        return parser_literal_set_type(checker, a, two);
    if (two == DTYPE_NONE && one != DTYPE_BOOL)
        return parser_literal_set_type(checker, b, one);
    return refuse_mix(checker, range, what, one, two);
}

/* Report a type an operation cannot work on. */
static bool refuse_operand(struct parser_checker *checker,
    const struct ast_expression *operand, const char *what,
    const char *expected)
{
    diag_error(checker->c->diag, operand->range, DIAG_E0203,
        "%s needs %s, this is %s %s", what, expected,
        operand->type == DTYPE_INDEX ? "an" : "of type",
        dtype_name(operand->type));
    if (operand->type == DTYPE_INDEX)
        diag_hint(checker->c->diag,
            "An index used as a value needs a cast, such as f32(...).");
    return false;
}

/* Is the type one of arithmetic, or a literal's? */
static bool is_arithmetic(enum dtype type)
{
    return type < DTYPE_N_STORED || type == DTYPE_NONE;
}

/* A name as a value. */
static bool check_name(
    struct parser_checker *checker, struct ast_expression *expression)
{
    const struct ast_declared *declared = &expression->declared;
    switch (declared->kind) {
    case AST_DECLARED_NONE:
        return false;
    case AST_DECLARED_PARAMETER:
    case AST_DECLARED_SIZE:
    case AST_DECLARED_LOOP:
        expression->type = DTYPE_INDEX;
        return true;
    case AST_DECLARED_SCALAR:
        expression->type = declared->scalar->type;
        return true;
    case AST_DECLARED_TENSOR:
        expression->type = declared->tensor->type;
        break;
    }
    if (declared->tensor->n_dimensions == 0)
        return true;
    diag_error(checker->c->diag, expression->range, DIAG_E0204,
        "'%s' has %d dimension%s, 0 indices given", expression->name->text,
        declared->tensor->n_dimensions,
        declared->tensor->n_dimensions == 1 ? "" : "s");
    diag_note(checker->c->diag, declared->tensor->range, "declared here");
    return false;
}

/* Has the access as many indices as the tensor has dimensions? */
static bool check_rank(
    struct parser_checker *checker, const struct ast_expression *access)
{
    const struct ast_tensor *tensor = access->tensor;
    int n = access->n_operands;
    if (!tensor) {
        if (access->declared.kind != AST_DECLARED_NONE)
            diag_error(checker->c->diag, access->range, DIAG_E0204,
                "'%s' is not a tensor and takes no index", access->name->text);
        return false;
    }
    if (tensor->n_dimensions == n)
        return true;
    diag_error(checker->c->diag, access->range, DIAG_E0204,
        "'%s' has %d dimension%s, %d ind%s given", access->name->text,
        tensor->n_dimensions, tensor->n_dimensions == 1 ? "" : "s", n,
        n == 1 ? "ex" : "ices");
    diag_note(checker->c->diag, tensor->range, "declared here");
    return false;
}

/* One index: affine, perhaps inside clamp, wrap or mirror. */
static bool check_index(
    struct parser_checker *checker, struct ast_expression *index)
{
    if (index->kind != AST_BORDER)
        return parser_affine_check(checker, index, "an index");
    index->type = DTYPE_INDEX;
    if (index->n_operands == 1)
        return parser_affine_check(checker, index->operands[0], "an index");
    diag_error(checker->c->diag, index->range, DIAG_E0206,
        "'%s' takes 1 argument, %d given", index->name->text,
        index->n_operands);
    return false;
}

bool parser_value_check_access(
    struct parser_checker *checker, struct ast_expression *access)
{
    if (!check_rank(checker, access))
        return false;
    for (int i = 0; i < access->n_operands; i++)
        if (!check_index(checker, access->operands[i]))
            return false;
    access->type = access->tensor->type;
    return true;
}

/* "x[...] else e". */
static bool check_else(
    struct parser_checker *checker, struct ast_expression *expression)
{
    struct ast_expression *access = expression->operands[0];
    struct ast_expression *otherwise = expression->operands[1];
    if (access->kind != AST_ACCESS) {
        diag_error(checker->c->diag, access->range, DIAG_E0211,
            "before 'else' stands an access of a tensor, such as x[i]");
        return false;
    }
    return parser_value_check_access(checker, access) &&
           parser_value_check(checker, otherwise) &&
           unify(checker, access, otherwise, expression->token_range,
               "the access and its 'else'", &expression->type);
}

/* '-' and '!'. */
static bool check_unary(
    struct parser_checker *checker, struct ast_expression *expression)
{
    struct ast_expression *operand = expression->operands[0];
    if (expression->operator== AST_NOT) {
        expression->type = DTYPE_BOOL;
        return parser_value_check_condition(checker, operand);
    }
    if (!parser_value_check(checker, operand))
        return false;
    expression->type = dtype_arithmetic(operand->type);
    return operand->type != DTYPE_BOOL ||
           refuse_operand(checker, operand, "'-'", "a number");
}

/* A comparison: of values, or of affine integer expressions. */
static bool check_comparison(
    struct parser_checker *checker, struct ast_expression *expression)
{
    struct ast_expression *a = expression->operands[0];
    struct ast_expression *b = expression->operands[1];
    enum dtype type;
    const char *what = arena_printf(checker->c->scratch, "the operands of '%s'",
        ast_operator_text(expression->operator));
    expression->type = DTYPE_BOOL;
    if (!unify(checker, a, b, expression->token_range, what, &type))
        return false;
    if (type == DTYPE_BOOL)
        return refuse_operand(checker, a, "a comparison", "numbers");
    if (type == DTYPE_INDEX)
        return parser_affine_check_condition(checker, expression);
    if (type != DTYPE_NONE)
        return true;
    return parser_literal_set_type(checker, a, DTYPE_F64) &&
           parser_literal_set_type(checker, b, DTYPE_F64);
}

/* '+', '<', '&&' and the others between two operands. */
static bool check_binary(
    struct parser_checker *checker, struct ast_expression *expression)
{
    struct ast_expression *a = expression->operands[0];
    struct ast_expression *b = expression->operands[1];
    const char *sign = ast_operator_text(expression->operator);
    const char *what =
        arena_printf(checker->c->scratch, "the operands of '%s'", sign);
    if (expression->operator== AST_AND || expression->operator== AST_OR) {
        expression->type = DTYPE_BOOL;
        bool is_ok = parser_value_check_condition(checker, a);
        return parser_value_check_condition(checker, b) && is_ok;
    }
    bool is_left_ok = parser_value_check(checker, a);
    if (!parser_value_check(checker, b) || !is_left_ok)
        return false;
    if (expression->operator>= AST_LESS)
        return check_comparison(checker, expression);
    if (!unify(checker, a, b, expression->token_range, what, &expression->type))
        return false;
    if (expression->type == DTYPE_BOOL)
        return refuse_operand(checker, a, what, "numbers");
    bool is_division =
        expression->operator== AST_DIVIDE || expression->operator==
        AST_REMAINDER;
    return !is_division || expression->type == DTYPE_NONE ||
           parser_literal_check_divisor(checker, expression);
}

/* "c ? a : b". */
static bool check_select(
    struct parser_checker *checker, struct ast_expression *expression)
{
    struct ast_expression *yes = expression->operands[1];
    struct ast_expression *no = expression->operands[2];
    if (!parser_value_check_condition(checker, expression->operands[0]) ||
        !parser_value_check(checker, yes) || !parser_value_check(checker, no))
        return false;
    if (!unify(checker, yes, no, expression->token_range, "the results of '?:'",
            &expression->type))
        return false;
    if (is_arithmetic(expression->type))
        return true;
    return refuse_operand(checker, yes, "'?:'", "values");
}

/* "f32(e)": of a value, of an index, or of a literal. */
static bool check_cast(
    struct parser_checker *checker, struct ast_expression *expression)
{
    struct ast_expression *operand = expression->operands[0];
    enum dtype type = dtype_arithmetic(expression->type);
    if (!parser_value_check(checker, operand))
        return false;
    if (operand->type == DTYPE_INDEX)
        return parser_affine_check(checker, operand, "an index in a cast");
    if (operand->type == DTYPE_BOOL)
        return refuse_operand(checker, operand, "a cast", "a number");
    if (operand->type != DTYPE_NONE)
        return true;
    bool is_real = operand->kind != AST_INTEGER && dtype_is_integer(type);
    return parser_literal_set_type(
        checker, operand, is_real ? DTYPE_F32 : type);
}

/* May the function have so many arguments? */
static bool check_n_arguments(
    struct parser_checker *checker, const struct ast_expression *call)
{
    static const int counts[] = {
#define FUNCTION(id, name, n_arguments, kind) n_arguments,
#include "../lang/functions.def"
#undef FUNCTION
        0};
    int wanted = counts[call->function], n = call->n_operands;
    if (wanted < 0 ? n >= 2 : n == wanted)
        return true;
    if (wanted < 0)
        diag_error(checker->c->diag, call->range, DIAG_E0206,
            "'%s' takes 2 arguments or more, %d given", call->name->text, n);
    else
        diag_error(checker->c->diag, call->range, DIAG_E0206,
            "'%s' takes %d argument%s, %d given", call->name->text, wanted,
            wanted == 1 ? "" : "s", n);
    return false;
}

/* May the function work on the type? Types are those of arithmetic. */
static bool check_argument_type(
    struct parser_checker *checker, const struct ast_expression *call)
{
    enum { VALUE, FLOAT, BORDER };
    static const int kinds[] = {
#define FUNCTION(id, name, n_arguments, kind) kind,
#include "../lang/functions.def"
#undef FUNCTION
        0};
    const struct ast_expression *first = call->operands[0];
    const char *what =
        arena_printf(checker->c->scratch, "'%s'", call->name->text);
    if (!is_arithmetic(call->type))
        return refuse_operand(checker, first, what, "values");
    if (kinds[call->function] == FLOAT && dtype_is_integer(call->type))
        return refuse_operand(checker, first, what, "a float");
    return true;
}

/* A call of a function. */
static bool check_call(
    struct parser_checker *checker, struct ast_expression *call)
{
    if (call->function == AST_N_FUNCTIONS || !check_n_arguments(checker, call))
        return false;
    for (int i = 0; i < call->n_operands; i++)
        if (!parser_value_check(checker, call->operands[i]))
            return false;
    const char *what = arena_printf(
        checker->c->scratch, "the arguments of '%s'", call->name->text);
    call->type = dtype_arithmetic(call->operands[0]->type);
    for (int i = 1; i < call->n_operands; i++)
        if (!unify(checker, call->operands[i - 1], call->operands[i],
                call->operands[i]->range, what, &call->type))
            return false;
    for (int i = call->n_operands - 1; i > 0; i--)
        if (!unify(checker, call->operands[i - 1], call->operands[i],
                call->operands[i]->range, what, &call->type))
            return false;
    return check_argument_type(checker, call);
}

bool parser_value_check_loops(struct parser_checker *checker, int n_loops,
    struct ast_loop *const *loops, struct ast_expression *condition)
{
    for (int i = 0; i < n_loops; i++) {
        if (loops[i]->lower &&
            !parser_affine_check(checker, loops[i]->lower, "a loop bound"))
            return false;
        if (!parser_affine_check(checker, loops[i]->upper, "a loop bound"))
            return false;
    }
    return !condition || parser_affine_check_condition(checker, condition);
}

/* "sum(k in K) e". */
static bool check_reduction(
    struct parser_checker *checker, struct ast_expression *expression)
{
    struct ast_expression *body = expression->operands[0];
    const char *what =
        arena_printf(checker->c->scratch, "'%s'", expression->name->text);
    bool is_ok = parser_value_check_loops(
        checker, expression->n_loops, expression->loops, expression->condition);
    if (!parser_value_check(checker, body) || !is_ok)
        return false;
    expression->type = dtype_arithmetic(body->type);
    return is_arithmetic(body->type) ||
           refuse_operand(checker, body, what, "a value");
}

bool parser_value_check(
    struct parser_checker *checker, struct ast_expression *expression)
{
    switch (expression->kind) {
    case AST_INTEGER:
    case AST_REAL:
        return true;
    case AST_NAME:
        return check_name(checker, expression);
    case AST_ACCESS:
        return parser_value_check_access(checker, expression);
    case AST_ELSE:
        return check_else(checker, expression);
    case AST_UNARY:
        return check_unary(checker, expression);
    case AST_BINARY:
        return check_binary(checker, expression);
    case AST_SELECT:
        return check_select(checker, expression);
    case AST_CAST:
        return check_cast(checker, expression);
    case AST_CALL:
        return check_call(checker, expression);
    case AST_REDUCTION:
        return check_reduction(checker, expression);
    case AST_BORDER:
        diag_error(checker->c->diag, expression->range, DIAG_E0211,
            "'%s' stands only for a whole index of a tensor",
            expression->name->text);
        return false;
    }
    return false;
}

bool parser_value_check_condition(
    struct parser_checker *checker, struct ast_expression *condition)
{
    if (!parser_value_check(checker, condition))
        return false;
    return condition->type == DTYPE_BOOL ||
           refuse_operand(checker, condition, "a condition", "a comparison");
}

/* Is every value it can have one of the narrow integer type already? */
static bool is_of_stored_type(
    const struct ast_expression *value, enum dtype type)
{
    bool is_choice =
        value->kind == AST_SELECT || value->kind == AST_ELSE ||
        (value->kind == AST_CALL &&
            (value->function == AST_MIN || value->function == AST_MAX)) ||
        (value->kind == AST_REDUCTION && value->reduction >= AST_MIN_OF);
    if (value->kind == AST_INTEGER)
        return value->integer < INT64_C(1) << (dtype_bits(type) - 1) ||
               (dtype_get_class(type) == DTYPE_UNSIGNED &&
                   value->integer < INT64_C(1) << dtype_bits(type));
    if (!is_choice)
        return value->type == type;
    for (int i = value->kind == AST_SELECT; i < value->n_operands; i++)
        if (!is_of_stored_type(value->operands[i], type))
            return false;
    return true;
}

bool parser_value_check_store(struct parser_checker *checker, enum dtype type,
    struct ast_expression *value)
{
    struct diag *diag = checker->c->diag;
    enum dtype arithmetic = dtype_arithmetic(type);
    if (value->type == DTYPE_NONE)
        return parser_literal_set_type(checker, value, type) &&
               parser_literal_check_store(checker, value, type);
    bool is_same = dtype_arithmetic(value->type) == arithmetic;
    bool is_narrowing = is_same && dtype_is_integer(type) &&
                        type != value->type && type != arithmetic;
    if (is_same && (!is_narrowing || is_of_stored_type(value, type)))
        return true;
    diag_error(diag, value->range, DIAG_E0203,
        "%s %s cannot be stored into %s without a cast",
        value->type == DTYPE_INDEX ? "an" : "a value of type",
        dtype_name(value->type), dtype_name(type));
    if (value->type != DTYPE_BOOL)
        diag_hint(diag, "Write %s(...).", dtype_name(type));
    else
        diag_hint(diag, "Write condition ? 1 : 0.");
    return false;
}
