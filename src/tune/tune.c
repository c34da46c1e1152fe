/* From the command line to the winner. */
#include "tune/tune_internal.h"

#include "base/sample.h"

#include <string.h>

#define SECOND_NS INT64_C(1000000000)

enum {
    BUDGET_S = 10,
    MIN_PATIENCE = 40,
    PATIENCE_SHARE = 4,
    SURVEY_SHARE = 8,
    SURVEY_S = 4
};

/* Of another layout's time: what one must take to be chosen before it. */
#define CLEARLY 0.97

static const struct source_range nowhere = {NULL, 0, 0};

/* ---- What is to be searched -------------------------------------------- */

/* The best level that runs here, unless the command line names one. */
static bool choose_level(struct tune *tune)
{
    struct driver probe = {.c = tune->c, .options = &tune->build};
    const char *level = NULL;

    if (!driver_select(&probe))
        return false;
    if (probe.is_gpu)
        return true;
    for (int i = 0; i < probe.machines.n; i++)
        if (codegen_can_run(probe.machines.at[i]))
            level = probe.machines.at[i]->level;
    if (!level)
        diag_error(tune->c->diag, nowhere, DIAG_E0502,
            "this machine cannot run any level of the object");
    if (!tune->build.processor)
        tune->build.isa = level;
    return level != NULL;
}

/* Compile what there is without tuning, checked as always. */
static bool build_base(struct tune *tune)
{
    tune->base = (struct driver){.c = tune->c, .options = &tune->build};
    if (!driver_build(&tune->base, DRIVER_EMIT_OBJECT))
        return false;
    if (tune->base.kernels.n != 1) {
        diag_error(tune->c->diag, nowhere, DIAG_E0701,
            "there are %d kernels in it: choose one with --kernel",
            tune->base.kernels.n);
        return false;
    }
    tune->kernel = &tune->base.kernels.at[0];
    tune->variant = &tune->kernel->variants.at[tune->kernel->variants.n - 1];
    return true;
}

/* The kernel's other schedules, which a file of schedules has to repeat. */
static const char *print_others(
    struct tune *tune, const struct ast_schedule *source)
{
    const struct ast_program *program = tune->base.program;
    struct text text = text_new(tune->c->arena);

    for (int i = 0; i < program->n_schedules; i++)
        if (program->schedules[i] != source)
            ast_print_schedule(&text, program->schedules[i]);
    return text.at;
}

/* The most specific word of the language for a machine: none names a
 * processor. */
static const char *get_target(const struct machine *machine)
{
    static const char *const targets[] = {
#define TARGET(name) name,
#include "../lang/targets.def"
#undef TARGET
    };
    const char *best = "cpu";

    for (int i = 0; machine->schedule_targets[i]; i++)
        for (size_t j = 0; j < sizeof targets / sizeof *targets; j++)
            if (strcmp(machine->schedule_targets[i], targets[j]) == 0)
                best = targets[j];
    return best;
}

/* The directives of the space: the user's, and where the default has something
 * to decide, what it chooses from. */
static const char *print_space(
    struct tune *tune, const struct ast_schedule *source)
{
    const struct schedule *schedule = tune->variant->schedule;
    struct text text = text_new(tune->c->arena);

    text_printf(&text, "schedule %s for %s {\n",
        tune->kernel->kernel->name->text,
        source ? source->target->text : get_target(tune->variant->machine));
    for (int i = 0; source && i < source->n_directives; i++) {
        text_append(&text, "    ");
        ast_print_directive(&text, source->directives[i]);
        text_append(&text, ";\n");
    }
    if (schedule->is_default && !schedule->preferred.source) {
        text_append(&text, "    ");
        tune_space_print_derived(tune->c, &text, tune->variant);
        text_append(&text, "\n");
    }
    text_append(&text, "}\n");
    return text.at;
}

/* Are schedules compared that were found before? */
static bool is_comparison(const struct tune *tune)
{
    const struct driver_search *search = &tune->options->search;

    return search->compare.n > 0 || search->n_remeasured > 0;
}

/* Read the space back as any schedule is. */
static bool build_space(struct tune *tune)
{
    const struct ast_schedule *source = tune->variant->schedule->source;
    struct driver_options *options =
        arena_copy(tune->c->arena, &tune->build, sizeof tune->build);
    struct driver driver = {.c = tune->c, .options = options};
    int n;

    tune->others = print_others(tune, source);
    options->schedule_text = arena_printf(
        tune->c->arena, "%s%s", tune->others, print_space(tune, source));
    if (!driver_build(&driver, DRIVER_EMIT_AST))
        return false;
    n = driver.program->n_schedules;
    tune->space =
        tune_space_new(tune->c->arena, driver.program->schedules[n - 1]);
    if (tune->space.holes.n > 0 || tune->has_layouts || is_comparison(tune))
        return true;
    diag_error(tune->c->diag, tune->kernel->kernel->name_range, DIAG_E0404,
        "the schedule of '%s' has no holes: nothing to tune",
        tune->kernel->kernel->name->text);
    diag_hint(tune->c->diag, "Write '?{32, 64}' in place of a number or name.");
    return false;
}

