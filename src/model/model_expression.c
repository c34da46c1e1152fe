/* Expressions to values: every value is in the type its arithmetic is done
 * in, products are fused as the source says, taps carry their condition,
 * reductions become statements.
 */
#include "model/model_internal.h"

/* ---- Small helpers ----------------------------------------------------- */

/* An operation whose operands may be NULL after an error. */
const struct value *model_apply2(struct model_builder *b,
    enum value_operation operation, const struct value *left,
    const struct value *right)
{
    if (!left || !right)
        return NULL;
    return value_operation2(b->v, operation, left, right);
}

/* A value in the type arithmetic on "type" is done in. */
const struct value *model_to_arithmetic(
    struct model_builder *b, enum dtype type, const struct value *value)
{
    if (!value || type >= DTYPE_N_STORED)
        return value;
    return value_convert(b->v, dtype_arithmetic(type), value);
}

/* "value" where the guard holds, else "otherwise". */
const struct value *model_choose(struct model_builder *b,
    const struct guard *guard, const struct value *value,
    const struct value *otherwise)
{
    if (!guard)
        return value;
    return value_operation3(
        b->v, VALUE_SELECT, value_predicate(b->v, guard), value, otherwise);
}

const struct value *model_load(
    struct model_builder *b, struct builder_target target)
{
    const struct value *load = value_load(b->v, target.array,
        target.array->n_dimensions, target.index, target.range);

    return model_to_arithmetic(b, target.array->type, load);
}

/* ---- Accesses ---------------------------------------------------------- */

/* The model's array of a tensor of the source. */
static const struct array *find_array(
    const struct model_builder *b, const struct ast_tensor *tensor)
{
    return b->arrays.at[tensor->position];
}

/* A local scalar. */
static bool read_scalar(struct model_builder *b,
    const struct ast_expression *expression, struct builder_target *target)
{
    for (int i = b->scalars.n - 1; i >= 0; i--)
        if (b->scalars.at[i].declared == expression->declared.scalar) {
            target->array = b->scalars.at[i].array;
            target->index = b->scalars.at[i].index;
            return true;
        }
    diag_internal(b->c->diag, expression->range,
        "local scalar without a declaration in the model");
    return false;
}

bool model_read_target(struct model_builder *b,
    const struct ast_expression *expression, struct builder_target *target)
{
    const struct affine *outer = b->border_extent;
    bool ok = true;

    target->range = expression->range;
    if (expression->kind == AST_NAME &&
        expression->declared.kind == AST_DECLARED_SCALAR)
        return read_scalar(b, expression, target);
    target->array =
        find_array(b, expression->kind == AST_NAME ? expression->declared.tensor
                                                   : expression->tensor);
    target->index =
        ARENA_ARRAY(b->c->arena, expression->n_operands, const struct affine *);
    for (int i = 0; i < expression->n_operands; i++) {
        b->border_extent = target->array->extents[i];
        target->index[i] = model_read_affine(b, expression->operands[i]);
        ok = ok && target->index[i];
    }
    b->border_extent = outer;
    return ok;
}

/* Where an access is inside its array; what the loops around show is left
 * out. NULL: always. */
const struct guard *model_inside(
    struct model_builder *b, const struct builder_target *target)
{
    const struct guard *guard = NULL;
    struct model_node **loops =
        ARENA_ARRAY(b->c->arena, b->loops.n, struct model_node *);

    for (int i = 0; i < b->loops.n; i++)
        loops[i] = b->loops.at[i].node;
    for (int i = 0; i < target->array->n_dimensions; i++) {
        const struct affine *ends[] = {
            target->index[i],
            affine_shift(b->v,
                affine_subtract(
                    b->v, target->array->extents[i], target->index[i]),
                -1),
        };

        for (int j = 0; j < 2; j++)
            if (!model_is_nonnegative(b->model, ends[j], b->loops.n, loops))
                guard = guard_and(b->v, guard, guard_all(b->v, 1, &ends[j]));
    }
    return guard;
}

/* "x[...] else e", not as a tap. */
static const struct value *read_else(
    struct model_builder *b, const struct ast_expression *expression)
{
    const struct guard *path = b->path;
    struct builder_target target;
    const struct guard *guard;
    const struct value *load;
    const struct value *otherwise;

    if (!model_read_target(b, expression->operands[0], &target))
        return NULL;
    guard = model_inside(b, &target);
    load = model_load(b, target);
    b->path = model_guard_and(b->v, path, guard_not(b->v, guard));
    otherwise = model_to_arithmetic(
        b, expression->type, model_read_value(b, expression->operands[1]));
    b->path = path;
    if (!otherwise)
        return NULL;
    return model_choose(
        b, guard, load, value_convert(b->v, load->type, otherwise));
}

