/* A GPU's program made by hand: each block reverses four elements by way of
 * shared memory. The interpreter runs it, and finds the races that are planted
 * into it; the verifier refuses what no GPU could run. */
#include "loop/loop.h"
#include "loop/loop_race.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { THREADS = 4, BLOCKS = 3, ELEMENTS = THREADS * BLOCKS };

/* for b block { for t thread { s[t] = x[4*b + t] } barrier
 *               for u thread { y[4*b + u] = s[3 - u] } } */
struct fixture {
    struct compilation c;
    struct value_context *v;
    struct loop_program program;
    struct array *arrays[3];
    const struct variable *b;
    const struct variable *t;
    const struct variable *u;
    struct loop_node *write; /* of s */
    struct loop_node *read;  /* of s */
    struct loop_node *barrier;
    struct loop_node *block;
};

/* scale * a + b + constant; NULL variables are left out. */
static const struct affine *form(struct fixture *f, int64_t scale,
    const struct variable *a, int64_t sign, const struct variable *b,
    int64_t constant)
{
    const struct affine *sum = affine_constant(f->v, constant);

    if (a)
        sum = affine_add(
            f->v, sum, affine_scale(f->v, affine_variable(f->v, a), scale));
    if (b)
        sum = affine_add(
            f->v, sum, affine_scale(f->v, affine_variable(f->v, b), sign));
    return sum;
}

/* A list of one in the arena. */
static const struct affine **list(
    struct fixture *f, const struct affine *affine)
{
    return arena_copy(f->c.arena, &affine, sizeof affine);
}

/* An array of "extent" elements, the next of the program. */
static void add_array(
    struct fixture *f, enum array_kind kind, const char *name, int64_t extent)
{
    struct array *array = ARENA_NEW(f->c.arena, struct array);

    *array = (struct array){.kind = kind,
        .name = name_of(f->c.names, name),
        .type = DTYPE_F32,
        .n_dimensions = 1,
        .extents = list(f, affine_constant(f->v, extent)),
        .n_lanes = 1,
        .id = f->program.n_arrays,
        .position = f->program.n_arrays};
    array_set_plain_axes(f->v, array);
    f->arrays[f->program.n_arrays++] = array;
}

/* for variable = 0 .. n { children } */
static struct loop_node *new_for(struct fixture *f, enum loop_mode mode,
    const struct variable *variable, int64_t n, int n_children,
    struct loop_node *const *children)
{
    struct loop_node *node = ARENA_NEW(f->c.arena, struct loop_node);

    *node = (struct loop_node){.kind = LOOP_FOR,
        .mode = mode,
        .variable = variable,
        .n_lower = 1,
        .lower = list(f, affine_constant(f->v, 0)),
        .n_upper = 1,
        .upper = list(f, affine_constant(f->v, n)),
        .step = 1,
        .n_children = n_children,
        .children = arena_copy(
            f->c.arena, children, (size_t)n_children * sizeof *children)};
    return node;
}

/* to[at] = from[where] */
static struct loop_node *new_copy(struct fixture *f, const struct array *to,
    const struct affine *at, const struct array *from,
    const struct affine *where)
{
    struct loop_node *node = ARENA_NEW(f->c.arena, struct loop_node);
    struct source_range nowhere = {0};

    *node = (struct loop_node){.kind = LOOP_ASSIGN,
        .array = to,
        .n_index = 1,
        .index = list(f, at),
        .value = value_load(f->v, from, 1, list(f, where), nowhere)};
    return node;
}

