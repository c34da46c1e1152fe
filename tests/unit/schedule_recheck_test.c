/* The self-check of a schedule, end to end: with legality blinded (the linker
 * puts __wrap_schedule_is_legal in its place) an illegal directive goes
 * through, and schedule_build must still refuse it. */
#include "parser/parser.h"
#include "schedule/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct machine MACHINE = {.level = "test",
    .schedule_targets = {"cpu"},
    .vector_bytes = 32,
    .n_vector_registers = 16};

/* Kernels whose loops may not be swapped: because of what was written before,
 * what is overwritten later, and what is written twice. */
static const char FLOW[] =
    "kernel k(N) { inout f32 a[N + 1][N + 1];"
    " for i in N, j in N a[i + 1][j] = a[i][j + 1] + 1.0; }"
    "schedule k for cpu { order j, i; }";
static const char ANTI[] =
    "kernel k(N) { inout f32 a[N + 1][N + 1];"
    " for i in N, j in N a[i][j + 1] = a[i + 1][j] + 1.0; }"
    "schedule k for cpu { order j, i; }";
static const char OUTPUT[] = "kernel k(N) { in f32 x[N][N]; inout f32 a[2*N];"
                             " for i in N, j in N a[i + j] = x[i][j]; }"
                             "schedule k for cpu { order j, i; }";

bool __wrap_schedule_is_legal(struct schedule *schedule,
    enum schedule_question question, const struct schedule_node *loop,
    bool report, struct source_range range, const char *directive);

/* Everything is legal. */
bool __wrap_schedule_is_legal(struct schedule *schedule,
    enum schedule_question question, const struct schedule_node *loop,
    bool report, struct source_range range, const char *directive)
{
    (void)schedule;
    (void)question;
    (void)loop;
    (void)report;
    (void)range;
    (void)directive;
    return true;
}

/* The status of building the schedule of a kernel, and whether there is one. */
static enum diag_status build(const char *kernel, bool verify, bool *built)
{
    struct compilation c = {.arena = arena_new(), .scratch = arena_new()};
    struct ast_program *program;
    struct model *model;
    enum diag_status status;

    c.names = name_table_new(c.arena);
    c.diag = diag_new(c.arena);
    c.options.verify = verify;
    program = parser_parse(
        &c, source_new(c.arena, "test.dsl", kernel, strlen(kernel)));
    assert_non_null(program);
    assert_true(parser_check(&c, program));
    model = model_build(&c, program->kernels[0], 0, NULL);
    assert_non_null(model);
    *built = schedule_build(&c, model, &MACHINE, program->schedules[0]) != NULL;
    status = diag_get_status(c.diag);
    model_free(model);
    arena_free(c.scratch);
    arena_free(c.arena);
    return status;
}

/* The schedule is refused. */
static void check_refused(const char *kernel)
{
    bool built = true;

    assert_int_equal(build(kernel, true, &built), DIAG_SELF_CHECK);
    assert_false(built);
}

static void test_flow(void **state)
{
    (void)state;
    check_refused(FLOW);
}

static void test_anti(void **state)
{
    (void)state;
    check_refused(ANTI);
}

static void test_output(void **state)
{
    (void)state;
    check_refused(OUTPUT);
}

/* --no-verify leaves the check out, so that those above see it. */
static void test_left_out(void **state)
{
    bool built = false;

    (void)state;
    assert_int_equal(build(FLOW, false, &built), DIAG_OK);
    assert_true(built);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flow),
        cmocka_unit_test(test_anti),
        cmocka_unit_test(test_output),
        cmocka_unit_test(test_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
