/* Planted candidates: what crashes, hangs, writes too little, too much or the
 * wrong thing, is found out before it is timed, and costs one trial. */
#include "base/child.h"
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

/* The job of a body beside the right one. */
static struct trial_job make_job(struct arena *arena, const char *body)
{
    static const struct trial_argument arguments[] = {
        {.kind = TRIAL_IN, .type = DTYPE_F32, .n_elements = N},
        {.kind = TRIAL_OUT, .type = DTYPE_F32, .n_elements = N}};
    struct trial_object *objects = ARENA_ARRAY(arena, 2, struct trial_object);

    objects[0] = (struct trial_object){"right",
        compile(arena, "for (int i = 0; i < 1000; i++) y[i] = 2 * x[i];")};
    objects[1] = (struct trial_object){"planted", compile(arena, body)};
    return (struct trial_job){.id = "test",
        .symbol = "f",
        .n_arguments = 2,
        .arguments = arguments,
        .n_objects = 2,
        .objects = objects,
        .n_rounds = 7,
        .round_ns = 20000,
        .limit_ns = 2000 * MILLISECOND_NS};
}

/* Try a body beside the right one. */
static struct trial_result run(struct arena *arena, const char *body)
{
    struct trial_job job = make_job(arena, body);

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

static const char slow[] =
    "for (int r = 0; r < 40; r++) { for (int i = 0; i < 1000; i++) "
    "y[i] = 2 * x[i]; asm volatile(\"\" ::: \"memory\"); }";

/* A slower one is right, and its times say that it is slower. */
static void test_right(void **state)
{
    struct trial_result result = run(*state, slow);
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

/* Who is surely slower than that is not measured to the end. */
static void test_give_up(void **state)
{
    struct trial_job job = make_job(*state, slow);
    struct trial_result result;

    job.n_rounds = 100;
    job.give_up = 1.1;
    result = trial_run(*state, &job);
    assert_int_equal(result.state, TRIAL_CORRECT);
    assert_true(result.n_rounds < 100);
    job.give_up = 10000;
    assert_int_equal(trial_run(*state, &job).n_rounds, 100);
}

/* Sums in another order differ by a little, where that is allowed. */
static void test_tolerance(void **state)
{
    struct trial_job job = make_job(
        *state, "for (int i = 0; i < 1000; i++) y[i] = 2 * x[i] + 1e-5f;");

    assert_int_equal(trial_run(*state, &job).state, TRIAL_CORRECTNESS);
    job.tolerance = 1e-3;
    assert_int_equal(trial_run(*state, &job).state, TRIAL_CORRECT);
    job.tolerance = 1e-7;
    assert_int_equal(trial_run(*state, &job).state, TRIAL_CORRECTNESS);
}

/* What pads blocks may hold anything: 995 elements in blocks of 10. */
static void test_blocks(void **state)
{
    static const struct trial_blocks blocks = {10, 100, 1, 10, 995};
    struct trial_job job = make_job(*state,
        "for (int i = 0; i < 1000; i++) y[i] = i < 995 ? 2 * x[i] : i;");
    struct trial_argument arguments[2] = {job.arguments[0], job.arguments[1]};

    assert_int_equal(trial_run(*state, &job).state, TRIAL_CORRECTNESS);
    arguments[1].n_blocks = 1;
    arguments[1].blocks = &blocks;
    job.arguments = arguments;
    assert_int_equal(trial_run(*state, &job).state, TRIAL_CORRECT);
}

/* Cold arguments are elsewhere in each call, warm ones are not. */
static void test_cold(void **state)
{
    struct trial_job job =
        make_job(*state, "static const float *last; static int same; "
                         "same = x == last ? same + 1 : 0; last = x; "
                         "if (same == 3) __builtin_trap(); "
                         "for (int i = 0; i < 1000; i++) y[i] = 2 * x[i];");

    assert_int_equal(trial_run(*state, &job).state, TRIAL_RUNTIME);
    job.is_cold = true;
    assert_int_equal(trial_run(*state, &job).state, TRIAL_CORRECT);
}

/* What another object left in the caches costs a call that is not counted: the
 * element behind the tensor's last says who was there, and costs 2 ms. */
static void test_warm(void **state)
{
    static const struct trial_blocks blocks = {10, 100, 1, 10, 995};
    static const char source[] =
        "int f(const float *x, float *y)\n{ if (%s && y[999] != 7)\n"
        "for (int i = 0; i < 2000000; i++) asm volatile(\"\");\n"
        "for (int i = 0; i < 995; i++) y[i] = 2 * x[i];\n"
        "y[999] = %s; return 0; }";
    struct trial_job job = make_job(*state, "");
    struct trial_argument arguments[2] = {job.arguments[0], job.arguments[1]};
    struct trial_object objects[2] = {
        {"", harness_compile(*state, arena_printf(*state, source, "0", "3"))},
        {"", harness_compile(*state, arena_printf(*state, source, "1", "7"))}};
    struct trial_result result;

    arguments[1].n_blocks = 1;
    arguments[1].blocks = &blocks;
    job.arguments = arguments;
    job.objects = objects;
    result = trial_run(*state, &job);
    assert_int_equal(result.state, TRIAL_CORRECT);
    assert_true(trial_ratio_of(*state, &result, 1, 0).median < 4);
}

/* Results that are known to be right are not looked at again. */
static void test_checked(void **state)
{
    struct trial_job job = make_job(*state, "");

    job.is_checked = true;
    assert_int_equal(trial_run(*state, &job).state, TRIAL_CORRECT);
}

/* A workspace ends where its function says: 64 bytes here. */
static void test_workspace(void **state)
{
    static const struct trial_argument arguments[] = {
        {.kind = TRIAL_OUT, .type = DTYPE_F32, .n_elements = 1},
        {.kind = TRIAL_WORKSPACE}};
    static const char source[] =
        "long f_workspace(void) { return 64; }\n"
        "int f(float *y, volatile float *w) { w[%d] = 1; y[0] = 2; return 0; }";
    struct trial_object objects[2];
    struct trial_job job = make_job(*state, "");

    for (int i = 0; i < 2; i++)
        objects[i] = (struct trial_object){
            "", harness_compile(*state, arena_printf(*state, source, 15 + i))};
    job.arguments = arguments;
    job.objects = objects;
    job.n_objects = 1;
    assert_int_equal(trial_run(*state, &job).state, TRIAL_CORRECT);
    job.n_objects = 2;
    assert_int_equal(trial_run(*state, &job).state, TRIAL_RUNTIME);
}

/* The lock is one for all processes, given back when one of them ends. */
static void take_lock(void *user, void *shared)
{
    struct arena *arena = arena_new();

    (void)user;
    *(volatile int *)shared = 1;
    trial_lock(arena, "test");
    *(volatile int *)shared = 2;
}
static void test_lock(void **state)
{
    int lock = trial_lock(*state, "test");
    struct child_limits limits = {0};
    struct child child;

    assert_true(lock >= 0);
    assert_true(child_start(&child, &limits, sizeof(int), take_lock, NULL));
    assert_false(child_wait(&child, 200 * MILLISECOND_NS));
    assert_int_equal(*(volatile int *)child.shared, 1);
    trial_unlock(lock);
    while (!child_wait(&child, -1))
        ;
    assert_int_equal(*(volatile int *)child.shared, 2);
    child_free(&child);
    trial_unlock(trial_lock(*state, "test"));
}

int main(void)
{
    struct CMUnitTest tests[] = {cmocka_unit_test(test_right),
        cmocka_unit_test(test_crash), cmocka_unit_test(test_hang),
        cmocka_unit_test(test_wrong), cmocka_unit_test(test_outside),
        cmocka_unit_test(test_nothing), cmocka_unit_test(test_give_up),
        cmocka_unit_test(test_tolerance), cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_cold), cmocka_unit_test(test_checked),
        cmocka_unit_test(test_warm), cmocka_unit_test(test_workspace),
        cmocka_unit_test(test_lock)};

    return harness_run(sizeof tests / sizeof *tests, tests);
}