/* The program without faults. */
static void make_program(struct fixture *f)
{
    struct loop_node *children[3];

    memset(f, 0, sizeof *f);
    f->c.arena = arena_new();
    f->c.scratch = f->c.arena;
    f->c.names = name_table_new(f->c.arena);
    f->c.diag = diag_new(f->c.arena);
    f->v = value_context_new(&f->c);
    f->b = variable_new_loop(f->v, name_of(f->c.names, "b"), 1);
    f->t = variable_new_loop(f->v, name_of(f->c.names, "t"), 1);
    f->u = variable_new_loop(f->v, name_of(f->c.names, "u"), 1);
    f->program = (struct loop_program){.name = name_of(f->c.names, "k"),
        .values = f->v,
        .n_threads = 32,
        .shared_bytes = THREADS * sizeof(float)};
    f->program.arrays = f->arrays;
    add_array(f, ARRAY_IN, "x", ELEMENTS);
    add_array(f, ARRAY_OUT, "y", ELEMENTS);
    add_array(f, ARRAY_SHARED, "s", THREADS);
    f->write = new_copy(f, f->arrays[2], form(f, 1, f->t, 0, NULL, 0),
        f->arrays[0], form(f, THREADS, f->b, 1, f->t, 0));
    f->read = new_copy(f, f->arrays[1], form(f, THREADS, f->b, 1, f->u, 0),
        f->arrays[2], form(f, -1, f->u, 0, NULL, THREADS - 1));
    f->barrier = ARENA_NEW(f->c.arena, struct loop_node);
    f->barrier->kind = LOOP_BARRIER;
    children[0] = new_for(f, LOOP_THREAD, f->t, THREADS, 1, &f->write);
    children[1] = f->barrier;
    children[2] = new_for(f, LOOP_THREAD, f->u, THREADS, 1, &f->read);
    f->block = new_for(f, LOOP_BLOCK, f->b, BLOCKS, 3, children);
    f->program.body = ARENA_NEW(f->c.arena, struct loop_node);
    *f->program.body = (struct loop_node){
        .kind = LOOP_SEQUENCE, .n_children = 1, .children = &f->block};
}

/* Run with x[i] = i; what went wrong, and y. */
static const char *run(struct fixture *f, float *y)
{
    float x[ELEMENTS];
    struct loop_buffer buffers[2] = {{.data = x, .size_elements = ELEMENTS},
        {.data = y, .size_elements = ELEMENTS}};

    for (int i = 0; i < ELEMENTS; i++)
        x[i] = (float)i;
    return loop_interpret(&f->c, &f->program, NULL, buffers, 0, NULL);
}

/* Blocks, threads, shared memory and a barrier. */
static void test_run(void **state)
{
    struct fixture f;
    float y[ELEMENTS];
    int n = 0;

    (void)state;
    make_program(&f);
    assert_true(loop_verify(&f.c, &f.program, "test"));
    assert_null(run(&f, y));
    for (int i = 0; i < ELEMENTS; i++)
        assert_true(y[i] == (float)(i / THREADS * THREADS + 3 - i % THREADS));
    assert_false(loop_list_sections(f.c.arena, &f.program, &n)->is_flat);
    assert_int_equal(n, 1);
    arena_free(f.c.arena);
}

/* Run what is left of the program once "plant" has changed it; the race. */
static void expect_race(void (*plant)(struct fixture *f), const char *expected)
{
    struct fixture f;
    float y[ELEMENTS];

    make_program(&f);
    plant(&f);
    assert_string_equal(run(&f, y), expected);
    arena_free(f.c.arena);
}

/* No barrier between writing and reading. */
static void drop_barrier(struct fixture *f)
{
    f->block->children[1] = f->block->children[2];
    f->block->n_children = 2;
}

/* No barrier between reading and writing for the next time. */
static void repeat_without_barrier(struct fixture *f)
{
    const struct variable *i =
        variable_new_loop(f->v, name_of(f->c.names, "i"), 1);
    struct loop_node *loop =
        new_for(f, LOOP_SERIAL, i, 2, 3, f->block->children);

    f->block->children[0] = loop;
    f->block->n_children = 1;
}

/* All threads of a block write one element. */
static void share_element(struct fixture *f)
{
    f->write->index = list(f, affine_constant(f->v, 1));
}

/* All blocks write the same elements. */
static void share_output(struct fixture *f)
{
    f->read->index = list(f, affine_variable(f->v, f->u));
}

/* A block reads what the one before it wrote. */
static void read_other_block(struct fixture *f)
{
    f->arrays[1]->kind = ARRAY_INOUT;
    f->write->value = value_load(f->v, f->arrays[1], 1,
        list(f, affine_variable(f->v, f->t)), f->write->range);
}

/* A block reads what the next one writes. */
static void read_next_block(struct fixture *f)
{
    f->arrays[1]->kind = ARRAY_INOUT;
    f->block->upper = list(f, affine_constant(f->v, 2));
    f->write->value = value_load(f->v, f->arrays[1], 1,
        list(f, form(f, THREADS, f->b, 1, f->t, THREADS)), f->write->range);
}

