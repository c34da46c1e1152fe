/* Functions made of primitive operations against the C library in a wider
 * type, with one rounding of products in sums and with two, and the values
 * at infinities, NaN and zero. The bounds are those of lang/reference.md.
 */
#include "base/arena.h"
#include "value/value.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* A function under test: "ulps" bounds the error in units in the last place,
 * for F32 and F64. */
struct tested {
    enum value_operation operation;
    double ulps_f32;
    double ulps_f64;
    long double (*reference)(long double);
};

static long double reference_rsqrt(long double x)
{
    return 1 / sqrtl(x);
}

static long double reference_sigmoid(long double x)
{
    return x >= 0 ? 1 / (1 + expl(-x)) : expl(x) / (1 + expl(x));
}

/* The limit at -inf. */
static long double reference_silu(long double x)
{
    if (x == -(long double)INFINITY)
        return 0;
    return x * reference_sigmoid(x);
}

static long double reference_relu(long double x)
{
    return x < 0 ? 0 : x;
}

static long double reference_gelu(long double x)
{
    long double root = sqrtl(0.5L);
    if (x == -(long double)INFINITY)
        return (long double)NAN;
    return x < 0 ? 0.5L * x * erfcl(-x * root)
                 : 0.5L * x * (1 + erfl(x * root));
}

static long double reference_softplus(long double x)
{
    return (x > 0 ? x : 0) + log1pl(expl(-fabsl(x)));
}

static long double reference_hardswish(long double x)
{
    long double gate = x + 3 < 0 ? 0 : x + 3 > 6 ? 6 : x + 3;
    return isnan(x) ? x : x * (gate / 6);
}

static const struct tested functions[] = {
    {VALUE_RSQRT, 1.5, 1.5, reference_rsqrt}, {VALUE_EXP, 1.2, 1.3, expl},
    {VALUE_LOG, 0.9, 0.8, logl}, {VALUE_TANH, 2.6, 2.6, tanhl},
    {VALUE_RELU, 0, 0, reference_relu}, {VALUE_SILU, 4.3, 2.5, reference_silu},
    {VALUE_SIGMOID, 4.2, 2.5, reference_sigmoid},
    {VALUE_GELU, 8, 10, reference_gelu},
    {VALUE_SOFTPLUS, 2.6, 2.3, reference_softplus},
    {VALUE_HARDSWISH, 2.5, 2.5, reference_hardswish}};

/* With the operations GPUs have, rounded once: what the formulas lose, an
 * error that grows with |x| left out (see "slope"). */
static const struct tested fast_functions[] = {
    {VALUE_RSQRT, 0.6, 0, reference_rsqrt}, {VALUE_EXP, 3, 0, expl},
    {VALUE_LOG, 1.3, 0, logl}, {VALUE_TANH, 3, 0, tanhl},
    {VALUE_SILU, 3, 0, reference_silu},
    {VALUE_SIGMOID, 3, 0, reference_sigmoid},
    {VALUE_GELU, 9, 0, reference_gelu},
    {VALUE_SOFTPLUS, 2.7, 0, reference_softplus}};

/* The error of "got" in units in the last place of a format. */
static double count_ulps(
    double got, long double want, int precision, int lowest, double largest)
{
    int exponent;
    if (isnan(want) || isnan(got))
        return isnan(want) && isnan(got) ? 0 : INFINITY;
    if (isinf(want) || isinf(got))
        return (isinf(want) ? want == (long double)got
                            : fabsl(want) > (long double)largest)
                   ? 0
                   : INFINITY;
    frexpl(want, &exponent);
    exponent -= precision;
    if (exponent < lowest || want == 0)
        exponent = lowest;
    return (double)(fabsl((long double)got - want) / ldexpl(1, exponent));
}

/* One function of one type, ready to be evaluated. "slope": the error may be
 * so many units for each unit of |x| more; below "smallest" it is not looked
 * at. */
struct evaluator {
    enum dtype type;
    double slope;
    double smallest;
    struct value_tape *tape;
    struct evaluation evaluation;
    struct scalar x;
};

/* evaluation.load: the argument. */
static struct scalar load_argument(
    void *user, const struct value *load, const int64_t *index)
{
    const struct evaluator *evaluator = user;
    (void)load;
    (void)index;
    return evaluator->x;
}

/* The error at x. */
static double measure(
    struct evaluator *evaluator, const struct tested *function, double x)
{
    bool is_f32 = evaluator->type == DTYPE_F32;
    evaluator->x.real = x;
    double got =
        value_tape_evaluate(evaluator->tape, &evaluator->evaluation).real;
    long double want = function->reference((long double)x);
    double ulps = count_ulps(got, want, is_f32 ? 24 : 53, is_f32 ? -149 : -1074,
        is_f32 ? 0x1.fffffep127 : 0x1.fffffffffffffp1023);
    if (fabsl(want) < (long double)evaluator->smallest &&
        fabs(got) <= evaluator->smallest)
        return 0;
    return isfinite(x) ? fmax(ulps - evaluator->slope * fabs(x), 0) : ulps;
}

