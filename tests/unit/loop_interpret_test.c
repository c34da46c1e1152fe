/* The interpreter, the verifier and the dump of loop IR, on programs made by
 * hand: y[p] = x[p] * 2 + x[p + 1] where it exists, and variations. */
#include "loop/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* A program under construction. */
struct fixture {
    struct compilation c;
    struct value_context *v;
    struct loop_program program;
    const struct variable *n;
    const struct variable *p;
    const struct variable *lane;
    struct array *x;
    struct array *y;
    struct array *r;
    struct loop_node *assign;
    struct loop_node *loop;
};

/* An affine form: variable (may be NULL) + constant. */
static const struct affine *sum(
    struct fixture *f, const struct variable *variable, int64_t constant)
{
    const struct affine *a = affine_constant(f->v, constant);
    return variable ? affine_add(f->v, affine_variable(f->v, variable), a) : a;
}

/* An array of one dimension of "extent", or of none. */
static struct array *add_array(struct fixture *f, enum array_kind kind,
    const char *name, const struct affine *extent)
{
    struct array *array = ARENA_NEW(f->c.arena, struct array);
    array->kind = kind;
    array->name = name_of(f->c.names, name);
    array->type = DTYPE_F32;
    array->n_dimensions = extent ? 1 : 0;
    array->extents = ARENA_ARRAY(f->c.arena, 1, const struct affine *);
    array->extents[0] = extent;
    array->n_lanes = 1;
    array->id = f->program.n_arrays++;
    array->position = array->id;
    array_set_plain_axes(f->v, array);
    f->program.arrays[array->id] = array;
    return array;
}

/* x[index] or r. */
static const struct value *load(
    struct fixture *f, const struct array *array, const struct affine *index)
{
    struct source_range nowhere = {0};
    return value_load(f->v, array, index ? 1 : 0, &index, nowhere);
}

/* A guard of one condition: a >= 0. */
static const struct guard *at_least_0(struct fixture *f, const struct affine *a)
{
    return guard_all(f->v, 1, &a);
}

/* array[index] = value, if guard. */
static struct loop_node *new_assign(struct fixture *f,
    const struct array *array, const struct affine *index,
    const struct value *value)
{
    struct loop_node *node = ARENA_NEW(f->c.arena, struct loop_node);
    node->kind = LOOP_ASSIGN;
    node->array = array;
    node->n_index = index ? 1 : 0;
    node->index = arena_copy(f->c.arena, &index, sizeof index);
    node->value = value;
    return node;
}

/* for p = 0 .. N step "step" around some statements. */
static struct loop_node *new_for(
    struct fixture *f, int64_t step, int n, struct loop_node *const *children)
{
    struct loop_node *node = ARENA_NEW(f->c.arena, struct loop_node);
    const struct affine *lower = sum(f, NULL, 0), *upper = sum(f, f->n, 0);
    node->kind = LOOP_FOR;
    node->variable = f->p;
    node->n_lower = 1;
    node->lower = arena_copy(f->c.arena, &lower, sizeof lower);
    node->n_upper = 1;
    node->upper = arena_copy(f->c.arena, &upper, sizeof upper);
    node->step = step;
    node->n_children = n;
    node->children =
        arena_copy(f->c.arena, children, (size_t)n * sizeof *children);
    return node;
}

