/* The exact meaning of every primitive operation.
 *
 * Takes     an operation after value_expand, and its operands.
 * Requires  operand types as value_build.c makes them.
 * Ensures   the bits that generated code computes, but for the sign of zero
 *           and the payload of NaN.
 */
#include "value/value.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* A real result. */
static struct scalar make_real(double real)
{
    struct scalar result = {real, 0};
    return result;
}

/* An integer result. */
static struct scalar make_integer(int64_t integer)
{
    struct scalar result = {0, integer};
    return result;
}

/* Addition, subtraction, multiplication, division of one float type. */
static double compute_f32(enum value_operation operation, float a, float b)
{
    float result = operation == VALUE_ADD        ? a + b
                   : operation == VALUE_SUBTRACT ? a - b
                   : operation == VALUE_MULTIPLY ? a * b
                                                 : a / b;
    return (double)result;
}

/* The same four operations in double precision. */
static double compute_f64(enum value_operation operation, double a, double b)
{
    return operation == VALUE_ADD        ? a + b
           : operation == VALUE_SUBTRACT ? a - b
           : operation == VALUE_MULTIPLY ? a * b
                                         : a / b;
}

/* The low bits of an unsigned result, as an integer of the type. */
static int64_t wrap_result(uint64_t bits, enum dtype type)
{
    struct scalar wide = {0, 0};
    memcpy(&wide.integer, &bits, sizeof wide.integer);
    return type == DTYPE_INDEX
               ? wide.integer
               : scalar_convert(wide, DTYPE_INDEX, type).integer;
}

/* Division truncates; by 0 it gives 0 (refused before it gets here). */
static int64_t divide_integers(int64_t a, int64_t b, enum dtype type)
{
    if (b == 0)
        return 0;
    if (b == -1)
        return wrap_result(0 - (uint64_t)a, type);
    return a / b;
}

/* The remainder of that division. */
static int64_t integer_remainder(int64_t a, int64_t b)
{
    return b == 0 || b == -1 ? 0 : a % b;
}

/* Two's complement arithmetic on I32 or INDEX. */
static int64_t compute_integer(
    enum value_operation operation, int64_t a, int64_t b, enum dtype type)
{
    if (operation == VALUE_ADD)
        return wrap_result((uint64_t)a + (uint64_t)b, type);
    if (operation == VALUE_SUBTRACT)
        return wrap_result((uint64_t)a - (uint64_t)b, type);
    if (operation == VALUE_MULTIPLY)
        return wrap_result((uint64_t)a * (uint64_t)b, type);
    if (operation == VALUE_DIVIDE)
        return divide_integers(a, b, type);
    return integer_remainder(a, b);
}

/* + - * / % of two operands of the value's type. */
static struct scalar compute_arithmetic(
    const struct value *value, struct scalar a, struct scalar b)
{
    if (value->type == DTYPE_F32)
        return make_real(
            compute_f32(value->operation, (float)a.real, (float)b.real));
    if (value->type == DTYPE_F64)
        return make_real(compute_f64(value->operation, a.real, b.real));
    return make_integer(
        compute_integer(value->operation, a.integer, b.integer, value->type));
}

/* a*b + c, with one rounding or two. */
static struct scalar compute_fma(const struct value *value, struct scalar a,
    struct scalar b, struct scalar c, bool fused)
{
    if (value->type == DTYPE_F64)
        return make_real(
            fused ? fma(a.real, b.real, c.real) : a.real * b.real + c.real);
    float x = (float)a.real, y = (float)b.real, z = (float)c.real;
    float product = x * y;
    return make_real((double)(fused ? fmaf(x, y, z) : product + z));
}

/* a < b, a <= b, a == b or a != b of operands of "type". */
static bool compare(enum value_operation operation, enum dtype type,
    struct scalar a, struct scalar b)
{
    bool is_float = dtype_is_float(type);
    if (operation == VALUE_LESS)
        return is_float ? a.real < b.real : a.integer < b.integer;
    if (operation == VALUE_LESS_EQUAL)
        return is_float ? a.real <= b.real : a.integer <= b.integer;
    bool equal = is_float ? a.real == b.real : a.integer == b.integer;
    return operation == VALUE_EQUAL ? equal : !equal;
}

/* Bits of an integer moved left or right. */
static int64_t shift_integer(
    enum value_operation operation, int64_t a, int64_t by, enum dtype type)
{
    if (operation == VALUE_SHIFT_LEFT)
        return wrap_result((uint64_t)a << by, type);
    return a < 0 ? ~(~a >> by) : a >> by;
}

