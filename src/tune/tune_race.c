/* Is a candidate better? A short look beside the untuned schedule first; who is
 * not surely slower than the best so far is measured for longer, beside it. */
#include "tune/tune_internal.h"

#include "base/sample.h"

#include <math.h>
#include <string.h>

/* A race: rounds, time of one round for each object. */
struct race {
    int n_rounds;
    int64_t round_ns;
};

static const struct race first_look = {7, 100000};
static const struct race duel = {25, 200000};
static const struct race last = {15, 300000};

/* Over the best's time: who is surely slower than that is not looked at any
 * longer. Under it: who is not surely below is no gain. */
#define GIVE_UP 1.1
#define GAIN 0.99

enum { N_FINAL = 5, N_TIMES = 4, MIN_LIMIT_S = 3, TIMES = 10 };
#define SECOND_NS INT64_C(1000000000)
#define FIRST_LIMIT_NS (120 * SECOND_NS)
#define LIMIT_BYTES (INT64_C(16) << 30)

/* The job of measuring some candidates beside each other. */
static struct trial_job make_job(const struct tune *tune, struct race race,
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
    job.n_rounds = race.n_rounds;
    job.round_ns = race.round_ns;
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

/* One trial of some candidates beside each other, with the lock held. */
static struct trial_result run(struct tune *tune, struct race race,
    double give_up, int n, struct tune_candidate *const *candidates)
{
    struct arena *arena = tune->c->arena;
    struct trial_job job = make_job(tune, race, give_up, n,
        (const struct tune_candidate *const *)candidates);
    struct trial_result result;
    int lock;

    lock = trial_lock(arena, "cpu");
    result = trial_run(arena, &job);
    trial_unlock(lock);
    return result;
}

/* Take over what a trial says of candidate number "at" of it. */
static void note(struct tune *tune, struct tune_candidate *candidate, int at,
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

/* Compile those of the list that are known from before; those that fail are
 * left out. How many there are then. */
static int build_missing(struct tune *tune, int n, struct tune_candidate **list)
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
    result = run(tune, duel, 0, 1, &untuned);
    note(tune, untuned, 0, &result);
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

    if (build_missing(tune, n, three) < n)
        return;
    result = run(tune, duel, 0, n, three);
    note(tune, candidate, 1, &result);
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
        note(tune, candidate, 1, &result);
        if (result.state == TRIAL_CORRECT &&
            candidate->ratio.low < tune->best->ratio.median)
            fight(tune, candidate);
    }
    candidate->end_ns = sample_clock_ns() - tune->start_ns;
}

/* ---- The final --------------------------------------------------------- */

/* The fastest that are not in the list yet; their number. */
static int list_best(
    const struct tune *tune, int n_most, struct tune_candidate **list)
{
    int n = 1;

    list[0] = tune->candidates.at[0];
    for (; n <= n_most; n++) {
        struct tune_candidate *next = NULL;

        for (int i = 1; i < tune->candidates.n; i++) {
            struct tune_candidate *candidate = tune->candidates.at[i];
            bool is_listed = candidate->stage != TUNE_DONE ||
                             candidate->state != TRIAL_CORRECT;

            for (int j = 0; j < n; j++)
                is_listed = is_listed || list[j] == candidate;
            if (!is_listed &&
                (!next || candidate->ratio.median < next->ratio.median))
                next = candidate;
        }
        if (!next)
            break;
        list[n] = next;
    }
    return n;
}

/* Of those that are not surely slower than number "best", the simplest. */
static int find_simplest(struct tune *tune, const struct trial_result *result,
    int n, struct tune_candidate *const *list, int best)
{
    int simplest = best;

    for (int i = 0; i < n; i++) {
        struct trial_ratio ratio =
            trial_ratio_of(tune->c->arena, result, i, best);

        if (ratio.low <= 1 / GAIN && list[i]->n_words < list[simplest]->n_words)
            simplest = i;
    }
    return simplest;
}

/* Several trials as one, each in a process of its own: where code and data lie
 * there differs, and is not what the candidates are chosen for. */
static struct trial_result run_again(
    struct tune *tune, int n, struct tune_candidate *const *list)
{
    struct trial_result all = run(tune, last, 0, n, list);

    for (int time = 1; time < N_TIMES && all.state == TRIAL_CORRECT; time++) {
        struct trial_result more = run(tune, last, 0, n, list);

        if (more.state != TRIAL_CORRECT)
            return more;
        for (int i = 0; i < n; i++) {
            double *both = ARENA_ARRAY(
                tune->c->arena, all.n_rounds + more.n_rounds, double);

            memcpy(
                both, all.samples_ns[i], (size_t)all.n_rounds * sizeof *both);
            memcpy(both + all.n_rounds, more.samples_ns[i],
                (size_t)more.n_rounds * sizeof *both);
            all.samples_ns[i] = both;
        }
        all.n_rounds += more.n_rounds;
    }
    return all;
}

struct tune_candidate *tune_race_final(struct tune *tune)
{
    struct tune_candidate *list[N_FINAL + 1];
    int n = build_missing(tune, list_best(tune, N_FINAL, list), list);
    struct trial_result result = run_again(tune, n, list);
    int best = 0;

    if (result.state != TRIAL_CORRECT)
        return tune->best;
    for (int i = 0; i < n; i++) {
        note(tune, list[i], i, &result);
        tune_store_keep(tune, list[i]);
    }
    for (int i = 1; i < n; i++)
        if (list[i]->time.median_ns < list[best]->time.median_ns)
            best = i;
    return list[find_simplest(tune, &result, n, list, best)];
}
