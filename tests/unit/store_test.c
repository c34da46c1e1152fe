/* The database of trials: keys, merging in any order, what a killed process
 * leaves, text that reads back. */
#include "base/child.h"
#include "base/random.h"
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct store_trial any = {0};

/* A file name nobody has, in a folder of this process. */
static const char *make_path(struct arena *arena, const char *name)
{
    char *folder = arena_string(arena, "/tmp/store_test_XXXXXX");

    assert_non_null(mkdtemp(folder));
    return arena_printf(arena, "%s/new/%s", folder, name);
}

/* Close, and remove the file with its folders. */
static void remove_store(struct store *store, const char *path)
{
    char folder[100] = "";

    strcat(folder, path);
    store_close(store);
    assert_int_equal(0, remove(path));
    for (int i = 0; i < 2; i++) { /* what those who only read leave */
        strcpy(folder + strlen(path), i ? "-shm" : "-wal");
        remove(folder);
    }
    folder[strlen(path)] = '\0';
    for (int i = 0; i < 2; i++) {
        *strrchr(folder, '/') = '\0';
        assert_int_equal(0, rmdir(folder));
    }
}

/* An OK trial with one sample. */
static struct store_trial make_trial(
    const char *configuration, const double *ns, int64_t time_s)
{
    struct store_trial trial = store_trial_empty();

    trial.kernel = "conv";
    trial.kernel_hash = "0123456789abcdef";
    trial.shape = "N=1 C=64";
    trial.target = "x86_64-linux-gnu x86-64-v4";
    trial.machine = "here";
    trial.status = "correct";
    trial.configuration = configuration;
    trial.samples_ns = (struct store_samples){1, ns};
    trial.median_ns = *ns;
    trial.time_s = time_s;
    return trial;
}

/* Open, or the test fails. */
static struct store *open_store(struct arena *arena, const char *path)
{
    const char *problem = NULL;
    struct store *store = store_open(arena, path, false, &problem);

    if (!store)
        fail_msg("%s", problem);
    return store;
}

/* A visit: print, so that contents can be compared. */
static bool print(const struct store_trial *trial, void *user)
{
    store_print_json(user, trial);
    return true;
}

/* All that is in a database. */
static const char *read_all(struct arena *arena, struct store *store)
{
    struct text text = text_new(arena);

    assert_true(store_foreach(store, &any, print, &text));
    return text.at;
}

/* One row for a key; the later wins, whatever the order. */
static void test_merge(void **state)
{
    struct arena *arena = arena_new();
    static const double times[] = {5, 3, 4};
    struct store_trial trials[] = {make_trial("a;\n", &times[0], 10),
        make_trial("a;\n", &times[1], 10), make_trial("b;\n", &times[2], 9),
        make_trial("a;\n", &times[2], 8)};
    const char *first = NULL;

    (void)state;
    for (int order = 0; order < 24; order++) {
        const char *path = make_path(arena, "a.db");
        struct store *store = open_store(arena, path);
        bool is_used[4] = {false};

        for (int i = 0, left = order; i < 4; i++) {
            int skip = left % (4 - i);
            int at = 0;

            left /= 4 - i;
            while (is_used[at] || skip-- > 0)
                at++;
            is_used[at] = true;
            assert_true(store_append(store, &trials[at], NULL));
        }
        if (!first)
            first = read_all(arena, store);
        assert_string_equal(first, read_all(arena, store));
        remove_store(store, path);
    }
    assert_non_null(strstr(first, "\"median_ns\": 5.0"));
    arena_free(arena);
}

/* A visit: count. */
static bool count(const struct store_trial *trial, void *user)
{
    (void)trial;
    ++*(int64_t *)user;
    return true;
}

/* Another kernel, shape, target, ... or state of the caches is another trial;
 * another outcome of the same is not. */
static void test_keys(void **state)
{
    struct arena *arena = arena_new();
    const char *path = make_path(arena, "a.db");
    struct store *store = open_store(arena, path);
    static const double ns = 1;
    struct store_trial trial = make_trial("a;\n", &ns, 1);
    const char **keys[] = {&trial.kernel, &trial.kernel_hash, &trial.shape,
        &trial.target, &trial.options, &trial.machine, &trial.configuration,
        &trial.cache};
    const char **others[] = {
        &trial.status, &trial.problem, &trial.code, &trial.versions};
    enum { N_KEYS = sizeof keys / sizeof *keys };
    int64_t n = 0;

    (void)state;
    assert_true(store_append(store, &trial, NULL));
    for (int i = 0; i < N_KEYS; i++) {
        const char *before = *keys[i];

        *keys[i] = "another";
        assert_true(store_append(store, &trial, NULL));
        *keys[i] = before;
    }
    for (int i = 0; i < 4; i++) {
        *others[i] = "correct";
        trial.time_s++;
        assert_true(store_append(store, &trial, NULL));
    }
    assert_true(store_foreach(store, &any, count, &n));
    assert_int_equal(n, 1 + N_KEYS);
    remove_store(store, path);
    arena_free(arena);
}

