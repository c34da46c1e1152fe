/* One command on one input: plan, build, write. */
#include "driver/driver_internal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The main output's name in the dependency file. */
static const char *depfile_target(
    const struct driver *driver, const struct plan *plan)
{
    const char *path = plan->files.at[0].path;

    if (driver->options->depfile_target)
        return driver->options->depfile_target;
    if (strcmp(path, "-") != 0)
        return path;
    return arena_printf(driver->c->arena, "%s.o",
        input_stem(driver->c, driver->options->input));
}

/* The bytes of a planned file. */
static bool make_content(struct driver *driver, const struct plan *plan,
    const struct planned *file, struct blob *blob)
{
    struct text text = text_new(driver->c->arena);
    bool ok = true;

    switch (file->content) {
    case PLAN_MAIN:
        for (int i = 0; ok && i < plan->emits.n; i++)
            ok = dump_stage(driver, &text, plan->emits.at[i]);
        break;
    case PLAN_TIMING:
        ok = timing_print(driver, &text);
        break;
    case PLAN_HEADER:
        header_print(driver, &text);
        break;
    case PLAN_DEPFILE:
        depfile_print(driver, &text, depfile_target(driver, plan));
        break;
    case PLAN_STAGE:
        ok = dump_stage(driver, &text, file->emit);
        break;
    }
    *blob = (struct blob){text.at, text.length};
    return ok;
}

/* Paths of the planned files; contents come later. */
static struct output_set list_outputs(
    struct driver *driver, const struct plan *plan)
{
    struct output_set set = {0};

    for (int i = 0; i < plan->files.n; i++)
        output_add(driver->c, &set, plan->files.at[i].path, (struct blob){0});
    return set;
}

/* Whether the outputs are allowed, before any work is done. */
static bool check_outputs(struct driver *driver, const struct output_set *set)
{
    const char *inputs[2] = {driver->options->input, NULL};
    int n_inputs = 1;

    inputs[1] = input_find_schedules(driver);
    n_inputs += inputs[1] != NULL;
    return output_check(driver->c, set, n_inputs, inputs);
}

const char *driver_versions(struct compilation *c)
{
    return arena_printf(c->arena, "tapc %s, LLVM %s, isl %s", TAPC_VERSION,
        TAPC_LLVM_VERSION, TAPC_ISL_VERSION);
}

/* Did 'tapc tune' find it? */
static bool is_tuned(const struct ast_schedule *schedule)
{
    for (int i = 0; schedule && i < schedule->n_directives; i++)
        if (schedule->directives[i]->kind == AST_DIRECTIVE_TUNED)
            return true;
    return false;
}

/* Warn where schedules were found for a kernel, but for other machines or sizes
 * than all of the object's. */
static void warn_untuned(
    struct driver *driver, const struct driver_kernel *kernel)
{
    const struct ast_program *program = driver->program;
    struct diag *diag = driver->c->diag;

    for (int i = 0; i < kernel->variants.n; i++)
        if (!kernel->variants.at[i].schedule ||
            is_tuned(kernel->variants.at[i].source))
            return;
    for (int i = 0; i < program->n_schedules; i++) {
        const struct ast_schedule *schedule = program->schedules[i];

        if (schedule->kernel_name != kernel->kernel->name ||
            !is_tuned(schedule))
            continue;
        diag_warning(diag, schedule->target_range, "untuned",
            "'%s' was tuned for other machines or sizes only",
            kernel->kernel->name->text);
        diag_hint(diag, "Run 'tapc tune' for these, or give --no-tuned.");
        return;
    }
}

/* -###: what would be done. */
static void print_plan(
    struct driver *driver, const struct plan *plan, struct text *text)
{
    const char *schedules = input_find_schedules(driver);

    text_printf(text, "%s\n", driver_versions(driver->c));
    text_append(text, "read ");
    diag_append_escaped(text, driver->options->input);
    if (schedules) {
        text_append(text, "\nread ");
        diag_append_escaped(text, schedules);
    }
    text_printf(text, "\ntarget %s", driver->target->triple);
    for (int i = 0; i < driver->machines.n; i++)
        text_printf(
            text, "%s%s", i ? ", " : ": ", driver->machines.at[i]->level);
    text_printf(text, "\nstages up to %s", driver_emit_name(plan->last));
    for (int i = 0; i < plan->files.n; i++) {
        text_append(text, "\nwrite ");
        diag_append_escaped(text, plan->files.at[i].path);
    }
    text_append(text, "\n");
}

/* Which schedules were taken: "schedule of k, x86-64-v4: k.tapc:2". */
static void print_schedules(struct driver *driver, struct text *text)
{
    for (int i = 0; i < driver->kernels.n; i++)
        for (int j = 0; j < driver->kernels.at[i].variants.n; j++) {
            const struct driver_variant *variant =
                &driver->kernels.at[i].variants.at[j];
            const struct ast_schedule *source = variant->source;

            if (!variant->schedule)
                continue;
            text_append(text, "schedule of ");
            dump_title(text, &driver->kernels.at[i], variant);
            text_append(text, ": ");
            if (!source) {
                text_append(text, "the default\n");
                continue;
            }
            diag_append_escaped(text, source->range.source->path);
            text_printf(text, ":%d\n",
                source_locate(source->range.source, source->range.begin).line);
        }
}

void driver_print_aside(const struct text *text)
{
    output_write(STDERR_FILENO, text->at, text->length);
}

/* Everything from planning to writing. */
static void build_and_write(struct driver *driver, struct plan *plan)
{
    struct output_set outputs = list_outputs(driver, plan);
    bool ok =
        check_outputs(driver, &outputs) && driver_build(driver, plan->last);

    for (int i = 0; ok && i < driver->kernels.n; i++)
        warn_untuned(driver, &driver->kernels.at[i]);
    for (int i = 0; ok && i < plan->files.n; i++)
        ok = make_content(
            driver, plan, &plan->files.at[i], &outputs.files.at[i].blob);
    crash_set_stage("writing files");
    if (ok && diag_get_status(driver->c->diag) == DIAG_OK)
        output_commit(driver->c, &outputs);
}

void driver_run(struct driver *driver)
{
    struct text text = text_new(driver->c->arena);
    struct plan plan = {0};

    if (!plan_make(driver, &plan))
        return;
    if (driver->options->is_dry_run) {
        if (driver_select(driver)) {
            print_plan(driver, &plan, &text);
            driver_print_aside(&text);
        }
        return;
    }
    build_and_write(driver, &plan);
    if (driver->options->is_verbose) {
        if (driver->target)
            print_plan(driver, &plan, &text);
        print_schedules(driver, &text);
        pass_print(driver, &text);
        driver_print_aside(&text);
    }
}