/* y[p] = x[p] * 2 + (p + 1 < N ? x[p + 1] : 0), "n_lanes" at a time. */
static void make_program(struct fixture *f, int n_lanes)
{
    memset(f, 0, sizeof *f);
    f->c.arena = arena_new();
    f->c.scratch = f->c.arena;
    f->c.names = name_table_new(f->c.arena);
    f->c.diag = diag_new(f->c.arena);
    f->v = value_context_new(&f->c);
    f->n = variable_new(f->v, VARIABLE_PARAMETER, name_of(f->c.names, "N"));
    f->p = variable_new_loop(f->v, name_of(f->c.names, "p"), n_lanes);
    f->program.name = name_of(f->c.names, "k");
    f->program.values = f->v;
    f->program.n_parameters = 1;
    f->program.parameters = &f->n;
    f->program.arrays = ARENA_ARRAY(f->c.arena, 8, struct array *);
    f->program.fused = true;
    f->x = add_array(f, ARRAY_IN, "x", sum(f, f->n, 0));
    f->y = add_array(f, ARRAY_OUT, "y", sum(f, f->n, 0));
    f->r = add_array(f, ARRAY_REGISTER, "r", NULL);
    f->r->n_lanes = n_lanes;
    const struct affine *at = sum(f, f->p, 0);
    if (n_lanes > 1) {
        f->lane = variable_new_lane(f->v, n_lanes);
        at = affine_add(f->v, at, affine_variable(f->v, f->lane));
    }
    const struct affine *left =
        affine_shift(f->v, affine_subtract(f->v, sum(f, f->n, 0), at), -1);
    const struct affine *next = affine_shift(f->v, at, 1);
    const struct value *tap = value_operation3(f->v, VALUE_SELECT,
        value_predicate(f->v, at_least_0(f, affine_shift(f->v, left, -1))),
        load(f, f->x, next), value_real(f->v, DTYPE_F32, 0));
    struct loop_node *body[2];
    body[0] = new_assign(f, f->r, NULL, load(f, f->x, at));
    body[1] = new_assign(f, f->y, at,
        value_operation3(f->v, VALUE_FMA, load(f, f->r, NULL),
            value_real(f->v, DTYPE_F32, 2), tap));
    for (int i = 0; i < 2; i++) {
        body[i]->lane = f->lane;
        body[i]->guard = f->lane ? at_least_0(f, left) : NULL;
    }
    f->assign = body[1];
    f->loop = new_for(f, n_lanes, 2, body);
    f->program.body = f->loop;
}

/* Run with N elements x[i] = i + 1; the error, and y. */
static const char *run(struct fixture *f, int64_t n, float *y,
    unsigned char *written, struct loop_counts *counts)
{
    float x[64];
    struct loop_buffer buffers[2] = {{.data = x, .size_elements = n},
        {.data = y, .size_elements = n, .written = written}};
    for (int i = 0; i < n; i++)
        x[i] = (float)(i + 1);
    return loop_interpret(&f->c, &f->program, &n, buffers, 0, counts);
}

/* One lane and several give the same, and write each element. */
static void test_lanes(void **state)
{
    (void)state;
    for (int lanes = 1; lanes <= 16; lanes *= 2)
        for (int n = 0; n < 40; n++) {
            struct fixture f;
            float y[64] = {0};
            unsigned char written[64] = {0};
            struct loop_counts counts;
            make_program(&f, lanes);
            assert_true(loop_verify(&f.c, &f.program, "test"));
            assert_null(run(&f, n, y, written, &counts));
            for (int i = 0; i < n; i++) {
                float next = i + 1 < n ? (float)(i + 2) : 0;
                assert_true(y[i] == (float)(i + 1) * 2 + next);
                assert_int_equal(written[i], 1);
            }
            assert_int_equal(written[n], 0);
            assert_int_equal(counts.n_fmas, n);
            assert_int_equal(counts.n_statements, 2 * n);
            assert_int_equal(counts.n_stores, n);
            assert_int_equal(counts.n_loads, n ? 2 * n - 1 : 0);
            arena_free(f.c.arena);
        }
}

/* A vector without its mask leaves the array. */
static void test_outside(void **state)
{
    struct fixture f;
    float y[64];
    (void)state;
    make_program(&f, 4);
    f.assign->guard = NULL;
    f.loop->children[0]->guard = NULL;
    assert_string_equal(run(&f, 6, y, NULL, NULL),
        "reads x[6], which is outside of the array at p = 4, lane = 2");
    arena_free(f.c.arena);
}

