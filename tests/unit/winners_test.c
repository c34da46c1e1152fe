/* NAME.tapc: entries are replaced in place, others stay as they are. */
#include "driver/driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HASH "0123456789abcdef"
#define OTHER "fedcba9876543210"

/* A file of its own for each test. */
struct winners_test {
    struct compilation c;
    char path[64];
};

/* A compilation and a name nobody has. */
static int set_up(void **state)
{
    struct winners_test *test = calloc(1, sizeof *test);

    test->c.arena = arena_new();
    test->c.scratch = arena_new();
    test->c.names = name_table_new(test->c.arena);
    test->c.diag = diag_new(test->c.arena);
    strcpy(test->path, "/tmp/winners_test_XXXXXX");
    *state = test;
    return mkdtemp(test->path) ? strcat(test->path, "/k.tapc") == NULL : -1;
}

static int tear_down(void **state)
{
    struct winners_test *test = *state;

    remove(test->path);
    *strrchr(test->path, '/') = '\0';
    rmdir(test->path);
    arena_free(test->c.arena);
    arena_free(test->c.scratch);
    free(test);
    return 0;
}

/* What the file holds, "" when there is none. */
static const char *read_file(struct winners_test *test)
{
    char *text = arena_alloc(test->c.arena, 4096);
    FILE *file = fopen(test->path, "r");

    if (!file)
        return "";
    text[fread(text, 1, 4095, file)] = '\0';
    fclose(file);
    return text;
}

static void write_file(struct winners_test *test, const char *text)
{
    FILE *file = fopen(test->path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Put one winner in. */
static bool put(struct winners_test *test, const char *kernel,
    const char *condition, const char *directives, const char *comment)
{
    struct winner winner = {
        kernel, HASH, "x86-64-v4", condition, directives, comment};

    return driver_write_winners(&test->c, test->path, 1, &winner, false);
}

/* A new file; the second winner for the same sizes takes the first's place,
 * however its condition is written. */
static void test_replace(void **state)
{
    struct winners_test *test = *state;

    assert_true(put(test, "k", "N == 1 && C==2", "unroll c;unroll k;", "1 us"));
    assert_string_equal(read_file(test),
        "// 1 us\n"
        "schedule k for x86-64-v4 if N == 1 && C == 2 {\n"
        "    tuned h" HASH ";\n"
        "    unroll c;\n"
        "    unroll k;\n"
        "}\n");
    assert_true(put(test, "k", "N == 1\n && (C == 2)", "prefer plain;",
        "0.5 us\nof 7 trials, a schedule that won"));
    assert_string_equal(read_file(test),
        "// 0.5 us\n"
        "// of 7 trials, a schedule that won\n"
        "schedule k for x86-64-v4 if N == 1 && C == 2 {\n"
        "    tuned h" HASH ";\n"
        "    prefer plain;\n"
        "}\n");
}

static const char by_hand[] = "// Mine, do not touch.\n"
                              "\n"
                              "// An own one,  as it was written.\n"
                              "schedule j for cpu { unroll  c ; }\n"
                              "\n"
                              "// Free words.\n"
                              "\n"
                              "// Found.\n"
                              "schedule k for x86-64-v4 if L < 9 {\n"
                              "    tuned h" HASH ";\n"
                              "    unroll k;\n"
                              "}\n"
                              "\n"
                              "// The end.\n";

/* What is not replaced stays as it is written; one size comes before some. */
static void test_keep(void **state)
{
    struct winners_test *test = *state;
    const char *text;

    write_file(test, by_hand);
    assert_true(put(test, "k", "L == 3", "unroll l;", NULL));
    text = read_file(test);
    assert_non_null(strstr(text, "if L == 3"));
    assert_true(strstr(text, "if L == 3") < strstr(text, "if L < 9"));
    assert_non_null(strstr(text, "// An own one,  as it was written.\n"
                                 "schedule j for cpu { unroll  c ; }\n\n"
                                 "// Free words.\n\n"
                                 "// Found.\n"
                                 "schedule k for x86-64-v4 if L < 9 {\n"));
    assert_non_null(strstr(text, "\n// The end.\n"));
    assert_true(put(test, "k", "L == 3", "", NULL));
    assert_string_equal(read_file(test), by_hand);
    assert_true(put(test, "k", "L < 9", "", NULL));
    assert_null(strstr(read_file(test), "Found"));
    assert_non_null(strstr(read_file(test), "// Free words.\n"));
}

/* Other machines have entries of their own. */
static void test_targets(void **state)
{
    static const char other[] = "schedule k for x86-64-v3 if N == 1 {\n"
                                "    tuned h" HASH ";\n"
                                "    unroll k;\n"
                                "}\n";
    struct winners_test *test = *state;

    write_file(test, other);
    assert_true(put(test, "k", "N == 1", "unroll c;", NULL));
    assert_non_null(strstr(read_file(test), other));
    assert_non_null(strstr(read_file(test), "unroll c;"));
    assert_true(put(test, "k", "N == 1", "", NULL));
    assert_string_equal(read_file(test), other);
}

/* Entries of the same kernel before it changed go; an empty file does too. */
static void test_stale(void **state)
{
    struct winners_test *test = *state;

    write_file(test, "schedule k for x86-64-v3 if N == 1 {\n"
                     "    tuned h" OTHER ";\n"
                     "}\n"
                     "schedule j for cpu { tuned h" OTHER "; }\n");
    assert_true(put(test, "k", NULL, "unroll k;", NULL));
    assert_string_equal(read_file(test),
        "schedule j for cpu { tuned h" OTHER "; }\n"
        "\n"
        "schedule k for x86-64-v4 {\n"
        "    tuned h" HASH ";\n"
        "    unroll k;\n"
        "}\n");
    assert_true(put(test, "k", NULL, "", NULL));
    write_file(test, "schedule k for cpu if N == 1 { tuned h" OTHER "; }");
    assert_true(put(test, "k", NULL, "", NULL));
    assert_string_equal(read_file(test), "");
    assert_int_equal(-1, access(test->path, F_OK));
}

/* A file that cannot be read, a winner that cannot be parsed, a schedule of a
 * person's: nothing is changed. */
static void test_refuse(void **state)
{
    struct winners_test *test = *state;

    write_file(test, "schedule k for {");
    assert_false(put(test, "k", NULL, "unroll k;", NULL));
    assert_string_equal(read_file(test), "schedule k for {");
    write_file(test, by_hand);
    assert_false(put(test, "k", NULL, "unroll k", NULL));
    assert_string_equal(read_file(test), by_hand);
    write_file(test, "schedule k for x86-64-v4 if L == 1 { unroll k; }");
    assert_true(put(test, "k", "L == 2", "unroll k;", NULL));
    assert_false(put(test, "k", "L == 1", "unroll k;", NULL));
    assert_true(diag_n_errors(test->c.diag) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_replace, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keep, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_targets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stale, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refuse, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