/* Sweep over all exponents, and check the special values. */
static void sweep(struct evaluator *evaluator, const struct tested *function)
{
    static const double special[] = {(double)INFINITY, -(double)INFINITY,
        (double)NAN, 0.0, 1.0, -1.0, 0x1p-149, -0x1p-149, 0x1.fffffep127,
        -0x1.fffffep127, 88.72, -103.97, -87.5, -110};
    bool is_f32 = evaluator->type == DTYPE_F32;
    double worst = 0, limit = is_f32 ? function->ulps_f32 : function->ulps_f64;
    for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
        double x = is_f32 ? (double)(float)special[i] : special[i];
        assert_true(measure(evaluator, function, x) <= limit);
    }
    for (int64_t i = 0; i < 100000; i++) {
        uint64_t step = is_f32 ? 42949 : UINT64_C(184467440737095);
        uint64_t bits = (uint64_t)i * step;
        double x = scalar_read(&bits, evaluator->type).real;
        double error = measure(evaluator, function, x);
        worst = error > worst ? error : worst;
    }
    for (int i = -30000; i < 30000; i++) {
        double x = i * (is_f32 ? 0.0040931 : 0.0253917);
        x = is_f32 ? (double)(float)x : x;
        double error = measure(evaluator, function, x);
        worst = error > worst ? error : worst;
    }
    if (worst > limit)
        print_error("%s %s: %.3f ulps, at most %.3f expected\n",
            value_operation_name(function->operation),
            dtype_name(evaluator->type), worst, limit);
    assert_true(worst <= limit);
}

/* The functions of a table in one type; "like": what else an evaluator is
 * told. */
static void check_table(struct evaluator like, bool fused, bool is_fast, int n,
    const struct tested *table)
{
    struct compilation c = {.arena = arena_new()};
    c.scratch = c.arena;
    c.names = name_table_new(c.arena);
    struct value_context *v = value_context_new(&c);
    struct array x = {.kind = ARRAY_REGISTER,
        .name = name_of(c.names, "x"),
        .type = like.type,
        .n_lanes = 1};
    struct source_range nowhere = {0};
    const struct value *load = value_load(v, &x, 0, NULL, nowhere);
    for (int i = 0; i < n; i++) {
        const struct value *value = value_expand(
            v, value_operation1(v, table[i].operation, load), is_fast);
        struct evaluator evaluator = like;
        evaluator.tape = value_tape_new(c.arena, value);
        evaluator.evaluation.fused = fused;
        evaluator.evaluation.load = load_argument;
        evaluator.evaluation.user = &evaluator;
        sweep(&evaluator, &table[i]);
    }
    arena_free(c.arena);
}

/* All functions of one type. */
static void check_type(enum dtype type, bool fused)
{
    struct evaluator like = {.type = type};
    check_table(
        like, fused, false, sizeof functions / sizeof *functions, functions);
}

/* As GPUs compute them: exp(x) loses what rounding x log2(e) loses, and
 * sigmoid and silu are 0 below 2^-119. */
static void test_fast(void **state)
{
    struct evaluator like = {
        .type = DTYPE_F32, .slope = 1.3, .smallest = 0x1p-119};
    (void)state;
    check_table(like, true, true,
        sizeof fast_functions / sizeof *fast_functions, fast_functions);
}

static void test_f32(void **state)
{
    (void)state;
    check_type(DTYPE_F32, true);
    check_type(DTYPE_F32, false);
}

static void test_f64(void **state)
{
    (void)state;
    check_type(DTYPE_F64, true);
    check_type(DTYPE_F64, false);
}

/* relu is for integers too; nothing else changes. */
static void test_integers(void **state)
{
    struct compilation c = {.arena = arena_new()};
    c.scratch = c.arena;
    c.names = name_table_new(c.arena);
    struct value_context *v = value_context_new(&c);
    struct evaluation evaluation = {0};
    (void)state;
    for (int i = -3; i < 4; i++) {
        const struct value *relu =
            value_operation1(v, VALUE_RELU, value_integer(v, DTYPE_I32, i));
        assert_int_equal(
            value_evaluate(value_expand(v, relu, false), &evaluation).integer,
            i < 0 ? 0 : i);
    }
    arena_free(c.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_f32),
        cmocka_unit_test(test_fast), cmocka_unit_test(test_f64),
        cmocka_unit_test(test_integers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
