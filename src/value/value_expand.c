/* Functions as primitive operations.
 *
 * Takes     a value with functions such as exp or silu.
 * Requires  their operands are F32 or F64 (relu: also I32).
 * Ensures   no function is left. The result is defined to the bit, apart from
 *           "fused": products feed sums as FMA, and the error bounds of
 *           lang/functions.md hold with one rounding and with two. With
 *           "is_fast" those of f32 rest on the FAST_... operations, of which
 *           GPUs have only approximations.
 */
#include "value/value_expand.h"

#include <math.h>

const struct value *expand_real(const struct expansion *e, double real)
{
    return value_real(e->v, e->k->type, real);
}

const struct value *expand_bits(const struct expansion *e, int64_t bits)
{
    return value_integer(e->v, e->k->bits_type, bits);
}

const struct value *expand_add(
    const struct expansion *e, const struct value *a, const struct value *b)
{
    return value_operation2(e->v, VALUE_ADD, a, b);
}

const struct value *expand_subtract(
    const struct expansion *e, const struct value *a, const struct value *b)
{
    return value_operation2(e->v, VALUE_SUBTRACT, a, b);
}

const struct value *expand_multiply(
    const struct expansion *e, const struct value *a, const struct value *b)
{
    return value_operation2(e->v, VALUE_MULTIPLY, a, b);
}

const struct value *expand_divide(
    const struct expansion *e, const struct value *a, const struct value *b)
{
    if (e->is_fast)
        return expand_multiply(
            e, a, value_operation1(e->v, VALUE_FAST_RECIPROCAL, b));
    return value_operation2(e->v, VALUE_DIVIDE, a, b);
}

const struct value *expand_fma(const struct expansion *e, const struct value *a,
    const struct value *b, const struct value *d)
{
    return value_operation3(e->v, VALUE_FMA, a, b, d);
}

const struct value *expand_at_most(
    const struct expansion *e, const struct value *a, double limit)
{
    return value_operation2(e->v, VALUE_MIN, expand_real(e, limit), a);
}

const struct value *expand_at_least(
    const struct expansion *e, const struct value *a, double limit)
{
    return value_operation2(e->v, VALUE_MAX, a, expand_real(e, limit));
}

const struct value *expand_polynomial(const struct expansion *e,
    const struct polynomial *polynomial, const struct value *x)
{
    const double *coefficients = polynomial->coefficients;
    const struct value *sum = expand_real(e, coefficients[polynomial->n - 1]);
    for (int i = polynomial->n - 2; i >= 0; i--)
        sum = expand_fma(e, sum, x, expand_real(e, coefficients[i]));
    return sum;
}

const struct value *expand_power(const struct expansion *e, int exponent)
{
    return expand_real(e, ldexp(1, exponent));
}

/* x < 0 ? 0 : x, so that NaN stays. */
static const struct value *expand_relu(
    struct value_context *v, const struct value *x)
{
    const struct value *zero = dtype_is_float(x->type)
                                   ? value_real(v, x->type, 0)
                                   : value_integer(v, x->type, 0);
    return value_operation2(v, VALUE_MAX, x, zero);
}

/* x * (clamp(x + 3, 0, 6) * (1/6)). */
static const struct value *expand_hardswish(
    const struct expansion *e, const struct value *x)
{
    const struct value *gate = expand_add(e, x, expand_real(e, 3));
    double sixth = e->k->type == DTYPE_F32 ? (double)(1.0f / 6) : 1.0 / 6;
    gate = expand_at_most(e, expand_at_least(e, gate, 0), 6);
    return expand_multiply(
        e, x, expand_multiply(e, gate, expand_real(e, sixth)));
}

/* 1 / sqrt(x). */
static const struct value *expand_rsqrt(
    const struct expansion *e, const struct value *x)
{
    if (e->is_fast)
        return value_operation1(e->v, VALUE_FAST_RSQRT, x);
    return expand_divide(
        e, expand_real(e, 1), value_operation1(e->v, VALUE_SQRT, x));
}

/* The expansion of a function of "x"; NULL if it is a primitive operation. */
static const struct value *expand_function(const struct expansion *e,
    enum value_operation operation, const struct value *x)
{
    switch (operation) {
    case VALUE_RSQRT:
        return expand_rsqrt(e, x);
    case VALUE_EXP:
        return expand_exp(e, x);
    case VALUE_LOG:
        return expand_log(e, x);
    case VALUE_TANH:
        return expand_tanh(e, x);
    case VALUE_RELU:
        return expand_relu(e->v, x);
    case VALUE_SILU:
        return expand_silu(e, x);
    case VALUE_SIGMOID:
        return expand_sigmoid(e, x);
    case VALUE_GELU:
        return expand_gelu(e, x);
    case VALUE_SOFTPLUS:
        return expand_softplus(e, x);
    case VALUE_HARDSWISH:
        return expand_hardswish(e, x);
    case VALUE_ADD:
    case VALUE_SUBTRACT:
    case VALUE_MULTIPLY:
    case VALUE_DIVIDE:
    case VALUE_REMAINDER:
    case VALUE_NEGATE:
    case VALUE_ABS:
    case VALUE_MIN:
    case VALUE_MAX:
    case VALUE_FMA:
    case VALUE_SQRT:
    case VALUE_FLOOR:
    case VALUE_ROUND:
    case VALUE_LESS:
    case VALUE_LESS_EQUAL:
    case VALUE_EQUAL:
    case VALUE_NOT_EQUAL:
    case VALUE_AND:
    case VALUE_OR:
    case VALUE_XOR:
    case VALUE_NOT:
    case VALUE_SHIFT_LEFT:
    case VALUE_SHIFT_RIGHT:
    case VALUE_SELECT:
    case VALUE_BITS:
    case VALUE_FROM_BITS:
    case VALUE_FAST_EXP2:
    case VALUE_FAST_RECIPROCAL:
    case VALUE_FAST_RSQRT:
    case VALUE_N_OPERATIONS:
        break;
    }
    return NULL;
}

/* For value_map: the node, or its expansion. */
static const struct value *expand_node(
    struct value_context *v, const struct value *value, void *user)
{
    const bool *is_fast = user;
    if (value->kind != VALUE_OPERATION)
        return value;
    struct expansion e = {v, float_constants_of(value->type),
        *is_fast && value->type == DTYPE_F32};
    const struct value *expanded =
        expand_function(&e, value->operation, value->operands[0]);
    return expanded ? expanded : value;
}

const struct value *value_expand(
    struct value_context *v, const struct value *value, bool is_fast)
{
    return value_map(v, value, expand_node, &is_fast);
}
