/* The entry of a kernel: status codes found before the first access, choice
 * of a specialised body, strides, workspace, parallel regions, and that the
 * object imports nothing and is the same every time. */
#include "codegen_cpu/codegen_cpu.h"

#include "codegen_harness.h"

/* struct tapc_parallel as the ABI has it. */
struct parallel_for_test {
    void (*run)(void *context, void (*body)(void *, int64_t, int64_t),
        void *closure, int64_t n, int64_t grain);
    void *context;
};

/* t[n][l] = x[n][l] + 1; y[n][l] = t[n][l] * t[n][L - 1 - l] through a local,
 * all in parallel loops over n and l. */
static void make_program(
    struct harness *h, bool is_strided, bool has_local, bool is_parallel)
{
    harness_begin(h);
    const struct affine *n = of(h, add_parameter(h, "N"));
    const struct affine *l = of(h, add_parameter(h, "L"));
    const struct affine *extents[2] = {n, l};
    struct array *x = is_strided
                          ? add_strided(h, ARRAY_IN, "x", DTYPE_F32, 2, extents)
                          : add_array(h, ARRAY_IN, "x", DTYPE_F32, 2, extents);
    struct array *y =
        is_strided ? add_strided(h, ARRAY_OUT, "y", DTYPE_F32, 2, extents)
                   : add_array(h, ARRAY_OUT, "y", DTYPE_F32, 2, extents);
    struct array *t =
        has_local ? add_array(h, ARRAY_LOCAL, "t", DTYPE_F32, 2, extents)
                  : NULL;
    const struct affine *zero = constant(h, 0);
    const struct affine *terms[2] = {n, l};
    h->program.requires[h->program.n_requires++] = all_of(h, 2, terms);
    struct loop_node *nests[2];
    for (int i = 0; i < 2; i++) {
        const struct variable *vn =
            variable_new_loop(h->v, name_of(h->c.names, "n"), 1);
        const struct variable *vl =
            variable_new_loop(h->v, name_of(h->c.names, "l"), 1);
        const struct affine *at[2] = {of(h, vn), of(h, vl)};
        const struct affine *mirrored =
            affine_shift(h->v, minus(h, l, at[1]), -1);
        const struct array *from = i && t ? t : x;
        const struct value *value =
            i ? value_operation2(h->v, VALUE_MULTIPLY, load_n(h, from, 2, at),
                    load2(h, from, at[0], mirrored))
              : value_operation2(h->v, VALUE_ADD, load_n(h, x, 2, at),
                    value_real(h->v, DTYPE_F32, 1));
        struct loop_node *inner = loop_over(h, vl, zero, l, 1,
            assign_n(h, i || !t ? y : t, 2, at, value, NULL, NULL));
        nests[i] = loop_over(h, vn, zero, n, 1, inner);
        if (is_parallel)
            inner->mode = nests[i]->mode = LOOP_PARALLEL;
    }
    h->program.has_parallel = is_parallel;
    h->program.body = sequence(h, 2, nests);
}

/* Load at the best level this machine has. */
static void *build_and_load(struct harness *h)
{
    const struct machine *levels[8];
    int n = host_levels(levels);
    assert_true(n > 0);
    build(h, levels[n - 1]);
    load_object(h);
    return find_function(h, "k");
}

static int call_plain(void *k, float *x, float *y, int64_t n, int64_t l)
{
    intptr_t arguments[4] = {(intptr_t)x, (intptr_t)y, n, l};
    return call_entry(k, 4, arguments);
}

/* Each status, and nothing written with it. */
static void test_status(void **state)
{
    struct harness h;
    float x[64], y[64];
    (void)state;
    make_program(&h, false, false, false);
    void *k = build_and_load(&h);
    for (int i = 0; i < 64; i++) {
        x[i] = (float)i;
        y[i] = -1;
    }
    assert_int_equal(call_plain(k, NULL, y, 2, 4), 1);
    assert_int_equal(call_plain(k, x, NULL, 2, 4), 1);
    assert_int_equal(call_plain(k, x, y, -1, 4), 2);
    assert_int_equal(call_plain(k, x, y, 2, -4), 2);
    assert_int_equal(
        call_plain(k, x, y, (int64_t)1 << 32, (int64_t)1 << 32), 2);
    assert_int_equal(call_plain(k, x, y, (int64_t)1 << 61, 1), 2);
    assert_int_equal(call_plain(k, x, x, 2, 4), 3);
    assert_int_equal(call_plain(k, x, x + 7, 2, 4), 3);
    assert_int_equal(call_plain(k, x + 7, x, 2, 4), 3);
    assert_int_equal(call_plain(k, (float *)((char *)x + 1), y, 2, 4), 4);
    assert_int_equal(call_plain(k, x, (float *)((char *)y + 2), 2, 4), 4);
    for (int i = 0; i < 64; i++)
        assert_true(y[i] == -1);
    assert_int_equal(call_plain(k, NULL, NULL, 0, 4), 0);
    assert_int_equal(call_plain(k, NULL, NULL, 4, 0), 0);
    assert_int_equal(call_plain(k, x, x + 8, 2, 4), 0);
    assert_int_equal(call_plain(k, x + 32, x + 24, 2, 4), 0);
    harness_end(&h);
}

