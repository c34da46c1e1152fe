/* Dependences against brute force: all pairs of instances of small kernels,
 * their elements found by evaluating the affine forms.
 */
#include "model/model.h"
#include "parser/parser.h"

#include <isl/point.h>
#include <isl/val.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST_INSTANCES = 400, MOST_TOUCHES = 4000, MOST_DIMENSIONS = 6 };

/* One execution of a statement. */
struct instance {
    const struct model_statement *statement;
    int64_t at[MOST_DIMENSIONS];
};

/* One element an instance touches. */
struct touch {
    int instance;
    const struct array *array;
    int64_t index[MOST_DIMENSIONS];
    bool is_write;
};

/* A model and everything that happens in it. */
struct run {
    struct compilation c;
    struct model *model;
    int n_instances;
    struct instance instances[MOST_INSTANCES];
    int n_touches;
    struct touch touches[MOST_TOUCHES];
    int64_t *values;
    const struct model_statement *statement;
    bool expected[3][MOST_INSTANCES][MOST_INSTANCES];
    bool found[3][MOST_INSTANCES][MOST_INSTANCES];
};

/* A coordinate of a point. */
static int64_t coordinate(isl_point *point, int i)
{
    isl_val *value = isl_point_get_coordinate_val(point, isl_dim_set, i);
    int64_t result = isl_val_get_num_si(value);

    isl_val_free(value);
    return result;
}

/* Remember an instance. */
static isl_stat add_instance(isl_point *point, void *user)
{
    struct run *run = user;
    struct instance *instance = &run->instances[run->n_instances++];

    assert_true(run->n_instances < MOST_INSTANCES);
    instance->statement = run->statement;
    for (int i = 0; i < run->statement->n_iterators; i++)
        instance->at[i] = coordinate(point, i);
    isl_point_free(point);
    return isl_stat_ok;
}

/* Remember what the last instance touches. */
static bool add_touch(const struct model_access *access, void *user)
{
    struct run *run = user;
    struct touch *touch = &run->touches[run->n_touches];

    if (!guard_evaluate(access->guard, run->values))
        return true;
    assert_true(++run->n_touches < MOST_TOUCHES);
    touch->array = access->array;
    touch->is_write = access->is_write;
    for (int i = 0; i < access->array->n_dimensions; i++)
        touch->index[i] = affine_evaluate(access->index[i], run->values);
    return true;
}

/* Does "a" run before "b"? */
static bool is_before(const struct instance *a, const struct instance *b)
{
    int n = a->statement->n_iterators;

    for (int i = 0; i < n && i < b->statement->n_iterators; i++) {
        if (a->statement->iterators[i] != b->statement->iterators[i])
            break;
        if (a->at[i] != b->at[i])
            return a->at[i] < b->at[i];
    }
    return a->statement->id < b->statement->id;
}

/* All instances and what they touch. */
static void run_all(struct run *run)
{
    struct model *model = run->model;

    for (int i = 0; i < model->n_statements; i++) {
        run->statement = model->statements[i];
        isl_set_foreach_point(run->statement->domain, add_instance, run);
    }
    run->values = calloc((size_t)model->values->n_variables + 1, 8);
    for (int i = 0; i < run->n_instances; i++) {
        const struct instance *instance = &run->instances[i];
        int first = run->n_touches;

        for (int j = 0; j < instance->statement->n_iterators; j++)
            run->values[instance->statement->iterators[j]->id] =
                instance->at[j];
        model_foreach_access(model, instance->statement, add_touch, run);
        for (int j = first; j < run->n_touches; j++)
            run->touches[j].instance = i;
    }
    free(run->values);
}

/* Every pair of touches of one element, one of them a write. */
static void expect_all(struct run *run)
{
    for (int i = 0; i < run->n_touches; i++)
        for (int j = 0; j < run->n_touches; j++) {
            const struct touch *a = &run->touches[i];
            const struct touch *b = &run->touches[j];
            int kind = a->is_write ? b->is_write ? 2 : 0 : 1;

            if (a->array != b->array || (!a->is_write && !b->is_write) ||
                memcmp(a->index, b->index, sizeof a->index) != 0 ||
                !is_before(
                    &run->instances[a->instance], &run->instances[b->instance]))
                continue;
            run->expected[kind][a->instance][b->instance] = true;
        }
}

/* The number of an instance. */
static int find_instance(
    struct run *run, const struct model_statement *statement, const int64_t *at)
{
    for (int i = 0; i < run->n_instances; i++)
        if (run->instances[i].statement == statement &&
            memcmp(run->instances[i].at, at,
                (size_t)statement->n_iterators * sizeof *at) == 0)
            return i;
    fail_msg("a dependence of an instance that is not in the domain");
    return -1;
}

/* One pair of statements whose dependences are being listed. */
struct listing {
    struct run *run;
    const struct model_statement *first;
    const struct model_statement *second;
    int kind;
};

/* Note one dependence. */
static isl_stat note_pair(isl_point *point, void *user)
{
    struct listing *listing = user;
    int64_t a[MOST_DIMENSIONS] = {0};
    int64_t b[MOST_DIMENSIONS] = {0};
    int n = listing->first->n_iterators;

    for (int i = 0; i < n; i++)
        a[i] = coordinate(point, i);
    for (int i = 0; i < listing->second->n_iterators; i++)
        b[i] = coordinate(point, n + i);
    isl_point_free(point);
    listing->run->found[listing->kind][find_instance(listing->run,
        listing->first, a)][find_instance(listing->run, listing->second, b)] =
        true;
    return isl_stat_ok;
}

