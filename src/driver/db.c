/* tapc db: look at trials, and carry them from file to file; tapc worker: make
 * them. */
#include "driver/driver_internal.h"
#include "store/store.h"

#include <string.h>

/* The command at work. "group" is what the last trial shown was of. */
struct db {
    struct compilation *c;
    const struct driver_options *options;
    const char *path;
    struct store *store;
    struct text text;
    struct text group;
    bool only_best;
};

/* Report trouble with a file. Always false. */
static bool refuse_file(struct db *db, const char *path, const char *problem)
{
    struct source_range nowhere = {0};

    diag_error(db->c->diag, nowhere, DIAG_E0004, "'%s': %s", path, problem);
    return false;
}

/* ---- show, best -------------------------------------------------------- */

/* What a trial has in common with others that can be compared with it. */
static struct text print_group(
    struct arena *arena, const struct store_trial *trial)
{
    struct text text = text_new(arena);

    text_printf(&text, "%s %s, %s %s\n  on %s, kernel %s\n", trial->kernel,
        trial->shape, trial->target, trial->options, trial->machine,
        trial->kernel_hash);
    return text;
}

/* Append the configuration on one line. */
static void append_line(struct text *text, const char *configuration)
{
    if (!*configuration)
        text_append(text, "(untuned)");
    for (const char *at = configuration; *at; at++)
        if (*at != '\n' || at[1])
            text_append_bytes(text, *at == '\n' ? " " : at, 1);
}

/* A row: time, how sure, beside the untuned one, schedule. */
static void print_trial(struct text *text, const struct store_trial *trial)
{
    if (strcmp(trial->status, "correct") != 0) {
        text_printf(text, "  %-12s %9s %7s  ", trial->status, "", "");
    } else {
        text_printf(text, "  %9.3f us +-%4.1f %%", trial->median_ns / 1e3,
            trial->median_ns > 0 ? 50 * trial->spread_ns / trial->median_ns
                                 : 0);
        if (trial->reference_ns > 0 && trial->median_ns > 0)
            text_printf(
                text, " %6.2fx  ", trial->reference_ns / trial->median_ns);
        else
            text_printf(text, " %7s  ", "");
    }
    append_line(text, trial->configuration);
    if (*trial->problem) {
        text_append(text, "  ");
        diag_append_escaped(text, trial->problem);
    }
    text_append(text, "\n");
}

/* A visit: show a trial, below what it is of. */
static bool show(const struct store_trial *trial, void *user)
{
    struct db *db = user;
    struct text group = print_group(db->c->arena, trial);
    bool is_first = !db->group.at || strcmp(group.at, db->group.at) != 0;

    if (is_first) {
        text_append(&db->text, db->text.length ? "\n" : "");
        text_append(&db->text, group.at);
        db->group = group;
    }
    if (is_first || !db->only_best)
        print_trial(&db->text, trial);
    return true;
}

/* ---- export ------------------------------------------------------------ */

/* A visit: append a line. */
static bool append_json(const struct store_trial *trial, void *user)
{
    struct db *db = user;

    store_print_json(&db->text, trial);
    return true;
}

/* A visit: append a result. */
static bool append_t4(const struct store_trial *trial, void *user)
{
    struct db *db = user;

    store_t4_add(&db->text, trial);
    return true;
}

/* ---- The commands ------------------------------------------------------ */

/* Visit all trials, or those of the kernel asked for. */
static bool visit_all(
    struct db *db, bool (*visit)(const struct store_trial *trial, void *user))
{
    struct store_trial like = {.kernel = db->options->kernel};

    return store_foreach(db->store, &like, visit, db) ||
           refuse_file(db, db->path, store_problem(db->store));
}

static bool run_show(struct db *db)
{
    return visit_all(db, show);
}

static bool run_best(struct db *db)
{
    db->only_best = true;
    return visit_all(db, show);
}

static bool run_export(struct db *db)
{
    bool ok;

    if (!db->options->is_t4)
        return visit_all(db, append_json);
    store_t4_begin(&db->text);
    ok = visit_all(db, append_t4);
    store_t4_end(&db->text);
    return ok;
}

