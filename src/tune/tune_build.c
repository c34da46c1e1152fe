/* Candidates, compiled as "tapc compile" would, each in a child process. */
#include "tune/tune_internal.h"

#include "base/hash.h"
#include "base/sample.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MAX_OBJECT_BYTES = 8 << 20, MAX_MESSAGE = 300 };

/* Time and memory of one compilation. */
#define BUILD_NS (INT64_C(10) * 1000000000)
#define BUILD_BYTES (INT64_C(8) << 30)

/* What the child leaves. */
struct built {
    volatile bool is_done;
    enum trial_state state;
    uint64_t key;
    struct cost cost;
    struct driver_load load;
    struct tune_grid grid;
    char message[MAX_MESSAGE];
    size_t size_bytes;
    char bytes[MAX_OBJECT_BYTES];
};

/* A child at work. */
struct build {
    struct tune *tune;
    const struct tune_candidate *candidate;
};

const char *tune_schedule_text(struct tune *tune, const char *line)
{
    const struct ast_schedule *schedule = tune->space.schedule;

    return arena_printf(tune->c->arena, "%sschedule %s for %s {\n    %s\n}\n",
        tune->others, schedule->kernel_name->text, schedule->target->text,
        line);
}

uint64_t tune_schedule_key(
    struct compilation *c, const struct schedule *schedule)
{
    struct text text = text_new(c->arena);

    schedule_print(&text, schedule);
    return hash_bytes(text.at, text.length);
}

void tune_copy_message(struct compilation *c, char *message, size_t n_bytes)
{
    struct text text = text_new(c->arena);

    diag_print(c->diag, &text, false);
    snprintf(message, n_bytes, "%.*s", (int)strcspn(text.at, "\n"), text.at);
}

void tune_close_messages(void)
{
    int nowhere = open("/dev/null", O_WRONLY);

    if (nowhere >= 0)
        dup2(nowhere, STDERR_FILENO);
}

/* Take over what the driver made. */
static void copy_result(
    struct compilation *c, struct driver *driver, struct built *built)
{
    const struct driver_kernel *kernel = &driver->kernels.at[0];

    built->key = tune_schedule_key(c, kernel->variants.at[0].schedule);
    built->cost = cost_evaluate(c, kernel->variants.at[0].program, NULL);
    built->grid = tune_rank_grid(c->arena, kernel->variants.at[0].program);
    driver_get_load(driver, &built->load);
    built->state = TRIAL_CORRECT;
    if (driver->object.size_bytes > MAX_OBJECT_BYTES) {
        built->state = TRIAL_COMPILE;
        snprintf(built->message, MAX_MESSAGE, "the object is too large");
        return;
    }
    built->size_bytes = driver->object.size_bytes;
    if (built->size_bytes > 0)
        memcpy(built->bytes, driver->object.bytes, built->size_bytes);
}

/* The child. */
static void run(void *user, void *shared)
{
    const struct build *build = user;
    struct built *built = shared;
    struct compilation c = driver_compilation_new();
    struct driver_options options = build->tune->build;
    struct driver driver = {.c = &c, .options = &options};

    tune_close_messages();
    c.options = build->tune->c->options;
    c.options.verify = false;
    options.schedule_text =
        tune_schedule_text(build->tune, build->candidate->line);
    if (driver_build(&driver, DRIVER_EMIT_OBJECT)) {
        copy_result(&c, &driver, built);
    } else {
        tune_copy_message(&c, built->message, MAX_MESSAGE);
        built->state = diag_get_status(c.diag) == DIAG_REJECTED
                           ? TRIAL_CONSTRAINTS
                           : TRIAL_COMPILE;
    }
    built->is_done = true;
}

bool tune_build_start(struct tune *tune, struct tune_candidate *candidate)
{
    struct build build = {tune, candidate};
    struct child_limits limits = {BUILD_NS, BUILD_BYTES};

    candidate->start_ns = sample_clock_ns();
    candidate->is_building = child_start(
        &candidate->child, &limits, sizeof(struct built), run, &build);
    return candidate->is_building;
}

bool tune_has_key(const struct tune *tune, const struct tune_candidate *one)
{
    for (int i = 0; i < tune->candidates.n; i++) {
        const struct tune_candidate *other = tune->candidates.at[i];

        if (other != one && other->key == one->key &&
            other->stage != TUNE_NEW && other->stage != TUNE_KNOWN)
            return true;
    }
    return false;
}

/* Note a candidate that cannot be tried. */
static void fail(struct tune *tune, struct tune_candidate *candidate,
    enum trial_state state, const char *message)
{
    candidate->stage = TUNE_DONE;
    candidate->state = state;
    candidate->message = arena_string(tune->c->arena, message);
}

void tune_build_finish(struct tune *tune, struct tune_candidate *candidate)
{
    struct arena *arena = tune->c->arena;
    const struct built *built = candidate->child.shared;
    const char *end;

    while (!child_wait(&candidate->child, -1))
        ;
    end = child_describe(&candidate->child, arena);
    if (!built->is_done) {
        fail(tune, candidate,
            candidate->child.was_late ? TRIAL_TIMEOUT : TRIAL_COMPILE,
            arena_printf(arena, "the compiler %s", end ? end : "ended early"));
    } else if (built->state != TRIAL_CORRECT) {
        fail(tune, candidate, built->state, built->message);
    } else {
        candidate->key = built->key;
        candidate->cost = built->cost;
        candidate->load = built->load;
        candidate->grid = built->grid;
        candidate->stage =
            candidate->stage == TUNE_NEW && tune_has_key(tune, candidate)
                ? TUNE_KNOWN
                : TUNE_BUILT;
        candidate->object =
            (struct blob){arena_copy(arena, built->bytes, built->size_bytes),
                built->size_bytes};
    }
    candidate->compile_ns = sample_clock_ns() - candidate->start_ns;
    child_free(&candidate->child);
    candidate->is_building = false;
}
