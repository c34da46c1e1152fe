/* Objects of the C compiler, loaded and called. */
#include "base/object.h"

#include "unit_harness.h"

/* An argument that is no real, and a real. */
static struct object_argument integer(int64_t value)
{
    return (struct object_argument){(uint64_t)value, false};
}
static struct object_argument real(double value)
{
    struct object_argument argument = {0, true};

    memcpy(&argument.bits, &value, sizeof value);
    return argument;
}

/* Tables, variables, other functions, memcpy. */
static void test_load(void **state)
{
    struct blob blob = harness_compile(*state,
        "#include <string.h>\n"
        "static int count;\n"
        "static const long squares[] = {0, 1, 4, 9};\n"
        "static __attribute__((noinline)) long look(long i)\n"
        "{ count++; return squares[i]; }\n"
        "long sum(long n, const char *from, char *to)\n"
        "{ memcpy(to, from, n); long s = 0; while (n--) s += look(n);\n"
        "  return 100 * s + count; }\n");
    const char *problem = NULL;
    struct object *object = object_load(*state, blob, &problem);
    char to[4] = "";
    struct object_argument arguments[3] = {integer(4),
        integer((int64_t)(intptr_t) "abc"), integer((int64_t)(intptr_t)to)};
    struct object_call call;

    assert_null(problem);
    assert_null(object_find(object, "nothing"));
    assert_true(
        object_prepare(&call, object_find(object, "sum"), 3, arguments));
    assert_int_equal(object_run(&call), 1404);
    assert_int_equal(object_run(&call), 1408);
    assert_string_equal(to, "abc");
}

/* Sections lie as they want to, whatever is before them. */
static void test_alignment(void **state)
{
    struct blob blob = harness_compile(*state,
        "#define AT(name, n) __attribute__((section(name), aligned(n)))\n"
        "static volatile char first AT(\".data.a\", 1) = 1;\n"
        "static volatile char line AT(\".data.b\", 64) = 2;\n"
        "static volatile char second AT(\".data.c\", 1) = 3;\n"
        "static volatile char page AT(\".data.d\", 1024) = 4;\n"
        "__attribute__((section(\".text.a\"), aligned(1)))\n"
        "long other(void) { return first + second; }\n"
        "__attribute__((section(\".text.b\"), aligned(128)))\n"
        "long far(void) { return (long)&line % 64 + (long)&page % 1024; }\n");
    const char *problem = NULL;
    struct object *object = object_load(*state, blob, &problem);
    struct object_call call;

    assert_null(problem);
    assert_int_equal((uintptr_t)object_find(object, "far") % 128, 0);
    assert_true(object_prepare(&call, object_find(object, "far"), 0, NULL));
    assert_int_equal(object_run(&call), 0);
    assert_true(object_prepare(&call, object_find(object, "other"), 0, NULL));
    assert_int_equal(object_run(&call), 4);
}

/* Reals among others, more than the registers hold. */
static void test_arguments(void **state)
{
    struct blob blob = harness_compile(*state,
        "long few(long a, double x, long b, float y)\n"
        "{ return a + 10 * b + 100 * (long)x + 1000 * (long)y; }\n"
        "long many(long a, long b, long c, long d, long e, long f, long g,\n"
        "    double x, long h, long i, long j, long k)\n"
        "{ return g + 10 * h + 100 * i + 1000 * j + 10000 * k + (long)x; }\n");
    const char *problem = NULL;
    struct object *object = object_load(*state, blob, &problem);
    struct object_argument arguments[70];
    struct object_call call;
    float four = 4;

    assert_non_null(object);
    arguments[0] = integer(1);
    arguments[1] = real(3);
    arguments[2] = integer(2);
    arguments[3] = real(0);
    memcpy(&arguments[3].bits, &four, sizeof four);
    assert_true(
        object_prepare(&call, object_find(object, "few"), 4, arguments));
    assert_int_equal(object_run(&call), 4321);
    for (int i = 0; i < 70; i++)
        arguments[i] = integer(i - 5);
    arguments[7] = real(500000);
    for (int i = 8; i < 12; i++)
        arguments[i] = integer(i - 6);
    assert_true(
        object_prepare(&call, object_find(object, "many"), 12, arguments));
    assert_int_equal(object_run(&call), 554321);
    assert_false(object_prepare(&call, NULL, 70, arguments));
}

/* What is no object of this machine, or needs something from outside. */
static void test_refuse(void **state)
{
    struct blob blob = harness_compile(*state,
        "extern long other(long); long f(long a) { return other(a) + 1; }\n");
    const char *problem = NULL;
    struct blob shorter = blob;

    assert_null(object_load(*state, blob, &problem));
    assert_non_null(strstr(problem, "needs"));
    for (shorter.size_bytes = 0; shorter.size_bytes < blob.size_bytes;
         shorter.size_bytes += 7)
        assert_null(object_load(*state, shorter, &problem));
    assert_null(object_load(*state, (struct blob){"hello", 5}, &problem));
}

int main(void)
{
    struct CMUnitTest tests[] = {cmocka_unit_test(test_load),
        cmocka_unit_test(test_alignment), cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_refuse)};

    return harness_run(sizeof tests / sizeof *tests, tests);
}
