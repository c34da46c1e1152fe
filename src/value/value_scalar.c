/* Scalars of every stored type: conversion, reading and writing memory. */
#include "base/random.h"
#include "value/value.h"

#include <math.h>
#include <string.h>

/* A binary floating-point format: bits of the significand with the hidden
 * one, and the exponents of the smallest and largest normal number. */
struct float_format {
    int precision;
    int min_exponent;
    int max_exponent;
};

/* The format of f16 or bf16. */
static struct float_format get_narrow_format(enum dtype type)
{
    struct float_format half = {11, -14, 15};
    struct float_format brain = {8, -126, 127};
    return type == DTYPE_F16 ? half : brain;
}

/* "x" rounded to nearest even into the format, denormals included. */
static double round_to_format(double x, struct float_format format)
{
    if (x == 0 || isnan(x) || isinf(x))
        return x;
    int exponent = ilogb(x);
    if (exponent < format.min_exponent)
        exponent = format.min_exponent;
    int quantum = exponent - format.precision + 1;
    double rounded = ldexp(nearbyint(ldexp(x, -quantum)), quantum);
    if (fabs(rounded) >= ldexp(1, format.max_exponent + 1))
        return copysign((double)INFINITY, x);
    return rounded;
}

/* "x" rounded to a float type. */
static double round_to_float(double x, enum dtype type)
{
    if (type == DTYPE_F64)
        return x;
    if (type == DTYPE_F32)
        return (double)(float)x;
    return round_to_format(x, get_narrow_format(type));
}

/* An integer as a double that rounds to every narrower float as the integer
 * itself does: beyond 53 bits the last bit kept is sticky. */
static double integer_to_sticky_double(int64_t integer)
{
    int64_t limit = (int64_t)1 << 53;
    if (integer > -limit && integer < limit)
        return (double)integer;
    int64_t kept = integer & ~(int64_t)2047;
    if (kept != integer)
        kept |= 1024;
    int64_t high = kept / 1024;
    return (double)(high | (kept != integer && high % 2 == 0)) * 1024;
}

/* An integer rounded to a float type. */
static double integer_to_float(int64_t integer, enum dtype type)
{
    if (type == DTYPE_F64)
        return (double)integer;
    if (type == DTYPE_F32)
        return (double)(float)integer;
    return round_to_float(integer_to_sticky_double(integer), type);
}

/* The smallest and the largest value of an integer type. */
static void get_integer_range(enum dtype type, int64_t *low, int64_t *high)
{
    if (type == DTYPE_INDEX) {
        *low = INT64_MIN;
        *high = INT64_MAX;
    } else if (type == DTYPE_BOOL) {
        *low = 0;
        *high = 1;
    } else if (dtype_get_class(type) == DTYPE_UNSIGNED) {
        *low = 0;
        *high = ((int64_t)1 << dtype_bits(type)) - 1;
    } else {
        *low = -((int64_t)1 << (dtype_bits(type) - 1));
        *high = ((int64_t)1 << (dtype_bits(type) - 1)) - 1;
    }
}

/* A float as an integer of "type": truncated, saturating, NaN is 0. */
static int64_t float_to_integer(double real, enum dtype type)
{
    int64_t low, high;
    get_integer_range(type, &low, &high);
    if (isnan(real))
        return 0;
    if (real <= (double)low)
        return low;
    if (real >= (double)high)
        return high;
    return (int64_t)real;
}

/* An integer wrapped into "type". */
static int64_t wrap_integer(int64_t integer, enum dtype type)
{
    if (type == DTYPE_INDEX)
        return integer;
    if (type == DTYPE_BOOL)
        return integer != 0;
    int bits = dtype_bits(type);
    uint64_t kept = (uint64_t)integer & (((uint64_t)1 << bits) - 1);
    if (dtype_get_class(type) == DTYPE_SIGNED && (kept >> (bits - 1)) & 1)
        kept |= ~(uint64_t)0 << bits;
    int64_t result;
    memcpy(&result, &kept, sizeof result);
    return result;
}

struct scalar scalar_convert(
    struct scalar value, enum dtype from, enum dtype to)
{
    struct scalar result = {0, 0};
    if (dtype_is_float(from) && dtype_is_float(to))
        result.real = round_to_float(value.real, to);
    else if (dtype_is_float(from))
        result.integer = float_to_integer(value.real, to);
    else if (dtype_is_float(to))
        result.real = integer_to_float(value.integer, to);
    else
        result.integer = wrap_integer(value.integer, to);
    return result;
}

