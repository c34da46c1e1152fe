/* exp and what is made of it.
 *
 * With n the integer nearest to z / ln 2 and r = z - n ln 2 as a sum of two
 * parts, exp(z) = 2^n p(r). n stays in the low bits of a float ("t"), from
 * where integer operations make powers of two. Scaling comes last, by two
 * factors of about 2^(n/2), so that a result below the normal numbers is
 * rounded once and one above them becomes infinity only where it must.
 */
#include "value/value_expand.h"

/* z = n ln 2 + r; n is in the low bits of "t" on top of the addend. */
struct reduced {
    const struct value *t;
    const struct value *n;
    const struct value *r;
};

/* What is added to n in "t": "magic", and "bias" for the exponents made of
 * it. */
static const struct value *make_addend(const struct expansion *e, int64_t bias)
{
    return expand_real(e, e->k->magic + (double)bias);
}

/* The sum "base" + "sign" * n * ln 2, in two steps the first of which is
 * exact. */
static const struct value *add_ln2(const struct expansion *e,
    const struct value *base, double sign, const struct value *n)
{
    const struct value *high =
        expand_fma(e, n, expand_real(e, sign * e->k->ln2_high), base);
    return expand_fma(e, n, expand_real(e, sign * e->k->ln2_low), high);
}

/* Split z; "bias" is added to n in "t". */
static struct reduced reduce(
    const struct expansion *e, const struct value *z, int64_t bias)
{
    struct reduced parts;
    const struct value *addend = make_addend(e, bias);
    parts.t = expand_fma(e, z, expand_real(e, e->k->log2_e), addend);
    parts.n = expand_subtract(e, parts.t, addend);
    parts.r = add_ln2(e, z, -1, parts.n);
    return parts;
}

/* 1 + r + r^2 polynomial(r). */
static const struct value *make_power(const struct expansion *e,
    const struct polynomial *polynomial, const struct value *r)
{
    const struct value *one = expand_real(e, 1);
    const struct value *sum = expand_polynomial(e, polynomial, r);
    sum = expand_fma(e, sum, r, one);
    return expand_fma(e, sum, r, one);
}

/* The float whose exponent is in the low bits of "bits". */
static const struct value *make_scale(
    const struct expansion *e, const struct value *bits)
{
    const struct value *shifted = value_operation2(
        e->v, VALUE_SHIFT_LEFT, bits, expand_bits(e, e->k->fraction_bits));
    return value_operation1(e->v, VALUE_FROM_BITS, shifted);
}

/* The bits of a float. */
static const struct value *get_bits(
    const struct expansion *e, const struct value *x)
{
    return value_operation1(e->v, VALUE_BITS, x);
}

/* Two factors whose product is 2^n, from "t" with twice the bias. */
static void make_two_scales(const struct expansion *e, const struct value *t,
    const struct value **first, const struct value **second)
{
    const struct value *bits = get_bits(e, t);
    const struct value *half =
        value_operation2(e->v, VALUE_SHIFT_RIGHT, bits, expand_bits(e, 1));
    *first = make_scale(e, half);
    *second = make_scale(e, expand_subtract(e, bits, half));
}

/* exp(z) for exp_lowest <= z <= exp_highest. */
static const struct value *make_exp(
    const struct expansion *e, const struct value *z)
{
    const struct value *first, *second;
    struct reduced parts = reduce(e, z, 2 * e->k->bias);
    const struct value *power = make_power(e, &e->k->exp, parts.r);
    make_two_scales(e, parts.t, &first, &second);
    return expand_multiply(e, expand_multiply(e, power, first), second);
}

/* 2^(x factor log2 e) by a FAST_EXP2. */
static const struct value *make_fast_power(
    const struct expansion *e, const struct value *x, double factor)
{
    return value_operation1(e->v, VALUE_FAST_EXP2,
        expand_multiply(e, x, expand_real(e, factor * e->k->log2_e)));
}

/* 1 / (1 + exp(-x)); 0 where exp(-x) is beyond the numbers. */
static const struct value *make_fast_sigmoid(
    const struct expansion *e, const struct value *x)
{
    return value_operation1(e->v, VALUE_FAST_RECIPROCAL,
        expand_add(e, make_fast_power(e, x, -1), expand_real(e, 1)));
}

/* The square of exp(x/2): below the normal numbers only the product is. */
static const struct value *expand_fast_exp(
    const struct expansion *e, const struct value *x)
{
    const struct value *root = make_fast_power(e, x, 0.5);
    return expand_multiply(e, root, root);
}

const struct value *expand_exp(const struct expansion *e, const struct value *x)
{
    if (e->is_fast)
        return expand_fast_exp(e, x);
    const struct value *z = expand_at_most(e, x, e->k->exp_highest);
    return make_exp(e, expand_at_least(e, z, e->k->exp_lowest));
}

/* 2^-sigmoid_scale (1 + exp(-x)) for sigmoid_lowest <= x, far above
 * sigmoid_highest any number. */
