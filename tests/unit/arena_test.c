/* Arenas and vectors: zeroed, aligned, stable, counted. */
#include "base/arena.h"
#include "base/vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Every block is zeroed and aligned for any object, also after a reset. */
static void test_zeroed_and_aligned(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t size = 0; size < 5000; size += 37) {
        unsigned char *at = arena_alloc(arena, size);

        assert_int_equal((uintptr_t)at % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(at[i], 0);
        memset(at, 0xff, size);
    }
    arena_reset(arena);
    assert_int_equal(arena_used_bytes(arena), 0);
    assert_int_equal(*(char *)arena_alloc(arena, 100), 0);
    assert_null(arena_free(arena));
    assert_null(arena_free(NULL));
}

/* A block larger than any chunk works and leaves earlier blocks alone. */
static void test_large(void **state)
{
    struct arena *arena = arena_new();
    char *text = arena_printf(arena, "%s %d", "seven", 7);
    char *large = arena_alloc(arena, 5 << 20);

    (void)state;
    large[(5 << 20) - 1] = 1;
    assert_string_equal(text, "seven 7");
    assert_true(arena_used_bytes(arena) >= 5 << 20);
    assert_string_equal(arena_string(arena, ""), "");
    arena_free(arena);
}

/* A vector keeps its elements while it grows. */
static void test_vector(void **state)
{
    struct arena *arena = arena_new();
    VECTOR(int) values = {0};

    (void)state;
    for (int i = 0; i < 1000; i++)
        VECTOR_PUSH(arena, &values, i * i);
    assert_int_equal(values.n, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(values.at[i], i * i);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zeroed_and_aligned),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_vector),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