/* Read files, all or nothing. */
static bool read_files(struct db *db,
    bool (*read)(struct arena *arena, struct store *store, const char *path,
        struct store_count *count, const char **problem))
{
    struct store_count count = {0};

    if (!store_begin(db->store))
        return refuse_file(db, db->path, store_problem(db->store));
    for (int i = 1; i < db->options->operands.n; i++) {
        const char *path = db->options->operands.at[i];
        const char *problem = NULL;
        struct source_range nowhere = {0};

        count.is_cut = false;
        if (!read(db->c->arena, db->store, path, &count, &problem))
            return refuse_file(db, path, problem);
        if (count.is_cut)
            diag_warning(db->c->diag, nowhere, "cut",
                "'%s' ends in the middle of a line, which is left out", path);
    }
    if (!store_commit(db->store))
        return refuse_file(db, db->path, store_problem(db->store));
    text_printf(&db->text, "%lld trials read, %lld of them new\n",
        (long long)count.n_trials, (long long)count.n_new);
    return true;
}

static bool run_import(struct db *db)
{
    return read_files(db, store_import);
}

static bool run_merge(struct db *db)
{
    return read_files(db, store_merge);
}

/* A command: its word; whether it takes files, which it adds to the database.
 */
struct db_command {
    const char *word;
    bool takes_files;
    bool (*run)(struct db *db);
};

/* The command of the first operand; NULL after reporting. */
static const struct db_command *find_command(
    struct compilation *c, const struct driver_options *options)
{
    static const struct db_command commands[] = {{"show", false, run_show},
        {"best", false, run_best}, {"export", false, run_export},
        {"import", true, run_import}, {"merge", true, run_merge}};
    struct source_range nowhere = {0};
    const char *word = options->operands.n ? options->operands.at[0] : "";

    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(word, commands[i].word) != 0)
            continue;
        if (commands[i].takes_files && options->kernel) {
            diag_error(c->diag, nowhere, DIAG_E0701,
                "--kernel: 'tapc db %s' adds the trials of all kernels", word);
            return NULL;
        }
        if (commands[i].takes_files == (options->operands.n > 1))
            return &commands[i];
        diag_error(c->diag, nowhere, DIAG_E0701,
            commands[i].takes_files ? "'tapc db %s' takes the files to read"
                                    : "'tapc db %s' takes no file",
            word);
        return NULL;
    }
    diag_error(c->diag, nowhere, DIAG_E0701,
        "expected 'tapc db' show, best, export, import or merge, found '%s'",
        word);
    return NULL;
}

/* Open the database; false after reporting. */
static bool open_store(struct db *db, bool only_read)
{
    const char *problem = "neither --db=FILE nor HOME is given";

    db->path = db->options->database ? db->options->database
                                     : store_default_path(db->c->arena);
    db->store = db->path
                    ? store_open(db->c->arena, db->path, only_read, &problem)
                    : NULL;
    return db->store ||
           refuse_file(db, db->path ? db->path : "trials.db", problem);
}

void db_run(struct compilation *c, const struct driver_options *options)
{
    const struct db_command *command = find_command(c, options);
    struct db db = {.c = c, .options = options, .text = text_new(c->arena)};
    struct output_set set = {0};

    if (!command || !open_store(&db, !command->takes_files))
        return;
    if (command->run(&db)) {
        output_add(c, &set, options->output ? options->output : "-",
            (struct blob){db.text.at, db.text.length});
        output_commit(c, &set);
    }
    store_close(db.store);
}

void db_work(struct compilation *c, const struct driver_options *options)
{
    struct store_work work = {.n_done = options->done.n,
        .done = options->done.at,
        .only_rest = options->only_rest};
    struct source_range nowhere = {0};
    const char *problem = NULL;

    if (options->part && !store_parse_part(options->part, &work))
        diag_error(c->diag, nowhere, DIAG_E0701,
            "--part: '%s' is not I/N with 1 <= I <= N", options->part);
    else if (!store_work_run(&work, stdin, stdout, c->arena, &problem))
        diag_error(c->diag, nowhere, DIAG_E0004, "%s", problem);
}