/* Best, has, what is new. */
static void test_questions(void **state)
{
    struct arena *arena = arena_new();
    const char *path = make_path(arena, "a.db");
    struct store *store = open_store(arena, path);
    static const double times[] = {5, 3, 1};
    struct store_trial trials[] = {make_trial("a;\n", &times[0], 1),
        make_trial("b;\n", &times[1], 1), make_trial("c;\n", &times[2], 1)};
    struct store_trial best;
    struct store_trial other = trials[0];
    bool was_new = false;

    (void)state;
    assert_false(store_best(store, &any, &best));
    trials[2].status = "correctness";
    for (int i = 0; i < 3; i++)
        assert_true(store_append(store, &trials[i], &was_new) && was_new);
    assert_true(store_append(store, &trials[0], &was_new) && !was_new);
    assert_true(store_best(store, &any, &best));
    assert_string_equal(best.configuration, "b;\n");
    assert_int_equal(1, best.samples_ns.n);
    assert_true(store_has(store, &trials[2]));
    other.shape = "N=2 C=64";
    assert_false(store_has(store, &other));
    store_close(store);
    store = store_open(arena, path, true, &other.problem);
    assert_non_null(store);
    assert_true(store_best(store, &any, &best));
    assert_false(store_append(store, &other, NULL));
    assert_non_null(strstr(store_problem(store), "readonly"));
    remove_store(store, path);
    arena_free(arena);
}

/* Files that are none of ours are left alone. */
static void test_other_files(void **state)
{
    struct arena *arena = arena_new();
    const char *path = make_path(arena, "a.db");
    const char *problem = NULL;
    FILE *file;

    (void)state;
    assert_null(store_open(arena, path, true, &problem));
    store_close(open_store(arena, path));
    file = fopen(path, "wb");
    assert_non_null(file);
    fputs("a text of some length that is no database at all", file);
    fclose(file);
    assert_null(store_open(arena, path, false, &problem));
    assert_non_null(strstr(problem, "not a database"));
    assert_null(store_open(arena, "/proc/no/a.db", false, &problem));
    remove_store(NULL, path);
    arena_free(arena);
}

/* A trial as JSON and as T4 reads back the same. */
static void test_text(void **state)
{
    struct arena *arena = arena_new();
    static const double times[] = {1.5, 1e-7, 123456789.125};
    struct store_trial trial = make_trial("say \"no\";\n\ttab", times, 1);
    struct store_trial back;
    struct text line = text_new(arena);
    struct text again = text_new(arena);
    struct text t4 = text_new(arena);
    const char *problem = NULL;

    (void)state;
    trial.samples_ns.n = 3;
    trial.status = "timeout";
    trial.seed = INT64_MIN;
    store_print_json(&line, &trial);
    assert_true(store_parse_json(arena, line.at, line.length, &back, &problem));
    store_print_json(&again, &back);
    assert_string_equal(line.at, again.at);
    assert_string_equal(
        store_trial_id(arena, &trial), store_trial_id(arena, &back));
    store_t4_begin(&t4);
    store_t4_add(&t4, &trial);
    store_t4_add(&t4, &back);
    store_t4_end(&t4);
    again = text_new(arena);
    assert_true(
        store_parse_t4(arena, t4.at, t4.length, print, &again, &problem));
    text_append(&line, line.at);
    assert_string_equal(line.at, again.at);
    arena_free(arena);
}

/* Every prefix of a line is refused with words, and does no harm. */
static void test_cut_text(void **state)
{
    struct arena *arena = arena_new();
    static const double ns = 2;
    struct store_trial trial = make_trial("a;\n", &ns, 1);
    struct text line = text_new(arena);

    (void)state;
    store_print_json(&line, &trial);
    for (size_t n = 0; n + 1 < line.length; n++) {
        const char *problem = NULL;

        assert_false(store_parse_json(arena, line.at, n, &trial, &problem));
        assert_non_null(problem);
    }
    arena_free(arena);
}

/* What a writer shares with the one who kills it. */
struct progress {
    int64_t n_appended;
};

struct writer {
    const char *path;
    int first;
};

/* Append trials for ever. */
static void write_trials(void *user, void *shared)
{
    const struct writer *writer = user;
    struct progress *progress = shared;
    struct arena *arena = arena_new();
    struct store *store = open_store(arena, writer->path);
    static const double ns = 1;

    for (int i = writer->first;; i++) {
        struct store_trial trial =
            make_trial(arena_printf(arena, "%d", i), &ns, i);

        if (!store_append(store, &trial, NULL))
            _exit(1);
        __atomic_add_fetch(&progress->n_appended, 1, __ATOMIC_SEQ_CST);
    }
}

/* Whenever a writer is killed, all it was told is kept is there; two write at
 * the same time. */
static void test_kill(void **state)
{
    enum { ROUNDS = 50, MORE = 1000000, MOST_NS = 30000000 };
    struct arena *arena = arena_new();
    const char *path = make_path(arena, "a.db");
    const struct child_limits limits = {.time_ns = INT64_C(60000000000)};
    uint64_t random = 7;
    int64_t n_appended = 0;
    int64_t n = 0;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct writer writers[2] = {
            {path, 2 * round * MORE}, {path, (2 * round + 1) * MORE}};
        struct child children[2];

        for (int i = 0; i < 2; i++)
            assert_true(child_start(&children[i], &limits,
                sizeof(struct progress), write_trials, &writers[i]));
        assert_false(child_wait(&children[0], random_below(&random, MOST_NS)));
        for (int i = 0; i < 2; i++) {
            const struct progress *progress = children[i].shared;

            kill(children[i].pid, SIGKILL);
            assert_true(child_wait(&children[i], -1));
            assert_true(WIFSIGNALED(children[i].status));
            n_appended += progress->n_appended;
            child_free(&children[i]);
        }
    }
    struct store *store = open_store(arena, path);
    assert_true(store_foreach(store, &any, count, &n));
    assert_in_range(n, n_appended, n_appended + 2 * ROUNDS);
    assert_true(n_appended > ROUNDS);
    remove_store(store, path);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_merge),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_questions),
        cmocka_unit_test(test_other_files),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_cut_text),
        cmocka_unit_test(test_kill),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
