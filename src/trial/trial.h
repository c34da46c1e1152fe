/* A trial: compiled candidates of one kernel, checked and timed beside each
 * other in a child process. It needs their objects and nothing of the compiler:
 * this is what a worker on another machine does.
 *
 * Files: trial.c (the child and its verdict), trial_states.def (how a trial can
 * end), trial_arguments.c (arguments in memory), trial_check.c (results on
 * poisoned memory between unmapped pages), trial_time.c (rounds in turn),
 * trial_compare.c (what the samples say), trial_lock.c (one measurement at a
 * time on a machine), trial_machine.c (which machine this is).
 */
#ifndef TAPC_TRIAL_TRIAL_H
#define TAPC_TRIAL_TRIAL_H

#include "base/blob.h"
#include "base/vector.h"
#include "value/value.h"

enum trial_argument_kind {
    TRIAL_IN,
    TRIAL_OUT,
    TRIAL_INOUT,
    TRIAL_SCALAR,
    TRIAL_STRIDES,
    TRIAL_WORKSPACE,
    TRIAL_PARAMETER
};

/* A dimension stored in blocks, so that some elements of memory belong to no
 * element of the tensor: the element at "i" is one if
 * i / outer_stride % outer_extent * block + i / inner_stride % block < extent.
 */
struct trial_blocks {
    int64_t outer_stride;
    int64_t outer_extent;
    int64_t inner_stride;
    int64_t block;
    int64_t extent;
};

/* An argument of the entry. IN, OUT, INOUT: "n_elements" of "type", "blocks"
 * where there are such dimensions. SCALAR: of "type". STRIDES: the "numbers".
 * PARAMETER: "value". */
struct trial_argument {
    enum trial_argument_kind kind;
    enum dtype type;
    int64_t n_elements;
    int64_t value;
    int n_numbers;
    const int64_t *numbers;
    int n_blocks;
    const struct trial_blocks *blocks;
};

/* A compiled candidate: "text" is its schedule on one line. */
struct trial_object {
    const char *text;
    struct blob blob;
};

/* What is to be done. "id" is whatever the sender likes; "symbol" the entry.
 * Object 0 is the reference, whose results the others' must equal bit for bit
 * (elements that differ by less than "tolerance" of the largest do if it is
 * not 0). "n_rounds" rounds of about "round_ns" for each object, fewer once an
 * only candidate is surely slower than "give_up" times the reference. "cold":
 * the arguments are elsewhere in each call, so that no cache has them.
 * "is_checked": the results are known to be right, only times are wanted.
 * "limits": of the child, 0 is none. */
struct trial_job {
    const char *id;
    const char *symbol;
    int n_arguments;
    const struct trial_argument *arguments;
    int n_objects;
    const struct trial_object *objects;
    double tolerance;
    int n_rounds;
    int64_t round_ns;
    double give_up;
    bool is_cold;
    bool is_checked;
    int64_t limit_ns;
    int64_t limit_bytes;
};

/* How it went, in the words of the T4 format. */
enum trial_state {
#define TRIAL_STATE(identifier, word, meaning) TRIAL_##identifier,
#include "trial/trial_states.def"
#undef TRIAL_STATE
    TRIAL_N_STATES
};

enum { TRIAL_MAX_OBJECTS = 16, TRIAL_MAX_ROUNDS = 128 };

/* "message": what went wrong, NULL if nothing did. "samples_ns"[object][round]:
 * time of one call, the mean of many in a row. */
struct trial_result {
    const char *id;
    enum trial_state state;
    const char *message;
    int n_objects;
    int n_rounds;
    double *samples_ns[TRIAL_MAX_OBJECTS];
};

/* Do it, in a child process. The result lives in "arena". */
struct trial_result trial_run(struct arena *arena, const struct trial_job *job);

/* ---- What samples say -------------------------------------------------- */

/* Times of one object: the median, and the range of its middle half. */
struct trial_time {
    double median_ns;
    double low_ns;
    double high_ns;
};

struct trial_time trial_time_of(
    struct arena *arena, const struct trial_result *result, int object);

/* The time of one object over that of another, round by round: the median and
 * the range that holds the true one in 95 of 100 cases. */
struct trial_ratio {
    double median;
    double low;
    double high;
};

struct trial_ratio trial_ratio_of(struct arena *arena,
    const struct trial_result *result, int object, int other);

/* ---- Machines ---------------------------------------------------------- */

/* Which machine this is: processor and host, "Intel(R) Xeon(R) ... @ name". */
const char *trial_machine(struct arena *arena);

/* Nanoseconds of a clock cycle, measured. */
double trial_measure_cycle_ns(void);

/* Wait for the lock of this machine's processor, or of another device, which
 * every measurement of this user holds; released by trial_unlock. -1: there
 * can be no lock, go ahead. */
int trial_lock(struct arena *arena, const char *device);
void trial_unlock(int lock);

/* The word of a state, and back (TRIAL_N_STATES: none). */
const char *trial_state_word(enum trial_state state);
enum trial_state trial_state_of(const char *word);

#endif