/* y = x * reversed x over views of one buffer; strides of both signs. */
static void test_strides(void **state)
{
    struct harness h;
    float x[64], y[64];
    (void)state;
    make_program(&h, true, false, false);
    void *k = build_and_load(&h);
    int64_t down[2] = {-16, 2}, good[2] = {1, 3}, bad[2] = {3, 4};
    int64_t zero[2] = {0, 1}, rows[2] = {16, 1}, negative[2] = {16, -1};
    for (int i = 0; i < 64; i++)
        x[i] = (float)i;
    intptr_t a[6] = {
        (intptr_t)(x + 32), (intptr_t)down, (intptr_t)y, (intptr_t)good, 3, 5};
    assert_int_equal(call_entry(k, 6, a), 0);
    for (int n = 0; n < 3; n++)
        for (int l = 0; l < 5; l++) {
            float v = x[32 - 16 * n + 2 * l], w = x[32 - 16 * n + 8 - 2 * l];
            assert_true(y[n + 3 * l] == v * w);
        }
    a[3] = (intptr_t)bad;
    assert_int_equal(call_entry(k, 6, a), 2);
    a[3] = (intptr_t)zero;
    assert_int_equal(call_entry(k, 6, a), 2);
    a[3] = (intptr_t)negative;
    assert_int_equal(call_entry(k, 6, a), 2);
    a[3] = 0;
    assert_int_equal(call_entry(k, 6, a), 1);
    /* rows whose elements are neighbours: the other body */
    int64_t wide[2] = {20, 1}, narrow[2] = {5, 1};
    intptr_t d[6] = {
        (intptr_t)x, (intptr_t)wide, (intptr_t)y, (intptr_t)narrow, 3, 5};
    assert_int_equal(call_entry(k, 6, d), 0);
    for (int i = 0; i < 15; i++)
        assert_true(y[i] == x[i / 5 * 20 + i % 5] * x[i / 5 * 20 + 4 - i % 5]);
    /* two strided views of one buffer that interleave */
    int64_t even[2] = {16, 2};
    intptr_t b[6] = {
        (intptr_t)x, (intptr_t)even, (intptr_t)(x + 1), (intptr_t)even, 2, 4};
    assert_int_equal(call_entry(k, 6, b), 0);
    a[1] = (intptr_t)rows;
    a[3] = (intptr_t)rows;
    a[4] = 0;
    a[0] = a[2] = 0;
    assert_int_equal(call_entry(k, 6, a), 0);
    harness_end(&h);
}

typedef int64_t workspace_function(int64_t, int64_t);

/* Size of the workspace, NULL for it, and a run through it. */
static void test_workspace(void **state)
{
    struct harness h;
    float x[12], y[12];
    char *workspace = malloc(1024);
    (void)state;
    make_program(&h, false, true, false);
    void *k = build_and_load(&h);
    void *size = find_function(&h, "k_workspace");
    workspace_function *get_size;
    memcpy(&get_size, &size, sizeof get_size);
    assert_int_equal(get_size(3, 4), 64);
    assert_int_equal(get_size(0, 4), 0);
    assert_int_equal(get_size(-1, 4), -1);
    assert_int_equal(get_size((int64_t)1 << 40, (int64_t)1 << 40), -1);
    for (int i = 0; i < 12; i++)
        x[i] = (float)i;
    intptr_t a[5] = {(intptr_t)x, (intptr_t)y, 0, 3, 4};
    assert_int_equal(call_entry(k, 5, a), 1);
    a[2] = (intptr_t)x;
    assert_int_equal(call_entry(k, 5, a), 3);
    a[2] = (intptr_t)(workspace + 2);
    assert_int_equal(call_entry(k, 5, a), 4);
    a[2] = (intptr_t)workspace;
    assert_int_equal(call_entry(k, 5, a), 0);
    for (int i = 0; i < 12; i++)
        assert_true(y[i] == (x[i] + 1) * (x[i / 4 * 4 + 3 - i % 4] + 1));
    free(workspace);
    harness_end(&h);
}

/* A pool that runs pieces of uneven size from last to first. */
struct backwards {
    int64_t piece;
    int n_runs;
};

