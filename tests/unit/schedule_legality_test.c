/* Legality: the four questions, asked about every loop of small kernels. */
#include "parser/parser.h"
#include "schedule/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A kernel and its schedule in source order. */
struct fixture {
    struct compilation c;
    struct ast_program *program;
    struct model *model;
    struct schedule *schedule;
};

static const struct machine MACHINE = {.level = "test",
    .schedule_targets = {"cpu"},
    .vector_bytes = 32,
    .n_vector_registers = 16};

/* Read a kernel. */
static void set_up(struct fixture *f, const char *text, enum fp_mode fp)
{
    struct compilation *c = &f->c;

    memset(f, 0, sizeof *f);
    c->arena = arena_new();
    c->scratch = arena_new();
    c->names = name_table_new(c->arena);
    c->diag = diag_new(c->arena);
    c->options.fp = fp;
    f->program =
        parser_parse(c, source_new(c->arena, "test.dsl", text, strlen(text)));
    assert_non_null(f->program);
    assert_true(parser_check(c, f->program));
    f->model = model_build(c, f->program->kernels[0], 0, NULL);
    assert_non_null(f->model);
    f->schedule = schedule_build_source_order(c, f->model, &MACHINE);
}

static void tear_down(struct fixture *f)
{
    model_free(f->model);
    arena_free(f->c.scratch);
    arena_free(f->c.arena);
}

/* The first loop of a name. */
static struct schedule_node *find(struct fixture *f, const char *name)
{
    struct schedule_nodes loops = schedule_find_loops(f->schedule, name);

    assert_true(loops.n > 0);
    return loops.at[0];
}

static bool ask(struct fixture *f, enum schedule_question question,
    const struct schedule_node *loop)
{
    return schedule_is_legal(f->schedule, question, loop, false,
        (struct source_range){0}, "the test");
}

/* The answers for one loop as letters: P, J, V for what is legal, "-" for
 * what is not. */
static void check_loop(struct fixture *f, const char *name, const char *wanted)
{
    const struct schedule_node *loop = find(f, name);
    char found[4] = "---";

    if (ask(f, SCHEDULE_PARALLEL, loop))
        found[0] = 'P';
    if (ask(f, SCHEDULE_JAM, loop))
        found[1] = 'J';
    if (ask(f, SCHEDULE_VECTOR, loop))
        found[2] = 'V';
    assert_string_equal(found, wanted);
    assert_int_equal(diag_n_errors(f->c.diag), 0);
}

/* Is swapping a loop with the one directly inside it legal? */
static bool may_swap(struct fixture *f, const char *name)
{
    struct schedule_node *outer = find(f, name);
    struct schedule_node *inner = outer->children[0];

    assert_int_equal(inner->kind, SCHEDULE_LOOP);
    schedule_node_replace(f->schedule, outer, inner);
    outer->children[0] = inner->children[0];
    outer->children[0]->parent = outer;
    inner->children[0] = outer;
    outer->parent = inner;
    return ask(f, SCHEDULE_ORDER, NULL);
}

/* The source order is legal, whatever the kernel. */
static void check_order(struct fixture *f)
{
    assert_true(ask(f, SCHEDULE_ORDER, NULL));
}

static const char JACOBI[] =
    "kernel k(T, N) require T >= 0 {\n"
    "  inout f32 a[T + 1][N];\n"
    "  for t in T, i in 1..N - 1\n"
    "    a[t + 1][i] = a[t][i - 1] + a[t][i] + a[t][i + 1];\n"
    "}\n";

/* Out of place: points are independent, steps are not. */
static void test_jacobi(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f, JACOBI, FP_CONTRACT);
    check_order(&f);
    check_loop(&f, "t", "---");
    check_loop(&f, "i", "PJV");
    assert_false(may_swap(&f, "t"));
    tear_down(&f);
}

/* In place: every loop carries dependences. */
static void test_seidel(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f,
        "kernel k(T, N) {\n"
        "  inout f32 a[N][N];\n"
        "  for t in T, i in 1..N - 1, j in 1..N - 1\n"
        "    a[i][j] = a[i - 1][j] + a[i][j - 1] + a[i][j + 1] + a[i + 1][j];\n"
        "}\n",
        FP_REASSOC);
    check_order(&f);
    check_loop(&f, "t", "---");
    /* Interleaving rows keeps (1, 0) before (0, 1): nothing points back. */
    check_loop(&f, "i", "-J-");
    check_loop(&f, "j", "-J-");
    assert_true(may_swap(&f, "i"));
    tear_down(&f);
}

/* A sum: the loop over it is sequential unless it may be reordered. */
static void check_product(enum fp_mode fp, const char *type, const char *inner)
{
    struct fixture f;
    char text[400];

    snprintf(text, sizeof text,
        "kernel k(N, M, K) {\n"
        "  in %s x[N][K], w[K][M]; inout %s y[N][M];\n"
        "  for i in N, j in M, k in K y[i][j] += x[i][k] * w[k][j];\n"
        "}\n",
        type, type);
    set_up(&f, text, fp);
    check_order(&f);
    check_loop(&f, "i", "PJV");
    check_loop(&f, "j", "PJV");
    check_loop(&f, "k", inner);
    assert_true(may_swap(&f, "j"));
    tear_down(&f);
}

static void test_product(void **state)
{
    (void)state;
    check_product(FP_CONTRACT, "f32", "-J-");
    check_product(FP_STRICT, "f32", "-J-");
    check_product(FP_REASSOC, "f32", "-JV");
    check_product(FP_CONTRACT, "i32", "-JV");
}

