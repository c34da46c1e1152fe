/* Who wins a search, by samples that are made up: luck that one process has for
 * one candidate is none. */
#include "tune/tune_internal.h"

#include "unit_harness.h"

enum { N_CANDIDATES = 4, N_PROCESSES = 10 };

/* What a process says: time of each candidate over that of the untuned one, in
 * the order of processes; then it begins again. */
struct story {
    int n_calls;
    int n_processes;
    double untuned_ns;
    double ratios[N_PROCESSES][N_CANDIDATES];
};

/* In place of measuring. */
struct trial_result __wrap_tune_race_again(struct tune *tune,
    const struct tune_pace *pace, bool is_checked, int n,
    struct tune_candidate *const *candidates);
struct trial_result __wrap_tune_race_again(struct tune *tune,
    const struct tune_pace *pace, bool is_checked, int n,
    struct tune_candidate *const *candidates)
{
    struct story *story = (struct story *)tune->variant;
    const double *ratios = story->ratios[story->n_calls % story->n_processes];
    struct trial_result result = {.state = TRIAL_CORRECT,
        .n_objects = n,
        .n_rounds = tune_race_rounds(tune, pace, n)};

    (void)is_checked;
    story->n_calls++;
    for (int i = 0; i < n; i++) {
        int at = 0;

        while (tune->candidates.at[at] != candidates[i])
            at++;
        result.samples_ns[i] =
            ARENA_ARRAY(tune->c->arena, result.n_rounds, double);
        for (int round = 0; round < result.n_rounds; round++)
            result.samples_ns[i][round] = story->untuned_ns * ratios[at] *
                                          (1 + 1e-4 * ((round * 7 + i) % 5));
    }
    return result;
}

/* The place of the winner. Candidate "i" has that many words, and was as fast
 * as the first process says when it was measured before. */
static int play(struct arena *arena, struct story *story)
{
    struct compilation c = {.arena = arena};
    struct tune tune = {.c = &c, .budget_ns = INT64_C(10000000000)};
    const struct tune_candidate *winner;
    int i = 0;

    tune.variant = (const struct driver_variant *)story;
    for (int at = 0; at < N_CANDIDATES; at++) {
        struct tune_candidate *one = ARENA_NEW(arena, struct tune_candidate);

        one->line = arena_printf(arena, "%d", at);
        one->stage = TUNE_DONE;
        one->state = TRIAL_CORRECT;
        one->n_words = at;
        one->object = (struct blob){"", 1};
        one->ratio.median = story->ratios[0][at];
        one->time.median_ns = story->untuned_ns * one->ratio.median;
        VECTOR_PUSH(arena, &tune.candidates, one);
    }
    tune.best = tune.candidates.at[0];
    winner = tune_final(&tune);
    while (tune.candidates.at[i] != winner)
        i++;
    return i;
}

/* Faster everywhere. */
static void test_faster(void **state)
{
    struct story story = {.n_processes = 2,
        .untuned_ns = 1000,
        .ratios = {{1, 1.2, 0.9, 0.95}, {1, 1.1, 0.93, 0.97}}};

    assert_int_equal(play(*state, &story), 2);
    assert_int_equal(story.n_calls, 4 + 6);
}

/* Among those that are as fast the one with the fewest words. */
static void test_simplest(void **state)
{
    struct story story = {.n_processes = 1,
        .untuned_ns = 1000,
        .ratios = {{1, 0.9005, 0.95, 0.9}}};

    assert_int_equal(play(*state, &story), 1);
    story.ratios[0][1] = 0.92;
    assert_int_equal(play(*state, &story), 3);
    story.ratios[0][1] = story.ratios[0][2] = story.ratios[0][3] = 0.995;
    assert_int_equal(play(*state, &story), 0);
}

/* Faster in the processes that choose, but in one of those that confirm; the
 * next one has its chance. */
static void test_luck(void **state)
{
    struct story story = {.n_processes = 10,
        .untuned_ns = 1000,
        .ratios = {{1, 2, 2, 0.9}, {1, 2, 2, 0.9}, {1, 2, 2, 0.9},
            {1, 2, 2, 0.9}, {1, 2, 2, 0.9}, {1, 2, 2, 0.9}, {1, 2, 2, 0.9},
            {1, 2, 2, 1.01}, {1, 2, 2, 0.9}, {1, 2, 2, 0.9}}};

    assert_int_equal(play(*state, &story), 0);
    for (int i = 0; i < N_PROCESSES; i++)
        story.ratios[i][2] = 0.95;
    story.n_calls = 0;
    assert_int_equal(play(*state, &story), 2);
    assert_int_equal(story.n_calls, 2 * (4 + 6));
}

/* Always faster, but by less than is worth words. */
static void test_little(void **state)
{
    struct story story = {.n_processes = 10, .untuned_ns = 1000};

    for (int i = 0; i < N_PROCESSES; i++)
        for (int j = 0; j < N_CANDIDATES; j++)
            story.ratios[i][j] = j == 0 ? 1 : i < 4 ? 0.97 : 0.995;
    assert_int_equal(play(*state, &story), 0);
}

/* Calls of 100 ms: fewer candidates and processes. */
static void test_long(void **state)
{
    struct story story = {
        .n_processes = 1, .untuned_ns = 1e8, .ratios = {{1, 1.2, 0.9, 0.95}}};

    assert_int_equal(play(*state, &story), 2);
    assert_int_equal(story.n_calls, 1 + 2);
}

int main(void)
{
    struct CMUnitTest tests[] = {cmocka_unit_test(test_faster),
        cmocka_unit_test(test_simplest), cmocka_unit_test(test_luck),
        cmocka_unit_test(test_little), cmocka_unit_test(test_long)};

    return harness_run(sizeof tests / sizeof *tests, tests);
}
