/* The interior of a loop and the folding of guards and bounds, on loops made
 * by hand. */
#include "loop/loop_interior.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A loop over t in 0 .. N, 8 at a time, around one statement in lanes; in an
 * inner loop over k in 0 .. 3 where the test wants one. */
struct fixture {
    struct compilation c;
    struct value_context *v;
    struct loop_program program;
    const struct variable *n;
    const struct variable *t;
    const struct variable *k;
    const struct variable *lane;
    struct array array;
    struct loop_node *loop;
    struct loop_node *inner;
    struct loop_node *assign;
};

/* a*variable + b*other + constant; NULL for a variable that is not there. */
static const struct affine *form(struct fixture *f, int64_t a,
    const struct variable *variable, int64_t b, const struct variable *other,
    int64_t constant)
{
    const struct affine *sum = affine_constant(f->v, constant);

    if (variable)
        sum = affine_add(
            f->v, sum, affine_scale(f->v, affine_variable(f->v, variable), a));
    if (other)
        sum = affine_add(
            f->v, sum, affine_scale(f->v, affine_variable(f->v, other), b));
    return sum;
}

/* A FOR with one lower and one upper bound. */
static struct loop_node *new_for(struct fixture *f,
    const struct variable *variable, const struct affine *lower,
    const struct affine *upper, int64_t step)
{
    struct loop_node *loop =
        loop_node_new(f->c.arena, LOOP_FOR, (struct source_range){0});

    loop->variable = variable;
    loop->n_lower = 1;
    loop->lower = arena_copy(f->c.arena, &lower, sizeof lower);
    loop->n_upper = 1;
    loop->upper = arena_copy(f->c.arena, &upper, sizeof upper);
    loop->step = step;
    return loop;
}

/* array = 1 under no guard. */
static struct loop_node *new_assign(struct fixture *f)
{
    struct loop_node *assign =
        loop_node_new(f->c.arena, LOOP_ASSIGN, (struct source_range){0});

    assign->array = &f->array;
    assign->value = value_real(f->v, DTYPE_F32, 1);
    assign->lane = f->lane;
    return assign;
}

static void set_up(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    f->c.arena = arena_new();
    f->c.scratch = arena_new();
    f->c.names = name_table_new(f->c.arena);
    f->c.diag = diag_new(f->c.arena);
    f->v = value_context_new(&f->c);
    f->n = variable_new(f->v, VARIABLE_PARAMETER, name_of(f->c.names, "N"));
    f->t = variable_new_loop(f->v, name_of(f->c.names, "t"), 1);
    f->k = variable_new_loop(f->v, name_of(f->c.names, "k"), 1);
    f->lane = variable_new_lane(f->v, 8);
    f->array.kind = ARRAY_REGISTER;
    f->array.type = DTYPE_F32;
    f->array.n_lanes = 8;
    f->array.name = name_of(f->c.names, "r");
    f->program.values = f->v;
    f->program.body =
        loop_node_new(f->c.arena, LOOP_SEQUENCE, (struct source_range){0});
    f->loop = new_for(
        f, f->t, affine_constant(f->v, 0), form(f, 1, f->n, 0, NULL, 0), 8);
    f->loop->n_lanes = 8;
    f->assign = new_assign(f);
    loop_add(f->c.arena, f->program.body, f->loop);
}

static void tear_down(struct fixture *f)
{
    arena_free(f->c.scratch);
    arena_free(f->c.arena);
}

/* The statement directly in the loop, or in the inner one. */
static void nest(struct fixture *f, bool with_inner)
{
    if (!with_inner) {
        loop_add(f->c.arena, f->loop, f->assign);
        return;
    }
    f->inner =
        new_for(f, f->k, affine_constant(f->v, 0), affine_constant(f->v, 3), 1);
    loop_add(f->c.arena, f->loop, f->inner);
    loop_add(f->c.arena, f->inner, f->assign);
}

static void set_guard(struct fixture *f, const struct affine *term)
{
    f->assign->guard = guard_all(f->v, 1, &term);
}

/* A form as text. */
static const char *text_of(struct fixture *f, const struct affine *affine)
{
    struct text text = text_new(f->c.arena);

    affine_print(&text, affine);
    return text.at;
}

/* t + lane < N: all lanes are inside up to N - 8. */
static void test_lanes(void **state)
{
    struct fixture f;
    struct interior interior;

    (void)state;
    set_up(&f);
    nest(&f, false);
    set_guard(&f, affine_subtract(f.v, form(&f, 1, f.n, -1, f.t, -1),
                      form(&f, 1, f.lane, 0, NULL, 0)));
    interior = loop_find_interior(&f.program, f.loop);
    assert_int_equal(interior.n_lower, 0);
    assert_int_equal(interior.n_upper, 1);
    assert_string_equal(text_of(&f, interior.upper[0]), "N - 7");
    tear_down(&f);
}

/* t + lane + k - 1 >= 0 for all k: from 1 on; of two conditions that differ
 * by a constant the stricter one counts. */
