/* For the files value_expand*.c: building the primitive operations of a
 * function in one float type. */
#ifndef TAPC_VALUE_VALUE_EXPAND_H
#define TAPC_VALUE_VALUE_EXPAND_H

#include "value/value.h"

/* A polynomial, lowest power first. */
struct polynomial {
    int n;
    double coefficients[24];
};

/* What the expansions need to know of a float type; every number is one of
 * the type.
 *
 * "fraction_bits" is how far the exponent is shifted in the bits.
 * "magic" is 1.5 * 2^fraction_bits: added to a small number, it leaves the
 * nearest integer in the low bits. "bias" is that of the exponent.
 * log2(e); ln 2 = "ln2_high" + "ln2_low", where the product of the former
 * with any exponent is exact.
 * "exp_lowest", "exp_highest": beyond them exp is 0 or infinite.
 * "sigmoid_lowest": x sigmoid(x) is 0 for x below; "sigmoid_highest":
 * 1 + exp(-x) is 1 above. 2^-"sigmoid_scale" (1 + exp(-x)) and its reciprocal
 * are normal numbers in between.
 * "tanh_highest": tanh(x) is 1 for 2 x beyond. "gelu_highest": gelu(-x) is 0
 * beyond. "square_mask" keeps so many bits that a square is exact.
 *
 * On |r| <= ln(2)/2: exp(r) = 1 + r + r^2 "exp", to the precision of the type;
 * exp(-r) = "exp_short" to a unit in the last place; and
 * expm1(r) = r + r^2 "expm1", relative to expm1.
 * log1p(t) = t "log1p" for 0 <= t <= 1.
 * log((1 + s)/(1 - s)) = 2 s + s^3 "log" of s^2, for (1 + s)/(1 - s) from
 * sqrt(1/2) to sqrt(2).
 * Phi(-a) exp(a^2/2) = "tail_upper" / "tail_lower" for a up to gelu_highest,
 * where Phi is the normal distribution; no coefficient is negative.
 */
struct float_constants {
    enum dtype type;
    enum dtype bits_type;
    int fraction_bits;
    int64_t bias;
    double magic;
    double log2_e;
    double ln2_high;
    double ln2_low;
    double exp_lowest;
    double exp_highest;
    double sigmoid_lowest;
    double sigmoid_highest;
    int sigmoid_scale;
    double tanh_highest;
    double gelu_highest;
    int64_t square_mask;
    double smallest_normal;
    double root_of_half;
    struct polynomial exp;
    struct polynomial exp_short;
    struct polynomial expm1;
    struct polynomial log1p;
    struct polynomial log;
    struct polynomial tail_upper;
    struct polynomial tail_lower;
};

/* The constants of F32 or F64. */
const struct float_constants *float_constants_of(enum dtype type);

/* Building in one type; "is_fast": from the FAST_... operations. */
struct expansion {
    struct value_context *v;
    const struct float_constants *k;
    bool is_fast;
};

/* A constant of the type; an integer of the type of its bits. */
const struct value *expand_real(const struct expansion *e, double real);
const struct value *expand_bits(const struct expansion *e, int64_t bits);
/* Operations. */
const struct value *expand_add(
    const struct expansion *e, const struct value *a, const struct value *b);
const struct value *expand_subtract(
    const struct expansion *e, const struct value *a, const struct value *b);
const struct value *expand_multiply(
    const struct expansion *e, const struct value *a, const struct value *b);
const struct value *expand_divide(
    const struct expansion *e, const struct value *a, const struct value *b);
const struct value *expand_fma(const struct expansion *e, const struct value *a,
    const struct value *b, const struct value *d);
/* The smaller of a constant and "a", the larger of "a" and a constant; NaN
 * stays. */
const struct value *expand_at_most(
    const struct expansion *e, const struct value *a, double limit);
const struct value *expand_at_least(
    const struct expansion *e, const struct value *a, double limit);
/* A power of two. */
const struct value *expand_power(const struct expansion *e, int exponent);
/* polynomial(x), by Horner's rule. */
const struct value *expand_polynomial(const struct expansion *e,
    const struct polynomial *polynomial, const struct value *x);

/* The functions of value_expand_exp.c, value_expand_log.c. */
const struct value *expand_exp(
    const struct expansion *e, const struct value *x);
const struct value *expand_sigmoid(
    const struct expansion *e, const struct value *x);
const struct value *expand_silu(
    const struct expansion *e, const struct value *x);
const struct value *expand_tanh(
    const struct expansion *e, const struct value *x);
const struct value *expand_softplus(
    const struct expansion *e, const struct value *x);
const struct value *expand_gelu(
    const struct expansion *e, const struct value *x);
const struct value *expand_log(
    const struct expansion *e, const struct value *x);

#endif
