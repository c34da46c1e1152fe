/* The child and its verdict. */
#include "trial/trial_internal.h"

#include "base/child.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Words of the states. */
static const char *const words[TRIAL_N_STATES] = {
#define TRIAL_STATE(identifier, word, meaning) word,
#include "trial/trial_states.def"
#undef TRIAL_STATE
};

const char *trial_state_word(enum trial_state state)
{
    return words[state];
}

enum trial_state trial_state_of(const char *word)
{
    int i = 0;

    while (i < TRIAL_N_STATES && strcmp(words[i], word) != 0)
        i++;
    return (enum trial_state)i;
}

bool trial_fail(
    struct trial *trial, enum trial_state state, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(trial->shared->text, TRIAL_MAX_TEXT, format, arguments);
    va_end(arguments);
    trial->shared->state = (int)state;
    return false;
}

/* Load all objects. */
static bool load(struct trial *trial)
{
    const struct trial_job *job = trial->job;
    struct object *objects[TRIAL_MAX_OBJECTS];

    for (int i = 0; i < job->n_objects; i++) {
        const char *problem = NULL;

        trial->shared->at = i;
        objects[i] = object_load(trial->arena, job->objects[i].blob, &problem);
        if (!objects[i])
            return trial_fail(trial, TRIAL_RUNTIME,
                "the object cannot be loaded: %s", problem);
        trial->functions[i] = object_find(objects[i], job->symbol);
        if (!trial->functions[i])
            return trial_fail(
                trial, TRIAL_RUNTIME, "there is no '%s' in it", job->symbol);
    }
    trial_measure_workspaces(trial, objects);
    return true;
}

/* The child: from objects to samples. */
static void run(void *user, void *shared)
{
    struct trial trial = *(struct trial *)user;

    trial.shared = shared;
    trial.shared->state = TRIAL_N_STATES;
    if (load(&trial) && trial_check(&trial) && trial_measure(&trial))
        trial.shared->state = TRIAL_CORRECT;
}

/* What the parent makes of it. */
static void judge(
    struct arena *arena, const struct child *child, struct trial_result *result)
{
    const struct trial_shared *shared = child->shared;
    const char *end = child_describe(child, arena);

    result->state = (enum trial_state)shared->state;
    result->n_rounds = shared->n_rounds;
    if (shared->state == TRIAL_N_STATES) {
        result->state =
            child->was_late || (end && strcmp(end, "did not end") == 0)
                ? TRIAL_TIMEOUT
                : TRIAL_RUNTIME;
        result->message = arena_printf(
            arena, "object %d %s", shared->at, end ? end : "ended early");
    } else if (shared->state != TRIAL_CORRECT) {
        result->message = arena_string(arena, shared->text);
    }
    for (int i = 0; i < result->n_objects; i++)
        result->samples_ns[i] = arena_copy(arena, shared->samples_ns[i],
            (size_t)result->n_rounds * sizeof(double));
}

struct trial_result trial_run(struct arena *arena, const struct trial_job *job)
{
    struct trial_result result = {
        .id = job->id, .state = TRIAL_RUNTIME, .n_objects = job->n_objects};
    struct child_limits limits = {job->limit_ns, job->limit_bytes};
    struct trial trial = {.arena = arena, .job = job};
    struct child child;

    if (job->n_objects < 1 || job->n_objects > TRIAL_MAX_OBJECTS ||
        job->n_rounds < 1 || job->n_rounds > TRIAL_MAX_ROUNDS) {
        result.n_objects = 0;
        result.message = "too many or too few objects or rounds";
        return result;
    }
    if (!child_start(
            &child, &limits, sizeof(struct trial_shared), run, &trial)) {
        result.n_objects = 0;
        result.message = "a child process cannot be started";
        return result;
    }
    while (!child_wait(&child, -1))
        ;
    judge(arena, &child, &result);
    child_free(&child);
    return result;
}
