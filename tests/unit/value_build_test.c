/* Constructors of values fold only what is exact for every input; arrays in
 * blocked order have the axes they should.
 */
#include "value/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A compilation with a context, an f32 array x[10] and a variable. */
struct fixture {
    struct compilation c;
    struct value_context *v;
    const struct variable *i;
    struct array x;
};

/* Fill it in; "f" must not move afterwards. */
static void init_fixture(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    f->c.arena = arena_new();
    f->c.names = name_table_new(f->c.arena);
    f->v = value_context_new(&f->c);
    f->i = variable_new(f->v, VARIABLE_ITERATOR, name_of(f->c.names, "i"));
    f->x.name = name_of(f->c.names, "x");
    f->x.type = DTYPE_F32;
    f->x.n_dimensions = 1;
    f->x.extents = ARENA_ARRAY(f->c.arena, 1, const struct affine *);
    f->x.extents[0] = affine_constant(f->v, 10);
    array_set_plain_axes(f->v, &f->x);
}

/* x[i + constant] */
static const struct value *load(struct fixture *f, int64_t constant)
{
    struct source_range nowhere = {0};
    const struct affine *index =
        affine_shift(f->v, affine_variable(f->v, f->i), constant);

    return value_load(f->v, &f->x, 1, &index, nowhere);
}

/* The value as text is "expected". */
static void assert_text(
    struct fixture *f, const struct value *value, const char *expected)
{
    struct text text = text_new(f->c.arena);

    value_print(&text, value);
    assert_string_equal(text.at, expected);
}

/* Constants fold with the rounding of their type. */
static void test_constants(void **state)
{
    struct fixture f;
    const struct value *third;

    (void)state;
    init_fixture(&f);
    third = value_operation2(f.v, VALUE_DIVIDE, value_real(f.v, DTYPE_F32, 1),
        value_real(f.v, DTYPE_F32, 3));
    assert_true(third->kind == VALUE_REAL);
    assert_true(third->real == (double)(1.0f / 3.0f));
    assert_text(&f,
        value_operation2(f.v, VALUE_ADD,
            value_integer(f.v, DTYPE_I32, INT32_MAX),
            value_integer(f.v, DTYPE_I32, 1)),
        "-2147483648");
    assert_text(&f,
        value_operation2(f.v, VALUE_DIVIDE, value_integer(f.v, DTYPE_I32, 1),
            value_integer(f.v, DTYPE_I32, 0)),
        "div(1, 0)");
    assert_text(&f,
        value_convert(f.v, DTYPE_I8, value_integer(f.v, DTYPE_I32, 200)),
        "-56");
    arena_free(f.c.arena);
}

/* x + 0 stays (it turns -0 into +0), x - 0 and x * 1 do not. */
static void test_neutral(void **state)
{
    struct fixture f;
    const struct value *x;
    const struct value *zero;
    const struct value *one;

    (void)state;
    init_fixture(&f);
    x = load(&f, 0);
    zero = value_real(f.v, DTYPE_F32, 0);
    one = value_real(f.v, DTYPE_F32, 1);
    assert_text(
        &f, value_operation2(f.v, VALUE_ADD, x, zero), "add(x[i], 0.0)");
    assert_ptr_equal(value_operation2(f.v, VALUE_SUBTRACT, x, zero), x);
    assert_ptr_equal(value_operation2(f.v, VALUE_MULTIPLY, one, x), x);
    assert_text(
        &f, value_operation2(f.v, VALUE_MULTIPLY, x, zero), "mul(x[i], 0.0)");
    assert_text(&f, value_operation3(f.v, VALUE_FMA, one, x, load(&f, 1)),
        "add(x[i], x[i + 1])");
    assert_ptr_equal(value_operation1(f.v, VALUE_NEGATE,
                         value_operation1(f.v, VALUE_NEGATE, x)),
        x);
    arena_free(f.c.arena);
}

/* Conversions there and back vanish only where nothing is lost. */
static void test_conversions(void **state)
{
    struct fixture f;
    const struct value *x;

    (void)state;
    init_fixture(&f);
    x = load(&f, 0);
    assert_ptr_equal(value_convert(f.v, DTYPE_F32, x), x);
    assert_ptr_equal(
        value_convert(f.v, DTYPE_F32, value_convert(f.v, DTYPE_F64, x)), x);
    assert_text(&f,
        value_convert(f.v, DTYPE_F32, value_convert(f.v, DTYPE_F16, x)),
        "f32(f16(x[i]))");
    arena_free(f.c.arena);
}

/* Predicates combine; decided selects vanish. */
static void test_conditions(void **state)
{
    struct fixture f;
    const struct affine *positive;
    const struct value *is_positive;
    const struct value *x;

    (void)state;
    init_fixture(&f);
    x = load(&f, 0);
    positive = affine_variable(f.v, f.i);
    is_positive = value_predicate(f.v, guard_all(f.v, 1, &positive));
    assert_text(
        &f, value_operation1(f.v, VALUE_NOT, is_positive), "(-i - 1 >= 0)");
    assert_text(&f,
        value_operation2(f.v, VALUE_AND, is_positive,
            value_operation1(f.v, VALUE_NOT, is_positive)),
        "false");
    assert_ptr_equal(value_operation3(f.v, VALUE_SELECT,
                         value_integer(f.v, DTYPE_BOOL, 1), x, load(&f, 1)),
        x);
    assert_text(&f,
        value_operation3(f.v, VALUE_SELECT, is_positive, x, load(&f, 1)),
        "select((i >= 0), x[i], x[i + 1])");
    arena_free(f.c.arena);
}

/* Substitution reaches indices, predicates and index values, keeps shared
 * nodes shared, and folds what becomes constant. */
static void test_substitute(void **state)
{
    struct fixture f;
    const struct affine *positive;
    const struct affine *to;
    struct substitution once = {1, &f.i, &to};
    const struct value *sum;
    const struct value *x;

    (void)state;
    init_fixture(&f);
    to = affine_constant(f.v, 3);
    positive = affine_variable(f.v, f.i);
    x = load(&f, 0);
    sum = value_operation2(f.v, VALUE_ADD, x, x);
    for (int i = 0; i < 60; i++)
        sum = value_operation2(f.v, VALUE_MULTIPLY, sum, sum);
    sum = value_operation3(f.v, VALUE_SELECT,
        value_predicate(f.v, guard_all(f.v, 1, &positive)), sum, x);
    sum = value_substitute(f.v, sum, &once);
    assert_true(sum->operation == VALUE_MULTIPLY);
    assert_ptr_equal(sum->operands[0], sum->operands[1]);
    assert_text(&f, value_substitute(f.v, load(&f, 1), &once), "x[4]");
    arena_free(f.c.arena);
}

/* [C/16][C%16] of an extent of 10. */
static void test_axes(void **state)
{
    struct fixture f;
    struct array_axis axes[] = {{0, 16, false}, {0, 16, true}};
    const struct affine *index;

    (void)state;
    init_fixture(&f);
    f.x.n_axes = 2;
    f.x.axes = axes;
    index = affine_constant(f.v, 9);
    assert_int_equal(array_axis_extent(f.v, &f.x, 0)->constant, 1);
    assert_int_equal(array_axis_extent(f.v, &f.x, 1)->constant, 16);
    assert_int_equal(array_axis_index(f.v, &f.x, 0, &index)->constant, 0);
    assert_int_equal(array_axis_index(f.v, &f.x, 1, &index)->constant, 9);
    arena_free(f.c.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constants),
        cmocka_unit_test(test_neutral),
        cmocka_unit_test(test_conversions),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_substitute),
        cmocka_unit_test(test_axes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
