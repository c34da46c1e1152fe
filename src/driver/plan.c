/* Which files a compilation makes, and how far it has to go for them. */
#include "driver/driver_internal.h"

#include <string.h>

/* Whether a stage is text for a person, not a product. */
static bool is_text(enum driver_emit emit)
{
    return emit <= DRIVER_EMIT_ROOF;
}

/* Whether "emit" is in the list. */
static bool has_emit(const struct plan *plan, enum driver_emit emit)
{
    for (int i = 0; i < plan->emits.n; i++)
        if (plan->emits.at[i] == emit)
            return true;
    return false;
}

/* What the command makes when --emit says nothing. */
static void add_default_emits(struct driver *driver, struct plan *plan)
{
    static const enum driver_emit stages[] = {DRIVER_EMIT_AST,
        DRIVER_EMIT_MODEL, DRIVER_EMIT_SCHEDULE, DRIVER_EMIT_LOOP};
    struct arena *arena = driver->c->arena;

    if (driver->options->command == DRIVER_EXPLAIN)
        for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
            VECTOR_PUSH(arena, &plan->emits, stages[i]);
    else if (driver->options->command != DRIVER_CHECK)
        VECTOR_PUSH(arena, &plan->emits, DRIVER_EMIT_OBJECT);
}

/* Take --emit: the header becomes a file of its own, the rest is the main
 * output; products cannot share it. */
static bool take_emits(
    struct driver *driver, struct plan *plan, bool *wants_header)
{
    const struct driver_options *options = driver->options;
    struct source_range nowhere = {0};
    bool is_explain = options->command == DRIVER_EXPLAIN;

    for (int i = 0; i < options->emits.n; i++) {
        enum driver_emit emit = options->emits.at[i];

        if (emit == DRIVER_EMIT_HEADER && !is_explain)
            *wants_header = true;
        else if (!has_emit(plan, emit))
            VECTOR_PUSH(driver->c->arena, &plan->emits, emit);
    }
    for (int i = 0; i < plan->emits.n && !is_explain; i++)
        if (plan->emits.n > 1 && !is_text(plan->emits.at[i])) {
            diag_error(driver->c->diag, nowhere, DIAG_E0701,
                "%s and %s cannot go to one output",
                driver_emit_name(plan->emits.at[0]),
                driver_emit_name(plan->emits.at[1]));
            return false;
        }
    return true;
}

/* "stem" with an extension. */
static const char *name_file(
    struct driver *driver, const char *stem, const char *extension)
{
    return arena_printf(driver->c->arena, "%s.%s", stem, extension);
}

/* Where the main output goes. */
static const char *main_path(struct driver *driver, const struct plan *plan)
{
    const char *stem = input_stem(driver->c, driver->options->input);

    if (driver->options->output)
        return driver->options->output;
    if (driver->options->command == DRIVER_EXPLAIN)
        return "-";
    if (has_emit(plan, DRIVER_EMIT_OBJECT))
        return name_file(driver, stem, "o");
    if (has_emit(plan, DRIVER_EMIT_ASSEMBLY))
        return name_file(driver, stem, "s");
    if (has_emit(plan, DRIVER_EMIT_PTX))
        return name_file(driver, stem, "ptx");
    if (has_emit(plan, DRIVER_EMIT_LLVM))
        return name_file(driver, stem, "ll");
    return "-";
}

/* A path without its extension, for files beside it; the input's stem when
 * the path is no name. */
static const char *path_stem(struct driver *driver, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');

    if (strcmp(path, "-") == 0 || strncmp(path, "/dev/", 5) == 0)
        return input_stem(driver->c, driver->options->input);
    return arena_printf(driver->c->arena, "%.*s",
        dot && dot != name ? (int)(dot - path) : (int)strlen(path), path);
}

/* Add a file. */
static void add_file(struct driver *driver, struct plan *plan, const char *path,
    enum plan_content content, enum driver_emit emit)
{
    struct planned file = {path, content, emit};

    VECTOR_PUSH(driver->c->arena, &plan->files, file);
    if (emit > plan->last)
        plan->last = emit;
}

/* -save-temps: every stage beside the output. */
static void add_stages(
    struct driver *driver, struct plan *plan, const char *stem)
{
    static const struct {
        enum driver_emit emit;
        const char *extension;
    } stages[] = {{DRIVER_EMIT_AST, "ast"}, {DRIVER_EMIT_MODEL, "model"},
        {DRIVER_EMIT_SCHEDULE, "schedule"}, {DRIVER_EMIT_LOOP, "loop"},
        {DRIVER_EMIT_LLVM, "ll"}, {DRIVER_EMIT_ASSEMBLY, "s"}};

    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        add_file(driver, plan, name_file(driver, stem, stages[i].extension),
            PLAN_STAGE, stages[i].emit);
}

/* The files that go with the main output. */
static void add_companions(
    struct driver *driver, struct plan *plan, bool wants_header)
{
    const struct driver_options *options = driver->options;
    const char *stem = path_stem(driver, main_path(driver, plan));

    if (options->header || wants_header)
        add_file(driver, plan,
            options->header ? options->header : name_file(driver, stem, "h"),
            PLAN_HEADER, DRIVER_EMIT_HEADER);
    if (options->wants_depfile || options->depfile)
        add_file(driver, plan,
            options->depfile ? options->depfile : name_file(driver, stem, "d"),
            PLAN_DEPFILE, DRIVER_EMIT_AST);
    if (options->wants_temps)
        add_stages(driver, plan, stem);
}

/* --emit=header alone writes to -o. */
static void take_header_output(struct driver *driver, struct plan *plan)
{
    VECTOR_PUSH(driver->c->arena, &plan->emits, DRIVER_EMIT_HEADER);
    if (!driver->options->output)
        add_file(driver, plan,
            name_file(
                driver, input_stem(driver->c, driver->options->input), "h"),
            PLAN_MAIN, DRIVER_EMIT_HEADER);
}

bool plan_make(struct driver *driver, struct plan *plan)
{
    const struct driver_options *options = driver->options;
    bool wants_header = false;

    plan->last = DRIVER_EMIT_AST;
    if (options->command == DRIVER_CHECK) {
        plan->last = DRIVER_EMIT_LOOP;
        return true;
    }
    if (options->command == DRIVER_BENCH) {
        add_file(driver, plan, options->output ? options->output : "-",
            PLAN_TIMING, DRIVER_EMIT_OBJECT);
        return true;
    }
    if (!take_emits(driver, plan, &wants_header))
        return false;
    if (wants_header && plan->emits.n == 0 && !options->header) {
        wants_header = false;
        take_header_output(driver, plan);
    }
    if (plan->emits.n == 0)
        add_default_emits(driver, plan);
    for (int i = 0; i < plan->emits.n; i++)
        if (plan->emits.at[i] > plan->last)
            plan->last = plan->emits.at[i];
    if (plan->files.n == 0)
        add_file(driver, plan, main_path(driver, plan), PLAN_MAIN, plan->last);
    add_companions(driver, plan, wants_header);
    return true;
}
