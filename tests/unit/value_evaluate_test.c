/* Exact arithmetic: conversions over all 16-bit values, saturation, wrapping,
 * rounding of fused and unfused products. */
#include "base/arena.h"
#include "value/value.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* A compilation just large enough for values. */
static struct value_context *new_context(struct compilation *c)
{
    memset(c, 0, sizeof *c);
    c->arena = arena_new();
    c->scratch = c->arena;
    c->names = name_table_new(c->arena);
    return value_context_new(c);
}

static struct scalar real_scalar(double real)
{
    struct scalar scalar = {real, 0};
    return scalar;
}

static struct scalar integer_scalar(int64_t integer)
{
    struct scalar scalar = {0, integer};
    return scalar;
}

/* Every bit pattern is read and written back. */
static void check_round_trip(enum dtype type)
{
    for (unsigned i = 0; i < 65536; i++) {
        uint16_t bits = (uint16_t)i, again;
        struct scalar scalar = scalar_read(&bits, type);
        scalar_write(&again, type, scalar);
        if (isnan(scalar.real))
            assert_true(isnan(scalar_read(&again, type).real));
        else
            assert_int_equal(again, bits);
        scalar = scalar_convert(scalar, type, DTYPE_F32);
        scalar = scalar_convert(scalar, DTYPE_F32, type);
        if (!isnan(scalar.real)) {
            scalar_write(&again, type, scalar);
            assert_int_equal(again, bits);
        }
    }
}

/* Between neighbours: below the middle down, above up, at it to the even
 * one; up to the largest number, beyond which there is infinity. */
static void check_rounding(enum dtype type, uint16_t infinity)
{
    for (unsigned i = 0; i < infinity; i++) {
        uint16_t low = (uint16_t)i, high = (uint16_t)(i + 1), got;
        double a = scalar_read(&low, type).real;
        double b = scalar_read(&high, type).real;
        if (high == infinity) {
            uint16_t before = (uint16_t)(i - 1);
            b = 2 * a - scalar_read(&before, type).real;
        }
        double middle = (a + b) / 2;
        double near[3] = {
            nextafter(middle, 0), middle, nextafter(middle, INFINITY)};
        uint16_t expected[3] = {low, i % 2 ? high : low, high};
        for (int k = 0; k < 6; k++) {
            double x = k < 3 ? near[k] : -near[k - 3];
            scalar_write(
                &got, type, scalar_convert(real_scalar(x), DTYPE_F64, type));
            assert_int_equal(got & 0x7fff, expected[k % 3]);
            assert_int_equal(got >> 15, k >= 3);
        }
    }
}

static void test_narrow_floats(void **state)
{
    (void)state;
    check_round_trip(DTYPE_F16);
    check_round_trip(DTYPE_BF16);
    check_rounding(DTYPE_F16, 0x7c00);
    check_rounding(DTYPE_BF16, 0x7f80);
}

/* Well-known numbers, so that the tests above cannot agree by mistake. */
static void test_known_values(void **state)
{
    static const struct {
        enum dtype type;
        uint16_t bits;
        double real;
    } known[] = {{DTYPE_F16, 0x3c00, 1}, {DTYPE_F16, 0x7bff, 65504},
        {DTYPE_F16, 0x0001, 0x1p-24}, {DTYPE_F16, 0x0400, 0x1p-14},
        {DTYPE_F16, 0xc000, -2}, {DTYPE_BF16, 0x3f80, 1},
        {DTYPE_BF16, 0x4049, 3.140625}, {DTYPE_BF16, 0x0001, 0x1p-133},
        {DTYPE_BF16, 0x7f7f, 0x1.fep127}, {DTYPE_F16, 0xfc00, -INFINITY}};
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_true(
            scalar_read(&known[i].bits, known[i].type).real == known[i].real);
}

static void test_float_to_integer(void **state)
{
    static const struct {
        enum dtype type;
        double real;
        int64_t integer;
    } cases[] = {{DTYPE_I32, 2147483648.0, INT32_MAX},
        {DTYPE_I32, -1e30, INT32_MIN}, {DTYPE_I32, -1.9, -1},
        {DTYPE_I32, 2147483646.9, 2147483646}, {DTYPE_I16, 32767.5, 32767},
        {DTYPE_I16, -INFINITY, -32768}, {DTYPE_I8, 200, 127},
        {DTYPE_I8, -128.9, -128}, {DTYPE_U8, 255.9, 255}, {DTYPE_U8, -3, 0},
        {DTYPE_U8, 1e9, 255}, {DTYPE_INDEX, 1e30, INT64_MAX}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scalar got = scalar_convert(
            real_scalar(cases[i].real), DTYPE_F64, cases[i].type);
        assert_true(got.integer == cases[i].integer);
    }
    struct scalar nan = real_scalar((double)NAN);
    assert_true(scalar_convert(nan, DTYPE_F32, DTYPE_I32).integer == 0);
}

static void test_integers(void **state)
{
    (void)state;
    for (int i = -70000; i < 70000; i++) {
        struct scalar a = integer_scalar(i);
        struct scalar i16 = scalar_convert(a, DTYPE_I32, DTYPE_I16);
        struct scalar u8 = scalar_convert(a, DTYPE_I32, DTYPE_U8);
        assert_true(i16.integer == (int16_t)(uint16_t)(unsigned)i);
        assert_true(u8.integer == (uint8_t)(unsigned)i);
    }
    int64_t odd = (INT64_C(1) << 60) + (INT64_C(1) << 52) + 1;
    struct scalar bf16 =
        scalar_convert(integer_scalar(odd), DTYPE_INDEX, DTYPE_BF16);
    assert_true(bf16.real == 0x1.02p60);
    odd = (INT64_C(1) << 60) + (INT64_C(1) << 52);
    bf16 = scalar_convert(integer_scalar(odd), DTYPE_INDEX, DTYPE_BF16);
    assert_true(bf16.real == 0x1p60);
}

