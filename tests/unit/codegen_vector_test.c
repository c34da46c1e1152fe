/* Vector statements at every ISA level: loads and stores of every shape, with
 * and without masks, of every element type; the result is that of the
 * interpreter, and no byte outside the tensors is touched. */
#include "codegen_cpu/codegen_cpu.h"

#include "codegen_harness.h"

enum { N_SHAPES = 9 };

/* A program: y[c][...] = convert(f(x[c][index(p + lane)])), guarded. */
struct copy {
    enum dtype from;
    enum dtype to;
    int n_lanes;
    int shape;  /* of the index of x */
    int target; /* of the index of y: 0 forward, 1 backward, 2 every second */
    int64_t shift;
};

/* An index of x at position "at". */
static const struct affine *make_index(struct harness *h, int shape,
    const struct affine *at, int64_t shift, const struct affine *extent)
{
    static const int64_t steps[] = {1, -1, 2, 3, 4, -2, 7};
    if (shape < 7 && steps[shape] < 0)
        return affine_shift(
            h->v, plus(h, extent, times(h, at, steps[shape])), -1 - shift);
    if (shape < 7)
        return affine_shift(h->v, times(h, at, steps[shape]), shift);
    if (shape == 7)
        return affine_floor(
            h->v, affine_shift(h->v, times(h, at, 3), shift), 2);
    return affine_border(
        h->v, VARIABLE_CLAMP, affine_shift(h->v, at, shift), extent);
}

static const struct affine *make_target(struct harness *h, int target,
    const struct affine *at, const struct affine *extent)
{
    if (target == 0)
        return at;
    if (target == 1)
        return affine_shift(h->v, minus(h, extent, at), -1);
    return times(h, at, 2);
}

static void make_copy(struct harness *h, const struct copy *copy)
{
    harness_begin(h);
    const struct affine *n = of(h, add_parameter(h, "N"));
    const struct affine *l = of(h, add_parameter(h, "L"));
    const struct affine *rows = constant(h, 2);
    const struct affine *x_extents[2] = {rows, l};
    const struct affine *y_extents[2] = {
        rows, copy->target == 2 ? times(h, n, 2) : n};
    struct array *x = add_array(h, ARRAY_IN, "x", copy->from, 2, x_extents);
    struct array *y = add_array(h, ARRAY_OUT, "y", copy->to, 2, y_extents);
    const struct variable *c =
        variable_new_loop(h->v, name_of(h->c.names, "c"), 1);
    const struct variable *p =
        variable_new_loop(h->v, name_of(h->c.names, "p"), copy->n_lanes);
    const struct variable *lane = variable_new_lane(h->v, copy->n_lanes);
    const struct affine *at = plus(h, of(h, p), of(h, lane));
    const struct affine *index = make_index(h, copy->shape, at, copy->shift, l);
    const struct affine *terms[3] = {affine_shift(h->v, minus(h, n, at), -1),
        index, affine_shift(h->v, minus(h, l, index), -1)};
    const struct affine *target[2] = {
        of(h, c), make_target(h, copy->target, at, y_extents[1])};
    const struct value *value =
        value_convert(h->v, copy->to, load2(h, x, of(h, c), index));
    struct loop_node *masked =
        assign_n(h, y, 2, target, value, lane, all_of(h, 3, terms));
    /* the same without a mask, where all lanes are inside */
    struct loop_node *full = assign_n(h, y, 2, target, value, lane, NULL);
    struct loop_node *both = ARENA_NEW(h->c.arena, struct loop_node);
    struct loop_node *other = ARENA_NEW(h->c.arena, struct loop_node);
    const struct affine *ends[6];
    struct substitution lane_0 = {
        1, &lane, (const struct affine *[]){constant(h, 0)}};
    struct substitution lane_n = {
        1, &lane, (const struct affine *[]){constant(h, copy->n_lanes - 1)}};
    for (int i = 0; i < 3; i++) {
        ends[2 * i] = affine_substitute(h->v, terms[i], &lane_0);
        ends[2 * i + 1] = affine_substitute(h->v, terms[i], &lane_n);
    }
    both->kind = other->kind = LOOP_IF;
    both->guard = all_of(h, 6, ends);
    other->guard = guard_not(h->v, both->guard);
    both->n_children = other->n_children = 1;
    both->children = arena_copy(h->c.arena, &full, sizeof full);
    other->children = arena_copy(h->c.arena, &masked, sizeof masked);
    struct loop_node *pair[2] = {both, other};
    struct loop_node *inner =
        loop_over(h, p, constant(h, 0), n, copy->n_lanes, sequence(h, 2, pair));
    h->program.body = loop_over(h, c, constant(h, 0), rows, 1, inner);
}

static void run_copy(const struct copy *copy, const struct machine *machine)
{
    static const int64_t sizes[][2] = {
        {0, 0}, {1, 1}, {7, 9}, {16, 16}, {33, 40}, {50, 200}, {20, 7}};
    struct harness h;
    make_copy(&h, copy);
    build(&h, machine);
    load_object(&h);
    for (int i = 0; i < 7; i++)
        for (int at_end = 0; at_end < 2; at_end++) {
            if (copy->shape == 8 && sizes[i][1] == 0)
                continue;
            run_and_compare(
                &h, machine->level, sizes[i], (uint32_t)i * 7 + 1, at_end);
        }
    harness_end(&h);
}

/* All shapes of loads, floats. */
static void test_loads(void **state)
{
    const struct machine *levels[8];
    (void)state;
    int n = host_levels(levels);
    for (int i = 0; i < n; i++)
        for (int shape = 0; shape < N_SHAPES; shape++) {
            struct copy copy = {DTYPE_F32, DTYPE_F32, shape % 2 ? 8 : 16, shape,
                0, shape % 4 - 1};
            run_copy(&copy, levels[i]);
        }
}

/* All shapes of stores. */
static void test_stores(void **state)
{
    const struct machine *levels[8];
    (void)state;
    int n = host_levels(levels);
    for (int i = 0; i < n; i++)
        for (int target = 0; target < 3; target++) {
            struct copy copy = {DTYPE_F32, DTYPE_F64, 8, 0, target, -2};
            run_copy(&copy, levels[i]);
            struct copy narrow = {DTYPE_I8, DTYPE_I8, 32, 0, target, 3};
            run_copy(&narrow, levels[i]);
        }
}

/* All conversions, in vectors of 1, 8 and 16. */
static void test_types(void **state)
{
    const struct machine *levels[8];
    (void)state;
    int n = host_levels(levels);
    for (int i = 0; i < n; i++)
        for (int from = 0; from < DTYPE_N_STORED; from++)
            for (int to = 0; to < DTYPE_N_STORED; to++) {
                struct copy copy = {(enum dtype)from, (enum dtype)to,
                    (from + to) % 2 ? 8 : 16, from % 3, 0, -1};
                run_copy(&copy, levels[i]);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loads),
        cmocka_unit_test(test_stores),
        cmocka_unit_test(test_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
