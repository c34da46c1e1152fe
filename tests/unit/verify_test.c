/* The self-check finds faults: a right program passes; programs with planted
 * faults do not, neither when the loops are replayed nor when only the object
 * is wrong.
 */
#include "codegen_cpu/codegen_cpu.h"
#include "parser/parser.h"
#include "verify/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char source_text[] =
    "kernel k(N, C, L, pad = 1)\n"
    "{\n"
    "    size P = L + 2*pad - 2;\n"
    "    in f32 x[N][C][L], w[C][3], b[C];\n"
    "    out f32 y[N][C][P];\n"
    "    for n in N, c in C, p in P\n"
    "        y[n][c][p] = silu(b[c] + sum(k in 3) w[c][k] *\n"
    "            (x[n][c][p + k - pad] else 0));\n"
    "}\n";

/* Everything of one compilation. */
struct fixture {
    struct compilation c;
    const struct target *target;
    const struct machine *machine;
    struct model *model;
    struct ast_program *ast;
    struct loop_program *oracle;
    struct loop_program *right;
    struct loop_program *program; /* where faults are planted */
};

/* The best level this processor has. */
static void choose_machine(struct fixture *f)
{
#if defined(__aarch64__)
    f->target = &target_aarch64;
#else
    f->target = &target_x86_64;
#endif
    const char *const *levels = cpu_default_levels(f->target);
    for (int i = 0; levels[i]; i++) {
        const struct machine *machine =
            cpu_machine_of_level(f->target, levels[i]);
        if (i == 0 || codegen_can_run(machine))
            f->machine = machine;
    }
}

/* Source to loop programs: the oracle, and two of the default schedule. */
static void build_fixture(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    f->c.arena = arena_new();
    f->c.scratch = arena_new();
    f->c.names = name_table_new(f->c.arena);
    f->c.diag = diag_new(f->c.arena);
    f->c.options.max_isl_operations = 10000000;
    f->c.options.max_unroll = 4096;
    f->c.options.optimize_level = 2;
    choose_machine(f);
    f->ast = parser_parse(&f->c,
        source_new(f->c.arena, "k.dsl", source_text, sizeof source_text - 1));
    assert_non_null(f->ast);
    assert_true(parser_check(&f->c, f->ast));
    f->model = model_build(&f->c, f->ast->kernels[0], 0, NULL);
    assert_non_null(f->model);
    f->right =
        loop_build(&f->c, schedule_build(&f->c, f->model, f->machine, NULL));
    f->program =
        loop_build(&f->c, schedule_build(&f->c, f->model, f->machine, NULL));
    f->oracle = loop_build(
        &f->c, schedule_build_source_order(&f->c, f->model, f->machine));
    assert_true(f->right && f->program && f->oracle);
}

/* Free it. */
static void free_fixture(struct fixture *f)
{
    model_free(f->model);
    arena_free(f->c.scratch);
    arena_free(f->c.arena);
}

/* ---- Faults ------------------------------------------------------------ */

/* Change one node; called for every node. */
typedef void (*fault)(struct fixture *f, struct loop_node *node);

/* Apply a fault to a node and all below it. */
static void plant(struct fixture *f, struct loop_node *node, fault change)
{
    change(f, node);
    for (int i = 0; i < node->n_children; i++)
        plant(f, node->children[i], change);
}

static void leave_alone(struct fixture *f, struct loop_node *node)
{
    (void)f;
    (void)node;
}

static void drop_guard(struct fixture *f, struct loop_node *node)
{
    (void)f;
    if (node->kind == LOOP_ASSIGN)
        node->guard = NULL;
}

