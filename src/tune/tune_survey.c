/* A look at many points of the space before anything is compiled: isl says
 * which are legal, their loops which are different, the model of costs how good
 * they may be. In children, many points in each; one that a point ends goes on
 * behind it. */
#include "tune/tune_internal.h"

#include "base/sample.h"

#include <stdio.h>
#include <string.h>

enum { BATCH = 24, N_CHILDREN = 2, MAX_MESSAGE = 200 };

/* Time for one batch. */
#define BATCH_NS (INT64_C(60) * 1000000000)
#define BATCH_BYTES (INT64_C(8) << 30)

/* What the child says of one point. */
enum survey_state { NOT_YET, RUNNING, ILLEGAL, SAME, DIFFERENT };
struct surveyed {
    volatile int state;
    uint64_t key;
    struct cost cost;
    struct tune_grid grid;
    char message[MAX_MESSAGE];
};

/* Points for one child. */
struct batch {
    struct tune *tune;
    int n;
    struct tune_candidate *at[BATCH];
    struct child child;
};

/* ---- In the child ------------------------------------------------------ */

/* Has a candidate, or an earlier point of the batch, this key? */
static bool is_known(const struct batch *batch, int i,
    const struct surveyed *surveyed, uint64_t key)
{
    const struct tune *tune = batch->tune;

    for (int j = 0; j < i; j++)
        if (surveyed[j].state == DIFFERENT && surveyed[j].key == key)
            return true;
    for (int j = 0; j < tune->candidates.n; j++)
        if (tune->candidates.at[j]->stage != TUNE_NEW &&
            tune->candidates.at[j]->key == key)
            return true;
    return false;
}

/* One point. */
static void survey_point(struct batch *batch, int i, struct surveyed *surveyed)
{
    const struct tune *tune = batch->tune;
    const struct driver_variant *variant = tune->variant;
    struct surveyed *one = &surveyed[i];
    struct compilation c = *tune->c;
    struct schedule *schedule;
    struct loop_program *program;

    c.diag = diag_new(c.arena);
    c.options.verify = false;
    schedule = schedule_build(&c, variant->model, variant->machine,
        tune_space_fill(&tune->space, batch->at[i]->point));
    one->key = schedule ? tune_schedule_key(&c, schedule) : 0;
    if (schedule && is_known(batch, i, surveyed, one->key)) {
        one->state = SAME;
        return;
    }
    program = schedule ? loop_build(&c, schedule) : NULL;
    if (program) {
        one->cost = cost_evaluate(&c, program, NULL);
        one->grid = tune_rank_grid(c.arena, program);
        one->state = DIFFERENT;
        return;
    }
    tune_copy_message(&c, one->message, MAX_MESSAGE);
    one->state = ILLEGAL;
}

/* The child. */
static void run(void *user, void *shared)
{
    struct batch *batch = user;
    struct surveyed *surveyed = shared;

    tune_close_messages();
    for (int i = 0; i < batch->n; i++) {
        surveyed[i].state = RUNNING;
        survey_point(batch, i, surveyed);
    }
}

/* ---- In the parent ----------------------------------------------------- */

/* Take over what is known of one point; false: the child did not get there. */
static bool note(struct tune *tune, struct tune_candidate *candidate,
    const struct surveyed *surveyed)
{
    struct arena *arena = tune->c->arena;

    candidate->key = surveyed->key;
    candidate->cost = surveyed->cost;
    candidate->grid = surveyed->grid;
    if (surveyed->state == DIFFERENT && tune_has_key(tune, candidate))
        candidate->stage = TUNE_KNOWN;
    else if (surveyed->state == DIFFERENT)
        candidate->stage = TUNE_SURVEYED;
    else if (surveyed->state == SAME)
        candidate->stage = TUNE_KNOWN;
    else
        candidate->stage = TUNE_DONE;
    candidate->state = surveyed->state == DIFFERENT ? TRIAL_CORRECT
                       : surveyed->state == RUNNING ? TRIAL_COMPILE
                                                    : TRIAL_CONSTRAINTS;
    if (surveyed->state == ILLEGAL)
        candidate->message = arena_string(arena, surveyed->message);
    else if (surveyed->state == RUNNING)
        candidate->message = "the compiler ended early";
    return surveyed->state != NOT_YET;
}

/* Wait for a batch; what the child did not get to stays new. */
static void finish(struct tune *tune, struct batch *batch)
{
    const struct surveyed *surveyed = batch->child.shared;

    while (!child_wait(&batch->child, -1))
        ;
    for (int i = 0; i < batch->n; i++)
        if (surveyed[i].state != NOT_YET)
            note(tune, batch->at[i], &surveyed[i]);
    child_free(&batch->child);
    batch->n = 0;
}

/* A step that leads to every one of "n" points, far from the one before: about
 * the golden section. */
static int64_t choose_step(int64_t n)
{
    int64_t step = (int64_t)((double)n * 0.618) | 1;

    for (;; step++) {
        int64_t a = n;
        int64_t b = step;

        while (b > 0) {
            int64_t rest = a % b;

            a = b;
            b = rest;
        }
        if (a == 1)
            return step;
    }
}

/* Points that nobody has looked at, all over the space. */
static void fill(struct tune *tune, struct batch *batch)
{
    int64_t n_points = tune->space.n_points;
    int64_t step = tune->is_patient ? 1 : choose_step(n_points);

    while (batch->n < BATCH && tune->n_surveyed < n_points) {
        int64_t number = tune->n_surveyed++;
        struct tune_candidate *candidate;

        if (n_points < INT32_MAX)
            number = number * step % n_points;
        candidate =
            tune_candidate_at(tune, tune_space_get(&tune->space, number));
        if (candidate->stage == TUNE_NEW && !candidate->is_surveying) {
            candidate->is_surveying = true;
            batch->at[batch->n++] = candidate;
        }
    }
}

void tune_survey(struct tune *tune, int64_t end_ns)
{
    struct child_limits limits = {BATCH_NS, BATCH_BYTES};
    struct batch batches[N_CHILDREN] = {{.tune = tune}, {.tune = tune}};
    bool is_more = true;

    for (int i = 0; is_more; i = (i + 1) % N_CHILDREN) {
        struct batch *batch = &batches[i];

        if (batch->n > 0)
            finish(tune, batch);
        if (sample_clock_ns() < end_ns && !driver_is_interrupted())
            fill(tune, batch);
        if (batch->n > 0 && !child_start(&batch->child, &limits,
                                BATCH * sizeof(struct surveyed), run, batch))
            batch->n = 0;
        is_more = false;
        for (int j = 0; j < N_CHILDREN; j++)
            is_more = is_more || batches[j].n > 0;
    }
    for (int i = 0; i < tune->candidates.n; i++)
        tune->candidates.at[i]->is_surveying = false;
}
