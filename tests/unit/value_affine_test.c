/* Affine forms and atoms: simplification never changes a value, and what
 * blocked layouts need simplifies away. Guards: folded, still the same.
 */
#include "value/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A compilation with a context and some variables. */
struct fixture {
    struct compilation c;
    struct value_context *v;
    const struct variable *loop; /* a multiple of 16 */
    const struct variable *i;
    const struct variable *lane; /* 0 .. 15 */
};

/* Everything a test needs, in one arena. */
static struct fixture new_fixture(void)
{
    struct fixture f = {.c.arena = arena_new()};

    f.c.names = name_table_new(f.c.arena);
    f.v = value_context_new(&f.c);
    f.loop = variable_new_loop(f.v, name_of(f.c.names, "ct"), 16);
    f.i = variable_new(f.v, VARIABLE_ITERATOR, name_of(f.c.names, "i"));
    f.lane = variable_new_lane(f.v, 16);
    return f;
}

/* a * loop + b * i + d * lane + constant */
static const struct affine *make(
    struct fixture *f, int64_t a, int64_t b, int64_t d, int64_t constant)
{
    const struct affine *sum = affine_constant(f->v, constant);

    sum = affine_add(
        f->v, sum, affine_scale(f->v, affine_variable(f->v, f->loop), a));
    sum = affine_add(
        f->v, sum, affine_scale(f->v, affine_variable(f->v, f->i), b));
    return affine_add(
        f->v, sum, affine_scale(f->v, affine_variable(f->v, f->lane), d));
}

/* The form as text is "expected". */
static void assert_text(
    struct fixture *f, const struct affine *a, const char *expected)
{
    struct text text = text_new(f->c.arena);

    affine_print(&text, a);
    assert_string_equal(text.at, expected);
}

/* Equal terms combine, zero terms vanish, constants fold. */
static void test_linear(void **state)
{
    struct fixture f = new_fixture();

    (void)state;
    assert_text(&f, make(&f, 1, -2, 3, -4), "ct - 2*i + 3*lane - 4");
    assert_text(&f, make(&f, 0, 0, 0, 0), "0");
    assert_text(&f,
        affine_subtract(f.v, make(&f, 1, 2, 3, 4), make(&f, 1, 2, 3, 5)), "-1");
    assert_true(affine_is_equal(make(&f, 1, 2, 0, 3),
        affine_add(f.v, make(&f, 0, 2, 0, 1), make(&f, 1, 0, 0, 2))));
    assert_false(f.v->overflow);
    affine_scale(f.v, make(&f, 1, 0, 0, 0), INT64_MAX);
    assert_false(f.v->overflow);
    affine_scale(f.v, make(&f, 2, 0, 0, 0), INT64_MAX);
    assert_true(f.v->overflow);
    arena_free(f.c.arena);
}

/* Blocked layouts: the lanes of a multiple of the block leave the floor and
 * are the remainder. */
static void test_blocked(void **state)
{
    struct fixture f = new_fixture();
    const struct affine *index = make(&f, 1, 0, 1, 0);

    (void)state;
    assert_text(&f, affine_floor(f.v, index, 16), "floor((ct)/16)");
    assert_text(&f, affine_modulo(f.v, index, 16), "lane");
    index = make(&f, 16, 0, 1, 32);
    assert_text(&f, affine_floor(f.v, index, 16), "ct + 2");
    assert_text(&f, affine_modulo(f.v, index, 16), "lane");
    assert_text(&f, affine_modulo(f.v, make(&f, 0, 1, 0, 0), 1), "0");
    assert_text(
        &f, affine_floor(f.v, make(&f, 0, 4, 0, 6), 8), "floor((i + 1)/2)");
    assert_text(&f,
        affine_floor(f.v, affine_floor(f.v, make(&f, 0, 1, 0, 5), 3), 4),
        "floor((i + 5)/12)");
    assert_ptr_equal(
        affine_floor(f.v, make(&f, 0, 1, 0, 0), 5)->terms[0].variable,
        affine_floor(f.v, make(&f, 0, 1, 0, 0), 5)->terms[0].variable);
    arena_free(f.c.arena);
}

/* floor(a / d), d > 0 */
static int64_t floor_of(int64_t a, int64_t d)
{
    return a / d - (a % d < 0);
}

/* A cheap generator of small numbers. */
static int64_t random_number(uint32_t *seed, int64_t low, int64_t high)
{
    *seed = *seed * 1664525u + 1013904223u;
    return low + (int64_t)(*seed >> 8) % (high - low + 1);
}

/* Whatever is simplified, the value stays the same. */
static void test_same_value(void **state)
{
    uint32_t seed = 1;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct fixture f = new_fixture();
        int64_t values[64] = {0};
        int64_t d = random_number(&seed, 1, 24);
        int64_t e = random_number(&seed, 1, 9);
        const struct affine *a = make(&f, random_number(&seed, -20, 20),
            random_number(&seed, -20, 20), random_number(&seed, -3, 3),
            random_number(&seed, -50, 50));
        const struct affine *q = affine_floor(f.v, a, d);
        const struct affine *r = affine_modulo(f.v, a, d);
        const struct affine *s = affine_floor(f.v, affine_add(f.v, q, a), e);

        for (int i = 0; i < 20; i++) {
            int64_t exact;

            values[f.loop->id] = 16 * random_number(&seed, -5, 5);
            values[f.i->id] = random_number(&seed, -40, 40);
            values[f.lane->id] = random_number(&seed, 0, 15);
            exact = affine_evaluate(a, values);
            assert_int_equal(affine_evaluate(q, values), floor_of(exact, d));
            assert_int_equal(
                affine_evaluate(r, values), exact - d * floor_of(exact, d));
            assert_int_equal(affine_evaluate(s, values),
                floor_of(exact + floor_of(exact, d), e));
        }
        arena_free(f.c.arena);
    }
}

