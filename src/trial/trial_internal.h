/* What the files of the trial share, all of it in the child. */
#ifndef TAPC_TRIAL_TRIAL_INTERNAL_H
#define TAPC_TRIAL_TRIAL_INTERNAL_H

#include "base/guarded.h"
#include "base/object.h"
#include "trial/trial.h"

enum { TRIAL_MAX_TEXT = 300 };

/* What the child leaves, in memory both see. */
struct trial_shared {
    volatile int state; /* TRIAL_N_STATES: not done */
    volatile int at;    /* the object at hand */
    volatile int n_rounds;
    char text[TRIAL_MAX_TEXT];
    double samples_ns[TRIAL_MAX_OBJECTS][TRIAL_MAX_ROUNDS];
};

/* A trial under way. "functions" and "workspace_bytes" by object. */
struct trial {
    struct arena *arena;
    const struct trial_job *job;
    struct trial_shared *shared;
    const void *functions[TRIAL_MAX_OBJECTS];
    int64_t workspace_bytes[TRIAL_MAX_OBJECTS];
};

/* Note what went wrong; always false. */
bool trial_fail(struct trial *trial, enum trial_state state, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/* ---- trial_arguments.c ------------------------------------------------- */

/* Is it memory of elements? */
bool trial_is_array(const struct trial_argument *argument);
int64_t trial_count_bytes(const struct trial_argument *argument);

/* Fill array "i" with what it holds before every call. */
void trial_fill(const struct trial_job *job, int i, char *at);

/* The call of an object: "arrays" by argument, "workspace" of its own. False
 * after trial_fail. */
bool trial_prepare(struct trial *trial, int object, char *const *arrays,
    void *workspace, struct object_call *call);

/* Find out how large the workspaces are. */
void trial_measure_workspaces(
    struct trial *trial, struct object *const *objects);

/* ---- trial_check.c, trial_time.c --------------------------------------- */

/* Are the results of all objects those of the first? */
bool trial_check(struct trial *trial);

/* Fill "samples_ns". */
bool trial_measure(struct trial *trial);

#endif
