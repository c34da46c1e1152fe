/* A worker: a line in, a line out. It knows no network and no other worker:
 * who starts it, GNU parallel, MPI, a queue, brings the lines. */
#include "store/store_internal.h"

#include "base/sample.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void store_set_samples(struct arena *arena, struct store_trial *trial, int n,
    const double *samples)
{
    double *sorted = arena_copy(arena, samples, (size_t)n * sizeof *sorted);
    double low;
    double high;

    trial->samples_ns = (struct store_samples){n, samples};
    if (n == 0)
        return;
    sample_sort(n, sorted);
    sample_interval(n, sorted, &low, &high);
    trial->median_ns = sample_median(n, sorted);
    trial->spread_ns = high - low;
}

bool store_parse_part(const char *words, struct store_work *work)
{
    char *end;
    long part = strtol(words, &end, 10);
    long n_parts = *end == '/' ? strtol(end + 1, &end, 10) : 0;

    work->part = (int)part;
    work->n_parts = (int)n_parts;
    return *end == '\0' && 1 <= part && part <= n_parts && n_parts <= 1000000;
}

/* ---- What is done already ---------------------------------------------- */

/* A worker at work: "ids" are the trials that need none, by what tells them
 * apart. */
struct worker {
    const struct store_work *work;
    struct arena *arena;
    FILE *output;
    VECTOR(const char *) ids;
    const char *problem;
};

/* A trial's name; where it was measured is not known before. */
static const char *get_id(struct arena *arena, struct store_trial trial)
{
    trial.machine = "";
    return store_trial_id(arena, &trial);
}

/* Is it one of those? */
static bool is_known(
    struct worker *worker, struct arena *arena, const struct store_trial *trial)
{
    const char *id = get_id(arena, *trial);

    for (int i = 0; i < worker->ids.n; i++)
        if (strcmp(worker->ids.at[i], id) == 0)
            return true;
    return false;
}

/* Note the result a line is. One that cannot be read is one whose writer was
 * killed, and none. */
static bool note_done(void *user, int number, const char *line, size_t length)
{
    struct worker *worker = user;
    struct arena *arena = arena_new();
    struct store_trial trial;
    const char *problem;

    (void)number;
    if (store_parse_json(arena, line, length, &trial, &problem))
        VECTOR_PUSH(worker->arena, &worker->ids, get_id(worker->arena, trial));
    arena_free(arena);
    return true;
}

/* Note what a file has results of; false with errno. */
static bool read_done(struct worker *worker, const char *path)
{
    FILE *file = fopen(path, "r");

    if (!file)
        return false;
    store_foreach_line(file, note_done, worker);
    fclose(file);
    return true;
}

/* ---- A job ------------------------------------------------------------- */

/* Do it, with the machine's lock, and fill in how it went. */
static void run_job(struct arena *arena, struct store_job *job)
{
    int lock = trial_lock(arena, "cpu");
    struct trial_result result = trial_run(arena, &job->job);
    struct store_trial *trial = &job->trial;
    struct store_trial reference = *trial;
    int last = job->job.n_objects - 1;

    trial_unlock(lock);
    trial->machine = trial_machine(arena);
    trial->status = trial_state_word(result.state);
    trial->problem = result.message ? result.message : "";
    trial->time_s = (int64_t)time(NULL);
    if (result.state != TRIAL_CORRECT)
        return;
    store_set_samples(arena, trial, result.n_rounds, result.samples_ns[last]);
    store_set_samples(arena, &reference, result.n_rounds, result.samples_ns[0]);
    trial->reference_ns = reference.median_ns;
}

/* Print a result, all of it before the next job. */
static bool print_result(
    struct arena *arena, const struct store_trial *trial, FILE *output)
{
    struct text text = text_new(arena);

    store_print_json(&text, trial);
    return fwrite(text.at, 1, text.length, output) == text.length &&
           fflush(output) == 0;
}

/* Is line "number" one for this worker? */
static bool is_mine(const struct store_work *work, int number)
{
    return work->n_parts == 0 || (number - 1) % work->n_parts == work->part - 1;
}

/* Do what a line says unless that is known, or print the line. False when that
 * cannot be written; a line that is no job is noted as the problem. */
static bool work_on(void *user, int number, const char *line, size_t length)
{
    struct worker *worker = user;
    struct arena *arena;
    const char *problem = NULL;
    struct store_job job;
    bool ok = true;

    if (!is_mine(worker->work, number))
        return true;
    arena = arena_new();
    if (!store_parse_job(arena, line, length, &job, &problem)) {
        worker->problem =
            arena_printf(worker->arena, "line %d: %s", number, problem);
    } else if (!is_known(worker, arena, &job.trial)) {
        VECTOR_PUSH(
            worker->arena, &worker->ids, get_id(worker->arena, job.trial));
        if (!worker->work->only_rest)
            run_job(arena, &job);
        ok = worker->work->only_rest
                 ? fwrite(line, 1, length, worker->output) == length
                 : print_result(arena, &job.trial, worker->output);
    }
    arena_free(arena);
    return ok;
}

bool store_work_run(const struct store_work *work, FILE *input, FILE *output,
    struct arena *arena, const char **problem)
{
    struct worker worker = {.work = work, .arena = arena, .output = output};
    bool ok = true;

    for (int i = 0; ok && i < work->n_done; i++)
        if (!read_done(&worker, work->done[i])) {
            worker.problem =
                arena_printf(arena, "'%s': %s", work->done[i], strerror(errno));
            ok = false;
        }
    if (ok &&
        !(store_foreach_line(input, work_on, &worker) && fflush(output) == 0))
        worker.problem = strerror(errno);
    *problem = worker.problem;
    return !worker.problem;
}