/* An element that nobody set. */
static void test_unset(void **state)
{
    struct fixture f;
    float y[64];
    unsigned char written[64] = {0};
    (void)state;
    make_program(&f, 1);
    f.assign->value = value_operation2(
        f.v, VALUE_ADD, f.assign->value, load(&f, f.y, sum(&f, f.p, 0)));
    assert_string_equal(run(&f, 3, y, written, NULL),
        "reads y[0] before it is written at p = 0");
    arena_free(f.c.arena);
}

static void test_too_long(void **state)
{
    struct fixture f;
    float y[64], x[64] = {0};
    int64_t n = 64;
    struct loop_buffer buffers[2] = {
        {.data = x, .size_elements = 64}, {.data = y, .size_elements = 64}};
    (void)state;
    make_program(&f, 1);
    assert_string_equal(
        loop_interpret(&f.c, &f.program, &n, buffers, 20, NULL), "too long");
    assert_null(loop_interpret(&f.c, &f.program, &n, buffers, 128, NULL));
    n = 65;
    assert_non_null(strstr(
        loop_interpret(&f.c, &f.program, &n, buffers, 0, NULL), "memory of x"));
    arena_free(f.c.arena);
}

/* Lanes combined into one element, and a blocked order in memory. */
static void test_reduce(void **state)
{
    struct fixture f;
    float y[64] = {0};
    unsigned char written[64] = {1};
    (void)state;
    make_program(&f, 4);
    f.c.options.fp = FP_REASSOC;
    f.assign->reduce = MODEL_ACCUMULATE;
    f.assign->value = load(&f, f.r, NULL);
    const struct affine *zero = sum(&f, NULL, 0);
    f.assign->index = &zero;
    assert_true(loop_verify(&f.c, &f.program, "test"));
    assert_null(run(&f, 6, y, written, NULL));
    assert_true(y[0] == 1 + 2 + 3 + 4 + 5 + 6);
    f.c.options.fp = FP_STRICT;
    assert_false(loop_verify(&f.c, &f.program, "test"));
    arena_free(f.c.arena);
}

/* Blocks of 4 are padded; one axis for the block, one within. */
static void test_blocked(void **state)
{
    struct fixture f;
    float y[64] = {0};
    struct array_axis axes[2] = {{.block = 4, .is_inner = true}, {.block = 4}};
    int64_t n = 6;
    float x[64];
    struct loop_buffer buffers[2] = {
        {.data = x, .size_elements = 6}, {.data = y, .size_elements = 8}};
    (void)state;
    make_program(&f, 4);
    for (int i = 0; i < 6; i++)
        x[i] = (float)(i + 1);
    f.y->n_axes = 2;
    f.y->axes = axes;
    assert_true(loop_verify(&f.c, &f.program, "test"));
    assert_int_equal(loop_array_elements(&f.program, f.y, &n), 8);
    assert_null(loop_interpret(&f.c, &f.program, &n, buffers, 0, NULL));
    assert_true(y[0] == 4 && y[1] == 16 && y[2] == 7 && y[3] == 12);
    n = -1;
    assert_int_equal(loop_array_elements(&f.program, f.y, &n), -1);
    arena_free(f.c.arena);
}

/* A window: lanes 1 .. 4 of the vector before and this one. */
static void test_shift(void **state)
{
    struct fixture f;
    float y[64] = {0};
    (void)state;
    make_program(&f, 4);
    struct array *last = add_array(&f, ARRAY_REGISTER, "s", NULL);
    last->n_lanes = 4;
    f.assign->value =
        value_shift(f.v, load(&f, last, NULL), load(&f, f.r, NULL), 3);
    struct loop_node *init =
        new_assign(&f, last, NULL, value_real(f.v, DTYPE_F32, 9));
    struct loop_node *move = new_assign(&f, last, NULL, load(&f, f.r, NULL));
    init->lane = move->lane = f.lane;
    struct loop_node *body[3] = {
        f.loop->children[0], f.loop->children[1], move};
    struct loop_node *nodes[2] = {init, new_for(&f, 4, 3, body)};
    struct loop_node sequence = {
        .kind = LOOP_SEQUENCE, .n_children = 2, .children = nodes};
    f.program.body = &sequence;
    assert_true(loop_verify(&f.c, &f.program, "test"));
    assert_null(run(&f, 8, y, NULL, NULL));
    for (int i = 0; i < 8; i++)
        assert_true(y[i] == (i ? (float)i : 9));
    arena_free(f.c.arena);
}