/* The value of an operation on constants. */
static struct scalar compute(struct value_context *v, bool fused,
    enum value_operation operation, const struct value *a,
    const struct value *b, const struct value *d)
{
    struct evaluation evaluation = {.fused = fused};
    const struct value *value = d   ? value_operation3(v, operation, a, b, d)
                                : b ? value_operation2(v, operation, a, b)
                                    : value_operation1(v, operation, a);
    return value_evaluate(value, &evaluation);
}

static void test_operations(void **state)
{
    struct compilation c;
    struct value_context *v = new_context(&c);
    const struct value *a = value_real(v, DTYPE_F32, 1 + 0x1p-23);
    const struct value *b = value_real(v, DTYPE_F32, 1 - 0x1p-23);
    const struct value *m1 = value_real(v, DTYPE_F32, -1);
    const struct value *nan = value_real(v, DTYPE_F32, (double)NAN);
    const struct value *low = value_integer(v, DTYPE_I32, INT32_MIN);
    const struct value *one = value_integer(v, DTYPE_I32, 1);
    const struct value *minus = value_integer(v, DTYPE_I32, -1);
    (void)state;
    assert_true(compute(v, true, VALUE_FMA, a, b, m1).real == -0x1p-46);
    assert_true(compute(v, false, VALUE_FMA, a, b, m1).real == 0);
    assert_true(
        compute(v, true, VALUE_ADD, a, value_real(v, DTYPE_F32, 0x1p-24), NULL)
            .real == 1 + 0x1p-22);
    assert_true(
        compute(v, true, VALUE_DIVIDE, m1, value_real(v, DTYPE_F32, 3), NULL)
            .real == (double)(-1.0f / 3.0f));
    assert_true(compute(v, true, VALUE_MAX, nan, a, NULL).real != a->real);
    assert_true(compute(v, true, VALUE_MAX, a, nan, NULL).real == a->real);
    assert_true(compute(v, true, VALUE_MIN, nan, a, NULL).real == a->real);
    assert_true(
        compute(v, true, VALUE_SUBTRACT, low, one, NULL).integer == INT32_MAX);
    assert_true(
        compute(v, true, VALUE_DIVIDE, low, minus, NULL).integer == INT32_MIN);
    assert_true(
        compute(v, true, VALUE_REMAINDER, low, minus, NULL).integer == 0);
    assert_true(
        compute(v, true, VALUE_ABS, low, NULL, NULL).integer == INT32_MIN);
    assert_true(compute(v, true, VALUE_SHIFT_RIGHT, low, one, NULL).integer ==
                INT32_MIN / 2);
    assert_true(
        compute(v, true, VALUE_SHIFT_LEFT, low, one, NULL).integer == 0);
    assert_true(compute(v, true, VALUE_BITS, m1, NULL, NULL).integer ==
                (int32_t)0xbf800000);
    assert_true(
        compute(v, true, VALUE_FROM_BITS,
            value_integer(v, DTYPE_INDEX, 0x3ff0000000000000), NULL, NULL)
            .real == 1);
    assert_true(compute(v, true, VALUE_NOT_EQUAL, nan, nan, NULL).integer);
    assert_true(
        compute(v, true, VALUE_ROUND, value_real(v, DTYPE_F32, 2.5), NULL, NULL)
            .real == 2);
    arena_free(c.arena);
}

/* evaluation.load: counts in "user"; the value is the index. */
static struct scalar load_counted(
    void *user, const struct value *load, const int64_t *index)
{
    (void)load;
    ++*(int *)user;
    return real_scalar((double)index[0]);
}

/* A load in the arm that is not chosen is not executed; a tape executes a
 * shared load once. */
static void test_lazy(void **state)
{
    struct compilation c;
    struct value_context *v = new_context(&c);
    struct array x = {.kind = ARRAY_IN,
        .name = name_of(c.names, "x"),
        .type = DTYPE_F32,
        .n_dimensions = 1};
    const struct variable *p =
        variable_new(v, VARIABLE_PARAMETER, name_of(c.names, "p"));
    const struct affine *index = affine_variable(v, p);
    struct source_range nowhere = {0};
    const struct value *load = value_load(v, &x, 1, &index, nowhere);
    const struct value *square =
        value_operation2(v, VALUE_MULTIPLY, load, load);
    const struct value *select = value_operation3(v, VALUE_SELECT,
        value_predicate(v, guard_all(v, 1, &index)), square, load);
    struct value_tape *tape = value_tape_new(c.arena, select);
    int n_loads = 0;
    int64_t values[8] = {0};
    struct evaluation evaluation = {
        .values = values, .load = load_counted, .user = &n_loads};
    (void)state;
    values[p->id] = 3;
    assert_true(value_evaluate(select, &evaluation).real == 9);
    assert_int_equal(n_loads, 2);
    assert_true(value_tape_evaluate(tape, &evaluation).real == 9);
    assert_int_equal(n_loads, 3);
    values[p->id] = -3;
    assert_true(value_tape_evaluate(tape, &evaluation).real == -3);
    assert_int_equal(n_loads, 4);
    arena_free(c.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_narrow_floats),
        cmocka_unit_test(test_known_values),
        cmocka_unit_test(test_float_to_integer),
        cmocka_unit_test(test_integers), cmocka_unit_test(test_operations),
        cmocka_unit_test(test_lazy)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