/* Atoms are made again when variables in them are replaced. */
static void test_substitute(void **state)
{
    struct fixture f = new_fixture();
    const struct affine *to = make(&f, 0, 0, 0, 37);
    struct substitution once = {1, &f.i, &to};
    const struct affine *a = affine_floor(f.v, make(&f, 0, 1, 0, 3), 16);
    const struct affine *extent = make(&f, 0, 0, 0, 10);

    (void)state;
    assert_text(&f, affine_substitute(f.v, a, &once), "2");
    assert_ptr_equal(affine_substitute(f.v, to, &once), to);
    a = affine_border(f.v, VARIABLE_MIRROR, make(&f, 0, 1, 0, -25), extent);
    assert_text(&f, a, "mirror(i - 25, 10)");
    assert_true(affine_has(a, f.i));
    assert_true(affine_has_in_atom(a, f.i));
    assert_text(&f, affine_substitute(f.v, a, &once), "6");
    arena_free(f.c.arena);
}

/* clamp, wrap and mirror at both ends. */
static void test_borders(void **state)
{
    static const int64_t expected[3][7] = {
        /* -2 -1 0 1 3 4 5 of an extent of 4 */
        {0, 0, 0, 1, 3, 3, 3},
        {2, 3, 0, 1, 3, 0, 1},
        {2, 1, 0, 1, 3, 2, 1},
    };
    static const int64_t of[7] = {-2, -1, 0, 1, 3, 4, 5};
    static const enum variable_kind kinds[] = {
        VARIABLE_CLAMP, VARIABLE_WRAP, VARIABLE_MIRROR};
    struct fixture f = new_fixture();
    const struct affine *extent = make(&f, 0, 0, 0, 4);

    (void)state;
    for (int kind = 0; kind < 3; kind++)
        for (int i = 0; i < 7; i++) {
            int64_t values[64] = {0};
            const struct affine *a =
                affine_border(f.v, kinds[kind], make(&f, 0, 1, 0, 0), extent);

            values[f.i->id] = of[i];
            assert_int_equal(affine_evaluate(a, values), expected[kind][i]);
            a = affine_border(
                f.v, kinds[kind], make(&f, 0, 0, 0, of[i]), extent);
            assert_true(affine_is_constant(a));
            assert_int_equal(a->constant, expected[kind][i]);
        }
    arena_free(f.c.arena);
}

/* Guards keep their truth through and, or, not; what is decided folds. */
static void test_guards(void **state)
{
    uint32_t seed = 7;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct fixture f = new_fixture();
        const struct guard *g[3];
        int64_t values[64] = {0};

        for (int i = 0; i < 3; i++) {
            const struct affine *terms[2];

            for (int j = 0; j < 2; j++)
                terms[j] = make(&f, random_number(&seed, -1, 1),
                    random_number(&seed, -3, 3), random_number(&seed, -1, 1),
                    random_number(&seed, -30, 30));
            g[i] = guard_all(f.v, 2, terms);
        }
        values[f.loop->id] = 16 * random_number(&seed, -3, 3);
        values[f.i->id] = random_number(&seed, -20, 20);
        values[f.lane->id] = random_number(&seed, 0, 15);
        bool a = guard_evaluate(g[0], values);
        bool b = guard_evaluate(g[1], values);
        bool d = guard_evaluate(g[2], values);
        const struct guard *either = guard_or(f.v, g[0], g[1]);

        assert_int_equal(guard_evaluate(either, values), a || b);
        assert_int_equal(guard_evaluate(guard_and(f.v, either, g[2]), values),
            (a || b) && d);
        assert_int_equal(
            guard_evaluate(guard_not(f.v, either), values), !(a || b));
        assert_int_equal(
            guard_evaluate(
                guard_not(f.v, guard_and(f.v, either, guard_not(f.v, g[2]))),
                values),
            !((a || b) && !d));
        arena_free(f.c.arena);
    }
}

/* Decided conditions vanish: by constants, by lanes, by contradiction. */
static void test_decided_guards(void **state)
{
    struct fixture f = new_fixture();
    const struct affine *terms[2] = {
        make(&f, 0, 0, -1, 15), make(&f, 0, 0, 0, 3)};
    struct text text = text_new(f.c.arena);

    (void)state;
    assert_null(guard_all(f.v, 2, terms));
    terms[0] = make(&f, 0, 0, 1, -16);
    assert_true(guard_is_false(guard_all(f.v, 2, terms)));
    terms[0] = make(&f, 0, 1, 0, -5);
    terms[1] = make(&f, 0, -1, 0, 4);
    assert_true(guard_is_false(guard_all(f.v, 2, terms)));
    terms[1] = make(&f, 0, 2, 0, -7);
    guard_print(&text, guard_all(f.v, 2, terms));
    assert_string_equal(text.at, "i - 5 >= 0");
    arena_free(f.c.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear),
        cmocka_unit_test(test_blocked),
        cmocka_unit_test(test_same_value),
        cmocka_unit_test(test_substitute),
        cmocka_unit_test(test_borders),
        cmocka_unit_test(test_guards),
        cmocka_unit_test(test_decided_guards),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
