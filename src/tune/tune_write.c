/* The winner as text in NAME.tapc, beside what the file held for other kernels
 * and targets. */
#include "tune/tune_internal.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Is it a schedule the winner takes the place of, or one of those it comes
 * with? */
static bool is_replaced(
    const struct tune *tune, const struct ast_schedule *schedule)
{
    return strcmp(schedule->kernel_name->text,
               tune->kernel->kernel->name->text) == 0;
}

/* Did a person write the schedule? There is no stamp before it then. */
static bool is_own(struct tune *tune, const struct source *source,
    const struct ast_schedule *schedule, uint32_t begin)
{
    const char *stamp = arena_printf(
        tune->c->arena, "// kernel %s ", tune->kernel->kernel->name->text);
    const char *at = strstr(source->text + begin, stamp);

    if (at && at < source->text + schedule->range.begin)
        return false;
    diag_error(tune->c->diag, schedule->range, DIAG_E0701,
        "'tapc tune' did not write this schedule, and does not replace it");
    diag_hint(tune->c->diag, "Give another file with -o, or remove it; holes "
                             "are taken from the source or --schedule.");
    return true;
}

/* Append what the file holds for other kernels, with the comments before
 * each. */
static bool append_kept(struct tune *tune, const char *path, struct text *text)
{
    struct compilation *c = tune->c;
    struct ast_program program = {0};
    const struct source *source;
    struct stat status;
    uint32_t begin = 0;
    bool is_first = true;

    if (stat(path, &status) != 0)
        return true;
    source = driver_read(c, path);
    if (!source || !parser_parse_schedules(c, &program, source))
        return false;
    for (int i = 0; i < program.n_schedules; i++) {
        const struct ast_schedule *schedule = program.schedules[i];
        uint32_t end = schedule->range.end;

        if (!is_replaced(tune, schedule))
            text_printf(
                text, "%.*s\n\n", (int)(end - begin), source->text + begin);
        else if (is_first && is_own(tune, source, schedule, begin))
            return false;
        is_first = is_first && !is_replaced(tune, schedule);
        begin = end + (uint32_t)strspn(source->text + end, " \n");
    }
    return true;
}

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
    text_printf(text, "// Found by tapc tune %s on %s, for %s.\n// ",
        TAPC_VERSION, day, tune->shape);
    tune_append_time(text, untuned->time.median_ns);
    text_append(text, " untuned, ");
    tune_append_time(text, best->time.median_ns);
    text_printf(text,
        " tuned (%+.1f %%, of 100 times 95 %+.1f to %+.1f %%),\n"
        "// %s caches, %lld trials of %lld points, %s.\n",
        100 * (best->ratio.median - 1), 100 * (best->ratio.low - 1),
        100 * (best->ratio.high - 1), tune->job.is_cold ? "cold" : "warm",
        (long long)tune->n_done, (long long)tune->space.n_points,
        trial_machine(tune->c->arena));
}

/* Where the winner goes. */
static const char *find_path(const struct tune *tune)
{
    const char *beside = driver_schedule_path(tune->c, tune->options->input);

    if (tune->options->output)
        return tune->options->output;
    return beside ? beside : "-";
}

bool tune_write(struct tune *tune, bool is_trial_run)
{
    const char *path = find_path(tune);
    struct text text = text_new(tune->c->arena);
    bool is_file = strcmp(path, "-") != 0;
    struct stat status;

    if (is_file && !append_kept(tune, path, &text))
        return false;
    if (is_trial_run)
        return true;
    if (tune->best != tune->candidates.at[0]) {
        append_figures(tune, &text);
        driver_print_stamp(&text, tune->kernel->kernel);
        text_append(&text, tune_schedule_text(tune, tune->best->line));
    } else if (text.length == 0) {
        return !is_file || stat(path, &status) != 0 || unlink(path) == 0;
    }
    tune->written = path;
    return driver_write(tune->c, path, (struct blob){text.at, text.length});
}