/* a >= 0 becomes a + 1 >= 0. */
static void loosen_guard(struct fixture *f, struct loop_node *node)
{
    const struct guard *guard = node->guard;
    const struct affine *terms[16];
    if (node->kind != LOOP_ASSIGN || !guard || guard->n_clauses != 1)
        return;
    int n = guard->clauses[0].n < 16 ? guard->clauses[0].n : 16;
    for (int i = 0; i < n; i++)
        terms[i] =
            affine_shift(f->program->values, guard->clauses[0].terms[i], 1);
    node->guard = guard_all(f->program->values, n, terms);
}

static void shorten_loop(struct fixture *f, struct loop_node *node)
{
    for (int i = 0; node->kind == LOOP_FOR && i < node->n_upper; i++)
        node->upper[i] = affine_shift(f->program->values, node->upper[i], -1);
}

static void lengthen_step(struct fixture *f, struct loop_node *node)
{
    (void)f;
    if (node->kind == LOOP_FOR && node->step > 1)
        node->step *= 2;
}

/* For value_map: loads of "x" one further along. */
static const struct value *shift_load(
    struct value_context *v, const struct value *value, void *user)
{
    const struct affine *index[8];
    const char *name = user;
    if (value->kind != VALUE_LOAD || value->n_index < 2 ||
        strcmp(value->array->name->text, name) != 0)
        return value;
    for (int i = 0; i < value->n_index; i++)
        index[i] = value->index[i];
    index[value->n_index - 1] =
        value->n_index == 2 ? affine_constant(v, 0)
                            : affine_shift(v, index[value->n_index - 1], 1);
    return value_load(v, value->array, value->n_index, index, value->range);
}

/* x one element too far: past the end of its memory at the last one. */
static void shift_input(struct fixture *f, struct loop_node *node)
{
    char name[] = "x";
    if (node->kind == LOOP_ASSIGN)
        node->value =
            value_map(f->program->values, node->value, shift_load, name);
}

/* Always the first weight. */
static void fix_weight(struct fixture *f, struct loop_node *node)
{
    char name[] = "w";
    if (node->kind == LOOP_ASSIGN)
        node->value =
            value_map(f->program->values, node->value, shift_load, name);
}

/* A product that is not added. */
static void lose_term(struct fixture *f, struct loop_node *node)
{
    (void)f;
    if (node->kind == LOOP_ASSIGN && node->value->kind == VALUE_OPERATION &&
        node->value->operation == VALUE_FMA &&
        node->value->operands[2]->kind == VALUE_LOAD)
        node->value = node->value->operands[2];
}

static void round_twice(struct fixture *f, struct loop_node *node)
{
    (void)node;
    f->program->fused = !f->right->fused;
}

/* silu(x) / silu(x) instead of silu(x): finite where the other is. */
static void change_result(struct fixture *f, struct loop_node *node)
{
    if (node->kind == LOOP_ASSIGN && node->array->kind == ARRAY_OUT)
        node->value = value_operation2(
            f->program->values, VALUE_DIVIDE, node->value, node->value);
}

static const struct {
    const char *name;
    fault change;
    bool needs_fma;
} faults[] = {{"guards dropped", drop_guard, false},
    {"guards off by one", loosen_guard, false},
    {"loops too short", shorten_loop, false},
    {"vectors left out", lengthen_step, false},
    {"input shifted", shift_input, false}, {"weight fixed", fix_weight, false},
    {"term lost", lose_term, false}, {"rounded twice", round_twice, true},
    {"result changed", change_result, false}};

enum { N_FAULTS = sizeof faults / sizeof *faults };

/* ---- Tests ------------------------------------------------------------- */

/* The object of the program with the fault. */
static struct blob build_object(struct fixture *f)
{
    struct codegen_variant variant = {f->program, f->machine, 0, NULL, 0};
    struct codegen_kernel kernel = {f->ast->kernels[0], 1, &variant};
    struct codegen_request request = {f->target, "k", 1, &kernel};
    struct blob blob = {0};
    struct codegen *codegen = codegen_build(&f->c, &request);
    if (!codegen) {
        struct text text = text_new(f->c.arena);
        diag_print(f->c.diag, &text, false);
        fail_msg("%s", text.at);
    }
    assert_true(codegen_emit(codegen, CODEGEN_OBJECT, &blob));
    codegen_free(codegen);
    return blob;
}

