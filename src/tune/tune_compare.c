/* --compare, --remeasure: schedules that were found before, measured beside
 * each other once more in several processes. The one in question is the first
 * that a file has, else the untuned one: does it stay the best? */
#include "tune/tune_internal.h"

#include "base/diag.h"

#include <string.h>
#include <unistd.h>

/* Of the time of the one in question: what another one takes at most that is
 * better. */
#define GAIN 0.99

/* What is compared: "from" says where each schedule comes from, "asked" is the
 * place of the one in question. */
struct comparison {
    struct tune *tune;
    int asked;
    int n;
    struct tune_candidate *list[TRIAL_MAX_OBJECTS];
    const char *from[TRIAL_MAX_OBJECTS];
    struct tune_match match;
};

/* ---- What is compared -------------------------------------------------- */

/* Has the candidate the code of another one? Its place, -1 if not. */
static int find_code(const struct comparison *comparison, struct blob object)
{
    for (int i = 0; i < comparison->n; i++) {
        const struct blob *other = &comparison->list[i]->object;

        if (other->size_bytes == object.size_bytes &&
            memcmp(other->bytes, object.bytes, object.size_bytes) == 0)
            return i;
    }
    return -1;
}

/* Add a schedule, compiled, and say where; two with the same code are one.
 * False after reporting that it cannot be compiled. */
static bool add_line(
    struct comparison *comparison, const char *line, const char *from, int *at)
{
    struct tune *tune = comparison->tune;
    struct tune_candidate *one =
        ARENA_NEW(tune->c->arena, struct tune_candidate);
    int same;

    one->line = line;
    if (tune_race_build(tune, 1, &one) == 0) {
        diag_error(tune->c->diag, tune->kernel->kernel->name_range, DIAG_E0404,
            "the schedule of '%s' cannot be compiled: %s", from,
            one->message ? one->message : "no process");
        return false;
    }
    same = find_code(comparison, one->object);
    *at = same < 0 ? comparison->n : same;
    if (same >= 0) {
        comparison->from[same] = arena_printf(
            tune->c->arena, "%s, %s", comparison->from[same], from);
        return true;
    }
    if (comparison->n == TRIAL_MAX_OBJECTS) {
        diag_error(tune->c->diag, tune->kernel->kernel->name_range, DIAG_E0701,
            "more than %d schedules to compare", TRIAL_MAX_OBJECTS);
        return false;
    }
    comparison->list[comparison->n] = one;
    comparison->from[comparison->n++] = from;
    return true;
}

/* The directives of a schedule on one line, without the kernel's hash. */
static const char *print_line(
    struct arena *arena, const struct ast_schedule *schedule)
{
    struct text text = text_new(arena);

    for (int i = 0; i < schedule->n_directives; i++) {
        if (schedule->directives[i]->kind == AST_DIRECTIVE_TUNED)
            continue;
        text_append(&text, text.length ? " " : "");
        ast_print_directive(&text, schedule->directives[i]);
        text_append(&text, ";");
    }
    return text.at;
}

/* Add what a file has for this kernel, machine and shape. "is_needed": report
 * that there is nothing. */
static bool add_file(
    struct comparison *comparison, const char *path, bool is_needed)
{
    struct tune *tune = comparison->tune;
    struct driver_options options = tune->build;
    struct driver driver = {.c = tune->c, .options = &options};
    const struct ast_schedule *source = NULL;
    bool ok;
    int at = comparison->asked;

    options.schedule = path;
    options.schedule_text = NULL;
    ok = driver_build(&driver, DRIVER_EMIT_SCHEDULE);
    if (ok)
        source = driver.kernels.at[0].variants.at[0].source;
    if (source && strcmp(source->range.source->path, path) == 0) {
        ok =
            add_line(comparison, print_line(tune->c->arena, source), path, &at);
        if (comparison->asked < 0)
            comparison->asked = at;
    } else if (ok && is_needed) {
        diag_error(tune->c->diag, tune->kernel->kernel->name_range, DIAG_E0404,
            "'%s' has no schedule for this machine and these sizes", path);
        ok = false;
    }
    driver_free(&driver);
    return ok;
}

/* Add the best of the database that are not there yet. */
static bool add_stored(struct comparison *comparison, int64_t n)
{
    struct tune *tune = comparison->tune;

    for (; n > 0; n--) {
        struct store_trial *best = NULL;
        char *line;
        int at;

        for (int i = 0; i < tune->rows.n; i++) {
            struct store_trial *row = &tune->rows.at[i];

            if (row->reference_ns > 0 && *row->configuration &&
                (!best || row->median_ns / row->reference_ns <
                              best->median_ns / best->reference_ns))
                best = row;
        }
        if (!best)
            break;
        line = arena_string(tune->c->arena, best->configuration);
        for (size_t i = 0; line[i]; i++)
            line[i] = line[i] == '\n' ? ' ' : line[i];
        best->reference_ns = 0; /* taken */
        if (!add_line(comparison, line, "database", &at))
            return false;
    }
    return true;
}