static void test_inner_loop(void **state)
{
    struct fixture f;
    struct interior interior;
    const struct affine *terms[2];

    (void)state;
    set_up(&f);
    nest(&f, true);
    terms[0] = affine_add(
        f.v, form(&f, 1, f.t, 1, f.k, -1), form(&f, 1, f.lane, 0, NULL, 0));
    terms[1] = affine_shift(f.v, terms[0], -4);
    f.assign->guard = guard_all(f.v, 2, terms);
    interior = loop_find_interior(&f.program, f.loop);
    assert_int_equal(interior.n_upper, 0);
    assert_int_equal(interior.n_lower, 1);
    assert_string_equal(text_of(&f, interior.lower[0]), "5");
    tear_down(&f);
}

/* 3*t - N >= 0: rounded up. */
static void test_coefficient(void **state)
{
    struct fixture f;
    struct interior interior;

    (void)state;
    set_up(&f);
    nest(&f, false);
    set_guard(&f, form(&f, 3, f.t, -1, f.n, 0));
    interior = loop_find_interior(&f.program, f.loop);
    assert_int_equal(interior.n_lower, 1);
    assert_string_equal(text_of(&f, interior.lower[0]), "-floor((-N)/3)");
    tear_down(&f);
}

/* What does not involve the loop, or holds nowhere, is no condition on it. */
static void test_none(void **state)
{
    struct fixture f;
    struct interior interior;

    (void)state;
    set_up(&f);
    nest(&f, false);
    set_guard(&f, form(&f, 1, f.n, -1, f.lane, 0));
    interior = loop_find_interior(&f.program, f.loop);
    assert_int_equal(interior.n_lower + interior.n_upper, 0);
    tear_down(&f);
}

/* The copy has no guard, the original keeps its own. */
static void test_copy(void **state)
{
    struct fixture f;
    struct loop_node *into;

    (void)state;
    set_up(&f);
    nest(&f, true);
    set_guard(&f, form(&f, 1, f.t, 1, f.k, -1));
    into = loop_node_new(f.c.arena, LOOP_SEQUENCE, (struct source_range){0});
    loop_copy_interior(&f.program, into, f.loop);
    assert_int_equal(into->n_children, 1);
    assert_int_equal(into->children[0]->kind, LOOP_FOR);
    assert_null(into->children[0]->children[0]->guard);
    assert_non_null(f.assign->guard);
    tear_down(&f);
}

/* ---- loop_simplify --------------------------------------------------------
 */

/* Fold a program whose loop runs over "lower" .. "upper". */
static struct loop_node *simplify(
    struct fixture *f, int64_t lower, int64_t upper)
{
    const struct affine *forms[] = {
        affine_constant(f->v, lower), affine_constant(f->v, upper)};

    f->loop->lower = arena_copy(f->c.arena, &forms[0], sizeof *forms);
    f->loop->upper = arena_copy(f->c.arena, &forms[1], sizeof *forms);
    assert_true(loop_simplify(&f->c, &f->program));
    return f->program.body;
}

/* A guard that the bounds decide goes, one they do not stays. */
static void test_guards(void **state)
{
    struct fixture f;
    struct loop_node *body;

    (void)state;
    set_up(&f);
    nest(&f, false);
    set_guard(&f, form(&f, 1, f.t, 1, f.lane, 0));
    body = simplify(&f, 0, 800);
    assert_int_equal(body->n_children, 1);
    assert_null(body->children[0]->children[0]->guard);
    tear_down(&f);
    set_up(&f);
    nest(&f, false);
    set_guard(&f, form(&f, 1, f.t, 1, f.lane, -1));
    body = simplify(&f, 0, 800);
    assert_non_null(body->children[0]->children[0]->guard);
    tear_down(&f);
    set_up(&f);
    nest(&f, false);
    set_guard(&f, form(&f, -1, f.t, -1, f.lane, -1));
    body = simplify(&f, 0, 800);
    assert_int_equal(body->n_children, 0);
    tear_down(&f);
}

/* No iteration: gone; one: its body; a few vectors: their bodies. */
static void test_iterations(void **state)
{
    static const struct {
        int64_t upper;
        int n;
        enum loop_kind kind;
    } cases[] = {{0, 0, LOOP_ASSIGN}, {8, 1, LOOP_ASSIGN}, {17, 3, LOOP_ASSIGN},
        {800, 1, LOOP_FOR}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        struct loop_node *body;

        set_up(&f);
        nest(&f, false);
        body = simplify(&f, 0, cases[i].upper);
        assert_int_equal(body->n_children, cases[i].n);
        for (int j = 0; j < body->n_children; j++)
            assert_int_equal(body->children[j]->kind, cases[i].kind);
        tear_down(&f);
    }
}

/* Iterations of a loop of vectors that becomes copies keep their places. */
static void test_places(void **state)
{
    struct fixture f;
    struct loop_node *body;

    (void)state;
    set_up(&f);
    nest(&f, false);
    f.assign->value = value_index(f.v, form(&f, 1, f.t, 1, f.lane, 0));
    body = simplify(&f, 3, 17);
    assert_int_equal(body->n_children, 2);
    assert_string_equal(
        text_of(&f, body->children[0]->value->affine), "lane + 3");
    assert_string_equal(
        text_of(&f, body->children[1]->value->affine), "lane + 11");
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lanes),
        cmocka_unit_test(test_inner_loop),
        cmocka_unit_test(test_coefficient),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_guards),
        cmocka_unit_test(test_iterations),
        cmocka_unit_test(test_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
