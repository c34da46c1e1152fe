/* Times: all objects in turn, round after round, on the same arguments, so that
 * what the machine does meanwhile is done to each of them. */
#include "base/sample.h"
#include "trial/trial_internal.h"

/* Arguments are where the last so many bytes of calls were not (cold). */
#define COLD_BYTES (INT64_C(256) << 20)

/* Arguments so large that no cache has them are cold in any case. */
#define WARM_BYTES (INT64_C(64) << 20)

enum { ALIGNMENT = 64, MAX_SETS = 4096, FEW_ROUNDS = 5, MAX_CALLS = 1 << 20 };

/* One object being timed: a call for each set of arguments. */
struct timed {
    struct object_call *calls;
    int64_t n_calls; /* in a round */
};

/* All of them. "set" is the next to be used. */
struct timing {
    struct trial *trial;
    int n_sets;
    int set;
    struct timed objects[TRIAL_MAX_OBJECTS];
};

/* Bytes of one set of arguments. */
static int64_t count_bytes(const struct trial_job *job)
{
    int64_t n_bytes = 0;

    for (int i = 0; i < job->n_arguments; i++)
        if (trial_is_array(&job->arguments[i]))
            n_bytes += trial_count_bytes(&job->arguments[i]) + ALIGNMENT;
    return n_bytes;
}

/* How many sets. */
static int count_sets(const struct trial_job *job)
{
    int64_t n_sets = 1;

    if (job->is_cold)
        n_sets = COLD_BYTES / (count_bytes(job) + 1) + 2;
    return n_sets < MAX_SETS ? (int)n_sets : MAX_SETS;
}

/* A set of arguments, filled; outputs hold zeros. One after the other, as a
 * program's own would lie. */
static char **place_set(struct trial *trial)
{
    const struct trial_job *job = trial->job;
    char **arrays = ARENA_ARRAY(trial->arena, job->n_arguments, char *);
    struct guarded memory;
    char *at;

    if (!guarded_map(&memory, count_bytes(job), false))
        return NULL;
    at = memory.data;
    for (int i = 0; i < job->n_arguments; i++) {
        int64_t n_bytes = trial_count_bytes(&job->arguments[i]);

        if (!trial_is_array(&job->arguments[i]))
            continue;
        arrays[i] = at;
        if (job->arguments[i].kind != TRIAL_OUT)
            trial_fill(job, i, at);
        at += (n_bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    return arrays;
}

/* Arguments and calls of all objects. */
static bool prepare(struct timing *timing)
{
    struct trial *trial = timing->trial;
    char ***sets = ARENA_ARRAY(trial->arena, timing->n_sets, char **);

    for (int i = 0; i < timing->n_sets; i++)
        if (!(sets[i] = place_set(trial)))
            return trial_fail(trial, TRIAL_RUNTIME, "memory is short");
    for (int i = 0; i < trial->job->n_objects; i++) {
        struct guarded workspace;

        timing->objects[i].calls =
            ARENA_ARRAY(trial->arena, timing->n_sets, struct object_call);
        if (!guarded_map(&workspace, trial->workspace_bytes[i], false))
            return trial_fail(trial, TRIAL_RUNTIME, "memory is short");
        for (int set = 0; set < timing->n_sets; set++)
            if (!trial_prepare(trial, i, sets[set], workspace.data,
                    &timing->objects[i].calls[set]))
                return false;
    }
    return true;
}

/* Nanoseconds of "n" calls of an object. */
static int64_t run_calls(struct timing *timing, int object, int64_t n)
{
    const struct object_call *calls = timing->objects[object].calls;
    int set = timing->set;
    int64_t start_ns;

    timing->trial->shared->at = object;
    start_ns = sample_clock_ns();
    for (int64_t i = 0; i < n; i++) {
        object_run(&calls[set]);
        set = set + 1 < timing->n_sets ? set + 1 : 0;
    }
    timing->set = set;
    return sample_clock_ns() - start_ns;
}

/* How many calls make a round. */
static int64_t choose_calls(struct timing *timing, int object)
{
    int64_t wanted_ns = timing->trial->job->round_ns;
    int64_t n = 1;

    run_calls(timing, object, 1);
    for (;;) {
        int64_t took_ns = run_calls(timing, object, n);

        if (took_ns >= wanted_ns || n >= MAX_CALLS)
            return n;
        if (took_ns * 4 >= wanted_ns)
            return n * wanted_ns / took_ns + 1;
        n *= 4;
    }
}

/* Time per call of an object in a round. It finds what its own call before
 * left, not that of another object, unless caches are to be cold. */
static double time_round(struct timing *timing, int object)
{
    const struct trial_job *job = timing->trial->job;
    int64_t n = timing->objects[object].n_calls;

    if (!job->is_cold && count_bytes(job) < WARM_BYTES)
        run_calls(timing, object, 1);
    return (double)run_calls(timing, object, n) / (double)n;
}

/* Is the only candidate surely too slow? */
static bool is_hopeless(struct trial *trial, int n_rounds)
{
    double ratios[TRIAL_MAX_ROUNDS];
    double low;
    double high;

    if (trial->job->n_objects != 2 || trial->job->give_up <= 0 ||
        n_rounds < FEW_ROUNDS)
        return false;
    for (int i = 0; i < n_rounds; i++)
        ratios[i] =
            trial->shared->samples_ns[1][i] / trial->shared->samples_ns[0][i];
    sample_sort(n_rounds, ratios);
    sample_interval(n_rounds, ratios, &low, &high);
    return low > trial->job->give_up;
}

bool trial_measure(struct trial *trial)
{
    struct timing timing = {.trial = trial, .n_sets = count_sets(trial->job)};
    struct trial_shared *shared = trial->shared;

    if (!prepare(&timing))
        return false;
    for (int i = 0; i < trial->job->n_objects; i++)
        timing.objects[i].n_calls = choose_calls(&timing, i);
    for (int round = 0; round < trial->job->n_rounds; round++) {
        for (int at = 0; at < trial->job->n_objects; at++) {
            int i = (at + round) % trial->job->n_objects;

            shared->samples_ns[i][round] = time_round(&timing, i);
        }
        shared->n_rounds = round + 1;
        if (is_hopeless(trial, round + 1))
            break;
    }
    return true;
}
