/* Arguments in memory, and as the entry takes them. */
#include "trial/trial_internal.h"

#include <string.h>

/* Elements after which arrays repeat themselves: a prime. */
enum { PERIOD = 65521 };

bool trial_is_array(const struct trial_argument *argument)
{
    return argument->kind == TRIAL_IN || argument->kind == TRIAL_OUT ||
           argument->kind == TRIAL_INOUT;
}

int64_t trial_count_bytes(const struct trial_argument *argument)
{
    return trial_is_array(argument)
               ? argument->n_elements * (dtype_bits(argument->type) / 8)
               : 0;
}

void trial_fill(const struct trial_job *job, int i, char *at)
{
    uint64_t state = UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)i;
    const struct trial_argument *argument = &job->arguments[i];
    int64_t n = argument->n_elements < PERIOD ? argument->n_elements : PERIOD;
    int64_t bytes = dtype_bits(argument->type) / 8;

    scalar_fill(at, argument->type, n, &state);
    for (int64_t done = n; done < argument->n_elements; done += n) {
        int64_t left = argument->n_elements - done;

        n = left < done ? left : done;
        memcpy(at + done * bytes, at, (size_t)(n * bytes));
    }
}

/* A pointer as an argument. */
static struct object_argument get_pointer(const void *pointer)
{
    struct object_argument argument = {0, false};

    memcpy(&argument.bits, &pointer, sizeof pointer);
    return argument;
}

/* A scalar argument: the value 1/2, integers 3. */
static struct object_argument get_scalar(enum dtype type)
{
    struct object_argument argument = {
        0, type == DTYPE_F64 || type == DTYPE_F32};
    struct scalar value = {.real = 0.5, .integer = 3};
    bool is_float = dtype_is_float(type);

    scalar_write(&argument.bits, type,
        scalar_convert(value, is_float ? DTYPE_F64 : DTYPE_INDEX, type));
    return argument;
}

bool trial_prepare(struct trial *trial, int object, char *const *arrays,
    void *workspace, struct object_call *call)
{
    const struct trial_job *job = trial->job;
    struct object_argument *values =
        ARENA_ARRAY(trial->arena, job->n_arguments, struct object_argument);

    for (int i = 0; i < job->n_arguments; i++) {
        const struct trial_argument *argument = &job->arguments[i];

        if (trial_is_array(argument))
            values[i] = get_pointer(arrays[i]);
        else if (argument->kind == TRIAL_SCALAR)
            values[i] = get_scalar(argument->type);
        else if (argument->kind == TRIAL_STRIDES)
            values[i] = get_pointer(argument->numbers);
        else if (argument->kind == TRIAL_WORKSPACE)
            values[i] = get_pointer(workspace);
        else
            values[i].bits = (uint64_t)argument->value;
    }
    return object_prepare(
               call, trial->functions[object], job->n_arguments, values) ||
           trial_fail(trial, TRIAL_RUNTIME, "it has too many arguments");
}

void trial_measure_workspaces(
    struct trial *trial, struct object *const *objects)
{
    const struct trial_job *job = trial->job;
    const char *name = arena_printf(trial->arena, "%s_workspace", job->symbol);
    struct object_argument *values =
        ARENA_ARRAY(trial->arena, job->n_arguments, struct object_argument);
    struct object_call call;
    int n = 0;

    for (int i = 0; i < job->n_arguments; i++)
        if (job->arguments[i].kind == TRIAL_PARAMETER)
            values[n++].bits = (uint64_t)job->arguments[i].value;
    for (int i = 0; i < job->n_objects; i++) {
        void *function = object_find(objects[i], name);

        if (function && object_prepare(&call, function, n, values))
            trial->workspace_bytes[i] = object_run(&call);
    }
}