/* Lanes that share elements in part cannot be combined. */
static void test_shared_elements(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f,
        "kernel k(N, M) {\n"
        "  in i32 x[M]; inout i32 a[N];\n"
        "  for i in N, j in M a[i / 2] += x[j];\n"
        "}\n",
        FP_CONTRACT);
    check_loop(&f, "i", "-J-");
    check_loop(&f, "j", "-JV");
    assert_true(may_swap(&f, "i"));
    tear_down(&f);
}

/* A value that is passed on is no reduction, whatever the mode. */
static void test_scan(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f,
        "kernel k(N) {\n"
        "  in i32 x[N]; inout i32 a[N];\n"
        "  for i in 1..N a[i] = a[i - 1] + x[i];\n"
        "}\n",
        FP_REASSOC);
    check_order(&f);
    check_loop(&f, "i", "-J-");
    tear_down(&f);
}

/* Reads what a later iteration writes: lanes read before they write, threads
 * do not. */
static void test_shift(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f,
        "kernel k(N) {\n"
        "  inout f32 a[N + 1];\n"
        "  for i in N a[i] = a[i + 1];\n"
        "}\n",
        FP_CONTRACT);
    check_loop(&f, "i", "-JV");
    tear_down(&f);
}

/* Two statements: what the first writes the second may read in the same or an
 * earlier iteration, not the other way round. */
static void test_statements(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f,
        "kernel k(N) {\n"
        "  inout f32 a[N], b[N];\n"
        "  for i in 1..N {\n"
        "    a[i] = 2.0 * a[i];\n"
        "    b[i] = a[i - 1] + a[i];\n"
        "  }\n"
        "}\n",
        FP_CONTRACT);
    check_loop(&f, "i", "-JV");
    tear_down(&f);
    set_up(&f,
        "kernel k(N) {\n"
        "  inout f32 a[N], b[N];\n"
        "  for i in 1..N {\n"
        "    b[i] = a[i - 1] + b[i];\n"
        "    a[i] = 2.0 * a[i];\n"
        "  }\n"
        "}\n",
        FP_CONTRACT);
    check_loop(&f, "i", "---");
    tear_down(&f);
}

/* A scalar of the source is private to its iteration. */
static void test_private(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f,
        "kernel k(N, K) {\n"
        "  in f32 x[N][K]; out f32 y[N];\n"
        "  for i in N {\n"
        "    f32 s = 0;\n"
        "    for k in K s += x[i][k];\n"
        "    y[i] = s;\n"
        "  }\n"
        "}\n",
        FP_CONTRACT);
    check_loop(&f, "i", "PJV");
    check_loop(&f, "k", "-J-");
    tear_down(&f);
}

static const char WEDGE[] = "kernel k(N) {\n"
                            "  inout f32 a[N][N][N];\n"
                            "  for i in 1..N, j in 1..N, k in 0..N - 1\n"
                            "    a[i][j][k] = a[i - 1][j - 1][k + 1] + 1.0;\n"
                            "}\n";

/* Two loops that may be interleaved, one by one but not together; the inner
 * one is parallel only as long as the one outside is not interleaved. */
static void test_together(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f, WEDGE, FP_CONTRACT);
    check_loop(&f, "i", "-JV");
    check_loop(&f, "j", "PJV");
    check_loop(&f, "k", "PJV");
    find(&f, "i")->jam = 2;
    check_loop(&f, "j", "---");
    check_loop(&f, "k", "PJV");
    find(&f, "i")->jam = 1;
    find(&f, "j")->n_lanes = 8;
    check_loop(&f, "i", "---");
    tear_down(&f);
}

/* Swapping loops of a wedge: legal while the first distance stays positive. */
static void test_order(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f, WEDGE, FP_CONTRACT);
    assert_true(may_swap(&f, "i"));  /* j, i, k */
    assert_true(may_swap(&f, "i"));  /* j, k, i */
    assert_false(may_swap(&f, "j")); /* k, j, i */
    tear_down(&f);
}

/* A violation that is reported is one error. */
/* The check of the whole schedule finds what no directive would have let
 * through. */
static void test_recheck(void **state)
{
    struct fixture f;
    struct schedule_node *outer, *inner;

    (void)state;
    set_up(&f,
        "kernel k(N) { inout f32 a[N + 1][N + 1];"
        " for i in N, j in N a[i + 1][j] = a[i][j + 1] + 1.0; }",
        FP_CONTRACT);
    assert_true(schedule_recheck(f.schedule));
    outer = find(&f, "i");
    inner = outer->children[0];
    schedule_node_replace(f.schedule, outer, inner);
    outer->children[0] = inner->children[0];
    outer->children[0]->parent = outer;
    inner->children[0] = outer;
    outer->parent = inner;
    assert_false(schedule_recheck(f.schedule));
    assert_int_equal(diag_get_status(f.c.diag), DIAG_SELF_CHECK);
    tear_down(&f);
}

static void test_report(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f, JACOBI, FP_CONTRACT);
    assert_false(schedule_is_legal(f.schedule, SCHEDULE_PARALLEL, find(&f, "t"),
        true, f.program->kernels[0]->range, "parallel t"));
    assert_int_equal(diag_n_errors(f.c.diag), 1);
    assert_int_equal(diag_get_status(f.c.diag), DIAG_REJECTED);
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jacobi),
        cmocka_unit_test(test_seidel),
        cmocka_unit_test(test_product),
        cmocka_unit_test(test_shared_elements),
        cmocka_unit_test(test_scan),
        cmocka_unit_test(test_shift),
        cmocka_unit_test(test_statements),
        cmocka_unit_test(test_private),
        cmocka_unit_test(test_together),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_recheck),
        cmocka_unit_test(test_report),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
