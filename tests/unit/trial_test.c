/* Planted candidates: what crashes, hangs, writes too little, too much or the
 * wrong thing, is found out before it is timed, and costs one trial. */
#include "trial/trial.h"

#include "unit_harness.h"

enum { N = 1000 };
#define MILLISECOND_NS INT64_C(1000000)

/* The body of "int f(const float *x, float *y)" as an object. */
static struct blob compile(struct arena *arena, const char *body)
{
    return harness_compile(arena,
        arena_printf(arena,
            "int f(const float *x, float *y)\n{ %s return 0; }\n", body));
}

/* Try a body beside the right one. */
static struct trial_result run(struct arena *arena, const char *body)
{
    static const struct trial_argument arguments[] = {
        {.kind = TRIAL_IN, .type = DTYPE_F32, .n_elements = N},
        {.kind = TRIAL_OUT, .type = DTYPE_F32, .n_elements = N}};
    struct trial_object objects[2] = {
        {"right",
            compile(arena, "for (int i = 0; i < 1000; i++) y[i] = 2 * x[i];")},
        {"planted", compile(arena, body)}};
    struct trial_job job = {.id = "test",
        .symbol = "f",
        .n_arguments = 2,
        .arguments = arguments,
        .n_objects = 2,
        .objects = objects,
        .n_rounds = 7,
        .round_ns = 20000,
        .limit_ns = 2000 * MILLISECOND_NS};

    return trial_run(arena, &job);
}

/* Check how it ends. */
static void expect(
    void **state, const char *body, enum trial_state end, const char *message)
{
    struct trial_result result = run(*state, body);

    assert_int_equal(result.state, end);
    assert_non_null(result.message);
    if (!strstr(result.message, message))
        fail_msg("'%s' is not in '%s'", message, result.message);
}

/* A slower one is right, and its times say that it is slower. */
static void test_right(void **state)
{
    struct trial_result result = run(*state,
        "for (int r = 0; r < 40; r++) { for (int i = 0; i < 1000; i++) "
        "y[i] = 2 * x[i]; asm volatile(\"\" ::: \"memory\"); }");
    struct trial_ratio ratio;

    assert_int_equal(result.state, TRIAL_CORRECT);
    assert_null(result.message);
    assert_int_equal(result.n_rounds, 7);
    ratio = trial_ratio_of(*state, &result, 1, 0);
    assert_true(ratio.low > 2 && ratio.median < 400);
}

static void test_crash(void **state)
{
    expect(state, "*(volatile int *)8 = 1;", TRIAL_RUNTIME, "object 1 ");
    expect(state, "return 3;", TRIAL_RUNTIME, "status 3");
    expect(state, "__builtin_trap();", TRIAL_RUNTIME, "object 1 ");
}

static void test_hang(void **state)
{
    expect(state, "for (;;) asm volatile(\"\");", TRIAL_TIMEOUT, "did not end");
}

static void test_wrong(void **state)
{
    expect(state, "for (int i = 0; i < 1000; i++) y[i] = 2 * x[i] + (i == 7);",
        TRIAL_CORRECTNESS, "argument 1, element 7 ");
    expect(state, "for (int i = 0; i < 999; i++) y[i] = 2 * x[i];",
        TRIAL_CORRECTNESS, "element 999 ");
}

/* One element too far, either way, and inputs that are written. */
static void test_outside(void **state)
{
    expect(state, "for (int i = 0; i < 1001; i++) y[i] = 2;", TRIAL_RUNTIME,
        "object 1 ");
    expect(state,
        "for (int i = 0; i < 1000; i++) y[i] = 2 * x[i]; "
        "y[-1] = 0;",
        TRIAL_RUNTIME, "object 1 ");
    expect(state,
        "for (int i = 0; i < 1000; i++) y[i] = 2 * x[i]; "
        "((float *)x)[0] = 1;",
        TRIAL_RUNTIME, "object 1 ");
}

/* What is left of another's results does not help. */
static void test_nothing(void **state)
{
    expect(state, "", TRIAL_CORRECTNESS, "element 0 ");
}

int main(void)
{
    struct CMUnitTest tests[] = {cmocka_unit_test(test_right),
        cmocka_unit_test(test_crash), cmocka_unit_test(test_hang),
        cmocka_unit_test(test_wrong), cmocka_unit_test(test_outside),
        cmocka_unit_test(test_nothing)};

    return harness_run(sizeof tests / sizeof *tests, tests);
}
