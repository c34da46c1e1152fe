/* A fault in the loops of a kernel whose fixed sizes are too large to replay
 * is found at small sizes, and the parameters have their values again.
 * CMakeLists.txt has the linker call __wrap_loop_build for loop_build.
 */
#include "driver/driver_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char source_text[] =
    "kernel k(N, M)\n"
    "{\n"
    "    inout f32 a[N][M], b[N][M];\n"
    "    for i in N, j in 1..M - 1\n"
    "        b[i][j] = a[i][j - 1] + a[i][j + 1];\n"
    "    for i in N, j in M\n"
    "        a[i][j] = b[i][j];\n"
    "}\n"
    "schedule k for cpu { tile i by 4; vectorize j; }\n";

/* What is done to the programs that are made: program and oracle in turn. */
static struct {
    bool has_fault;
    int n_built;
} plan;

struct loop_program *__real_loop_build(
    struct compilation *c, const struct schedule *schedule);
struct loop_program *__wrap_loop_build(
    struct compilation *c, const struct schedule *schedule);

/* The last iteration of every loop over tiles is left out. */
static void shorten_loops(struct loop_program *program, struct loop_node *node)
{
    if (node->kind == LOOP_FOR && node->step == 4)
        for (int i = 0; i < node->n_upper; i++)
            node->upper[i] = affine_shift(program->values, node->upper[i], -4);
    for (int i = 0; i < node->n_children; i++)
        shorten_loops(program, node->children[i]);
}

struct loop_program *__wrap_loop_build(
    struct compilation *c, const struct schedule *schedule)
{
    struct loop_program *program = __real_loop_build(c, schedule);

    if (plan.has_fault && program && plan.n_built++ % 2 == 0)
        shorten_loops(program, program->body);
    return program;
}

/* A compilation of the source with large sizes. */
struct fixture {
    struct compilation c;
    struct driver_options options;
    struct driver driver;
    char path[32];
};

/* Write the source, read the options. */
static void begin(struct fixture *f)
{
    const char *words[] = {f->path, "-D", "N=3000", "-D", "M=4000", "-O0"};
    int file;

    memset(f, 0, sizeof *f);
    strcpy(f->path, "/tmp/small_test_XXXXXX");
    file = mkstemp(f->path);
    assert_true(file >= 0);
    assert_int_equal(write(file, source_text, sizeof source_text - 1),
        sizeof source_text - 1);
    close(file);
    f->c.arena = arena_new();
    f->c.scratch = arena_new();
    f->c.names = name_table_new(f->c.arena);
    f->c.diag = diag_new(f->c.arena);
    f->options.passes.max_isl_operations = 10000000;
    f->options.passes.max_unroll = 4096;
    f->options.passes.verify = true;
    assert_true(
        options_parse(&f->c, &f->options, sizeof words / sizeof *words, words));
    f->c.options = f->options.passes;
    f->c.options.verify = true;
    f->driver.c = &f->c;
    f->driver.options = &f->options;
}

/* Free everything. */
static void end(struct fixture *f)
{
    driver_free(&f->driver);
    unlink(f->path);
    arena_free(f->c.scratch);
    arena_free(f->c.arena);
}

/* Does it build? The values are those of the command line either way. */
static bool build(struct fixture *f, bool has_fault, struct text *messages)
{
    const struct ast_kernel *kernel;
    bool ok;

    plan.has_fault = has_fault;
    plan.n_built = 0;
    ok = driver_build(&f->driver, DRIVER_EMIT_OBJECT);
    *messages = text_new(f->c.arena);
    diag_print(f->c.diag, messages, false);
    assert_non_null(f->driver.program);
    kernel = f->driver.program->kernels[0];
    assert_int_equal(kernel->parameters[0]->value, 3000);
    assert_int_equal(kernel->parameters[1]->value, 4000);
    return ok;
}

static void test_right(void **state)
{
    struct fixture f;
    struct text messages;

    (void)state;
    begin(&f);
    if (!build(&f, false, &messages))
        fail_msg("%s", messages.at);
    assert_int_equal(f.driver.kernels.at[0].report.n_replayed, 0);
    assert_true(f.driver.kernels.at[0].n_small >= 4);
    assert_string_equal(messages.at, "");
    end(&f);
}

static void test_fault(void **state)
{
    struct fixture f;
    struct text messages;

    (void)state;
    begin(&f);
    assert_false(build(&f, true, &messages));
    assert_int_equal(diag_get_status(f.c.diag), DIAG_SELF_CHECK);
    assert_non_null(strstr(messages.at, "[E0601]"));
    assert_non_null(strstr(messages.at, "with N = "));
    assert_non_null(strstr(messages.at, ", M = "));
    assert_null(strstr(messages.at, "N = 3000"));
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_right), cmocka_unit_test(test_fault)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
