/* Expressions to values: every value is in the type its arithmetic is done
 * in, products are fused as the source says, taps carry their condition,
 * reductions become statements.
 */
#include "model/model_internal.h"

#include <math.h>

/* One summand of a chain. A product that may be fused keeps its factors
 * ("b" is NULL otherwise); "guard" is where its taps are inside. */
struct summand {
    const struct value *a;
    const struct value *b;
    const struct guard *guard;
};

static const struct value *read_factor(struct model_builder *b,
    const struct ast_expression *expression, const struct guard **guard);

/* ---- Small helpers ----------------------------------------------------- */

/* Is this the operator of a binary expression? */
static bool is_binary(
    const struct ast_expression *expression, enum ast_operator wanted)
{
    return expression->kind == AST_BINARY && expression->operator== wanted;
}

/* Are products fused that feed sums of this type? */
static bool is_fused(const struct model_builder *b, enum dtype type)
{
    return b->c->options.fp != FP_STRICT && dtype_is_float(type);
}

/* An operation whose operands may be NULL after an error. */
static const struct value *apply2(struct model_builder *b,
    enum value_operation operation, const struct value *left,
    const struct value *right)
{
    if (!left || !right)
        return NULL;
    return value_operation2(b->v, operation, left, right);
}

/* A value in the type arithmetic on "type" is done in. */
static const struct value *to_arithmetic(
    struct model_builder *b, enum dtype type, const struct value *value)
{
    if (!value || type >= DTYPE_N_STORED)
        return value;
    return value_convert(b->v, dtype_arithmetic(type), value);
}

/* "value" where the guard holds, else "otherwise". */
static const struct value *choose(struct model_builder *b,
    const struct guard *guard, const struct value *value,
    const struct value *otherwise)
{
    if (!guard)
        return value;
    return value_operation3(
        b->v, VALUE_SELECT, value_predicate(b->v, guard), value, otherwise);
}

/* The number 0 or 1 or another in an arithmetic type. */
static const struct value *make_number(
    struct model_builder *b, enum dtype type, double number)
{
    return dtype_is_float(type) ? value_real(b->v, type, number)
                                : value_integer(b->v, type, (int64_t)number);
}

const struct value *model_load(
    struct model_builder *b, struct builder_target target)
{
    const struct value *load = value_load(b->v, target.array,
        target.array->n_dimensions, target.index, target.range);

