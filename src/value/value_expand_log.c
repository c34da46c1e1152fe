/* log.
 *
 * x = 2^n m, sqrt(1/2) <= m < sqrt(2); f = m - 1, s = f / (2 + f):
 * log(m) = 2 s + s R = f - (f^2/2 - s (f^2/2 + R)), R of order s^2.
 */
#include "value/value_expand.h"

#include <math.h>

/* x, scaled up by a power of two where it is below the normal numbers;
 * "exponent" is what to add to n for it. */
static const struct value *scale_up(const struct expansion *e,
    const struct value *x, const struct value **exponent)
{
    const struct float_constants *k = e->k;
    double factor = k->type == DTYPE_F32 ? 0x1p23 : 0x1p52;
    const struct value *is_small = value_operation2(
        e->v, VALUE_LESS, x, expand_real(e, k->smallest_normal));
    *exponent = value_operation3(e->v, VALUE_SELECT, is_small,
        expand_real(e, -k->fraction_bits), expand_real(e, 0));
    return value_operation3(e->v, VALUE_SELECT, is_small,
        expand_multiply(e, x, expand_real(e, factor)), x);
}

/* log(m) + n ln 2 where m = 1 + f. */
static const struct value *add_logarithm(
    const struct expansion *e, const struct value *f, const struct value *n)
{
    const struct float_constants *k = e->k;
    const struct value *s =
        expand_divide(e, f, expand_add(e, f, expand_real(e, 2)));
    const struct value *z = expand_multiply(e, s, s);
    const struct value *h =
        expand_multiply(e, expand_multiply(e, f, expand_real(e, 0.5)), f);
    const struct value *sum =
        expand_fma(e, expand_polynomial(e, &k->log, z), z, h);
    sum = expand_fma(
        e, s, sum, expand_multiply(e, n, expand_real(e, k->ln2_low)));
    sum = expand_subtract(e, f, expand_subtract(e, h, sum));
    return expand_fma(e, n, expand_real(e, k->ln2_high), sum);
}

/* "log" where x is positive and finite; inf and NaN as they are, -inf for
 * zero, NaN below. */
static const struct value *select_special(
    const struct expansion *e, const struct value *x, const struct value *log)
{
    const struct value *zero = expand_real(e, 0);
    const struct value *infinity = expand_real(e, (double)INFINITY);
    const struct value *is_zero = value_operation2(e->v, VALUE_EQUAL, x, zero);
    const struct value *below = value_operation3(e->v, VALUE_SELECT, is_zero,
        expand_real(e, -(double)INFINITY), expand_real(e, (double)NAN));
    log = value_operation3(e->v, VALUE_SELECT,
        value_operation2(e->v, VALUE_LESS, x, infinity), log, x);
    return value_operation3(e->v, VALUE_SELECT,
        value_operation2(e->v, VALUE_LESS, zero, x), log, below);
}

const struct value *expand_log(const struct expansion *e, const struct value *x)
{
    const struct float_constants *k = e->k;
    const struct value *fraction_bits = expand_bits(e, k->fraction_bits);
    const struct value *exponent;
    const struct value *bits =
        value_operation1(e->v, VALUE_BITS, scale_up(e, x, &exponent));
    const struct value *n_bits = value_operation2(e->v, VALUE_SHIFT_RIGHT,
        expand_subtract(e, bits,
            value_operation1(
                e->v, VALUE_BITS, expand_real(e, k->root_of_half))),
        fraction_bits);
    const struct value *m = value_operation1(e->v, VALUE_FROM_BITS,
        expand_subtract(e, bits,
            value_operation2(e->v, VALUE_SHIFT_LEFT, n_bits, fraction_bits)));
    const struct value *magic = expand_real(e, k->magic);
    const struct value *n = value_operation1(e->v, VALUE_FROM_BITS,
        expand_add(e, n_bits, value_operation1(e->v, VALUE_BITS, magic)));
    n = expand_add(e, expand_subtract(e, n, magic), exponent);
    const struct value *f = expand_subtract(e, m, expand_real(e, 1));
    return select_special(e, x, add_logarithm(e, f, n));
}
