/* What the files of the tuner share. */
#ifndef TAPC_TUNE_TUNE_INTERNAL_H
#define TAPC_TUNE_TUNE_INTERNAL_H

#include "base/child.h"
#include "cost/cost.h"
#include "store/store.h"
#include "trial/trial.h"
#include "tune/tune.h"
#include "tune/tune_space.h"

/* A parameter's sizes, one if "last" is "first"; sizes of several parameters;
 * what the command line wants to be tuned for. */
struct tune_range {
    const char *name;
    int64_t first;
    int64_t last;
};
struct tune_shape {
    int n;
    const struct tune_range *ranges;
};
struct tune_shapes {
    struct tune_shape *at;
    int n;
    int capacity;
};

/* How far a candidate has come. KNOWN: another one has the same schedule. */
enum tune_stage { TUNE_NEW, TUNE_SURVEYED, TUNE_BUILT, TUNE_KNOWN, TUNE_DONE };

/* On a GPU: blocks, 0 if their number is not known, and threads of each. */
struct tune_grid {
    int64_t n_blocks;
    int n_threads;
};

/* A candidate. "line" is its schedule on one line, "point" where it lies in the
 * space (NULL choices: the untuned one, which need not lie there). "key" tells
 * schedules apart, whatever words made them. "cost" is the model's. "ratio" is
 * its time over that of the untuned one. */
struct tune_candidate {
    struct tune_point point;
    const char *line;
    enum tune_stage stage;
    enum trial_state state;
    const char *message;
    const char *machine; /* where it was measured, NULL: here */
    uint64_t key;
    struct cost cost;
    struct driver_load load; /* on a GPU, */
    struct tune_grid grid;   /* and this */
    struct blob object;
    struct trial_result result;
    struct trial_time time;
    struct trial_ratio ratio;
    double predicted; /* the logarithm of the ratio */
    int64_t start_ns; /* when it began to be compiled, */
    int64_t compile_ns;
    int64_t end_ns; /* when it was done, after the start */
    int n_words;    /* of its schedule: fewer is simpler */
    struct child child;
    bool is_building;
    bool is_surveying;
};

/* A search under way, of one kernel for one shape. "others" are the kernel's
 * schedules for other targets, as text. "untuned" is candidates.at[0]. */
struct tune {
    struct compilation *c;
    const struct driver_options *options; /* of the command line */
    struct driver_options build;          /* of every candidate */
    struct driver base;                   /* the untuned one, compiled */
    const struct driver_kernel *kernel;
    const struct driver_variant *variant;
    const char *others;
    const char *kernel_hash;
    struct store *store;             /* NULL: nothing is kept */
    struct store_trial key;          /* what all trials have in common */
    VECTOR(struct store_trial) rows; /* what is known from before */
    int64_t n_recalled;
    int64_t n_surveyed; /* points of the space */
    struct text *jobs;  /* for --plan, of all shapes */
    struct tune_space space;
    struct trial_job job; /* without its objects */
    VECTOR(struct tune_candidate *) candidates;
    struct tune_candidate *best;
    uint64_t random;
    int64_t start_ns;
    int64_t budget_ns;
    int64_t n_trials;
    int64_t n_done;
    int64_t n_failed;
    double setup_ns; /* of a trial, beside its rounds */
    double floor_ns; /* what the model says no schedule goes below */
    int64_t printed_ns;
    const struct tune_shape *sizes; /* of --shape, or NULL */
    const char *shape;
    const char *written;  /* the file, NULL: none */
    bool is_patient;      /* a search that ends only with its space or budget */
    bool has_layouts;     /* one of several layouts of the arguments, */
    bool is_other_layout; /* and not the first */
    bool is_stopped;      /* after something was reported */
    int64_t last_gain; /* number of the trial that was the last to be better */
};

/* ---- tune.c ------------------------------------------------------------ */

/* What is known from before counts as measured, and the best of it as the best
 * so far. */
void tune_recall(struct tune *tune);

