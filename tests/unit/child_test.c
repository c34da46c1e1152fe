/* A child that ends, hangs, faults or wants too much costs only itself. */
#include "base/child.h"
#include "base/guarded.h"
#include "base/sample.h"

#include "unit_harness.h"

#include <signal.h>

#define SECOND_NS INT64_C(1000000000)

/* What each child does. */
static void write_answer(void *user, void *shared)
{
    *(int *)shared = *(const int *)user + 1;
}
static void hang(void *user, void *shared)
{
    (void)user;
    for (;;)
        *(volatile int *)shared = 1;
}
static void touch_guard(void *user, void *shared)
{
    struct guarded guarded;

    (void)user;
    (void)shared;
    if (guarded_map(&guarded, 100, true))
        ((volatile char *)guarded.data)[100] = 1;
}
static void take_memory(void *user, void *shared)
{
    char *memory = malloc(1 << 30);

    (void)user;
    if (memory)
        memset(memory, 1, 1 << 30);
    *(int *)shared = memory == NULL;
}

/* Run one; its words, and the number it left. */
static const char *run(struct arena *arena, struct child_limits limits,
    void (*body)(void *, void *), int *number)
{
    struct child child;
    const char *words;

    assert_true(child_start(&child, &limits, sizeof(int), body, number));
    while (!child_wait(&child, SECOND_NS / 20))
        ;
    words = child_describe(&child, arena);
    *number = *(int *)child.shared;
    child_free(&child);
    return words;
}

/* By itself, with an answer. */
static void test_answer(void **state)
{
    int number = 41;

    assert_null(run(*state, (struct child_limits){0}, write_answer, &number));
    assert_int_equal(number, 42);
}

/* Killed when its time is over, not much later. */
static void test_hang(void **state)
{
    struct child_limits limits = {.time_ns = SECOND_NS / 5};
    int64_t start_ns = sample_clock_ns();
    int number = 0;

    assert_string_equal(run(*state, limits, hang, &number), "did not end");
    assert_true(sample_clock_ns() - start_ns < 5 * SECOND_NS);
}

/* A fault is said in words. */
static void test_fault(void **state)
{
    int number = 0;
    const char *words =
        run(*state, (struct child_limits){0}, touch_guard, &number);

    assert_non_null(words);
    assert_non_null(strstr(words, "ended"));
}

/* Memory beyond the limit is refused. */
static void test_memory(void **state)
{
    struct child_limits limits = {.memory_bytes = 1 << 29};
    int number = 0;

#ifdef __SANITIZE_ADDRESS__
    skip();
#endif
    assert_null(run(*state, limits, take_memory, &number));
    assert_int_equal(number, 1);
}

/* Freed while it runs: killed. */
static void test_stop(void **state)
{
    struct child_limits limits = {0};
    struct child child;
    pid_t pid;

    (void)state;
    assert_true(child_start(&child, &limits, sizeof(int), hang, NULL));
    assert_false(child_wait(&child, SECOND_NS / 100));
    pid = child.pid;
    child_free(&child);
    assert_int_equal(kill(pid, 0), -1);
}

/* A child of a child says so in memory of the test's, and hangs. */
static void say(void *user, void *shared)
{
    *(volatile int *)user = 1;
    hang(user, shared);
}
static void start_another(void *user, void *shared)
{
    struct child_limits limits = {.time_ns = 10 * SECOND_NS};
    struct child child;

    (void)user;
    child_start(&child, &limits, sizeof(int), say, shared);
    for (;;)
        pause();
}

/* Who is killed takes its children along: they keep the pipe open that says
 * when it has ended. */
static void test_death(void **state)
{
    struct child_limits limits = {0};
    struct child child;
    volatile int *is_there;

    (void)state;
    assert_true(child_start(&child, &limits, sizeof(int), start_another, NULL));
    is_there = child.shared;
    while (!*is_there)
        assert_false(child_wait(&child, SECOND_NS / 100));
    kill(child.pid, SIGKILL);
    assert_true(child_wait(&child, 5 * SECOND_NS));
    child_free(&child);
}

int main(void)
{
    struct CMUnitTest tests[] = {cmocka_unit_test(test_answer),
        cmocka_unit_test(test_hang), cmocka_unit_test(test_fault),
        cmocka_unit_test(test_memory), cmocka_unit_test(test_stop),
        cmocka_unit_test(test_death)};

    return harness_run(sizeof tests / sizeof *tests, tests);
}
