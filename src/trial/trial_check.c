/* Results: every object writes into poisoned memory between unmapped pages, and
 * must write what the first one does. Two rounds, with other poison: an element
 * that is not written differs in one of them. */
#include "trial/trial_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Larger arguments are not checked a second time. */
enum { MANY_BYTES = 64 << 20 };

/* One object's memory. */
struct memory {
    struct guarded *arrays; /* by argument */
    char **data;
    struct guarded workspace;
};

/* Fill the arrays: outputs with poison. Inputs cannot be written. */
static void fill(struct trial *trial, const struct memory *memory, int round)
{
    const struct trial_job *job = trial->job;

    for (int i = 0; i < job->n_arguments; i++) {
        const struct trial_argument *argument = &job->arguments[i];

        if (!trial_is_array(argument))
            continue;
        if (argument->kind == TRIAL_OUT)
            guarded_poison(round, memory->data[i], trial_count_bytes(argument));
        else
            trial_fill(job, i, memory->data[i]);
        if (argument->kind == TRIAL_IN)
            guarded_protect(&memory->arrays[i]);
    }
}

/* Memory for one object. */
static bool map_memory(
    struct trial *trial, int object, int round, struct memory *memory)
{
    const struct trial_job *job = trial->job;
    bool at_end = round == 0;

    memory->arrays =
        ARENA_ARRAY(trial->arena, job->n_arguments, struct guarded);
    memory->data = ARENA_ARRAY(trial->arena, job->n_arguments, char *);
    for (int i = 0; i < job->n_arguments; i++) {
        if (!guarded_map(&memory->arrays[i],
                trial_count_bytes(&job->arguments[i]), at_end))
            return false;
        memory->data[i] = memory->arrays[i].data;
    }
    if (!guarded_map(
            &memory->workspace, trial->workspace_bytes[object], at_end))
        return false;
    guarded_poison(
        round, memory->workspace.data, trial->workspace_bytes[object]);
    fill(trial, memory, round);
    return true;
}

/* Give it back. */
static void unmap_memory(const struct trial_job *job, struct memory *memory)
{
    for (int i = 0; i < job->n_arguments; i++)
        guarded_unmap(&memory->arrays[i]);
    guarded_unmap(&memory->workspace);
}

/* Run an object once on memory of its own. */
static bool run_once(
    struct trial *trial, int object, int round, struct memory *memory)
{
    struct object_call call;
    int status;

    trial->shared->at = object;
    if (!map_memory(trial, object, round, memory))
        return trial_fail(trial, TRIAL_RUNTIME, "memory is short");
    if (!trial_prepare(
            trial, object, memory->data, memory->workspace.data, &call))
        return false;
    status = (int32_t)object_run(&call);
    return status == 0 ||
           trial_fail(trial, TRIAL_RUNTIME, "it returned status %d", status);
}

/* Is the element one of the tensor's? */
static bool is_element(const struct trial_argument *argument, int64_t i)
{
    for (int at = 0; at < argument->n_blocks; at++) {
        const struct trial_blocks *blocks = &argument->blocks[at];

        if (i / blocks->outer_stride % blocks->outer_extent * blocks->block +
                i / blocks->inner_stride % blocks->block >=
            blocks->extent)
            return false;
    }
    return true;
}

/* Do two elements say the same? Any NaN is any NaN. */
static bool is_same(
    struct scalar a, struct scalar b, enum dtype type, double most)
{
    if (!dtype_is_float(type))
        return a.integer == b.integer;
    return a.real == b.real || (isnan(a.real) && isnan(b.real)) ||
           fabs(a.real - b.real) <= most;
}

/* The largest element in size. */
static double find_largest(
    const struct trial_argument *argument, const char *at)
{
    int bytes = dtype_bits(argument->type) / 8;
    double largest = 0;

    for (int64_t i = 0; i < argument->n_elements; i++)
        largest = fmax(
            largest, fabs(scalar_read(at + i * bytes, argument->type).real));
    return largest;
}

/* Compare one array of an object with the reference's. */
static bool compare_array(
    struct trial *trial, int argument_at, const char *want, const char *got)
{
    const struct trial_argument *argument = &trial->job->arguments[argument_at];
    int bytes = dtype_bits(argument->type) / 8;
    double most = 0;

    if (memcmp(want, got, (size_t)trial_count_bytes(argument)) == 0)
        return true;
    if (trial->job->tolerance > 0)
        most = trial->job->tolerance * find_largest(argument, want);
    for (int64_t i = 0; i < argument->n_elements; i++) {
        struct scalar a = scalar_read(want + i * bytes, argument->type);
        struct scalar b = scalar_read(got + i * bytes, argument->type);

        if (is_same(a, b, argument->type, most) || !is_element(argument, i))
            continue;
        if (dtype_is_float(argument->type))
            return trial_fail(trial, TRIAL_CORRECTNESS,
                "argument %d, element %lld is %.9g, not %.9g", argument_at,
                (long long)i, b.real, a.real);
        return trial_fail(trial, TRIAL_CORRECTNESS,
            "argument %d, element %lld is %lld, not %lld", argument_at,
            (long long)i, (long long)b.integer, (long long)a.integer);
    }
    return true;
}

/* Compare all that is written. */
static bool compare(
    struct trial *trial, const struct memory *want, const struct memory *got)
{
    const struct trial_job *job = trial->job;

    for (int i = 0; i < job->n_arguments; i++)
        if ((job->arguments[i].kind == TRIAL_OUT ||
                job->arguments[i].kind == TRIAL_INOUT) &&
            !compare_array(trial, i, want->data[i], got->data[i]))
            return false;
    return true;
}

/* One round of all objects. */
static bool check_round(struct trial *trial, int round)
{
    struct memory want;
    struct memory got;

    if (!run_once(trial, 0, round, &want))
        return false;
    for (int i = 1; i < trial->job->n_objects; i++) {
        if (!run_once(trial, i, round, &got) || !compare(trial, &want, &got))
            return false;
        unmap_memory(trial->job, &got);
    }
    unmap_memory(trial->job, &want);
    return true;
}

bool trial_check(struct trial *trial)
{
    int64_t n_bytes = 0;

    if (trial->job->is_checked)
        return true;
    for (int i = 0; i < trial->job->n_arguments; i++)
        n_bytes += trial_count_bytes(&trial->job->arguments[i]);
    return check_round(trial, 0) &&
           (n_bytes > MANY_BYTES || check_round(trial, 1));
}
