/* What was measured, and what is to be measured: trials in an SQLite file and
 * as lines of JSON. Needs nothing of the compiler, so that a machine that only
 * measures needs none.
 *
 * Files: store_fields.def (what a trial consists of: the only place), store.c
 * (the database), store_path.c (where it is), store_field.c (fields of a trial
 * by their table), store_import.c (trials from files), store_json.c (a trial as
 * a line of JSON), store_t4.c (T4, the exchange format of autotuning results),
 * store_job.c (a job as a line of JSON), store_base64.c (its objects there),
 * store_work.c (a worker), store_line.c (lines of files).
 */
#ifndef TAPC_STORE_STORE_H
#define TAPC_STORE_STORE_H

#include "trial/trial.h"

#include <stdio.h>

/* ---- A trial ----------------------------------------------------------- */

struct store_samples {
    int n;
    const double *at;
};

/* One configuration of one kernel, measured once. Strings are never NULL in a
 * trial that is kept, but may be empty.
 *
 * The key, of which there is one row: "kernel" is its name, "kernel_hash" that
 * of its text as checked; "shape" gives every parameter its value in declared
 * order, "N=1 C=64"; "target" is triple, processor or level, and features;
 * "options" is what else changes the code, "--fp=contract -O2"; "machine" is
 * where it was measured; "configuration" are the directives of the schedule,
 * one a line, empty for none; "cache" is "warm" or "cold".
 *
 * "status" is how it ended, in the words of the T4 format (trial.h); "problem"
 * has more words where it is not "correct". "samples_ns" are raw, per
 * call, in the order measured. "spread_ns" is the width of the interval that
 * holds the median in 95 of 100 cases; "reference_ns" the median of the untuned
 * one, measured in turn with it (0: it was not);
 * "predicted_ns" what a model said before
 * (0: none). "bytes" and "operations" are those of one call. "code" is the
 * hash of the object. "seed" is that of the search; "time_s" seconds since
 * 1970. */
struct store_trial {
    const char *kernel;
    const char *kernel_hash;
    const char *shape;
    const char *target;
    const char *options;
    const char *machine;
    const char *configuration;
    const char *cache;
    const char *status;
    const char *problem;
    struct store_samples samples_ns;
    double median_ns;
    double spread_ns;
    double reference_ns;
    double compile_ns;
    double predicted_ns;
    int64_t bytes;
    int64_t operations;
    const char *code;
    const char *versions;
    int64_t seed;
    int64_t time_s;
};

/* A trial with every string empty. */
struct store_trial store_trial_empty(void);

/* Identity: the hash of the key. Equal for two trials of the same thing. */
const char *store_trial_id(
    struct arena *arena, const struct store_trial *trial);

/* Set the samples, their median and spread; they stay where they are. */
void store_set_samples(struct arena *arena, struct store_trial *trial, int n,
    const double *samples);

/* ---- The database ------------------------------------------------------ */

struct store;

/* $TAPC_CACHE_DIR/trials.db, else $XDG_CACHE_HOME/tapc/trials.db, else
 * ~/.cache/tapc/trials.db; NULL when none of the variables is set. */
const char *store_default_path(struct arena *arena);

/* Open; unless "only_read" the file and its folder are made when missing.
 * NULL with "problem" set. "arena" must live as long as the store. */
struct store *store_open(struct arena *arena, const char *path, bool only_read,
    const char **problem);

/* Returns NULL. NULL is allowed. */
struct store *store_close(struct store *store);

/* Keep a trial. Of two with the same key the later one is kept, whichever is
 * appended first ("was_new": it replaced or added something; may be NULL).
 * What was kept survives the end of the process. False: store_problem. */
bool store_append(
    struct store *store, const struct store_trial *trial, bool *was_new);

/* Many at once are faster, and all or nothing, between these two. False:
 * store_problem. */
bool store_begin(struct store *store);
bool store_commit(struct store *store);

/* Call "visit" for trials whose strings are those of "like", where these are
 * not NULL; by kernel, shape and target, best first. Strings live until it
 * returns; it stops when "visit" returns false. False: store_problem. */
bool store_foreach(struct store *store, const struct store_trial *like,
    bool (*visit)(const struct store_trial *trial, void *user), void *user);

/* The fastest of those like "like" that are correct, in the store's arena;
 * false when there is none. */
bool store_best(struct store *store, const struct store_trial *like,
    struct store_trial *best);

/* Is there one with this key, all of whose strings are given? */
bool store_has(struct store *store, const struct store_trial *like);

/* Append "SQLite 3.40.1, jansson 2.14". */
void store_print_versions(struct text *text);

/* What went wrong last. */
const char *store_problem(const struct store *store);

/* ---- As text ----------------------------------------------------------- */

/* Append a line of JSON, an object with all fields. */
void store_print_json(struct text *text, const struct store_trial *trial);

/* Read a line; false with "problem" set. What it does not know is ignored,
 * what is missing is empty, but for the key's. */
bool store_parse_json(struct arena *arena, const char *line, size_t length,
    struct store_trial *trial, const char **problem);

/* T4: one document of results. The trials of a kernel, shape and target are
 * told apart by fields of our own, which others ignore. */
void store_t4_begin(struct text *text);
void store_t4_add(struct text *text, const struct store_trial *trial);
void store_t4_end(struct text *text);

/* Read such a document: "visit" gets each; false with "problem" set. */
bool store_parse_t4(struct arena *arena, const char *bytes, size_t length,
    bool (*visit)(const struct store_trial *trial, void *user), void *user,
    const char **problem);

/* ---- From files -------------------------------------------------------- */

/* Trials that were read, how many of them told something new; whether a file
 * ended in the middle of a line. Counted on. */
struct store_count {
    int64_t n_trials;
    int64_t n_new;
    bool is_cut;
};

/* Keep the trials of a file of lines or of T4 ("-": lines from the standard
 * input), or of another database. False with "problem" set: some may have been
 * kept, unless between store_begin and a store_commit that never comes. */
bool store_import(struct arena *arena, struct store *store, const char *path,
    struct store_count *count, const char **problem);
bool store_merge(struct arena *arena, struct store *store, const char *path,
    struct store_count *count, const char **problem);

/* ---- Work for others ---------------------------------------------------- */

/* A trial to be made: what is known of it before, and how. Object 0 of the job
 * is the reference, the last one the candidate; they may be the same. */
struct store_job {
    struct store_trial trial;
    struct trial_job job;
};

/* Append a line of JSON. */
void store_print_job(struct text *text, const struct store_job *job);

/* Read a line; false with "problem" set. */
bool store_parse_job(struct arena *arena, const char *line, size_t length,
    struct store_job *job, const char **problem);

/* What a worker is told. Of "n_parts" workers that read the same jobs (0: one)
 * each does number "part", from 1. Jobs that one of the files "done" has a
 * result of are left out. "only_rest": the others are not done but printed. */
struct store_work {
    int part;
    int n_parts;
    int n_done;
    const char *const *done;
    bool only_rest;
};

/* "2/8" to part and n_parts; false if it is no such thing. */
bool store_parse_part(const char *words, struct store_work *work);

/* Jobs from "input", for each a line of store_print_json to "output" as soon as
 * it is known, until the end. False with "problem" set; lines that are no jobs
 * are left out, the last of them is the problem. */
bool store_work_run(const struct store_work *work, FILE *input, FILE *output,
    struct arena *arena, const char **problem);

#endif