/* What the verifier must refuse, one at a time. */
static void test_verify(void **state)
{
    (void)state;
    for (int i = 0; i < 9; i++) {
        struct fixture f;
        make_program(&f, 4);
        const struct value *number = value_real(f.v, DTYPE_F32, 1);
        const struct affine *lane = affine_variable(f.v, f.lane);
        if (i == 0)
            f.loop->step = 0;
        if (i == 1)
            f.assign->lane = NULL;
        if (i == 2)
            f.assign->array = f.x;
        if (i == 3)
            f.assign->n_index = 0;
        if (i == 4)
            f.r->n_lanes = 8;
        if (i == 5)
            f.assign->value = value_operation1(f.v, VALUE_EXP, number);
        if (i == 6)
            f.assign->value = value_real(f.v, DTYPE_F64, 1);
        if (i == 7)
            f.loop->upper[0] = lane;
        if (i == 8)
            f.program.body = f.assign;
        assert_false(loop_verify(&f.c, &f.program, "test"));
        assert_int_equal(diag_n_errors(f.c.diag), 1);
        arena_free(f.c.arena);
    }
}

static void test_print(void **state)
{
    struct fixture f;
    (void)state;
    make_program(&f, 4);
    struct text text = text_new(f.c.arena);
    loop_print(&text, &f.program);
    assert_string_equal(text.at,
        "program k for any machine, fused\n"
        "parameter N\n"
        "in f32 x[N]\n"
        "out f32 y[N]\n"
        "register f32 r  // lanes 4\n"
        "for p = 0 .. N step 4 {\n"
        "  r = x[p + lane] if N - p - lane - 1 >= 0  // lanes 4\n"
        "  y[p + lane] = fma(r, 2.0, select((N - p - lane - 2 >= 0), "
        "x[p + lane + 1], 0.0)) if N - p - lane - 1 >= 0  // lanes 4\n"
        "}\n");
    arena_free(f.c.arena);
}

/* Samples: the first and last elements and some between, all of them right;
 * a sum over the loop cannot be sampled. */
static void test_sample(void **state)
{
    struct fixture f;
    float x[4096], y[4096];
    unsigned char written[4096] = {0};
    int64_t n = 4096;
    int n_written = 0;
    struct loop_buffer buffers[2] = {{.data = x, .size_elements = n},
        {.data = y, .size_elements = n, .written = written}};
    (void)state;
    make_program(&f, 1);
    for (int i = 0; i < n; i++)
        x[i] = (float)i;
    assert_null(loop_interpret_sample(&f.c, &f.program, &n, buffers, 1000, 10));
    for (int i = 0; i < n; i++)
        if (written[i]) {
            n_written++;
            assert_true(y[i] == x[i] * 2 + (i + 1 < n ? x[i + 1] : 0));
        }
    assert_true(written[0] && written[1] && written[n - 2] && written[n - 1]);
    assert_in_range(n_written, 6, 40);
    f.assign->value = value_operation2(
        f.v, VALUE_ADD, f.assign->value, load(&f, f.y, sum(&f, NULL, 0)));
    assert_non_null(
        loop_interpret_sample(&f.c, &f.program, &n, buffers, 1000, 10));
    arena_free(f.c.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lanes),
        cmocka_unit_test(test_outside), cmocka_unit_test(test_unset),
        cmocka_unit_test(test_too_long), cmocka_unit_test(test_reduce),
        cmocka_unit_test(test_blocked), cmocka_unit_test(test_shift),
        cmocka_unit_test(test_verify), cmocka_unit_test(test_print),
        cmocka_unit_test(test_sample)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
