/* The winner as text in NAME.tapc, beside what the file held for other kernels
 * and targets. */
#include "tune/tune_internal.h"

#include <time.h>

/* The figures, as comments. */
static void append_figures(struct tune *tune, struct text *text)
{
    const struct tune_candidate *untuned = tune->candidates.at[0];
    const struct tune_candidate *best = tune->best;
    char day[32] = "";
    time_t now = time(NULL);
    struct tm broken;

    if (gmtime_r(&now, &broken))
        strftime(day, sizeof day, "%Y-%m-%d", &broken);
    text_printf(text, "Found by tapc tune %s on %s.\n", TAPC_VERSION, day);
    if (tune->base.is_gpu) {
        text_printf(text, "Ranked by %s of %lld points, never measured.\n",
            tune_rank_words(tune), (long long)tune->space.n_points);
        return;
    }
    tune_append_time(text, untuned->time.median_ns);
    text_append(text, " untuned, ");
    tune_append_time(text, best->time.median_ns);
    text_printf(text,
        " tuned (%+.1f %%, 95 of 100: %+.1f to %+.1f %%),\n"
        "%s caches, %lld trials of %lld points, %s.\n",
        100 * (best->ratio.median - 1), 100 * (best->ratio.low - 1),
        100 * (best->ratio.high - 1), tune->job.is_cold ? "cold" : "warm",
        (long long)tune->n_done, (long long)tune->space.n_points,
        best->machine ? best->machine : trial_machine(tune->c->arena));
}

/* Where the winner goes. */
static const char *find_path(const struct tune *tune)
{
    const char *beside = driver_schedule_path(tune->c, tune->options->input);

    if (tune->options->output)
        return tune->options->output;
    return beside ? beside : "-";
}

/* "N == 1 && C == 64": the sizes it was measured for; NULL if there are no
 * parameters. */
static const char *print_condition(struct tune *tune)
{
    const struct ast_kernel *kernel = tune->kernel->kernel;
    struct text text = text_new(tune->c->arena);

    for (int i = 0; i < kernel->n_parameters; i++)
        if (kernel->parameters[i]->is_fixed)
            text_printf(&text, "%s%s", text.length ? " && " : "",
                tune_shapes_condition(tune, kernel->parameters[i]));
    return text.length ? text.at : NULL;
}

bool tune_write(struct tune *tune, bool is_trial_run)
{
    const char *path = find_path(tune);
    const struct ast_kernel *kernel = tune->kernel->kernel;
    struct text figures = text_new(tune->c->arena);
    struct winner winner = {.kernel = kernel->name->text,
        .kernel_hash = ast_hash_kernel(tune->c->arena, kernel),
        .target = tune->space.schedule->target->text,
        .condition = print_condition(tune),
        .directives = ""};

    if (!is_trial_run &&
        (tune->best != tune->candidates.at[0] || tune->is_other_layout)) {
        append_figures(tune, &figures);
        winner.comment = figures.at;
        winner.directives = tune->best->line;
        tune->written = path;
    }
    return driver_write_winners(tune->c, path, 1, &winner, is_trial_run);
}
