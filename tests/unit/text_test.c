/* The string builder and its numbers. */
#include "base/text.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Appending in every way, across growth. */
static void test_append(void **state)
{
    struct arena *arena = arena_new();
    struct text text = text_new(arena);

    (void)state;
    assert_string_equal(text.at, "");
    text_append(&text, "a");
    text_append_bytes(&text, "bcd", 2);
    text_append_bytes(&text, NULL, 0);
    text_indent(&text, 2);
    text_printf(&text, "%d%s", 7, "");
    assert_string_equal(text.at, "abc  7");
    for (int i = 0; i < 1000; i++)
        text_printf(&text, "%03d", i);
    assert_int_equal(text.length, 6 + 3000);
    assert_int_equal(strlen(text.at), text.length);
    assert_string_equal(text.at + text.length - 6, "998999");
    arena_free(arena);
}

/* What "value" prints as. */
static const char *real_text(struct arena *arena, double value)
{
    struct text text = text_new(arena);

    text_append_real(&text, value);
    return text.at;
}

/* The shortest digits, always recognisable as a real number. */
static void test_real(void **state)
{
    struct arena *arena = arena_new();
    double values[] = {1.0 / 3, 5e-324, 1.7976931348623157e308, -2.5e-7};

    (void)state;
    assert_string_equal(real_text(arena, 0.1), "0.1");
    assert_string_equal(real_text(arena, 3), "3.0");
    assert_string_equal(real_text(arena, -0.0), "-0.0");
    assert_string_equal(real_text(arena, 50), "50.0");
    assert_string_equal(real_text(arena, -123456000), "-123456000.0");
    assert_string_equal(real_text(arena, 1e15), "1e+15");
    assert_string_equal(real_text(arena, 1e30), "1e+30");
    assert_string_equal(real_text(arena, 1e-9), "1e-09");
    assert_string_equal(real_text(arena, (double)NAN), "nan");
    assert_string_equal(real_text(arena, -(double)INFINITY), "-inf");
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        assert_true(strtod(real_text(arena, values[i]), NULL) == values[i]);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_append),
        cmocka_unit_test(test_real),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