/* All that is compared; false after reporting. */
static bool collect(struct comparison *comparison)
{
    const struct driver_search *search = &comparison->tune->options->search;
    const char *found = driver_schedule_path(comparison->tune->c,
        search->n_remeasured ? comparison->tune->options->input : "-");

    comparison->list[0] = comparison->tune->candidates.at[0];
    comparison->from[comparison->n++] = "untuned";
    for (int i = 0; i < search->compare.n; i++)
        if (!add_file(comparison, search->compare.at[i], true))
            return false;
    if (found && access(found, R_OK) == 0 &&
        !add_file(comparison, found, false))
        return false;
    if (comparison->asked < 0)
        comparison->asked = 0;
    return add_stored(comparison, search->n_remeasured);
}

/* ---- What comes out ---------------------------------------------------- */

/* The schedule that is surely faster than the one in question, by most; -1 if
 * there is none. */
static int find_faster(const struct comparison *comparison)
{
    struct arena *arena = comparison->tune->c->arena;
    double least = GAIN;
    int faster = -1;

    for (int i = 0; i < comparison->n; i++) {
        struct trial_ratio ratio =
            tune_match_ratio(arena, &comparison->match, i, comparison->asked);

        if (ratio.high >= 1 || ratio.median >= least)
            continue;
        least = ratio.median;
        faster = i;
    }
    return faster;
}

/* Does the one in question stand? */
static void print_verdict(
    const struct comparison *comparison, struct text *text)
{
    int faster = find_faster(comparison);
    const char *from = comparison->from[comparison->asked];
    struct trial_ratio ratio;

    if (faster < 0) {
        text_printf(
            text, "  stands: nothing is surely faster than that of %s\n", from);
        return;
    }
    ratio = tune_match_ratio(comparison->tune->c->arena, &comparison->match,
        faster, comparison->asked);
    text_printf(text,
        "  does not stand: that of %s takes %.3f of the time of that of %s "
        "(95 of 100: %.3f to %.3f)\n",
        comparison->from[faster], ratio.median, from, ratio.low, ratio.high);
}

/* A line on each, then the verdict. */
static void print_table(struct comparison *comparison, struct text *text)
{
    struct tune *tune = comparison->tune;

    text_printf(text,
        "%s, %s: %d schedules beside each other in %d processes\n",
        tune->kernel->kernel->name->text, tune->shape, comparison->n,
        comparison->match.n_results);
    for (int i = 0; i < comparison->n; i++) {
        struct trial_ratio ratio =
            tune_match_ratio(tune->c->arena, &comparison->match, i, 0);

        text_append(text, "  ");
        tune_append_time(text, comparison->list[i]->time.median_ns);
        text_printf(text, ", %.3f of untuned (%.3f to %.3f), %s: %s\n",
            ratio.median, ratio.low, ratio.high, comparison->from[i],
            comparison->list[i]->line);
    }
    print_verdict(comparison, text);
}

/* "name": [median, low, high] */
static void append_ratio(
    struct text *text, const char *name, struct trial_ratio ratio)
{
    text_printf(text, ", \"%s\": [", name);
    text_append_real(text, ratio.median);
    text_append(text, ", ");
    text_append_real(text, ratio.low);
    text_append(text, ", ");
    text_append_real(text, ratio.high);
    text_append(text, "]");
}

/* The same as a line of JSON. */
static void print_json(struct comparison *comparison, struct text *text)
{
    struct tune *tune = comparison->tune;
    struct arena *arena = tune->c->arena;

    text_append(text, "{\"kernel\": ");
    diag_append_json(text, tune->kernel->kernel->name->text);
    text_append(text, ", \"shape\": ");
    diag_append_json(text, tune->shape);
    text_printf(text, ", \"processes\": %d, \"stands\": %s, \"schedules\": [",
        comparison->match.n_results,
        find_faster(comparison) < 0 ? "true" : "false");
    for (int i = 0; i < comparison->n; i++) {
        text_append(text, i ? ", {\"from\": " : "{\"from\": ");
        diag_append_json(text, comparison->from[i]);
        text_append(text, ", \"schedule\": ");
        diag_append_json(text, comparison->list[i]->line);
        text_append(text, ", \"median_ns\": ");
        text_append_real(text, comparison->list[i]->time.median_ns);
        append_ratio(text, "of_untuned",
            tune_match_ratio(arena, &comparison->match, i, 0));
        append_ratio(text, "of_asked",
            tune_match_ratio(arena, &comparison->match, i, comparison->asked));
        text_append(text, "}");
    }
    text_append(text, "]}\n");
}

bool tune_compare(struct tune *tune, struct text *text)
{
    struct comparison comparison = {.tune = tune, .asked = -1};

    if (!collect(&comparison))
        return false;
    tune_race(tune, tune->candidates.at[0]);
    if (!tune->best || !tune_match_play(tune, &comparison.match, TUNE_MATCHES,
                           comparison.n, comparison.list)) {
        diag_error(tune->c->diag, tune->kernel->kernel->name_range, DIAG_E0601,
            "the schedules cannot be measured: %s",
            tune->best ? comparison.match.all.message
                       : tune->candidates.at[0]->message);
        return false;
    }
    for (int i = 0; tune->options->search.n_remeasured && i < comparison.n; i++)
        if (!tune_store_keep(tune, comparison.list[i]))
            return false;
    if (tune->options->is_json_report)
        print_json(&comparison, text);
    else
        print_table(&comparison, text);
    return true;
}