/* The untuned candidate, compiled already. */
static void add_untuned(struct tune *tune)
{
    struct arena *arena = tune->c->arena;
    struct tune_candidate *untuned = ARENA_NEW(arena, struct tune_candidate);
    const struct schedule *schedule = tune->variant->schedule;
    struct text text = text_new(arena);

    if (tune->space.schedule->n_directives > 1 || !schedule->is_default)
        text_append(&text,
            tune_space_line(&tune->space, tune_space_get(&tune->space, 0)));
    else
        schedule_print_point(&text, &schedule->point);
    untuned->line = text.at;
    untuned->stage = TUNE_BUILT;
    untuned->cost = cost_evaluate(tune->c, tune->variant->program, NULL);
    untuned->key = tune_schedule_key(tune->c, schedule);
    untuned->object = tune->base.object;
    untuned->grid = tune_rank_grid(arena, tune->variant->program);
    tune->floor_ns = cost_floor(&untuned->cost) * trial_measure_cycle_ns();
    VECTOR_PUSH(arena, &tune->candidates, untuned);
}

/* "N = 1, C = 64" of what the kernel does not fix itself. */
static const char *describe_shape(struct tune *tune)
{
    const struct ast_kernel *kernel = tune->kernel->kernel;
    struct text text = text_new(tune->c->arena);

    for (int i = 0; i < kernel->n_parameters; i++)
        if (kernel->parameters[i]->is_fixed)
            text_printf(&text, "%s%s=%lld", text.length ? " " : "",
                kernel->parameters[i]->name->text,
                (long long)kernel->parameters[i]->value);
    return text.at;
}

/* ---- The search -------------------------------------------------------- */

/* Is it time to stop, once the one at work is done ("is_busy")? */
static bool is_over(struct tune *tune, bool is_busy)
{
    int64_t patience = tune->space.n_points / PATIENCE_SHARE;

    patience = patience > MIN_PATIENCE ? patience : MIN_PATIENCE;
    return tune->n_done + is_busy >= tune->n_trials || tune->is_stopped ||
           driver_is_interrupted() ||
           sample_clock_ns() - tune->start_ns >
               tune->budget_ns - tune_final_ns(tune) ||
           (!tune->is_patient && tune->n_done - tune->last_gain > patience);
}

/* Finish a candidate: measure it if there is something to measure. */
static void finish(struct tune *tune, struct tune_candidate *candidate)
{
    if (candidate->is_building)
        tune_build_finish(tune, candidate);
    if (candidate->stage == TUNE_KNOWN)
        return;
    if (candidate->stage == TUNE_BUILT)
        tune_race(tune, candidate);
    tune->n_done++;
    tune->n_failed += candidate->state != TRIAL_CORRECT;
    if (!tune_store_keep(tune, candidate))
        tune->is_stopped = true;
    if (tune->options->is_verbose)
        tune_print_trial(tune, candidate);
    else
        tune_print_progress(tune, false);
}

void tune_recall(struct tune *tune)
{
    for (int i = 1; i < tune->candidates.n; i++) {
        struct tune_candidate *candidate = tune->candidates.at[i];

        if ((candidate->stage == TUNE_SURVEYED ||
                candidate->stage == TUNE_NEW) &&
            tune_store_recall(tune, candidate) &&
            candidate->state == TRIAL_CORRECT &&
            candidate->ratio.median < tune->best->ratio.median)
            tune->best = candidate;
    }
}

/* Look at points nobody has looked at: all, or for a share of the budget.
 * False: there are none left. */
static bool survey(struct tune *tune)
{
    int64_t share_ns = tune->budget_ns / SURVEY_SHARE;

    if (tune->n_surveyed == tune->space.n_points)
        return false;
    if (share_ns > SURVEY_S * SECOND_NS)
        share_ns = SURVEY_S * SECOND_NS;
    tune_survey(tune, sample_clock_ns() + share_ns);
    tune_recall(tune);
    return true;
}

/* The next candidate of which nothing is known, NULL if there are none left. */
static struct tune_candidate *take_next(struct tune *tune)
{
    for (;;) {
        struct tune_candidate *next = tune_search_next(tune);

        if (next && !tune_store_recall(tune, next))
            return next;
        if (driver_is_interrupted() || (!next && !survey(tune)))
            return NULL;
    }
}

