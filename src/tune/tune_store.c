/* Every trial is kept in the database as soon as it is known; what another
 * search found out is not measured again. */
#include "tune/tune_internal.h"

#include "base/hash.h"

#include <string.h>
#include <time.h>

static const struct source_range nowhere = {NULL, 0, 0};

/* ---- The key ----------------------------------------------------------- */

/* "x86_64-unknown-linux-gnu x86-64-v4 +f,-g". */
static const char *describe_target(struct tune *tune)
{
    const struct machine *machine = tune->variant->machine;
    const char *features = tune->build.features;

    return arena_printf(tune->c->arena, "%s %s%s%s", machine->triple,
        machine->level, features ? " " : "", features ? features : "");
}

/* "--fp=contract -O2 --max-unroll=4096": what else changes the code. */
static const char *describe_options(struct tune *tune)
{
    static const char *const modes[] = {[FP_CONTRACT] = "contract",
        [FP_STRICT] = "strict",
        [FP_REASSOC] = "reassoc"};
    const struct options *options = &tune->c->options;

    return arena_printf(tune->c->arena, "--fp=%s -O%d --max-unroll=%d",
        modes[options->fp], options->optimize_level, options->max_unroll);
}

/* What all trials of this search have in common. */
static struct store_trial make_key(struct tune *tune)
{
    struct store_trial key = store_trial_empty();
    struct driver_work work;

    key.kernel = tune->kernel->kernel->name->text;
    key.kernel_hash = tune->kernel_hash;
    key.shape = tune->shape;
    key.target = describe_target(tune);
    key.options = describe_options(tune);
    key.machine = trial_machine(tune->c->arena);
    key.cache = tune->job.is_cold ? "cold" : "warm";
    key.versions = driver_versions(tune->c);
    key.seed = tune->options->search.seed;
    if (driver_count_work(tune->c, tune->variant->model, &work)) {
        key.bytes = work.n_bytes;
        key.operations = (int64_t)work.n_operations;
    }
    return key;
}

/* The directives one a line; none for the untuned one. */
static const char *make_configuration(
    const struct tune *tune, const struct tune_candidate *candidate)
{
    struct text text = text_new(tune->c->arena);

    if (candidate == tune->candidates.at[0] && !tune->is_other_layout)
        return "";
    for (const char *at = candidate->line; *at; at++)
        if (strncmp(at, "; ", 2) == 0) {
            text_append(&text, ";\n");
            at++;
        } else {
            text_append_bytes(&text, at, 1);
        }
    return text.at;
}

/* ---- What is known ----------------------------------------------------- */

/* A visit: keep a copy of what is needed of a trial. */
static bool take_row(const struct store_trial *trial, void *user)
{
    struct tune *tune = user;
    struct arena *arena = tune->c->arena;
    struct store_trial row = *trial;

    if (strcmp(row.versions, tune->key.versions) != 0 ||
        strcmp(row.cache, tune->key.cache) != 0)
        return true;
    row.configuration = arena_string(arena, row.configuration);
    row.status = arena_string(arena, row.status);
    row.machine = arena_string(arena, row.machine);
    row.problem = arena_string(arena, row.problem);
    row.samples_ns.at = arena_copy(
        arena, row.samples_ns.at, (size_t)row.samples_ns.n * sizeof(double));
    VECTOR_PUSH(arena, &tune->rows, row);
    return true;
}

bool tune_store_open(struct tune *tune)
{
    struct arena *arena = tune->c->arena;
    const char *path = tune->options->database;
    const char *problem = NULL;
    struct store_trial like = {0};

    tune->key = make_key(tune);
    if (!path)
        path = store_default_path(arena);
    if (!path)
        return true;
    tune->store = store_open(arena, path, false, &problem);
    if (!tune->store) {
        diag_error(
            tune->c->diag, nowhere, DIAG_E0004, "'%s': %s", path, problem);
        return false;
    }
    like.kernel_hash = tune->key.kernel_hash;
    like.kernel = tune->key.kernel;
    like.shape = tune->key.shape;
    like.target = tune->key.target;
    like.options = tune->key.options;
    if (tune->options->search.results.n == 0)
        like.machine = tune->key.machine;
    if (!tune_import(tune))
        return false;
    if (tune->options->search.is_fresh ||
        store_foreach(tune->store, &like, take_row, tune))
        return true;
    diag_error(tune->c->diag, nowhere, DIAG_E0004, "'%s': %s", path,
        store_problem(tune->store));
    return false;
}

bool tune_store_recall(struct tune *tune, struct tune_candidate *candidate)
{
    const char *configuration = make_configuration(tune, candidate);
    const struct store_trial *row = NULL;

    for (int i = 0; i < tune->rows.n; i++)
        if (strcmp(tune->rows.at[i].configuration, configuration) == 0)
            row = &tune->rows.at[i];
    if (!row || trial_state_of(row->status) == TRIAL_N_STATES)
        return false;
    candidate->stage = TUNE_DONE;
    candidate->state = trial_state_of(row->status);
    candidate->message = *row->problem ? row->problem : NULL;
    candidate->machine = row->machine;
    candidate->result.n_objects = 1;
    candidate->result.n_rounds = row->samples_ns.n;
    candidate->result.samples_ns[0] = (double *)row->samples_ns.at;
    if (candidate->state == TRIAL_CORRECT && row->reference_ns > 0) {
        double half = row->spread_ns / 2 / row->reference_ns;

        candidate->time = trial_time_of(tune->c->arena, &candidate->result, 0);
        candidate->ratio.median = row->median_ns / row->reference_ns;
        candidate->ratio.low = candidate->ratio.median - half;
        candidate->ratio.high = candidate->ratio.median + half;
    }
    tune->n_recalled++;
    return true;
}

/* ---- What is new ------------------------------------------------------- */

struct store_trial tune_store_describe(
    const struct tune *tune, const struct tune_candidate *candidate)
{
    struct store_trial trial = tune->key;

    trial.configuration = make_configuration(tune, candidate);
    trial.compile_ns = (double)candidate->compile_ns;
    if (candidate->object.size_bytes > 0)
        trial.code = hash_text(tune->c->arena, candidate->object.bytes,
            candidate->object.size_bytes);
    return trial;
}

bool tune_store_keep(struct tune *tune, const struct tune_candidate *candidate)
{
    struct store_trial trial = tune_store_describe(tune, candidate);

    if (!tune->store)
        return true;
    trial.status = trial_state_word(candidate->state);
    trial.problem = candidate->message ? candidate->message : "";
    if (candidate->state == TRIAL_CORRECT) {
        store_set_samples(tune->c->arena, &trial, candidate->result.n_rounds,
            candidate->result.samples_ns[0]);
        trial.reference_ns = trial.median_ns / candidate->ratio.median;
    }
    trial.time_s = (int64_t)time(NULL);
    if (store_append(tune->store, &trial, NULL))
        return true;
    diag_error(tune->c->diag, nowhere, DIAG_E0004,
        "the trial cannot be kept: %s", store_problem(tune->store));
    return false;
}