/* ---- Other expressions ------------------------------------------------- */

/* A literal in the type it has taken. */
static const struct value *read_literal(
    struct model_builder *b, const struct ast_expression *expression)
{
    bool is_integer = expression->kind == AST_INTEGER;
    enum dtype type = expression->type;
    const struct value *value;

    if (type >= DTYPE_N_STORED)
        type = is_integer ? DTYPE_INDEX : DTYPE_F64;
    value =
        is_integer && !dtype_is_float(type)
            ? value_integer(b->v, DTYPE_INDEX, expression->integer)
            : value_real(b->v, DTYPE_F64,
                  is_integer ? (double)expression->integer : expression->real);
    return model_to_arithmetic(b, type, value_convert(b->v, type, value));
}

/* A name: a scalar argument or local; indices were dealt with. */
static const struct value *read_element(
    struct model_builder *b, const struct ast_expression *expression)
{
    struct builder_target target;

    if (!model_read_target(b, expression, &target))
        return NULL;
    return model_load(b, target);
}

/* Two operands, converted to the arithmetic of "type" if it is a stored
 * one. */
static bool read_operands(struct model_builder *b,
    const struct ast_expression *expression, enum dtype type,
    const struct value **left, const struct value **right)
{
    *left = model_to_arithmetic(
        b, type, model_read_value(b, expression->operands[0]));
    *right = model_to_arithmetic(
        b, type, model_read_value(b, expression->operands[1]));
    return *left && *right;
}

/* A comparison: affine where both sides are indices. */
static const struct value *read_comparison(
    struct model_builder *b, const struct ast_expression *expression)
{
    enum ast_operator which = expression->operator;
    enum dtype type = expression->operands[0]->type;
    bool is_swapped = which == AST_GREATER || which == AST_GREATER_EQUAL;
    enum value_operation operation = VALUE_LESS;
    const struct guard *guard;
    const struct value *left;
    const struct value *right;

    if (type == DTYPE_INDEX || type == DTYPE_NONE)
        type = expression->operands[1]->type;
    if (type == DTYPE_INDEX || type == DTYPE_NONE)
        return model_read_condition(b, expression, &guard)
                   ? value_predicate(b->v, guard)
                   : NULL;
    if (!read_operands(b, expression, type, &left, &right))
        return NULL;
    if (which == AST_LESS_EQUAL || which == AST_GREATER_EQUAL)
        operation = VALUE_LESS_EQUAL;
    if (which == AST_EQUAL)
        operation = VALUE_EQUAL;
    if (which == AST_NOT_EQUAL)
        operation = VALUE_NOT_EQUAL;
    return value_operation2(
        b->v, operation, is_swapped ? right : left, is_swapped ? left : right);
}

/* An operand evaluated only where "condition" has this truth. */
static const struct value *read_arm(struct model_builder *b,
    const struct ast_expression *expression, const struct value *condition,
    bool truth)
{
    const struct guard *path = b->path;
    const struct value *value;

    b->path = model_guard_and(
        b->v, path, model_condition_guard(b->v, condition, truth));
    value = model_read_value(b, expression);
    b->path = path;
    return value;
}

/* && and ||: the right operand only if it decides. */
static const struct value *read_logical(
    struct model_builder *b, const struct ast_expression *expression)
{
    bool is_and = expression->operator== AST_AND;
    const struct value *left = model_read_value(b, expression->operands[0]);
    const struct value *right;
    const struct value *known = value_integer(b->v, DTYPE_BOOL, !is_and);

    if (!left)
        return NULL;
    right = read_arm(b, expression->operands[1], left, is_and);
    if (!right)
        return NULL;
    if (left->kind == VALUE_PREDICATE && right->kind == VALUE_PREDICATE)
        return value_operation2(
            b->v, is_and ? VALUE_AND : VALUE_OR, left, right);
    return is_and ? value_operation3(b->v, VALUE_SELECT, left, right, known)
                  : value_operation3(b->v, VALUE_SELECT, left, known, right);
}

/* condition ? yes : no */
static const struct value *read_select(
    struct model_builder *b, const struct ast_expression *expression)
{
    const struct value *condition =
        model_read_value(b, expression->operands[0]);
    const struct value *yes;
    const struct value *no;

    if (!condition)
        return NULL;
    yes = model_to_arithmetic(b, expression->type,
        read_arm(b, expression->operands[1], condition, true));
    no = model_to_arithmetic(b, expression->type,
        read_arm(b, expression->operands[2], condition, false));
    if (!yes || !no)
        return NULL;
    return value_operation3(b->v, VALUE_SELECT, condition, yes, no);
}