    return to_arithmetic(b, target.array->type, load);
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
static const struct guard *inside(
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

/* Is it the literal 0? */
static bool is_zero(const struct ast_expression *expression)
{
    if (expression->kind == AST_INTEGER)
        return expression->integer == 0;
    return expression->kind == AST_REAL && expression->real == 0;
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
    guard = inside(b, &target);
    load = model_load(b, target);
    b->path = model_guard_and(b->v, path, guard_not(b->v, guard));
    otherwise = to_arithmetic(
        b, expression->type, model_read_value(b, expression->operands[1]));
    b->path = path;
    if (!otherwise)
        return NULL;
    return choose(b, guard, load, value_convert(b->v, load->type, otherwise));
}

/* ---- Sums and products ------------------------------------------------- */

/* A product: both factors, with the condition of their taps. */
static struct summand read_product(
    struct model_builder *b, const struct ast_expression *expression)
{
    struct summand summand = {0};

    summand.a = to_arithmetic(b, expression->type,
        read_factor(b, expression->operands[0], &summand.guard));
    summand.b = to_arithmetic(b, expression->type,
        read_factor(b, expression->operands[1], &summand.guard));
    if (!summand.a || !summand.b)
        summand.a = summand.b = NULL;
    else if (!is_fused(b, summand.a->type)) {
        summand.a = apply2(b, VALUE_MULTIPLY, summand.a, summand.b);
        summand.b = NULL;
    }
    return summand;
}

/* A term of a sum; "a" is NULL after an error. */
static struct summand read_summand(
    struct model_builder *b, const struct ast_expression *expression)
{
    struct summand summand = {0};

    if (is_binary(expression, AST_MULTIPLY))
        return read_product(b, expression);
    summand.a = read_factor(b, expression, &summand.guard);
    return summand;
}

/* A factor of a term: the condition of a tap, also through casts, signs,
 * products and the dividend of a quotient, joins "guard". */
static const struct value *read_factor(struct model_builder *b,
    const struct ast_expression *expression, const struct guard **guard)
{
    struct builder_target target;
    const struct value *a;

    if (expression->kind == AST_ELSE && is_zero(expression->operands[1])) {
        if (!model_read_target(b, expression->operands[0], &target))
            return NULL;
        *guard = guard_and(b->v, *guard, inside(b, &target));
        return model_load(b, target);
    }
    if (expression->kind == AST_CAST &&
        expression->operands[0]->type != DTYPE_INDEX) {
        a = read_factor(b, expression->operands[0], guard);
        return a ? to_arithmetic(b, expression->type,
                       value_convert(b->v, expression->type, a))
                 : NULL;
    }
    if (expression->type == DTYPE_INDEX)
        return model_read_value(b, expression);
    if (expression->kind == AST_UNARY && expression->operator== AST_NEGATE) {
        a = to_arithmetic(b, expression->type,
            read_factor(b, expression->operands[0], guard));
        return a ? value_operation1(b->v, VALUE_NEGATE, a) : NULL;
    }
    if (is_binary(expression, AST_MULTIPLY) ||
        is_binary(expression, AST_DIVIDE)) {
        bool is_product = is_binary(expression, AST_MULTIPLY);

        a = to_arithmetic(b, expression->type,
            read_factor(b, expression->operands[0], guard));
        return apply2(b, is_product ? VALUE_MULTIPLY : VALUE_DIVIDE, a,
            to_arithmetic(b, expression->type,
                is_product ? read_factor(b, expression->operands[1], guard)
                           : model_read_value(b, expression->operands[1])));
    }
    return model_read_value(b, expression);
}

/* The summand alone, without its condition. */
static const struct value *summand_value(
    struct model_builder *b, const struct summand *summand)
{
    return summand->b
               ? value_operation2(b->v, VALUE_MULTIPLY, summand->a, summand->b)
               : summand->a;
}

/* left + right, without conditions: one rounding if one is a product, of two
 * the right one. */
static const struct value *add_summands(struct model_builder *b,
    const struct summand *left, const struct summand *right)
{
    if (right->b)
        return value_operation3(
            b->v, VALUE_FMA, right->a, right->b, summand_value(b, left));
    if (left->b)
        return value_operation3(b->v, VALUE_FMA, left->a, left->b, right->a);
    return value_operation2(b->v, VALUE_ADD, left->a, right->a);
}

/* The summand as one that adds nothing where its taps are outside: -0 leaves
 * every number as it is, and -0 * 1 does in a fused operation. */
static void mask_summand(struct model_builder *b, struct summand *summand)
{
    enum dtype type = summand->a->type;

    summand->a =
        choose(b, summand->guard, summand->a, make_number(b, type, -0.0));
    if (summand->b)
        summand->b =
            choose(b, summand->guard, summand->b, make_number(b, type, 1));
    summand->guard = NULL;
}

/* left +- right, each only where its taps are inside. */
static const struct value *combine(struct model_builder *b,
    struct summand *left, struct summand *right, bool is_minus)
{
    if (right->b || !left->b) {
        left->a = choose(b, left->guard, summand_value(b, left),
            make_number(b, left->a->type, 0));
        left->b = NULL;
    } else {
        mask_summand(b, left);
    }
    if (is_minus && !left->b && !right->b) {
        right->a = choose(
            b, right->guard, right->a, make_number(b, right->a->type, 0));
        return value_operation2(b->v, VALUE_SUBTRACT, left->a, right->a);
    }
    if (is_minus)
        right->a = value_operation1(b->v, VALUE_NEGATE, right->a);
    mask_summand(b, right);
    return add_summands(b, left, right);
}

static const struct value *read_reduction(struct model_builder *b,
    const struct ast_expression *expression, const struct value *start);

/* A sum or difference, itself perhaps the left end of a longer one. */
static const struct value *read_chain(
    struct model_builder *b, const struct ast_expression *expression)
{
    const struct ast_expression *first = expression->operands[0];
    const struct ast_expression *second = expression->operands[1];
    bool is_minus = expression->operator== AST_SUBTRACT;
    struct summand left = read_summand(b, first);
    struct summand right;

    if (!left.a)
        return NULL;
    left.a = to_arithmetic(b, expression->type, left.a);
    if (second->kind == AST_REDUCTION && second->reduction == AST_SUM &&
        !is_minus)
        return read_reduction(b, second,
            choose(b, left.guard, summand_value(b, &left),
                make_number(b, left.a->type, 0)));
    right = read_summand(b, second);
    if (!right.a)
        return NULL;
    right.a = to_arithmetic(b, expression->type, right.a);
    return combine(b, &left, &right, is_minus);
}

/* ---- Reductions -------------------------------------------------------- */

const struct value *model_read_update(struct model_builder *b,
    enum model_update update, const struct value *old,
    const struct ast_expression *expression, const struct guard **guard)
{
    static const enum value_operation operations[] = {
        [MODEL_ACCUMULATE] = VALUE_ADD,
        [MODEL_SCALE] = VALUE_MULTIPLY,
        [MODEL_MINIMIZE] = VALUE_MIN,
        [MODEL_MAXIMIZE] = VALUE_MAX,
    };
    struct summand left = {.a = old};
    struct summand right = {0};

    if (update == MODEL_ACCUMULATE)
        right = read_summand(b, expression);
    else
        right.a = model_read_value(b, expression);
    if (!right.a)
        return NULL;
    right.a = value_convert(b->v, old->type, right.a);
    *guard = guard_and(b->v, *guard, right.guard);
    if (update == MODEL_ACCUMULATE)
        return add_summands(b, &left, &right);
    return value_operation2(b->v, operations[update], old, right.a);
}

/* What a reduction over nothing is. */
static const struct value *neutral(
    struct model_builder *b, enum ast_reduction reduction, enum dtype type)
{
    bool is_float = dtype_is_float(type);
    double end = is_float ? (double)INFINITY : (double)INT32_MAX;

    switch (reduction) {
    case AST_SUM:
        return make_number(b, type, 0);
    case AST_PROD:
        return make_number(b, type, 1);
    case AST_MIN_OF:
        return make_number(b, type, end);
    case AST_MAX_OF:
        return make_number(b, type, is_float ? -end : -end - 1);
    }
    return NULL;
}

/* The update a reduction makes for every term. */
static enum model_update update_of(enum ast_reduction reduction)
{
    switch (reduction) {
    case AST_SUM:
        return MODEL_ACCUMULATE;
    case AST_PROD:
        return MODEL_SCALE;
    case AST_MIN_OF:
        return MODEL_MINIMIZE;
    case AST_MAX_OF:
        return MODEL_MAXIMIZE;
    }
    return MODEL_SET;
}

/* A reduction: its statements, from "start" (NULL: from the neutral element)
 * into a private element whose load is the value. */
static const struct value *read_reduction(struct model_builder *b,
    const struct ast_expression *expression, const struct value *start)
{
    enum dtype type = dtype_arithmetic(expression->type);
    enum model_update update = update_of(expression->reduction);
    const struct guard *guard = NULL;
    const struct value *value = NULL;
    const struct value *result;
    struct builder_scope scope;
    struct builder_target target = {.range = expression->range};

    target.array = model_new_private(b,
        arena_printf(b->c->arena, "r%d", b->n_reductions++), type,
        expression->range, &target.index);
    if (!start)
        start = neutral(b, expression->reduction, type);
    if (!model_emit(b, expression->range, target, start, MODEL_SET, NULL))
        return NULL;
    result = model_load(b, target);
    if (model_open_scope(b, &scope, expression->n_loops, expression->loops,
            expression->condition))
        value = model_read_update(
            b, update, result, expression->operands[0], &guard);
    if (value &&
        !model_emit(b, expression->range, target, value, update, guard))
        value = NULL;
    model_close_scope(b, &scope);
    return value ? result : NULL;
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
    return to_arithmetic(b, type, value_convert(b->v, type, value));
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
    *left =
        to_arithmetic(b, type, model_read_value(b, expression->operands[0]));
    *right =
        to_arithmetic(b, type, model_read_value(b, expression->operands[1]));
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
    yes = to_arithmetic(b, expression->type,
        read_arm(b, expression->operands[1], condition, true));
    no = to_arithmetic(b, expression->type,
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
        return read_chain(b, expression);
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
    const struct value *result = to_arithmetic(
        b, expression->type, model_read_value(b, expression->operands[0]));

    if (!result)
        return NULL;
    if (expression->function != AST_MIN && expression->function != AST_MAX)
        return value_operation1(
            b->v, operation_of(expression->function), result);
    for (int i = 1; i < expression->n_operands; i++)
        result = apply2(b,
            expression->function == AST_MIN ? VALUE_MIN : VALUE_MAX, result,
            to_arithmetic(b, expression->type,
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
        return to_arithmetic(
            b, expression->type, value_convert(b->v, expression->type, a));
    if (expression->operator== AST_NOT)
        return value_operation1(b->v, VALUE_NOT, a);
    return value_operation1(
        b->v, VALUE_NEGATE, to_arithmetic(b, expression->type, a));
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
        return read_reduction(b, expression, NULL);
    case AST_BORDER:
        break;
    }
    diag_error(b->c->diag, expression->range, DIAG_E0211,
        "clamp, wrap and mirror are only allowed in an index of a tensor");
    return NULL;
}
