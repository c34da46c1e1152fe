/* Jobs as lines: what is printed reads back the same, anything else is refused
 * with words. */
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

static const int64_t strides[] = {64, 1};
static const struct trial_blocks blocks[] = {{16, 4, 1, 16, 50}};
static const struct trial_argument arguments[] = {
    {.kind = TRIAL_IN,
        .type = DTYPE_F32,
        .n_elements = 64,
        .n_blocks = 1,
        .blocks = blocks},
    {.kind = TRIAL_STRIDES, .n_numbers = 2, .numbers = strides},
    {.kind = TRIAL_OUT, .type = DTYPE_BF16, .n_elements = 0},
    {.kind = TRIAL_INOUT, .type = DTYPE_U8, .n_elements = 7},
    {.kind = TRIAL_SCALAR, .type = DTYPE_F64},
    {.kind = TRIAL_WORKSPACE},
    {.kind = TRIAL_PARAMETER, .value = -3},
};

/* A job whose objects are some bytes. */
static struct store_job make_job(struct trial_object objects[2])
{
    struct store_job job = {.trial = store_trial_empty()};

    job.trial.kernel = "conv";
    job.trial.shape = "N=-3";
    job.trial.configuration = "say \"more\";\n";
    job.job = (struct trial_job){.symbol = "conv",
        .n_arguments = 7,
        .arguments = arguments,
        .n_objects = 2,
        .objects = objects,
        .tolerance = 1e-3,
        .n_rounds = 25,
        .round_ns = 200000,
        .give_up = 1.1,
        .is_cold = true,
        .limit_ns = INT64_C(3000000000),
        .limit_bytes = INT64_C(16) << 30};
    return job;
}

/* Print, read, print: the same, for objects of all small lengths. */
static void test_back(void **state)
{
    char bytes[40];

    (void)state;
    for (int i = 0; i < 40; i++)
        bytes[i] = (char)(i * 37 - 100);
    for (size_t n = 0; n <= 40; n++) {
        struct arena *arena = arena_new();
        struct trial_object objects[2] = {{"", {bytes, n}}, {"a;", {bytes, 3}}};
        struct store_job job = make_job(objects);
        struct store_job back;
        struct text line = text_new(arena);
        struct text again = text_new(arena);
        const char *problem = NULL;

        store_print_job(&line, &job);
        if (!store_parse_job(arena, line.at, line.length, &back, &problem))
            fail_msg("%s", problem);
        assert_int_equal(n, back.job.objects[0].blob.size_bytes);
        assert_memory_equal(bytes, back.job.objects[0].blob.bytes, n);
        store_print_job(&again, &back);
        assert_string_equal(line.at, again.at);
        arena_free(arena);
    }
}

/* Parts of a line, and lines with a word changed, are refused. */
static void test_refuse(void **state)
{
    static const char *const changes[][2] = {{"\"job\": 1", "\"job\": 2"},
        {"\"kind\": \"in\"", "\"kind\": \"on\""}, {"\"f32\"", "\"f31\""},
        {"\"elements\": 64", "\"elements\": -1"},
        {"\"elements\": 64", "\"elements\": 9223372036854775807"},
        {"[16, 4, 1, 16, 50]", "[16, 0, 1, 16, 50]"},
        {"[16, 4, 1, 16, 50]", "[16, 4, 1, 16]"}, {"[64, 1]", "[64, 1.5]"},
        {"\"rounds\": 25", "\"rounds\": 0"},
        {"\"rounds\": 25", "\"rounds\": 1000"},
        {"\"base64\": \"AQID\"", "\"base64\": \"AQI\""},
        {"\"base64\": \"AQID\"", "\"base64\": \"A=ID\""},
        {"\"base64\": \"AQID\"", "\"base64\": \"AQ!D\""},
        {"\"symbol\"", "\"cymbal\""}, {"\"kernel\"", "\"colonel\""}};
    struct arena *arena = arena_new();
    struct trial_object objects[2] = {{"", {"\1\2\3", 3}}, {"", {"", 0}}};
    struct store_job job = make_job(objects);
    struct text line = text_new(arena);
    const char *problem = NULL;

    (void)state;
    store_print_job(&line, &job);
    for (size_t n = 0; n + 1 < line.length; n++) {
        struct arena *own = arena_new();

        assert_false(store_parse_job(own, line.at, n, &job, &problem));
        arena_free(own);
    }
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const char *at = strstr(line.at, changes[i][0]);
        struct text other = text_new(arena);

        assert_non_null(at);
        text_append_bytes(&other, line.at, (size_t)(at - line.at));
        text_append(&other, changes[i][1]);
        text_append(&other, at + strlen(changes[i][0]));
        problem = NULL;
        if (store_parse_job(arena, other.at, other.length, &job, &problem))
            fail_msg("%s is taken", changes[i][1]);
        assert_non_null(problem);
    }
    arena_free(arena);
}

/* Which part of the work. */
static void test_part(void **state)
{
    static const char *const wrong[] = {
        "", "1", "0/2", "3/2", "-1/2", "1/2x", "1/", "/2", "1/0", "a/b"};
    struct store_work work = {0};

    (void)state;
    assert_true(store_parse_part("2/8", &work));
    assert_int_equal(2, work.part);
    assert_int_equal(8, work.n_parts);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(store_parse_part(wrong[i], &work));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_back),
        cmocka_unit_test(test_refuse),
        cmocka_unit_test(test_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