/* A binary operator. */
static const struct value *read_binary(
    struct model_builder *b, const struct ast_expression *expression)
{
    const struct value *left;
    const struct value *right;

    switch (expression->operator) {
    case AST_ADD:
    case AST_SUBTRACT:
        return model_read_chain(b, expression);
    case AST_MULTIPLY:
    case AST_DIVIDE:
    case AST_REMAINDER:
        if (!read_operands(b, expression, expression->type, &left, &right))
            return NULL;
        return value_operation2(b->v,
            expression->operator== AST_MULTIPLY ? VALUE_MULTIPLY
            : expression->operator== AST_DIVIDE ? VALUE_DIVIDE
                                                : VALUE_REMAINDER,
            left, right);
    case AST_AND:
    case AST_OR:
        return read_logical(b, expression);
    case AST_LESS:
    case AST_LESS_EQUAL:
    case AST_GREATER:
    case AST_GREATER_EQUAL:
    case AST_EQUAL:
    case AST_NOT_EQUAL:
        return read_comparison(b, expression);
    case AST_NOT:
    case AST_NEGATE:
        break;
    }
    return NULL;
}

/* The operation of a function with one argument. */
static enum value_operation operation_of(enum ast_function function)
{
    static const enum value_operation operations[] = {
        [AST_ABS] = VALUE_ABS,
        [AST_SQRT] = VALUE_SQRT,
        [AST_RSQRT] = VALUE_RSQRT,
        [AST_EXP] = VALUE_EXP,
        [AST_LOG] = VALUE_LOG,
        [AST_TANH] = VALUE_TANH,
        [AST_FLOOR] = VALUE_FLOOR,
        [AST_ROUND] = VALUE_ROUND,
        [AST_RELU] = VALUE_RELU,
        [AST_SILU] = VALUE_SILU,
        [AST_SIGMOID] = VALUE_SIGMOID,
        [AST_GELU] = VALUE_GELU,
        [AST_SOFTPLUS] = VALUE_SOFTPLUS,
        [AST_HARDSWISH] = VALUE_HARDSWISH,
    };

    return operations[function];
}

/* A call; min and max are chains from the left. */
static const struct value *read_call(
    struct model_builder *b, const struct ast_expression *expression)
{
    const struct value *result = model_to_arithmetic(
        b, expression->type, model_read_value(b, expression->operands[0]));

    if (!result)
        return NULL;
    if (expression->function != AST_MIN && expression->function != AST_MAX)
        return value_operation1(
            b->v, operation_of(expression->function), result);
    for (int i = 1; i < expression->n_operands; i++)
        result = model_apply2(b,
            expression->function == AST_MIN ? VALUE_MIN : VALUE_MAX, result,
            model_to_arithmetic(b, expression->type,
                model_read_value(b, expression->operands[i])));
    return result;
}

/* -e, !e, and casts. */
static const struct value *read_unary(
    struct model_builder *b, const struct ast_expression *expression)
{
    const struct value *a = model_read_value(b, expression->operands[0]);

    if (!a)
        return NULL;
    if (expression->kind == AST_CAST)
        return model_to_arithmetic(
            b, expression->type, value_convert(b->v, expression->type, a));
    if (expression->operator== AST_NOT)
        return value_operation1(b->v, VALUE_NOT, a);
    return value_operation1(
        b->v, VALUE_NEGATE, model_to_arithmetic(b, expression->type, a));
}

const struct value *model_read_value(
    struct model_builder *b, const struct ast_expression *expression)
{
    const struct affine *affine;

    if (expression->type == DTYPE_INDEX) {
        affine = model_read_affine(b, expression);
        return affine ? value_index(b->v, affine) : NULL;
    }
    switch (expression->kind) {
    case AST_INTEGER:
    case AST_REAL:
        return read_literal(b, expression);
    case AST_NAME:
    case AST_ACCESS:
        return read_element(b, expression);
    case AST_ELSE:
        return read_else(b, expression);
    case AST_UNARY:
    case AST_CAST:
        return read_unary(b, expression);
    case AST_BINARY:
        return read_binary(b, expression);
    case AST_SELECT:
        return read_select(b, expression);
    case AST_CALL:
        return read_call(b, expression);
    case AST_REDUCTION:
        return model_read_reduction(b, expression, NULL);
    case AST_BORDER:
        break;
    }
    diag_error(b->c->diag, expression->range, DIAG_E0211,
        "clamp, wrap and mirror are only allowed in an index of a tensor");
    return NULL;
}