/* The number with these bits in a narrow format. */
static double decode_narrow(uint16_t bits, struct float_format format)
{
    int fraction_bits = format.precision - 1;
    int fraction = bits & ((1 << fraction_bits) - 1);
    int biased = (bits & 0x7fff) >> fraction_bits;
    double sign = bits & 0x8000 ? -1 : 1;
    int quantum = format.min_exponent - fraction_bits;
    if (biased == 2 * format.max_exponent + 1)
        return fraction ? (double)NAN : sign * (double)INFINITY;
    if (biased == 0)
        return sign * ldexp(fraction, quantum);
    return sign * ldexp(fraction + (1 << fraction_bits), quantum + biased - 1);
}

/* The bits of a number that the narrow format has. */
static uint16_t encode_narrow(double real, struct float_format format)
{
    int fraction_bits = format.precision - 1;
    unsigned sign = signbit(real) ? 0x8000 : 0;
    unsigned infinity = (2u * (unsigned)format.max_exponent + 1)
                        << fraction_bits;
    double magnitude = fabs(real);
    if (isnan(real))
        return (uint16_t)(infinity | 1u << (fraction_bits - 1));
    if (isinf(real))
        return (uint16_t)(sign | infinity);
    if (magnitude < ldexp(1, format.min_exponent))
        return (uint16_t)(sign | (unsigned)ldexp(magnitude,
                                     fraction_bits - format.min_exponent));
    int exponent = ilogb(magnitude);
    unsigned significand = (unsigned)ldexp(magnitude, fraction_bits - exponent);
    unsigned biased = (unsigned)(exponent - format.min_exponent);
    return (uint16_t)(sign | ((biased << fraction_bits) + significand));
}

struct scalar scalar_read(const void *at, enum dtype type)
{
    struct scalar result = {0, 0};
    float f32;
    int32_t i32;
    int16_t i16;
    uint16_t narrow;
    if (type == DTYPE_F64) {
        memcpy(&result.real, at, sizeof result.real);
    } else if (type == DTYPE_F32) {
        memcpy(&f32, at, sizeof f32);
        result.real = (double)f32;
    } else if (type == DTYPE_F16 || type == DTYPE_BF16) {
        memcpy(&narrow, at, sizeof narrow);
        result.real = decode_narrow(narrow, get_narrow_format(type));
    } else if (type == DTYPE_I32) {
        memcpy(&i32, at, sizeof i32);
        result.integer = i32;
    } else if (type == DTYPE_I16) {
        memcpy(&i16, at, sizeof i16);
        result.integer = i16;
    } else if (type == DTYPE_I8) {
        result.integer = *(const signed char *)at;
    } else if (type == DTYPE_U8 || type == DTYPE_BOOL) {
        result.integer = *(const unsigned char *)at;
    } else {
        memcpy(&result.integer, at, sizeof result.integer);
    }
    return result;
}

void scalar_write(void *at, enum dtype type, struct scalar value)
{
    float f32 = (float)value.real;
    int32_t i32 = (int32_t)value.integer;
    int16_t i16 = (int16_t)value.integer;
    if (type == DTYPE_F64) {
        memcpy(at, &value.real, sizeof value.real);
    } else if (type == DTYPE_F32) {
        memcpy(at, &f32, sizeof f32);
    } else if (type == DTYPE_F16 || type == DTYPE_BF16) {
        uint16_t bits = encode_narrow(value.real, get_narrow_format(type));
        memcpy(at, &bits, sizeof bits);
    } else if (type == DTYPE_I32) {
        memcpy(at, &i32, sizeof i32);
    } else if (type == DTYPE_I16) {
        memcpy(at, &i16, sizeof i16);
    } else if (type == DTYPE_I8 || type == DTYPE_U8 || type == DTYPE_BOOL) {
        *(unsigned char *)at = (unsigned char)value.integer;
    } else {
        memcpy(at, &value.integer, sizeof value.integer);
    }
}

void scalar_fill(char *at, enum dtype type, int64_t n, uint64_t *state)
{
    size_t bytes = (size_t)dtype_bits(type) / 8;
    bool is_float = dtype_is_float(type);

    for (int64_t i = 0; i < n; i++) {
        struct scalar wide = {
            .real = (double)random_below(state, 1 << 24) / 0x800000 - 1};

        wide.integer = (int64_t)(8 * wide.real);
        scalar_write(at + (size_t)i * bytes, type,
            scalar_convert(wide, is_float ? DTYPE_F64 : DTYPE_INDEX, type));
    }
}