/* A float as the integer of its bits. */
static struct scalar get_bits(struct scalar a, enum dtype from)
{
    float f32 = (float)a.real;
    int32_t i32;
    int64_t i64;
    memcpy(&i32, &f32, sizeof i32);
    memcpy(&i64, &a.real, sizeof i64);
    return make_integer(from == DTYPE_F32 ? i32 : i64);
}

/* The float with these bits. */
static struct scalar get_float(struct scalar a, enum dtype to)
{
    float f32;
    double f64;
    int32_t i32 = (int32_t)a.integer;
    memcpy(&f32, &i32, sizeof f32);
    memcpy(&f64, &a.integer, sizeof f64);
    return make_real(to == DTYPE_F32 ? (double)f32 : f64);
}

/* What a GPU computes approximately, here rounded once: 2^a, 1/a, both 0
 * below the normal numbers, and 1/sqrt(a). */
static double compute_fast(enum value_operation operation, double a)
{
    double result = operation == VALUE_FAST_EXP2         ? exp2(a)
                    : operation == VALUE_FAST_RECIPROCAL ? 1 / a
                                                         : 1 / sqrt(a);
    bool is_small =
        fabs(result) < (double)FLT_MIN && operation != VALUE_FAST_RSQRT;
    return is_small ? copysign(0, result) : (double)(float)result;
}

/* Operations of one float operand that stay in its type. */
static double compute_float_function(
    enum value_operation operation, enum dtype type, double a)
{
    if (operation == VALUE_FLOOR)
        return floor(a);
    if (operation == VALUE_ROUND)
        return nearbyint(a);
    return type == DTYPE_F32 ? (double)sqrtf((float)a) : sqrt(a);
}

/* The sign changed or cleared; integers wrap. */
static struct scalar compute_sign(
    enum value_operation operation, enum dtype type, struct scalar a)
{
    if (dtype_is_float(type))
        return make_real(operation == VALUE_ABS ? fabs(a.real) : -a.real);
    if (operation == VALUE_ABS && a.integer >= 0)
        return a;
    return make_integer(wrap_result(0 - (uint64_t)a.integer, type));
}

struct scalar value_compute(
    const struct value *value, const struct scalar *operands, bool fused)
{
    struct scalar a = operands[0];
    struct scalar b = operands[1];
    enum value_operation operation = value->operation;
    enum dtype from = value->operands[0]->type;
    switch (operation) {
    case VALUE_ADD:
    case VALUE_SUBTRACT:
    case VALUE_MULTIPLY:
    case VALUE_DIVIDE:
    case VALUE_REMAINDER:
        return compute_arithmetic(value, a, b);
    case VALUE_NEGATE:
    case VALUE_ABS:
        return compute_sign(operation, from, a);
    case VALUE_MIN:
        return compare(VALUE_LESS, from, a, b) ? a : b;
    case VALUE_MAX:
        return compare(VALUE_LESS, from, a, b) ? b : a;
    case VALUE_FMA:
        return compute_fma(value, a, b, operands[2], fused);
    case VALUE_SQRT:
    case VALUE_FLOOR:
    case VALUE_ROUND:
        return make_real(compute_float_function(operation, from, a.real));
    case VALUE_LESS:
    case VALUE_LESS_EQUAL:
    case VALUE_EQUAL:
    case VALUE_NOT_EQUAL:
        return make_integer(compare(operation, from, a, b));
    case VALUE_AND:
        return make_integer(a.integer & b.integer);
    case VALUE_OR:
        return make_integer(a.integer | b.integer);
    case VALUE_XOR:
        return make_integer(a.integer ^ b.integer);
    case VALUE_NOT:
        return make_integer(!a.integer);
    case VALUE_SHIFT_LEFT:
    case VALUE_SHIFT_RIGHT:
        return make_integer(
            shift_integer(operation, a.integer, b.integer, from));
    case VALUE_BITS:
        return get_bits(a, from);
    case VALUE_FROM_BITS:
        return get_float(a, value->type);
    case VALUE_FAST_EXP2:
    case VALUE_FAST_RECIPROCAL:
    case VALUE_FAST_RSQRT:
        return make_real(compute_fast(operation, a.real));
    case VALUE_SELECT:
        return a.integer ? b : operands[2];
    case VALUE_RSQRT:
    case VALUE_EXP:
    case VALUE_LOG:
    case VALUE_TANH:
    case VALUE_RELU:
    case VALUE_SILU:
    case VALUE_SIGMOID:
    case VALUE_GELU:
    case VALUE_SOFTPLUS:
    case VALUE_HARDSWISH:
    case VALUE_N_OPERATIONS:
        break;
    }
    return make_real((double)NAN);
}
