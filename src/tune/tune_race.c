/* Is a candidate better? A short look beside the untuned schedule first; who is
 * not surely slower than the best so far is measured for longer, beside it. */
#include "tune/tune_internal.h"

#include "base/sample.h"

#include <math.h>
#include <string.h>

static const struct tune_pace glance = {TUNE_MIN_ROUNDS, 200000};
static const struct tune_pace first_look = {7, 100000};
static const struct tune_pace duel = {25, 200000};

/* Over the best's time: who is surely slower than that is not looked at any
 * longer. Under it: who is not surely below is no gain. */
#define GIVE_UP 1.1
#define GAIN 0.99

enum { MIN_LIMIT_S = 3, TIMES = 10 };
#define SECOND_NS INT64_C(1000000000)
#define FIRST_LIMIT_NS (120 * SECOND_NS)
#define LIMIT_BYTES (INT64_C(16) << 30)

double tune_race_round_ns(const struct tune *tune, const struct tune_pace *pace)
{
    return fmax((double)pace->round_ns, tune->candidates.at[0]->time.median_ns);
}

int tune_race_rounds(
    const struct tune *tune, const struct tune_pace *pace, int n)
{
    double share_ns = (double)tune->budget_ns / TUNE_SHARES;
    double n_rounds = share_ns / n / tune_race_round_ns(tune, pace);

    return n_rounds >= pace->n_rounds   ? pace->n_rounds
           : n_rounds > TUNE_MIN_ROUNDS ? (int)n_rounds
                                        : TUNE_MIN_ROUNDS;
}

/* The job of measuring some candidates beside each other. */
static struct trial_job make_job(const struct tune *tune, struct tune_pace pace,
    double give_up, int n, const struct tune_candidate *const *candidates)
{
    struct arena *arena = tune->c->arena;
    struct trial_job job = tune->job;
    struct trial_object *objects = ARENA_ARRAY(arena, n, struct trial_object);

    for (int i = 0; i < n; i++)
        objects[i] =
            (struct trial_object){candidates[i]->line, candidates[i]->object};
    job.n_objects = n;
    job.objects = objects;
    job.n_rounds = tune_race_rounds(tune, &pace, n);
    job.round_ns = pace.round_ns;
    job.give_up = give_up;
    job.limit_bytes = LIMIT_BYTES;
    return job;
}

struct trial_job tune_race_job(const struct tune *tune, int n,
    const struct tune_candidate *const *candidates)
{
    struct trial_job job = make_job(tune, duel, 0, n, candidates);

    job.limit_ns = FIRST_LIMIT_NS;
    return job;
}

/* Do a job with the lock held. */
static struct trial_result do_job(
    struct arena *arena, const struct trial_job *job)
{
    int lock = trial_lock(arena, "cpu");
    struct trial_result result = trial_run(arena, job);

    trial_unlock(lock);
    return result;
}

/* One trial of some candidates beside each other. */
static struct trial_result run(struct tune *tune, struct tune_pace pace,
    double give_up, int n, struct tune_candidate *const *candidates)
{
    struct trial_job job = make_job(tune, pace, give_up, n,
        (const struct tune_candidate *const *)candidates);

    return do_job(tune->c->arena, &job);
}

struct trial_result tune_race_again(struct tune *tune,
    const struct tune_pace *pace, bool is_checked, int n,
    struct tune_candidate *const *candidates)
{
    struct trial_job job = make_job(
        tune, *pace, 0, n, (const struct tune_candidate *const *)candidates);

    job.is_checked = is_checked;
    return do_job(tune->c->arena, &job);
}

void tune_race_note(struct tune *tune, struct tune_candidate *candidate, int at,
    const struct trial_result *result)
{
    candidate->stage = TUNE_DONE;
    candidate->state = result->state;
    candidate->message = result->message;
    if (result->state != TRIAL_CORRECT)
        return;
    candidate->result = *result;
    candidate->result.samples_ns[0] = result->samples_ns[at];
    candidate->time = trial_time_of(tune->c->arena, result, at);
    candidate->ratio = trial_ratio_of(tune->c->arena, result, at, 0);
}

int tune_race_build(struct tune *tune, int n, struct tune_candidate **list)
{
    int n_kept = 0;

    for (int i = 0; i < n; i++) {
        struct tune_candidate *candidate = list[i];

        if (candidate->object.size_bytes == 0 &&
            tune_build_start(tune, candidate))
            tune_build_finish(tune, candidate);
        if (candidate->object.size_bytes > 0)
            list[n_kept++] = candidate;
    }
    return n_kept;
}

/* The untuned one alone: what it takes sets the limit for all others. */
static void measure_untuned(struct tune *tune, struct tune_candidate *untuned)
{
    int64_t start_ns = sample_clock_ns();
    struct trial_result result;

    tune->job.limit_ns = FIRST_LIMIT_NS;
    result = run(tune, glance, 0, 1, &untuned);
    tune_race_note(tune, untuned, 0, &result);
    tune->setup_ns = (double)(sample_clock_ns() - start_ns) -
                     TUNE_MIN_ROUNDS * tune_race_round_ns(tune, &glance);
    if (tune_race_rounds(tune, &duel, 1) > TUNE_MIN_ROUNDS) {
        result = run(tune, duel, 0, 1, &untuned);
        tune_race_note(tune, untuned, 0, &result);
    }
    tune->job.limit_ns =
        MIN_LIMIT_S * SECOND_NS + TIMES * (sample_clock_ns() - start_ns);
    if (result.state == TRIAL_CORRECT)
        tune->best = untuned;
}

/* A long look beside the best so far. */
static void fight(struct tune *tune, struct tune_candidate *candidate)
{
    struct tune_candidate *three[] = {
        tune->candidates.at[0], candidate, tune->best};
    int n = tune->best == three[0] ? 2 : 3;
    struct trial_result result;
    struct trial_ratio ratio;

    if (tune_race_build(tune, n, three) < n)
        return;
    result = run(tune, duel, 0, n, three);
    tune_race_note(tune, candidate, 1, &result);
    if (result.state != TRIAL_CORRECT)
        return;
    ratio = trial_ratio_of(tune->c->arena, &result, 1, n == 2 ? 0 : 2);
    if (ratio.high >= 1 || ratio.median >= GAIN)
        return;
    tune->best = candidate;
    tune->last_gain = tune->n_done;
}

void tune_race(struct tune *tune, struct tune_candidate *candidate)
{
    struct tune_candidate *two[] = {tune->candidates.at[0], candidate};
    struct trial_result result;

    if (candidate == two[0]) {
        measure_untuned(tune, candidate);
    } else {
        result =
            run(tune, first_look, GIVE_UP * tune->best->ratio.median, 2, two);
        tune_race_note(tune, candidate, 1, &result);
        if (result.state == TRIAL_CORRECT &&
            candidate->ratio.low < tune->best->ratio.median)
            fight(tune, candidate);
    }
    candidate->end_ns = sample_clock_ns() - tune->start_ns;
}