/* All dependences of a kind. */
static void find_all(struct run *run, isl_union_map *dependences, int kind)
{
    struct model *model = run->model;

    for (int i = 0; i < model->n_statements; i++)
        for (int j = 0; j < model->n_statements; j++) {
            struct listing listing = {
                run, model->statements[i], model->statements[j], kind};
            isl_map *map = isl_union_map_extract_map(
                dependences, isl_space_map_from_domain_and_range(
                                 model_statement_space(model, listing.first),
                                 model_statement_space(model, listing.second)));
            isl_set *pairs = isl_set_flatten(isl_map_wrap(map));

            isl_set_foreach_point(pairs, note_pair, &listing);
            isl_set_free(pairs);
        }
}

/* Build the model of a text. */
static struct run *new_run(const char *text)
{
    struct run *run = calloc(1, sizeof *run);
    struct compilation *c = &run->c;
    struct ast_program *program;

    c->arena = arena_new();
    c->scratch = arena_new();
    c->names = name_table_new(c->arena);
    c->diag = diag_new(c->arena);
    program =
        parser_parse(c, source_new(c->arena, "test.dsl", text, strlen(text)));
    assert_non_null(program);
    assert_true(parser_check(c, program));
    run->model = model_build(c, program->kernels[0], 0, NULL);
    assert_non_null(run->model);
    return run;
}

/* Release everything. */
static void free_run(struct run *run)
{
    model_free(run->model);
    arena_free(run->c.scratch);
    arena_free(run->c.arena);
    free(run);
}

/* The dependences of a kernel are exactly those of brute force. */
static void check_kernel(const char *text)
{
    struct run *run = new_run(text);
    int n_pairs = 0;

    run_all(run);
    expect_all(run);
    find_all(run, run->model->flow, 0);
    find_all(run, run->model->anti, 1);
    find_all(run, run->model->output, 2);
    for (int kind = 0; kind < 3; kind++)
        for (int i = 0; i < run->n_instances; i++)
            for (int j = 0; j < run->n_instances; j++) {
                assert_int_equal(
                    run->found[kind][i][j], run->expected[kind][i][j]);
                n_pairs += run->found[kind][i][j];
            }
    assert_true(n_pairs > 0);
    free_run(run);
}

/* Reductions with taps: private elements. */
static void test_convolution(void **state)
{
    (void)state;
    check_kernel("kernel k(L = 4, K = 3) {\n"
                 "  in f32 x[2][L], w[K]; out f32 y[2][L];\n"
                 "  for n in 2, p in L\n"
                 "    y[n][p] = 1.0 + sum(k in K)\n"
                 "      w[k] * (x[n][p + k - 1] else 0);\n"
                 "}\n");
}

/* In place, over and over. */
static void test_stencils(void **state)
{
    (void)state;
    check_kernel("kernel k(N = 6, T = 3) {\n"
                 "  inout f32 a[N];\n"
                 "  for t in T, i in 1..N - 1\n"
                 "    a[i] = a[i - 1] + a[i + 1];\n"
                 "}\n");
    check_kernel("kernel k(N = 4, T = 2) {\n"
                 "  inout f32 a[N][N]; local f32 b[N][N];\n"
                 "  for t in T {\n"
                 "    for i in N, j in N if i + j > 1 && i != j\n"
                 "      b[j][i] = a[i][j];\n"
                 "    for i in 1..N, j in i..N\n"
                 "      a[i][j] = (i > j - 1 ? 1.0 : b[i - 1][j]);\n"
                 "  }\n"
                 "}\n");
}

/* Strides, floors, remainders, triangles, scalars. */
static void test_indices(void **state)
{
    (void)state;
    check_kernel("kernel k(N = 9) {\n"
                 "  inout f32 a[2*N];\n"
                 "  for i in N {\n"
                 "    a[2*i] = 1.0;\n"
                 "    f32 s = a[i];\n"
                 "    for j in i..N if j % 3 == 0\n"
                 "      s += a[j / 2];\n"
                 "    a[2*N - 1 - i] += s;\n"
                 "  }\n"
                 "}\n");
    check_kernel("kernel k(N = 7) {\n"
                 "  inout f32 a[N];\n"
                 "  for i in N\n"
                 "    a[i] = a[wrap(i - 2)] + a[mirror(i + 2)];\n"
                 "  for i in N\n"
                 "    a[N - 1 - i] = a[clamp(2*i - 3)];\n"
                 "}\n");
}

/* Sibling loops of the same name, nested sums, an index of another dimension
 * that happens to be an iterator. */
static void test_siblings(void **state)
{
    (void)state;
    check_kernel("kernel k(N = 4) {\n"
                 "  inout f32 a[N][N]; out f32 y[N];\n"
                 "  for i in N {\n"
                 "    for j in N\n"
                 "      a[j][i] += 1.0;\n"
                 "    for j in N\n"
                 "      a[i][j] *= 2.0;\n"
                 "    y[i] = sum(j in N) sum(k in j) a[j][k];\n"
                 "  }\n"
                 "}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_convolution),
        cmocka_unit_test(test_stencils),
        cmocka_unit_test(test_indices),
        cmocka_unit_test(test_siblings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