/* Candidates until it is over: while one is measured, the next is compiled. */
static void search(struct tune *tune)
{
    struct tune_candidate *next;
    struct tune_candidate *now = NULL;

    finish(tune, tune->candidates.at[0]);
    if (tune->best && !is_over(tune, false))
        survey(tune);
    while (tune->best && !is_over(tune, now != NULL)) {
        next = take_next(tune);
        if (next && !tune_build_start(tune, next))
            break;
        if (now)
            finish(tune, now);
        now = next;
        if (!next)
            break;
    }
    if (now)
        finish(tune, now);
    if (tune->best)
        tune->best = tune_final(tune);
    tune_print_progress(tune, true);
}

/* ---- The list ---------------------------------------------------------- */

/* --list: the space, and which of its points are legal and different. */
static void print_list(struct tune *tune, struct text *text)
{
    int64_t n_different = 0;
    int64_t n_illegal = 0;

    tune->is_patient = true;
    tune_survey(tune, INT64_MAX);
    ast_print_schedule(text, tune->space.schedule);
    for (int i = 0; i < tune->candidates.n; i++) {
        const struct tune_candidate *candidate = tune->candidates.at[i];

        n_illegal += candidate->stage == TUNE_DONE;
        if (candidate->stage != TUNE_SURVEYED && i > 0)
            continue;
        n_different++;
        text_printf(text, "%10.0f cycles  %s%s\n", candidate->cost.cycles,
            candidate->line, i == 0 ? "  (untuned)" : "");
    }
    text_printf(text, "%lld points, %lld of them not legal, %lld different\n",
        (long long)tune->space.n_points, (long long)n_illegal,
        (long long)n_different);
}

/* ---- The command ------------------------------------------------------- */

/* A new search with the options of the command line. */
static struct tune new_tune(struct compilation *c,
    const struct driver_options *options, const struct tune_shape *shape)
{
    const struct driver_search *search = &options->search;
    struct tune tune = {
        .c = c, .options = options, .build = *options, .sizes = shape};

    c->options = options->passes;
    tune.start_ns = sample_clock_ns();
    tune.build.emits.n = 0;
    tune_shapes_define(c, shape, &tune.build);
    if (!options->schedule)
        tune.build.schedule_text = "";
    tune.random = UINT64_C(0x9e3779b97f4a7c15) ^ (uint64_t)search->seed;
    tune.n_trials = search->n_trials ? search->n_trials : INT64_MAX;
    tune.budget_ns = search->budget_ns  ? search->budget_ns
                     : search->n_trials ? INT64_MAX / 4
                                        : BUDGET_S * SECOND_NS;
    tune.is_patient =
        search->strategy && strcmp(search->strategy, "exhaustive") == 0;
    return tune;
}

bool tune_check_best(struct tune *tune)
{
    struct driver_options *options =
        arena_copy(tune->c->arena, &tune->build, sizeof tune->build);
    struct driver driver = {.c = tune->c, .options = options};
    bool ok;

    if (tune->best == tune->candidates.at[0])
        return true;
    options->schedule_text = tune_schedule_text(tune, tune->best->line);
    ok = driver_build(&driver, DRIVER_EMIT_OBJECT);
    driver_free(&driver);
    return ok;
}

/* What there is to search, and the untuned kernel. */
static bool prepare(struct tune *tune)
{
    if (!tune_search_check(tune) || !choose_level(tune) || !build_base(tune) ||
        !build_space(tune) || !tune_job_new(tune) ||
        (!is_comparison(tune) && !tune_write(tune, true)))
        return false;
    tune->shape = describe_shape(tune);
    tune->kernel_hash = ast_hash_kernel(tune->c->arena, tune->kernel->kernel);
    add_untuned(tune);
    return true;
}

/* Search, or choose from what workers found. */
static bool find_best(struct tune *tune)
{
    if (tune->options->search.results.n == 0)
        search(tune);
    else if (!tune_choose(tune))
        return false;
    if (tune->best)
        return true;
    diag_error(tune->c->diag, tune->kernel->kernel->name_range, DIAG_E0601,
        "the untuned kernel cannot be measured: %s",
        tune->candidates.at[0]->message);
    return false;
}

/* What one search holds outside of the arena. */
static void free_tune(struct tune *tune)
{
    tune->store = store_close(tune->store);
    driver_free(&tune->base);
}

/* The same search, or plan, with the layouts of arguments fixed in way "i", for
 * a share of the time. NULL: that is not legal, or cannot be measured. */
