/* What tests of objects and children share: the C compiler as a source of
 * objects, and a main program whose tests have an arena as their state. Static
 * functions only; included by one program each. */
#ifndef TAPC_TESTS_UNIT_UNIT_HARNESS_H
#define TAPC_TESTS_UNIT_UNIT_HARNESS_H

#include "base/arena.h"
#include "base/blob.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Compile "source" with this machine's compiler; its object. */
static inline struct blob harness_compile(
    struct arena *arena, const char *source)
{
    enum { MOST_BYTES = 1 << 16 };
    const char *stem = arena_printf(arena, "/tmp/tapc_%ld", (long)getpid());
    const char *code = arena_printf(arena, "%s.c", stem);
    const char *object = arena_printf(arena, "%s.o", stem);
    FILE *file = fopen(code, "w");
    char *bytes = arena_alloc(arena, MOST_BYTES);
    struct blob blob = {bytes, 0};

    assert_non_null(file);
    fputs(source, file);
    fclose(file);
    assert_int_equal(
        system(arena_printf(arena,
            "cc -O1 -fPIC -fno-asynchronous-unwind-tables -w -c %s -o %s", code,
            object)),
        0);
    file = fopen(object, "rb");
    assert_non_null(file);
    blob.size_bytes = fread(bytes, 1, MOST_BYTES, file);
    fclose(file);
    remove(code);
    remove(object);
    return blob;
}

/* Run "n" tests with an arena as their state; how many failed. */
static inline int harness_run(size_t n, struct CMUnitTest *tests)
{
    struct arena *arena = arena_new();
    int n_failed;

    for (size_t i = 0; i < n; i++)
        tests[i].initial_state = arena;
    n_failed = _cmocka_run_group_tests("tests", tests, n, NULL, NULL);
    arena_free(arena);
    return n_failed;
}

#endif
