/* The database: one table, made from store_fields.def.
 *
 * A write-ahead log where the file system allows one: what a transaction
 * ended with survives the process whatever kills it, and readers do not wait.
 * Its place is a local disk; several machines exchange lines of JSON.
 */
#include "store/store_internal.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* "tapc" in the file's header, and the version of what is in the table. */
enum { STORE_APPLICATION = 0x74617063, STORE_SCHEMA = 1 };

enum { BUSY_MS = 10000, PAUSE_NS = 5000000, MOST_PAUSES = 2000 };

struct store {
    struct arena *arena;
    struct arena *row; /* of the trial that is being visited */
    sqlite3 *database;
    sqlite3_stmt *append;
    const char *problem;
};

/* Note what SQLite says. Always false. */
static bool fail(struct store *store)
{
    store->problem = arena_string(store->arena,
        store->database ? sqlite3_errmsg(store->database) : "no memory");
    return false;
}

/* ---- Statements -------------------------------------------------------- */

/* Append "prefix" and the name of each field, those of the key only, those
 * outside only, or all (-1). */
static void append_names(
    struct text *text, const char *prefix, const char *between, int is_key)
{
    const char *before = "";

    for (int i = 0; i < STORE_N_FIELDS; i++) {
        struct store_field field = store_field_get(i);

        if (is_key >= 0 && field.is_key != (is_key == 1))
            continue;
        text_printf(text, "%s%s%s", before, prefix, field.name);
        before = between;
    }
}

/* The column of a field. */
static const char *get_type(enum store_kind kind)
{
    switch (kind) {
    case STORE_REAL:
        return "REAL";
    case STORE_INTEGER:
        return "INTEGER";
    case STORE_TEXT:
    case STORE_SAMPLES:
        break;
    }
    return "TEXT";
}

/* What makes the table. */
static const char *make_schema(struct arena *arena)
{
    struct text text = text_new(arena);

    text_append(&text, "CREATE TABLE trials (");
    for (int i = 0; i < STORE_N_FIELDS; i++)
        text_printf(&text, "%s %s NOT NULL, ", store_field_get(i).name,
            get_type(store_field_get(i).kind));
    text_append(&text, "PRIMARY KEY (");
    append_names(&text, "", ", ", 1);
    text_printf(&text,
        ")) WITHOUT ROWID; PRAGMA application_id = %d; "
        "PRAGMA user_version = %d",
        STORE_APPLICATION, STORE_SCHEMA);
    return text.at;
}

/* What keeps a trial: of two with one key the later, then the one that
 * compares greater, so that the order of appending makes no difference. */
static const char *make_append(struct arena *arena)
{
    struct text text = text_new(arena);

    text_append(&text, "INSERT INTO trials VALUES (");
    for (int i = 0; i < STORE_N_FIELDS; i++)
        text_append(&text, i ? ", ?" : "?");
    text_append(&text, ") ON CONFLICT DO UPDATE SET (");
    append_names(&text, "", ", ", 0);
    text_append(&text, ") = (");
    append_names(&text, "excluded.", ", ", 0);
    text_append(&text, ") WHERE (excluded.time_s, ");
    append_names(&text, "excluded.", ", ", 0);
    text_append(&text, ") > (trials.time_s, ");
    append_names(&text, "trials.", ", ", 0);
    text_append(&text, ")");
    return text.at;
}

/* ---- Opening ----------------------------------------------------------- */