static struct tune *search_layout(
    const struct tune *tune, int64_t i, int64_t n, struct text *text)
{
    struct compilation *c = tune->c;
    struct diag *diag = c->diag;
    struct tune *one = ARENA_NEW(c->arena, struct tune);
    struct text schedules = text_new(c->arena);
    bool ok;

    *one = new_tune(c, tune->options, tune->sizes);
    text_append(&schedules, tune->others);
    ast_print_schedule(&schedules,
        tune_space_fix_layouts(c->arena, tune->variant->schedule->source, i));
    one->build.schedule_text = schedules.at;
    one->jobs = tune->jobs;
    one->budget_ns = tune->budget_ns / n;
    one->has_layouts = true;
    one->is_other_layout = i > 0;
    c->diag = diag_new(c->arena);
    ok = prepare(one) && tune_store_open(one) &&
         (one->options->search.plan ? tune_plan(one, text) : find_best(one));
    c->diag = diag;
    if (ok)
        return one;
    free_tune(one);
    return NULL;
}

/* Is the best of another layout to be taken? Of plans any is as good. */
static bool is_better_layout(const struct tune *one, const struct tune *best)
{
    return !best || (one->best && one->best->time.median_ns <
                                      CLEARLY * best->best->time.median_ns);
}

/* Search with each of the layouts: arguments lie differently in each, so that
 * candidates of one are compared among themselves only. The best of the first
 * stays unless another one's is clearly faster. */
static bool search_layouts(struct tune *tune, int64_t n, struct text *text)
{
    struct tune *best = NULL;

    for (int64_t i = 0; i < n && !driver_is_interrupted(); i++) {
        struct tune *one = search_layout(tune, i, n, text);

        if (one && is_better_layout(one, best)) {
            if (best)
                free_tune(best);
            best = one;
        } else if (one) {
            free_tune(one);
        }
    }
    if (!best) {
        diag_error(tune->c->diag, tune->kernel->kernel->name_range, DIAG_E0404,
            "none of the layouts can be measured");
        return false;
    }
    if (best->best)
        text_printf(text, "of %lld layouts the fastest:\n", (long long)n);
    if (best->best && tune_check_best(best) && tune_write(best, false))
        tune_print_summary(best, text);
    free_tune(best);
    return true;
}

/* Everything but the output. */
static bool run(struct tune *tune, struct text *text)
{
    int64_t n_layouts = 1;

    if (!prepare(tune))
        return false;
    if (tune->variant->schedule->source)
        n_layouts = tune_space_count_layouts(
            tune->c->arena, tune->variant->schedule->source);
    if (tune->options->search.is_list) {
        print_list(tune, text);
        return true;
    }
    if (tune->base.is_gpu)
        return tune_rank_check(tune) && tune_rank(tune, text);
    if (n_layouts > 1 && !is_comparison(tune))
        return search_layouts(tune, n_layouts, text);
    if (!tune_store_open(tune))
        return false;
    if (is_comparison(tune))
        return tune_compare(tune, text);
    if (tune->options->search.plan)
        return tune_plan(tune, text);
    if (!find_best(tune) || !tune_check_best(tune) || !tune_write(tune, false))
        return false;
    tune_print_summary(tune, text);
    return true;
}

/* One search, appended to what is said. */
static bool run_shape(struct compilation *c,
    const struct driver_options *options, const struct tune_shape *shape,
    struct text *text, struct text *jobs)
{
    struct tune tune = new_tune(c, options, shape);
    const char *path = options->search.picture;
    struct text picture = text_new(c->arena);
    bool ok;

    tune.jobs = jobs;
    ok = run(&tune, text);
    if (ok && path && tune.best) {
        tune_picture_print(&tune, &picture);
        ok = driver_write(c, path, (struct blob){picture.at, picture.length});
    }
    free_tune(&tune);
    return ok;
}

void tune_run(struct compilation *c, const struct driver_options *options)
{
    const struct driver_search *search = &options->search;
    struct text text = text_new(c->arena);
    struct text jobs = text_new(c->arena);
    struct tune_shapes shapes = {0};
    bool ok = true;

    driver_catch_interrupts();
    for (int i = 0; ok && i < search->shapes.n; i++)
        ok = tune_shapes_add(c, &shapes, search->shapes.at[i]);
    if (ok && shapes.n == 0)
        ok = run_shape(c, options, NULL, &text, &jobs);
    for (int i = 0; ok && i < shapes.n && !driver_is_interrupted(); i++)
        ok = run_shape(c, options, &shapes.at[i], &text, &jobs);
    if (ok && search->plan)
        ok = driver_write(c, search->plan, (struct blob){jobs.at, jobs.length});
    if (ok && text.length > 0)
        driver_write(c, "-", (struct blob){text.at, text.length});
}
