/* For the person waiting: where the search stands, and how it ended. */
#include "tune/tune_internal.h"

#include "base/sample.h"

#include <string.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)

/* Time between two lines where there is no terminal. */
enum { LINE_S = 5 };

/* What takes longer is not limited by time. */
enum { MAX_LEFT_S = 10000000 };

void tune_append_time(struct text *text, double ns)
{
    if (ns < 1e4)
        text_printf(text, "%.1f ns", ns);
    else if (ns < 1e7)
        text_printf(text, "%.2f us", ns / 1e3);
    else
        text_printf(text, "%.2f ms", ns / 1e6);
}

/* How near the best is to what the model takes for the roof: the time that
 * ports and lines need. */
static void append_roof(const struct tune *tune, struct text *text)
{
    double share = 100 * tune->floor_ns / tune->best->time.median_ns;

    if (share < 100)
        text_printf(text, "%.0f %% of roof", share);
    else
        text_append(text, "at the roof");
}

/* "trial 37 of 120, best 812.4 ns (-9.1 %, 81 % of roof), 3 failed, 4.2 s
 * left". */
static void append_progress(struct tune *tune, struct text *text)
{
    const struct tune_candidate *best = tune->best;
    double left_s =
        (double)(tune->start_ns + tune->budget_ns - sample_clock_ns()) /
        SECOND_NS;

    text_printf(text, "trial %lld", (long long)tune->n_done);
    if (tune->n_trials < INT64_MAX)
        text_printf(text, " of %lld", (long long)tune->n_trials);
    text_append(text, ", best ");
    tune_append_time(text, best->time.median_ns);
    text_printf(text, " (%+.1f %%, ", 100 * (best->ratio.median - 1));
    append_roof(tune, text);
    text_printf(text, "), %lld failed", (long long)tune->n_failed);
    if (left_s < MAX_LEFT_S)
        text_printf(text, ", %.1f s left", left_s > 0 ? left_s : 0);
}

void tune_print_progress(struct tune *tune, bool is_last)
{
    bool is_terminal = isatty(STDERR_FILENO);
    struct text text = text_new(tune->c->scratch);
    int64_t now_ns = sample_clock_ns();

    if (!tune->best || (!is_terminal && !is_last &&
                           now_ns - tune->printed_ns < LINE_S * SECOND_NS))
        return;
    tune->printed_ns = now_ns;
    text_append(&text, is_terminal ? "\r" : "");
    append_progress(tune, &text);
    text_append(&text, is_terminal ? "\033[K" : "");
    text_append(&text, is_terminal && !is_last ? "" : "\n");
    driver_print_aside(&text);
}

void tune_print_trial(struct tune *tune, const struct tune_candidate *candidate)
{
    struct text text = text_new(tune->c->scratch);

    text_printf(&text, "trial %lld: ", (long long)tune->n_done);
    if (candidate->state == TRIAL_CORRECT) {
        tune_append_time(&text, candidate->time.median_ns);
        text_printf(&text, " (%+.1f %%)", 100 * (candidate->ratio.median - 1));
    } else {
        text_printf(&text, "%s, %s", trial_state_word(candidate->state),
            candidate->message);
    }
    text_printf(&text, "  %s\n", candidate->line);
    driver_print_aside(&text);
}

/* One line of the summary. */
static void print_time(
    struct text *text, const char *what, const struct tune_candidate *candidate)
{
    text_printf(text, "  %-8s ", what);
    tune_append_time(text, candidate->time.median_ns);
    text_append(text, " (");
    tune_append_time(text, candidate->time.low_ns);
    text_append(text, " to ");
    tune_append_time(text, candidate->time.high_ns);
    text_printf(text, ")  %s\n", candidate->line);
}

/* What caches held. */
static const char *name_caches(const struct tune *tune)
{
    return tune->job.is_cold ? "cold caches" : "warm caches";
}

/* How much faster the best is. */
static void print_gain(const struct tune *tune, struct text *text)
{
    const struct tune_candidate *best = tune->best;

    print_time(text, "tuned", best);
    text_printf(text, "  %.3f times as fast (95 of 100: %.3f to %.3f), %s\n",
        1 / best->ratio.median, 1 / best->ratio.high, 1 / best->ratio.low,
        name_caches(tune));
    text_append(text, "  ");
    append_roof(tune, text);
    text_append(text, "\n");
}

void tune_print_summary(struct tune *tune, struct text *text)
{
    const struct tune_candidate *untuned = tune->candidates.at[0];
    const struct tune_candidate *best = tune->best;

    text_printf(text, "%s, %s: %lld trials, %lld failed",
        tune->kernel->kernel->name->text, tune->shape, (long long)tune->n_done,
        (long long)tune->n_failed);
    if (tune->n_recalled > 0)
        text_printf(
            text, ", %lld known from before", (long long)tune->n_recalled);
    text_printf(text, ", %.1f s\n",
        (double)(sample_clock_ns() - tune->start_ns) / SECOND_NS);
    print_time(text, "untuned", untuned);
    if (best != untuned)
        print_gain(tune, text);
    else
        text_printf(
            text, "  nothing is significantly faster, %s\n", name_caches(tune));
    if (tune->written && strcmp(tune->written, "-") != 0)
        text_printf(text, "  written to %s\n", tune->written);
}
