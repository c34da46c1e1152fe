/* Whole-number arithmetic, at the ends of int64_t too. */
#include "base/integer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Rounded down, not towards zero. */
static void test_divide(void **state)
{
    (void)state;
    assert_int_equal(integer_divide_down(7, 2), 3);
    assert_int_equal(integer_divide_down(-7, 2), -4);
    assert_int_equal(integer_divide_down(-8, 2), -4);
    assert_int_equal(integer_divide_down(0, 5), 0);
    assert_int_equal(integer_divide_down(INT64_MIN, 1), INT64_MIN);
}

/* Signs do not matter, 0 is a multiple of everything. */
static void test_common_divisor(void **state)
{
    (void)state;
    assert_int_equal(integer_common_divisor(12, 18), 6);
    assert_int_equal(integer_common_divisor(-12, 18), 6);
    assert_int_equal(integer_common_divisor(0, -5), 5);
    assert_int_equal(integer_common_divisor(0, 0), 0);
    assert_int_equal(integer_common_divisor(INT64_MIN, 6), 2);
    assert_int_equal(integer_common_divisor(INT64_MIN, INT64_MIN), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_divide),
        cmocka_unit_test(test_common_divisor),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