/* Does the self-check pass? "program" is what is replayed. */
static bool check(struct fixture *f, const struct loop_program *program,
    struct blob object, struct verify_report *report)
{
    struct verify_variant variant = {
        program, f->oracle, f->machine, "k", 0, NULL, NULL};
    struct verify_request request = {
        f->ast->kernels[0], 1, &variant, object, 0};
    bool ok = verify_kernel(&f->c, &request, report);
    assert_int_equal(diag_n_errors(f->c.diag), ok ? 0 : 1);
    assert_int_equal(
        diag_get_status(f->c.diag), ok ? DIAG_OK : DIAG_SELF_CHECK);
    struct text text = text_new(f->c.arena);
    diag_print(f->c.diag, &text, false);
    assert_true(ok || strstr(text.at, "[E0601]"));
    return ok;
}

static void test_right(void **state)
{
    struct fixture f;
    struct verify_report report;
    (void)state;
    build_fixture(&f);
    assert_true(check(&f, f.program, build_object(&f), &report));
    assert_true(report.n_replayed >= 8);
    assert_true(!codegen_can_run(f.machine) || report.n_run >= 8);
    free_fixture(&f);
}

static void test_replay(void **state)
{
    (void)state;
    for (int i = 0; i < N_FAULTS; i++) {
        struct fixture f;
        struct verify_report report;
        struct blob nothing = {0};
        build_fixture(&f);
        plant(&f, f.program->body, faults[i].change);
        if (!(faults[i].needs_fma && !f.machine->has_fma) &&
            check(&f, f.program, nothing, &report))
            fail_msg("not found in the loops: %s", faults[i].name);
        free_fixture(&f);
    }
}

static void test_object(void **state)
{
    (void)state;
    for (int i = 0; i < N_FAULTS; i++) {
        struct fixture f;
        struct verify_report report;
        build_fixture(&f);
        plant(&f, f.program->body, faults[i].change);
        if (codegen_can_run(f.machine) &&
            !(faults[i].needs_fma && !f.machine->has_fma) &&
            check(&f, f.right, build_object(&f), &report))
            fail_msg("not found in the object: %s", faults[i].name);
        free_fixture(&f);
    }
}

/* The IFs at and below a node: their number, and the one of that number. */
static int count_branches(
    struct loop_node *node, int wanted, struct loop_node **found)
{
    int n = node->kind == LOOP_IF;
    if (n && wanted == 0)
        *found = node;
    for (int i = 0; i < node->n_children; i++)
        n += count_branches(node->children[i], wanted - n, found);
    return n;
}

/* Each branch that sizes choose is taken by one of them. */
static void test_branches(void **state)
{
    int n = 1;
    (void)state;
    for (int i = 0; i < n; i++) {
        struct fixture f;
        struct verify_report report;
        struct blob nothing = {0};
        struct loop_node *branch = NULL;
        build_fixture(&f);
        n = count_branches(f.program->body, i, &branch);
        assert_true(n > 4 && branch);
        branch->n_children = 0;
        if (check(&f, f.program, nothing, &report))
            fail_msg("not found: branch %d is empty", i);
        free_fixture(&f);
    }
}

/* Nothing is wrong with a program nobody touched. */
static void test_untouched(void **state)
{
    struct fixture f;
    struct verify_report report;
    struct blob nothing = {0};
    (void)state;
    build_fixture(&f);
    plant(&f, f.program->body, leave_alone);
    assert_true(check(&f, f.program, nothing, &report));
    free_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_right),
        cmocka_unit_test(test_untouched), cmocka_unit_test(test_replay),
        cmocka_unit_test(test_branches), cmocka_unit_test(test_object)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