/* Threads without blocks, that write what others write. */
static void flatten(struct fixture *f)
{
    f->write->array = f->arrays[1];
    f->write->index = list(f, affine_constant(f->v, 5));
    f->block = f->block->children[0];
    f->write->value = value_real(f->v, DTYPE_F32, 1);
}

static void test_races(void **state)
{
    (void)state;
    expect_race(drop_barrier,
        "reads s[3], which another thread wrote with no barrier between at "
        "b = 0, u = 0");
    expect_race(repeat_without_barrier,
        "writes s[0], which another thread reads with no barrier between at "
        "b = 0, i = 1, t = 0");
    expect_race(share_element,
        "writes s[1], which another thread wrote with no barrier between at "
        "b = 0, t = 1");
    expect_race(
        share_output, "writes y[0], which another block wrote at b = 1, u = 0");
    expect_race(read_other_block,
        "reads y[0], which another block wrote at b = 1, t = 0");
    expect_race(read_next_block,
        "writes y[4], which another block reads at b = 1, u = 0");
    expect_race(flatten, "writes y[5], which another block wrote at t = 1");
}

/* Accesses of one element by several, the last a race or not. */
static void test_readers(void **state)
{
    struct race_runner one = {1, 1, 1}, two = {1, 1, 2}, later = {1, 2, 3};
    struct race_runner other = {2, 3, 4};
    struct race_mark mark = {0};

    (void)state;
    /* Two threads read, the second writes. */
    assert_null(loop_race_note(&mark, &one, true, false));
    assert_null(loop_race_note(&mark, &two, true, false));
    assert_string_equal(loop_race_note(&mark, &two, true, true),
        ", which another thread reads with no barrier between");
    /* Behind a barrier only one of them has read. */
    assert_null(loop_race_note(&mark, &later, true, false));
    assert_null(loop_race_note(&mark, &later, true, true));
    /* Two blocks read, the second writes. */
    mark = (struct race_mark){{0}, {0}, false, false, 0};
    assert_null(loop_race_note(&mark, &one, false, false));
    assert_null(loop_race_note(&mark, &other, false, false));
    assert_string_equal(loop_race_note(&mark, &other, false, true),
        ", which another block reads");
}

/* Copies ahead: nobody may touch the element before the wait for its group, and
 * then another thread than the copying one only behind a barrier. */
static void test_copies(void **state)
{
    struct arena *arena = arena_new();
    struct race_runner one = {1, 1, 1}, two = {1, 1, 2};
    struct race_mark mark = {.writer = one, .group = 1};
    struct race_copies copies = {1, 1, {0}};

    (void)state;
    assert_non_null(loop_race_land(&mark, &one, &copies));
    loop_race_commit(&copies, arena);
    loop_race_commit(&copies, arena);
    loop_race_wait(&copies, 2, 4);
    assert_non_null(loop_race_land(&mark, &one, &copies));
    loop_race_wait(&copies, 1, 5);
    assert_null(loop_race_land(&mark, &one, &copies));
    two.phase = 5;
    assert_non_null(loop_race_note(&mark, &two, true, false));
    two.phase = 6;
    assert_null(loop_race_note(&mark, &two, true, false));
    arena_free(arena);
}

/* Shapes the verifier refuses. */
static void test_shapes(void **state)
{
    (void)state;
    for (int i = 0; i < 7; i++) {
        struct fixture f;
        make_program(&f);
        if (i == 0)
            f.block->children[0]->children[0] = f.barrier;
        if (i == 1)
            f.block->children[1] = f.write;
        if (i == 2)
            f.block->mode = LOOP_SERIAL;
        if (i == 3)
            f.block->children[0]->mode = LOOP_PARALLEL;
        if (i == 4)
            f.program.n_threads = 0;
        if (i == 5)
            f.program.shared_bytes = 0;
        if (i == 6)
            f.block->children[0]->children[0] =
                new_for(&f, LOOP_SERIAL, f.b, 2, 1, &f.block->children[2]);
        assert_false(loop_verify(&f.c, &f.program, "test"));
        arena_free(f.c.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_run),
        cmocka_unit_test(test_races), cmocka_unit_test(test_readers),
        cmocka_unit_test(test_copies), cmocka_unit_test(test_shapes)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
