/* Interned names and the distance behind "did you mean". */
#include "base/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Equal characters give one pointer, however large the table grows. */
static void test_interned(void **state)
{
    struct arena *arena = arena_new();
    struct name_table *table = name_table_new(arena);
    const struct name *first = name_of(table, "n0");

    (void)state;
    for (int i = 0; i < 3000; i++)
        name_of(table, arena_printf(arena, "n%d", i));
    assert_ptr_equal(first, name_get(table, "n0xyz", 2));
    assert_ptr_not_equal(first, name_of(table, "n00"));
    assert_string_equal(name_of(table, "n2999")->text, "n2999");
    assert_int_equal(name_of(table, "")->length, 0);
    assert_ptr_equal(name_of(table, ""), name_get(table, NULL, 0));
    arena_free(arena);
}

/* One step for each kind of slip, and the limit. */
static void test_distance(void **state)
{
    (void)state;
    assert_int_equal(name_distance("unroll", "unroll", 2), 0);
    assert_int_equal(name_distance("unrol", "unroll", 2), 1);
    assert_int_equal(name_distance("unrolll", "unroll", 2), 1);
    assert_int_equal(name_distance("unrxll", "unroll", 2), 1);
    assert_int_equal(name_distance("nuroll", "unroll", 2), 1);
    assert_int_equal(name_distance("", "unroll", 2), 3);
    assert_int_equal(name_distance("vectorize", "unroll", 2), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interned),
        cmocka_unit_test(test_distance),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