/* ---- tune_build.c ------------------------------------------------------ */

/* Compile a candidate in a child. False if there can be none. */
bool tune_build_start(struct tune *tune, struct tune_candidate *candidate);

/* Wait for it; the candidate's stage says how it went. */
void tune_build_finish(struct tune *tune, struct tune_candidate *candidate);

/* What tells a schedule from others, whatever words made it. */
uint64_t tune_schedule_key(
    struct compilation *c, const struct schedule *schedule);

/* Has another candidate the key of this one? */
bool tune_has_key(const struct tune *tune, const struct tune_candidate *one);

/* In a child: the first line of what was reported; messages of libraries go
 * nowhere. */
void tune_copy_message(struct compilation *c, char *message, size_t n_bytes);
void tune_close_messages(void);

/* The whole text of a schedule file with this candidate's directives. */
const char *tune_schedule_text(struct tune *tune, const char *line);

/* ---- tune_survey.c ----------------------------------------------------- */

/* Look at points of the space that nobody has looked at, all or until that
 * time: they become SURVEYED, KNOWN, or DONE because they are not legal.
 */
void tune_survey(struct tune *tune, int64_t end_ns);

/* ---- tune_job.c -------------------------------------------------------- */

/* Arguments and limits of the trials of a compiled kernel. False after
 * reporting that it is too large. */
bool tune_job_new(struct tune *tune);

/* ---- tune_search.c ----------------------------------------------------- */

/* The next candidate; NULL: there are no more. */
struct tune_candidate *tune_search_next(struct tune *tune);

/* Does the command line name a strategy there is? False after reporting. */
bool tune_search_check(struct tune *tune);

/* A candidate of the list by its line, or NULL. */
struct tune_candidate *tune_find(const struct tune *tune, const char *line);
/* The candidate at a point, new or known. */
struct tune_candidate *tune_candidate_at(
    struct tune *tune, struct tune_point point);

/* ---- tune_model.c ------------------------------------------------------ */

/* Set "predicted" of all surveyed candidates, from what was measured. */
void tune_model_predict(struct tune *tune);

/* ---- tune_race.c ------------------------------------------------------- */

/* How candidates are measured: rounds at most, time of one for each. One trial
 * is to take a share of the budget at most, fewer rounds where calls are
 * long. */
struct tune_pace {
    int n_rounds;
    int64_t round_ns;
};
enum { TUNE_SHARES = 40, TUNE_MIN_ROUNDS = 6 };

/* How many rounds "n" candidates have, and what one takes each of them. */
int tune_race_rounds(
    const struct tune *tune, const struct tune_pace *pace, int n);
double tune_race_round_ns(
    const struct tune *tune, const struct tune_pace *pace);

/* Measure a built candidate; it becomes the best if it surely is better. */
void tune_race(struct tune *tune, struct tune_candidate *candidate);

/* The job of measuring some candidates beside each other, wherever that is. */
struct trial_job tune_race_job(const struct tune *tune, int n,
    const struct tune_candidate *const *candidates);

/* Compile those of the list that are known from before; those that fail are
 * left out. How many there are then. */
int tune_race_build(struct tune *tune, int n, struct tune_candidate **list);

/* Measure some beside each other in a new process, their results too unless
 * "is_checked". Take over what is said of candidate number "at" of them. */
struct trial_result tune_race_again(struct tune *tune,
    const struct tune_pace *pace, bool is_checked, int n,
    struct tune_candidate *const *candidates);
void tune_race_note(struct tune *tune, struct tune_candidate *candidate, int at,
    const struct trial_result *result);

/* ---- tune_final.c ------------------------------------------------------ */

/* Some candidates beside each other in several processes, each of which had
 * the same luck for all of them: "results" by process. */
enum { TUNE_MATCHES = 9 };
struct tune_match {
    int n;
    struct tune_candidate *const *list;
    int n_results;
    struct trial_result results[TUNE_MATCHES];
    struct trial_result all; /* as one; or why one process failed */
};

