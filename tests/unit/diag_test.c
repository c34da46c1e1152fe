/* Positions, and the layout of messages. */
#include "base/diag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A source of one string. */
static const struct source *source_of(struct arena *arena, const char *text)
{
    return source_new(arena, "a.dsl", text, strlen(text));
}

/* What was reported, as printed. */
static const char *printed(struct arena *arena, const struct diag *diag)
{
    struct text text = text_new(arena);

    diag_print(diag, &text, false);
    return text.at;
}

/* Lines and columns: BOM, CRLF, code points, the end of the file. */
static void test_locate(void **state)
{
    struct arena *arena = arena_new();
    const struct source *source =
        source_of(arena, "\xef\xbb\xbfx\r\n\xc3\xa4z\n");
    struct source_position at = source_locate(source, 3);

    (void)state;
    assert_int_equal(at.line * 100 + at.column, 101);
    at = source_locate(source, 8);
    assert_int_equal(at.line * 100 + at.column, 202);
    at = source_locate(source, 1000);
    assert_int_equal(at.line * 100 + at.column, 301);
    assert_int_equal(source->n_lines, 3);
    at = source_locate(source_of(arena, ""), 0);
    assert_int_equal(at.line * 100 + at.column, 101);
    arena_free(arena);
}

/* The layout, with a note, a hint, a tab and a place that is not known. */
static void test_layout(void **state)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new(arena);
    const struct source *source = source_of(arena, "f(\n\tparallel t;\n");
    struct source_range nowhere = {0};

    (void)state;
    diag_error(diag, (struct source_range){source, 4, 12}, DIAG_E0412,
        "'%s' is illegal", "parallel t");
    diag_note(diag, (struct source_range){source, 0, 1}, "because");
    diag_hint(diag, "Do not.");
    diag_error(diag, nowhere, DIAG_E0701, "no input");
    assert_string_equal(printed(arena, diag),
        "a.dsl:2:2: error: 'parallel t' is illegal [E0412]\n"
        "    2 |         parallel t;\n"
        "      |         ^~~~~~~~\n"
        "a.dsl:1:1: note: because\n"
        "    1 | f(\n"
        "      | ^\n"
        "hint: Do not.\n"
        "tapc: error: no input [E0701]\n");
    assert_int_equal(diag_get_status(diag), DIAG_USAGE);
    arena_free(arena);
}

/* Controls and bytes that are not UTF-8 cannot reach the terminal. */
static void test_escaped(void **state)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new(arena);
    const struct source *source = source_of(arena, "a\x1b[2J\xff\xc3\xa4x");

    (void)state;
    diag_error(diag, (struct source_range){source, 8, 9}, DIAG_E0101, "\x1b");
    assert_string_equal(printed(arena, diag), "a.dsl:1:8: error: <1B> [E0101]\n"
                                              "    1 | a<1B>[2J<FF>\xc3\xa4x\n"
                                              "      |              ^\n");
    arena_free(arena);
}

/* One error per line and code is shown; twenty are the end. */
static void test_repeated(void **state)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new(arena);
    struct text lines = text_new(arena);
    const struct source *source;

    (void)state;
    for (int i = 0; i < 30; i++)
        text_append(&lines, "xy\n");
    source = source_of(arena, lines.at);
    for (uint32_t i = 0; i < 19 * 3; i++)
        diag_error(
            diag, (struct source_range){source, i, i}, DIAG_E0102, "bad");
    assert_false(diag_is_full(diag));
    diag_error(diag, (struct source_range){source, 60, 61}, DIAG_E0102, "last");
    assert_true(diag_is_full(diag));
    assert_null(strstr(printed(arena, diag), "a.dsl:1:2"));
    assert_non_null(strstr(printed(arena, diag), "a.dsl:21:1: error: last"));
    arena_free(arena);
}

/* Warnings can be switched off, and made errors. */
static void test_warnings(void **state)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new(arena);
    struct source_range nowhere = {0};

    (void)state;
    diag_set_warning(diag, "empty", false);
    diag_warning(diag, nowhere, "empty", "never runs");
    diag_note(diag, nowhere, "hidden with it");
    assert_string_equal(printed(arena, diag), "");
    diag_warning(diag, nowhere, "untuned", "no schedule");
    assert_int_equal(diag_get_status(diag), DIAG_OK);
    diag_set_werror(diag, true);
    diag_warning(diag, nowhere, "slow", "slow");
    assert_int_equal(diag_get_status(diag), DIAG_REJECTED);
    assert_string_equal(printed(arena, diag),
        "tapc: warning: no schedule [-Wuntuned]\n"
        "tapc: error: slow [-Werror,-Wslow]\n");
    arena_free(arena);
}

/* JSON is one object a line, with everything escaped. */
static void test_json(void **state)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new(arena);
    struct text text = text_new(arena);
    const struct source *source = source_of(arena, "abc\n");

    (void)state;
    diag_error(
        diag, (struct source_range){source, 1, 3}, DIAG_E0202, "\"\n\xff");
    diag_print_json(diag, &text);
    assert_string_equal(text.at,
        "{\"kind\":\"error\",\"code\":\"E0202\",\"file\":\"a.dsl\","
        "\"line\":1,\"column\":2,\"end_line\":1,\"end_column\":4,"
        "\"message\":\"\\\"\\u000a\\ufffd\"}\n");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_locate),
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_escaped),
        cmocka_unit_test(test_repeated),
        cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