static const struct value *make_denominator(
    const struct expansion *e, const struct value *x)
{
    const struct float_constants *k = e->k;
    const struct value *addend = make_addend(e, k->bias - k->sigmoid_scale);
    const struct value *t =
        expand_fma(e, x, expand_real(e, -k->log2_e), addend);
    const struct value *n = expand_subtract(e, t, addend);
    const struct value *power =
        expand_polynomial(e, &k->exp_short, add_ln2(e, x, 1, n));
    return expand_fma(e, power, make_scale(e, get_bits(e, t)),
        expand_power(e, -k->sigmoid_scale));
}

/* 1 / (1 + exp(-x)); the scale keeps exp(-x) finite where the result is
 * below the normal numbers. */
const struct value *expand_sigmoid(
    const struct expansion *e, const struct value *x)
{
    const struct float_constants *k = e->k;
    if (e->is_fast)
        return make_fast_sigmoid(e, x);
    const struct value *z = expand_at_most(
        e, expand_at_least(e, x, k->sigmoid_lowest), k->sigmoid_highest);
    return expand_divide(
        e, expand_power(e, -k->sigmoid_scale), make_denominator(e, z));
}

/* x / (1 + exp(-x)), or x itself where that is the same (and for NaN). */
const struct value *expand_silu(
    const struct expansion *e, const struct value *x)
{
    const struct float_constants *k = e->k;
    const struct value *z = expand_at_least(e, x, k->sigmoid_lowest);
    if (e->is_fast)
        return expand_multiply(e, z, make_fast_sigmoid(e, z));
    const struct value *scaled = expand_divide(e, z, make_denominator(e, z));
    const struct value *is_low = value_operation2(
        e->v, VALUE_LESS, x, expand_real(e, k->sigmoid_highest));
    return value_operation3(e->v, VALUE_SELECT, is_low,
        expand_multiply(e, scaled, expand_power(e, -k->sigmoid_scale)), x);
}

/* m / (m + 2), where m = expm1(2x) = 2^n expm1(r) + (2^n - 1). */
const struct value *expand_tanh(
    const struct expansion *e, const struct value *x)
{
    const struct float_constants *k = e->k;
    const struct value *z =
        expand_at_most(e, expand_add(e, x, x), k->tanh_highest);
    struct reduced parts =
        reduce(e, expand_at_least(e, z, -k->tanh_highest), k->bias);
    const struct value *square = expand_multiply(e, parts.r, parts.r);
    const struct value *m = expand_fma(
        e, expand_polynomial(e, &k->expm1, parts.r), square, parts.r);
    const struct value *scale = make_scale(e, get_bits(e, parts.t));
    m = expand_fma(e, m, scale, expand_subtract(e, scale, expand_real(e, 1)));
    return expand_divide(e, m, expand_add(e, m, expand_real(e, 2)));
}

/* max(x, 0) + log1p(exp(-|x|)). */
const struct value *expand_softplus(
    const struct expansion *e, const struct value *x)
{
    const struct value *z = value_operation1(
        e->v, VALUE_NEGATE, value_operation1(e->v, VALUE_ABS, x));
    const struct value *power =
        make_exp(e, expand_at_least(e, z, e->k->exp_lowest));
    return expand_fma(e, power, expand_polynomial(e, &e->k->log1p, power),
        expand_at_least(e, x, 0));
}

/* x - min(x, 0) - a Phi(-a), a = |x|: for negative x the first part is 0 (for
 * -inf it is NaN).
 *
 * Phi(-a) = exp(-a^2/2) upper(a) / lower(a). a^2 is h^2 + (a - h)(a + h), h
 * having so few bits that h^2 is exact. */
const struct value *expand_gelu(
    const struct expansion *e, const struct value *x)
{
    const struct float_constants *k = e->k;
    const struct value *half = expand_real(e, -0.5);
    const struct value *a = expand_at_most(
        e, value_operation1(e->v, VALUE_ABS, x), k->gelu_highest);
    const struct value *h = value_operation1(e->v, VALUE_FROM_BITS,
        value_operation2(
            e->v, VALUE_AND, get_bits(e, a), expand_bits(e, k->square_mask)));
    const struct value *rest =
        expand_multiply(e, expand_subtract(e, a, h), expand_add(e, a, h));
    const struct value *addend = make_addend(e, 2 * k->bias);
    const struct value *t = expand_fma(
        e, expand_multiply(e, a, a), expand_real(e, -0.5 * k->log2_e), addend);
    const struct value *n = expand_subtract(e, t, addend);
    const struct value *z = expand_multiply(e, expand_multiply(e, h, h), half);
    const struct value *r = expand_fma(e, rest, half, add_ln2(e, z, -1, n));
    const struct value *first, *second;
    make_two_scales(e, t, &first, &second);
    const struct value *tail = expand_multiply(
        e, make_power(e, &k->exp, r), expand_polynomial(e, &k->tail_upper, a));
    tail = expand_multiply(e, expand_multiply(e, tail, a), first);
    tail = expand_divide(e, tail, expand_polynomial(e, &k->tail_lower, a));
    const struct value *positive = expand_subtract(
        e, x, value_operation2(e->v, VALUE_MIN, x, expand_real(e, 0)));
    return expand_fma(
        e, value_operation1(e->v, VALUE_NEGATE, tail), second, positive);
}
