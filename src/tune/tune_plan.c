/* Work for others: jobs that workers do on any machine, and what comes back.
 * Nothing is measured here. */
#include "tune/tune_internal.h"

#include "base/sample.h"

#include <string.h>

static const struct source_range nowhere = {NULL, 0, 0};

/* ---- Jobs --------------------------------------------------------------- */

/* Append the job that measures a candidate beside the untuned one. */
static void append_job(
    struct tune *tune, const struct tune_candidate *candidate)
{
    const struct tune_candidate *both[] = {tune->candidates.at[0], candidate};
    int n = both[0] == candidate ? 1 : 2;
    struct store_job job = {.trial = tune_store_describe(tune, candidate),
        .job = tune_race_job(tune, n, both)};

    job.trial.machine = "";
    job.trial.status = "planned";
    store_print_job(tune->jobs, &job);
    tune->n_done++;
}

/* Compile a candidate and append its job; one that cannot be compiled is kept
 * as any trial that failed. False after reporting. */
static bool plan_candidate(struct tune *tune, struct tune_candidate *candidate)
{
    if (!tune_build_start(tune, candidate))
        return false;
    tune_build_finish(tune, candidate);
    if (candidate->stage == TUNE_DONE)
        return tune_store_keep(tune, candidate);
    if (candidate->stage == TUNE_BUILT)
        append_job(tune, candidate);
    return true;
}

bool tune_plan(struct tune *tune, struct text *text)
{
    struct tune_candidate *next;

    append_job(tune, tune->candidates.at[0]);
    tune_survey(tune, INT64_MAX);
    while (tune->n_done < tune->n_trials && !driver_is_interrupted() &&
           sample_clock_ns() - tune->start_ns < tune->budget_ns &&
           (next = tune_search_next(tune)))
        if (!tune_store_recall(tune, next) && !plan_candidate(tune, next))
            return false;
    if (strcmp(tune->options->search.plan, "-") != 0)
        text_printf(text, "%s, %s: %lld jobs for workers\n",
            tune->kernel->kernel->name->text, tune->shape,
            (long long)tune->n_done);
    return true;
}

/* ---- Results ------------------------------------------------------------ */

bool tune_import(struct tune *tune)
{
    struct store_count count = {0};

    for (int i = 0; i < tune->options->search.results.n; i++) {
        const char *path = tune->options->search.results.at[i];
        const char *problem = "nothing is kept without --db=FILE or HOME";

        if (tune->store &&
            store_import(tune->c->arena, tune->store, path, &count, &problem))
            continue;
        diag_error(
            tune->c->diag, nowhere, DIAG_E0004, "'%s': %s", path, problem);
        return false;
    }
    return true;
}

bool tune_choose(struct tune *tune)
{
    struct tune_candidate *untuned = tune->candidates.at[0];

    if (!tune_store_recall(tune, untuned) || untuned->state != TRIAL_CORRECT) {
        diag_error(tune->c->diag, tune->kernel->kernel->name_range, DIAG_E0701,
            "the results say nothing of '%s' untuned, for %s",
            tune->kernel->kernel->name->text, tune->shape);
        return false;
    }
    tune->best = untuned;
    tune_survey(tune, INT64_MAX);
    tune_recall(tune);
    tune->n_done = tune->n_recalled;
    if (tune->best->ratio.high >= 1)
        tune->best = untuned;
    return true;
}
