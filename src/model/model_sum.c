/* Sums: which products are fused, what a tap outside adds, and reductions as
 * statements.
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

/* The number 0 or 1 or another in an arithmetic type. */
static const struct value *make_number(
    struct model_builder *b, enum dtype type, double number)
{
    return dtype_is_float(type) ? value_real(b->v, type, number)
                                : value_integer(b->v, type, (int64_t)number);
}

/* Is it the literal 0? */
static bool is_zero(const struct ast_expression *expression)
{
    if (expression->kind == AST_INTEGER)
        return expression->integer == 0;
    return expression->kind == AST_REAL && expression->real == 0;
}

/* ---- Sums and products ------------------------------------------------- */

/* A product: both factors, with the condition of their taps. */
static struct summand read_product(
    struct model_builder *b, const struct ast_expression *expression)
{
    struct summand summand = {0};

    summand.a = model_to_arithmetic(b, expression->type,
        read_factor(b, expression->operands[0], &summand.guard));
    summand.b = model_to_arithmetic(b, expression->type,
        read_factor(b, expression->operands[1], &summand.guard));
    if (!summand.a || !summand.b)
        summand.a = summand.b = NULL;
    else if (!is_fused(b, summand.a->type)) {
        summand.a = model_apply2(b, VALUE_MULTIPLY, summand.a, summand.b);
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
        *guard = guard_and(b->v, *guard, model_inside(b, &target));
        return model_load(b, target);
    }
    if (expression->kind == AST_CAST &&
        expression->operands[0]->type != DTYPE_INDEX) {
        a = read_factor(b, expression->operands[0], guard);
        return a ? model_to_arithmetic(b, expression->type,
                       value_convert(b->v, expression->type, a))
                 : NULL;
    }
    if (expression->type == DTYPE_INDEX)
        return model_read_value(b, expression);
    if (expression->kind == AST_UNARY && expression->operator== AST_NEGATE) {
        a = model_to_arithmetic(b, expression->type,
            read_factor(b, expression->operands[0], guard));
        return a ? value_operation1(b->v, VALUE_NEGATE, a) : NULL;
    }
    if (is_binary(expression, AST_MULTIPLY) ||
        is_binary(expression, AST_DIVIDE)) {
        bool is_product = is_binary(expression, AST_MULTIPLY);

        a = model_to_arithmetic(b, expression->type,
            read_factor(b, expression->operands[0], guard));
        return model_apply2(b, is_product ? VALUE_MULTIPLY : VALUE_DIVIDE, a,
            model_to_arithmetic(b, expression->type,
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
        model_choose(b, summand->guard, summand->a, make_number(b, type, -0.0));
    if (summand->b)
        summand->b = model_choose(
            b, summand->guard, summand->b, make_number(b, type, 1));
    summand->guard = NULL;
}

/* left +- right, each only where its taps are inside. */
static const struct value *combine(struct model_builder *b,
    struct summand *left, struct summand *right, bool is_minus)
{
    if (right->b || !left->b) {
        left->a = model_choose(b, left->guard, summand_value(b, left),
            make_number(b, left->a->type, 0));
        left->b = NULL;
    } else {
        mask_summand(b, left);
    }
    if (is_minus && !left->b && !right->b) {
        right->a = model_choose(
            b, right->guard, right->a, make_number(b, right->a->type, 0));
        return value_operation2(b->v, VALUE_SUBTRACT, left->a, right->a);
    }
    if (is_minus)
        right->a = value_operation1(b->v, VALUE_NEGATE, right->a);
    mask_summand(b, right);
    return add_summands(b, left, right);
}

/* A sum or difference, itself perhaps the left end of a longer one. */
const struct value *model_read_chain(
    struct model_builder *b, const struct ast_expression *expression)
{
    const struct ast_expression *first = expression->operands[0];
    const struct ast_expression *second = expression->operands[1];
    bool is_minus = expression->operator== AST_SUBTRACT;
    struct summand left = read_summand(b, first);
    struct summand right;

    if (!left.a)
        return NULL;
    left.a = model_to_arithmetic(b, expression->type, left.a);
    if (second->kind == AST_REDUCTION && second->reduction == AST_SUM &&
        !is_minus)
        return model_read_reduction(b, second,
            model_choose(b, left.guard, summand_value(b, &left),
                make_number(b, left.a->type, 0)));
    right = read_summand(b, second);
    if (!right.a)
        return NULL;
    right.a = model_to_arithmetic(b, expression->type, right.a);
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
const struct value *model_read_reduction(struct model_builder *b,
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