static void run_backwards(void *context, void (*body)(void *, int64_t, int64_t),
    void *closure, int64_t n, int64_t grain)
{
    struct backwards *pool = context;
    assert_true(grain >= 1);
    pool->n_runs++;
    for (int64_t end = n; end > 0; end -= pool->piece)
        body(closure, end > pool->piece ? end - pool->piece : 0, end);
}

/* Serial, and in pieces of every size: the same. */
static void test_parallel(void **state)
{
    enum { N = 37, L = 1801 };
    struct harness h;
    float *x = malloc(N * L * sizeof *x), *y = malloc(N * L * sizeof *y);
    float *expected = malloc(N * L * sizeof *y);
    (void)state;
    make_program(&h, false, false, true);
    void *k = build_and_load(&h);
    void *parallel = find_function(&h, "k_parallel");
    for (int i = 0; i < N * L; i++)
        x[i] = (float)(i % 101);
    assert_int_equal(call_plain(k, x, expected, N, L), 0);
    assert_true(expected[5] == x[5] * x[L - 6]);
    for (int64_t piece = 1; piece <= N * L + 1; piece = piece * 5 + 3) {
        struct backwards pool = {piece, 0};
        struct parallel_for_test argument = {run_backwards, &pool};
        intptr_t a[5] = {(intptr_t)x, (intptr_t)y, N, L, (intptr_t)&argument};
        memset(y, 0xff, N * L * sizeof *y);
        assert_int_equal(call_entry(parallel, 5, a), 0);
        assert_int_equal(pool.n_runs, 2);
        assert_memory_equal(y, expected, N * L * sizeof *y);
    }
    intptr_t a[5] = {(intptr_t)x, (intptr_t)y, N, L, 0};
    memset(y, 0xff, N * L * sizeof *y);
    assert_int_equal(call_entry(parallel, 5, a), 0);
    assert_memory_equal(y, expected, N * L * sizeof *y);
    free(x);
    free(y);
    free(expected);
    harness_end(&h);
}

/* Several levels and several listed values: the right body is called; a value
 * that is not listed is refused. */
static void test_dispatch(void **state)
{
    (void)state;
    for (int is_open = 0; is_open < 2; is_open++) {
        struct harness h, other;
        const struct machine *levels[8];
        struct codegen_variant more[16];
        struct model_binding bindings[2];
        int n_levels = host_levels(levels), n = 0;
        float x[8] = {1, 2, 3, 4, 5, 6, 7, 8}, y[8];
        make_program(&h, false, false, false);
        make_program(&other, false, false, false);
        /* "other" is the same without the second nest: y = x + 1 */
        other.program.body = other.program.body->children[0];
        bindings[0].parameter = h.kernel.parameters[0];
        bindings[0].value = 2;
        bindings[1].parameter = h.kernel.parameters[0];
        bindings[1].value = 1;
        for (int i = 0; i < n_levels; i++) {
            more[n].program = &h.program;
            more[n].machine = levels[i];
            more[n].n_bindings = 1;
            more[n++].bindings = &bindings[0];
            more[n].program = &other.program;
            more[n].machine = levels[i];
            more[n].n_bindings = is_open ? 0 : 1;
            more[n++].bindings = &bindings[1];
        }
        h.variant = more[0];
        h.more = more + 1;
        h.n_more = n - 1;
        build(&h, levels[0]);
        load_object(&h);
        void *k = find_function(&h, "k");
        assert_int_equal(call_plain(k, x, y, 2, 4), 0);
        assert_true(y[0] == 4 && y[7] == 40);
        assert_int_equal(call_plain(k, x, y, 1, 4), 0);
        assert_true(y[0] == 2 && y[3] == 5);
        assert_int_equal(call_plain(k, x, y, 3, 2), is_open ? 0 : 2);
        harness_end(&h);
        harness_end(&other);
    }
}

/* The same request gives the same bytes. */
static void test_deterministic(void **state)
{
    struct blob first, second;
    struct harness h;
    const struct machine *levels[8];
    (void)state;
    make_program(&h, true, true, true);
    assert_true(host_levels(levels) > 0);
    build(&h, levels[0]);
    assert_true(codegen_emit(h.codegen, CODEGEN_OBJECT, &first));
    build(&h, levels[0]);
    assert_true(codegen_emit(h.codegen, CODEGEN_OBJECT, &second));
    assert_int_equal(first.size_bytes, second.size_bytes);
    assert_memory_equal(first.bytes, second.bytes, first.size_bytes);
    harness_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_strides),
        cmocka_unit_test(test_workspace),
        cmocka_unit_test(test_parallel),
        cmocka_unit_test(test_dispatch),
        cmocka_unit_test(test_deterministic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