/* The number a pragma or a query answers; -1 on failure. */
static int64_t ask_number(struct store *store, const char *query)
{
    sqlite3_stmt *statement = NULL;
    int64_t number = -1;

    if (sqlite3_prepare_v2(store->database, query, -1, &statement, NULL) ==
            SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    else
        fail(store);
    sqlite3_finalize(statement);
    return number;
}

/* Run statements without a result. */
static bool run(struct store *store, const char *statements)
{
    return sqlite3_exec(store->database, statements, NULL, NULL, NULL) ==
               SQLITE_OK ||
           fail(store);
}

/* Is the file ours, of a version we know? An empty one may become ours. */
static bool check_file(struct store *store, bool *is_empty)
{
    int64_t n_tables = ask_number(store, "SELECT count(*) FROM sqlite_master");
    int64_t version = ask_number(store, "PRAGMA user_version");

    *is_empty = n_tables == 0;
    if (n_tables < 0 || version < 0)
        return false;
    if (*is_empty)
        return true;
    if (ask_number(store, "PRAGMA application_id") != STORE_APPLICATION)
        store->problem = "another program's database";
    else if (version > STORE_SCHEMA)
        store->problem = "written by a newer version of tapc";
    else
        return true;
    return false;
}

/* Make the table unless another process was faster. */
static bool make_table(struct store *store)
{
    bool is_empty;

    if (!run(store, "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE"))
        return false;
    return check_file(store, &is_empty) &&
           (!is_empty || run(store, make_schema(store->arena))) &&
           run(store, "COMMIT");
}

/* Everything between an open file and its use. */
static bool prepare(struct store *store, bool only_read)
{
    bool is_empty;

    if (!check_file(store, &is_empty))
        return false;
    if (only_read && is_empty) {
        store->problem = "an empty file";
        return false;
    }
    if (only_read)
        return run(store, "PRAGMA query_only = 1");
    return (!is_empty || make_table(store)) &&
           run(store, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
}

/* The same, again while others are about to do so: SQLite does not wait where
 * one of them makes the log, or recovers what a killed one left. */
static bool prepare_patiently(struct store *store, bool only_read)
{
    struct timespec pause = {0, PAUSE_NS};

    sqlite3_busy_timeout(store->database, BUSY_MS);
    for (int i = 0; i < MOST_PAUSES; i++) {
        if (prepare(store, only_read))
            return true;
        if (sqlite3_errcode(store->database) != SQLITE_BUSY)
            return false;
        sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
        nanosleep(&pause, NULL);
    }
    return false;
}

struct store *store_open(
    struct arena *arena, const char *path, bool only_read, const char **problem)
{
    struct store *store = ARENA_NEW(arena, struct store);
    /* Who only reads may write too, to tidy up the log when closing. */
    int flags = SQLITE_OPEN_READWRITE | (only_read ? 0 : SQLITE_OPEN_CREATE);

    store->arena = arena;
    store->row = arena_new();
    if (only_read ? access(path, R_OK) != 0 : !store_make_folder(arena, path))
        store->problem = strerror(errno);
    else if (sqlite3_open_v2(path, &store->database, flags, NULL) != SQLITE_OK)
        fail(store);
    else if (prepare_patiently(store, only_read))
        return store;
    *problem = store->problem;
    return store_close(store);
}

struct store *store_close(struct store *store)
{
    if (!store)
        return NULL;
    sqlite3_finalize(store->append);
    sqlite3_close(store->database);
    store->row = arena_free(store->row);
    return NULL;
}

const char *store_problem(const struct store *store)
{
    return store->problem;
}

void store_print_versions(struct text *text)
{
    text_printf(text, "SQLite %s, jansson %s", sqlite3_libversion(),
        jansson_version_str());
}

/* ---- Writing ----------------------------------------------------------- */

/* Give a column of the statement its value. */
static bool bind_field(struct store *store, sqlite3_stmt *statement, int column,
    struct store_field field, const struct store_trial *trial)
{
    int status;

    if (field.kind == STORE_REAL)
        status = sqlite3_bind_double(
            statement, column, store_field_real(field, trial));
    else if (field.kind == STORE_INTEGER)
        status = sqlite3_bind_int64(
            statement, column, store_field_integer(field, trial));
    else
        status = sqlite3_bind_text(statement, column,
            store_field_text(store->row, field, trial), -1, SQLITE_TRANSIENT);
    return status == SQLITE_OK || fail(store);
}

bool store_append(
    struct store *store, const struct store_trial *trial, bool *was_new)
{
    const char *words = make_append(store->row);
    bool ok = store->append ||
              sqlite3_prepare_v2(store->database, words, -1, &store->append,
                  NULL) == SQLITE_OK ||
              fail(store);

    for (int i = 0; ok && i < STORE_N_FIELDS; i++)
        ok = bind_field(store, store->append, i + 1, store_field_get(i), trial);
    ok = ok && (sqlite3_step(store->append) == SQLITE_DONE || fail(store));
    if (was_new)
        *was_new = ok && sqlite3_changes(store->database) > 0;
    sqlite3_reset(store->append);
    arena_reset(store->row);
    return ok;
}

bool store_begin(struct store *store)
{
    return run(store, "BEGIN IMMEDIATE");
}

bool store_commit(struct store *store)
{
    return run(store, "COMMIT");
}

/* ---- Reading ----------------------------------------------------------- */

/* Is the field a string that is asked for? */
static bool is_asked(struct store_field field, const struct store_trial *like)
{
    return field.kind == STORE_TEXT && store_field_text(NULL, field, like);
}

/* A query for those like "like". */
static sqlite3_stmt *prepare_query(struct store *store,
    const struct store_trial *like, const char *condition, const char *order)
{
    struct text text = text_new(store->row);
    sqlite3_stmt *statement = NULL;
    int column = 0;
    bool ok;

    text_append(&text, "SELECT * FROM trials WHERE ");
    text_append(&text, condition);
    for (int i = 0; i < STORE_N_FIELDS; i++)
        if (is_asked(store_field_get(i), like))
            text_printf(&text, " AND %s = ?", store_field_get(i).name);
    text_printf(&text, " ORDER BY %s", order);
    ok = sqlite3_prepare_v2(store->database, text.at, -1, &statement, NULL) ==
             SQLITE_OK ||
         fail(store);
    for (int i = 0; ok && i < STORE_N_FIELDS; i++)
        if (is_asked(store_field_get(i), like))
            ok = bind_field(
                store, statement, ++column, store_field_get(i), like);
    if (ok)
        return statement;
    sqlite3_finalize(statement);
    return NULL;
}

/* The row a query stands at. */
static bool read_row(struct store *store, struct arena *arena,
    sqlite3_stmt *statement, struct store_trial *trial)
{
    *trial = store_trial_empty();
    for (int i = 0; i < STORE_N_FIELDS; i++) {
        struct store_field field = store_field_get(i);

        if (field.kind == STORE_REAL) {
            store_field_set_real(
                field, trial, sqlite3_column_double(statement, i));
        } else if (field.kind == STORE_INTEGER) {
            store_field_set_integer(
                field, trial, sqlite3_column_int64(statement, i));
        } else if (!store_field_set_text(arena, field, trial,
                       (const char *)sqlite3_column_text(statement, i))) {
            store->problem = arena_printf(
                store->arena, "a row with a wrong '%s'", field.name);
            return false;
        }
    }
    return true;
}

bool store_foreach(struct store *store, const struct store_trial *like,
    bool (*visit)(const struct store_trial *trial, void *user), void *user)
{
    sqlite3_stmt *statement = prepare_query(store, like, "1",
        "kernel, kernel_hash, shape, target, options, machine, "
        "status <> 'correct', median_ns, configuration");
    struct store_trial trial;
    int status = SQLITE_ERROR;
    bool ok = statement != NULL;

    while (ok && (status = sqlite3_step(statement)) == SQLITE_ROW) {
        arena_reset(store->row);
        ok = read_row(store, store->row, statement, &trial);
        if (ok && !visit(&trial, user)) {
            status = SQLITE_DONE;
            break;
        }
    }
    if (ok && status != SQLITE_DONE)
        ok = fail(store);
    sqlite3_finalize(statement);
    arena_reset(store->row);
    return ok;
}

bool store_best(struct store *store, const struct store_trial *like,
    struct store_trial *best)
{
    sqlite3_stmt *statement = prepare_query(store, like, "status = 'correct'",
        "median_ns, length(configuration), configuration LIMIT 1");
    bool ok = statement && sqlite3_step(statement) == SQLITE_ROW &&
              read_row(store, store->arena, statement, best);

    sqlite3_finalize(statement);
    arena_reset(store->row);
    return ok;
}

bool store_has(struct store *store, const struct store_trial *like)
{
    sqlite3_stmt *statement = prepare_query(store, like, "1", "1");
    bool ok = statement && sqlite3_step(statement) == SQLITE_ROW;

    sqlite3_finalize(statement);
    arena_reset(store->row);
    return ok;
}