/* Play it in "n_processes"; what it says of each candidate is noted. False: one
 * of them failed. */
bool tune_match_play(struct tune *tune, struct tune_match *match,
    int n_processes, int n, struct tune_candidate *const *list);

/* The ratio of two candidates' times, over the processes. */
struct trial_ratio tune_match_ratio(
    struct arena *arena, const struct tune_match *match, int object, int other);

/* The best few measured once more, and the best of them confirmed in new
 * processes, or the untuned one. How long that may take. */
struct tune_candidate *tune_final(struct tune *tune);
int64_t tune_final_ns(const struct tune *tune);

/* ---- tune_compare.c ---------------------------------------------------- */

/* --compare, --remeasure: schedules that were found, measured beside each
 * other. False after reporting. */
bool tune_compare(struct tune *tune, struct text *text);

/* ---- tune_plan.c ------------------------------------------------------- */

/* --plan: append jobs for workers, in place of a search, and words on them
 * unless they go to the standard output. False after reporting. */
bool tune_plan(struct tune *tune, struct text *text);

/* --results: put what workers found into the database; then, in place of a
 * search, take the best of what is known. False after reporting. */
bool tune_import(struct tune *tune);
bool tune_choose(struct tune *tune);

/* ---- tune_write.c ------------------------------------------------------ */

/* Write the winner; where nothing is better than what there is without a file,
 * what an earlier search wrote is removed. "is_trial_run": only see whether
 * that will be possible. False after reporting. */
bool tune_write(struct tune *tune, bool is_trial_run);

/* ---- tune_store.c ------------------------------------------------------ */

/* Open the database and read what is known of this kernel and shape. False
 * after reporting. */
bool tune_store_open(struct tune *tune);

/* Is the candidate known from before? It is DONE then. */
bool tune_store_recall(struct tune *tune, struct tune_candidate *candidate);

/* What all trials have in common, and what is known of this one before it is
 * measured. */
struct store_trial tune_store_describe(
    const struct tune *tune, const struct tune_candidate *candidate);

/* Keep a candidate that is DONE. False after reporting. */
bool tune_store_keep(struct tune *tune, const struct tune_candidate *candidate);

/* ---- tune_shapes.c ----------------------------------------------------- */

/* Add the sizes of one --shape. False after reporting. */
bool tune_shapes_add(
    struct compilation *c, struct tune_shapes *list, const char *text);

/* Fix the parameters to the first size of each range; the condition on one of
 * them, "L >= 64 && L <= 127". */
void tune_shapes_define(struct compilation *c, const struct tune_shape *shape,
    struct driver_options *options);
const char *tune_shapes_condition(
    struct tune *tune, const struct ast_parameter *parameter);

/* ---- tune_picture.c ---------------------------------------------------- */

/* The search as SVG. */
void tune_picture_print(struct tune *tune, struct text *text);

/* ---- tune_rank.c ------------------------------------------------------- */

/* For GPUs: is nothing asked for that needs measuring? False after reporting.
 */
bool tune_rank_check(const struct tune *tune);

/* For GPUs: the candidate that looks best is written. False after reporting. */
bool tune_rank(struct tune *tune, struct text *text);

/* Blocks and threads of a program. */
struct tune_grid tune_rank_grid(
    struct arena *arena, const struct loop_program *program);

/* On what the ranking rests: "the model and ptxas". */
const char *tune_rank_words(const struct tune *tune);

/* Compile the winner once more, as it will be compiled, with the self-check.
 * False after reporting. */
bool tune_check_best(struct tune *tune);

/* ---- tune_print.c ------------------------------------------------------ */

/* A line on where the search stands, written over on a terminal. */
void tune_print_progress(struct tune *tune, bool is_last);
/* With -v: a line on each trial. */
void tune_print_trial(
    struct tune *tune, const struct tune_candidate *candidate);
/* "812.4 ns", "1.20 us". */
void tune_append_time(struct text *text, double ns);
/* Before and after. */
void tune_print_summary(struct tune *tune, struct text *text);

#endif
